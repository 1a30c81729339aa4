"""How steep segments are, and what that means for those who move by their own strength.

Walking follows Tobler (Three presentations on geographical analysis and modeling, 1993): 6 km/h
times ``exp(-3.5 |s + 0.05|)`` at slope ``s``. Wheelchairs gain nothing downhill, where they brake.
Bicycles follow the balance of power against climbing, rolling and air (Martin and others,
Validation of a mathematical model for road cycling power, 1998) with the figures below; pushing is
never slower than walking, and nobody rolls down at more than ``DOWNHILL`` of the usual speed.
E-scooters and cars have motors for what streets climb.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.street.graph import F64, I64, StreetClass
from routing.street.profile import REFERENCE_MPS, Profile
from routing.street.ways import BRIDGE, TUNNEL, Ways, WheelchairState

STEP_M: Final = 50.0
"""Slopes are measured over about this length, so that errors of heights matter less."""
SHORTEST_M: Final = 30.0
"""A shorter piece is not measured to refuse it to wheelchairs."""
STEEPEST: Final = 0.3
"""Whatever is steeper is a wall or a mistake."""
WHEELCHAIR_LIMIT: Final = 0.06
"""DIN 18040-3: ramps for wheelchairs climb 6 % at most."""
STAIRS_SLOPE: Final = 0.1
"""Stairs with known height take Tobler's time for this slope on top of the map's factor: twice the
time of level ground in all (Weidmann 1993)."""

DOWNHILL: Final = 1.4
PUSHED_MPS: Final = 1.1
GRAVITY: Final = 9.81
AIR: Final = 1.2
"""Density, kg/m³."""
ROLLING: Final = 0.008


class Rider(NamedTuple):
    """A bicycle and who rides it."""

    mass_kg: float
    drag_m2: float
    """Drag coefficient times frontal area."""
    uphill_w: float
    """Power on a slope of 3 % and more; on the level, what the usual speed takes."""


RIDERS: Final = {
    Profile.BICYCLE: Rider(95.0, 0.6, 150.0),
    # for hire they have motors: 250 W (EN 15194) of help
    Profile.CARGO_BICYCLE: Rider(150.0, 0.8, 350.0),
}
FULL_POWER_SLOPE: Final = 0.03
SLOPES: Final[F64] = np.linspace(-STEEPEST, STEEPEST, 601)


class Slopes(NamedTuple):
    """Slopes along G segments, measured on K pieces of nearly equal length."""

    ptr: I64
    """(G+1,) where the pieces of each segment start; each has at least one."""
    slope: F64
    """(K,) rise over run along the segment, 0 where it is not known."""
    measured: npt.NDArray[np.bool_]
    """(G,) whether heights say it, and not tags or nothing."""


def slopes_of(ways: Ways, way: I64, ptr: I64, points: I64, metres: F64) -> Slopes:
    """Return the slopes of segments: by heights where known, else as tagged.

    Parameters
    ----------
    way
        (G,) the way that each segment is of.
    ptr, points
        (G+1,) and (H,) shapes of the segments as indices of the ways' points.
    metres
        (H,) length of the piece from each shape point to the next, 0 at the end of a segment.
    """
    length = np.add.reduceat(metres, ptr[:-1]) if ptr.size > 1 else np.empty(0)
    height = ways.point_height[points].astype(np.float64)
    unknown = np.add.reduceat(np.isnan(height), ptr[:-1]) if ptr.size > 1 else np.empty(0)
    measured = np.asarray(unknown == 0)
    pieces = np.maximum(np.rint(length / STEP_M), 1).astype(np.int64)
    pieces[(ways.flags[way] & (BRIDGE | TUNNEL)) > 0] = 1  # the ground is not theirs
    start = np.concatenate([[0], np.cumsum(pieces)])
    rises = _rises(ptr, np.nan_to_num(height), metres, pieces, start)
    slope = rises / np.repeat(np.maximum(length, 1.0) / pieces, pieces)
    known = np.repeat(measured, pieces)
    slope = np.where(known, slope, np.repeat(np.nan_to_num(_tagged(ways)[way]), pieces))
    return Slopes(start, slope.clip(-STEEPEST, STEEPEST), measured)


def has_slopes(ways: Ways) -> bool:
    """Say whether anything is known of slopes."""
    return bool(np.isfinite(ways.point_height).any() or np.isfinite(ways.incline).any())


def _tagged(ways: Ways) -> F64:
    """Return (W,) the slope along each way as tagged, or NaN."""
    return ways.incline.astype(np.float64) if ways.incline.size else np.full(ways.name.size, np.nan)


def _rises(ptr: I64, height: F64, metres: F64, pieces: I64, start: I64) -> F64:
    """Return (K,) metres that each of the equal pieces of segments rises."""
    segments = np.repeat(np.arange(pieces.size), np.diff(ptr))
    along = np.concatenate([[0.0], np.cumsum(metres)[:-1]]) + segments
    first, last = along[ptr[:-1]], along[ptr[1:] - 1]  # a metre between segments keeps them apart
    segment = np.repeat(np.arange(pieces.size), pieces)
    nth = np.arange(start[-1]) - start[:-1][segment]
    step = ((last - first) / pieces)[segment]
    below, above = (first[segment] + (nth + one) * step for one in (0, 1))
    return np.asarray(np.interp(above, along, height) - np.interp(below, along, height))


def slope_factors(profile: Profile, slopes: Slopes, street_class: npt.NDArray[np.uint8]) -> F64:
    """Return (G, 2) the time along and against each segment over that on the level.

    What is only tagged slows cargo bicycles. Few streets are tagged, and to weigh these alone would
    lead everybody else round them, over streets that climb as high.
    """
    table = FACTORS.get(profile)
    if table is None or slopes.ptr.size <= 1:
        return np.ones((slopes.ptr.size - 1, 2))
    counts = np.diff(slopes.ptr)
    factors = np.column_stack([
        np.add.reduceat(np.interp(sign * slopes.slope, SLOPES, table), slopes.ptr[:-1]) / counts
        for sign in (1.0, -1.0)
    ])  # fmt: skip
    if profile is not Profile.CARGO_BICYCLE:
        factors[~slopes.measured] = 1.0
    stairs = street_class == StreetClass.STEPS
    on_stairs = tobler(np.array(STAIRS_SLOPE)) if profile in _ON_FOOT else 1.0
    factors[stairs] = np.where(slopes.measured[stairs, None], on_stairs, 1.0)
    return np.asarray(factors)


def too_steep(ways: Ways, way: I64, slopes: Slopes, metres: F64) -> npt.NDArray[np.bool_]:
    """Return (G,) which segments are measured to be steeper than a wheelchair climbs.

    What tags say of a way counts more than heights. ``metres`` is (G,) their length.
    """
    if slopes.ptr.size <= 1:
        return np.zeros(0, np.bool_)
    steepest = np.maximum.reduceat(np.abs(slopes.slope), slopes.ptr[:-1])
    told = np.isfinite(_tagged(ways)[way]) | (ways.wheelchair[way] != WheelchairState.ASSUMED)
    long = metres >= SHORTEST_M
    return np.asarray(slopes.measured & long & ~told & (steepest > WHEELCHAIR_LIMIT))


def tobler(slope: F64) -> F64:
    """Return the time of walking at a slope over that on the level."""
    return np.asarray(np.exp(3.5 * (np.abs(slope + 0.05) - 0.05)))


def _rolled(slope: F64) -> F64:
    return np.asarray(np.exp(3.5 * np.abs(slope)))


def _cycled(profile: Profile) -> F64:
    """Return (601,) the time of cycling at ``SLOPES`` over that on the level."""
    rider, usual = RIDERS[profile], REFERENCE_MPS[profile]
    level_w = usual * (rider.mass_kg * GRAVITY * ROLLING + AIR / 2 * rider.drag_m2 * usual**2)
    share = (SLOPES / FULL_POWER_SLOPE).clip(0.0, 1.0)
    power = level_w + share * (rider.uphill_w - level_w)
    low, high = np.full(SLOPES.size, PUSHED_MPS), np.full(SLOPES.size, DOWNHILL * usual)
    for _ in range(40):  # halve until the power fits
        mps = (low + high) / 2
        force = rider.mass_kg * GRAVITY * (SLOPES + ROLLING) + AIR / 2 * rider.drag_m2 * mps**2
        has_more = force * mps < power
        low, high = np.where(has_more, mps, low), np.where(has_more, high, mps)
    return np.asarray(np.where(SLOPES > 0.0, np.maximum(usual / low, 1.0), usual / low))


_ON_FOOT: Final = (Profile.FOOT, Profile.WHEELCHAIR)
FACTORS: Final[dict[Profile, F64]] = {
    Profile.FOOT: tobler(SLOPES),
    Profile.WHEELCHAIR: _rolled(SLOPES),
    Profile.BICYCLE: _cycled(Profile.BICYCLE),
    Profile.CARGO_BICYCLE: _cycled(Profile.CARGO_BICYCLE),
}
"""By profile (601,) the time at ``SLOPES`` over that on the level; others climb without loss."""
