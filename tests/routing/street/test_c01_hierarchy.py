"""C01: hierarchies on random nets answer what networkx answers on the net itself."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.street import hierarchy as hierarchy_module
from routing.street.climb import FAR
from routing.street.ends import Ends
from routing.street.hierarchy import Hierarchy, build_hierarchies, build_hierarchy
from routing.street.matrix import Points, matrix
from routing.street.net import Net
from routing.street.pairs import PairSearch, Way
from routing.street.profile import Profile
from routing.street.sweep import sweep
from tests.routing.street.nets import Arc, World, drawn, ends_at, ends_of, net_of, worlds

EXAMPLES = settings(max_examples=150, deadline=None)


def reference(net: Net, source: Ends, goal: Ends) -> int:
    """Return the cost of the cheapest way between ends, or ``FAR``."""
    graph = drawn(net)
    for name, ends in (("source", source), ("goal", goal)):
        graph.add_node(name)
        for state, cost in zip(ends.state.tolist(), ends.cost.tolist(), strict=True):
            pair = (name, state) if name == "source" else (state, name)
            graph.add_edge(*pair, weight=cost)
    if not nx.has_path(graph, "source", "goal"):
        return FAR
    return int(nx.dijkstra_path_length(graph, "source", "goal"))


def assert_leads(world: World, source: Ends, goal: Ends, way: Way) -> None:
    """The arcs of a way join its ends, and cost and measure what it says."""
    net, arcs = world.net, way.arcs
    tail = np.searchsorted(net.arc_ptr, arcs, side="right") - 1
    states = [int(source.state[way.origin]), *net.arc_target[arcs].tolist()]
    assert tail.tolist() == states[:-1]
    assert states[-1] == goal.state[way.goal]
    cost = int(net.arc_cost[arcs].sum() + source.cost[way.origin] + goal.cost[way.goal])
    length = int(world.lengths[net.arc_way[arcs] >> 1].sum())
    length += int(source.length[way.origin] + goal.length[way.goal])
    assert (cost, length) == (way.cost, way.length)


def hierarchy_of(world: World) -> Hierarchy:
    return build_hierarchy(world.net, world.lengths)


@EXAMPLES
@given(worlds, st.data())
def test_ways_are_as_cheap_as_any(world: World, data: st.DataObject) -> None:
    search = PairSearch(hierarchy_of(world))
    for _ in range(5):
        source, goal = data.draw(ends_of(world.net)), data.draw(ends_of(world.net))
        expected = reference(world.net, source, goal)
        way = search.way(source, goal)
        assert search.cost(source, goal)[0] == expected
        if way is None:
            assert expected == FAR
        else:
            assert way.cost == expected
            assert_leads(world, source, goal, way)
            assert search.way(source, goal, limit=way.cost) is None


@EXAMPLES
@given(worlds)
def test_every_pair_costs_what_it_costs_on_the_net(world: World) -> None:
    every = together([ends_at((state, 0, 0)) for state in range(world.net.n_states)])
    expected = np.full((world.net.n_states, world.net.n_states), FAR)
    for state, costs in nx.all_pairs_dijkstra_path_length(drawn(world.net)):
        expected[state, list(costs)] = list(costs.values())
    assert (matrix(hierarchy_of(world), every, every).cost == expected).all()


@EXAMPLES
@given(worlds, st.data())
def test_matrices_are_made_of_ways(world: World, data: st.DataObject) -> None:
    points = [data.draw(ends_of(world.net)) for _ in range(4)]
    hierarchy = hierarchy_of(world)
    found = matrix(hierarchy, together(points), together(points[:3]))
    assert found.cost.shape == found.length.shape == (4, 3)
    for i, source in enumerate(points):
        for j, goal in enumerate(points[:3]):
            assert found.cost[i, j] == reference(world.net, source, goal)
            assert (found.length[i, j] == FAR) == (found.cost[i, j] == FAR)


def together(points: list[Ends]) -> Points:
    owner = np.repeat(np.arange(len(points)), [point.state.size for point in points])
    return Points.of(
        Ends(*(np.concatenate(parts) for parts in zip(*points, strict=True))),
        owner.astype(np.int32),
        len(points),
    )


@EXAMPLES
@given(worlds, st.data(), st.booleans())
def test_sweeps_reach_every_state(world: World, data: st.DataObject, backward: bool) -> None:
    ends = data.draw(ends_of(world.net))
    reached = sweep(hierarchy_of(world), ends, backward=backward)
    for state in range(world.net.n_states):
        there = ends_at((state, 0, 0))
        pair = (there, ends) if backward else (ends, there)
        assert reached.cost[state] == reference(world.net, *pair)
        assert (reached.length[state] == FAR) == (reached.cost[state] == FAR)


@EXAMPLES
@given(worlds)
def test_arcs_lead_up_and_stand_for_arcs_of_the_net(world: World) -> None:
    hierarchy = hierarchy_of(world)
    assert sorted(hierarchy.rank.tolist()) == list(range(world.net.n_states))
    assert (hierarchy.high < hierarchy.low).all()
    runs = np.repeat(np.arange(hierarchy.ptr.size - 1), np.diff(hierarchy.ptr))
    assert (runs >> 1 == hierarchy.low).all()
    plain = hierarchy.second < 0
    arcs = hierarchy.first[plain]
    assert (hierarchy.cost[plain] == world.net.arc_cost[arcs]).all()
    first, second = hierarchy.first[~plain], hierarchy.second[~plain]
    for values in (hierarchy.cost, hierarchy.length):
        assert (values[first] + values[second] == values[~plain]).all()


def test_the_same_net_gives_the_same_hierarchy() -> None:
    world = grid(8)
    one, other = hierarchy_of(world), hierarchy_of(world)
    assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_hierarchies_built_side_by_side_are_those_built_alone() -> None:
    world, other = grid(5), grid(4)
    nets = {Profile.BICYCLE: world.net, Profile.CAR: other.net}
    built = build_hierarchies(nets, world.lengths, tuple(nets))
    for profile, net in nets.items():
        alone = build_hierarchy(net, world.lengths)
        assert all((a == b).all() for a, b in zip(built[profile], alone, strict=True))


def test_lengths_are_those_of_the_cheapest_way() -> None:
    """The cheap way over 1 is the long one."""
    arcs = [Arc(0, 1, 2, 0), Arc(1, 2, 2, 2), Arc(0, 2, 5, 4)]
    world = World(net_of(3, arcs, 3), np.array([100, 100, 7], np.int32))
    points = Points.of(ends_at((0, 0, 0), (2, 1, 3)), np.arange(2, dtype=np.int32), 2)
    found = matrix(hierarchy_of(world), points, points)
    assert found.cost.tolist() == [[0, 5], [FAR, 2]]
    assert found.length.tolist() == [[0, 203], [FAR, 6]]


def test_a_point_without_states_is_reached_by_nobody() -> None:
    world = grid(2)
    nowhere, somewhere = ends_at(), ends_at((0, 0, 0))
    search = PairSearch(hierarchy_of(world))
    assert search.way(nowhere, somewhere) is None
    assert search.way(somewhere, nowhere) is None
    assert search.cost(nowhere, nowhere) == (FAR, 0)


def test_a_net_of_one_state_and_no_street() -> None:
    world = World(net_of(1, [], 0), np.empty(0, np.int32))
    way = PairSearch(hierarchy_of(world)).way(ends_at((0, 3, 4)), ends_at((0, 5, 6)))
    assert way is not None
    assert (way.cost, way.length, way.arcs.size) == (8, 10, 0)


def test_more_shortcuts_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty states are joined by way of eight, so arcs multiply."""
    monkeypatch.setattr(hierarchy_module, "ROOM", 1)
    rng = np.random.default_rng(5)
    pairs = [(int(a), 40 + int(b)) for a in range(40) for b in rng.choice(8, 5, replace=False)]
    both = [*pairs, *((b, a) for a, b in pairs)]
    arcs = [Arc(a, b, int(rng.integers(1, 1000)), 2 * i) for i, (a, b) in enumerate(both)]
    world = World(net_of(48, arcs, len(arcs)), np.ones(len(arcs), np.int32))
    hierarchy = hierarchy_of(world)
    assert hierarchy.low.size > len(arcs)
    every = Points.of(ends_at(*((s, 0, 0) for s in range(48))), np.arange(48, dtype=np.int32), 48)
    expected = dict(nx.all_pairs_dijkstra_path_length(drawn(world.net)))
    found = matrix(hierarchy, every, every)
    assert all(found.cost[a, b] == expected[a][b] for a in range(48) for b in range(48))


def test_too_many_ends_are_refused() -> None:
    search = PairSearch(hierarchy_of(grid(2)))
    many = ends_at(*((0, 0, 0) for _ in range(2000)))
    with pytest.raises(ValueError, match="at most"):
        search.cost(many, ends_at((0, 0, 0)))


def test_a_sweep_may_start_anywhere_at_once() -> None:
    many = ends_at(*((state % 4, 2000 - state, 0) for state in range(2000)))
    assert sweep(hierarchy_of(grid(2)), many).cost.tolist() == [4, 3, 2, 1]


def grid(side: int) -> World:
    """Streets of a town in America, all as long."""
    arcs = []
    for at in range(side * side):
        row, column = divmod(at, side)
        for there in (at + 1 if column < side - 1 else -1, at + side if row < side - 1 else -1):
            if there >= 0:
                arcs += [Arc(at, there, 10, len(arcs)), Arc(there, at, 10, len(arcs) + 1)]
    return World(net_of(side * side, arcs, len(arcs)), np.full(len(arcs), 10, np.int32))
