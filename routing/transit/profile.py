"""The search kernels that Python calls: all good journeys of a window, and all stops from one."""

import numpy as np

from routing.jit import entry, helper, part
from routing.timetable import I32
from routing.transit.arrays import (
    EVENT_AT,
    MARK_AT,
    N_SLOTS,
    NEVER,
    RECORD,
    U64,
    Lanes,
)
from routing.transit.bounds import FAR_OFF
from routing.transit.kernel import ONE, UNREACHED, ZERO, make_ready, search
from routing.transit.rebuild import write_journey
from routing.transit.unchecked import highest_bit, pin
from routing.transit.workspace import (
    ARRIVED,
    BLOCK_BITS,
    CLUSTER_BITS,
    JOURNEY,
    LINE,
    MAX_RIDES,
    Ends,
    Terms,
    Workspace,
)


@helper
def pin_lanes(lanes: Lanes) -> Lanes:
    """Return the lanes for unchecked access."""
    return Lanes(
        pin(lanes.records),
        pin(lanes.stops),
        pin(lanes.departures),
        pin(lanes.arrivals),
        pin(lanes.boarding_ptr),
        pin(lanes.boardings),
        pin(lanes.boarding_ticks),
        pin(lanes.alighting_ptr),
        pin(lanes.alightings),
        pin(lanes.hop_ptr),
        pin(lanes.hops),
        pin(lanes.hop_in_ptr),
        pin(lanes.hops_in),
        pin(lanes.bounds),
        pin(lanes.haste),
        pin(lanes.change_s),
        pin(lanes.slot_ptr),
        pin(lanes.slot_trip),
        pin(lanes.slot_day),
        pin(lanes.stop_order),
    )


@helper
def pin_workspace(work: Workspace) -> Workspace:
    """Return the workspace for unchecked access."""
    return Workspace(
        pin(work.labels),
        pin(work.ready_bits),
        pin(work.ready_stops),
        pin(work.ready_before),
        pin(work.arrived_bits),
        pin(work.arrived_stops),
        pin(work.position_marks),
        pin(work.lane_marks),
        pin(work.goal_lanes),
        pin(work.reached),
        pin(work.egress_s),
        pin(work.rest_s),
        pin(work.best),
        pin(work.before),
        pin(work.goal),
        pin(work.chain),
        pin(work.counters),
        pin(work.departures),
        pin(work.records),
        pin(work.windows),
        pin(work.journeys),
        pin(work.rides),
    )


@entry
def find_journeys(lanes: Lanes, work: Workspace, access: Ends, egress: Ends, terms: Terms) -> int:
    """Write the Pareto-optimal journeys of a window; return their number, -1 if they do not fit.

    Optimal in departure (late), arrival (early) and rides (few) among all journeys that depart at
    ``begin`` or later; written are those of the window, the last departure first, and without a
    window the earliest arrival for each number of rides.

    Allocates nothing. ``work`` must have been made for ``lanes``; its labels are reset, its
    records and windows are not.
    """
    reset(work, terms.begin + terms.window_s + terms.max_duration_s + 1)
    for index in range(egress.stops.size):
        stop = egress.stops[index]
        work.egress_s[stop] = min(work.egress_s[stop], egress.seconds[index])
        for pair in range(lanes.alighting_ptr[stop], lanes.alighting_ptr[stop + 1]):
            mark(work.goal_lanes, lanes.alightings[2 * pair])
    bound_the_rest(lanes, work, egress)
    room = work.journeys.size // JOURNEY
    found = search_window(pin_lanes(lanes), pin_workspace(work), access, egress, terms, room)
    for index in range(egress.stops.size):
        work.egress_s[egress.stops[index]] = NEVER
    work.goal_lanes[:] = ZERO
    return found


@part
def bound_the_rest(lanes: Lanes, work: Workspace, egress: Ends) -> None:
    """Write how long the rest of a journey to the egress takes at least, from every block."""
    if lanes.bounds.size == 0 or egress.stops.size == 0:
        return
    n_blocks, bits = work.rest_s.size, work.counters[CLUSTER_BITS]
    work.rest_s[:] = FAR_OFF
    for index in range(egress.stops.size):
        cluster, seconds = egress.stops[index] >> bits, egress.seconds[index]
        row, from_haste = cluster * n_blocks, lanes.haste[n_blocks + cluster]
        for block in range(n_blocks):
            rest_s = min(lanes.bounds[row + block], lanes.haste[block] + from_haste) + seconds
            work.rest_s[block] = min(work.rest_s[block], rest_s)


