"""Checked feeds to one ``routing.timetable.Timetable`` and the names that belong to it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.blocks import with_through_runs
from feeds.gtfs.boarding_points import with_boarding_points, with_points_named
from feeds.gtfs.calendar import ServiceDays, aligned, day_epochs, service_days
from feeds.gtfs.checks.places import STATION
from feeds.gtfs.events import Events, events_of, trip_booking_rules
from feeds.gtfs.frequencies import Runs, runs_of
from feeds.gtfs.keys import positions
from feeds.gtfs.names import Names, merged_names, names_of
from feeds.gtfs.pathways import pathway_edges
from feeds.gtfs.read import Feed
from feeds.gtfs.transfer_rows import Rows, merged_rows, rows_of, timed
from feeds.gtfs.transfers import Edges, shifted, station_edges, transfer_arrays
from feeds.merging.joining import Joins, join_stops
from feeds.merging.stops import FeedStops, feed_stops
from feeds.merging.twins import twins_of, with_joins
from feeds.report import Findings
from routing.timetable import BIKES, NO_WHEELCHAIR, NONE, WHEELCHAIR, Timetable
from routing.wheelchair.compile import StationWays, station_ways

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

Walks = Callable[[F64, F64, npt.NDArray[np.bool_]], Edges]
"""Walks along streets, from (S,) lat, lon, and whether riders can board at the stop."""

BOARDABLE_TYPES = STATION
"""Stops and stations are compiled; entrances and nodes, with higher ``location_type``, are not."""


class ScopedFeed(NamedTuple):
    """A checked feed and the scope that its ids get in the image."""

    scope: str
    feed: Feed


class Compiled(NamedTuple):
    """A timetable and its names."""

    timetable: Timetable
    names: Names


class Merged(NamedTuple):
    """What feeds were compiled to, and which of their stops are the same place."""

    compiled: Compiled
    stops: FeedStops
    joins: Joins
    inside: StationWays
    """Ways within stations, as wheelchairs see them."""


class _Part(NamedTuple):
    """One feed's share of the timetable; its indices start at 0."""

    timetable: Timetable
    names: Names
    rows: Rows
    """What ``transfers.txt`` says."""
    pathways: Edges
    """What ``pathways.txt`` says."""
    step_free: Edges
    """What it says of wheelchairs."""
    trip_source: I64
    """(T,) row of ``trips.txt`` of each trip."""
    n_sources: int
    """Rows of ``trips.txt``."""


def compile_feeds(
    feeds: Sequence[ScopedFeed], *, station_transfers: bool = True, walks: Walks | None = None
) -> Compiled:
    """Compile feeds that have passed ``load_feed``; parameters as for ``merge_feeds``."""
    return merge_feeds(feeds, Findings(), station_transfers=station_transfers, walks=walks).compiled


def merge_feeds(
    feeds: Sequence[ScopedFeed],
    findings: Findings,
    *,
    station_transfers: bool = True,
    walks: Walks | None = None,
) -> Merged:
    """Compile feeds that have passed ``feeds.gtfs.validate.load_feed``, and join their stops.

    Parameters
    ----------
    findings
        Takes what speaks against joining stops of different feeds.
    station_transfers
        Whether stops of the same station are joined by an estimated walk where nothing better is
        known; without it, only ``transfers.txt`` (and ``walks``) count.
    walks
        Finds walks along streets between all stops.
    """
    days = [service_days(feed) for _, feed in feeds]
    zones = sorted({zone for _, feed in feeds for zone in feed.agency.agency_timezone})
    first, n_days = _span(days)
    parts = [
        _compile_feed(scope, feed, aligned(own, first, n_days), own, zones)
        for (scope, feed), own in zip(feeds, days, strict=True)
    ]
    names = merged_names([part.names for part in parts])
    timetable = _merged([part.timetable for part in parts])._replace(
        first_day=np.array([first], dtype=np.int32), day_epoch=day_epochs(zones, first, n_days)
    )
    stops = feed_stops([feed for _, feed in feeds], names, timetable)
    joins = join_stops(stops, findings)
    rows = _rows_of_all(parts)
    ways = _ways(parts, timetable, names, walks)
    edges = with_joins(
        _all_edges(rows, ways, timetable, station_transfers), len(parts), stops, joins
    )
    transfers = transfer_arrays(edges, timetable.n_stops)._asdict()
    timetable = timetable._replace(**transfers, **twins_of(stops, joins)._asdict())
    compiled = _with_particular_rows(Compiled(timetable, names), parts, rows, ways)
    return Merged(compiled, stops, joins, _inside_stations(parts))


