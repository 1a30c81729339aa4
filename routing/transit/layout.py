"""Lay lanes out in memory, forwards and mirrored."""

from typing import NamedTuple

import numpy as np

from routing.jit import entry, part
from routing.timetable import I32, NO_DROP_OFF, NO_PICKUP
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
from routing.transit.lanes import DatedTrips, Events


class Layout(NamedTuple):
    """What ``lay_out`` makes; the fields are those of ``arrays.Lanes``."""

    records: I32
    stops: I32
    departures: I32
    arrivals: I32
    slot_ptr: I32
    slot_trip: I32
    slot_day: I32


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
