"""Exchange some trips of a layout for others, copying the rest as it lies."""

import numpy as np

from routing.jit import entry, part
from routing.timetable import I32, U8
from routing.transit.arrays import (
    END_SLOT,
    EVENT_AT,
    MARK_AT,
    N_SLOTS,
    N_STOPS,
    RECORD,
    STOP_AT,
    Lanes,
)
from routing.transit.layout import Layout
from routing.transit.stopping import alightings_of, boardings_of
from routing.transit.unchecked import pin


def exchange(base: Layout, gone: U8, extra: Layout) -> Layout:
    """Return ``base`` without the slots marked in ``gone``, followed by the lanes of ``extra``.

    The lanes of ``base`` keep their numbers, positions and marks; one whose trips are all gone
    stays, without slots.

    Parameters
    ----------
    base
        The lanes of a view.
    gone
        (K,) 1 where a slot of ``base`` is left out.
    extra
        Lanes of the trips that run instead.
    """
    records = np.concatenate((base.records, extra.records))
    slot_ptr = np.zeros(base.slot_ptr.size + extra.slot_ptr.size - 1, dtype=np.int32)
    n_events = renumber(base, gone, records, slot_ptr)
    n_slots = int(slot_ptr[-1])
    layout = Layout(  # numpy's memory, not numba's: huge pages, and so a third of the time
        records,
        np.concatenate((base.stops, extra.stops)),
        np.empty(n_events, dtype=np.int32),
        np.empty(n_events, dtype=np.int32),
        slot_ptr,
        np.empty(n_slots, dtype=np.int32),
        np.empty(n_slots, dtype=np.int32),
    )
    copy_lanes(base, gone, extra, layout)
    return layout


@entry
def renumber(base: Layout, gone: U8, records: I32, slot_ptr: I32) -> int:
    """Write where each lane starts and how many slots it has; return the number of events."""
    n_base = base.slot_ptr.size - 1
    event_at, mark_at = 0, 0
    for lane in range(slot_ptr.size - 1):
        record = lane * RECORD
        n_slots, n_stops = records[record + N_SLOTS], int(records[record + N_STOPS])
        if lane < n_base:
            for slot in range(base.slot_ptr[lane], base.slot_ptr[lane + 1]):
                n_slots -= gone[slot]
        else:
            records[record + STOP_AT] += base.stops.size
        records[record + N_SLOTS] = records[record + END_SLOT] = n_slots
        records[record + EVENT_AT], records[record + MARK_AT] = event_at, mark_at
        slot_ptr[lane + 1] = slot_ptr[lane] + n_slots
        event_at += n_stops * n_slots
        mark_at += (n_stops + 63) >> 6
    return event_at


@entry
def copy_lanes(base: Layout, gone: U8, extra: Layout, layout: Layout) -> None:
    """Write slots and events of the lanes that ``renumber`` has laid out."""
    n_base, lane = base.slot_ptr.size - 1, 0
    while lane < n_base:
        end = _whole_until(base, layout, lane)
        _copy_whole(base, lane, end, layout, lane)
        if end < n_base:
            _copy_kept(base, end, layout, end, gone)
        lane = end + 1
    _copy_whole(extra, 0, extra.slot_ptr.size - 1, layout, n_base)


@part
def _whole_until(base: Layout, layout: Layout, lane: int) -> int:
    """Return the first lane from ``lane`` on that loses slots, or the number of lanes."""
    n_lanes = base.slot_ptr.size - 1
    lost = base.slot_ptr[lane] - layout.slot_ptr[lane]
    while lane < n_lanes and base.slot_ptr[lane + 1] - layout.slot_ptr[lane + 1] == lost:
        lane += 1
    return lane


@part
def _copy_whole(source: Layout, first: int, end: int, layout: Layout, place: int) -> None:
    """Copy the lanes ``[first, end)`` with all their slots to where ``place`` begins.

    Their events lie one after the other in both layouts, so one copy does for all of them.
    """
    if first == end:
        return
    slot, size = source.slot_ptr[first], source.slot_ptr[end] - source.slot_ptr[first]
    to = layout.slot_ptr[place]
    layout.slot_trip[to : to + size] = source.slot_trip[slot : slot + size]
    layout.slot_day[to : to + size] = source.slot_day[slot : slot + size]
    event, last = source.records[first * RECORD + EVENT_AT], (end - 1) * RECORD
    n_events = source.records[last + EVENT_AT] - event
    n_events += source.records[last + N_STOPS] * source.records[last + N_SLOTS]
    to = layout.records[place * RECORD + EVENT_AT]
    layout.departures[to : to + n_events] = source.departures[event : event + n_events]
    layout.arrivals[to : to + n_events] = source.arrivals[event : event + n_events]


