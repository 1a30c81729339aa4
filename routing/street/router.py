"""Answers ways of one profile: to all stops around a point, and from one point to another."""

import threading
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from routing.street import ends as at
from routing.street.dijkstra import FAR, Workspace, ahead, back, collect, search, workspace_for
from routing.street.ends import Ends
from routing.street.graph import CLOSED, F64, I32
from routing.street.network import StreetNetwork
from routing.street.profile import REFERENCE_MPS, Profile, off_street_cost
from routing.street.snap import Snaps, rows_of, snap
from routing.street.way import Course, Point, StreetPath, path_along

SLACK_S: Final = 1e-9
"""What rounding up forgives, so that 10 m at 1 m/s are 10 s and not 11."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The stops that are reached."""

    stop: I32
    """(N,) stop index, ascending."""
    seconds: I32
    """(N,) time, rounded up."""
    metres: I32
    """(N,) length of the quickest way."""


@dataclass(frozen=True, slots=True)
class _Stops:
    """Stops on the net, by the states and by the segments that they are at."""

    snaps: Snaps
    by_segment: I32
    """(N,) rows of ``snaps`` by ascending segment."""
    goals: "_ByState"
    origins: "_ByState"


@dataclass(frozen=True, slots=True)
class _ByState:
    ends: Ends
    ptr: I32
    owner: I32


