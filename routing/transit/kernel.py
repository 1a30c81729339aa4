"""RAPTOR rounds on lanes (Delling, Pajor, Werneck: Round-Based Public Transit Routing, 2012).

A round boards every lane at the positions marked by the last one, rides it, and marks the stops
that became reachable earlier. Labels are kept between departures searched in descending order
(range RAPTOR). All arrays are pinned; nothing is allocated.
"""

from typing import Final, NamedTuple

import numpy as np

from routing.jit import helper, part
from routing.timetable import I32, I64
from routing.transit.arrays import (
    END_SLOT,
    EVENT_AT,
    FIRST_SLOT,
    MARK_AT,
    N_SLOTS,
    N_STOPS,
    RECORD,
    RULE,
    STOP_AT,
    TICK_BITS,
    U64,
    Lanes,
)
from routing.transit.unchecked import lowest_bit
from routing.transit.workspace import (
    ALIGHT_FROM,
    ALIGHT_UNTIL,
    ARRIVED,
    BLOCK_BITS,
    BOARD_FROM,
    BOARD_UNTIL,
    HIGH_WORD,
    LINE,
    LOW_WORD,
    MAX_RIDES,
    N_ARRIVED,
    N_READY,
    READY,
    WINDOW,
    Workspace,
)

ONE: Final = np.uint64(1)
ZERO: Final = np.uint64(0)
ALL: Final = ~np.uint64(0)
NO_SLOT: Final = 2**27
"""Greater than every slot: no vehicle boarded."""
UNREACHED: Final = NO_SLOT << 3
"""``Workspace.reached`` of a position that no trip rode through."""


@helper
def lower(labels: I32 | I64, first: int, end: int, value: int) -> None:
    """Lower the labels ``[first, end)``, which never rise, to at most ``value``."""
    at = first
    while at < end and value < labels[at]:
        labels[at] = value
        at += 1


@helper
def add(bits: U64, members: I32, counters: I64, counter: int, stop: int) -> bool:
    """Put a stop into a set that is kept as bits and as a list; say whether it is new."""
    word, bit = stop >> 6, ONE << np.uint64(stop & 63)
    if bits[word] & bit != ZERO:
        return False
    bits[word] = bits[word] | bit
    members[counters[counter]] = stop
    counters[counter] += 1
    return True


@helper
def rest_of(work: Workspace, stop: int) -> int:
    """Return the seconds that a journey takes at least from ``stop`` to the destination."""
    return int(work.rest_s[stop >> work.counters[BLOCK_BITS]])


@helper
def make_ready(work: Workspace, stop: int, ready: int, ride: int) -> None:
    """Let riders board at ``stop`` from second ``ready`` on, after ``ride`` rides."""
    label = stop * LINE + READY + ride
    before = work.labels[label]
    if ready < before:
        lower(work.labels, label, stop * LINE + ARRIVED + 1, ready)
        if add(work.ready_bits, work.ready_stops, work.counters, N_READY, stop):
            work.ready_before[work.counters[N_READY] - 1] = before


@helper
def ticks_of(first: int, end: int) -> np.uint64:
    """Return the ticks of the dial that ``[first, end)``, which is not empty, touches."""
    low = first >> TICK_BITS
    n_ticks = ((end - 1) >> TICK_BITS) - low + 1
    if n_ticks >= 64:
        return ALL
    ticks = (ONE << np.uint64(n_ticks)) - ONE
    return ticks << np.uint64(low & 63) | ticks >> np.uint64(-low & 63)


