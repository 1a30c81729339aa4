"""RAPTOR rounds with several criteria, within the bounds of a mirrored search.

As in ``kernel.py`` a round boards the marked lanes, rides them, and marks what became reachable;
but a stop keeps a bag of labels, and many riders sit in a lane at once. What keeps that small:
nobody goes on who cannot be at the destination by the deadline (``criteria_bounds.py``), or who is
worse than a journey that is found.
"""

import numpy as np

from routing.jit import helper, part
from routing.timetable import NONE
from routing.transit.arrays import NEVER
from routing.transit.criteria_bags import (
    ALIGHTED_AT,
    BOARDED_AT,
    COST,
    COSTS,
    LABEL,
    NEXT,
    NOW,
    PARENT,
    RIDER,
    RIDES,
    RODE_LANE,
    RODE_SLOT,
    SET_OUT,
    STOP,
    TIME,
    WALKED_S,
    Costs,
    costs_at,
    is_beaten,
    plus,
    put,
    steps_of,
    times,
)
from routing.transit.criteria_boarding import board_all
from routing.transit.criteria_scene import Scene, Spot, exactly, last_arrival, last_boarding
from routing.transit.kernel import NO_SLOT, ONE, ZERO, Lane, add, open_lane, take, ticks_of
from routing.transit.unchecked import lowest_bit
from routing.transit.workspace import (
    ALIGHT_FROM,
    ALIGHT_UNTIL,
    HIGH_WORD,
    LOW_WORD,
    N_ARRIVED,
    N_READY,
)


@part
def get_ready(
    scene: Scene, stop: int, time: int, costs: Costs, rides: int, parent: int, walked_s: int
) -> None:
    """Let a rider board at ``stop`` from second ``time`` on, after ``rides`` rides."""
    if time > last_boarding(scene, stop, rides + 1):
        return
    first = put(scene.bags, stop, time, costs, scene.weights.grain, rides)
    if first == NONE:
        return
    labels = scene.bags.labels
    labels[first + PARENT], labels[first + STOP] = parent, stop
    labels[first + WALKED_S] = walked_s
    work = scene.work
    add(work.ready_bits, work.ready_stops, work.counters, N_READY, stop)


@part
def alight_all(scene: Scene, lane: Lane, spot: Spot, n_riders: int) -> None:
    """Let everybody leave for whom it is of use; all stay aboard as well."""
    bags, work = scene.bags, scene.work
    last = min(
        last_arrival(scene, spot.stop, spot.ride), int(work.windows[lane.window + ALIGHT_UNTIL])
    )
    way = costs_at(scene.costs.riding, (lane.stop_at + spot.position) * COSTS)
    for rider in range(n_riders):
        at = rider * RIDER
        slot = int(bags.riders[at])
        time = scene.lanes.arrivals[lane.event_at + slot * lane.n_stops + spot.position]
        if time > last or time < work.windows[lane.window + ALIGHT_FROM]:
            continue
        costs = plus(costs_at(bags.riders, at + 1), way)
        first = put(bags, scene.n_stops + spot.stop, time, costs, exactly(), spot.ride)
        if first == NONE:
            continue
        labels = bags.labels
        labels[first + PARENT], labels[first + STOP] = bags.riders[at + 4], spot.stop
        labels[first + RODE_LANE], labels[first + RODE_SLOT] = spot.lane, slot
        labels[first + BOARDED_AT], labels[first + ALIGHTED_AT] = bags.riders[at + 5], spot.position
        add(work.arrived_bits, work.arrived_stops, work.counters, N_ARRIVED, spot.stop)


@part
def ride_lane(scene: Scene, number: int, ride: int) -> None:
    """Board a lane at its marked positions and ride it to its end."""
    lane = open_lane(scene.work, number)
    n_riders, position, word = 0, 0, 0
    marks = take(scene.work.position_marks, lane.mark_at)
    while position < lane.n_stops:
        if n_riders == 0:
            while marks == ZERO:
                word += 1
                if word << 6 >= lane.n_stops:
                    return
                marks = take(scene.work.position_marks, lane.mark_at + word)
            position = (word << 6) + lowest_bit(marks)
        spot = Spot(number, position, int(scene.lanes.stops[lane.stop_at + position]), ride)
        if n_riders > 0:
            alight_all(scene, lane, spot, n_riders)
            if position >> 6 != word:
                word = position >> 6
                marks = take(scene.work.position_marks, lane.mark_at + word)
        bit = ONE << np.uint64(position & 63)
        if marks & bit != ZERO:
            marks &= ~bit
            n_riders = board_all(scene, lane, spot, n_riders)
        position += 1


