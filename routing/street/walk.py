"""Walks: to all stops around a point within a time, and from one point to another with its way."""

import threading
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from routing.street.dijkstra import EMPTY, FAR, Source, Workspace, costs_to, search, workspace_for
from routing.street.graph import CLOSED, F64, I32, StreetGraph
from routing.street.snap import Snaps, snap, take
from routing.street.way import Via, WalkPath, edges_back, source_of, way_through

WALK_MPS: Final = 1.33
"""Walking speed where none is given; 1.33 m/s is the usual design value for adults."""

SLACK_S: Final = 1e-9
"""What rounding up forgives, so that 10 m at 1 m/s are 10 s and not 11."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The stops that a walk reaches."""

    stop: I32
    """(N,) stop index, ascending."""
    seconds: I32
    """(N,) walking time, rounded up."""
    metres: I32
    """(N,) length of the quickest way."""


class Walker:
    """Answers walks on one graph; safe to share, each thread has its own buffers."""

    def __init__(self, graph: StreetGraph, stop_lat: F64, stop_lon: F64) -> None:
        self._graph = graph
        self._stops = snap(graph, stop_lat, stop_lon)
        self._threads = threading.local()

    @property
    def snapped(self) -> npt.NDArray[np.bool_]:
        """(S,) which stops are on the network."""
        return self._stops.segment >= 0

    def is_near(self, lat: float, lon: float) -> bool:
        """Say whether a street is close enough to a point to walk from it."""
        return bool(self._snap(lat, lon).segment[0] >= 0)

    def reach(
        self,
        lat: float,
        lon: float,
        budget_s: int,
        *,
        backward: bool = False,
        speed_mps: float = WALK_MPS,
    ) -> Reach:
        """Return the stops within ``budget_s`` of a point; ``backward``: from the stops to it."""
        budget = budget_dm(budget_s, speed_mps)
        cost, length = self._to_stops(self._snap(lat, lon), budget, backward=backward)
        near = np.flatnonzero(cost <= budget).astype(np.int32)
        return Reach(near, seconds_of(cost[near], speed_mps), metres_of(length[near]))

    def path(
        self,
        from_lat: float,
        from_lon: float,
        to_lat: float,
        to_lon: float,
        max_s: int,
        *,
        speed_mps: float = WALK_MPS,
    ) -> WalkPath | None:
        """Return the shortest walk between two points, or None where it takes over ``max_s``."""
        origin, goal = self._snap(from_lat, from_lon), self._snap(to_lat, to_lon)
        if origin.segment[0] < 0 or goal.segment[0] < 0:
            return None
        graph, budget, work = self._graph, budget_dm(max_s, speed_mps), self._work()
        source, ends = (
            _ends(graph, origin, backward=False),
            _ends(graph, goal, backward=True),
        )
        cost = search(graph, graph.foot_out_dm, source, budget, ends, work)
        stay, _ = _along_segment(graph, origin, goal)
        if min(cost, stay) > budget:
            return None
        via = None if stay <= cost else _via(graph, source, ends, work)
        points = (from_lat, from_lon), (to_lat, to_lon)
        seconds = int(seconds_of(np.array([min(cost, stay)]), speed_mps)[0])
        return way_through(graph, points, origin, goal, via, seconds)

    def between_stops(self, stop: int, budget: int) -> I32:
        """Return (2, S): cost from a stop to each stop and its length on the ground, in dm.

        ``FAR`` where a stop is not reached within a ``budget`` in dm.
        """
        return self._to_stops(take(self._stops, stop), budget, backward=False)

    def _to_stops(self, point: Snaps, budget: int, *, backward: bool) -> I32:
        stops, graph, work = self._stops, self._graph, self._work()
        found = np.full((2, stops.segment.size), FAR, np.int32)
        if point.segment[0] < 0:
            return found
        edge_cost = graph.foot_in_dm if backward else graph.foot_out_dm
        search(graph, edge_cost, _ends(graph, point, backward=backward), budget, _NOWHERE, work)
        snapped = (stops.segment, stops.fraction, stops.distance_dm)
        costs_to(graph, snapped, int(backward), work, found)
        for stop in np.flatnonzero(stops.segment == point.segment[0]):
            there = take(stops, int(stop))
            stay = _along_segment(graph, *((there, point) if backward else (point, there)))
            if stay[0] <= found[0, stop]:
                found[:, stop] = stay
        return found

    def _snap(self, lat: float, lon: float) -> Snaps:
        return snap(self._graph, np.array([lat]), np.array([lon]))

    def _work(self) -> Workspace:
        work: Workspace | None = getattr(self._threads, "work", None)
        if work is None:
            work = self._threads.work = workspace_for(self._graph)
        return work


