"""What directed ways cost each profile, in its effective decimetres."""

from typing import Final

import numpy as np

from kommit.kit.geo import distances_m
from routing.street.graph import CLOSED, I32, I64
from routing.street.profile import REFERENCE_MPS, Profile
from routing.street.ways import Ways

DEAREST: Final = CLOSED // 16
"""No single way costs more, so that sums of a few stay below ``CLOSED``."""


def piece_costs(profile: Profile, ways: Ways, way: I64, ptr: I64, points: I64) -> I32:
    """Return (2G,) the cost of each directed way, at least 1, or ``CLOSED``.

    Parameters
    ----------
    way
        (G,) the way that each segment is of.
    ptr, points
        (G+1,) and (H,) shapes of the segments as indices of the ways' points.
    """
    lat, lon = ways.point_lat[points], ways.point_lon[points]
    metres = np.append(distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:]), 0.0)
    metres[ptr[1:] - 1] = 0.0
    length = np.add.reduceat(metres, ptr[:-1]) if ptr.size > 1 else np.empty(0)
    stretch = ways.stretch[way, :, profile].astype(np.float64)
    is_open = np.isfinite(stretch)
    dm = np.rint(length[:, None] * np.where(is_open, stretch, 0.0) * 10.0)
    costs = np.where(is_open, np.clip(dm, 1, DEAREST), CLOSED)
    return np.asarray(costs).astype(np.int32).ravel()


def waits_dm(profile: Profile, seconds: np.ndarray) -> I32:
    """Return the cost of waiting."""
    return np.asarray(np.rint(seconds * 10.0 * REFERENCE_MPS[profile])).astype(np.int32)