@part
def search_window(
    lanes: Lanes, work: Workspace, access: Ends, egress: Ends, terms: Terms, room: int
) -> int:
    """Search every departure that may matter, the last one first, as ``find_journeys`` says."""
    if terms.window_s > 0:
        mark_departures(lanes, work, access, terms)
    mark(work.departures, terms.window_s)
    found = 0
    for word in range(terms.window_s >> 6, -1, -1):
        while work.departures[word] != ZERO:
            bit = highest_bit(work.departures[word])
            work.departures[word] &= ~(ONE << np.uint64(bit))
            wait = (word << 6) + bit
            depart(work, access, terms.begin + wait, terms.max_duration_s)
            search(lanes, work, terms.max_rides)
            if wait == terms.window_s > 0:
                continue  # what departs after the window is not asked for, but may be better
            if found >= 0:
                found = write_improved(
                    lanes, work, access, egress, terms, terms.begin + wait, found, room
                )
    return found


@entry
def reach_stops(lanes: Lanes, work: Workspace, access: Ends, terms: Terms, arrivals: I32) -> None:
    """Write the (S,) earliest seconds at which a ride arrives at each stop, by stop index.

    ``NEVER`` where none arrives within ``max_duration_s``. Only one departure is searched.
    """
    reset(work, terms.begin + terms.max_duration_s + 1)
    pinned_lanes, pinned = pin_lanes(lanes), pin_workspace(work)
    depart(pinned, access, terms.begin, terms.max_duration_s)
    search(pinned_lanes, pinned, terms.max_rides)
    for rank in range(arrivals.size):
        arrivals[lanes.stop_order[rank]] = work.labels[rank * LINE + ARRIVED + MAX_RIDES]


@helper
def reset(work: Workspace, bound: int) -> None:
    """Forget the last search; nothing that arrives at ``bound`` or later is of interest."""
    work.labels[:] = NEVER
    work.reached[:] = UNREACHED
    work.rest_s[:] = 0
    work.best[:] = bound
    work.counters[:BLOCK_BITS] = 0


@helper
def mark(bits: U64, member: int) -> None:
    """Put a number into a bit set."""
    bits[member >> 6] |= ONE << np.uint64(member & 63)


@part
def mark_departures(lanes: Lanes, work: Workspace, access: Ends, terms: Terms) -> None:
    """Mark the seconds of the window at which setting out just catches a vehicle."""
    for index in range(access.stops.size):
        stop, first = access.stops[index], terms.begin + access.seconds[index]
        for pair in range(lanes.boarding_ptr[stop], lanes.boarding_ptr[stop + 1]):
            word, lane_bit = lanes.boardings[2 * pair], lanes.boardings[2 * pair + 1]
            record = (lane_bit >> 6) * RECORD
            n_slots = int(lanes.records[record + N_SLOTS])
            position = ((word - lanes.records[record + MARK_AT]) << 6) + (lane_bit & 63)
            column = lanes.records[record + EVENT_AT] + position * n_slots
            slot = first_departure(lanes, column, n_slots, first)
            while slot < n_slots and lanes.departures[column + slot] < first + terms.window_s:
                mark(work.departures, lanes.departures[column + slot] - first)
                slot += 1


@helper
def first_departure(lanes: Lanes, column: int, n_slots: int, ready: int) -> int:
    """Return the first slot of a column that departs at ``ready`` or later, or ``n_slots``."""
    low, high = 0, n_slots
    while low < high:
        middle = (low + high) >> 1
        if lanes.departures[column + middle] < ready:
            low = middle + 1
        else:
            high = middle
    return low


@part
def depart(work: Workspace, access: Ends, second: int, max_duration_s: int) -> None:
    """Make the access stops ready for a rider who sets out at ``second``."""
    for ride in range(MAX_RIDES + 2):
        work.best[ride] = min(work.best[ride], second + max_duration_s + 1)
        work.before[ride] = work.best[ride]
    for index in range(access.stops.size):
        make_ready(work, access.stops[index], second + access.seconds[index], 0)


@part
def write_improved(
    lanes: Lanes,
    work: Workspace,
    access: Ends,
    egress: Ends,
    terms: Terms,
    second: int,
    found: int,
    room: int,
) -> int:
    """Write the journeys that a departure brought; return how many there are, -1 if too many."""
    for ride in range(1, terms.max_rides + 1):
        improved = work.best[ride] < work.before[ride]
        if improved and (ride == 1 or work.best[ride] < work.best[ride - 1]):
            if found == room:
                return -1
            write_journey(lanes, work, access, egress, terms, ride, second, found)
            found += 1
    return found
