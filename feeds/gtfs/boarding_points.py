"""Boarding points: stops split so that transfers between particular trips are plain transfers.

Where rows of ``transfers.txt`` are for routes or trips, the events of those routes and trips move
to points of their own at the same place, one for each class of trips that the rows cannot tell
apart. Transfers from and to the stop are then written out for its points: a row for those that it
fits, the first that fits a pair of points counts; what holds for the stop, for all other pairs.
So the search needs no rules, only more stops, and those only where rows name routes or trips.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from feeds.gtfs.names import Names
from feeds.gtfs.transfer_rows import Rows
from feeds.gtfs.transfers import FORBIDDEN, NO_CHANGE_S, Edges, transfer_arrays
from routing.timetable import NONE, Timetable

I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Points(NamedTuple):
    """P points: first the S stops themselves, for the trips that no row names."""

    stop: I64
    """(P,) the stop that the point belongs to."""
    route: I64
    """(P,) route of its trips, or ``NONE`` where no row at the stop names it."""
    trip: I64
    """(P,) row of ``trips.txt`` of its trips, or ``NONE`` where no row at the stop names it."""
    of_event: I64
    """(E,) the point of each event."""
    is_left: Mask
    """(P,) whether riders may come to the point by a trip: not where all of its trips start."""
    is_boarded: Mask
    """(P,) whether riders may leave it by a trip: not where all of its trips end."""
    members: I64
    """(P,) the points in the order of their stops."""
    ptr: I64
    """(S+1,) where the points of each stop start in ``members``."""


def with_boarding_points(
    timetable: Timetable, rows: Rows, edges: Edges, trip_source: I64
) -> Timetable:
    """Return the timetable with the transfers that particular rows ask for.

    Parameters
    ----------
    timetable
        With the transfers that hold where no row fits.
    rows
        N rows for particular routes or trips, in the order in which they count.
    edges
        (N,) what each row stands for.
    trip_source
        (T,) row of ``trips.txt`` of each trip; runs of one repeated trip share it.
    """
    points = points_of(timetable, rows, trip_source)
    sources = [_edges_of_rows(rows, edges, points), _edges_of_stops(timetable, points)]
    transfers = transfer_arrays(sources, points.stop.size)
    copied = {
        name: getattr(timetable, name)[points.stop]
        for name in Timetable._fields
        if name.startswith("stop_")
    }
    n_points = points.stop.size - timetable.n_stops
    return timetable._replace(
        **copied | transfers._asdict(),
        twin_ptr=np.append(timetable.twin_ptr, np.repeat(timetable.twin_ptr[-1:], n_points)),
        event_stop=points.of_event.astype(np.int32),
    )


def with_points_named(names: Names, timetable: Timetable) -> Names:
    """Return the names with those of the boarding points, which are their stops'."""
    named = {
        name: getattr(names, name)[timetable.stop_of]
        for name in Names._fields
        if name.startswith("stop_")
    }
    return names._replace(**named)


def points_of(timetable: Timetable, rows: Rows, trip_source: I64) -> Points:
    """Split the stops at which rows name routes or trips."""
    n_stops, stop = timetable.n_stops, timetable.event_stop.astype(np.int64)
    trip = np.repeat(np.arange(timetable.trip_route.size), np.diff(timetable.trip_event_ptr))
    event = np.flatnonzero(_is_named(rows, n_stops)[stop])
    route, source = timetable.trip_route[trip[event]].astype(np.int64), trip_source[trip[event]]
    own = np.stack([
        stop[event],
        _if_named(stop[event], route, (rows.origin, rows.target), (rows.from_route, rows.to_route)),
        _if_named(stop[event], source, (rows.origin, rows.target), (rows.from_trip, rows.to_trip)),
    ])  # fmt: skip
    split = (own[1:] != NONE).any(axis=0)
    kinds, point = np.unique(own[:, split], axis=1, return_inverse=True)
    of_event = stop.copy()
    of_event[event[split]] = n_stops + point.ravel()
    whole = np.stack([np.arange(n_stops), np.full(n_stops, NONE), np.full(n_stops, NONE)])
    stops, routes, sources = np.concatenate([whole, kinds], axis=1)
    ptr = np.concatenate([[0], np.cumsum(np.bincount(stops, minlength=n_stops))])
    return Points(
        stops,
        routes,
        sources,
        of_event,
        _used(stops, n_stops, np.delete(of_event, timetable.trip_event_ptr[:-1])),
        _used(stops, n_stops, np.delete(of_event, timetable.trip_event_ptr[1:] - 1)),
        np.argsort(stops, kind="stable"),
        ptr,
    )