@helper
def mark_lanes(lanes: Lanes, work: Workspace, ride: int) -> None:
    """Mark the positions at which the ready stops can be boarded, and empty the ready stops.

    Of use are departures that were out of reach before, and come before the best arrival.
    """
    low, high = NO_SLOT, -1
    for index in range(work.counters[N_READY]):
        stop = work.ready_stops[index]
        work.ready_bits[stop >> 6] = ZERO
        ready = work.labels[stop * LINE + READY + ride - 1]
        until = min(work.ready_before[index], work.best[ride] - rest_of(work, stop))
        if until <= ready:
            continue
        ticks = ticks_of(ready, until)
        for pair in range(lanes.boarding_ptr[stop], lanes.boarding_ptr[stop + 1]):
            departs = np.uint64(lanes.boarding_ticks[pair] & ticks != ZERO)  # no branch: a coin
            word, lane_bit = lanes.boardings[2 * pair], lanes.boardings[2 * pair + 1]
            work.position_marks[word] |= departs << np.uint64(lane_bit & 63)
            lane = lane_bit >> 6
            work.lane_marks[lane >> 6] |= departs << np.uint64(lane & 63)
            low, high = min(low, lane >> 6), max(high, lane >> 6)
    work.counters[N_READY] = 0
    work.counters[LOW_WORD], work.counters[HIGH_WORD] = low, high


@helper
def take(words: U64, at: int) -> np.uint64:
    """Return a word of a bit set and clear it."""
    word: np.uint64 = words[at]
    words[at] = ZERO
    return word


@helper
def earliest_slot(departures: I32, first: int, end: int, ready: int) -> int:
    """Return the first index in ``[first, end)`` that departs at ``ready`` or later.

    There must be one: the caller has looked at the last.
    """
    low, high = first, end - 1
    while low < high:
        middle = (low + high) >> 1
        if departures[middle] < ready:
            low = middle + 1
        else:
            high = middle
    return low


class Lane(NamedTuple):
    """A lane's record and booking window, at hand while the lane is ridden."""

    n_stops: int
    n_slots: int
    stop_at: int
    event_at: int
    mark_at: int
    first_slot: int
    end_slot: int
    window: int


@helper
def open_lane(work: Workspace, lane: int) -> Lane:
    """Read the record of a lane."""
    record = lane * RECORD
    return Lane(
        int(work.records[record + N_STOPS]),
        int(work.records[record + N_SLOTS]),
        int(work.records[record + STOP_AT]),
        int(work.records[record + EVENT_AT]),
        int(work.records[record + MARK_AT]),
        int(work.records[record + FIRST_SLOT]),
        int(work.records[record + END_SLOT]),
        int(work.records[record + RULE]) * WINDOW,
    )


@helper
def alight(work: Workspace, lane: Lane, stop: int, time: int, ride: int) -> None:
    """Leave a vehicle: improve the stop's label and, by its egress, the destination's."""
    label = stop * LINE + ARRIVED + ride
    if time >= work.labels[label] or time + rest_of(work, stop) >= work.best[ride]:
        return
    window = lane.window
    if time < work.windows[window + ALIGHT_FROM] or time > work.windows[window + ALIGHT_UNTIL]:
        return
    lower(work.labels, label, stop * LINE + LINE, time)
    add(work.arrived_bits, work.arrived_stops, work.counters, N_ARRIVED, stop)
    arrival = time + work.egress_s[stop]
    if arrival < work.best[ride]:
        lower(work.best, ride, MAX_RIDES + 1, arrival)
        work.goal[ride] = stop


@helper
def board(
    lanes: Lanes, work: Workspace, lane: Lane, position: int, stop: int, slot: int, ride: int
) -> int:
    """Return the slot to board at a position; ``slot``, where no earlier one is of use.

    Of use are slots before ``slot`` and before the best that rode on from here by now.
    """
    ready = max(work.labels[stop * LINE + READY + ride - 1], work.windows[lane.window + BOARD_FROM])
    known = work.reached[lane.stop_at + position + 1]
    end = min(lane.end_slot, slot, known >> 3 if known & 7 < ride else NO_SLOT)
    column = lane.event_at + position * lane.n_slots
    if end <= lane.first_slot or lanes.departures[column + end - 1] < ready:
        return slot
    found = earliest_slot(lanes.departures, column + lane.first_slot, column + end, ready)
    departure = lanes.departures[found]
    if departure + rest_of(work, stop) >= work.best[ride]:
        return slot
    if departure > work.windows[lane.window + BOARD_UNTIL]:
        return slot
    return found - column


