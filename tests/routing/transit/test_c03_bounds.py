"""C03: bounds never promise less time than a journey can take, with and without realtime."""

from random import Random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from routing.realtime.overlay import OverlaidViews, Overlay, Run
from routing.timetable import I32, Timetable
from routing.transit.bounds import (
    FAR_OFF,
    block_bits,
    bounds_of,
    cluster_bits,
    haste_at,
    n_blocks,
    n_clusters,
)
from routing.transit.hilbert import hilbert_order
from routing.transit.search import TransitSearch
from tests.routing.transit.random_networks import networks
from tests.support.timetables import TODAY_INDEX, Network, Trip, compile_network, network

SEVERAL = [2, 5, 256, 257, 600, 4_096, 9_000, 28_718, 500_000]


@pytest.mark.parametrize("n_stops", SEVERAL)
def test_groups_are_few_and_hold_every_stop(n_stops: int) -> None:
    last = n_stops - 1
    assert last >> cluster_bits(n_stops) == n_clusters(n_stops) - 1 < 256
    assert last >> block_bits(n_stops) == n_blocks(n_stops) - 1 < 4_096
    assert block_bits(n_stops) <= cluster_bits(n_stops)


def ranks(timetable: Timetable) -> I32:
    order = hilbert_order(timetable.stop_lat, timetable.stop_lon)
    return np.argsort(order).astype(np.int32)


def fastest(timetable: Timetable) -> dict[int, dict[int, int]]:
    """Return the seconds between every two stops, by a graph of rides and walks."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(timetable.n_stops))
    for first, end in zip(timetable.trip_event_ptr, timetable.trip_event_ptr[1:], strict=False):
        for event in range(first, end - 1):
            took = timetable.event_arrival[event + 1] - timetable.event_departure[event]
            add(graph, timetable.event_stop[event], timetable.event_stop[event + 1], took)
    for stop in range(timetable.n_stops):
        for row in range(*timetable.transfer_ptr[stop : stop + 2]):
            add(graph, stop, timetable.transfer_stop[row], timetable.transfer_s[row])
    return dict(nx.all_pairs_dijkstra_path_length(graph, weight="s"))


def add(graph: nx.DiGraph, origin: int, target: int, seconds: int) -> None:
    known = graph.get_edge_data(origin, target, {"s": seconds})["s"]
    graph.add_edge(int(origin), int(target), s=min(int(seconds), known))


@settings(max_examples=60, deadline=None)
@given(networks)
def test_small_networks_have_exact_bounds(random: Network) -> None:
    timetable = compile_network(random)
    bounds, rank, known = bounds_of(timetable), ranks(timetable), fastest(timetable)
    for origin in range(timetable.n_stops):
        for target in range(timetable.n_stops):
            seconds = min(known[origin].get(target, 65_535), 65_535)
            assert bounds.ahead[rank[target], rank[origin]] == seconds
            assert bounds.back[rank[origin], rank[target]] == seconds


def test_large_networks_have_bounds_of_groups() -> None:
    random = Random(7)
    lines = [[random.randrange(700) for _ in range(30)] for _ in range(60)]
    trips = [Trip(stops, range(0, 9000, 300), range(0, 9000, 300)) for stops in lines]
    timetable = compile_network(Network(700, trips, [(3, 4, 60), (4, 3, 90)]))
    bounds, rank, known = bounds_of(timetable), ranks(timetable), fastest(timetable)
    groups = np.full((n_clusters(700), n_blocks(700)), 65_535)
    for origin, of_origin in known.items():
        for target, seconds in of_origin.items():
            group = rank[target] >> cluster_bits(700), rank[origin] >> block_bits(700)
            groups[group] = min(groups[group], seconds)
    np.testing.assert_array_equal(bounds.ahead, groups)


CHANGING = network(
    """
    R1
    A      B
    8:00   8:20

    R2
    B      C      D
    8:25   8:45   9:05

    R3
    A      D
    8:05   9:10
    """
)
BOTH = ["A 8:00 R1 8:20 B 8:25 R2 9:05 D", "A 8:05 R3 9:10 D"]


def answers(search: TransitSearch) -> list[str]:
    return [CHANGING.line(each) for each in search.search(CHANGING.query("A 8:00-8:10 -> D"))]


def test_wrong_bounds_would_lose_a_journey() -> None:
    """Or else the tests of the search would not notice wrong bounds."""
    right = bounds_of(CHANGING.timetable)
    assert answers(TransitSearch(CHANGING.timetable, bounds=right)) == BOTH
    wrong = right._replace(ahead=right.ahead + np.uint16(3600))
    assert answers(TransitSearch(CHANGING.timetable, bounds=wrong)) == BOTH[1:]


def test_a_vehicle_that_catches_up_is_found() -> None:
    """Faster than the timetable ever is: no bound may hide it behind the direct bus."""
    search = TransitSearch(CHANGING.timetable)
    earlier = [8 * 3600 + minute * 60 for minute in (5, 50)]
    catches_up = [8 * 3600 + minute * 60 for minute in (25, 28, 30)]
    runs = [
        Run(1, TODAY_INDEX, [1, 2, 3], catches_up, catches_up, [0] * 3),
        Run(2, TODAY_INDEX, [0, 3], earlier, earlier, [0] * 2),
    ]
    search.views = OverlaidViews(search.views, Overlay(search.views.frame, runs)).prepare()
    assert answers(search) == ["A 8:00 R1 8:20 B 8:25 R2 8:30 D", "A 8:05 R3 8:50 D"]


def test_haste_bounds_ways_over_hasty_stops() -> None:
    bounds = np.array([[0, 5, 9], [5, 0, 4], [9, 4, 0]], dtype=np.uint16)
    haste = haste_at(bounds.ravel(), np.array([1], dtype=np.int32), 3)
    assert haste.tolist() == [5, 0, 4, 5, 0, 4]
    nowhere = haste_at(bounds.ravel(), np.zeros(0, dtype=np.int32), 3)
    assert nowhere.tolist() == [FAR_OFF] * 6
