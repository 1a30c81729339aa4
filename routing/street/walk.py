"""Walks: to all stops around a point within a time, and from one point to another with its way."""

import threading
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from routing.street.dijkstra import EMPTY, FAR, Source, Workspace, costs_to, search, workspace_for
from routing.street.graph import CLOSED, F64, I32, StreetGraph
from routing.street.snap import Snaps, snap, take
from routing.street.way import WalkPath, way_through

WALK_MPS: Final = 1.33
"""Walking speed where none is given; 1.33 m/s is the usual design value for adults."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The stops that a walk reaches."""

    stop: I32
    """(N,) stop index, ascending."""
    seconds: I32
    """(N,) walking time, rounded up."""


class Walker:
    """Answers walks on one graph; safe to share, each thread has its own buffers."""

    def __init__(self, graph: StreetGraph, stop_lat: F64, stop_lon: F64) -> None:
        self._graph = graph
        self._stops = snap(graph, stop_lat, stop_lon)
        self._ends = (graph.segment_from, graph.segment_to)
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
        costs = self._costs(
            self._snap(lat, lon), _budget_dm(budget_s, speed_mps), backward=backward
        )
        seconds = seconds_of(costs, speed_mps)
        near = np.flatnonzero(seconds <= budget_s).astype(np.int32)
        return Reach(near, seconds[near])

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
        budget, work = _budget_dm(max_s, speed_mps), self._work()
        ends = _ends(self._graph, goal, backward=True)
        graph = self._graph
        cost = search(graph, graph.foot_out_dm, self._source(origin), budget, ends, work)
        stay = _along_segment(graph, origin, goal)
        if min(cost, stay) > budget:
            return None
        nodes = None if stay <= cost else (_cheaper(ends, work), work.parent)
        points = (from_lat, from_lon), (to_lat, to_lon)
        seconds = int(seconds_of(np.array([min(cost, stay)]), speed_mps)[0])
        return way_through(graph, points, origin, goal, nodes, seconds)

    def between_stops(self, stop: int, budget_dm: int) -> I32:
        """Return the (S,) cost in dm from a stop to each stop, ``FAR`` if out of reach."""
        return self._costs(take(self._stops, stop), budget_dm, backward=False)

    def _costs(self, point: Snaps, budget_dm: int, *, backward: bool) -> I32:
        costs = np.full(self._stops.segment.size, FAR, np.int32)
        if point.segment[0] < 0:
            return costs
        graph, work = self._graph, self._work()
        edge_cost = graph.foot_in_dm if backward else graph.foot_out_dm
        source = _ends(graph, point, backward=backward)
        search(graph, edge_cost, source, budget_dm, _NOWHERE, work)
        segment_cost = _flipped(graph.foot_dm) if backward else graph.foot_dm
        costs_to(
            self._stops.segment,
            self._stops.fraction,
            self._stops.distance_dm,
            self._ends,
            segment_cost,
            work,
            costs,
        )
        same = np.flatnonzero(self._stops.segment == point.segment[0])
        for stop in same:
            there = take(self._stops, int(stop))
            pair = (there, point) if backward else (point, there)
            costs[stop] = min(costs[stop], _along_segment(graph, *pair))
        return costs

    def _source(self, point: Snaps) -> Source:
        return _ends(self._graph, point, backward=False)

    def _snap(self, lat: float, lon: float) -> Snaps:
        return snap(self._graph, np.array([lat]), np.array([lon]))

    def _work(self) -> Workspace:
        work: Workspace | None = getattr(self._threads, "work", None)
        if work is None:
            work = self._threads.work = workspace_for(self._graph)
        return work


_NOWHERE: Final = Source(np.full(2, EMPTY, np.int32), np.full(2, FAR, np.int32))


def seconds_of(costs: npt.NDArray[np.integer], speed_mps: float) -> I32:
    """Return the walking seconds of costs in dm, rounded up."""
    return np.ceil(np.asarray(costs) / (10.0 * speed_mps) - 1e-9).astype(np.int32)


def _budget_dm(budget_s: int, speed_mps: float) -> int:
    return int(budget_s * speed_mps * 10)


def _flipped(segment_cost: I32) -> I32:
    """Return the (2G,) costs with along and against exchanged."""
    return np.ascontiguousarray(segment_cost.reshape(-1, 2)[:, ::-1]).ravel()


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
    nodes = [int(graph.segment_from[segment]), int(graph.segment_to[segment])]
    costs = [
        _part(against, fraction) + away,
        _part(along, 1.0 - fraction) + away,
    ]
    usable = [node if cost < FAR else EMPTY for node, cost in zip(nodes, costs, strict=True)]
    return Source(np.array(usable, np.int32), np.array(costs, np.int32))


def _part(cost: int, share: float) -> int:
    """Return the cost of a share of a segment; none of it costs nothing, even if it is closed."""
    return round(cost * share) if cost < CLOSED or share == 0.0 else FAR


def _along_segment(graph: StreetGraph, origin: Snaps, goal: Snaps) -> int:
    """Return the cost between two points of one segment without leaving it, or ``FAR``."""
    segment = int(origin.segment[0])
    if segment != int(goal.segment[0]):
        return FAR
    ahead = float(goal.fraction[0] - origin.fraction[0])
    cost = int(graph.foot_dm[2 * segment + (ahead < 0)])
    if cost >= CLOSED:
        return FAR
    return round(cost * abs(ahead)) + int(origin.distance_dm[0]) + int(goal.distance_dm[0])


def _cheaper(goal: Source, work: Workspace) -> int:
    """Return the junction through which the goal is reached at least cost."""
    totals = [
        int(work.cost[node]) + int(cost) if node >= 0 else FAR
        for node, cost in zip(goal.node, goal.cost, strict=True)
    ]
    return int(goal.node[int(np.argmin(totals))])
