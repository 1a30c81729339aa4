"""Are all costs those of a plain Dijkstra on networkx? The third opinion is the bucket search.

networkx knows the arcs of the net only; points are joined to it by their ends, as all searches do.
"""

from typing import Any, NamedTuple

import networkx as nx
import numpy as np
from bench_street_world import Point, World, random_points

from routing.street.dijkstra import ahead, search, workspace_for
from routing.street.ends import Ends, goals, origins
from routing.street.graph import CLOSED
from routing.street.matrix import Points, matrix
from routing.street.net import Net
from routing.street.pairs import PairSearch
from routing.street.profile import Profile
from routing.street.snap import Snaps, snap

SOURCES = 100
GOALS = 10
BUDGET = CLOSED - 1


class Sides(NamedTuple):
    """Where the searches of random pairs start and end."""

    sources: list[Ends]
    goals: list[list[Ends]]


def compare(world: World, profile: Profile, seed: int) -> dict[str, Any]:
    """Count the pairs of which a search says another cost than networkx."""
    sides = _sides(world, profile, seed)
    graph = drawn(world.network.nets[profile])
    wrong = dict.fromkeys(("hierarchy", "unfolded", "matrix", "buckets"), 0)
    reached = 0
    for source, targets in zip(sides.sources, sides.goals, strict=True):
        expected = [_cheapest(graph, source, targets)]
        reached += sum(cost < CLOSED for cost in expected[0])
        for name, costs in _answers(world, profile, source, targets).items():
            wrong[name] += sum(a != b for a, b in zip(expected[0], costs, strict=True))
    return {"pairs": SOURCES * GOALS, "with_a_way": reached, "mismatches": wrong}


def drawn(net: Net) -> "nx.DiGraph[int]":
    """Return a net as networkx sees it, the cheapest of parallel arcs only."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(net.n_states))
    tails = np.repeat(np.arange(net.n_states), np.diff(net.arc_ptr)).tolist()
    for tail, head, cost in zip(tails, net.arc_target.tolist(), net.arc_cost.tolist(), strict=True):
        known = graph.get_edge_data(tail, head)
        if known is None or cost < known["weight"]:
            graph.add_edge(tail, head, weight=cost)
    return graph


def _sides(world: World, profile: Profile, seed: int) -> Sides:
    starts = random_points(world.network, profile, SOURCES, seed)
    there = random_points(world.network, profile, SOURCES * GOALS, seed + 1)
    graph, net = world.network.graph, world.network.nets[profile]
    return Sides(
        [origins(graph, net, _snapped(world, profile, point)) for point in starts],
        [
            [goals(graph, net, _snapped(world, profile, point)) for point in there[i::SOURCES]]
            for i in range(SOURCES)
        ],
    )


def _snapped(world: World, profile: Profile, point: Point) -> Snaps:
    lat, lon = (np.array([value]) for value in point)
    return snap(world.network.graph, world.network.nets[profile].segment_usable, lat, lon)


def _cheapest(graph: "nx.DiGraph[int]", source: Ends, targets: list[Ends]) -> list[int]:
    """Return the cost to each goal by one search of networkx from a node of its own."""
    start = -1
    for state, cost in zip(source.state.tolist(), source.cost.tolist(), strict=True):
        known = graph.get_edge_data(start, state)
        if known is None or cost < known["weight"]:
            graph.add_edge(start, state, weight=cost)
    reached = nx.single_source_dijkstra_path_length(graph, start) if start in graph else {}
    graph.remove_nodes_from([start])
    return [
        min(
            (
                reached.get(state, CLOSED) + cost
                for state, cost in zip(target.state.tolist(), target.cost.tolist(), strict=True)
                if state in reached
            ),
            default=CLOSED,
        )
        for target in targets
    ]


def _answers(
    world: World, profile: Profile, source: Ends, targets: list[Ends]
) -> dict[str, list[int]]:
    net, hierarchy = world.network.nets[profile], world.hierarchies[profile]
    pairs, work, arcs = PairSearch(hierarchy), workspace_for(net), ahead(net)
    lengths = world.network.graph.segment_length_dm
    together = Ends(*(np.concatenate(parts) for parts in zip(*targets, strict=True)))
    owner = np.repeat(np.arange(len(targets)), [target.state.size for target in targets])
    one = Points(source, np.array([0, source.state.size], np.int32))
    many = Points.of(together, owner.astype(np.int32), len(targets))
    return {
        "hierarchy": [pairs.cost(source, target)[0] for target in targets],
        "unfolded": [_unfolded(net, pairs, source, target) for target in targets],
        "matrix": matrix(hierarchy, one, many).cost[0].tolist(),
        "buckets": [search(arcs, lengths, source, BUDGET, target, work)[0] for target in targets],
    }


def _unfolded(net: Net, pairs: PairSearch, source: Ends, target: Ends) -> int:
    """Return what the arcs of a way cost, or -1 where they do not follow each other."""
    way = pairs.way(source, target)
    if way is None:
        return CLOSED
    tails = np.searchsorted(net.arc_ptr, way.arcs, side="right") - 1
    states = [int(source.state[way.origin]), *net.arc_target[way.arcs].tolist()]
    if tails.tolist() != states[:-1] or states[-1] != target.state[way.goal]:
        return -1
    ends = int(source.cost[way.origin] + target.cost[way.goal])
    return int(net.arc_cost[way.arcs].sum()) + ends
