"""A way through the streets: its geometry from door to door, and the streets that it follows."""

from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np

from kommit.kit.geo import distances_m
from routing.street.graph import F64, I32, StreetGraph
from routing.street.trace import SAME_POINT_DEG, Trace, trace

SHORT_DM: Final = 5.0
"""What is shorter is no step of its own."""


class Stretch(NamedTuple):
    """A part of one segment, in the direction of the way."""

    segment: int
    start: float
    """Fraction of the segment, 0 to 1."""
    end: float
    """Less than ``start`` where the way runs against the segment's shape."""


class Step(NamedTuple):
    """One stretch of the way along one street."""

    name: int
    """Index of the street's name, or -1."""
    distance_m: int
    turn_deg: int
    """Change of direction at its start, -180 to 180: negative is left; 0 at the first."""


@dataclass(frozen=True, slots=True)
class StreetPath:
    """A way between two points."""

    seconds: int
    metres: int
    lat: F64
    """(N,) from the point asked to the point asked, N >= 2."""
    lon: F64
    """(N,) as ``lat``."""
    steps: tuple[Step, ...]
    stretches: tuple[Stretch, ...]
    """The segments ridden along; none is joined or left out."""
    side: int
    """On which side of the last street the goal lies: -1 left, 1 right, 0 on it."""


Point = tuple[float, float]
"""Latitude and longitude, WGS84 degrees."""


class Course(NamedTuple):
    """The directed ways that a path takes, K of them, and where on the first and last it ends."""

    ways: I32
    """(K,) K >= 1."""
    begin: float
    """Fraction of the first segment at which the path begins."""
    end: float
    """Fraction of the last segment at which it ends."""

    @classmethod
    def on(cls, segment: int, begin: float, end: float) -> Self:
        """Return the course that stays on a segment."""
        return cls(np.array([2 * segment + (end < begin)], np.int32), begin, end)

    def side_of(self, side: int) -> int:
        """Return a side of the last segment as seen by who comes along."""
        return -side if self.ways[-1] & 1 else side

    def fractions(self) -> tuple[F64, F64]:
        """Return (K,) where on each segment the path begins and ends."""
        start = (self.ways & 1).astype(np.float64)
        end = 1.0 - start
        start[0], end[-1] = self.begin, self.end
        return start, end


def path_along(
    graph: StreetGraph, points: tuple[Point, Point], course: Course, seconds: int, side: int
) -> StreetPath:
    """Return the path between ``points`` that takes a course."""
    line = trace(graph, *course)
    lat, lon = _from_door_to_door(line, points)
    metres = round(float(distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum()))
    start, end = course.fractions()
    segments = course.ways >> 1
    rows = zip(segments.tolist(), start.tolist(), end.tolist(), strict=True)
    lengths = np.abs(end - start) * graph.segment_length_dm[segments]
    steps = _steps(graph.segment_name[segments], lengths, line)
    return StreetPath(seconds, metres, lat, lon, steps, tuple(Stretch(*row) for row in rows), side)


def _from_door_to_door(line: Trace, points: tuple[Point, Point]) -> tuple[F64, F64]:
    """Return a line with its doors; what stands where the point before stands is dropped."""
    lat = np.concatenate([[points[0][0]], line.lat, [points[1][0]]])
    lon = np.concatenate([[points[0][1]], line.lon, [points[1][1]]])
    moved = np.hypot(np.diff(lat), np.diff(lon)) > SAME_POINT_DEG
    keep = np.concatenate([[True], moved])
    if keep.sum() < 2:
        return lat[[0, -1]], lon[[0, -1]]
    lat, lon = lat[keep], lon[keep]
    lat[-1], lon[-1] = points[1]
    return lat, lon


def _steps(name: I32, length_dm: F64, line: Trace) -> tuple[Step, ...]:
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
