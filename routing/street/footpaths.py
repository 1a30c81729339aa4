"""Walks between all stops that lie within a budget of each other; computed once for an image."""

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from kommit.kit.geo import to_xy
from routing.street.graph import F64, I32, StreetGraph
from routing.street.walk import WALK_MPS, Walker, seconds_of

DETOUR: Final = 1.3
"""Way on foot over the crow's flight where no street is known; 1.2 to 1.4 in German towns."""

Footpaths = tuple[I32, I32, I32, I32]
"""Pointer (S+1,), and for each walk the stop reached, seconds and metres, all (F,)."""


def footpaths(
    graph: StreetGraph,
    lat: F64,
    lon: F64,
    budget_s: int,
    *,
    advance: Callable[[int, int], None] | None = None,
) -> Footpaths:
    """Return the walks between stops that take 1 to ``budget_s`` seconds, quickest first.

    On streets where both stops are near one; as the crow flies with a ``DETOUR`` where one is not.
    Stops at the same point are a second apart. ``advance`` hears how many stops are done.
    """
    walker = Walker(graph, lat, lon)
    budget_dm = int(budget_s * WALK_MPS * 10)
    crow = _crow_flies(lat, lon, walker.snapped, budget_dm)
    counts = np.zeros(lat.size + 1, np.int32)
    found: list[tuple[I32, I32, I32]] = []
    for stop in range(lat.size):
        row = _walks_from(stop, walker, crow, budget_dm)
        counts[stop + 1] = row[0].size
        found.append(row)
        if advance is not None and stop % 256 == 255:
            advance(stop + 1, lat.size)
    ptr = np.cumsum(counts, dtype=np.int32)
    empty = np.empty(0, np.int32)
    columns = (np.concatenate([empty, *(row[part] for row in found)]) for part in range(3))
    return (ptr, *columns)  # type: ignore[return-value]  # three columns


def _walks_from(
    stop: int, walker: Walker, crow: list[tuple[I32, I32]], budget_dm: int
) -> tuple[I32, I32, I32]:
    costs = walker.between_stops(stop, budget_dm)
    by_air, by_air_dm = crow[stop]
    costs[by_air] = np.minimum(costs[by_air], by_air_dm)
    costs[stop] = budget_dm + 1
    near = np.flatnonzero(costs <= budget_dm).astype(np.int32)
    seconds = np.maximum(seconds_of(costs[near], WALK_MPS), 1)
    order = np.lexsort((near, seconds))
    metres = np.rint(costs[near][order] / 10).astype(np.int32)
    return near[order], seconds[order].astype(np.int32), metres


def _crow_flies(lat: F64, lon: F64, snapped: np.ndarray, budget_dm: int) -> list[tuple[I32, I32]]:
    """Return for each stop the stops near it by air where one of the two is off the streets."""
    if lat.size == 0:
        return []
    x, y = to_xy(lat, lon, float(np.mean(lat)), float(np.mean(lon)))
    points = np.column_stack([x, y])
    near = cKDTree(points).query_ball_point(points, budget_dm / 10 / DETOUR)
    return [
        _by_air(stop, np.array(sorted(others), np.int32), points, snapped)
        for stop, others in enumerate(near)
    ]


def _by_air(stop: int, others: I32, points: F64, snapped: np.ndarray) -> tuple[I32, I32]:
    if snapped[stop]:
        others = others[~snapped[others]]
    metres = np.hypot(*(points[others] - points[stop]).T)
    return others, np.rint(metres * DETOUR * 10).astype(np.int32)
