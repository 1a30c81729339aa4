"""Compile the trips of a span of days to lanes: choose, split where trips overtake, lay out."""

from typing import NamedTuple

import numpy as np

from routing.jit import entry, part
from routing.timetable import I32, I64, NO_DROP_OFF, NO_PICKUP, U8, Timetable
from routing.transit.arrays import (
    END_SLOT,
    EVENT_AT,
    FIRST_SLOT,
    MARK_AT,
    N_SLOTS,
    N_STOPS,
    NEVER,
    RECORD,
    RULE,
    STOP_AT,
)


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


class Layout(NamedTuple):
    """What ``lay_out`` makes; the fields are those of ``arrays.Lanes``."""

    records: I32
    stops: I32
    departures: I32
    arrivals: I32
    slot_ptr: I32
    slot_trip: I32
    slot_day: I32


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


@entry
def lay_out(dated: DatedTrips, lane_of: I32, n_lanes: int, events: Events, rule: I32) -> Layout:
    """Lay the lanes out: departures by position, arrivals by slot, lanes by their lowest stop."""
    size = lane_of.size
    n_slots = np.zeros(n_lanes, dtype=np.int32)
    sample = np.zeros(n_lanes, dtype=np.int32)
    for k in range(size):
        n_slots[lane_of[k]] += 1
        sample[lane_of[k]] = k
    place = _places(dated, events, sample)
    records = np.zeros(n_lanes * RECORD, dtype=np.int32)
    slot_ptr = np.zeros(n_lanes + 1, dtype=np.int32)
    n_positions, n_events = _number(dated, events, rule, n_slots, sample, place, records, slot_ptr)
    layout = Layout(
        records,
        np.empty(n_positions, dtype=np.int32),
        np.empty(n_events, dtype=np.int32),
        np.empty(n_events, dtype=np.int32),
        slot_ptr,
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
    )
    filled = np.zeros(n_lanes, dtype=np.int32)
    for k in range(size):
        lane = place[lane_of[k]]
        _fill(layout, lane, filled[lane], events, dated, k)
        filled[lane] += 1
    return layout


@part
def _places(dated: DatedTrips, events: Events, sample: I32) -> I32:
    """Return the (L,) place of each lane when lanes are sorted by their lowest stop rank."""
    lowest = np.empty(sample.size, dtype=np.int64)
    for lane in range(sample.size):
        trip = dated.trip[sample[lane]]
        lowest[lane] = events.stop[events.ptr[trip] : events.ptr[trip + 1]].min()
    order = np.argsort(lowest, kind="mergesort")
    place = np.empty(sample.size, dtype=np.int32)
    for k in range(order.size):
        place[order[k]] = k
    return place


@part
def _number(
    dated: DatedTrips,
    events: Events,
    rule: I32,
    n_slots: I32,
    sample: I32,
    place: I32,
    records: I32,
    slot_ptr: I32,
) -> tuple[int, int]:
    """Write the lane records; return the number of positions and events."""
    at = np.empty(sample.size, dtype=np.int32)
    for lane in range(sample.size):
        at[place[lane]] = lane
    stop_at, event_at, mark_at = 0, 0, 0
    for new in range(sample.size):
        lane = at[new]
        trip = dated.trip[sample[lane]]
        length = events.ptr[trip + 1] - events.ptr[trip]
        record = new * RECORD
        records[record + N_STOPS] = length
        records[record + N_SLOTS] = n_slots[lane]
        records[record + STOP_AT] = stop_at
        records[record + EVENT_AT] = event_at
        records[record + MARK_AT] = mark_at
        records[record + FIRST_SLOT] = 0
        records[record + END_SLOT] = n_slots[lane]
        records[record + RULE] = max(rule[sample[lane]] + 1, 0)
        slot_ptr[new + 1] = slot_ptr[new] + n_slots[lane]
        stop_at += length
        event_at += length * n_slots[lane]
        mark_at += (length + 63) >> 6
    return stop_at, event_at


@part
def _fill(layout: Layout, lane: int, slot: int, events: Events, dated: DatedTrips, k: int) -> None:
    """Write one dated trip; where nobody may board or alight, times that are never used."""
    record = lane * RECORD
    n_stops, n_slots = layout.records[record + N_STOPS], int(layout.records[record + N_SLOTS])
    event_at, stop_at = layout.records[record + EVENT_AT], layout.records[record + STOP_AT]
    trip, shift = dated.trip[k], dated.shift[k]
    layout.slot_trip[layout.slot_ptr[lane] + slot] = trip
    layout.slot_day[layout.slot_ptr[lane] + slot] = dated.day[k]
    for position in range(n_stops):
        event = events.ptr[trip] + position
        flags = events.flags[event]
        layout.stops[stop_at + position] = events.stop[event]
        layout.departures[event_at + position * n_slots + slot] = (
            -NEVER if flags & NO_PICKUP else events.departure[event] + shift
        )
        layout.arrivals[event_at + slot * int(n_stops) + position] = (
            NEVER if flags & NO_DROP_OFF else events.arrival[event] + shift
        )


