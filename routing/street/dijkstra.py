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


def workspace_for(graph: StreetGraph) -> Workspace:
    """Allocate the buffers of one thread."""
    usable = graph.foot_dm[graph.foot_dm < CLOSED]
    longest = int(usable.max(initial=1))
    n_edges = graph.edge_target.size
    return Workspace(
        cost=np.full(graph.n_nodes, FAR, np.int32),
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
def push(work: Workspace, node: int, cost: int, parent: int) -> None:
    """Lower the cost of a junction and put it into its bucket."""
    if work.cost[node] == FAR:
        work.touched[work.counts[0]] = node
        work.counts[0] += 1
    work.cost[node], work.parent[node] = cost, parent
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
            push(work, node, cost, EMPTY)
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
                    push(work, target, cost, edge)
    return best


@entry
def costs_to(
    segment: I32,
    fraction: F64,
    away: I32,
    ends: tuple[I32, I32],
    segment_cost: I32,
    work: Workspace,
    out: I32,
) -> None:
    """Write the (N,) cost from the source to each snapped point; ``FAR`` where not reached.

    Parameters
    ----------
    segment, fraction, away
        (N,) the points, as in ``Snaps``.
    ends
        ``segment_from`` and ``segment_to``.
    segment_cost
        (2G,) dm along and against each segment.
    """
    for i in range(segment.size):
        out[i] = FAR
        at = segment[i]
        if at < 0:
            continue
        along, against = segment_cost[2 * at], segment_cost[2 * at + 1]
        first, last = work.cost[ends[0][at]], work.cost[ends[1][at]]
        # at a segment's very end its junction is reached also where the segment is one-way
        if first < FAR and (along < CLOSED or fraction[i] == 0.0):
            out[i] = first + np.int32(np.rint(along * fraction[i])) + away[i]
        if last < FAR and (against < CLOSED or fraction[i] == 1.0):
            via = last + np.int32(np.rint(against * (1.0 - fraction[i]))) + away[i]
            out[i] = min(out[i], via)
