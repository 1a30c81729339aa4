"""The cheapest ways from one point to every state, by one pass over a hierarchy.

A search goes up; then each state, the most important first, is reached from those above it
(Delling, Goldberg, Nowatzyk, Werneck 2011, PHAST). Nothing is queued, and memory is read in order.
"""

from typing import NamedTuple

import numpy as np

from routing.jit import entry
from routing.street.climb import AHEAD, BACK, FAR, Climb, begin, climb_for, step
from routing.street.ends import Ends
from routing.street.graph import I32
from routing.street.hierarchy import Hierarchy


class Reached(NamedTuple):
    """What the states cost from a point, or to it."""

    cost: I32
    """(N,) effective dm, ``FAR`` where there is no way."""
    length: I32
    """(N,) dm on the ground along the cheapest way, ``FAR`` where there is none."""


def sweep(hierarchy: Hierarchy, ends: Ends, *, backward: bool = False) -> Reached:
    """Return the cost of every state from the nearest of the ends; ``backward``: to it."""
    n_states = hierarchy.n_states
    by_rank = Reached(np.full(n_states, FAR, np.int32), np.full(n_states, FAR, np.int32))
    side = BACK if backward else AHEAD
    _sweep(hierarchy, ends, side, climb_for(hierarchy, ends.state.size), by_rank)
    return Reached(by_rank.cost[hierarchy.rank], by_rank.length[hierarchy.rank])


@entry
def _sweep(hierarchy: Hierarchy, ends: Ends, side: int, climb: Climb, reached: Reached) -> None:
    begin(hierarchy, ends, 0, ends.state.size, climb)
    while climb.counts[1] > 0:
        step(hierarchy, side, climb)
    for i in range(climb.counts[0]):
        rank = climb.touched[i]
        reached.cost[rank], reached.length[rank] = climb.cost[rank], climb.length[rank]
    for rank in range(hierarchy.rank.size):
        run = 2 * rank + 1 - side
        for arc in range(hierarchy.ptr[run], hierarchy.ptr[run + 1]):
            total = reached.cost[hierarchy.high[arc]] + hierarchy.cost[arc]
            if total < reached.cost[rank]:
                reached.cost[rank] = total
                reached.length[rank] = reached.length[hierarchy.high[arc]] + hierarchy.length[arc]
