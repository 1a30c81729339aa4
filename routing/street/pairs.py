"""The cheapest way between two points, by a hierarchy: its cost, and the arcs it takes."""

import threading
from typing import Final, NamedTuple

import numpy as np

from routing.jit import entry, helper
from routing.street.climb import (
    AHEAD,
    BACK,
    FAR,
    MOST_ENDS,
    Climb,
    begin,
    climb_for,
    nearest,
    step,
)
from routing.street.ends import Ends
from routing.street.graph import I32
from routing.street.hierarchy import Hierarchy

ORIGINAL: Final = -1
"""The second part of an arc that is no shortcut."""


class PairWork(NamedTuple):
    """The buffers of one thread; N states."""

    ahead: Climb
    back: Climb
    arcs: I32
    """(N,) arcs of the way."""
    chain: I32
    """(N,) arcs of the hierarchy on the way up, the last first."""
    stack: I32
    """(N,) arcs that are still to be written."""


def pair_work_for(hierarchy: Hierarchy) -> PairWork:
    """Allocate the buffers of one thread."""
    room = hierarchy.n_states + 1
    lists = (np.empty(room, np.int32) for _ in range(3))
    return PairWork(climb_for(hierarchy), climb_for(hierarchy), *lists)


@entry
def meet(
    hierarchy: Hierarchy, source: Ends, goal: Ends, limit: int, work: PairWork
) -> tuple[int, int, int]:
    """Search from both sides for a way that costs less than ``limit``.

    Returns
    -------
    Its cost, or ``limit`` where there is none; its length in dm; the rank at which it turns from
    going up to going down, or -1.
    """
    ahead, back = work.ahead, work.back
    begin(hierarchy, source, 0, source.state.size, ahead)
    begin(hierarchy, goal, 0, goal.state.size, back)
    best, top = limit, -1
    while True:
        near, far = nearest(ahead), nearest(back)
        if min(near, far) >= best:
            break
        rank = step(hierarchy, AHEAD, ahead) if near <= far else step(hierarchy, BACK, back)
        if rank >= 0 and ahead.cost[rank] + back.cost[rank] < best:
            best, top = ahead.cost[rank] + back.cost[rank], rank
    length = ahead.length[top] + back.length[top] if top >= 0 else 0
    return int(best), int(length), int(top)


@helper
def _unfold(hierarchy: Hierarchy, arc: int, n: int, work: PairWork) -> int:
    """Write the arcs of the net that an arc stands for behind ``n`` others; return how many."""
    work.stack[0], size = arc, 1
    while size > 0:
        size -= 1
        taken = work.stack[size]
        if hierarchy.second[taken] == ORIGINAL:
            work.arcs[n] = hierarchy.first[taken]
            n += 1
        else:
            work.stack[size] = hierarchy.second[taken]
            work.stack[size + 1] = hierarchy.first[taken]
            size += 2
    return n


@entry
def unfold(hierarchy: Hierarchy, top: int, work: PairWork) -> tuple[int, int, int]:
    """Write the arcs of the way found by ``meet``; return how many, and both its ends."""
    n_up, rank = 0, top
    while work.ahead.parent[rank] >= 0:
        arc = work.ahead.parent[rank]
        work.chain[n_up] = arc
        n_up, rank = n_up + 1, hierarchy.low[arc]
    origin, n = ~work.ahead.parent[rank], 0
    for i in range(n_up - 1, -1, -1):
        n = _unfold(hierarchy, work.chain[i], n, work)
    rank = top
    while work.back.parent[rank] >= 0:
        arc = work.back.parent[rank]
        n = _unfold(hierarchy, arc, n, work)
        rank = hierarchy.low[arc]
    return n, int(origin), int(~work.back.parent[rank])


class Way(NamedTuple):
    """The cheapest way."""

    cost: int
    """Effective dm."""
    length: int
    """Dm on the ground."""
    arcs: I32
    """(K,) arcs of the net, from the source on."""
    origin: int
    """The end of the source at which it starts."""
    goal: int
    """The end of the goal at which it ends."""


class PairSearch:
    """Answers cheapest ways between points; safe to share, each thread has its own buffers."""

    def __init__(self, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self._threads = threading.local()

    def cost(self, source: Ends, goal: Ends, limit: int = FAR) -> tuple[int, int]:
        """Return the cost and the length in dm of the cheapest way.

        ``limit`` and 0 where none costs less than it.
        """
        cost, length, _ = meet(self._hierarchy, source, goal, limit, self._work(source, goal))
        return cost, length

    def way(self, source: Ends, goal: Ends, limit: int = FAR) -> Way | None:
        """Return the cheapest way, or None where none costs less than ``limit``."""
        work = self._work(source, goal)
        cost, length, top = meet(self._hierarchy, source, goal, limit, work)
        if top < 0:
            return None
        n, origin, end = unfold(self._hierarchy, top, work)
        return Way(cost, length, work.arcs[:n].copy(), origin, end)

    def _work(self, source: Ends, goal: Ends) -> PairWork:
        if max(source.state.size, goal.state.size) > MOST_ENDS:
            raise ValueError(f"a way starts and ends at one of {MOST_ENDS} states at most")
        work: PairWork | None = getattr(self._threads, "work", None)
        if work is None:
            work = self._threads.work = pair_work_for(self._hierarchy)
        return work
