"""Ways of any length of one profile, by its hierarchy: single ones, and tables of many points.

The plain router (``routing.street.router``) knows everything around a point; this one knows the
way between two points anywhere, in a fraction of a millisecond.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kommit.kit.geo import distances_m
from routing.street.climb import FAR
from routing.street.ends import Ends, goals, origins, stay
from routing.street.graph import F64, I32, StreetGraph
from routing.street.hierarchy import Hierarchy
from routing.street.matrix import Matrix, Points, matrix
from routing.street.network import StreetNetwork
from routing.street.pairs import PairSearch
from routing.street.profile import REFERENCE_MPS, Profile
from routing.street.router import ON_FOOT, budget_dm, metres_of, seconds_of
from routing.street.snap import Snaps, rows_of, snap
from routing.street.trace import Trace, trace
from routing.street.way import Point, Step, StreetPath, Stretch

SHORT_DM: Final = 5.0
"""What is shorter is no step of its own."""


class Table(NamedTuple):
    """The quickest ways from S points to T points."""

    seconds: I32
    """(S, T) rounded up, ``FAR`` where there is no way."""
    metres: I32
    """(S, T) length of the quickest way, ``FAR`` where there is none."""


class _Found(NamedTuple):
    """The quickest way between two points: which directed ways it takes, and where on them."""

    cost: int
    ways: I32
    begin: float
    end: float
    side: int


class LongWays:
    """Answers ways of one profile; safe to share, each thread has its own buffers."""

    def __init__(self, network: StreetNetwork, profile: Profile, hierarchy: Hierarchy) -> None:
        self.profile = profile
        self._graph, self._net = network.graph, network.nets[profile]
        self._hierarchy = hierarchy
        self._search = PairSearch(hierarchy)
        # what lies between a point and its street is walked
        walked = REFERENCE_MPS[profile] / REFERENCE_MPS[Profile.FOOT]
        self._off_street = 1.0 if profile in ON_FOOT else walked

    def path(
        self, origin: Point, goal: Point, max_s: int, *, speed_mps: float | None = None
    ) -> StreetPath | None:
        """Return the quickest way between two points (latitude, longitude).

        None where it takes over ``max_s``, or where a point is not on the network. Without a
        speed, that of the profile.
        """
        speed_mps = speed_mps or REFERENCE_MPS[self.profile]
        here, there = self._snap(*origin), self._snap(*goal)
        found = self._quickest(here, there, budget_dm(max_s, speed_mps))
        if found is None:
            return None
        seconds = int(seconds_of(np.array([found.cost]), speed_mps)[0])
        return _path(self._graph, (origin, goal), found, seconds)

    def reach(self, origin: Point, goal: Point, max_s: int) -> tuple[int, int] | None:
        """Return seconds and metres of the quickest way, or None as ``path`` does."""
        mps = REFERENCE_MPS[self.profile]
        here, there = self._snap(*origin), self._snap(*goal)
        limit = budget_dm(max_s, mps) + 1
        found = self._search.cost(self._origins(here), self._goals(there), limit)
        straight = stay(self._graph, self._net, here, there, self._off_street)
        cost, length = min(found, straight[:2])
        if cost >= limit:
            return None
        return int(seconds_of(np.array([cost]), mps)[0]), int(metres_of(np.array([length]))[0])

    def table(
        self, origin: tuple[F64, F64], goal: tuple[F64, F64], *, speed_mps: float | None = None
    ) -> Table:
        """Return the quickest ways from all origins to all goals (latitudes, longitudes)."""
        here = snap(self._graph, self._net.segment_usable, *origin)
        there = snap(self._graph, self._net.segment_usable, *goal)
        found = matrix(
            self._hierarchy,
            _points(self._origins(here), here, origin[0].size),
            _points(self._goals(there), there, goal[0].size),
        )
        self._on_the_same_segment(here, there, found)
        far = found.cost == FAR
        seconds = seconds_of(found.cost, speed_mps or REFERENCE_MPS[self.profile])
        return Table(
            np.where(far, FAR, seconds).astype(np.int32),
            np.where(far, FAR, metres_of(found.length)).astype(np.int32),
        )

    def _quickest(self, here: Snaps, there: Snaps, budget: int) -> _Found | None:
        source, target = self._origins(here), self._goals(there)
        straight, _, first, last = stay(self._graph, self._net, here, there, self._off_street)
        limit = min(straight, budget + 1)
        way = self._search.way(source, target, limit)
        if way is not None:
            ways = self._net.arc_way[way.arcs]
            ways = np.concatenate([source.way[[way.origin]], ways, target.way[[way.goal]]])
            first, last = int(source.snap[way.origin]), int(target.snap[way.goal])
            cost = way.cost
        elif straight <= budget:
            backward = bool(there.fraction[last] < here.fraction[first])
            ways = np.array([2 * here.segment[first] + backward], np.int32)
            cost = straight
        else:
            return None
        side = int(there.side[last]) * (-1 if ways[-1] & 1 else 1)
        return _Found(cost, ways, float(here.fraction[first]), float(there.fraction[last]), side)

    def _on_the_same_segment(self, here: Snaps, there: Snaps, found: Matrix) -> None:
        shared = np.flatnonzero(np.isin(here.segment, there.segment))
        for row in shared.tolist():
            one = rows_of(here, slice(row, row + 1))
            for other_row in np.flatnonzero(there.segment == here.segment[row]).tolist():
                other = rows_of(there, slice(other_row, other_row + 1))
                cost, length, *_ = stay(self._graph, self._net, one, other, self._off_street)
                pair = int(one.owner[0]), int(other.owner[0])
                if cost <= found.cost[pair]:
                    found.cost[pair], found.length[pair] = cost, length

    def _snap(self, lat: float, lon: float) -> Snaps:
        return snap(self._graph, self._net.segment_usable, np.array([lat]), np.array([lon]))

    def _origins(self, snaps: Snaps) -> Ends:
        return origins(self._graph, self._net, snaps, self._off_street)

    def _goals(self, snaps: Snaps) -> Ends:
        return goals(self._graph, self._net, snaps, self._off_street)


def _points(ends: Ends, snaps: Snaps, count: int) -> Points:
    return Points.of(ends, snaps.owner[ends.snap], count)


def _path(
    graph: StreetGraph, points: tuple[Point, Point], found: _Found, seconds: int
) -> StreetPath:
    line = trace(graph, found.ways, found.begin, found.end)
    lat, lon = (_from_door_to_door(line, points, axis) for axis in (0, 1))
    metres = round(float(distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum()))
    start, end = _fractions(found)
    rows = zip((found.ways >> 1).tolist(), start.tolist(), end.tolist(), strict=True)
    stretches = tuple(Stretch(*row) for row in rows)
    lengths = np.abs(end - start) * graph.segment_length_dm[found.ways >> 1]
    steps = _steps(graph.segment_name[found.ways >> 1], lengths, line)
    return StreetPath(seconds, metres, lat, lon, steps, stretches, found.side)


def _from_door_to_door(line: Trace, points: tuple[Point, Point], axis: int) -> F64:
    return np.concatenate([[points[0][axis]], line[axis], [points[1][axis]]])


def _fractions(found: _Found) -> tuple[F64, F64]:
    """Return (K,) where on the segments the way begins and ends on each."""
    start = (found.ways & 1).astype(np.float64)
    end = 1.0 - start
    start[0], end[-1] = found.begin, found.end
    return start, end


def _steps(name: I32, length_dm: npt.NDArray[np.float64], line: Trace) -> tuple[Step, ...]:
    """Join the stretches of one street to one step."""
    long = np.flatnonzero(length_dm >= SHORT_DM)
    if not long.size:
        return ()
    changes = np.flatnonzero(np.append([True], np.diff(name[long]) != 0))
    metres = np.add.reduceat(length_dm[long], changes) / 10
    first, before = long[changes], long[changes - 1]
    turn = (line.start_deg[first] - line.end_deg[before] + 180.0) % 360.0 - 180.0
    turn[0] = 0.0
    rows = zip(name[first].tolist(), metres.round().tolist(), turn.round().tolist(), strict=True)
    return tuple(Step(at, int(length), int(degrees)) for at, length, degrees in rows)