@entry
def mirror(layout: Layout) -> Layout:
    """Return the same lanes with time and travel direction reversed: second ``t`` is ``-t``."""
    records, slot_ptr = layout.records, layout.slot_ptr
    stops = np.empty_like(layout.stops)
    departures = np.empty_like(layout.departures)
    arrivals = np.empty_like(layout.arrivals)
    slot_trip = np.empty_like(layout.slot_trip)
    slot_day = np.empty_like(layout.slot_day)
    for lane in range(slot_ptr.size - 1):
        n_stops = int(records[lane * RECORD + N_STOPS])
        n_slots = int(records[lane * RECORD + N_SLOTS])
        stop_at = records[lane * RECORD + STOP_AT]
        event_at = int(records[lane * RECORD + EVENT_AT])
        events = n_stops * n_slots
        for k in range(n_stops):
            stops[stop_at + k] = layout.stops[stop_at + n_stops - 1 - k]
        for slot in range(n_slots):
            slot_trip[slot_ptr[lane] + slot] = layout.slot_trip[slot_ptr[lane + 1] - 1 - slot]
            slot_day[slot_ptr[lane] + slot] = layout.slot_day[slot_ptr[lane + 1] - 1 - slot]
            for k in range(n_stops):
                there = (n_slots - 1 - slot) * n_stops + (n_stops - 1 - k)
                departures[event_at + k * n_slots + slot] = -layout.arrivals[event_at + there]
        for event in range(events):
            k, slot = event % n_stops, event // n_stops
            there = (n_stops - 1 - k) * n_slots + (n_slots - 1 - slot)
            arrivals[event_at + event] = -layout.departures[event_at + there]
    return Layout(records.copy(), stops, departures, arrivals, slot_ptr.copy(), slot_trip, slot_day)


@entry
def boardings_of(layout: Layout, n_stops: int) -> tuple[I32, I32]:
    """Return ``boarding_ptr`` and ``boardings`` of ``arrays.Lanes``."""
    ptr = np.zeros(n_stops + 1, dtype=np.int32)
    for lane in range(layout.slot_ptr.size - 1):
        for position in range(layout.records[lane * RECORD + N_STOPS] - 1):
            if _boards(layout, lane, position):
                ptr[layout.stops[layout.records[lane * RECORD + STOP_AT] + position] + 1] += 1
    ptr = np.cumsum(ptr).astype(np.int32)
    free = ptr.copy()
    pairs = np.empty(2 * ptr[n_stops], dtype=np.int32)
    for lane in range(layout.slot_ptr.size - 1):
        for position in range(layout.records[lane * RECORD + N_STOPS] - 1):
            if _boards(layout, lane, position):
                stop = layout.stops[layout.records[lane * RECORD + STOP_AT] + position]
                word = layout.records[lane * RECORD + MARK_AT] + (position >> 6)
                pairs[2 * free[stop]] = word
                pairs[2 * free[stop] + 1] = lane << 6 | (position & 63)
                free[stop] += 1
    return ptr, pairs


@part
def _boards(layout: Layout, lane: int, position: int) -> bool:
    record = lane * RECORD
    column = layout.records[record + EVENT_AT] + position * layout.records[record + N_SLOTS]
    return bool(layout.departures[column] != -NEVER)


@entry
def alightings_of(layout: Layout, n_stops: int) -> tuple[I32, I32]:
    """Return ``alighting_ptr`` and ``alightings`` of ``arrays.Lanes``."""
    ptr = np.zeros(n_stops + 1, dtype=np.int32)
    for lane in range(layout.slot_ptr.size - 1):
        for position in range(1, layout.records[lane * RECORD + N_STOPS]):
            if _alights(layout, lane, position):
                ptr[layout.stops[layout.records[lane * RECORD + STOP_AT] + position] + 1] += 1
    ptr = np.cumsum(ptr).astype(np.int32)
    free = ptr.copy()
    pairs = np.empty(2 * ptr[n_stops], dtype=np.int32)
    for lane in range(layout.slot_ptr.size - 1):
        for position in range(1, layout.records[lane * RECORD + N_STOPS]):
            if _alights(layout, lane, position):
                stop = layout.stops[layout.records[lane * RECORD + STOP_AT] + position]
                pairs[2 * free[stop]] = lane
                pairs[2 * free[stop] + 1] = position
                free[stop] += 1
    return ptr, pairs


@part
def _alights(layout: Layout, lane: int, position: int) -> bool:
    return bool(layout.arrivals[layout.records[lane * RECORD + EVENT_AT] + position] != NEVER)
