"""The search with criteria that Python calls: every departure of a window, and the answers."""

from typing import NamedTuple

import numpy as np

from routing.jit import entry, helper, part
from routing.timetable import I32, I64, NONE
from routing.transit.arrays import NEVER, Lanes
from routing.transit.criteria_bags import (
    ALIGHTED_AT,
    BOARDED_AT,
    COST,
    COSTS,
    FULL,
    LABEL,
    N_LABELS,
    NEXT,
    NOW,
    PARENT,
    RIDES,
    RODE_LANE,
    RODE_SLOT,
    SET_OUT,
    STOP,
    WALKED_S,
    Bags,
    times,
)
from routing.transit.criteria_costs import LaneCosts
from routing.transit.criteria_kernel import get_ready, search_bags
from routing.transit.criteria_scene import Scene, Weights
from routing.transit.kernel import ONE, ZERO
from routing.transit.profile import mark, mark_departures, pin_lanes, pin_workspace
from routing.transit.rebuild import (
    ALIGHT,
    BOARD,
    HOP_FROM,
    HOP_S,
    LANE,
    LINK,
    SLOT,
    cheapest,
    leave_later,
    link_arrival,
    link_departure,
    write_ride,
)
from routing.transit.unchecked import highest_bit, pin
from routing.transit.workspace import JOURNEY, Ends, Terms, Workspace

ANCHOR = 3
"""Numbers of an anchor: earliest departure, latest arrival and most rides near it."""


class Asked(NamedTuple):
    """A question to the search with criteria, in the direction of its lanes."""

    access: Ends
    egress: Ends
    terms: Terms
    anchors: I64
    """(A * 3,) what is near the journeys that the plain search found."""