@part
def ride_lane(lanes: Lanes, work: Workspace, number: int, ride: int) -> None:
    """Board a lane at its marked positions and ride it to where nothing can improve."""
    lane = open_lane(work, number)
    slot, position, word = NO_SLOT, 0, 0
    marks = take(work.position_marks, lane.mark_at)
    while position < lane.n_stops:
        if slot == NO_SLOT:
            while marks == ZERO:
                word += 1
                if word << 6 >= lane.n_stops:
                    return
                marks = take(work.position_marks, lane.mark_at + word)
            position = (word << 6) + lowest_bit(marks)
            stop = lanes.stops[lane.stop_at + position]
        else:
            known = work.reached[lane.stop_at + position]
            if known >> 3 <= slot and known & 7 < ride:
                slot = NO_SLOT
                continue
            work.reached[lane.stop_at + position] = slot << 3 | (ride - 1)
            stop = lanes.stops[lane.stop_at + position]
            time = lanes.arrivals[lane.event_at + slot * lane.n_stops + position]
            alight(work, lane, stop, time, ride)
            if position >> 6 != word:
                word = position >> 6
                marks = take(work.position_marks, lane.mark_at + word)
        bit = ONE << np.uint64(position & 63)
        if marks & bit != ZERO:
            marks &= ~bit
            slot = board(lanes, work, lane, position, stop, slot, ride)
        position += 1


@helper
def ride_lanes(lanes: Lanes, work: Workspace, ride: int) -> None:
    """Ride every marked lane, those that may end at the destination first.

    So the best arrival with this ride is known before all others are ridden.
    """
    for word in range(work.counters[LOW_WORD], work.counters[HIGH_WORD] + 1):
        marks = work.lane_marks[word] & work.goal_lanes[word]
        work.lane_marks[word] ^= marks
        while marks != ZERO:
            ride_lane(lanes, work, (word << 6) + lowest_bit(marks), ride)
            marks &= marks - ONE
    for word in range(work.counters[LOW_WORD], work.counters[HIGH_WORD] + 1):
        marks = take(work.lane_marks, word)
        while marks != ZERO:
            ride_lane(lanes, work, (word << 6) + lowest_bit(marks), ride)
            marks &= marks - ONE


@helper
def change_vehicles(lanes: Lanes, work: Workspace, ride: int, max_rides: int) -> None:
    """Make ready the stops that the arrived stops lead to, and empty the arrived stops."""
    for index in range(work.counters[N_ARRIVED]):
        stop = work.arrived_stops[index]
        work.arrived_bits[stop >> 6] = ZERO
        time = work.labels[stop * LINE + ARRIVED + ride]
        best = work.best[ride + 1]
        if ride == max_rides or time >= best:
            continue
        if time + lanes.change_s[stop] + rest_of(work, stop) < best:
            make_ready(work, stop, time + lanes.change_s[stop], ride)
        for pair in range(lanes.hop_ptr[stop], lanes.hop_ptr[stop + 1]):
            there, ready = lanes.hops[2 * pair], time + lanes.hops[2 * pair + 1]
            if ready >= best:
                break
            if ready + rest_of(work, there) < best:
                make_ready(work, there, ready, ride)
    work.counters[N_ARRIVED] = 0


@part
def search(lanes: Lanes, work: Workspace, max_rides: int) -> None:
    """Search from the ready stops until nothing improves or ``max_rides`` rides are made."""
    ride = 0
    while work.counters[N_READY] > 0:
        ride += 1
        mark_lanes(lanes, work, ride)
        ride_lanes(lanes, work, ride)
        change_vehicles(lanes, work, ride, max_rides)
