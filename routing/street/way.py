"""A way through the streets: its geometry from door to door, and the streets that it follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from kommit.kit.geo import distances_m
from routing.street.graph import F64, StreetGraph
from routing.street.snap import shape_of

SAME_POINT_DEG: Final = 1e-7
"""Points closer than this are one: the resolution of OpenStreetMap."""


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


def path_through(
    graph: StreetGraph,
    points: tuple[Point, Point],
    stretches: Sequence[Stretch],
    seconds: int,
    side: int,
) -> StreetPath:
    """Return the path between ``points`` along ``stretches``, of which there is at least one."""
    shapes = [shape_of(graph, *stretch) for stretch in stretches]
    lat = np.concatenate([[points[0][0]], *(shape[0] for shape in shapes), [points[1][0]]])
    lon = np.concatenate([[points[0][1]], *(shape[1] for shape in shapes), [points[1][1]]])
    lat, lon = _without_repeats(lat, lon)
    metres = round(float(distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum()))
    steps = _steps(graph, stretches, shapes)
    return StreetPath(seconds, metres, lat, lon, steps, tuple(stretches), side)


def _without_repeats(lat: F64, lon: F64) -> tuple[F64, F64]:
    """Drop points that stand where the one before stands; at least two are kept."""
    moved = np.hypot(np.diff(lat), np.diff(lon)) > SAME_POINT_DEG
    keep = np.concatenate([[True], moved])
    if keep.sum() < 2:
        return lat[[0, -1]], lon[[0, -1]]
    return lat[keep], lon[keep]


def _steps(
    graph: StreetGraph, stretches: Sequence[Stretch], shapes: list[tuple[F64, F64]]
) -> tuple[Step, ...]:
    """Join the stretches of one street to one step; what is shorter than half a metre is none."""
    steps: list[Step] = []
    exact_m, last_shape = 0.0, shapes[0]
    for stretch, shape in zip(stretches, shapes, strict=True):
        share = abs(stretch.end - stretch.start)
        length_m = share * int(graph.segment_length_dm[stretch.segment]) / 10
        if length_m < 0.5:
            continue
        name = int(graph.segment_name[stretch.segment])
        if steps and steps[-1].name == name:
            exact_m += length_m
            steps[-1] = steps[-1]._replace(distance_m=round(exact_m))
        else:
            turn = _turn(_heading(*last_shape, last=True), _heading(*shape)) if steps else 0
            exact_m = length_m
            steps.append(Step(name, round(length_m), turn))
        last_shape = shape
    return tuple(steps)


def _heading(lat: F64, lon: F64, *, last: bool = False) -> float:
    """Return the direction of the first (last) real piece, in degrees clockwise from north."""
    east = np.diff(lon) * np.cos(np.radians(lat[0]))
    north = np.diff(lat)
    real = np.flatnonzero(np.hypot(east, north) > SAME_POINT_DEG)
    if real.size == 0:
        return 0.0
    piece = real[-1 if last else 0]
    return float(np.degrees(np.arctan2(east[piece], north[piece])))


def _turn(before: float, after: float) -> int:
    return round((after - before + 180.0) % 360.0 - 180.0)
