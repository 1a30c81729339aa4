"""Random small nets, of junctions and of directed ways, and networkx's view of them."""

from typing import NamedTuple

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from routing.street.ends import Ends
from routing.street.graph import CLOSED, I32
from routing.street.net import Net

MOST_STATES = 16
MOST_STREETS = 9


class Arc(NamedTuple):
    """One arc of a net; its way is as long as it says."""

    tail: int
    head: int
    cost: int
    way: int


def net_of(n_states: int, arcs: list[Arc], n_segments: int) -> Net:
    """Return a net; what is not about states and arcs is left empty."""
    rows = np.array(sorted(arcs, key=lambda arc: arc.tail), np.int32).reshape(-1, 4)
    tail, head, cost, way = (np.ascontiguousarray(column) for column in rows.T)
    back = np.argsort(head, kind="stable")
    every = np.arange(n_states + 1)
    return Net(
        arc_ptr=np.searchsorted(tail, every).astype(np.int32),
        arc_target=head,
        arc_cost=cost,
        arc_way=way,
        back_ptr=np.searchsorted(head[back], every).astype(np.int32),
        back_source=tail[back],
        back_cost=cost[back],
        back_way=way[back],
        way_cost=np.full(2 * n_segments, CLOSED, np.int32),
        way_tail=np.full(2 * n_segments, -1, np.int32),
        segment_usable=np.zeros(n_segments, np.uint8),
    )


def drawn(net: Net) -> nx.MultiDiGraph:
    """Return the net as networkx sees it."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(net.n_states))
    tails = np.repeat(np.arange(net.n_states), np.diff(net.arc_ptr)).tolist()
    ends = zip(tails, net.arc_target.tolist(), net.arc_cost.tolist(), strict=True)
    graph.add_weighted_edges_from(ends)
    return graph


class World(NamedTuple):
    """A net and (G,) dm on the ground of its segments."""

    net: Net
    lengths: I32


COSTS = 12
"""Few different ones, so that many ways cost the same."""


@st.composite
def junction_worlds(draw: st.DrawFn) -> World:
    """Any arcs between any states: one-ways, parallel arcs, circles, parts that are apart."""
    n_states = draw(st.integers(1, MOST_STATES))
    n_arcs = round(n_states * draw(st.sampled_from([0.0, 0.7, 1.5, 2.5, 4.0])))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    ends = random.integers(0, n_states, (n_arcs, 2)).tolist()
    costs = random.integers(1, COSTS + 1, n_arcs).tolist()
    arcs = [Arc(*pair, cost, 2 * i) for i, (pair, cost) in enumerate(zip(ends, costs, strict=True))]
    return World(net_of(n_states, arcs, n_arcs), random.integers(1, 50, n_arcs, np.int32))


@st.composite
def turning_worlds(draw: st.DrawFn) -> World:
    """Streets of which some are one-ways; states are directed ways, some turns are forbidden."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    n_streets = draw(st.integers(1, MOST_STREETS))
    pairs = random.integers(0, 6, (n_streets, 2)).tolist()
    ahead = {2 * i: (one, other) for i, (one, other) in enumerate(pairs)}
    against = {2 * i + 1: (other, one) for i, (one, other) in enumerate(pairs)}
    ends = ahead | {way: pair for way, pair in against.items() if random.random() < 0.7}
    number = {way: state for state, way in enumerate(ends)}
    lengths = random.integers(1, COSTS + 1, n_streets, np.int32)
    arcs = [
        Arc(number[a], number[b], int(lengths[a // 2]) + 5 * (b == a ^ 1), a)
        for a in ends
        for b in ends
        if ends[a][1] == ends[b][0] and random.random() < 0.8
    ]
    return World(net_of(len(ends), arcs, n_streets), lengths)


worlds = st.one_of(junction_worlds(), turning_worlds())


@st.composite
def ends_of(draw: st.DrawFn, net: Net) -> Ends:
    """A point that stands for none to three states."""
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, net.n_states - 1), st.integers(0, 20), st.integers(0, 20)),
            max_size=3,
        )
    )
    return ends_at(*rows)


def ends_at(*rows: tuple[int, int, int]) -> Ends:
    """Return ends of state, cost and length."""
    state, cost, length = np.array(rows, np.int32).reshape(-1, 3).T.copy()
    nothing = np.zeros(len(rows), np.int32)
    return Ends(state, cost, length, nothing, nothing)
