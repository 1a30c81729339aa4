"""Shortest ways by Dijkstra's algorithm with one bucket for each decimetre (Dial, 1969).

Costs are small whole numbers and searches are bounded, so a ring of buckets replaces the priority
queue: each state is settled once, in about 60 ns. The caller owns every buffer; nothing is
allocated, and only what a search touched is cleared before the next.
"""

from typing import Final, NamedTuple

import numpy as np

from routing.jit import entry, helper
from routing.street.ends import Ends
from routing.street.graph import CLOSED, I32
from routing.street.net import Net

FAR: Final = CLOSED
"""The cost of a state that was not reached."""

EMPTY: Final = -1

ROOM_DM: Final = 1 << 15
"""Costs of ends are less than the longest arc and this; a point is not far from its street."""

MORE_ENTRIES: Final = 1024
"""Entries of buckets for the ends of a search, on top of one for each arc."""


class Arcs(NamedTuple):
    """The arcs of a net in the direction of a search."""

    ptr: I32
    target: I32
    cost: I32
    way: I32


class Workspace(NamedTuple):
    """The buffers of one search; one for each thread. N states, A arcs."""

    cost: I32
    """(N,) from the source; ``FAR`` outside of a search."""
    length: I32
    """(N,) dm on the ground along the cheapest way; only set where ``cost`` is."""
    parent: I32
    """(N,) arc by which the state was reached, or ``~end`` where it is an end of the source."""
    touched: I32
    """(N,) states with a cost, in no order."""
    counts: I32
    """(2,) how many states are touched, and how many entries the buckets were given."""
    bucket: I32
    """(B,) first entry of each bucket of the ring, B a power of two beyond the longest arc."""
    entry_state: I32
    """(A + ends,) state of each entry."""
    entry_next: I32
    """(A + ends,) next entry of its bucket."""


def workspace_for(net: Net) -> Workspace:
    """Allocate the buffers of one thread."""
    longest = int(net.arc_cost.max(initial=1)) + ROOM_DM
    entries = net.arc_target.size + MORE_ENTRIES
    return Workspace(
        cost=np.full(net.n_states, FAR, np.int32),
        length=np.empty(net.n_states, np.int32),
        parent=np.empty(net.n_states, np.int32),
        touched=np.empty(net.n_states, np.int32),
        counts=np.zeros(2, np.int32),
        bucket=np.full(1 << (longest + 1).bit_length(), EMPTY, np.int32),
        entry_state=np.empty(entries, np.int32),
        entry_next=np.empty(entries, np.int32),
    )


def ahead(net: Net) -> Arcs:
    """Return the arcs as they lead."""
    return Arcs(net.arc_ptr, net.arc_target, net.arc_cost, net.arc_way)


def back(net: Net) -> Arcs:
    """Return the arcs against their direction."""
    return Arcs(net.back_ptr, net.back_source, net.back_cost, net.back_way)


@helper
def clear(work: Workspace) -> None:
    """Forget the last search."""
    for i in range(work.counts[0]):
        work.cost[work.touched[i]] = FAR
    work.counts[0] = 0
    work.counts[1] = 0


@helper
def push(work: Workspace, state: int, cost: int, length: int, parent: int) -> None:
    """Lower the cost of a state and put it into its bucket."""
    if work.cost[state] == FAR:
        work.touched[work.counts[0]] = state
        work.counts[0] += 1
    work.cost[state], work.length[state], work.parent[state] = cost, length, parent
    at = cost & (work.bucket.size - 1)
    free = work.counts[1]
    work.entry_state[free], work.entry_next[free] = state, work.bucket[at]
    work.bucket[at] = free
    work.counts[1] = free + 1


@entry
def search(
    arcs: Arcs, lengths: I32, source: Ends, budget: int, goal: Ends, work: Workspace
) -> tuple[int, int]:
    """Settle every state within ``budget`` dm; stop early once the goal cannot come closer.

    Parameters
    ----------
    lengths
        (G,) dm on the ground of each segment.
    source, goal
        At most ``MORE_ENTRIES`` ends each; no goal settles all.
    budget
        Below ``CLOSED``.

    Returns
    -------
    The cost of the cheapest way to the goal through a state, or ``FAR``, and the end of the goal.

    Notes
    -----
    O(settled arcs + budget). An arc is relaxed once, so A entries and the ends suffice.
    """
    clear(work)
    best, best_end, lowest = int(FAR), -1, int(FAR)
    for i in range(source.state.size):
        state, cost = source.state[i], source.cost[i]
        if cost <= budget and cost < work.cost[state]:
            push(work, state, cost, source.length[i], ~i)
            lowest = min(lowest, int(cost))
    mask = work.bucket.size - 1
    settled_entries = 0
    for level in range(lowest, budget + 1):
        if settled_entries == work.counts[1]:
            break
        at = level & mask
        while work.bucket[at] != EMPTY:
            taken = work.bucket[at]
            work.bucket[at] = work.entry_next[taken]
            settled_entries += 1
            state = work.entry_state[taken]
            if level >= best or work.cost[state] != level:
                continue
            for i in range(goal.state.size):
                if goal.state[i] == state and level + goal.cost[i] < best:
                    best, best_end = int(level + goal.cost[i]), i
            for arc in range(arcs.ptr[state], arcs.ptr[state + 1]):
                cost = level + arcs.cost[arc]
                target = arcs.target[arc]
                if cost <= budget and cost < work.cost[target]:
                    ground = lengths[arcs.way[arc] >> 1]
                    push(work, target, cost, work.length[state] + ground, arc)
    return best, best_end


@entry
def collect(ends: Ends, ptr: I32, owner: I32, work: Workspace, out: I32) -> None:
    """Lower the (2, M) cost and length of points to what the last search reached.

    Parameters
    ----------
    ends
        Of the points, ordered by state.
    ptr
        (N+1,) where the ends of each state start.
    owner
        (E,) the point of each end.
    out
        To be filled with ``FAR`` before.
    """
    for i in range(work.counts[0]):
        state = work.touched[i]
        for end in range(ptr[state], ptr[state + 1]):
            total = work.cost[state] + ends.cost[end]
            point = owner[end]
            if total < out[0, point]:
                out[0, point] = total
                out[1, point] = work.length[state] + ends.length[end]