def _used(stops: I64, n_stops: int, points: I64) -> Mask:
    """(P,) whether a point is among ``points``; the stops themselves always are."""
    used = np.arange(stops.size) < n_stops
    used[points] = True
    return used


def _is_named(rows: Rows, n_stops: int) -> Mask:
    named = np.zeros(n_stops, dtype=np.bool_)
    named[rows.origin] = named[rows.target] = True
    return named


def _if_named(stop: I64, key: I64, ends: tuple[I64, I64], keys: tuple[I64, I64]) -> I64:
    """Return ``key`` where rows name it at the stop, on either side, else ``NONE``."""
    at, named = np.concatenate(ends), np.concatenate(keys)
    width = max(int(key.max(initial=0)), int(named.max(initial=0))) + 1
    codes = np.unique((at * width + named)[named != NONE])
    return np.where(np.isin(stop * width + key, codes), key, NONE)


def _edges_of_rows(rows: Rows, edges: Edges, points: Points) -> Edges:
    """Return each row's edges between the points that it fits, in the order of the rows."""
    left = _fitting(rows.origin, rows.from_route, rows.from_trip, points, points.is_left)
    right = _fitting(rows.target, rows.to_route, rows.to_trip, points, points.is_boarded)
    row, origin, target = _each_with_each(left, right, rows.origin.size)
    return Edges(origin, target, edges.seconds[row], edges.metres[row])


def _fitting(stop: I64, route: I64, trip: I64, points: Points, used: Mask) -> tuple[I64, I64]:
    """Return rows, ascending, and for each a point of its stop that fits it."""
    row, point = _points_at(stop, points, used)
    fits = (route[row] == NONE) | (points.route[point] == route[row])
    fits &= (trip[row] == NONE) | (points.trip[point] == trip[row])
    return row[fits], point[fits]


def _edges_of_stops(timetable: Timetable, points: Points) -> Edges:
    """Return the transfers and changes of the stops, between all of their points."""
    stops = np.arange(timetable.n_stops)
    change = timetable.stop_change_s
    plain = Edges(
        np.concatenate([np.repeat(stops, np.diff(timetable.transfer_ptr)), stops]),
        np.concatenate([timetable.transfer_stop, stops]),
        np.concatenate(
            [timetable.transfer_s, np.where(change == NO_CHANGE_S, FORBIDDEN, change)]
        ),
        np.concatenate([timetable.transfer_m, np.full_like(stops, NONE)]),
    )  # fmt: skip
    left = _points_at(plain.origin, points, points.is_left)
    right = _points_at(plain.target, points, points.is_boarded)
    edge, origin, target = _each_with_each(left, right, plain.origin.size)
    return Edges(origin, target, plain.seconds[edge], plain.metres[edge])


def _points_at(stop: I64, points: Points, used: Mask) -> tuple[I64, I64]:
    """Return for N stops their place in the list, ascending, and each of their ``used`` points."""
    start, size = points.ptr[stop], np.diff(points.ptr)[stop]
    item = np.repeat(np.arange(stop.size), size)
    within = np.arange(item.size) - (np.cumsum(size) - size)[item]
    point = points.members[start[item] + within]
    return item[used[point]], point[used[point]]


def _each_with_each(
    left: tuple[I64, I64], right: tuple[I64, I64], n_items: int
) -> tuple[I64, I64, I64]:
    """Return item, left and right point of every pair of points of the same item."""
    items, others = left[0], np.bincount(right[0], minlength=n_items)
    size = others[items]
    pair = np.repeat(np.arange(items.size), size)
    within = np.arange(pair.size) - (np.cumsum(size) - size)[pair]
    start = (np.cumsum(others) - others)[items[pair]]
    return items[pair], left[1][pair], right[1][start + within]