_NOWHERE: Final = Source(*(np.full(2, value, np.int32) for value in (EMPTY, FAR, FAR)))


def seconds_of(costs: npt.NDArray[np.integer], speed_mps: float) -> I32:
    """Return the walking seconds of costs in dm, rounded up."""
    return np.ceil(np.asarray(costs) / (10.0 * speed_mps) - SLACK_S).astype(np.int32)


def metres_of(lengths: npt.NDArray[np.integer]) -> I32:
    """Return lengths in dm as whole metres."""
    return np.rint(np.asarray(lengths) / 10).astype(np.int32)


def budget_dm(budget_s: int, speed_mps: float) -> int:
    """Return the largest cost in dm whose ``seconds_of`` are no more than ``budget_s``."""
    return min(int((budget_s + SLACK_S) * 10.0 * speed_mps), CLOSED - 1)


def _ends(graph: StreetGraph, point: Snaps, *, backward: bool) -> Source:
    """Return the ends of a point's segment and the cost to (``backward``: from) each of them."""
    segment, fraction, away = (
        int(point.segment[0]),
        float(point.fraction[0]),
        int(point.distance_dm[0]),
    )
    along, against = (int(c) for c in graph.foot_dm[2 * segment : 2 * segment + 2])
    if backward:
        along, against = against, along
    ground = int(graph.segment_length_dm[segment])
    nodes = [int(graph.segment_from[segment]), int(graph.segment_to[segment])]
    shares = (fraction, 1.0 - fraction)
    costs = [_part(against, shares[0]) + away, _part(along, shares[1]) + away]
    lengths = [_part(ground, share) + away for share in shares]
    usable = [node if cost < FAR else EMPTY for node, cost in zip(nodes, costs, strict=True)]
    return Source(*(np.array(values, np.int32) for values in (usable, costs, lengths)))


def _part(cost: int, share: float) -> int:
    """Return the cost of a share of a segment; none of it costs nothing, even if it is closed."""
    return round(cost * share) if cost < CLOSED or share == 0.0 else FAR


def _along_segment(graph: StreetGraph, origin: Snaps, goal: Snaps) -> tuple[int, int]:
    """Return cost and length between two points of one segment without leaving it, or ``FAR``."""
    segment = int(origin.segment[0])
    if segment != int(goal.segment[0]):
        return FAR, FAR
    ahead = float(goal.fraction[0] - origin.fraction[0])
    cost = _part(int(graph.foot_dm[2 * segment + (ahead < 0)]), abs(ahead))
    if cost >= FAR:
        return FAR, FAR
    away = int(origin.distance_dm[0]) + int(goal.distance_dm[0])
    return cost + away, _part(int(graph.segment_length_dm[segment]), abs(ahead)) + away


def _via(graph: StreetGraph, source: Source, goal: Source, work: Workspace) -> Via:
    """Return how the cheapest way leads from the origin's segment to the goal's.

    Both ends of a segment may be one junction, so an end is told by its cost, not by its node.
    """
    end = _cheapest([_cost_at(work, int(node)) for node in goal.node], goal)
    node = first = int(goal.node[end])
    for edge in edges_back(graph, node, work.parent):
        first = source_of(graph, edge)
    start = _cheapest([0 if int(node) == first else FAR for node in source.node], source)
    return Via(start, end, node, work.parent)


def _cost_at(work: Workspace, node: int) -> int:
    return int(work.cost[node]) if node >= 0 else FAR


def _cheapest(before: list[int], ends: Source) -> int:
    """Return the end of a segment, 0 or 1, with the least cost before it and to it."""
    return int(np.argmin([cost + int(rest) for cost, rest in zip(before, ends.cost, strict=True)]))
