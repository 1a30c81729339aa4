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
from routing.street.build import FOOT_AGAINST, FOOT_ALONG, Ways, build_graph
from routing.street.graph import CLOSED, StreetClass, StreetGraph
from routing.street.snap import Snaps

LAT0, LON0 = 51.85, 7.48
STEP_M = 60.0
SIDE = 4
"""Points stand on a map of SIDE x SIDE corners, one step apart."""

BOTH = FOOT_ALONG | FOOT_AGAINST


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


def graph_of(streets: list[Street]) -> StreetGraph:
    """Build the graph of ways over corners."""
    numbers = [number for street in streets for number in street.corners]
    lat, lon = zip(*map(corner, numbers), strict=True)
    return build_graph(
        Ways(
            point_ptr=np.cumsum([0, *(len(street.corners) for street in streets)]),
            point_id=np.array(numbers, np.int64),
            point_lat=np.array(lat),
            point_lon=np.array(lon),
            foot=np.array([street.foot for street in streets], np.uint8),
            street_class=np.array([street.kind for street in streets], np.uint8),
            name=np.arange(len(streets), dtype=np.int32),
        )
    )


def _street() -> st.SearchStrategy[Street]:
    return st.builds(
        Street,
        st.lists(st.integers(0, SIDE * SIDE - 1), min_size=2, max_size=6),
        st.sampled_from([BOTH, BOTH, FOOT_ALONG, FOOT_AGAINST]),
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


def reference_dm(graph: StreetGraph, origin: Snaps, goal: Snaps) -> int | None:
    """Return the cost of the cheapest walk between two points, or None where there is none."""
    drawn = nx.MultiDiGraph()
    drawn.add_nodes_from(["origin", "goal"])
    marks = {"origin": origin, "goal": goal}
    for segment in range(graph.n_segments):
        on_it = sorted(
            (float(at.fraction[0]), name)
            for name, at in marks.items()
            if int(at.segment[0]) == segment
        )
        ends = [(0.0, int(graph.segment_from[segment])), (1.0, int(graph.segment_to[segment]))]
        _draw(drawn, [ends[0], *on_it, ends[1]], graph.foot_dm[2 * segment : 2 * segment + 2])
    if not nx.has_path(drawn, "origin", "goal"):
        return None
    off_street = int(origin.distance_dm[0]) + int(goal.distance_dm[0])
    return int(nx.dijkstra_path_length(drawn, "origin", "goal")) + off_street


def _draw(drawn: nx.MultiDiGraph, marks: list[tuple[float, object]], costs: np.ndarray) -> None:
    for (at, one), (then, other) in pairwise(marks):
        for cost, (a, b) in zip(costs.tolist(), ((one, other), (other, one)), strict=True):
            if cost < CLOSED or at == then:
                drawn.add_edge(a, b, weight=(then - at) * cost if cost < CLOSED else 0)
