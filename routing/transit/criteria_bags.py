"""Labels with several criteria: one pool of them, and bags that are lists through it.

A **bag** holds the labels of one place none of which is better than another; every stop has two,
one of riders ready to board and one of riders who just arrived, and the destination has one. A
label is better than another if it sets out no later *in the search's order* (departures are
searched from the last to the first), is no later, has no more rides, and no higher *step* of any
cost. Steps are costs divided by a grain; the grain is 1 where nothing may be lost.
"""

from collections import deque
from typing import Final, NamedTuple

import numpy as np

from routing.jit import helper, part
from routing.timetable import I32, I64, NONE
from routing.transit.workspace import MAX_RIDES, USUAL_JOURNEYS

COSTS: Final = 3
"""Costs that a search can weigh at once."""

LABEL: Final = 16
"""Numbers of a label: one cache line."""
TIME: Final = 0
"""Second at which the rider can board, has arrived, or is at the destination."""
COST: Final = 1
"""The three costs so far."""
STEP: Final = 4
"""The three costs in steps."""
RIDES: Final = 7
SET_OUT: Final = 8
"""Second at which the rider set out."""
NEXT: Final = 9
"""The next label of the bag, or ``NONE``."""
PARENT: Final = 10
"""The label that this one continues, or ``NONE`` after the access."""
STOP: Final = 11
RODE_LANE: Final = 12
"""Of an arrival, the ride that ends: its lane, slot, and positions."""
RODE_SLOT: Final = 13
BOARDED_AT: Final = 14
ALIGHTED_AT: Final = 15
WALKED_S: Final = 12
"""Of a rider ready to board, seconds of the hop; 0 at the stop of the arrival."""

RIDER: Final = 6
"""Numbers of a rider aboard a lane: slot, three costs, label, position of boarding."""

N_LABELS: Final = 0
"""Counter: labels in the pool."""
LABELS_ROOM: Final = 1
"""Counter: labels that fit in the pool."""
RIDERS_ROOM: Final = 2
"""Counter: riders that fit aboard a lane."""
FULL: Final = 3
"""Counter: 1 where something did not fit; the search is then repeated with more room."""
NOW: Final = 4
"""Counter: the second whose departure is searched now."""


class Costs(NamedTuple):
    """What a label has cost, or the grain of each cost's steps."""

    first: int
    second: int
    third: int


class Bags(NamedTuple):
    """Pools of one search at a time."""

    labels: I32
    """(M * LABEL,)"""
    heads: I32
    """(2 * N + 1,) first label of each bag, or ``NONE``: of riders ready at stop ``s`` at ``s``,
    of those who arrived there at ``N + s``, of journeys found at ``2 * N``."""
    riders: I32
    """(R * RIDER,) riders aboard the lane that is ridden now."""
    deadline: I64
    """(MAX_RIDES + 2,) latest arrival by rides of the present departure."""
    counters: I64
    """(5,) ``N_LABELS``, ``LABELS_ROOM``, ``RIDERS_ROOM``, ``FULL``, ``NOW``."""
    found: I64
    """(J * 3,) the costs of the journeys that are answered."""


class BagsPool:
    """Bags for one number of stops, each lent to one search at a time. Thread-safe."""

    def __init__(self, n_stops: int, room: int = 1 << 14, keep: int = 4) -> None:
        self._n_stops, self._room = n_stops, room
        self._idle: deque[Bags] = deque(maxlen=keep)

    def take(self) -> Bags:
        """Return bags that nobody else uses."""
        try:
            return self._idle.pop()
        except IndexError:
            return make_bags(self._n_stops, self._room)

    def give(self, bags: Bags) -> None:
        """Take bags back."""
        self._idle.append(bags)


def make_bags(n_stops: int, room: int) -> Bags:
    """Return bags for searches on ``n_stops`` stops with room for ``room`` labels."""
    n_riders = max(room >> 6, 1)
    return Bags(
        labels=np.empty(room * LABEL, dtype=np.int32),
        heads=np.empty(2 * n_stops + 1, dtype=np.int32),
        riders=np.empty(n_riders * RIDER, dtype=np.int32),
        deadline=np.zeros(MAX_RIDES + 2, dtype=np.int64),
        counters=np.array([0, room, n_riders, 0, 0], dtype=np.int64),
        found=np.empty(USUAL_JOURNEYS * COSTS, dtype=np.int64),
    )


