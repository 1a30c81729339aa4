"""Pathways lead from one place of a station to another, and to all of its platforms."""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from feeds.gtfs.checks.leave_out import leave_out, report
from feeds.gtfs.checks.places import MAX_STATION_PAIRS, STATION, STOP
from feeds.gtfs.keys import NOWHERE, positions
from feeds.gtfs.pathway_times import EXIT_GATE
from feeds.gtfs.pathways import vertex_of
from feeds.gtfs.read import Feed
from feeds.report import Findings

ENDS: Final = ("from_stop_id", "to_stop_id")


def check_pathways(feed: Feed, findings: Findings) -> Feed:
    """Leave out pathways that lead nowhere; report what they do not reach."""
    if feed.pathways.empty:
        return feed
    feed = _check_levels(feed, findings)
    feed = replace(feed, pathways=_one_way_exits(_usable(feed, findings), findings))
    _report_unconnected(feed, findings)
    _report_crowds(feed, findings)
    return feed


def _check_levels(feed: Feed, findings: Findings) -> Feed:
    unknown = positions(feed.stops.level_id, feed.levels.level_id) == NOWHERE
    report(
        feed.stops,
        unknown & feed.stops.level_id.notna().to_numpy(),
        findings,
        "dangling-reference",
        "The level “{value}” does not exist: how high the place lies is not known.",
        "stops.txt",
        "level_id",
    )
    return feed


def _usable(feed: Feed, findings: Findings) -> pd.DataFrame:
    table, places = feed.pathways, feed.stops[feed.stops.location_type != STATION]
    for end in ENDS:
        table = leave_out(
            table,
            positions(table[end], places.stop_id) == NOWHERE,
            findings,
            code="dangling-reference",
            message=f"The {end} “{{value}}” does not exist, was left out or is a station, "
            "and so was this row: name a platform, an entrance or a node.",
            file="pathways.txt",
            field=end,
        )
    report(
        table,
        table.length.to_numpy() < 0,
        findings,
        "bad-number",
        "“{value}” is no length: it is estimated; write metres.",
        "pathways.txt",
        "length",
    )
    return leave_out(
        table,
        table.pathway_mode.to_numpy() == 0,
        findings,
        code="bad-pathway",
        message="The pathway “{value}” has no pathway_mode from 1 to 7 and was left out.",
        file="pathways.txt",
        field="pathway_id",
    )


def _one_way_exits(table: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    exits = (table.pathway_mode == EXIT_GATE) & (table.is_bidirectional == 1)
    report(
        table,
        exits.to_numpy(),
        findings,
        "bad-pathway",
        "The exit gate “{value}” cannot lead both ways: it is read as one way.",
        "pathways.txt",
        "pathway_id",
    )
    return table.assign(is_bidirectional=table.is_bidirectional.where(~exits, 0))


def _report_unconnected(feed: Feed, findings: Findings) -> None:
    """Report platforms without a pathway at stations that have some."""
    stops = feed.stops
    vertex, parent = vertex_of(stops), positions(stops.parent_station, stops.stop_id)
    reached = np.zeros(len(stops) + 1, dtype=np.bool_)
    for end in ENDS:
        reached[vertex[positions(feed.pathways[end], stops.stop_id)]] = True
    has_pathways = np.zeros(len(stops) + 1, dtype=np.bool_)  # the last one is for NOWHERE
    has_pathways[parent[reached[:-1]]] = True
    has_pathways[NOWHERE] = False
    is_platform = stops.location_type.to_numpy() == STOP
    report(
        stops,
        is_platform & ~reached[:-1] & has_pathways[parent],
        findings,
        "unconnected-platform",
        "No pathway leads to the platform “{value}”, though its station has pathways: "
        "the walk to it is estimated.",
        "stops.txt",
        "stop_id",
    )


def _report_crowds(feed: Feed, findings: Findings) -> None:
    """Report so many platforms joined by pathways that walks between them cannot be stored."""
    stops = feed.stops
    ends = [vertex_of(stops)[positions(feed.pathways[end], stops.stop_id)] for end in ENDS]
    ones = np.ones(len(feed.pathways), dtype=np.int8)
    graph = coo_array((ones, tuple(ends)), shape=(len(stops), len(stops)))
    label = connected_components(graph, directed=False)[1]
    sizes = np.bincount(label[stops.location_type.to_numpy() == STOP])
    pairs = int((sizes.astype(np.int64) ** 2).sum())
    if pairs > MAX_STATION_PAIRS:
        findings.error(
            "crowded-station",
            f"Pathways join {sizes.max()} platforms with each other, too many for one station.",
            "pathways.txt",
        )
