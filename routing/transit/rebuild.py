"""From labels back to journeys: which rides make the arrival that the search found.

Labels hold times only. Going back from the destination, each ride is found again as one that
arrives exactly when the label says and can be boarded where an earlier label allows; of these, the
one with the least walking before it. That costs a few microseconds an answer and keeps the rounds
free of parent pointers.
"""

from typing import Final

from routing.jit import helper, part
from routing.timetable import NONE
from routing.transit.arrays import (
    END_SLOT,
    EVENT_AT,
    FIRST_SLOT,
    N_SLOTS,
    N_STOPS,
    NEVER,
    RECORD,
    RULE,
    STOP_AT,
    Lanes,
)
from routing.transit.workspace import (
    ALIGHT_FROM,
    ALIGHT_UNTIL,
    ARRIVED,
    BOARD_FROM,
    BOARD_UNTIL,
    JOURNEY,
    LINE,
    MAX_RIDES,
    READY,
    RIDE,
    WINDOW,
    Ends,
    Terms,
    Workspace,
)

LINK: Final = 6
"""Numbers of a link of ``Workspace.chain``; the link of the k-th ride starts at ``k * LINK``."""
LANE: Final = 0
SLOT: Final = 1
BOARD: Final = 2
ALIGHT: Final = 3
HOP_S: Final = 4
"""Seconds of the hop before the ride, 0 where it is boarded at the stop of the last."""
HOP_FROM: Final = 5
"""Stop rank at which that hop starts: where the ride before is left."""


@helper
def departure_of(lanes: Lanes, lane: int, slot: int, position: int) -> int:
    """Return when a slot of a lane departs from a position."""
    record = lane * RECORD
    column = int(lanes.records[record + EVENT_AT]) + position * lanes.records[record + N_SLOTS]
    return int(lanes.departures[column + slot])


@helper
def arrival_of(lanes: Lanes, lane: int, slot: int, position: int) -> int:
    """Return when a slot of a lane arrives at a position."""
    record = lane * RECORD
    row = int(lanes.records[record + EVENT_AT]) + slot * lanes.records[record + N_STOPS]
    return int(lanes.arrivals[row + position])


@part
def last_slot(lanes: Lanes, work: Workspace, lane: int, position: int, time: int) -> int:
    """Return the last usable slot that arrives at a position by ``time``, or ``NONE``."""
    low, high = work.records[lane * RECORD + FIRST_SLOT], work.records[lane * RECORD + END_SLOT]
    first = low
    while low < high:
        middle = (low + high) >> 1
        if arrival_of(lanes, lane, middle, position) <= time:
            low = middle + 1
        else:
            high = middle
    return low - 1 if low > first else NONE


@helper
def within(work: Workspace, lane: int, first: int, last: int, time: int) -> bool:
    """Say whether ``time`` lies in the lane's booking window between two of its fields."""
    window = work.records[lane * RECORD + RULE] * WINDOW
    return bool(work.windows[window + first] <= time <= work.windows[window + last])


@part
def find_feeder(
    lanes: Lanes, work: Workspace, stop: int, rides: int, departure: int, second: int
) -> tuple[int, int]:
    """Return the seconds and the first stop of the shortest way to a departure, or ``NEVER``.

    That is the access (``rides`` 0), a change at the same stop (0 seconds), or a hop.
    """
    if rides == 0:
        ready = work.labels[stop * LINE + READY]
        return (ready - second, stop) if ready <= departure else (NEVER, stop)
    if work.labels[stop * LINE + ARRIVED + rides] + lanes.change_s[stop] <= departure:
        return 0, stop
    for pair in range(lanes.hop_in_ptr[stop], lanes.hop_in_ptr[stop + 1]):
        origin, seconds = lanes.hops_in[2 * pair], lanes.hops_in[2 * pair + 1]
        if work.labels[origin * LINE + ARRIVED + rides] + seconds <= departure:
            return seconds, origin
    return NEVER, stop


@part
def find_ride(lanes: Lanes, work: Workspace, stop: int, ride: int, second: int) -> None:
    """Write the link of the ``ride``-th ride, which arrives at ``stop`` as its label says."""
    time = work.labels[stop * LINE + ARRIVED + ride]
    link = ride * LINK
    work.chain[link + HOP_S] = NEVER
    for pair in range(lanes.alighting_ptr[stop], lanes.alighting_ptr[stop + 1]):
        lane, alight = lanes.alightings[2 * pair], lanes.alightings[2 * pair + 1]
        slot = last_slot(lanes, work, lane, alight, time)
        if slot == NONE or arrival_of(lanes, lane, slot, alight) != time:
            continue
        if within(work, lane, ALIGHT_FROM, ALIGHT_UNTIL, time):
            find_boarding(lanes, work, lane, slot, alight, ride, second)
            if work.chain[link + HOP_S] == 0:
                return


@part
def find_boarding(
    lanes: Lanes, work: Workspace, lane: int, slot: int, alight: int, ride: int, second: int
) -> None:
    """Write the link if a slot can be boarded with less walking than the link needs so far."""
    link = ride * LINK
    stop_at = int(lanes.records[lane * RECORD + STOP_AT])
    for board in range(alight - 1, -1, -1):
        stop = lanes.stops[stop_at + board]
        departure = departure_of(lanes, lane, slot, board)
        if departure < work.labels[stop * LINE + READY + ride - 1]:
            continue
        if not within(work, lane, BOARD_FROM, BOARD_UNTIL, departure):
            continue
        seconds, origin = find_feeder(lanes, work, stop, ride - 1, departure, second)
        if seconds < work.chain[link + HOP_S]:
            work.chain[link + LANE], work.chain[link + SLOT] = lane, slot
            work.chain[link + BOARD], work.chain[link + ALIGHT] = board, alight
            work.chain[link + HOP_S], work.chain[link + HOP_FROM] = seconds, origin
            if seconds == 0:
                return


