"""Areas around points with times: nested bands as GeoJSON polygons.

Seconds are laid on a grid, and spread a short walk beyond the streets; a band is the union of the
cells that are reached in time, its corners cut.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from kommit.kit.geo import M_PER_DEG_LAT, to_xy

F64 = npt.NDArray[np.float64]

CELL_M: Final = 50.0
MOST_CELLS: Final = 1_000_000
"""Larger areas have larger cells."""
BESIDE_M: Final = 75.0
"""Who is on a street is at the doors this far from it, too."""
BESIDE_MPS: Final = 1.0
DIGITS_DEG: Final = 1e-6
"""Coordinates are rounded to a tenth of a metre."""


class Band(NamedTuple):
    """The area that is reached within a time."""

    limit_s: int
    area: Any
    """``shapely`` polygons in degrees, longitude first, outer rings counter-clockwise."""
    area_km2: float


def bands_of(lat: F64, lon: F64, seconds: F64, limits_s: Sequence[int]) -> Iterator[Band]:
    """Yield the areas around (M,) points, M >= 1, within each limit; each holds those before it.

    Parameters
    ----------
    limits_s
        Ascending.
    """
    lat0, lon0 = float(np.mean(lat)), float(np.mean(lon))
    x, y = to_xy(lat, lon, lat0, lon0)
    grid = _grid(x, y, seconds)
    within: Any = shapely.MultiPolygon()
    for limit_s in limits_s:
        cells = _cells(grid, limit_s)
        within = shapely.union(within, cells.simplify(grid.cell_m * 0.7))
        yield Band(limit_s, _in_degrees(within, lat0, lon0), within.area / 1e6)


class _Grid(NamedTuple):
    west: float
    south: float
    cell_m: float
    seconds: F64
    """(rows from the south, columns from the west) or infinity."""


def _grid(x: F64, y: F64, seconds: F64) -> _Grid:
    width, height = np.ptp(x) + 4 * BESIDE_M, np.ptp(y) + 4 * BESIDE_M
    cell_m = max(CELL_M, float(np.sqrt(width * height / MOST_CELLS)))
    west, south = float(x.min()) - 2 * BESIDE_M, float(y.min()) - 2 * BESIDE_M
    shape = int(height / cell_m) + 2, int(width / cell_m) + 2
    column, row = ((x - west) / cell_m).astype(np.int64), ((y - south) / cell_m).astype(np.int64)
    cells = np.full(shape[0] * shape[1], np.inf)
    np.minimum.at(cells, row * shape[1] + column, seconds)
    return _Grid(west, south, cell_m, _beside(cells.reshape(shape), cell_m))


def _beside(cells: F64, cell_m: float) -> F64:
    """Return the cells with those beside the reached ones, as late as it takes to walk there."""
    spread = cells.copy()
    steps = max(1, round(BESIDE_M / cell_m))
    for rows in range(-steps, steps + 1):
        for columns in range(-steps, steps + 1):
            away_m = float(np.hypot(rows, columns)) * cell_m
            if 0 < away_m <= max(BESIDE_M, cell_m):
                moved = _moved(cells, rows, columns) + away_m / BESIDE_MPS
                np.minimum(spread, moved, out=spread)
    return spread


def _moved(cells: F64, rows: int, columns: int) -> F64:
    moved = np.full_like(cells, np.inf)
    height, width = cells.shape
    to_rows, to_columns = (
        slice(max(rows, 0), height + min(rows, 0)),
        slice(max(columns, 0), width + min(columns, 0)),
    )
    from_rows, from_columns = (
        slice(max(-rows, 0), height + min(-rows, 0)),
        slice(max(-columns, 0), width + min(-columns, 0)),
    )
    moved[to_rows, to_columns] = cells[from_rows, from_columns]
    return moved


def _cells(grid: _Grid, limit_s: int) -> Any:
    """Return the union of the cells within a limit: of each row, every run is one box."""
    inside = np.pad(grid.seconds <= limit_s, ((0, 0), (1, 1))).astype(np.int8)
    change = np.diff(inside, axis=1)
    row, start = np.nonzero(change == 1)
    _, end = np.nonzero(change == -1)
    south = grid.south + row * grid.cell_m
    boxes = shapely.box(
        grid.west + start * grid.cell_m, south, grid.west + end * grid.cell_m, south + grid.cell_m
    )
    return shapely.union_all(boxes)


def _in_degrees(area: Any, lat0: float, lon0: float) -> Any:
    scale = np.array([M_PER_DEG_LAT * np.cos(np.radians(lat0)), M_PER_DEG_LAT])
    placed = shapely.transform(area, lambda xy: xy / scale + [lon0, lat0])
    rounded = shapely.set_precision(placed, DIGITS_DEG)
    polygons = [each for each in shapely.get_parts(rounded) if each.geom_type == "Polygon"]
    return shapely.orient_polygons(shapely.MultiPolygon(polygons))