class StreetRouter:
    """Answers ways of one profile; safe to share, each thread has its own buffers.

    Parameters
    ----------
    stop_lat, stop_lon
        (S,) WGS84 degrees of the stops that ``reach`` is about.
    """

    def __init__(
        self, network: StreetNetwork, profile: Profile, stop_lat: F64, stop_lon: F64
    ) -> None:
        self.profile = profile
        self._graph, self._net = network.graph, network.nets[profile]
        self._off_street = off_street_cost(profile)
        self._n_stops = stop_lat.size
        self._stops = self._place(self._snaps(stop_lat, stop_lon))
        self._ahead, self._back = ahead(self._net), back(self._net)
        self._threads = threading.local()

    @property
    def snapped(self) -> npt.NDArray[np.bool_]:
        """(S,) which stops are on the network."""
        near = np.zeros(self._n_stops, np.bool_)
        near[self._stops.snaps.owner] = True
        return near

    def is_near(self, lat: float, lon: float) -> bool:
        """Say whether a street is close enough to a point."""
        return bool(self._snap(lat, lon).segment.size)

    def reach(
        self,
        lat: float,
        lon: float,
        budget_s: int,
        *,
        backward: bool = False,
        speed_mps: float | None = None,
    ) -> Reach:
        """Return the stops within ``budget_s`` of a point; ``backward``: from the stops to it.

        Without a speed, that of the profile.
        """
        speed_mps = speed_mps or REFERENCE_MPS[self.profile]
        budget = budget_dm(budget_s, speed_mps)
        cost, length = self._to_stops(self._snap(lat, lon), budget, backward=backward)
        near = np.flatnonzero(cost <= budget).astype(np.int32)
        return Reach(near, seconds_of(cost[near], speed_mps), metres_of(length[near]))

    def path(
        self,
        origin: Point,
        goal: Point,
        max_s: int,
        *,
        speed_mps: float | None = None,
    ) -> StreetPath | None:
        """Return the quickest way between two points (latitude, longitude).

        None where it takes over ``max_s``, or where a point is not on the network.
        """
        speed_mps = speed_mps or REFERENCE_MPS[self.profile]
        here, there = self._snap(*origin), self._snap(*goal)
        if not here.segment.size or not there.segment.size:
            return None
        budget, work = budget_dm(max_s, speed_mps), self._work()
        source, target = self._origins(here), self._goals(there)
        lengths = self._graph.segment_length_dm
        cost, end = search(self._ahead, lengths, source, budget, target, work)
        straight, _, first, last = at.stay(self._graph, self._net, here, there, self._off_street)
        if min(cost, straight) > budget:
            return None
        if straight <= cost:
            segment, fractions = int(here.segment[first]), (here.fraction, there.fraction)
            course = Course.on(segment, float(fractions[0][first]), float(fractions[1][last]))
        else:
            begin, ways = self._ways(source, target, end, work)
            first, last = int(source.snap[begin]), int(target.snap[end])
            course = Course(ways, float(here.fraction[first]), float(there.fraction[last]))
        seconds = int(seconds_of(np.array([min(cost, straight)]), speed_mps)[0])
        side = course.side_of(int(there.side[last]))
        return path_along(self._graph, (origin, goal), course, seconds, side)

    def between_stops(self, stop: int, budget: int) -> I32:
        """Return (2, S): cost from a stop to each stop and its length on the ground, in dm.

        ``FAR`` where a stop is not reached within a ``budget`` in dm.
        """
        snaps = self._stops.snaps
        low, high = np.searchsorted(snaps.owner, [stop, stop + 1])
        return self._to_stops(rows_of(snaps, slice(low, high)), budget, backward=False)

    def _to_stops(self, point: Snaps, budget: int, *, backward: bool) -> I32:
        found = np.full((2, self._n_stops), FAR, np.int32)
        if not point.segment.size:
            return found
        stops, work, lengths = self._stops, self._work(), self._graph.segment_length_dm
        arcs = self._back if backward else self._ahead
        source = self._goals(point) if backward else self._origins(point)
        search(arcs, lengths, source, budget, NOWHERE, work)
        near = stops.origins if backward else stops.goals
        collect(near.ends, near.ptr, near.owner, work, found)
        self._on_the_same_segment(point, found, backward=backward)
        return found

    def _on_the_same_segment(self, point: Snaps, found: I32, *, backward: bool) -> None:
        snaps, order = self._stops.snaps, self._stops.by_segment
        low = np.searchsorted(snaps.segment[order], point.segment, side="left")
        high = np.searchsorted(snaps.segment[order], point.segment, side="right")
        for first, last in zip(low.tolist(), high.tolist(), strict=True):
            for row in order[first:last].tolist():
                there = rows_of(snaps, slice(row, row + 1))
                pair = (there, point) if backward else (point, there)
                cost, length, *_ = at.stay(self._graph, self._net, *pair, self._off_street)
                stop = int(snaps.owner[row])
                if cost <= found[0, stop]:
                    found[:, stop] = cost, length

    def _ways(self, source: Ends, target: Ends, end: int, work: Workspace) -> tuple[int, I32]:
        """Return the way of the last search to an end of the goal, and the end it starts with."""
        net, ways = self._net, [int(target.way[end])]
        arc = int(work.parent[target.state[end]])
        while arc >= 0:
            ways.append(int(net.arc_way[arc]))
            arc = int(work.parent[net.way_tail[ways[-1]]])  # a way's arcs leave its tail
        ways.append(int(source.way[~arc]))
        return ~arc, np.array(ways[::-1], np.int32)

    def _snap(self, lat: float, lon: float) -> Snaps:
        return self._snaps(np.array([lat]), np.array([lon]))

    def _snaps(self, lat: F64, lon: F64) -> Snaps:
        return snap(self._graph, self._net.segment_usable, lat, lon)

    def _origins(self, snaps: Snaps) -> Ends:
        return at.origins(self._graph, self._net, snaps, self._off_street)

    def _goals(self, snaps: Snaps) -> Ends:
        return at.goals(self._graph, self._net, snaps, self._off_street)

    def _place(self, snaps: Snaps) -> _Stops:
        order = np.argsort(snaps.segment, kind="stable").astype(np.int32)
        goals, origins = self._goals(snaps), self._origins(snaps)
        states = self._net.n_states
        by_state = (_by_state(ends, snaps, states) for ends in (goals, origins))
        return _Stops(snaps, order, *by_state)

    def _work(self) -> Workspace:
        work: Workspace | None = getattr(self._threads, "work", None)
        if work is None:
            work = self._threads.work = workspace_for(self._net)
        return work


NOWHERE: Final = Ends(*(np.empty(0, np.int32) for _ in range(5)))
"""No end: the goal of a search that settles all within its budget."""


def _by_state(ends: Ends, snaps: Snaps, n_states: int) -> _ByState:
    order = np.argsort(ends.state, kind="stable")
    ends = Ends(*(part[order] for part in ends))
    ptr = np.searchsorted(ends.state, np.arange(n_states + 1)).astype(np.int32)
    return _ByState(ends, ptr, snaps.owner[ends.snap])


def seconds_of(costs: npt.NDArray[np.integer], speed_mps: float) -> I32:
    """Return the seconds of costs in effective dm, rounded up."""
    return np.ceil(np.asarray(costs) / (10.0 * speed_mps) - SLACK_S).astype(np.int32)


def metres_of(lengths: npt.NDArray[np.integer]) -> I32:
    """Return lengths in dm as whole metres."""
    return np.rint(np.asarray(lengths) / 10).astype(np.int32)


def budget_dm(budget_s: int, speed_mps: float) -> int:
    """Return the largest cost in dm whose ``seconds_of`` are no more than ``budget_s``."""
    return min(int((budget_s + SLACK_S) * 10.0 * speed_mps), CLOSED - 1)
