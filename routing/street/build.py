"""From ways with their points to the street graph: cut at junctions, measured, indexed."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from kommit.kit.geo import M_PER_DEG_LAT, distances_m
from routing.street.graph import CLOSED, F64, I32, I64, U8, StreetClass, StreetGraph

FOOT_ALONG: Final = 1
"""Bit of ``Ways.foot``: walking along the way's direction is allowed."""
FOOT_AGAINST: Final = 2
"""Bit of ``Ways.foot``: walking against it is allowed."""

STAIRS: Final = 2.0
"""Cost of stairs over their length: 0.65 m/s along the ground against 1.34 m/s on the level
(Weidmann, Transporttechnik der Fussgänger, 1993)."""

ISLAND_NODES: Final = 20
"""A walking network of fewer junctions is an island: walks neither start nor end on it, unless the
extract has nothing larger."""

CELL_M: Final = 120.0
"""Size of the cells in which nearby streets are looked up."""

FEW_CELLS: Final = 1_000_000
"""With more cells than this and ``CELLS_A_PIECE``, cells are made larger: one street on the other
side of the world must not ask for a grid around it."""

CELLS_A_PIECE: Final = 8

JUMP_M: Final = 10_000.0
"""Two points of a street that are farther apart are a mistake in the map, and not joined."""


class Ways(NamedTuple):
    """Streets as they come from the map: W ways with P points in all."""

    point_ptr: I64
    """(W+1,) where the points of each way start; each has at least two."""
    point_id: I64
    """(P,) ways meet where they share the id of a point."""
    point_lat: F64
    """(P,) WGS84 degrees."""
    point_lon: F64
    """(P,) WGS84 degrees."""
    foot: U8
    """(W,) ``FOOT_ALONG`` | ``FOOT_AGAINST``."""
    street_class: U8
    """(W,) ``StreetClass``."""
    name: I32
    """(W,) index of the name, or -1."""


def build_graph(ways: Ways) -> StreetGraph:
    """Return the street graph of ``ways``; the same ways give the same bytes."""
    start, end = _segment_bounds(ways)
    way = np.searchsorted(ways.point_ptr, start, side="right") - 1
    nodes, node_of = np.unique(ways.point_id[np.concatenate([start, end])], return_inverse=True)
    node_lat, node_lon = np.empty(nodes.size), np.empty(nodes.size)
    ends = np.concatenate([start, end])
    node_lat[node_of], node_lon[node_of] = ways.point_lat[ends], ways.point_lon[ends]
    rank = _near_together(node_lat, node_lon)
    segment_from, segment_to = rank[node_of].reshape(2, -1).astype(np.int32)
    order = np.argsort(segment_from, kind="stable")
    start, end, way = start[order], end[order], way[order]
    segment_from, segment_to = segment_from[order], segment_to[order]

    shape_ptr, points = _shapes(start, end)
    shape_lat, shape_lon = ways.point_lat[points], ways.point_lon[points]
    length_dm = _lengths_dm(shape_ptr, shape_lat, shape_lon)
    foot_dm = _foot_costs(length_dm, ways.foot[way], ways.street_class[way])
    edges = _edges(segment_from, segment_to, foot_dm, nodes.size)
    sorted_lat, sorted_lon = np.empty_like(node_lat), np.empty_like(node_lon)
    sorted_lat[rank], sorted_lon[rank] = node_lat, node_lon
    grid = _grid(shape_ptr, shape_lat, shape_lon)
    return StreetGraph(
        sorted_lat,
        sorted_lon,
        *edges,
        segment_from,
        segment_to,
        length_dm,
        ways.street_class[way],
        ways.name[way],
        _part_of_network(segment_from, segment_to, foot_dm, nodes.size),
        foot_dm,
        shape_ptr,
        shape_lat,
        shape_lon,
        *grid,
    )


def _junction_points(ways: Ways) -> npt.NDArray[np.bool_]:
    """Return (P,) where ways are cut: at their ends, and where a point is used more than once."""
    _, inverse, counts = np.unique(ways.point_id, return_inverse=True, return_counts=True)
    cut = counts[inverse] > 1
    cut[ways.point_ptr[:-1]] = True
    cut[ways.point_ptr[1:] - 1] = True
    return np.asarray(cut)


