"""A grid over the pieces of streets, in which nearby ones are looked up."""

from typing import Final

import numpy as np

from kommit.kit.geo import M_PER_DEG_LAT
from routing.street.graph import F64, I32, I64

CELL_M: Final = 120.0
"""Size of the cells in which nearby streets are looked up."""

FEW_CELLS: Final = 1_000_000
"""With more cells than this and ``CELLS_A_PIECE``, cells are made larger: one street on the other
side of the world must not ask for a grid around it."""

CELLS_A_PIECE: Final = 8


def grid_of(ptr: I64, lat: F64, lon: F64) -> tuple[F64, I32, I32, I32]:
    """Return the grid's frame, its cells' pointers and pieces, and the segment of each piece."""
    south, west = float(lat.min(initial=90.0)), float(lon.min(initial=180.0))
    north, east = float(lat.max(initial=south)), float(lon.max(initial=west))
    # degrees of longitude are narrowest in the north: nowhere is a cell smaller than it should be
    shrink = max(float(np.cos(np.radians(max(abs(south), abs(north))))), 0.01)
    cell_lat = _cell_m((north - south), (east - west) * shrink, lat.size) / M_PER_DEG_LAT
    cell_lon = cell_lat / shrink
    rows, columns = int((north - south) / cell_lat) + 1, int((east - west) / cell_lon) + 1
    segment = np.repeat(np.arange(ptr.size - 1, dtype=np.int32), np.diff(ptr))
    piece = np.flatnonzero(np.append(segment[1:] == segment[:-1], [False] * bool(segment.size)))
    row, column = (
        ((lat - south) / cell_lat).astype(np.int64),
        ((lon - west) / cell_lon).astype(np.int64),
    )
    low = np.minimum(row[piece], row[piece + 1]), np.minimum(column[piece], column[piece + 1])
    high = np.maximum(row[piece], row[piece + 1]), np.maximum(column[piece], column[piece + 1])
    width, height = high[1] - low[1] + 1, high[0] - low[0] + 1
    owner = np.repeat(np.arange(piece.size), width * height)
    nth = np.arange(owner.size) - np.repeat(
        np.cumsum(width * height) - width * height, width * height
    )
    cell = (low[0][owner] + nth // width[owner]) * columns + low[1][owner] + nth % width[owner]
    order = np.argsort(cell, kind="stable")
    cells = np.searchsorted(cell[order], np.arange(rows * columns + 1)).astype(np.int32)
    frame = np.array([south, west, cell_lat, cell_lon, rows, columns])
    return frame, cells, piece[owner[order]].astype(np.int32), segment


def _cell_m(height_deg: float, width_deg: float, n_points: int) -> float:
    """Return the size of cells, so that an area (in degrees of latitude) has not too many."""
    area = height_deg * width_deg * M_PER_DEG_LAT**2
    return float(max(CELL_M, np.sqrt(area / (FEW_CELLS + CELLS_A_PIECE * n_points))))