@part
def leave_later(lanes: Lanes, work: Workspace, rides: int) -> None:
    """Let every ride but the last be the latest of its lane that still makes the next one."""
    for ride in range(rides - 1, 0, -1):
        link, after = ride * LINK, (ride + 1) * LINK
        next_lane, next_board = work.chain[after + LANE], work.chain[after + BOARD]
        stop = lanes.stops[lanes.records[next_lane * RECORD + STOP_AT] + next_board]
        change = work.chain[after + HOP_S]
        if work.chain[after + HOP_FROM] == stop:
            change = int(lanes.change_s[stop])
        departure = departure_of(lanes, next_lane, work.chain[after + SLOT], next_board)
        lane, alight = work.chain[link + LANE], work.chain[link + ALIGHT]
        slot = last_slot(lanes, work, lane, alight, departure - change)
        board_s = departure_of(lanes, lane, slot, work.chain[link + BOARD])
        alight_s = arrival_of(lanes, lane, slot, alight)
        if within(work, lane, BOARD_FROM, BOARD_UNTIL, board_s) and within(
            work, lane, ALIGHT_FROM, ALIGHT_UNTIL, alight_s
        ):
            work.chain[link + SLOT] = slot


@helper
def cheapest(ends: Ends, stop: int) -> int:
    """Return the index of the quickest entry for a stop; there must be one."""
    best = NONE
    for index in range(ends.stops.size):
        if ends.stops[index] == stop and (best == NONE or ends.seconds[index] < ends.seconds[best]):
            best = index
    return best


@part
def write_journey(
    lanes: Lanes,
    work: Workspace,
    access: Ends,
    egress: Ends,
    terms: Terms,
    rides: int,
    second: int,
    at: int,
) -> None:
    """Write the journey with ``rides`` rides as the ``at``-th answer, in real time and direction.

    ``second`` is when the rider sets out at the latest.
    """
    stop = int(work.goal[rides])
    for ride in range(rides, 0, -1):
        find_ride(lanes, work, stop, ride, second)
        stop = work.chain[ride * LINK + HOP_FROM]
    if terms.window_s == 0:
        leave_later(lanes, work, rides)
    write_chain(lanes, work, access, egress, terms, rides, at)


@part
def write_chain(
    lanes: Lanes,
    work: Workspace,
    access: Ends,
    egress: Ends,
    terms: Terms,
    rides: int,
    at: int,
) -> None:
    """Write the chain as the ``at``-th answer, in real time and direction."""
    way_in = cheapest(access, work.chain[LINK + HOP_FROM])
    way_out = cheapest(egress, work.goal[rides])
    departs = link_departure(lanes, work, 1) - access.seconds[way_in]
    arrives = link_arrival(lanes, work, rides) + egress.seconds[way_out]
    if terms.sign < 0:
        departs, arrives = -arrives, -departs
        way_in, way_out = way_out, way_in
    journey = at * JOURNEY
    work.journeys[journey] = terms.epoch + departs
    work.journeys[journey + 1] = terms.epoch + arrives
    work.journeys[journey + 2] = way_in
    work.journeys[journey + 3] = way_out
    work.journeys[journey + 4] = rides
    for ride in range(1, rides + 1):
        write_ride(lanes, work, terms, rides, ride, at)


@helper
def link_departure(lanes: Lanes, work: Workspace, ride: int) -> int:
    """Return when the chain's ``ride``-th ride departs."""
    link = ride * LINK
    return departure_of(
        lanes, work.chain[link + LANE], work.chain[link + SLOT], work.chain[link + BOARD]
    )


@helper
def link_arrival(lanes: Lanes, work: Workspace, ride: int) -> int:
    """Return when the chain's ``ride``-th ride arrives."""
    link = ride * LINK
    return arrival_of(
        lanes, work.chain[link + LANE], work.chain[link + SLOT], work.chain[link + ALIGHT]
    )


@part
def write_ride(lanes: Lanes, work: Workspace, terms: Terms, rides: int, ride: int, at: int) -> None:
    """Write one ride of a journey in real time and direction."""
    link = ride * LINK
    lane, slot = work.chain[link + LANE], work.chain[link + SLOT]
    board, alight = work.chain[link + BOARD], work.chain[link + ALIGHT]
    departs, arrives = link_departure(lanes, work, ride), link_arrival(lanes, work, ride)
    record = lane * RECORD
    stop_at, n_stops = lanes.records[record + STOP_AT], lanes.records[record + N_STOPS]
    origin, destination = lanes.stops[stop_at + board], lanes.stops[stop_at + alight]
    hop_s = work.chain[link + LINK + HOP_S] if ride < rides else 0
    place = ride - 1
    if terms.sign < 0:
        board, alight = n_stops - 1 - alight, n_stops - 1 - board
        departs, arrives = -arrives, -departs
        origin, destination = destination, origin
        hop_s = work.chain[link + HOP_S] if ride > 1 else 0
        place = rides - ride
    out = (at * MAX_RIDES + place) * RIDE
    work.rides[out] = lanes.slot_trip[lanes.slot_ptr[lane] + slot]
    work.rides[out + 1] = lanes.slot_day[lanes.slot_ptr[lane] + slot]
    work.rides[out + 2], work.rides[out + 3] = board, alight
    work.rides[out + 4], work.rides[out + 5] = terms.epoch + departs, terms.epoch + arrives
    work.rides[out + 6] = lanes.stop_order[origin]
    work.rides[out + 7] = lanes.stop_order[destination]
    work.rides[out + 8] = hop_s
