"""Groups points that lie together."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]


def clusters(x: F64, y: F64, reach_m: float) -> Iterator[list[int]]:
    """Yield groups of points: each takes those within ``reach_m`` of its first point."""
    left = list(range(len(x)))
    while left:
        away = np.hypot(x[left] - x[left[0]], y[left] - y[left[0]])
        yield [i for i, d in zip(left, away, strict=True) if d <= reach_m]
        left = [i for i, d in zip(left, away, strict=True) if d > reach_m]