def _span(days: Sequence[ServiceDays]) -> tuple[int, int]:
    """Return the first of all days, and how many there are up to the last."""
    used = [one for one in days if one.active.shape[1]]
    first = min(one.first_day for one in used)
    last = max(one.first_day + one.active.shape[1] for one in used)
    return first, last - first


def _compile_feed(
    scope: str, feed: Feed, active: npt.NDArray[np.uint8], days: ServiceDays, zones: list[str]
) -> _Part:
    stops = feed.stops[feed.stops.location_type.to_numpy() <= BOARDABLE_TYPES]
    lat, lon = stops.stop_lat.to_numpy(), stops.stop_lon.to_numpy()
    station = positions(stops.parent_station, stops.stop_id)
    runs = runs_of(feed.frequencies, feed.trips)
    events = events_of(feed, stops.stop_id, runs)
    timetable = _timetable(feed, runs, events, days)._replace(
        stop_lat=lat.astype(np.float64),
        stop_lon=lon.astype(np.float64),
        stop_station=station.astype(np.int32),
        stop_wheelchair=_wheelchair_boarding(stops, station),
        stop_of=np.arange(len(stops), dtype=np.int32),
        service_active=active,
        agency_zone=np.array([zones.index(z) for z in feed.agency.agency_timezone], np.int32),
    )
    rows = rows_of(feed, stops.stop_id, station)
    return _Part(
        with_through_runs(feed, runs, timetable),
        names_of(scope, feed, stops, runs),
        rows,
        pathway_edges(feed, stops.stop_id),
        pathway_edges(feed, stops.stop_id, step_free=True),
        runs.source,
        len(feed.trips),
    )


def _timetable(feed: Feed, runs: Runs, events: Events, days: ServiceDays) -> Timetable:
    """Return the trips, events, routes and booking rules; other fields are empty yet."""
    trips = feed.trips.iloc[runs.source]
    agency = positions(feed.routes.agency_id, feed.agency.agency_id)
    return _EMPTY._replace(
        trip_event_ptr=events.ptr,
        trip_route=positions(trips.route_id, feed.routes.route_id).astype(np.int32),
        trip_service=positions(trips.service_id, days.services).astype(np.int32),
        trip_flags=_trip_flags(trips),
        trip_booking_rule=trip_booking_rules(events),
        event_stop=events.stop,
        event_arrival=events.arrival,
        event_departure=events.departure,
        event_flags=events.flags,
        route_type=feed.routes.route_type.to_numpy().astype(np.int16),
        route_agency=np.maximum(agency, 0).astype(np.int32),
        booking_rules=_booking_rules(feed.booking_rules),
    )


def _wheelchair_boarding(stops: pd.DataFrame, station: I64) -> npt.NDArray[np.uint8]:
    """Return (S,) what a stop says of wheelchairs, or else what its station says."""
    own = stops.wheelchair_boarding.to_numpy()
    inherited = np.where(station == NONE, 0, own[station])
    return np.asarray(np.where(own == 0, inherited, own), dtype=np.uint8)


def _trip_flags(trips: pd.DataFrame) -> npt.NDArray[np.uint8]:
    wheelchair, bikes = trips.wheelchair_accessible.to_numpy(), trips.bikes_allowed.to_numpy()
    flags = WHEELCHAIR * (wheelchair == 1) | NO_WHEELCHAIR * (wheelchair == 2)
    return np.asarray(flags | BIKES * (bikes == 1), dtype=np.uint8)


def _booking_rules(rules: pd.DataFrame) -> npt.NDArray[np.int32]:
    """(B, 5) in the order of ``routing.booking_rules.BookingRule``; what is not set is ``NONE``."""
    fields = [
        "booking_type",
        "prior_notice_duration_min",
        "prior_notice_last_day",
        "prior_notice_last_time",
        "prior_notice_duration_max",
    ]
    return np.asarray(np.maximum(rules[fields].to_numpy(dtype=np.int32), NONE))


def _rows_of_all(parts: Sequence[_Part]) -> list[Rows]:
    """Return what each feed's ``transfers.txt`` says, by the indices of the merged timetable."""
    sizes = [(p.timetable.n_stops, p.timetable.route_type.size, p.n_sources) for p in parts]
    before = np.cumsum([(0, 0, 0), *sizes], axis=0).tolist()
    return [part.rows.moved(*by) for part, by in zip(parts, before, strict=False)]


