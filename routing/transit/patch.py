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


@entry
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
    n_events = _renumber(base, gone, records, slot_ptr)
    layout = Layout(
        records,
        np.concatenate((base.stops, extra.stops)),
        np.empty(n_events, dtype=np.int32),
        np.empty(n_events, dtype=np.int32),
        slot_ptr,
        np.empty(slot_ptr[-1], dtype=np.int32),
        np.empty(slot_ptr[-1], dtype=np.int32),
    )
    n_base = base.slot_ptr.size - 1
    for lane in range(slot_ptr.size - 1):
        source, there = (base, lane) if lane < n_base else (extra, lane - n_base)
        n_slots = source.slot_ptr[there + 1] - source.slot_ptr[there]
        if slot_ptr[lane + 1] - slot_ptr[lane] == n_slots:
            _copy_lane(source, there, layout, lane)
        else:
            _copy_kept(source, there, layout, lane, gone)
    return layout


@part
def _renumber(base: Layout, gone: U8, records: I32, slot_ptr: I32) -> int:
    """Write where each lane starts and how many slots it has; return the number of events."""
    n_base = base.slot_ptr.size - 1
    event_at, mark_at = 0, 0
    for lane in range(slot_ptr.size - 1):
        record = lane * RECORD
        n_slots, n_stops = records[record + N_SLOTS], int(records[record + N_STOPS])
        if lane < n_base:
            n_slots -= gone[base.slot_ptr[lane] : base.slot_ptr[lane + 1]].sum()
        else:
            records[record + STOP_AT] += base.stops.size
        records[record + N_SLOTS] = records[record + END_SLOT] = n_slots
        records[record + EVENT_AT], records[record + MARK_AT] = event_at, mark_at
        slot_ptr[lane + 1] = slot_ptr[lane] + n_slots
        event_at += n_stops * n_slots
        mark_at += (n_stops + 63) >> 6
    return event_at


@part
def _copy_lane(source: Layout, there: int, layout: Layout, lane: int) -> None:
    """Copy a lane with all its slots."""
    slot, end = source.slot_ptr[there], source.slot_ptr[there + 1]
    to = layout.slot_ptr[lane]
    layout.slot_trip[to : to + end - slot] = source.slot_trip[slot:end]
    layout.slot_day[to : to + end - slot] = source.slot_day[slot:end]
    size = (end - slot) * source.records[there * RECORD + N_STOPS]
    event, to = source.records[there * RECORD + EVENT_AT], layout.records[lane * RECORD + EVENT_AT]
    layout.departures[to : to + size] = source.departures[event : event + size]
    layout.arrivals[to : to + size] = source.arrivals[event : event + size]


@part
def _copy_kept(source: Layout, there: int, layout: Layout, lane: int, gone: U8) -> None:
    """Copy the slots of a lane that are not gone."""
    first, n_before = source.slot_ptr[there], int(source.records[there * RECORD + N_SLOTS])
    n_stops, n_after = (
        source.records[there * RECORD + N_STOPS],
        layout.records[lane * RECORD + N_SLOTS],
    )
    event, to = source.records[there * RECORD + EVENT_AT], layout.records[lane * RECORD + EVENT_AT]
    kept = 0
    for slot in range(n_before):
        if gone[first + slot]:
            continue
        place = layout.slot_ptr[lane] + kept
        layout.slot_trip[place] = source.slot_trip[first + slot]
        layout.slot_day[place] = source.slot_day[first + slot]
        for position in range(n_stops):
            departure = source.departures[event + position * n_before + slot]
            layout.departures[to + position * n_after + kept] = departure
            arrival = source.arrivals[event + slot * n_stops + position]
            layout.arrivals[to + kept * n_stops + position] = arrival
        kept += 1


@entry
def append_by_stop(ptr: I32, pairs: I32, more_ptr: I32, more: I32, shift: I32) -> tuple[I32, I32]:
    """Return pairs by stop, those of ``more`` behind the others of the same stop.

    ``shift`` is (2,): what is added to the first and second number of the pairs of ``more``.
    """
    n_stops = ptr.size - 1
    joined = np.empty(pairs.size + more.size, dtype=np.int32)
    for stop in range(n_stops):
        at = 2 * (ptr[stop] + more_ptr[stop])
        kept = pairs[2 * ptr[stop] : 2 * ptr[stop + 1]]
        joined[at : at + kept.size] = kept
        at += kept.size
        for pair in range(more_ptr[stop], more_ptr[stop + 1]):
            joined[at] = more[2 * pair] + shift[0]
            joined[at + 1] = more[2 * pair + 1] + shift[1]
            at += 2
    return ptr + more_ptr, joined


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
