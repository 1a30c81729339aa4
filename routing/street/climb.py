"""Searches up a hierarchy: the part that ways, matrices and sweeps share.

A search goes ahead (*side* 0), from its source along arcs up, or back (side 1), from its goal
against arcs that lead down. A state is *stalled*, and not gone on from, where a more important one
is already known to lead to it more cheaply: no cheapest way goes through it.
"""

from typing import Final, NamedTuple

import numpy as np

from routing.jit import helper
from routing.street.ends import Ends
from routing.street.graph import CLOSED, I32, I64
from routing.street.heap import cost_of, key_of, pop, push, state_of
from routing.street.hierarchy import Hierarchy

FAR: Final = CLOSED
"""The cost of what is not reached."""

AHEAD: Final = 0
BACK: Final = 1

MOST_ENDS: Final = 1024
"""A point has no more ends than this, unless the buffers are made for more."""


class Climb(NamedTuple):
    """The buffers of one search; N states, by rank."""

    cost: I32
    """(N,) from the source or to the goal; ``FAR`` outside of a search."""
    length: I32
    """(N,) dm on the ground; only set where ``cost`` is."""
    parent: I32
    """(N,) arc by which the rank was reached, or ``~end`` where it is an end of the point."""
    touched: I32
    """(N,) ranks with a cost, in no order."""
    keys: I64
    """(A + ends,) heap of keys ``cost << 32 | rank``."""
    counts: I64
    """(2,) ranks touched, keys in the heap."""


def climb_for(hierarchy: Hierarchy, n_ends: int = MOST_ENDS) -> Climb:
    """Allocate the buffers of a search from up to ``n_ends`` ends; one for each thread and side."""
    n_states = hierarchy.n_states
    return Climb(
        cost=np.full(n_states, FAR, np.int32),
        length=np.empty(n_states, np.int32),
        parent=np.empty(n_states, np.int32),
        touched=np.empty(n_states, np.int32),
        keys=np.empty(hierarchy.low.size + n_ends, np.int64),
        counts=np.zeros(2, np.int64),
    )


@helper
def forget(climb: Climb) -> None:
    """Forget the last search."""
    for i in range(climb.counts[0]):
        climb.cost[climb.touched[i]] = FAR
    climb.counts[0] = 0
    climb.counts[1] = 0


@helper
def lower(climb: Climb, rank: int, cost: int, length: int, parent: int) -> None:
    """Lower the cost of a rank, and have it settled later."""
    if climb.cost[rank] == FAR:
        climb.touched[climb.counts[0]] = rank
        climb.counts[0] += 1
    climb.cost[rank], climb.length[rank], climb.parent[rank] = cost, length, parent
    climb.counts[1] = push(climb.keys, climb.counts[1], key_of(cost, rank))


@helper
def begin(hierarchy: Hierarchy, ends: Ends, start: int, stop: int, climb: Climb) -> None:
    """Start a new search at some of the ends."""
    forget(climb)
    for i in range(start, stop):
        rank = hierarchy.rank[ends.state[i]]
        if ends.cost[i] < climb.cost[rank]:
            lower(climb, rank, ends.cost[i], ends.length[i], ~i)


@helper
def nearest(climb: Climb) -> int:
    """Return the cost up to which a search has come, ``FAR`` where it is at its end."""
    return cost_of(climb.keys[0]) if climb.counts[1] > 0 else FAR


@helper
def is_stalled(hierarchy: Hierarchy, side: int, rank: int, cost: int, climb: Climb) -> bool:
    """Say whether a more important rank leads to this one for less."""
    run = 2 * rank + 1 - side
    for arc in range(hierarchy.ptr[run], hierarchy.ptr[run + 1]):
        if climb.cost[hierarchy.high[arc]] + hierarchy.cost[arc] < cost:
            return True
    return False


@helper
def step(hierarchy: Hierarchy, side: int, climb: Climb) -> int:
    """Settle the nearest rank and return it; -1 where it is void or stalled."""
    cost, rank = cost_of(climb.keys[0]), state_of(climb.keys[0])
    climb.counts[1] = pop(climb.keys, climb.counts[1])
    if cost > climb.cost[rank] or is_stalled(hierarchy, side, rank, cost, climb):
        return -1
    run = 2 * rank + side
    for arc in range(hierarchy.ptr[run], hierarchy.ptr[run + 1]):
        total, above = cost + hierarchy.cost[arc], hierarchy.high[arc]
        if total < climb.cost[above]:
            lower(climb, above, total, climb.length[rank] + hierarchy.length[arc], arc)
    return rank
