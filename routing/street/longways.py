"""Ways of any length of one profile, by its hierarchy: single ones, and tables of many points.

The plain router (``routing.street.router``) knows everything around a point; this one knows the
way between two points anywhere, in a fraction of a millisecond.
"""

from typing import NamedTuple

import numpy as np

from routing.street.climb import FAR
from routing.street.ends import Ends, goals, origins, stay
from routing.street.graph import F64, I32
from routing.street.hierarchy import Hierarchy
from routing.street.matrix import Matrix, Points, matrix
from routing.street.network import StreetNetwork
from routing.street.pairs import PairSearch
from routing.street.profile import REFERENCE_MPS, Profile, off_street_cost
from routing.street.router import budget_dm, metres_of, seconds_of
from routing.street.snap import Snaps, rows_of, snap
from routing.street.way import Course, Point, StreetPath, path_along


class Table(NamedTuple):
    """The quickest ways from S points to T points."""

    seconds: I32
    """(S, T) rounded up, ``FAR`` where there is no way."""
    metres: I32
    """(S, T) length of the quickest way, ``FAR`` where there is none."""


class _Found(NamedTuple):
    """The quickest way between two points."""

    cost: int
    course: Course
    side: int


class LongWays:
    """Answers ways of one profile; safe to share, each thread has its own buffers."""

    def __init__(self, network: StreetNetwork, profile: Profile, hierarchy: Hierarchy) -> None:
        self.profile = profile
        self._graph, self._net = network.graph, network.nets[profile]
        self._hierarchy = hierarchy
        self._search = PairSearch(hierarchy)
        self._off_street = off_street_cost(profile)

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
        return path_along(self._graph, (origin, goal), found.course, seconds, found.side)

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
            begin, end = float(here.fraction[first]), float(there.fraction[last])
            cost, course = way.cost, Course(ways, begin, end)
        elif straight <= budget:
            begin, end = float(here.fraction[first]), float(there.fraction[last])
            cost, course = straight, Course.on(int(here.segment[first]), begin, end)
        else:
            return None
        return _Found(cost, course, course.side_of(int(there.side[last])))

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


def ways_of(network: StreetNetwork, profile: Profile) -> LongWays | None:
    """Return the ways of a profile by the hierarchy of the network, or None where it has none."""
    hierarchy = network.hierarchies.get(profile)
    return None if hierarchy is None else LongWays(network, profile, hierarchy)


def _points(ends: Ends, snaps: Snaps, count: int) -> Points:
    return Points.of(ends, snaps.owner[ends.snap], count)
