"""Walks on a street net that a reader can check with a finger, and against plain Dijkstra."""

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from routing.street.dijkstra import ahead, search, workspace_for
from routing.street.ends import Ends
from routing.street.footpaths import footpaths
from routing.street.graph import CLOSED
from routing.street.net import Net
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.router import NOWHERE, StreetRouter
from tests.support.shared import shared_data
from tests.support.streets import Drawing, network_of

TOWN = Drawing(
    """
    A.B.C
    ....D
    E.F.G

    ABC name=Nordweg
    CDG name=Ostweg
    EFG name=Südweg
    BF highway=steps
    AE oneway:foot=yes name=Gasse
    """
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> StreetNetwork:
    return TOWN.network(tmp_path_factory.mktemp("town"))


def stops(*letters: str) -> tuple[np.ndarray, np.ndarray]:
    lat, lon = zip(*(TOWN.at(letter) for letter in letters), strict=True)
    return np.array(lat), np.array(lon)


def walker_of(town: StreetNetwork, lat: np.ndarray, lon: np.ndarray) -> StreetRouter:
    return StreetRouter(town, Profile.FOOT, lat, lon)


def seconds(town: StreetNetwork, origin: tuple[float, float], goal: tuple[float, float]) -> int:
    path = walker_of(town, *stops("A")).path(origin, goal, 3600, speed_mps=1.0)
    assert path is not None
    return path.seconds


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        pytest.param("AB", 100, id="along a street"),
        pytest.param("AE", 200, id="down the one-way lane"),
        pytest.param("EA", 480, id="not up the one-way lane: by the stairs"),
        pytest.param("BF", 280, id="down the stairs"),
        pytest.param("CG", 200, id="through a bend"),
    ],
)
def test_seconds_between_corners(town: StreetNetwork, way: str, expected: int) -> None:
    assert seconds(town, TOWN.at(way[0]), TOWN.at(way[1])) == pytest.approx(expected, abs=2)


def test_a_walk_starts_and_ends_in_the_middle_of_a_street(town: StreetNetwork) -> None:
    early, late = TOWN.between("A", "B", 0.2), TOWN.between("A", "B", 0.7)
    assert seconds(town, early, late) == pytest.approx(50, abs=1)
    assert seconds(town, late, early) == pytest.approx(50, abs=1)


def test_against_a_one_way_the_same_street_is_gone_around(town: StreetNetwork) -> None:
    up, down = TOWN.between("A", "E", 0.25), TOWN.between("A", "E", 0.75)
    assert seconds(town, up, down) == pytest.approx(100, abs=1)
    # down to E (50 m), over F, the stairs and B to A (480 s), and 50 m down the lane
    assert seconds(town, down, up) == pytest.approx(50 + 480 + 50, abs=3)


def test_reach_and_path_agree_and_backward_is_the_way_back(town: StreetNetwork) -> None:
    walker = walker_of(town, *stops("A", "B", "C", "E", "F", "G"))
    here = TOWN.between("E", "F", 0.3)
    out = walker.reach(*here, 3600)
    back = walker.reach(*here, 3600, backward=True)

    for reach, forward in ((out, True), (back, False)):
        assert reach.stop.tolist() == [0, 1, 2, 3, 4, 5]
        for stop, took in zip(reach.stop, reach.seconds, strict=True):
            there = TOWN.at("ABCEFG"[stop])
            path = walker.path(*((here, there) if forward else (there, here)), 3600)
            assert path is not None
            assert path.seconds == took
    assert out.seconds[0] > back.seconds[0], "the lane leads from A to E only"


def test_the_budget_is_kept_to_the_second(town: StreetNetwork) -> None:
    walker = walker_of(town, *stops("A", "B", "C"))
    took = walker.reach(*TOWN.at("A"), 3600).seconds
    assert walker.reach(*TOWN.at("A"), int(took[1])).stop.tolist() == [0, 1]
    assert walker.reach(*TOWN.at("A"), int(took[1]) - 1).stop.tolist() == [0]


def test_the_way_is_drawn_from_door_to_door_and_told_by_streets(town: StreetNetwork) -> None:
    walker = walker_of(town, *stops("A"))
    path = walker.path(TOWN.at("A"), TOWN.at("D"), 3600)
    assert path is not None
    np.testing.assert_allclose([path.lat[0], path.lon[0]], TOWN.at("A"), atol=1e-6)
    np.testing.assert_allclose([path.lat[-1], path.lon[-1]], TOWN.at("D"), atol=1e-6)
    assert path.metres == pytest.approx(300, abs=2)
    first, second = path.steps
    assert (first.distance_m, second.distance_m) == pytest.approx((200, 100), abs=2)
    assert first.turn_deg == 0
    assert second.turn_deg == pytest.approx(90, abs=1), "right, to the south"


def test_far_from_every_street_there_is_no_walk(town: StreetNetwork) -> None:
    walker = walker_of(town, *stops("A"))
    lat, lon = TOWN.at("A")
    assert not walker.is_near(lat + 0.01, lon)
    assert walker.reach(lat + 0.01, lon, 3600).stop.size == 0
    assert walker.path((lat + 0.01, lon), TOWN.at("B"), 3600) is None