def with_more_room(bags: Bags) -> Bags:
    """Return bags of twice the size."""
    n_stops = (bags.heads.size - 1) // 2
    grown = make_bags(n_stops, 2 * bags.labels.size // LABEL)
    return grown._replace(found=np.empty(2 * bags.found.size, dtype=np.int64))


@helper
def steps_of(costs: Costs, grain: Costs) -> Costs:
    """Return costs in steps of ``grain``."""
    return Costs(
        costs.first // grain.first, costs.second // grain.second, costs.third // grain.third
    )


@helper
def no_worse(labels: I32, first: int, time: int, steps: Costs, rides: int) -> bool:
    """Say whether the label at ``first`` is no worse than one of the present departure."""
    return bool(
        labels[first + TIME] <= time
        and labels[first + STEP] <= steps.first
        and labels[first + STEP + 1] <= steps.second
        and labels[first + STEP + 2] <= steps.third
        and labels[first + RIDES] <= rides
    )


@part
def is_beaten(bags: Bags, bag: int, time: int, steps: Costs, rides: int) -> bool:
    """Say whether a bag has a label that is no worse than one of the present departure."""
    label = bags.heads[bag]
    while label != NONE:
        if no_worse(bags.labels, label * LABEL, time, steps, rides):
            return True
        label = bags.labels[label * LABEL + NEXT]
    return False


@part
def drop_beaten(bags: Bags, bag: int, time: int, steps: Costs, rides: int) -> None:
    """Take the labels out of a bag that are no better than a new one.

    Only labels of the same departure and as many rides can be: rounds come in ascending order,
    and departures in descending.
    """
    before, label = NONE, bags.heads[bag]
    while label != NONE:
        first = label * LABEL
        after = bags.labels[first + NEXT]
        beaten = (
            bags.labels[first + SET_OUT] == bags.counters[NOW]
            and bags.labels[first + RIDES] == rides
            and bags.labels[first + TIME] >= time
            and bags.labels[first + STEP] >= steps.first
            and bags.labels[first + STEP + 1] >= steps.second
            and bags.labels[first + STEP + 2] >= steps.third
        )
        if not beaten:
            before = label
        elif before == NONE:
            bags.heads[bag] = after
        else:
            bags.labels[before * LABEL + NEXT] = after
        label = after


@part
def put(bags: Bags, bag: int, time: int, costs: Costs, grain: Costs, rides: int) -> int:
    """Put a label of the present departure into a bag.

    Returns where it starts, or ``NONE`` if one that is there is no worse.
    """
    steps = steps_of(costs, grain)
    if is_beaten(bags, bag, time, steps, rides):
        return NONE
    drop_beaten(bags, bag, time, steps, rides)
    label = bags.counters[N_LABELS]
    if label == bags.counters[LABELS_ROOM]:
        bags.counters[FULL] = 1
        return NONE
    bags.counters[N_LABELS] = label + 1
    first = int(label * LABEL)
    bags.labels[first + TIME] = time
    write_costs(bags.labels, first + COST, costs)
    write_costs(bags.labels, first + STEP, steps)
    bags.labels[first + RIDES], bags.labels[first + SET_OUT] = rides, bags.counters[NOW]
    bags.labels[first + NEXT] = bags.heads[bag]
    bags.heads[bag] = label
    return first


@helper
def costs_at(numbers: I32, at: int) -> Costs:
    """Read three costs."""
    return Costs(int(numbers[at]), int(numbers[at + 1]), int(numbers[at + 2]))


@helper
def write_costs(numbers: I32, at: int, costs: Costs) -> None:
    """Write three costs."""
    numbers[at], numbers[at + 1], numbers[at + 2] = costs.first, costs.second, costs.third


@helper
def plus(one: Costs, other: Costs) -> Costs:
    """Add costs."""
    return Costs(one.first + other.first, one.second + other.second, one.third + other.third)


@helper
def minus(one: Costs, other: Costs) -> Costs:
    """Subtract costs."""
    return Costs(one.first - other.first, one.second - other.second, one.third - other.third)


@helper
def times(one: Costs, factor: int) -> Costs:
    """Multiply costs."""
    return Costs(one.first * factor, one.second * factor, one.third * factor)


@helper
def cover(one: Costs, other: Costs) -> bool:
    """Say whether ``one`` is nowhere higher than ``other``."""
    return one.first <= other.first and one.second <= other.second and one.third <= other.third