@entry
def find_weighed(
    lanes: Lanes,
    work: Workspace,
    bags: Bags,
    bounds: I32,
    costs: LaneCosts,
    weights: Weights,
    asked: Asked,
) -> int:
    """Write the journeys near an anchor that are Pareto-optimal; return their number.

    Optimal in departure (late, where there is a window), arrival (early), rides (few) and the
    costs (low, by the grains of ``weights``). Returns -1 if there was not enough room.

    Allocates nothing. ``work`` is in the state in which a search leaves it.

    Parameters
    ----------
    lanes, work
        As for ``find_journeys``.
    bags
        Made for as many stops.
    bounds
        Labels that ``find_bounds`` left.
    costs
        Of the lanes.
    weights, asked
        What is asked.
    """
    bags.heads[:] = NONE
    bags.counters[N_LABELS] = bags.counters[FULL] = 0
    egress = asked.egress
    for index in range(egress.stops.size):
        stop = egress.stops[index]
        work.egress_s[stop] = min(work.egress_s[stop], egress.seconds[index])
    n_stops, room = work.egress_s.size, min(work.journeys.size // JOURNEY, bags.found.size // COSTS)
    scene = Scene(
        pin_lanes(lanes),
        pin_workspace(work),
        Bags(
            pin(bags.labels),
            pin(bags.heads),
            pin(bags.riders),
            pin(bags.deadline),
            pin(bags.counters),
            pin(bags.found),
        ),
        pin(bounds),
        LaneCosts(pin(costs.boarding), pin(costs.riding)),
        weights,
        n_stops,
        asked.terms.max_rides,
    )
    weigh_window(scene, asked)
    for index in range(egress.stops.size):
        work.egress_s[egress.stops[index]] = NEVER
    return write_all(scene, asked, room) if bags.counters[FULL] == 0 else -1


@part
def weigh_window(scene: Scene, asked: Asked) -> None:
    """Search every departure that may matter, the last one first."""
    work, terms = scene.work, asked.terms
    if terms.window_s > 0:
        mark_departures(scene.lanes, work, asked.access, terms)
    mark(work.departures, terms.window_s)
    for word in range(terms.window_s >> 6, -1, -1):
        while work.departures[word] != ZERO:
            bit = highest_bit(work.departures[word])
            work.departures[word] &= ~(ONE << np.uint64(bit))
            weigh_departure(scene, asked, terms.begin + (word << 6) + bit)


@part
def weigh_departure(scene: Scene, asked: Asked, second: int) -> None:
    """Search what is near an anchor and sets out at ``second``."""
    scene.bags.counters[NOW] = second
    set_deadlines(scene, asked, second)
    access = asked.access
    for index in range(access.stops.size):
        stop, seconds = int(access.stops[index]), int(access.seconds[index])
        walked = times(scene.weights.walking, seconds)
        get_ready(scene, stop, second + seconds, walked, 0, NONE, seconds)
    search_bags(scene)


@part
def set_deadlines(scene: Scene, asked: Asked, second: int) -> None:
    """Set the latest arrival near an anchor, for each number of rides."""
    deadline, anchors = scene.bags.deadline, asked.anchors
    longest = second + asked.terms.max_duration_s
    for ride in range(scene.max_rides + 2):
        deadline[ride] = -NEVER
        for at in range(0, anchors.size, ANCHOR):
            if anchors[at] <= second and ride <= anchors[at + 2]:
                deadline[ride] = max(deadline[ride], min(longest, anchors[at + 1]))


@part
def write_all(scene: Scene, asked: Asked, room: int) -> int:
    """Write the journeys found that set out in the window; return their number, -1 if too many."""
    bags, terms, found = scene.bags, asked.terms, 0
    label = bags.heads[2 * scene.n_stops]
    while label != NONE:
        first = label * LABEL
        # what departs after the window is not asked for, but may have been better
        if terms.window_s == 0 or bags.labels[first + SET_OUT] < terms.begin + terms.window_s:
            if found == room:
                return -1
            write_weighed(scene, asked, first, found)
            found += 1
        label = bags.labels[first + NEXT]
    return found


@part
def write_weighed(scene: Scene, asked: Asked, first: int, at: int) -> None:
    """Write a journey as the ``at``-th answer, in real time and direction."""
    lanes, work, labels, terms = scene.lanes, scene.work, scene.bags.labels, asked.terms
    rides = int(labels[first + RIDES])
    follow_parents(scene, first, rides)
    risk = scene.weights.risk
    if terms.window_s == 0 and risk.first + risk.second + risk.third == 0:
        leave_later(lanes, work, rides)
    way_in = cheapest(asked.access, work.chain[LINK + HOP_FROM])
    way_out = cheapest(asked.egress, int(labels[labels[first + PARENT] * LABEL + STOP]))
    departs = link_departure(lanes, work, 1) - asked.access.seconds[way_in]
    arrives = link_arrival(lanes, work, rides) + asked.egress.seconds[way_out]
    if terms.sign < 0:
        departs, arrives = -arrives, -departs
        way_in, way_out = way_out, way_in
    journey = at * JOURNEY
    work.journeys[journey] = terms.epoch + departs
    work.journeys[journey + 1] = terms.epoch + arrives
    work.journeys[journey + 2], work.journeys[journey + 3] = way_in, way_out
    work.journeys[journey + 4] = rides
    for ride in range(1, rides + 1):
        write_ride(lanes, work, terms, rides, ride, at)
    for cost in range(COSTS):
        scene.bags.found[at * COSTS + cost] = labels[first + COST + cost]


@part
def follow_parents(scene: Scene, first: int, rides: int) -> None:
    """Write the chain of rides that leads to the journey whose label starts at ``first``."""
    labels, chain = scene.bags.labels, scene.work.chain
    arrived = int(labels[first + PARENT])
    for ride in range(rides, 0, -1):
        link, end = ride * LINK, arrived * LABEL
        chain[link + LANE], chain[link + SLOT] = labels[end + RODE_LANE], labels[end + RODE_SLOT]
        chain[link + BOARD] = labels[end + BOARDED_AT]
        chain[link + ALIGHT] = labels[end + ALIGHTED_AT]
        ready = int(labels[end + PARENT]) * LABEL
        arrived = int(labels[ready + PARENT])
        chain[link + HOP_S] = labels[ready + WALKED_S]
        chain[link + HOP_FROM] = labels[source_of(ready, arrived) + STOP]


@helper
def source_of(ready: int, arrived: int) -> int:
    """Return where the label starts at whose stop the way to a boarding begins."""
    return ready if arrived == NONE else arrived * LABEL
