"""Walks equal the plain way of finding them, on random small networks and on real ones."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.osm.read import read_streets
from kommit.kit.geo import distances_m
from routing.street.graph import StreetClass, StreetGraph
from routing.street.snap import snap
from routing.street.walk import Walker, budget_dm, seconds_of
from routing.street.way import WalkPath
from tests.routing.street.drawn import Street, corner, graph_of, points, reference_dm, streets
from tests.support.shared import shared_data

Point = tuple[float, float]

HOUR = 3600
SLOWEST_DM_PER_S = 10
"""One metre a second, so that a second is ten of the costs."""

RING = [Street([0, 1]), Street([1, 2, 3, 7, 6, 5, 1])]
"""A lane into a ring that leaves and meets it at one and the same junction."""


def walker_to(graph: StreetGraph, point: Point) -> Walker:
    return Walker(graph, np.array([point[0]]), np.array([point[1]]))


def reached(walker: Walker, point: Point, *, backward: bool = False) -> int | None:
    reach = walker.reach(*point, HOUR, backward=backward, speed_mps=1.0)
    return int(reach.seconds[0]) if reach.stop.size else None


@settings(max_examples=300, deadline=None)
@given(drawn=streets, origin=points, goal=points)
@example(drawn=RING, origin=corner(0), goal=corner(4.9))
@example(drawn=[Street([0, 1, 2], foot=1)], origin=corner(1.5), goal=corner(0.5))
@example(drawn=[Street([0, 1], foot=2)], origin=corner(0.5), goal=corner(0.5))
def test_walks_cost_what_the_reference_says(
    drawn: list[Street], origin: Point, goal: Point
) -> None:
    graph = graph_of(drawn)
    ends = [snap(graph, np.array([lat]), np.array([lon])) for lat, lon in (origin, goal)]
    want_dm = None if min(e.segment[0] for e in ends) < 0 else reference_dm(graph, *ends)
    out = reached(walker_to(graph, goal), origin)
    back = reached(walker_to(graph, origin), goal, backward=True)
    path = walker_to(graph, goal).path(*origin, *goal, HOUR, speed_mps=1.0)

    assert out == back == (path.seconds if path else None), "three ways to ask the same"
    if want_dm is None:
        assert path is None
    else:
        # shares of a segment are rounded to a decimetre at either end, and then up to a second
        assert path is not None
        assert want_dm - 2 <= path.seconds * SLOWEST_DM_PER_S
        assert path.seconds <= want_dm // SLOWEST_DM_PER_S + 2


@settings(max_examples=300, deadline=None)
@given(drawn=streets, origin=points, goal=points)
@example(drawn=RING, origin=corner(0), goal=corner(5.1))
@example(drawn=RING, origin=corner(5.1), goal=corner(0))
def test_the_way_drawn_is_the_way_that_was_timed(
    drawn: list[Street], origin: Point, goal: Point
) -> None:
    level = [street._replace(kind=StreetClass.RESIDENTIAL) for street in drawn]
    graph = graph_of(level)
    path = walker_to(graph, goal).path(*origin, *goal, HOUR, speed_mps=1.0)
    if path is None:
        return
    np.testing.assert_allclose([path.lat[0], path.lon[0]], origin, atol=2e-7)
    np.testing.assert_allclose([path.lat[-1], path.lon[-1]], goal, atol=2e-7)
    # on level ground at one metre a second, metres are seconds
    assert path.metres == pytest.approx(path.seconds, abs=3)
    assert longest_jump_m(path) <= longest_piece_m(graph) + 1


def longest_jump_m(path: WalkPath) -> float:
    return float(distances_m(path.lat[:-1], path.lon[:-1], path.lat[1:], path.lon[1:]).max())


def longest_piece_m(graph: StreetGraph) -> float:
    lat, lon = graph.shape_lat, graph.shape_lon
    pieces = distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    same = graph.piece_segment[1:] == graph.piece_segment[:-1]
    return float(pieces[same].max(initial=250.0))


@settings(max_examples=200, deadline=None)
@given(
    drawn=streets,
    origin=points,
    goals=st.lists(points, min_size=1, max_size=4),
)
def test_metres_of_a_reach_are_those_of_the_path(
    drawn: list[Street], origin: Point, goals: list[Point]
) -> None:
    walker = Walker(graph_of(drawn), *(np.array(axis) for axis in zip(*goals, strict=True)))
    reach = walker.reach(*origin, HOUR)
    for stop, metres in zip(reach.stop, reach.metres, strict=True):
        path = walker.path(*origin, *goals[stop], HOUR)
        assert path is not None
        assert path.metres == pytest.approx(metres, abs=2)


@settings(max_examples=300)
@given(
    budget_s=st.integers(1, 4 * HOUR),
    speed_mps=st.sampled_from([0.5, 0.7, 0.9, 1.1, 1.33, 1.4, 1.5, 4.2]),
)
@example(budget_s=290, speed_mps=1.1)
def test_a_budget_is_the_last_cost_that_takes_no_longer(budget_s: int, speed_mps: float) -> None:
    last = budget_dm(budget_s, speed_mps)
    took = seconds_of(np.array([last, last + 1]), speed_mps)
    assert took[0] <= budget_s < took[1]


def test_a_hair_before_the_end_of_a_one_way_is_still_before_it() -> None:
    graph = graph_of([Street([0, 1], foot=1), Street([1, 2])])
    hair = corner(1 - 1e-5)
    assert reached(walker_to(graph, hair), corner(2)) is None
    assert reached(walker_to(graph, corner(2)), hair) == 60


def test_a_budget_of_years_still_keeps_closed_streets_closed() -> None:
    graph = graph_of([Street([0, 1], foot=2), Street([1, 5])])
    walker = walker_to(graph, corner(5))
    assert walker.reach(*corner(0.5), 2**40).stop.size == 0
    assert walker.reach(*corner(0.5), 2**40, backward=True).stop.size == 1


@pytest.mark.parametrize("far", [np.inf, -np.inf, np.nan, 1e18, -1e18, 1e300, 540.0])
@pytest.mark.parametrize("axis", [0, 1])
def test_no_number_takes_the_search_outside_of_its_arrays(far: float, axis: int) -> None:
    graph = graph_of([Street([0, 1, 2])])
    walker = walker_to(graph, corner(0))
    point = [*corner(0)]
    point[axis] = far
    assert not walker.is_near(*point)
    assert walker.reach(*point, HOUR).stop.size == 0
    assert walker.path(*point, *corner(0), HOUR) is None


@pytest.mark.shared
@pytest.mark.parametrize("extract", ["heidelberg.osm.pbf", "liechtenstein.osm.pbf"])
def test_real_walks_are_timed_and_drawn_alike_in_both_directions(extract: str) -> None:
    graph = read_streets(shared_data("osm", extract)).graph
    random = np.random.default_rng(3)
    start = graph.shape_ptr[random.choice(np.flatnonzero(graph.segment_on_foot), 540)]
    lat, lon = graph.shape_lat[start], graph.shape_lon[start]
    lat, lon = lat + random.normal(0, 3e-4, lat.size), lon + random.normal(0, 3e-4, lon.size)
    walker = Walker(graph, lat[:500], lon[:500])
    compared = 0
    for origin in range(500, 540):
        here = float(lat[origin]), float(lon[origin])
        for backward in (False, True):
            reach = walker.reach(*here, 900, backward=backward)
            for stop, took, metres in zip(reach.stop, reach.seconds, reach.metres, strict=True):
                there = float(lat[stop]), float(lon[stop])
                path = walker.path(*(there + here if backward else here + there), 900)
                assert path is not None
                assert path.seconds == took
                assert path.metres == pytest.approx(metres, abs=3)
                assert path.metres <= took * 1.33 + 3
                compared += 1
    assert compared >= 500


@pytest.mark.shared
def test_threads_share_a_walker() -> None:
    graph = read_streets(shared_data("osm", "liechtenstein.osm.pbf")).graph
    random = np.random.default_rng(5)
    at = graph.shape_ptr[random.choice(np.flatnonzero(graph.segment_on_foot), 400)]
    places = list(zip(graph.shape_lat[at].tolist(), graph.shape_lon[at].tolist(), strict=True))
    walker = Walker(graph, graph.shape_lat[at], graph.shape_lon[at])

    def answers(place: Point) -> list[int]:
        return walker.reach(*place, 1800).seconds.tolist()

    alone = [answers(place) for place in places]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(answers, places)) == alone


@pytest.mark.shared
def test_one_way_costs_run_against_the_arrows_backward() -> None:
    graph = read_streets(shared_data("osm", "heidelberg.osm.pbf")).graph
    one_way = np.flatnonzero(graph.foot_out_dm != graph.foot_in_dm)
    assert one_way.size > 0, "Heidelberg has escalators and one-way footpaths"
    for edge in one_way:
        (twin,) = np.flatnonzero(graph.edge_way == graph.edge_way[edge] ^ 1)
        assert graph.foot_out_dm[edge] == graph.foot_in_dm[twin]
