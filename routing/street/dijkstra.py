"""Shortest ways by Dijkstra's algorithm with one bucket for each decimetre (Dial, 1969).

Costs are small whole numbers and searches are bounded, so a ring of buckets replaces the priority
queue: each junction is settled once, in about 60 ns. The caller owns every buffer; nothing is
allocated, and only what a search touched is cleared before the next.
"""

from typing import Final, NamedTuple

import numpy as np

from routing.jit import entry, helper
from routing.street.graph import CLOSED, F64, I32, StreetGraph

FAR: Final = CLOSED
"""The cost of a junction that was not reached."""

EMPTY: Final = -1


class Workspace(NamedTuple):
    """The buffers of one search; one for each thread. Shapes as in ``StreetGraph``."""

    cost: I32
    """(V,) dm from the source; ``FAR`` outside of a search."""
    length: I32
    """(V,) dm on the ground along the cheapest way; only set where ``cost`` is."""
    parent: I32
    """(V,) edge by which the junction was reached, or -1 at the source."""
    touched: I32
    """(V,) junctions with a cost, in no order."""
    counts: I32
    """(2,) how many junctions are touched, and how many entries the buckets were given."""
    bucket: I32
    """(B,) first entry of each bucket of the ring, B a power of two beyond the longest edge."""
    entry_node: I32
    """(M+4,) junction of each entry."""
    entry_next: I32
    """(M+4,) next entry of its bucket."""


class Source(NamedTuple):
    """The one or two junctions at which a search starts."""

    node: I32
    """(2,) junction, or -1."""
    cost: I32
    """(2,) dm from the point to it."""
    length: I32
    """(2,) the same on the ground."""


def workspace_for(graph: StreetGraph) -> Workspace:
    """Allocate the buffers of one thread."""
    usable = graph.foot_dm[graph.foot_dm < CLOSED]
    longest = int(usable.max(initial=1))
    n_edges = graph.edge_target.size
    return Workspace(
        cost=np.full(graph.n_nodes, FAR, np.int32),
        length=np.empty(graph.n_nodes, np.int32),
        parent=np.full(graph.n_nodes, EMPTY, np.int32),
        touched=np.empty(graph.n_nodes, np.int32),
        counts=np.zeros(2, np.int32),
        bucket=np.full(1 << (longest + 1).bit_length(), EMPTY, np.int32),
        entry_node=np.empty(n_edges + 4, np.int32),
        entry_next=np.empty(n_edges + 4, np.int32),
    )


@helper
def clear(work: Workspace) -> None:
    """Forget the last search."""
    for i in range(work.counts[0]):
        work.cost[work.touched[i]] = FAR
    work.counts[0] = 0
    work.counts[1] = 0


@helper
def push(work: Workspace, node: int, cost: int, length: int, parent: int) -> None:
    """Lower the cost of a junction and put it into its bucket."""
    if work.cost[node] == FAR:
        work.touched[work.counts[0]] = node
        work.counts[0] += 1
    work.cost[node], work.length[node], work.parent[node] = cost, length, parent
    at = cost & (work.bucket.size - 1)
    free = work.counts[1]
    work.entry_node[free], work.entry_next[free] = node, work.bucket[at]
    work.bucket[at] = free
    work.counts[1] = free + 1


@entry
def search(
    graph: StreetGraph, edge_cost: I32, source: Source, budget: int, goal: Source, work: Workspace
) -> int:
    """Settle every junction within ``budget`` dm; stop early once the goal cannot come closer.

    Parameters
    ----------
    edge_cost
        (M,) dm by edge: ``foot_out_dm``, or ``foot_in_dm`` to search against all directions.
    budget
        Below ``CLOSED``.
    goal
        Junctions to reach with the cost from each to the goal; -1 where there is none.

    Returns
    -------
    The cost of the cheapest way to the goal through a junction, or ``FAR``.

    Notes
    -----
    O(settled edges + budget). An edge is relaxed once, so M entries and the sources suffice.
    """
    clear(work)
    best = int(FAR)
    for i in range(2):
        node, cost = source.node[i], source.cost[i]
        if node >= 0 and cost <= budget and cost < work.cost[node]:
            push(work, node, cost, source.length[i], EMPTY)
    lowest = min(source.cost[0], source.cost[1])
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
            node = work.entry_node[taken]
            if level >= best or work.cost[node] != level:
                continue
            for i in range(2):
                if goal.node[i] == node and level + goal.cost[i] < best:
                    best = int(level + goal.cost[i])
            for edge in range(graph.edge_ptr[node], graph.edge_ptr[node + 1]):
                cost = level + edge_cost[edge]
                target = graph.edge_target[edge]
                if cost <= budget and cost < work.cost[target]:
                    ground = graph.segment_length_dm[graph.edge_way[edge] >> 1]
                    push(work, target, cost, work.length[node] + ground, edge)
    return best


@entry
def costs_to(
    graph: StreetGraph, points: tuple[I32, F64, I32], flip: int, work: Workspace, out: I32
) -> None:
    """Write the (2, N) cost from the source to each point and its length on the ground, in dm.

    Parameters
    ----------
    points
        (N,) segment, fraction and distance, as in ``Snaps``.
    flip
        1 if the search ran against all directions, else 0.
    out
        ``FAR`` where a point was not reached.
    """
    segment, fraction, away = points
    for i in range(segment.size):
        out[0, i], out[1, i] = FAR, FAR
        at, share = segment[i], fraction[i]
        if at < 0:
            continue
        ground = graph.segment_length_dm[at]
        # from the start of the segment, then from its end
        for end in range(2):
            node = graph.segment_to[at] if end else graph.segment_from[at]
            cost = graph.foot_dm[2 * at + (end ^ flip)]
            part = 1.0 - share if end else share
            # at a segment's very end its junction is reached also where the segment is one-way
            if work.cost[node] == FAR or (cost >= CLOSED and part > 0.0):
                continue
            total = work.cost[node] + np.int32(np.rint(cost * part)) + away[i]
            if total < out[0, i]:
                out[0, i] = total
                out[1, i] = work.length[node] + np.int32(np.rint(ground * part)) + away[i]
