"""Heights of the ground on a grid of degrees, and at any point between its posts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heights:
    """A grid of posts, rows from the north to the south, columns from the west to the east."""

    metres: F32
    """(rows, columns) above sea level, NaN where not known."""
    north: float
    """Latitude of the first row, WGS84 degrees."""
    west: float
    """Longitude of the first column."""
    step: float
    """Degrees between posts."""

    def at(self, lat: F64, lon: F64) -> F32:
        """Return the height at points, between four posts; NaN outside and next to the unknown.

        O(n) for n points.
        """
        rows, columns = self.metres.shape
        y, x = (self.north - lat) / self.step, (lon - self.west) / self.step
        inside = (y >= 0) & (y <= rows - 1) & (x >= 0) & (x <= columns - 1)
        row = np.where(inside, y, 0).astype(np.int64).clip(max=max(rows - 2, 0))
        column = np.where(inside, x, 0).astype(np.int64).clip(max=max(columns - 2, 0))
        down, right = y - row, x - column
        upper = self._between(row, column, right)
        lower = self._between(np.minimum(row + 1, rows - 1), column, right)
        return np.asarray(np.where(inside, upper + (lower - upper) * down, np.nan), np.float32)

    def _between(
        self, row: npt.NDArray[np.int64], column: npt.NDArray[np.int64], right: F64
    ) -> F64:
        left = self.metres[row, column].astype(np.float64)
        other = self.metres[row, np.minimum(column + 1, self.metres.shape[1] - 1)]
        return np.asarray(left + (other - left) * right)
