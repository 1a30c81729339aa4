"""The cheapest ways between all of many points, by a hierarchy with *buckets*.

Each goal leaves its cost at every state that its search goes up to; searches from the sources find
it there (Knopp, Sanders, Schultes, Schulz, Wagner 2007).
"""

from typing import Final, NamedTuple, Self

import numpy as np

from routing.jit import entry, helper
from routing.street.climb import AHEAD, BACK, FAR, Climb, begin, climb_for, step
from routing.street.ends import Ends
from routing.street.graph import I32
from routing.street.hierarchy import Hierarchy

ENTRIES_A_GOAL: Final = 128
"""Entries of buckets at first: cars leave about 80 in Heidelberg."""


class Points(NamedTuple):
    """Points with their ends, one point after the other."""

    ends: Ends
    ptr: I32
    """(P+1,) where the ends of each point start; a point off the network has none."""

    @classmethod
    def of(cls, ends: Ends, owner: I32, count: int) -> Self:
        """Return ``count`` points; ``owner`` is (E,) the point of each end, ascending."""
        ptr = np.searchsorted(owner, np.arange(count + 1)).astype(np.int32)
        return cls(ends, ptr)

    @property
    def size(self) -> int:
        """Number of points."""
        return int(self.ptr.size - 1)


class Matrix(NamedTuple):
    """The cheapest ways from S sources to T goals."""

    cost: I32
    """(S, T) effective dm, ``FAR`` where there is no way."""
    length: I32
    """(S, T) dm on the ground along the cheapest way, ``FAR`` where there is none."""


class Buckets(NamedTuple):
    """What goals left at states: B entries, by rank."""

    ptr: I32
    """(N+1,) where the entries of each rank start."""
    goal: I32
    """(B,)"""
    cost: I32
    """(B,) from the rank to the goal."""
    length: I32
    """(B,)"""


def matrix(hierarchy: Hierarchy, sources: Points, goals: Points) -> Matrix:
    """Return the costs and lengths of the cheapest ways from all sources to all goals.

    Ways that stay on one segment never come to a state and are not among them
    (``routing.street.ends.stay``).
    """
    most = max(int(np.diff(points.ptr).max(initial=0)) for points in (sources, goals))
    climb = climb_for(hierarchy, most)
    buckets = _buckets(hierarchy, goals, climb)
    shape = (sources.size, goals.size)
    found = Matrix(np.full(shape, FAR, np.int32), np.full(shape, FAR, np.int32))
    _look_up(hierarchy, sources, buckets, climb, found)
    return found


def _buckets(hierarchy: Hierarchy, goals: Points, climb: Climb) -> Buckets:
    room = ENTRIES_A_GOAL * (goals.size + 1)
    while True:
        entries = np.empty((4, room), np.int32)
        n = _leave(hierarchy, goals, climb, entries)
        if n <= room:
            break
        room = n
    order = np.argsort(entries[0, :n], kind="stable")
    ptr = np.zeros(hierarchy.n_states + 1, np.int32)
    np.cumsum(np.bincount(entries[0, :n], minlength=hierarchy.n_states), out=ptr[1:])
    goal, cost, length = (np.ascontiguousarray(row[:n][order]) for row in entries[1:])
    return Buckets(ptr, goal, cost, length)


@entry
def _leave(hierarchy: Hierarchy, goals: Points, climb: Climb, entries: I32) -> int:
    """List rank, goal, cost and length in (4, room) entries; return how many there would be."""
    n = 0
    for goal in range(goals.ptr.size - 1):
        begin(hierarchy, goals.ends, goals.ptr[goal], goals.ptr[goal + 1], climb)
        while climb.counts[1] > 0:
            rank = step(hierarchy, BACK, climb)
            if rank >= 0 and n < entries.shape[1]:
                entries[0, n], entries[1, n] = rank, goal
                entries[2, n], entries[3, n] = climb.cost[rank], climb.length[rank]
            n += rank >= 0
    return n


@helper
def _take(buckets: Buckets, rank: int, climb: Climb, cost: I32, length: I32) -> None:
    """Lower a source's rows by what the goals left at a rank."""
    here, walked = climb.cost[rank], climb.length[rank]
    for i in range(buckets.ptr[rank], buckets.ptr[rank + 1]):
        goal = buckets.goal[i]
        total = here + buckets.cost[i]
        if total < cost[goal]:
            cost[goal], length[goal] = total, walked + buckets.length[i]


@entry
def _look_up(
    hierarchy: Hierarchy, sources: Points, buckets: Buckets, climb: Climb, found: Matrix
) -> None:
    for source in range(sources.ptr.size - 1):
        begin(hierarchy, sources.ends, sources.ptr[source], sources.ptr[source + 1], climb)
        while climb.counts[1] > 0:
            rank = step(hierarchy, AHEAD, climb)
            if rank >= 0:
                _take(buckets, rank, climb, found.cost[source], found.length[source])
