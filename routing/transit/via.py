"""Range search over stops on the way: layers of labels, one for each number of vias passed.

A rider who has been at the first k vias searches in layer k. Layers take turns within a round:
each hands on who has just been at its via, with as many rides, so that the best arrivals of the
last layer are those of journeys over all vias, in order. The rounds themselves are those of the
plain search, and its workspaces serve as layers.
"""

import numpy as np

from routing.jit import entry, helper, part
from routing.transit.arrays import NEVER, Lanes
from routing.transit.kernel import (
    NO_SLOT,
    ONE,
    ZERO,
    alight,
    change_vehicles,
    make_ready,
    mark_lanes,
    open_lane,
    rest_of,
    ride_lanes,
)
from routing.transit.profile import (
    bound_the_rest,
    depart,
    mark,
    mark_departures,
    pin_lanes,
    pin_workspace,
    reset,
)
from routing.transit.unchecked import highest_bit, pin
from routing.transit.via_rebuild import Asked, Layers, Stopovers, gap_of, write_journey_over
from routing.transit.workspace import (
    ARRIVED,
    JOURNEY,
    LINE,
    N_ARRIVED,
    N_READY,
    READY,
    Ends,
    Terms,
    Workspace,
)


@helper
def pin_stopovers(stopovers: Stopovers) -> Stopovers:
    """Return the stopovers for unchecked access; ``stay_s`` keeps its size."""
    return Stopovers(
        stopovers.stay_s,
        pin(stopovers.stop_ptr),
        pin(stopovers.stops),
        pin(stopovers.members),
        pin(stopovers.call_ptr),
        pin(stopovers.calls),
        stopovers.n_stops,
        pin(stopovers.rest_s),
        pin(stopovers.gap_s),
        pin(stopovers.layer),
    )


