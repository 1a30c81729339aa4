"""Random street networks on a small map, and the plain way to find walks on them.

The reference shares nothing with the kernels: the two points become nodes of a networkx graph, and
the segment that each stands on is split there.
"""

from itertools import pairwise
from typing import NamedTuple

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from kommit.kit.geo import M_PER_DEG_LAT
from routing.street.build import build_network
from routing.street.graph import CLOSED, StreetClass
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.snap import Snaps
from routing.street.ways import Ways, WheelchairState

LAT0, LON0 = 51.85, 7.48
STEP_M = 60.0
SIDE = 4
"""Points stand on a map of SIDE x SIDE corners, one step apart."""

ALONG, AGAINST = 1, 2
BOTH = ALONG | AGAINST

STAIRS = 2.0
"""Stairs take as much longer than level ground."""


class Street(NamedTuple):
    """A way over corners of the map."""

    corners: list[int]
    foot: int = BOTH
    kind: StreetClass = StreetClass.RESIDENTIAL


def corner(number: float) -> tuple[float, float]:
    """Return latitude and longitude of a corner."""
    row, column = divmod(number, SIDE)
    north, east = row * STEP_M, column * STEP_M
    return (
        LAT0 + north / M_PER_DEG_LAT,
        LON0 + east / (M_PER_DEG_LAT * float(np.cos(np.radians(LAT0)))),
    )


def network_of(streets: list[Street]) -> StreetNetwork:
    """Build the network of ways over corners."""
    numbers = [number for street in streets for number in street.corners]
    lat, lon = zip(*map(corner, numbers), strict=True)
    none, count = np.empty(0, np.int64), len(streets)
    return build_network(
        Ways(
            point_ptr=np.cumsum([0, *(len(street.corners) for street in streets)]),
            point_id=np.array(numbers, np.int64),
            point_lat=np.array(lat),
            point_lon=np.array(lon),
            point_height=np.full(len(numbers), np.nan, np.float32),
            way_id=np.arange(count),
            street_class=np.array([street.kind for street in streets], np.uint8),
            flags=np.zeros(count, np.uint8),
            name=np.arange(count, dtype=np.int32),
            wheelchair=np.full(count, WheelchairState.ASSUMED, np.uint8),
            stretch=np.array([_stretch(street) for street in streets], np.float32),
            barrier_id=none,
            barrier_closed=np.empty(0, np.uint8),
            barrier_wait_s=np.empty((0, len(Profile)), np.float32),
            turn_from=none,
            turn_via=none,
            turn_to=none,
            turn_kind=np.empty(0, np.uint8),
        )
    )


def _stretch(street: Street) -> list[list[float]]:
    """Return the time along and against a street over that on the level, alike for all."""
    factor = STAIRS if street.kind is StreetClass.STEPS else 1.0
    sides = [factor if street.foot & side else np.inf for side in (ALONG, AGAINST)]
    return [[side] * len(Profile) for side in sides]


def _street() -> st.SearchStrategy[Street]:
    return st.builds(
        Street,
        st.lists(st.integers(0, SIDE * SIDE - 1), min_size=2, max_size=6),
        st.sampled_from([BOTH, BOTH, ALONG, AGAINST]),
        st.sampled_from([StreetClass.RESIDENTIAL, StreetClass.STEPS]),
    )


streets = st.lists(_street(), min_size=1, max_size=6)
"""Ways that cross themselves and each other, close to rings, run twice over one corner, or stand
apart."""

points = st.builds(
    lambda row, column: corner(row * SIDE + column),
    st.integers(0, SIDE - 1),
    st.floats(0.0, SIDE - 1.0),
)
"""Points along the rows of the map."""


def reference_dm(network: StreetNetwork, origin: Snaps, goal: Snaps) -> float | None:
    """Return the cost of the cheapest walk between two points, or None where there is none.

    Points reach the network by each of their candidates.
    """
    graph, way_cost = network.graph, network.nets[Profile.FOOT].way_cost
    drawn = nx.MultiDiGraph()
    drawn.add_nodes_from(["origin", "goal"])
    marks = {("from", row): origin for row in range(origin.segment.size)}
    marks |= {("to", row): goal for row in range(goal.segment.size)}
    for segment in range(graph.n_segments):
        on_it = sorted(
            (float(snaps.fraction[mark[1]]), mark)
            for mark, snaps in marks.items()
            if int(snaps.segment[mark[1]]) == segment
        )
        ends = [(0.0, int(graph.segment_from[segment])), (1.0, int(graph.segment_to[segment]))]
        _draw(drawn, [ends[0], *on_it, ends[1]], way_cost[2 * segment : 2 * segment + 2])
    for mark, snaps in marks.items():
        pair = ("origin", mark) if mark[0] == "from" else (mark, "goal")
        drawn.add_edge(*pair, weight=int(snaps.distance_dm[mark[1]]))
    if not nx.has_path(drawn, "origin", "goal"):
        return None
    return float(nx.dijkstra_path_length(drawn, "origin", "goal"))


def _draw(drawn: nx.MultiDiGraph, marks: list[tuple[float, object]], costs: np.ndarray) -> None:
    for (at, one), (then, other) in pairwise(marks):
        for cost, (a, b) in zip(costs.tolist(), ((one, other), (other, one)), strict=True):
            if cost < CLOSED:
                drawn.add_edge(a, b, weight=(then - at) * cost)
