"""An illustrative street network: points around a region's stops, and the streets between them.

Points are the stops, a turned and shaken grid in every settlement, and points along the lines
between settlements. Streets are the *Gabriel graph* of the points (two are joined if no third lies
in the circle around them) within settlements, thinned a little, and its sparser part, the
*relative neighbourhood graph* (no third is nearer to both), outside. The latter contains the
shortest spanning tree, so that the network hangs together whatever the points are
(Toussaint 1980, "The relative neighbourhood graph of a finite planar set").
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.spatial import Delaunay, cKDTree

from kommit.kit.geo import M_PER_DEG_LAT, to_xy
from kommit.regions.sources import Line, Stop

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

SHAKE = 0.17
"""How far grid points are moved from the grid, in blocks."""
CLEARANCE_M = 45.0
"""Grid points nearer than this to a stop give way to it."""
WAYPOINT_EVERY_M = 240.0
WAYPOINT_CLEARANCE_M = 450.0
"""Points along a line are left out where another street is this near: lines share their road."""
BLOCK_M = 300.0
"""Streets of a settlement are at most this long from corner to corner."""
BOW = 0.05
"""How far roads between two stops swing out sideways, in parts of their length."""
DROP_ONE_IN = 8
"""Share of the streets of a settlement that are left out, if they are not needed to hang on."""


class StreetNet(NamedTuple):
    """Points and the streets between them."""

    lat: F64
    """(N,) WGS84 degrees, rounded to the 1e-7 degrees that OSM stores."""
    lon: F64
    """(N,)"""
    xy: F64
    """(N, 2) metres east and north of the first point."""
    built_up: npt.NDArray[np.bool_]
    """(N,) whether the point lies in a settlement."""
    edges: I64
    """(M, 2) point indices, lower first, sorted."""
    stop_point: Mapping[str, int]
    """Point of every stop, by its id."""


def build_net(stops: Sequence[Stop], lines: Iterable[Line], areas: Mapping[str, Any]) -> StreetNet:
    """Return the street network of a region.

    Parameters
    ----------
    lines
        Lines on roads; their way between settlements gets a road.
    areas
        Content of the region's ``areas.toml``.
    """
    lat0, lon0 = stops[0].stop_lat, stops[0].stop_lon
    places = list(dict.fromkeys((s.stop_lat, s.stop_lon) for s in stops))
    number = {place: i for i, place in enumerate(places)}
    stop_point = {s.stop_id: number[s.stop_lat, s.stop_lon] for s in stops}
    stop_lat, stop_lon = np.asarray(places, dtype=np.float64).T
    stop_xy = np.column_stack(to_xy(stop_lat, stop_lon, lat0, lon0))
    discs = [_disc(row, lat0, lon0) for row in areas["settlement"]]
    grids = _clear_of(np.vstack([_grid(disc) for disc in discs]), stop_xy, CLEARANCE_M)
    chains = [[stop_xy[stop_point[call.stop_id]] for call in line.calls] for line in lines]
    xy = _with_waypoints(np.vstack([stop_xy, grids]), chains)
    lat, lon = _from_xy(xy, lat0, lon0)
    built_up = np.any([_within(disc, xy) for disc in discs], axis=0)
    return StreetNet(lat, lon, xy, built_up, _streets(xy, built_up), stop_point)


class _Disc(NamedTuple):
    center: F64
    radius_m: float
    spacing_m: float
    bearing: float


def _disc(row: Mapping[str, Any], lat0: float, lon0: float) -> _Disc:
    lat, lon = np.asarray(row["center"], dtype=np.float64)[:, None]
    center = np.ravel(to_xy(lat, lon, lat0, lon0))
    bearing = float(np.radians(row["bearing_deg"]))
    return _Disc(center, float(row["radius_m"]), float(row["spacing_m"]), bearing)


def _grid(disc: _Disc) -> F64:
    """Return (n, 2) points of a turned grid in a disc, each shaken a little."""
    n = int(disc.radius_m // disc.spacing_m) + 1
    i, j = (axis.ravel().astype(np.float64) for axis in np.mgrid[-n : n + 1, -n : n + 1])
    # Waves of unrelated lengths: irregular to the eye, and the same on every machine.
    east = i + SHAKE * np.sin(12.9898 * i + 78.233 * j + disc.bearing)
    north = j + SHAKE * np.sin(39.346 * i + 11.135 * j - disc.bearing)
    cos, sin = np.cos(disc.bearing), np.sin(disc.bearing)
    turned = np.column_stack([east * cos + north * sin, north * cos - east * sin])
    points = disc.center + disc.spacing_m * turned
    return np.asarray(points[_within(disc, points)])


def _within(disc: _Disc, xy: F64) -> npt.NDArray[np.bool_]:
    return np.asarray(np.hypot(*(xy - disc.center).T) <= disc.radius_m)


def _clear_of(points: F64, taken: F64, clearance_m: float) -> F64:
    """Return the points that keep their distance to ``taken`` and to the points before them."""
    away = points[cKDTree(taken).query(points)[0] >= clearance_m]
    near = cKDTree(away).query_pairs(clearance_m, output_type="ndarray")
    return np.asarray(np.delete(away, near.max(axis=1) if near.size else [], axis=0))


def _with_waypoints(points: F64, chains: Iterable[Sequence[F64]]) -> F64:
    """Return the points and, after them, those along the lines where no other street is near."""
    for chain in chains:
        for a, b in pairwise(chain):
            way = _bow(a, b)
            far = cKDTree(points).query(way)[0] >= WAYPOINT_CLEARANCE_M
            points = np.vstack([points, way[far]])
    return points


def _bow(a: F64, b: F64) -> F64:
    """Return (n, 2) points on the way from ``a`` to ``b``, the same from either side."""
    n = int(np.hypot(*(b - a)) // WAYPOINT_EVERY_M)
    part = np.arange(1, n + 1)[:, None] / (n + 1)
    sideways = np.array([a[1] - b[1], b[0] - a[0]]) * BOW * np.sign(b[0] - a[0])
    return np.asarray(a + part * (b - a) + np.sin(np.pi * part) * sideways)


def _from_xy(xy: F64, lat0: float, lon0: float) -> tuple[F64, F64]:
    lat = lat0 + xy[:, 1] / M_PER_DEG_LAT
    lon = lon0 + xy[:, 0] / (M_PER_DEG_LAT * np.cos(np.radians(lat0)))
    return np.round(lat, 7), np.round(lon, 7)


def _streets(xy: F64, built_up: npt.NDArray[np.bool_]) -> I64:
    tree = cKDTree(xy)
    edges = _gabriel(xy, tree)
    a, b = edges.T
    dense = is_block(xy, built_up, edges) & ((a * 31 + b * 17) % DROP_ONE_IN != 0)
    return np.asarray(edges[dense | _relative_neighbours(xy, tree, edges)])


def is_block(xy: F64, built_up: npt.NDArray[np.bool_], edges: I64) -> npt.NDArray[np.bool_]:
    """Say for every edge whether it is a street within a settlement, not a road between two."""
    a, b = edges.T
    short = np.hypot(*(xy[b] - xy[a]).T) <= BLOCK_M
    return np.asarray(built_up[a] & built_up[b] & short)


def _gabriel(xy: F64, tree: cKDTree) -> I64:
    """Return the edges of the Delaunay triangulation whose circle is empty."""
    triangles = Delaunay(xy).simplices
    sides = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    edges = np.unique(np.sort(sides, axis=1).astype(np.int64), axis=0)
    a, b = xy[edges[:, 0]], xy[edges[:, 1]]
    nearest_m = tree.query((a + b) / 2)[0]
    return np.asarray(edges[nearest_m >= np.hypot(*(b - a).T) / 2 * (1 - 1e-9)])


def _relative_neighbours(xy: F64, tree: cKDTree, edges: I64) -> npt.NDArray[np.bool_]:
    """Say for every edge whether no third point is nearer to both of its ends."""
    length = np.hypot(*(xy[edges[:, 1]] - xy[edges[:, 0]]).T) * (1 - 1e-9)
    around = [tree.query_ball_point(xy[edges[:, side]], length) for side in (0, 1)]
    lone = (not (set(p) & set(q)) - set(e) for p, q, e in zip(*around, edges.tolist(), strict=True))
    return np.fromiter(lone, dtype=np.bool_, count=len(edges))