@entry
def find_journeys_over(
    lanes: Lanes, layers: Layers, stopovers: Stopovers, access: Ends, egress: Ends, terms: Terms
) -> int:
    """Write the Pareto-optimal journeys of a window over vias, as ``find_journeys`` plain ones.

    The answers stand in the workspace that the layers share them with. Allocates nothing.
    """
    n_vias = stopovers.stay_s.size
    for layer in range(n_vias + 1):
        reset(layers[layer], terms.begin + terms.window_s + terms.max_duration_s + 1)
    open_egress(lanes, layers[n_vias], egress)
    bound_the_rest(lanes, layers[n_vias], egress)
    for via in range(n_vias - 1, -1, -1):
        bound_by_via(lanes, layers, stopovers, via)
    pinned = (
        pin_workspace(layers[0]),
        pin_workspace(layers[1]),
        pin_workspace(layers[2]),
        pin_workspace(layers[3]),
    )
    asked = Asked(access, egress, terms, layers[0].journeys.size // JOURNEY)
    found = search_window_over(pin_lanes(lanes), pinned, pin_stopovers(stopovers), asked)
    for index in range(egress.stops.size):
        layers[n_vias].egress_s[egress.stops[index]] = NEVER
    layers[n_vias].goal_lanes[:] = ZERO
    return found


@part
def open_egress(lanes: Lanes, work: Workspace, egress: Ends) -> None:
    """Write where the last layer ends."""
    for index in range(egress.stops.size):
        stop = egress.stops[index]
        work.egress_s[stop] = min(work.egress_s[stop], egress.seconds[index])
        for pair in range(lanes.alighting_ptr[stop], lanes.alighting_ptr[stop + 1]):
            mark(work.goal_lanes, lanes.alightings[2 * pair])


@part
def bound_by_via(lanes: Lanes, layers: Layers, stopovers: Stopovers, via: int) -> None:
    """Write how long the rest of a journey over a via takes at least; stays are left out of it.

    A walk between two stops of a via may be part of the stay, so their sum would be no bound.
    """
    first, end = stopovers.stop_ptr[via], stopovers.stop_ptr[via + 1]
    for index in range(first, end):
        stopovers.rest_s[index] = rest_of(layers[via + 1], stopovers.stops[index])
    ends = Ends(stopovers.stops[first:end], stopovers.rest_s[first:end])
    bound_the_rest(lanes, layers[via], ends)


@part
def search_window_over(lanes: Lanes, layers: Layers, stopovers: Stopovers, asked: Asked) -> int:
    """Search every departure that may matter, the last one first, as the plain search does."""
    work, terms = layers[0], asked.terms
    if terms.window_s > 0:
        mark_departures(lanes, work, asked.access, terms)
    mark(work.departures, terms.window_s)
    found = 0
    for word in range(terms.window_s >> 6, -1, -1):
        while work.departures[word] != ZERO:
            bit = highest_bit(work.departures[word])
            work.departures[word] &= ~(ONE << np.uint64(bit))
            wait = (word << 6) + bit
            second = terms.begin + wait
            depart(work, asked.access, second, terms.max_duration_s)
            search_layers(lanes, layers, stopovers, terms.max_rides)
            if wait == terms.window_s > 0:
                continue  # what departs after the window is not asked for, but may be better
            if found >= 0:
                found = write_improved_over(lanes, layers, stopovers, asked, second, found)
    return found


@part
def search_layers(lanes: Lanes, layers: Layers, stopovers: Stopovers, max_rides: int) -> None:
    """Search from the ready stops until no layer improves or ``max_rides`` rides are made."""
    ride, busy = 0, True
    while busy and ride < max_rides:
        ride, busy = ride + 1, False
        for layer in range(stopovers.stay_s.size + 1):
            work, via = layers[layer], layer - 1
            if layer > 0:
                board_after_via(lanes, layers[via], work, stopovers, via, ride)
            if work.counters[N_READY] > 0:
                busy = True
                mark_lanes(lanes, work, ride)
                ride_lanes(lanes, work, ride)
            if layer > 0:
                ride_through_via(lanes, layers[via], work, stopovers, via, ride)
            if work.counters[N_ARRIVED] > 0:
                busy = True
                change_vehicles(lanes, work, ride, max_rides)


@part
def board_after_via(
    lanes: Lanes, below: Workspace, work: Workspace, stopovers: Stopovers, via: int, ride: int
) -> None:
    """Let riders who wait at a via, or have stayed there, board in the layer above."""
    for index in range(stopovers.stop_ptr[via], stopovers.stop_ptr[via + 1]):
        stop = stopovers.stops[index]
        if stopovers.stay_s[via] == 0:
            come(work, stop, below.labels[stop * LINE + READY + ride - 1], ride - 1)
        elif ride > 1:
            stay(lanes, below, work, stopovers, via, stop, ride - 1)


@helper
def come(work: Workspace, stop: int, ready: int, rides: int) -> None:
    """Make a stop ready after ``rides`` rides, unless that comes too late for any good."""
    if ready + rest_of(work, stop) < work.best[rides + 1]:
        make_ready(work, stop, ready, rides)


@part
def stay(
    lanes: Lanes,
    below: Workspace,
    work: Workspace,
    stopovers: Stopovers,
    via: int,
    stop: int,
    rides: int,
) -> None:
    """Make ready what a stay at one stop of a via leads to: it, and stops one walk from it.

    Or it alone, for a rider who has walked there.
    """
    time = below.labels[stop * LINE + ARRIVED + rides]
    if time < work.best[rides + 1]:
        gap = gap_of(stopovers, via, stop, stop, lanes.change_s[stop])
        come(work, stop, time + gap, rides)
        for pair in range(lanes.hop_ptr[stop], lanes.hop_ptr[stop + 1]):
            there, walk = lanes.hops[2 * pair], lanes.hops[2 * pair + 1]
            come(work, there, time + gap_of(stopovers, via, stop, there, walk), rides)
    for pair in range(lanes.hop_in_ptr[stop], lanes.hop_in_ptr[stop + 1]):
        origin, walk = lanes.hops_in[2 * pair], lanes.hops_in[2 * pair + 1]
        time = below.labels[origin * LINE + ARRIVED + rides]
        come(work, stop, time + gap_of(stopovers, via, origin, stop, walk), rides)


@part
def ride_through_via(
    lanes: Lanes, below: Workspace, work: Workspace, stopovers: Stopovers, via: int, ride: int
) -> None:
    """Let riders who came to a via on board, in this round, ride on in the layer above."""
    for pair in range(stopovers.call_ptr[via], stopovers.call_ptr[via + 1]):
        number, place = stopovers.calls[2 * pair], stopovers.calls[2 * pair + 1]
        reached = below.reached[place]
        if reached >> 3 != NO_SLOT and reached & 7 == ride - 1:
            ride_on(lanes, work, number, place, reached >> 3, ride)


@part
def ride_on(lanes: Lanes, work: Workspace, number: int, place: int, slot: int, ride: int) -> None:
    """Ride a slot from where it calls at a via to where nothing can improve."""
    lane = open_lane(work, number)
    for at in range(place, lane.stop_at + lane.n_stops):
        known = work.reached[at]
        if known >> 3 <= slot and known & 7 < ride:
            return
        work.reached[at] = slot << 3 | (ride - 1)
        time = lanes.arrivals[lane.event_at + slot * lane.n_stops + at - lane.stop_at]
        alight(work, lane, lanes.stops[at], time, ride)


@part
def write_improved_over(
    lanes: Lanes, layers: Layers, stopovers: Stopovers, asked: Asked, second: int, found: int
) -> int:
    """Write the journeys that a departure brought; return how many there are, -1 if too many."""
    work = layers[0]
    for ride in range(1, asked.terms.max_rides + 1):
        improved = work.best[ride] < work.before[ride]
        if improved and (ride == 1 or work.best[ride] < work.best[ride - 1]):
            if found == asked.room:
                return -1
            write_journey_over(lanes, layers, stopovers, asked, ride, second, found)
            found += 1
    return found