@part
def mark_lanes(scene: Scene, ride: int) -> None:
    """Mark where the ready stops can be boarded in time, and empty the ready stops."""
    lanes, work = scene.lanes, scene.work
    low, high = NO_SLOT, -1
    for index in range(work.counters[N_READY]):
        stop = int(work.ready_stops[index])
        work.ready_bits[stop >> 6] = ZERO
        ticks = ticks_of(first_ready(scene, stop, ride), last_boarding(scene, stop, ride) + 1)
        for pair in range(lanes.boarding_ptr[stop], lanes.boarding_ptr[stop + 1]):
            departs = np.uint64(lanes.boarding_ticks[pair] & ticks != ZERO)
            word, lane_bit = lanes.boardings[2 * pair], lanes.boardings[2 * pair + 1]
            work.position_marks[word] |= departs << np.uint64(lane_bit & 63)
            lane = lane_bit >> 6
            work.lane_marks[lane >> 6] |= departs << np.uint64(lane & 63)
            low, high = min(low, lane >> 6), max(high, lane >> 6)
    work.counters[N_READY] = 0
    work.counters[LOW_WORD], work.counters[HIGH_WORD] = low, high


@helper
def first_ready(scene: Scene, stop: int, ride: int) -> int:
    """Return when the first of those can board who got ready at a stop after the last round."""
    bags, first = scene.bags, NEVER
    label = bags.heads[stop]
    while label != NONE:
        at = label * LABEL
        if bags.labels[at + SET_OUT] == bags.counters[NOW] and bags.labels[at + RIDES] == ride - 1:
            first = min(first, int(bags.labels[at + TIME]))
        label = bags.labels[at + NEXT]
    return first


@helper
def ride_lanes(scene: Scene, ride: int) -> None:
    """Ride every marked lane."""
    for word in range(scene.work.counters[LOW_WORD], scene.work.counters[HIGH_WORD] + 1):
        marks = take(scene.work.lane_marks, word)
        while marks != ZERO:
            ride_lane(scene, (word << 6) + lowest_bit(marks), ride)
            marks &= marks - ONE


@part
def reach_destination(scene: Scene, stop: int, label: int, ride: int) -> None:
    """Note the journey that ends with the egress from an arrival."""
    bags, first = scene.bags, label * LABEL
    egress_s = int(scene.work.egress_s[stop])
    arrival = int(bags.labels[first + TIME]) + egress_s
    if arrival <= bags.deadline[ride]:
        walked = times(scene.weights.walking, egress_s)
        costs = plus(costs_at(bags.labels, first + COST), walked)
        found = put(bags, 2 * scene.n_stops, arrival, costs, scene.weights.end_grain, ride)
        if found != NONE:
            bags.labels[found + PARENT] = label


@part
def change_vehicles(scene: Scene, stop: int, label: int, ride: int) -> None:
    """Make a rider who arrived ready at the same stop, and where hops lead to."""
    bags, lanes, first = scene.bags, scene.lanes, label * LABEL
    time, costs = int(bags.labels[first + TIME]), costs_at(bags.labels, first + COST)
    steps = steps_of(costs, scene.weights.end_grain)
    if is_beaten(bags, 2 * scene.n_stops, time, steps, ride + 1):
        return
    get_ready(scene, stop, time + int(lanes.change_s[stop]), costs, ride, label, 0)
    for pair in range(lanes.hop_ptr[stop], lanes.hop_ptr[stop + 1]):
        there, seconds = int(lanes.hops[2 * pair]), int(lanes.hops[2 * pair + 1])
        if time + seconds > bags.deadline[ride + 1]:
            break
        walked = plus(costs, times(scene.weights.walking, seconds))
        get_ready(scene, there, time + seconds, walked, ride, label, seconds)


@part
def go_on(scene: Scene, ride: int, at_end: bool) -> None:
    """Take everybody who arrived by the ``ride``-th ride to the destination, or to new stops."""
    bags, work = scene.bags, scene.work
    for index in range(work.counters[N_ARRIVED]):
        stop = int(work.arrived_stops[index])
        label = bags.heads[scene.n_stops + stop]
        while label != NONE:
            first = label * LABEL
            fresh = bags.labels[first + SET_OUT] == bags.counters[NOW]
            if fresh and bags.labels[first + RIDES] == ride:
                if not at_end:
                    change_vehicles(scene, stop, label, ride)
                elif work.egress_s[stop] != NEVER:
                    reach_destination(scene, stop, label, ride)
            label = bags.labels[first + NEXT]


@part
def search_bags(scene: Scene) -> None:
    """Search from the ready stops until nothing is new or all rides are made."""
    work, ride = scene.work, 0
    while work.counters[N_READY] > 0:
        ride += 1
        mark_lanes(scene, ride)
        ride_lanes(scene, ride)
        go_on(scene, ride, True)
        if ride < scene.max_rides:
            go_on(scene, ride, False)
        for index in range(work.counters[N_ARRIVED]):
            work.arrived_bits[work.arrived_stops[index] >> 6] = ZERO
        work.counters[N_ARRIVED] = 0
