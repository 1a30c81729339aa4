"""Which lanes riders can board and leave at each stop."""

import numpy as np

from routing.jit import entry, part
from routing.timetable import I32
from routing.transit.arrays import (
    EVENT_AT,
    MARK_AT,
    N_SLOTS,
    N_STOPS,
    NEVER,
    RECORD,
    STOP_AT,
    TICK_BITS,
    U64,
)
from routing.transit.layout import Layout


@entry
def boardings_of(layout: Layout, n_stops: int) -> tuple[I32, I32, U64]:
    """Return ``boarding_ptr``, ``boardings`` and ``boarding_ticks`` of ``arrays.Lanes``."""
    ptr = np.zeros(n_stops + 1, dtype=np.int32)
    for lane in range(layout.slot_ptr.size - 1):
        for position in range(layout.records[lane * RECORD + N_STOPS] - 1):
            if _boards(layout, lane, position):
                ptr[layout.stops[layout.records[lane * RECORD + STOP_AT] + position] + 1] += 1
    ptr = np.cumsum(ptr).astype(np.int32)
    free = ptr.copy()
    pairs = np.empty(2 * ptr[n_stops], dtype=np.int32)
    ticks = np.empty(ptr[n_stops], dtype=np.uint64)
    for lane in range(layout.slot_ptr.size - 1):
        for position in range(layout.records[lane * RECORD + N_STOPS] - 1):
            if _boards(layout, lane, position):
                stop = layout.stops[layout.records[lane * RECORD + STOP_AT] + position]
                word = layout.records[lane * RECORD + MARK_AT] + (position >> 6)
                pairs[2 * free[stop]] = word
                pairs[2 * free[stop] + 1] = lane << 6 | (position & 63)
                ticks[free[stop]] = _ticks(layout, lane, position)
                free[stop] += 1
    return ptr, pairs, ticks


@part
def _ticks(layout: Layout, lane: int, position: int) -> np.uint64:
    """Return the ticks of the dial in which a lane departs from a position."""
    n_slots = layout.records[lane * RECORD + N_SLOTS]
    column = layout.records[lane * RECORD + EVENT_AT] + position * n_slots
    ticks = np.uint64(0)
    for event in range(column, column + n_slots):
        ticks |= np.uint64(1) << np.uint64((layout.departures[event] >> TICK_BITS) & 63)
    return ticks


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