def _ways(
    parts: Sequence[_Part], timetable: Timetable, names: Names, walks: Walks | None
) -> list[Edges]:
    """Return what is known of ways on foot, the surest first."""
    before = np.cumsum([0, *(part.timetable.n_stops for part in parts)]).tolist()
    ways = [shifted(part.pathways, by) for part, by in zip(parts, before, strict=False)]
    if walks is not None:
        is_station = names.stop_is_station.astype(np.bool_)
        ways.append(walks(timetable.stop_lat, timetable.stop_lon, ~is_station))
    return ways


def _inside_stations(parts: Sequence[_Part]) -> StationWays:
    """Return the ways within stations, by the indices of the merged timetable."""
    before = np.cumsum([0, *(part.timetable.n_stops for part in parts)]).tolist()
    ways, free = (
        [
            np.concatenate(columns)
            for columns in zip(
                *(
                    shifted(getattr(part, name), by)[:3]
                    for part, by in zip(parts, before, strict=False)
                ),
                strict=True,
            )
        ]
        for name in ("pathways", "step_free")
    )
    return station_ways((ways[0], ways[1]), StationWays(*free))


def _all_edges(
    rows: Sequence[Rows], ways: list[Edges], timetable: Timetable, station_transfers: bool
) -> list[Edges]:
    """Return the sources of transfers, the surest first; those that hold for all trips."""
    lat, lon = timetable.stop_lat, timetable.stop_lon
    edges = [timed(part.take(~part.particular), ways, lat, lon) for part in rows] + ways
    if station_transfers:
        edges.append(station_edges(timetable.stop_station.astype(np.int64), lat, lon))
    return edges


def _with_particular_rows(
    plain: Compiled, parts: Sequence[_Part], rows: Sequence[Rows], ways: list[Edges]
) -> Compiled:
    """Split the stops at which rows are for particular routes or trips, if there are any."""
    particular = merged_rows([part.take(part.particular) for part in rows])
    if particular.origin.size == 0:
        return plain
    before = np.cumsum([0, *(part.n_sources for part in parts)])
    sources = [part.trip_source + by for part, by in zip(parts, before, strict=False)]
    tt = plain.timetable
    edges = timed(particular, ways, tt.stop_lat, tt.stop_lon)
    split = with_boarding_points(tt, particular, edges, np.concatenate(sources))
    return Compiled(split, with_points_named(plain.names, split))


_EMPTY = Timetable._make(np.zeros(0, dtype=np.int32) for _ in Timetable._fields)

_REFERS_TO = {
    "stop_station": "stop_lat",
    "stop_of": "stop_lat",
    "trip_route": "route_type",
    "trip_service": "service_active",
    "trip_booking_rule": "booking_rules",
    "event_stop": "stop_lat",
    "route_agency": "agency_zone",
    "through_trip": "trip_route",
    "through_service": "service_active",
}
"""Fields that hold indices, and a field with one row for each thing they point to."""

_POINTERS = {"trip_event_ptr": "event_stop", "through_ptr": "through_trip"}
"""Pointer fields, and the fields they point into."""


def _merged(parts: Sequence[Timetable]) -> Timetable:
    """Return the timetables one after the other, indices moved accordingly."""
    fields = {
        name: np.concatenate([_moved(parts, i, name) for i in range(len(parts))])
        for name in Timetable._fields
    }
    for pointer, target in _POINTERS.items():
        fields[pointer] = _merged_pointers(parts, pointer, target)
    return Timetable(**fields)


def _merged_pointers(parts: Sequence[Timetable], pointer: str, target: str) -> I64:
    ends = np.cumsum([len(getattr(part, target)) for part in parts])
    starts = [
        getattr(part, pointer)[:-1] + end - len(getattr(part, target))
        for part, end in zip(parts, ends, strict=True)
    ]
    return np.concatenate([*starts, ends[-1:]]).astype(np.int64)


def _moved(parts: Sequence[Timetable], index: int, name: str) -> npt.NDArray[np.generic]:
    values = getattr(parts[index], name)
    if name not in _REFERS_TO:
        return np.asarray(values)
    by = sum(len(getattr(part, _REFERS_TO[name])) for part in parts[:index])
    return np.where(values == NONE, NONE, values + by).astype(values.dtype)
