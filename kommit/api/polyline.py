"""Encoded polylines of precision 6: a way as text, about 4 characters a point.

The algorithm is Google's (https://developers.google.com/maps/documentation/utilities/polylinealgorithm),
with six digits instead of five.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

PRECISION = 1e6


def encode(lat: npt.ArrayLike, lon: npt.ArrayLike) -> str:
    """Return the polyline of (N,) WGS84 degrees."""
    points = np.rint(np.column_stack([lat, lon]) * PRECISION).astype(np.int64)
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), np.int64))
    return "".join(_chunks(steps.ravel().tolist()))


def _chunks(values: Iterable[int]) -> Iterable[str]:
    for value in values:
        # The sign moves to the lowest bit, so that small steps of either sign stay short.
        rest = ~(value << 1) if value < 0 else value << 1
        while rest >= 0x20:
            yield chr((0x20 | (rest & 0x1F)) + 63)
            rest >>= 5
        yield chr(rest + 63)