def test_footpaths_join_all_stops_in_reach_quickest_first(town: StreetNetwork) -> None:
    ptr, stop, took, metres = footpaths(town, *stops("A", "B", "C", "A"), 170)
    assert stop[ptr[0] : ptr[1]].tolist() == [3, 1, 2]
    assert took[ptr[0]] == 1, "two stops at one point are a second apart"
    assert np.all(np.diff(took[ptr[0] : ptr[1]]) >= 0)
    assert metres[ptr[0] + 1] == pytest.approx(100, abs=1)


def test_stairs_take_longer_but_are_no_longer(tmp_path: Path) -> None:
    hill = Drawing("""
        A.B.C

        AB highway=steps
        BC
        """)
    graph = hill.network(tmp_path)
    (lat, lon) = zip(hill.at("A"), hill.at("C"), strict=True)
    walker = walker_of(graph, np.array(lat), np.array(lon))
    ptr, _, took, metres = footpaths(graph, np.array(lat), np.array(lon), 600)
    path = walker.path(hill.at("A"), hill.at("C"), 3600, speed_mps=1.0)

    assert path is not None
    assert (path.seconds, path.metres) == pytest.approx((240, 200), abs=2)
    for backward in (False, True):
        reach = walker.reach(*hill.at("A"), 3600, speed_mps=1.0, backward=backward)
        assert reach.seconds.tolist() == pytest.approx([0, 240], abs=2)
        assert reach.metres.tolist() == pytest.approx([0, 200], abs=1)
    assert took[ptr[0]] == pytest.approx(240 / 1.33, abs=2)
    assert metres[ptr[0]] == pytest.approx(200, abs=1)


def test_stops_off_the_streets_are_joined_as_the_crow_flies(town: StreetNetwork) -> None:
    lat, lon = TOWN.at("A")
    far_lat, far_lon = np.array([lat + 0.01, lat + 0.011]), np.array([lon, lon])
    ptr, stop, took, metres = footpaths(town, far_lat, far_lon, 300)
    assert stop.tolist() == [1, 0]
    assert metres[0] == pytest.approx(111.2 * 1.3, abs=1)
    assert took[0] == pytest.approx(111.2 * 1.3 / 1.33, abs=1)
    assert ptr.tolist() == [0, 1, 2]


def plain(net: Net) -> nx.DiGraph:
    """Return the net as people draw it: the reference that the kernel must equal."""
    drawn = nx.DiGraph()
    origins = np.repeat(np.arange(net.n_states), np.diff(net.arc_ptr))
    for arc, (origin, goal) in enumerate(zip(origins, net.arc_target, strict=True)):
        cost = int(net.arc_cost[arc])
        known = drawn.get_edge_data(int(origin), int(goal), {"weight": CLOSED})["weight"]
        if cost < known:
            drawn.add_edge(int(origin), int(goal), weight=cost)
    return drawn


@pytest.mark.shared
def test_costs_equal_plain_dijkstra_on_a_real_network() -> None:
    network = network_of(shared_data("osm", "liechtenstein.osm.pbf"))
    graph, net, random = network.graph, network.nets[Profile.FOOT], np.random.default_rng(7)
    nodes = np.unique(graph.segment_from[net.segment_usable == 1])
    drawn, work, budget_dm = plain(net), workspace_for(net), 30_000
    for origin in random.choice(nodes, 25).tolist():
        start = Ends(*(np.array([value], np.int32) for value in (origin, 0, 0, 0, 0)))
        search(ahead(net), graph.segment_length_dm, start, budget_dm, NOWHERE, work)
        want = nx.single_source_dijkstra_path_length(drawn, origin, cutoff=budget_dm)
        found = {int(node): int(work.cost[node]) for node in work.touched[: work.counts[0]]}
        assert found == want
        assert len(found) > 1


@pytest.mark.shared
def test_walks_agree_with_an_independent_engine() -> None:
    network = network_of(shared_data("osm", "heidelberg.osm.pbf"))
    oracle = json.loads(shared_data("oracle", "oracle_street_osrm_heidelberg.json").read_text())
    walker = walker_of(network, network.graph.node_lat[:1], network.graph.node_lon[:1])
    ratios = []
    for query in oracle["queries"]:
        (from_lon, from_lat), (to_lon, to_lat) = query["foot"]["snapped"]
        way = walker.path((from_lat, from_lon), (to_lat, to_lon), 12 * 3600)
        if way is not None:
            ratios.append(way.metres / query["foot"]["distance_m"])
    close = np.abs(np.array(ratios) - 1) <= 0.05

    # OSRM climbs stairs at the pace of a street, and waits for no ferry
    print(f"{close.mean():.3f} of {len(ratios)} pairs within 5 %")
    assert len(ratios) >= 299
    assert close.mean() >= 0.945, "0.950 when this was written"
    assert max(ratios) < 1.2, "1.057 when this was written"
    assert min(ratios) > 0.8, "0.857 when this was written"
