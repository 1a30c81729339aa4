"""The order of stops along a Hilbert curve: neighbours on the map become neighbours in memory."""

import numpy as np
import numpy.typing as npt

from routing.timetable import I32, I64

HILBERT_BITS = 16


def hilbert_order(lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]) -> I32:
    """Return the (N,) stops along a Hilbert curve, so that neighbours get close numbers."""
    x, y = _grid(lat), _grid(lon)
    place = np.zeros(lat.size, dtype=np.int64)
    side = 1 << (HILBERT_BITS - 1)
    while side:
        right, up = (x & side) > 0, (y & side) > 0
        place += side * side * ((3 * right) ^ up)
        x, y = _turned(x & (side - 1), y & (side - 1), right, up, side)
        side >>= 1
    return np.argsort(place, kind="stable").astype(np.int32)


def _grid(degrees: npt.NDArray[np.float64]) -> I64:
    if degrees.size == 0:
        return np.zeros(0, dtype=np.int64)
    finite = np.nan_to_num(degrees)
    low, high = float(finite.min()), float(finite.max())
    cells = (1 << HILBERT_BITS) - 1
    return ((finite - low) / max(high - low, 1e-9) * cells).astype(np.int64)


def _turned(
    x: I64, y: I64, right: npt.NDArray[np.bool_], up: npt.NDArray[np.bool_], side: int
) -> tuple[I64, I64]:
    """Turn the coordinates within a quadrant so that the curve's pieces join."""
    flip, swap = ~up & right, ~up
    x, y = np.where(flip, side - 1 - x, x), np.where(flip, side - 1 - y, y)
    return np.where(swap, y, x), np.where(swap, x, y)
