"""Stops lie somewhere on the earth, and belong to stations that exist."""

from dataclasses import replace

import numpy as np

from feeds.gtfs.checks.leave_out import leave_out, report
from feeds.gtfs.keys import NOWHERE, positions
from feeds.gtfs.read import Feed
from feeds.report import Findings

STOP, STATION = 0, 1
"""``location_type`` of the places that riders board at or search for."""


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
    return replace(feed, stops=stops.assign(parent_station=stops.parent_station.where(is_station)))