def jumps(ways: Ways) -> npt.NDArray[np.bool_]:
    """Return (P,) which points are followed by one of the same way beyond ``JUMP_M``."""
    lat, lon = ways.point_lat, ways.point_lon
    far = np.append(distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) > JUMP_M, [False])
    far[ways.point_ptr[1:] - 1] = False
    return np.asarray(far)


def _segment_bounds(ways: Ways) -> tuple[I64, I64]:
    """Return the first and last point of each segment; jumps are left out."""
    jump = jumps(ways)
    cut = _junction_points(ways) | jump
    cut[1:] |= jump[:-1]
    at = np.flatnonzero(cut)
    way = np.searchsorted(ways.point_ptr, at, side="right") - 1
    joined = (way[1:] == way[:-1]) & ~jump[at[:-1]]
    return at[:-1][joined], at[1:][joined]


def _shapes(start: I64, end: I64) -> tuple[I64, I64]:
    """Return the pointers of the shapes, and the way point behind each shape point."""
    counts = end - start + 1
    ptr = np.concatenate([[0], np.cumsum(counts)])
    points = np.arange(ptr[-1]) - np.repeat(ptr[:-1] - start, counts)
    return ptr, points


def _lengths_dm(ptr: I64, lat: F64, lon: F64) -> I32:
    pieces = np.append(distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:]), 0.0)
    pieces[ptr[1:] - 1] = 0.0
    metres = np.add.reduceat(pieces, ptr[:-1]) if ptr.size > 1 else np.empty(0)
    return np.maximum(np.rint(metres * 10), 1).astype(np.int32)


def _foot_costs(length_dm: I32, foot: U8, street_class: U8) -> I32:
    factor = np.where(street_class == StreetClass.STEPS, STAIRS, 1.0)
    cost = np.rint(length_dm * factor).astype(np.int32)
    both = np.stack([foot & FOOT_ALONG, foot & FOOT_AGAINST], axis=1) > 0
    return np.where(both, cost[:, None], CLOSED).astype(np.int32).ravel()


def _edges(
    segment_from: I32, segment_to: I32, foot_dm: I32, n_nodes: int
) -> tuple[I32, I32, I32, I32, I32]:
    """Return pointer, target, way, and cost out and in of the directed edges."""
    segment = np.arange(segment_from.size, dtype=np.int32)
    source = np.concatenate([segment_from, segment_to])
    target = np.concatenate([segment_to, segment_from])
    way = np.concatenate([segment * 2, segment * 2 + 1])
    order = np.lexsort((way, source))
    ptr = np.searchsorted(source[order], np.arange(n_nodes + 1)).astype(np.int32)
    way = way[order].astype(np.int32)
    return ptr, target[order].astype(np.int32), way, foot_dm[way], foot_dm[way ^ 1]


def _part_of_network(segment_from: I32, segment_to: I32, foot_dm: I32, n_nodes: int) -> U8:
    """Return (G,) 1 for walkable segments of networks that are not islands."""
    walkable = foot_dm.reshape(-1, 2).min(axis=1) < CLOSED
    ends = (segment_from[walkable], segment_to[walkable])
    links = coo_matrix((np.ones(ends[0].size, np.int8), ends), shape=(n_nodes, n_nodes))
    _, component = connected_components(links, directed=False)
    sizes = np.bincount(component)
    threshold = min(ISLAND_NODES, int(sizes.max(initial=0)))
    large = sizes[component[segment_from]] >= threshold
    return np.asarray(walkable & large, dtype=np.uint8)


def _near_together(lat: F64, lon: F64) -> I32:
    """Return (V,) ranks along a Z-order curve, so that neighbours share cache lines."""
    code = np.zeros(lat.size, np.uint64)
    for bit in range(16):
        for axis, values in enumerate((lon, lat)):
            level = (_scaled(values) >> np.uint64(bit)) & np.uint64(1)
            code |= level << np.uint64(2 * bit + axis)
    rank = np.empty(lat.size, np.int32)
    rank[np.argsort(code, kind="stable")] = np.arange(lat.size, dtype=np.int32)
    return rank


def _scaled(values: F64) -> npt.NDArray[np.uint64]:
    span = max(float(np.ptp(values)), 1e-9) if values.size else 1.0
    return np.asarray((values - values.min(initial=1e9)) / span * 65_535).astype(np.uint64)


def _grid(ptr: I64, lat: F64, lon: F64) -> tuple[F64, I32, I32, I32]:
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
