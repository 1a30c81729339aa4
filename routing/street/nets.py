"""Builds the net of each profile: states, arcs, waiting, barriers, turns, and islands."""

from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from routing.street.costs import waits_dm
from routing.street.graph import CLOSED, I32, I64, U8, StreetClass, StreetGraph
from routing.street.net import Net
from routing.street.profile import Profile
from routing.street.turns import Turns, allowed, heads, turn_seconds
from routing.street.ways import F32, Ways

NOT_ENDS: Final = (StreetClass.FERRY, StreetClass.ELEVATOR)
"""Nobody starts or ends on a ferry or in a lift."""

ISLAND_STATES: Final = 450
"""A network of fewer states is an island: journeys neither start nor end on it, unless the extract
has nothing larger. Parts that the edge of an extract cuts off are smaller than that, and places
that lie on them would have no way to anywhere."""


class Layout(NamedTuple):
    """What the nets of all profiles are built from."""

    tail: I64
    """(2G,) junction at which each directed way begins."""
    head: I64
    """(2G,) junction to which it leads."""
    closed: U8
    """(V,) bits ``1 << profile`` of those who cannot pass the junction."""
    wait_s: F32
    """(V, 6) seconds lost there."""

    @classmethod
    def of(cls, graph: StreetGraph, ways: Ways, node_id: I64) -> Self:
        """Return the layout of a graph; ``node_id`` is (V,) the id in the map of each junction."""
        closed = np.zeros(graph.n_nodes, np.uint8)
        wait_s = np.zeros((graph.n_nodes, len(Profile)), np.float32)
        if ways.barrier_id.size:
            at = np.searchsorted(ways.barrier_id, node_id).clip(max=ways.barrier_id.size - 1)
            known = ways.barrier_id[at] == node_id
            closed[known] = ways.barrier_closed[at[known]]
            wait_s[known] = ways.barrier_wait_s[at[known]]
        head = heads(graph)
        return cls(head.reshape(-1, 2)[:, ::-1].ravel(), head, closed, wait_s)


class _Arcs(NamedTuple):
    """Arcs in any order, and where directed ways begin."""

    source: I64
    target: I64
    cost: I64
    way: I64
    way_tail: I32
    n_states: int


def build_net(
    profile: Profile, graph: StreetGraph, layout: Layout, way_cost: I32, turns: Turns
) -> Net:
    """Return the net of a profile.

    Parameters
    ----------
    way_cost
        (2G,) cost of each directed way, or ``CLOSED``.
    turns
        Followed by cars.
    """
    if profile is Profile.CAR:
        arcs = _between_ways(profile, graph, layout, way_cost, turns)
    else:
        arcs = _between_junctions(profile, graph, layout, way_cost)
    order = np.lexsort((arcs.way, arcs.source))
    source, target, cost, way = (np.asarray(part)[order] for part in arcs[:4])
    back = np.lexsort((way, target))
    ends = np.arange(arcs.n_states + 1)
    return Net(
        arc_ptr=np.searchsorted(source, ends).astype(np.int32),
        arc_target=target.astype(np.int32),
        arc_cost=cost.astype(np.int32),
        arc_way=way.astype(np.int32),
        back_ptr=np.searchsorted(target[back], ends).astype(np.int32),
        back_source=source[back].astype(np.int32),
        back_cost=cost[back].astype(np.int32),
        back_way=way[back].astype(np.int32),
        way_cost=way_cost,
        way_tail=arcs.way_tail,
        segment_usable=_usable(arcs) * ~np.isin(graph.segment_class, NOT_ENDS),
    )


def _between_junctions(
    profile: Profile, graph: StreetGraph, layout: Layout, way_cost: I32
) -> _Arcs:
    """Return arcs between junctions; ways out of closed ones have states of their own."""
    open_ = np.flatnonzero(way_cost < CLOSED)
    tail, head = layout.tail[open_], layout.head[open_]
    behind = _is_closed(profile, layout, tail)
    source = tail.copy()
    source[behind] = graph.n_nodes + np.arange(int(behind.sum()))
    way_tail = np.full(way_cost.size, -1, np.int32)
    way_tail[open_] = source
    cost = way_cost[open_].astype(np.int64) + waits_dm(profile, layout.wait_s[head, profile])
    return _Arcs(source, head, cost, open_, way_tail, graph.n_nodes + int(behind.sum()))


def _between_ways(
    profile: Profile, graph: StreetGraph, layout: Layout, way_cost: I32, turns: Turns
) -> _Arcs:
    """Return arcs between directed ways: every turn that is possible and allowed."""
    open_ = np.flatnonzero(way_cost < CLOSED)
    open_ = open_[np.argsort(layout.tail[open_], kind="stable")]
    way_tail = np.full(way_cost.size, -1, np.int32)
    way_tail[open_] = np.arange(open_.size)
    before, after = _meeting(layout, open_)
    passable = ~_is_closed(profile, layout, layout.head[before])
    round_ = after == before ^ 1
    keep = round_ | (passable & allowed(turns, before, after, way_cost.size))
    before, after, round_ = before[keep], after[keep], round_[keep]
    goes_on = np.bincount(before[~round_], minlength=way_cost.size) > 0
    keep = ~round_ | ~goes_on[before]  # turning round is for the end of a road
    before, after = before[keep], after[keep]
    chooses = np.bincount(before, minlength=way_cost.size)[before] > 1
    turns_s = turn_seconds(graph, before, after)
    seconds = np.where(chooses | (after == before ^ 1), turns_s, 0.0)
    waits = waits_dm(profile, seconds + layout.wait_s[layout.head[before], profile])
    cost = way_cost[before].astype(np.int64) + waits
    source, target = (way_tail[way].astype(np.int64) for way in (before, after))
    return _Arcs(source, target, cost, before, way_tail, open_.size)


def _meeting(layout: Layout, open_: I64) -> tuple[I64, I64]:
    """Return all pairs of open directed ways of which the second begins where the first ends."""
    tails = layout.tail[open_]  # ascending
    low = np.searchsorted(tails, layout.head[open_], side="left")
    counts = np.searchsorted(tails, layout.head[open_], side="right") - low
    first = np.repeat(np.arange(open_.size), counts)
    nth = np.arange(first.size) - np.repeat(np.cumsum(counts) - counts, counts)
    return open_[first], open_[low[first] + nth]


def _is_closed(profile: Profile, layout: Layout, node: I64) -> npt.NDArray[np.bool_]:
    return np.asarray((layout.closed[node] >> profile) & 1 == 1)


def _usable(arcs: _Arcs) -> U8:
    """Return (G,) 1 for segments that can be reached from a network and left into it.

    A network is a strongly connected component that is not an island.
    """
    shape = (arcs.n_states, arcs.n_states)
    links = csr_array((np.ones(arcs.source.size, np.int8), (arcs.source, arcs.target)), shape)
    _, component = connected_components(links, directed=True, connection="strong")
    sizes = np.bincount(component, minlength=1)
    large = sizes[component] >= min(ISLAND_STATES, int(sizes.max(initial=0)))
    reached, left = (np.zeros(arcs.way_tail.size, np.bool_) for _ in range(2))
    begun = arcs.way_tail >= 0
    reached[begun] = large[arcs.way_tail[begun]]
    np.logical_or.at(left, arcs.way, large[arcs.target])
    either = [flags.reshape(-1, 2).any(axis=1) for flags in (reached, left)]
    return np.asarray(either[0] & either[1], dtype=np.uint8)
