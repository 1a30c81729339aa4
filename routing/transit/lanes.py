"""Choose the trips of a span of days, and sort them into lanes in which none overtakes."""

from typing import NamedTuple

import numpy as np

from routing.jit import entry, part
from routing.timetable import I32, I64, U8, Timetable


class DatedTrips(NamedTuple):
    """Trips with the service day they run on, K of them."""

    trip: I32
    """(K,) trip index."""
    day: I32
    """(K,) index of the service day; may lie outside of the timetable's days, never used then."""
    shift: I32
    """(K,) second of the view at which the trip's service day starts."""


class Events(NamedTuple):
    """The events of the timetable's trips, as the kernels below read them."""

    ptr: I64
    """(T+1,) where the events of each trip start."""
    stop: I32
    """(E,) stop rank."""
    arrival: I32
    """(E,) seconds of the service day."""
    departure: I32
    """(E,) seconds of the service day."""
    flags: U8
    """(E,) ``NO_PICKUP`` | ``NO_DROP_OFF``."""


def dated_trips(
    timetable: Timetable, zone: I32, days: range, day_start: I32, span_s: int
) -> DatedTrips:
    """Return the trips of ``days`` that run within ``[0, span_s]`` of the view.

    Parameters
    ----------
    timetable
        The compiled timetable.
    zone
        (T,) row of ``day_start`` of each trip.
    days
        Service days, as indices of the timetable; those outside of it have no trips.
    day_start
        (Z, D) second of the view at which each service day starts.
    span_s
        Length of the view, seconds.
    """
    known = range(max(days.start, 0), min(days.stop, timetable.n_days))
    first, last = timetable.trip_event_ptr[:-1], timetable.trip_event_ptr[1:] - 1
    starts, ends = timetable.event_departure[first], timetable.event_arrival[last]
    found = [
        _of_day(timetable, zone, day, day_start[:, day], starts, ends, span_s) for day in known
    ]
    if not found:
        nothing = np.zeros(0, dtype=np.int32)
        return DatedTrips(nothing, nothing, nothing)
    return DatedTrips(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _of_day(
    timetable: Timetable, zone: I32, day: int, start: I32, starts: I32, ends: I32, span_s: int
) -> DatedTrips:
    shift = start[zone].astype(np.int64)
    runs = timetable.service_active[:, day][timetable.trip_service] == 1
    trip = np.flatnonzero(runs & (ends + shift >= 0) & (starts + shift <= span_s))
    return DatedTrips(
        trip.astype(np.int32),
        np.full(trip.size, day, dtype=np.int32),
        shift[trip].astype(np.int32),
    )


@entry
def split_lanes(
    dated: DatedTrips, pattern: I32, events: Events, rule: I32, alone: U8
) -> tuple[I32, int]:
    """Return the (K,) lane of each dated trip and the number of lanes.

    ``dated`` is sorted by pattern and first departure. A trip joins the first lane of its pattern
    whose last trip it nowhere overtakes. Where booking is needed, service days must not run
    backwards either, so that booking deadlines rise along a lane.

    Parameters
    ----------
    dated
        The trips.
    pattern
        (K,) pattern of each dated trip.
    events
        The timetable's events.
    rule
        (K,) booking rule of each dated trip, or negative.
    alone
        (K,) 1 where a trip must have a lane of its own.
    """
    size = dated.trip.size
    lane_of = np.empty(size, dtype=np.int32)
    last = np.empty(size, dtype=np.int32)
    n_lanes, first_lane = 0, 0
    for k in range(size):
        if k == 0 or pattern[k] != pattern[k - 1]:
            first_lane = n_lanes
        lane = n_lanes if alone[k] else first_lane
        while lane < n_lanes and not _follows(dated, events, last[lane], k, rule[k] >= 0, alone):
            lane += 1
        n_lanes = max(n_lanes, lane + 1)
        lane_of[k] = lane
        last[lane] = k
    return lane_of, n_lanes


@part
def _follows(
    dated: DatedTrips, events: Events, before: int, after: int, booked: bool, alone: U8
) -> bool:
    """Say whether dated trip ``after`` is nowhere earlier than ``before``."""
    if alone[before] or (booked and dated.day[after] < dated.day[before]):
        return False
    one, other = events.ptr[dated.trip[before]], events.ptr[dated.trip[after]]
    length = events.ptr[dated.trip[before] + 1] - one
    shift = dated.shift[after] - dated.shift[before]
    for k in range(length):
        if events.departure[other + k] + shift < events.departure[one + k]:
            return False
        if events.arrival[other + k] + shift < events.arrival[one + k]:
            return False
    return True
