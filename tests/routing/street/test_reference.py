"""Walks equal the plain way of finding them, on random small networks and on real ones."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kommit.kit.geo import distances_m
from routing.street.dijkstra import ahead, back
from routing.street.graph import StreetClass, StreetGraph
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.router import StreetRouter, budget_dm, seconds_of
from routing.street.snap import Snaps, snap
from routing.street.way import StreetPath
from tests.routing.street.drawn import Street, corner, network_of, points, reference_dm, streets
from tests.support.examples import examples
from tests.support.shared import shared_data
from tests.support.streets import network_of as real_network

Point = tuple[float, float]

HOUR = 3600
SLOWEST_DM_PER_S = 10
"""One metre a second, so that a second is ten of the costs."""

RING = [Street([0, 1]), Street([1, 2, 3, 7, 6, 5, 1])]
"""A lane into a ring that leaves and meets it at one and the same junction."""


def walker_to(network: StreetNetwork, point: Point) -> StreetRouter:
    return StreetRouter(network, Profile.FOOT, np.array([point[0]]), np.array([point[1]]))


def snapped(network: StreetNetwork, point: Point) -> Snaps:
    usable = network.nets[Profile.FOOT].segment_usable
    return snap(network.graph, usable, np.array([point[0]]), np.array([point[1]]))


def on_foot(network: StreetNetwork) -> np.ndarray:
    """Return the segments on which walks start and end."""
    return np.flatnonzero(network.nets[Profile.FOOT].segment_usable)


def reached(walker: StreetRouter, point: Point, *, backward: bool = False) -> int | None:
    reach = walker.reach(*point, HOUR, backward=backward, speed_mps=1.0)
    return int(reach.seconds[0]) if reach.stop.size else None


@examples(100)
@given(drawn=streets, origin=points, goal=points)
@example(drawn=RING, origin=corner(0), goal=corner(4.9))
@example(drawn=[Street([0, 1, 2], foot=1)], origin=corner(1.5), goal=corner(0.5))
@example(drawn=[Street([0, 1], foot=2)], origin=corner(0.5), goal=corner(0.5))
def test_walks_cost_what_the_reference_says(
    drawn: list[Street], origin: Point, goal: Point
) -> None:
    graph = network_of(drawn)
    want_dm = reference_dm(graph, snapped(graph, origin), snapped(graph, goal))
    out = reached(walker_to(graph, goal), origin)
    back = reached(walker_to(graph, origin), goal, backward=True)
    path = walker_to(graph, goal).path(origin, goal, HOUR, speed_mps=1.0)

    assert out == back == (path.seconds if path else None), "three ways to ask the same"
    if want_dm is None:
        assert path is None
    else:
        # shares of a segment are rounded to a decimetre at either end, and then up to a second
        assert path is not None
        assert want_dm - 2 <= path.seconds * SLOWEST_DM_PER_S
        assert path.seconds <= want_dm // SLOWEST_DM_PER_S + 2


@examples(100)
@given(drawn=streets, origin=points, goal=points)
@example(drawn=RING, origin=corner(0), goal=corner(5.1))
@example(drawn=RING, origin=corner(5.1), goal=corner(0))
def test_the_way_drawn_is_the_way_that_was_timed(
    drawn: list[Street], origin: Point, goal: Point
) -> None:
    level = [street._replace(kind=StreetClass.RESIDENTIAL) for street in drawn]
    graph = network_of(level)
    path = walker_to(graph, goal).path(origin, goal, HOUR, speed_mps=1.0)
    if path is None:
        return
    np.testing.assert_allclose([path.lat[0], path.lon[0]], origin, atol=2e-7)
    np.testing.assert_allclose([path.lat[-1], path.lon[-1]], goal, atol=2e-7)
    # on level ground at one metre a second, metres are seconds
    assert path.metres == pytest.approx(path.seconds, abs=3)
    assert longest_jump_m(path) <= longest_piece_m(graph.graph) + 1


def longest_jump_m(path: StreetPath) -> float:
    return float(distances_m(path.lat[:-1], path.lon[:-1], path.lat[1:], path.lon[1:]).max())


def longest_piece_m(graph: StreetGraph) -> float:
    lat, lon = graph.shape_lat, graph.shape_lon
    pieces = distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    same = graph.piece_segment[1:] == graph.piece_segment[:-1]
    return float(pieces[same].max(initial=250.0))


@examples(60)
@given(
    drawn=streets,
    origin=points,
    goals=st.lists(points, min_size=1, max_size=4),
)
def test_metres_of_a_reach_are_those_of_the_path(
    drawn: list[Street], origin: Point, goals: list[Point]
) -> None:
    walker = StreetRouter(
        network_of(drawn), Profile.FOOT, *(np.array(axis) for axis in zip(*goals, strict=True))
    )
    reach = walker.reach(*origin, HOUR)
    for stop, metres in zip(reach.stop, reach.metres, strict=True):
        path = walker.path(origin, goals[stop], HOUR)
        assert path is not None
        assert path.metres == pytest.approx(metres, abs=2)


@examples(100)
@given(
    budget_s=st.integers(1, 4 * HOUR),
    speed_mps=st.sampled_from([0.5, 0.7, 0.9, 1.1, 1.33, 1.4, 1.5, 4.2]),
)
@example(budget_s=290, speed_mps=1.1)
def test_a_budget_is_the_last_cost_that_takes_no_longer(budget_s: int, speed_mps: float) -> None:
    last = budget_dm(budget_s, speed_mps)
    took = seconds_of(np.array([last, last + 1]), speed_mps)
    assert took[0] <= budget_s < took[1]


def test_against_a_one_way_street_the_way_leads_around() -> None:
    ring = [Street([0, 1], foot=1), Street([1, 2]), Street([2, 3, 7, 6, 5, 4, 0])]
    network, halfway = network_of(ring), corner(0.5)
    assert reached(walker_to(network, corner(2)), halfway) == 90
    assert reached(walker_to(network, halfway), corner(2)) == 6 * 60 + 30


def test_a_budget_of_years_still_keeps_closed_streets_closed() -> None:
    network = network_of([Street([0, 1], foot=2), Street([1, 5]), Street([5, 4, 0])])
    walker = walker_to(network, corner(5))
    for backward, took in ((False, 150), (True, 90)):
        reach = walker.reach(*corner(0.5), 2**40, backward=backward, speed_mps=1.0)
        assert reach.seconds.tolist() == [took]


def test_a_street_that_nobody_can_come_back_from_is_no_place_to_start() -> None:
    network = network_of([Street([0, 1], foot=1), Street([1, 2])])
    assert on_foot(network).size == 1


@pytest.mark.parametrize("far", [np.inf, -np.inf, np.nan, 1e18, -1e18, 1e300, 540.0])
@pytest.mark.parametrize("axis", [0, 1])
def test_no_number_takes_the_search_outside_of_its_arrays(far: float, axis: int) -> None:
    graph = network_of([Street([0, 1, 2])])
    walker = walker_to(graph, corner(0))
    point = [*corner(0)]
    point[axis] = far
    assert not walker.is_near(*point)
    assert walker.reach(*point, HOUR).stop.size == 0
    assert walker.path((point[0], point[1]), corner(0), HOUR) is None


@pytest.mark.shared
@pytest.mark.parametrize("extract", ["heidelberg.osm.pbf", "liechtenstein.osm.pbf"])
def test_real_walks_are_timed_and_drawn_alike_in_both_directions(extract: str) -> None:
    network = real_network(shared_data("osm", extract))
    graph, random = network.graph, np.random.default_rng(3)
    start = graph.shape_ptr[random.choice(on_foot(network), 540)]
    lat, lon = graph.shape_lat[start], graph.shape_lon[start]
    lat, lon = lat + random.normal(0, 3e-4, lat.size), lon + random.normal(0, 3e-4, lon.size)
    walker = StreetRouter(network, Profile.FOOT, lat[:500], lon[:500])
    compared = 0
    for origin in range(500, 540):
        here = float(lat[origin]), float(lon[origin])
        for backward in (False, True):
            reach = walker.reach(*here, 900, backward=backward)
            for stop, took, metres in zip(reach.stop, reach.seconds, reach.metres, strict=True):
                there = float(lat[stop]), float(lon[stop])
                path = walker.path(*((there, here) if backward else (here, there)), 900)
                assert path is not None
                assert path.seconds == took
                assert path.metres == pytest.approx(metres, abs=3)
                assert path.metres <= took * 1.33 + 3
                compared += 1
    assert compared >= 500


@pytest.mark.shared
def test_threads_share_a_walker() -> None:
    network = real_network(shared_data("osm", "liechtenstein.osm.pbf"))
    graph, random = network.graph, np.random.default_rng(5)
    at = graph.shape_ptr[random.choice(on_foot(network), 400)]
    places = list(zip(graph.shape_lat[at].tolist(), graph.shape_lon[at].tolist(), strict=True))
    walker = StreetRouter(network, Profile.FOOT, graph.shape_lat[at], graph.shape_lon[at])

    def answers(place: Point) -> list[int]:
        return walker.reach(*place, 1800).seconds.tolist()

    alone = [answers(place) for place in places]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(answers, places)) == alone


@pytest.mark.shared
@pytest.mark.parametrize("profile", list(Profile))
def test_arcs_back_are_the_arcs_ahead(profile: Profile) -> None:
    net = real_network(shared_data("osm", "liechtenstein.osm.pbf")).nets[profile]
    ways = (ahead(net), back(net))
    ends = [np.repeat(np.arange(net.n_states), np.diff(arcs.ptr)) for arcs in ways]
    there = set(zip(ends[0], ways[0].target, ways[0].cost, ways[0].way, strict=True))
    here = set(zip(ways[1].target, ends[1], ways[1].cost, ways[1].way, strict=True))
    assert there == here
    assert len(there) > 1000