@part
def _copy_kept(source: Layout, there: int, layout: Layout, lane: int, gone: U8) -> None:
    """Copy the slots of a lane that are not gone, as many neighbours at once as there are."""
    first, n_slots = source.slot_ptr[there], source.records[there * RECORD + N_SLOTS]
    slot, kept = 0, 0
    while slot < n_slots:
        end = slot
        while end < n_slots and not gone[first + end]:
            end += 1
        _copy_slots(source, there, slot, end - slot, layout, lane, kept)
        kept += end - slot
        slot = end + 1


@part
def _copy_slots(
    source: Layout, there: int, slot: int, size: int, layout: Layout, lane: int, kept: int
) -> None:
    """Copy ``size`` slots of a lane from ``slot`` on to where the slot ``kept`` is."""
    if size == 0:
        return
    n_stops = int(source.records[there * RECORD + N_STOPS])
    n_before, n_after = (
        source.records[there * RECORD + N_SLOTS],
        layout.records[lane * RECORD + N_SLOTS],
    )
    at, to = source.slot_ptr[there] + slot, layout.slot_ptr[lane] + kept
    layout.slot_trip[to : to + size] = source.slot_trip[at : at + size]
    layout.slot_day[to : to + size] = source.slot_day[at : at + size]
    at, to = source.records[there * RECORD + EVENT_AT], layout.records[lane * RECORD + EVENT_AT]
    row, new_row = at + slot * n_stops, to + kept * n_stops
    n_events = size * n_stops
    layout.arrivals[new_row : new_row + n_events] = source.arrivals[row : row + n_events]
    departures, new_departures = pin(source.departures), pin(layout.departures)
    for position in range(n_stops):
        column, new_column = at + position * n_before + slot, to + position * n_after + kept
        for k in range(size):  # most are too short to be worth a slice
            new_departures[new_column + k] = departures[column + k]


def append_by_stop(ptr: I32, pairs: I32, more_ptr: I32, more: I32, shift: I32) -> tuple[I32, I32]:
    """Return pairs by stop, those of ``more`` behind the others of the same stop.

    ``shift`` is (2,): what is added to the first and second number of the pairs of ``more``.
    """
    joined = np.empty(pairs.size + more.size, dtype=np.int32)
    join_by_stop(ptr, pairs, more_ptr, more, shift, joined)
    return ptr + more_ptr, joined


@entry
def join_by_stop(ptr: I32, pairs: I32, more_ptr: I32, more: I32, shift: I32, joined: I32) -> None:
    """Write the pairs that ``append_by_stop`` returns; stops without more are copied at once."""
    n_stops, stop, at = ptr.size - 1, 0, 0
    while stop < n_stops:
        first = stop
        while stop < n_stops and more_ptr[stop + 1] == more_ptr[first]:
            stop += 1
        last = min(stop + 1, n_stops)
        size = 2 * (ptr[last] - ptr[first])
        joined[at : at + size] = pairs[2 * ptr[first] : 2 * ptr[first] + size]
        at += size
        for pair in range(more_ptr[first], more_ptr[last]):
            joined[at] = more[2 * pair] + shift[0]
            joined[at + 1] = more[2 * pair + 1] + shift[1]
            at += 2
        stop = last


def exchange_lanes(base: Lanes, gone: U8, extra: Layout) -> Lanes:
    """Return ``base`` with other trips, as ``exchange`` does; whoever stops where included."""
    layout = exchange(Layout(*(getattr(base, field) for field in Layout._fields)), gone, extra)
    n_stops, n_lanes = base.change_s.size, base.slot_ptr.size - 1
    n_words = layout.records[n_lanes * RECORD + MARK_AT] if extra.records.size else 0
    to_boardings = np.array([n_words, n_lanes << 6], dtype=np.int32)
    to_alightings = np.array([n_lanes, 0], dtype=np.int32)
    more_ptr, more, more_ticks = boardings_of(extra, n_stops)
    boarding_ptr, boardings = append_by_stop(
        base.boarding_ptr, base.boardings, more_ptr, more, to_boardings
    )
    _, halves = append_by_stop(
        base.boarding_ptr,
        base.boarding_ticks.view(np.int32),
        more_ptr,
        more_ticks.view(np.int32),
        np.zeros(2, dtype=np.int32),
    )
    alighting_ptr, alightings = append_by_stop(
        base.alighting_ptr, base.alightings, *alightings_of(extra, n_stops), to_alightings
    )
    return base._replace(
        **layout._asdict(),
        boarding_ptr=boarding_ptr,
        boardings=boardings,
        boarding_ticks=halves.view(np.uint64),
        alighting_ptr=alighting_ptr,
        alightings=alightings,
    )
