"""From a point to the nearest street: onto a segment, not just to its ends."""

from typing import Final, NamedTuple

import numpy as np

from kommit.kit.geo import M_PER_DEG_LAT
from routing.jit import entry, helper
from routing.street.graph import F64, I32, StreetGraph

MAX_SNAP_M: Final = 250.0
"""A point farther than this from every street is not on the network."""


class Snaps(NamedTuple):
    """Points on the network, one for each point asked."""

    segment: I32
    """(N,) nearest segment, or -1 where none is within reach."""
    fraction: F64
    """(N,) position along the segment, 0 at its start to 1 at its end."""
    distance_dm: I32
    """(N,) way from the point to the segment, as the crow flies."""


@helper
def project(
    lat: F64, lon: F64, shrink: float, piece: int, y: float, x: float
) -> tuple[float, float]:
    """Return the position (0 to 1) on a piece nearest to a point, and its squared distance.

    Works in degrees of latitude; ``shrink`` is the cosine of the latitude.
    """
    ay, ax = lat[piece], lon[piece] * shrink
    dy, dx = lat[piece + 1] - ay, lon[piece + 1] * shrink - ax
    squared = dy * dy + dx * dx
    position = 0.0
    if squared > 0.0:
        position = min(max(((y - ay) * dy + (x * shrink - ax) * dx) / squared, 0.0), 1.0)
    off_y, off_x = y - (ay + position * dy), x * shrink - (ax + position * dx)
    return position, off_y * off_y + off_x * off_x


@helper
def nearest_piece(
    graph: StreetGraph, lat: float, lon: float, shrink: float, rings: int
) -> tuple[int, float, float]:
    """Return the nearest piece within ``rings`` cells that walks may start on, or -1.

    With it come the position on it and the squared distance, in degrees of latitude. Any numbers
    may be asked, infinite ones and "not a number" too.
    """
    frame = graph.grid_frame
    rows, columns = int(frame[4]), int(frame[5])
    best, best_position, best_squared = -1, 0.0, np.inf
    y, x = (lat - frame[0]) / frame[2], (lon - frame[1]) / frame[3]
    # checked as floats: what does not fit into an int would become any cell at all
    if not (-rings <= y < rows + rings and -rings <= x < columns + rings):
        return best, best_position, best_squared
    row, column = int(np.floor(y)), int(np.floor(x))
    for r in range(max(row - rings, 0), min(row + rings + 1, rows)):
        for c in range(max(column - rings, 0), min(column + rings + 1, columns)):
            cell = r * columns + c
            for at in range(graph.grid_ptr[cell], graph.grid_ptr[cell + 1]):
                piece = int(graph.grid_piece[at])
                if graph.segment_on_foot[graph.piece_segment[piece]] == 0:
                    continue
                position, squared = project(
                    graph.shape_lat, graph.shape_lon, shrink, piece, lat, lon
                )
                if squared < best_squared:
                    best, best_position, best_squared = piece, position, squared
    return best, best_position, best_squared


@helper
def fraction_at(lat: F64, lon: F64, first: int, last: int, piece: int, position: float) -> float:
    """Return how far along a segment a position on one of its pieces lies, 0 to 1."""
    shrink = np.cos(np.radians(lat[first]))
    whole, before = 0.0, 0.0
    for at in range(first, last - 1):
        length = np.hypot(lat[at + 1] - lat[at], (lon[at + 1] - lon[at]) * shrink)
        if at < piece:
            before += length
        elif at == piece:
            before += length * position
        whole += length
    return before / whole if whole > 0.0 else 0.0


@entry
def _snap(graph: StreetGraph, lat: F64, lon: F64, segment: I32, fraction: F64, away: I32) -> None:
    """Fill ``segment``, ``fraction`` and ``away``, all (N,), for the points ``lat``, ``lon``."""
    reach_deg = MAX_SNAP_M / M_PER_DEG_LAT
    rings = int(np.ceil(reach_deg / graph.grid_frame[2]))
    for i in range(lat.size):
        segment[i], fraction[i], away[i] = -1, 0.0, 0
        shrink = np.cos(np.radians(lat[i]))
        piece, position, squared = nearest_piece(graph, lat[i], lon[i], shrink, rings)
        if piece < 0 or squared > reach_deg * reach_deg:
            continue
        found = int(graph.piece_segment[piece])
        first, last = graph.shape_ptr[found], graph.shape_ptr[found + 1]
        segment[i] = found
        fraction[i] = fraction_at(graph.shape_lat, graph.shape_lon, first, last, piece, position)
        away[i] = np.int32(np.rint(np.sqrt(squared) * M_PER_DEG_LAT * 10))


def snap(graph: StreetGraph, lat: F64, lon: F64) -> Snaps:
    """Put points on the nearest segments where walks may start, within ``MAX_SNAP_M``."""
    lat = np.ascontiguousarray(lat, dtype=np.float64)
    lon = np.ascontiguousarray(lon, dtype=np.float64)
    snaps = Snaps(np.empty(lat.size, np.int32), np.empty(lat.size), np.empty(lat.size, np.int32))
    _snap(graph, lat, lon, snaps.segment, snaps.fraction, snaps.distance_dm)
    return snaps


def shape_of(graph: StreetGraph, segment: int, start: float, end: float) -> tuple[F64, F64]:
    """Return the geometry of a segment between two fractions, against its shape if start > end."""
    first, last = int(graph.shape_ptr[segment]), int(graph.shape_ptr[segment + 1])
    lat, lon = graph.shape_lat[first:last], graph.shape_lon[first:last]
    if abs(end - start) < 1.0:
        lat, lon = _cut(lat, lon, min(start, end), max(start, end))
    return (lat, lon) if start <= end else (lat[::-1], lon[::-1])


def _cut(lat: F64, lon: F64, low: float, high: float) -> tuple[F64, F64]:
    along = _fractions(lat, lon)
    at = np.concatenate([[low], along[(along > low) & (along < high)], [high]])
    return np.interp(at, along, lat), np.interp(at, along, lon)


def _fractions(lat: F64, lon: F64) -> F64:
    lengths = np.hypot(np.diff(lat), np.diff(lon) * np.cos(np.radians(lat[0])))
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    return np.asarray(along / along[-1] if along[-1] > 0 else np.linspace(0, 1, lat.size))


def take(snaps: Snaps, at: int) -> Snaps:
    """Return one of the points, as points of its own."""
    here = slice(at, at + 1)
    return Snaps(snaps.segment[here], snaps.fraction[here], snaps.distance_dm[here])
