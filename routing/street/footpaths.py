"""Walks between all stops that lie within a budget of each other; computed once for an image."""

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from kommit.kit.geo import to_xy
from routing.street.graph import F64, I32
from routing.street.network import StreetNetwork
from routing.street.profile import REFERENCE_MPS, Profile
from routing.street.router import StreetRouter, budget_dm, metres_of, seconds_of

DETOUR: Final = 1.3
"""Way on foot over the crow's flight where no street is known; 1.2 to 1.4 in German towns."""

Footpaths = tuple[I32, I32, I32, I32]
"""Pointer (S+1,), and for each walk the stop reached, seconds and metres, all (F,)."""


def footpaths(
    network: StreetNetwork,
    lat: F64,
    lon: F64,
    budget_s: int,
    *,
    profile: Profile = Profile.FOOT,
    advance: Callable[[int, int], None] | None = None,
) -> Footpaths:
    """Return the walks between stops that take 1 to ``budget_s`` seconds, quickest first.

    On streets where both stops are near one; as the crow flies with a ``DETOUR`` where one is not.
    Stops at the same point are a second apart. ``advance`` hears how many stops are done.
    """
    walker = StreetRouter(network, profile, lat, lon)
    budget = budget_dm(budget_s, REFERENCE_MPS[profile])
    crow = _crow_flies(lat, lon, walker.snapped, budget)
    counts = np.zeros(lat.size + 1, np.int32)
    found: list[tuple[I32, I32, I32]] = []
    for stop in range(lat.size):
        row = _walks_from(stop, walker, crow, budget)
        counts[stop + 1] = row[0].size
        found.append(row)
        if advance is not None and stop % 256 == 255:
            advance(stop + 1, lat.size)
    ptr = np.cumsum(counts, dtype=np.int32)
    empty = np.empty(0, np.int32)
    columns = (np.concatenate([empty, *(row[part] for row in found)]) for part in range(3))
    return (ptr, *columns)  # type: ignore[return-value]  # three columns


def _walks_from(
    stop: int, walker: StreetRouter, crow: list[tuple[I32, I32]], budget: int
) -> tuple[I32, I32, I32]:
    cost, length = walker.between_stops(stop, budget)
    by_air, by_air_dm = crow[stop]
    cost[by_air] = length[by_air] = by_air_dm
    cost[stop] = budget + 1
    near = np.flatnonzero(cost <= budget).astype(np.int32)
    seconds = np.maximum(seconds_of(cost[near], REFERENCE_MPS[walker.profile]), 1)
    order = np.lexsort((near, seconds))
    return near[order], seconds[order], metres_of(length[near][order])


def _crow_flies(lat: F64, lon: F64, snapped: np.ndarray, budget: int) -> list[tuple[I32, I32]]:
    """Return for each stop the stops near it by air where one of the two is off the streets."""
    if lat.size == 0:
        return []
    x, y = to_xy(lat, lon, float(np.mean(lat)), float(np.mean(lon)))
    points = np.column_stack([x, y])
    near = cKDTree(points).query_ball_point(points, budget / 10 / DETOUR)
    return [
        _by_air(stop, np.array(sorted(others), np.int32), points, snapped)
        for stop, others in enumerate(near)
    ]


def _by_air(stop: int, others: I32, points: F64, snapped: np.ndarray) -> tuple[I32, I32]:
    if snapped[stop]:
        others = others[~snapped[others]]
    metres = np.hypot(*(points[others] - points[stop]).T)
    return others, np.rint(metres * DETOUR * 10).astype(np.int32)
