"""Stops lie somewhere on the earth, and belong to stations that exist."""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from feeds.gtfs.checks.leave_out import leave_out, report
from feeds.gtfs.keys import NOWHERE, positions
from feeds.gtfs.read import Feed
from feeds.report import Findings

MAX_STATION_PAIRS: Final = 5_000_000
"""Pairs of stops within stations, all together; the largest stations have some 100 stops."""
STOP, STATION = 0, 1
"""``location_type`` of the places that riders board at or search for."""
BOARDING_AREA = 4
"""``location_type`` of a part of a stop, which is its ``parent_station``."""


def check_places(feed: Feed, findings: Findings) -> Feed:
    """Leave out stops without a possible position; cut references to stations that are none."""
    return _check_stations(_check_positions(feed, findings), findings)


def _check_positions(feed: Feed, findings: Findings) -> Feed:
    lat, lon = feed.stops.stop_lat.to_numpy(), feed.stops.stop_lon.to_numpy()
    possible = (np.abs(lat) <= 90) & (np.abs(lon) <= 180)
    null_island = (np.abs(lat) < 0.01) & (np.abs(lon) < 0.01)
    needed = feed.stops.location_type.to_numpy() <= STATION
    stops = leave_out(
        feed.stops,
        needed & (~possible | null_island),
        findings,
        code="bad-position",
        message="The stop “{value}” has no position or an impossible one and was left out: "
        "give stop_lat and stop_lon in degrees.",
        file="stops.txt",
        field="stop_id",
    )
    return replace(feed, stops=stops)


def _check_stations(feed: Feed, findings: Findings) -> Feed:
    stops = feed.stops
    kind = stops.location_type.to_numpy()
    parent = positions(stops.parent_station, stops.stop_id)
    named = stops.parent_station.notna().to_numpy() & (kind == STOP)
    is_station = (parent != NOWHERE) & (kind[parent] == STATION) if len(stops) else named
    report(
        stops,
        named & ~is_station,
        findings,
        "dangling-reference",
        "The station “{value}” does not exist or is no station (location_type 1); "
        "the stop is kept without one.",
        "stops.txt",
        "parent_station",
    )
    is_part = (parent != NOWHERE) & (kind == BOARDING_AREA) & (kind[parent] == STOP)
    stops = stops.assign(parent_station=stops.parent_station.where(is_station | is_part))
    _report_crowds(stops, findings)
    return replace(feed, stops=stops)


def _report_crowds(stops: pd.DataFrame, findings: Findings) -> None:
    """Report stations with so many stops that walks between them all cannot be stored."""
    sizes = stops.parent_station.value_counts().to_numpy().astype(np.int64)
    if int((sizes**2).sum()) > MAX_STATION_PAIRS:
        findings.error(
            "crowded-station",
            f"A station has {sizes.max()} stops, too many to be one: check parent_station.",
            "stops.txt",
            field="parent_station",
        )
