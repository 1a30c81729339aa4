"""What a row refers to exists; rows that refer to nothing are left out."""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from feeds.gtfs.calendar import services
from feeds.gtfs.checks.in_seat import check_in_seat, is_in_seat
from feeds.gtfs.checks.leave_out import leave_out, report
from feeds.gtfs.checks.particular import check_particular
from feeds.gtfs.checks.places import STATION
from feeds.gtfs.keys import NOWHERE, positions
from feeds.gtfs.read import Feed
from feeds.report import Findings, Severity

BASIC_ROUTE_TYPES: Final = (*range(8), 11, 12)
EXTENDED_ROUTE_TYPES: Final = range(100, 1703)
MISCELLANEOUS: Final = 1700
"""Extended ``route_type`` of vehicles that are nothing else."""

ON_DEMAND_TRIP: Final = "on-demand-trip"
"""Code of trips that are left out because they have no timetable."""
MAX_TRANSFER_PAIRS: Final = 10_000_000
"""Pairs of stops that ``transfers.txt`` may stand for; a national feed has under a million."""


def check_references(feed: Feed, findings: Findings) -> Feed:
    """Leave out trips, stop times, transfers and frequencies that refer to what is not there."""
    feed = _check_routes(feed, findings)
    feed = _check_trips(feed, findings)
    feed = _check_stop_times(feed, findings)
    feed = _check_transfers(feed, findings)
    return replace(
        feed,
        frequencies=_known(
            feed.frequencies, "frequencies", "trip_id", feed.trips.trip_id, findings
        ),
    )


def _known(
    frame: pd.DataFrame, table: str, field: str, keys: "pd.Series[str]", findings: Findings
) -> pd.DataFrame:
    """Leave out the rows whose ``field`` is not among ``keys``."""
    return leave_out(
        frame,
        positions(frame[field], keys) == NOWHERE,
        findings,
        code="dangling-reference",
        message=f"The {field} “{{value}}” does not exist or was left out, "
        "and so was this row: add what it means or remove the row.",
        file=f"{table}.txt",
        field=field,
    )


def _check_routes(feed: Feed, findings: Findings) -> Feed:
    _report_agencies(feed, findings)
    kind = feed.routes.route_type
    known = kind.isin(BASIC_ROUTE_TYPES) | kind.isin(EXTENDED_ROUTE_TYPES)
    report(
        feed.routes,
        ~known.to_numpy(),
        findings,
        "odd-route-type",
        "The route “{value}” has a route_type without a meaning: its vehicles show as “other”.",
        "routes.txt",
        "route_id",
    )
    kind = kind.where(known, MISCELLANEOUS).astype("int16")
    return replace(feed, routes=feed.routes.assign(route_type=kind))


def _report_agencies(feed: Feed, findings: Findings) -> None:
    unknown = positions(feed.routes.agency_id, feed.agency.agency_id) == NOWHERE
    named = feed.routes.agency_id.notna().to_numpy()
    report(
        feed.routes,
        unknown & (named | (len(feed.agency) > 1)),
        findings,
        "dangling-reference",
        "The agency “{value}” does not exist: the route counts as one of the first agency.",
        "routes.txt",
        "agency_id",
    )


def _check_trips(feed: Feed, findings: Findings) -> Feed:
    trips = _known(feed.trips, "trips", "route_id", feed.routes.route_id, findings)
    return replace(feed, trips=_known(trips, "trips", "service_id", services(feed), findings))


def _check_stop_times(feed: Feed, findings: Findings) -> Feed:
    feed = _without_areas(feed, findings)
    frame = _known(feed.stop_times, "stop_times", "trip_id", feed.trips.trip_id, findings)
    boardable = feed.stops[feed.stops.location_type.to_numpy() <= STATION]
    return replace(
        feed, stop_times=_known(frame, "stop_times", "stop_id", boardable.stop_id, findings)
    )


def _without_areas(feed: Feed, findings: Findings) -> Feed:
    """Leave out on-demand areas: rows of GTFS-Flex, with a window of time and no time.

    The days on which nothing else runs go with them; ``feeds.flex`` reads them again.
    """
    frame = feed.stop_times
    window = (frame.start_pickup_drop_off_window >= 0) | (frame.start_pickup_dropoff_window >= 0)
    untimed = (frame.arrival_time < 0) & (frame.departure_time < 0)
    area = (window & untimed).to_numpy()
    if not area.any():
        return feed
    trip = positions(frame.trip_id, feed.trips.trip_id)
    known = trip != NOWHERE
    only = np.bincount(trip[known & area], minlength=len(feed.trips)) > 0
    only &= np.bincount(trip[known & ~area], minlength=len(feed.trips)) == 0
    trips = leave_out(
        feed.trips,
        only,
        findings,
        code=ON_DEMAND_TRIP,
        message="The trip “{value}” serves on-demand areas only (GTFS-Flex), "
        "which are no part of the timetable.",
        file="trips.txt",
        field="trip_id",
        severity=Severity.INFO,
    )
    rest = frame[~(known & only[trip])]
    rest = leave_out(
        rest,
        area[~(known & only[trip])],
        findings,
        code="on-demand-area",
        message="On-demand areas (GTFS-Flex) are no part of the timetable; "
        "the row was left out of it.",
        file="stop_times.txt",
        severity=Severity.INFO,
    )
    return _without_days(replace(feed, trips=trips, stop_times=rest), feed.trips[only].service_id)


def _without_days(feed: Feed, services: "pd.Series[str]") -> Feed:
    """Leave out the days of services that no trip has any more."""
    idle = set(services.dropna()) - set(feed.trips.service_id.dropna())
    return replace(
        feed,
        calendar=feed.calendar[~feed.calendar.service_id.isin(idle)],
        calendar_dates=feed.calendar_dates[~feed.calendar_dates.service_id.isin(idle)],
    )


def _check_transfers(feed: Feed, findings: Findings) -> Feed:
    staying = is_in_seat(feed.transfers)
    seated = check_in_seat(feed.transfers[staying], feed.trips.trip_id, findings)
    frame = feed.transfers[~staying]
    stops = feed.stops[feed.stops.location_type.to_numpy() <= STATION].stop_id
    for field in ("from_stop_id", "to_stop_id"):
        frame = _known(frame, "transfers", field, stops, findings)
    frame = check_particular(feed, frame, findings)
    _report_explosion(feed, frame, findings)
    kept = feed.transfers.index.isin(frame.index.union(seated.index))
    return replace(feed, transfers=feed.transfers[kept])


def _report_explosion(feed: Feed, transfers: pd.DataFrame, findings: Findings) -> None:
    """Report transfers between stations that stand for more pairs of stops than can be stored."""
    stops = feed.stops
    parent = positions(stops.parent_station, stops.stop_id)
    sizes = np.maximum(np.bincount(parent[parent != NOWHERE], minlength=len(stops)), 1)
    ends = [positions(transfers[f], stops.stop_id) for f in ("from_stop_id", "to_stop_id")]
    pairs = int((sizes[ends[0]] * sizes[ends[1]]).sum())
    if pairs > MAX_TRANSFER_PAIRS:
        findings.error(
            "too-many-transfers",
            f"The file stands for {pairs} transfers between stops, too many to be stored.",
            "transfers.txt",
        )
