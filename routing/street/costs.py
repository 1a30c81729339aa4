"""What directed ways cost each profile, in its effective decimetres."""

from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from kommit.kit.geo import distances_m
from routing.street.graph import CLOSED, F64, I32, I64
from routing.street.profile import REFERENCE_MPS, Profile
from routing.street.slopes import Slopes, has_slopes, slope_factors, slopes_of, too_steep
from routing.street.ways import Ways

DEAREST: Final = CLOSED // 16
"""No single way costs more, so that sums of a few stay below ``CLOSED``."""


class Ground(NamedTuple):
    """What segments are like that all profiles share; G segments."""

    way: I64
    """(G,) the way that each is of."""
    length_m: F64
    """(G,)"""
    slopes: Slopes | None
    """None where nothing is known of any."""
    too_steep: npt.NDArray[np.bool_]
    """(G,) measured to be too steep for a wheelchair."""

    @classmethod
    def of(cls, ways: Ways, way: I64, ptr: I64, points: I64) -> Self:
        """Measure segments.

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
        if not has_slopes(ways):
            return cls(way, length, None, np.zeros(way.size, np.bool_))
        slopes = slopes_of(ways, way, ptr, points, metres)
        return cls(way, length, slopes, too_steep(ways, way, slopes, length))


def piece_costs(profile: Profile, ways: Ways, ground: Ground) -> I32:
    """Return (2G,) the cost of each directed way, at least 1, or ``CLOSED``."""
    stretch = ways.stretch[ground.way, :, profile].astype(np.float64)
    is_open = np.isfinite(stretch)
    if profile is Profile.WHEELCHAIR:
        is_open &= ~ground.too_steep[:, None]
    if ground.slopes is not None:
        stretch *= slope_factors(profile, ground.slopes, ways.street_class[ground.way])
    dm = np.rint(ground.length_m[:, None] * np.where(is_open, stretch, 0.0) * 10.0)
    costs = np.where(is_open, np.clip(dm, 1, DEAREST), CLOSED)
    return np.asarray(costs).astype(np.int32).ravel()


def waits_dm(profile: Profile, seconds: np.ndarray) -> I32:
    """Return the cost of waiting."""
    return np.asarray(np.rint(seconds * 10.0 * REFERENCE_MPS[profile])).astype(np.int32)
