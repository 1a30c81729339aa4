"""From points to the streets beside them: onto segments, not just to their ends.

A point may stand between two streets of which one is a detour, so a few of the nearest are its
*candidates*, and searches start from all of them.
"""

from typing import Final, NamedTuple

import numpy as np

from kommit.kit.geo import M_PER_DEG_LAT
from routing.jit import entry, helper
from routing.street.graph import F64, I32, U8, StreetGraph

I8 = np.ndarray[tuple[int, ...], np.dtype[np.int8]]

MAX_SNAP_M: Final = 250.0
"""A point farther than this from every street is not on the network."""

CANDIDATES: Final = 3
"""So many segments at most are the candidates of a point."""

MARGIN_M: Final = 10.0
"""Candidates are no more than this farther away than the nearest street: the width of a road."""


class Snaps(NamedTuple):
    """Candidates of points, in the order of the points, the nearest first; N in all."""

    owner: I32
    """(N,) index of the point; points off the network have no candidate."""
    segment: I32
    """(N,) segment."""
    fraction: F64
    """(N,) position along the segment, 0 at its start to 1 at its end."""
    distance_dm: I32
    """(N,) way from the point to the segment, as the crow flies."""
    side: I8
    """(N,) side of the segment on which the point lies: -1 left, 1 right, 0 on it."""


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
def side_of(lat: F64, lon: F64, piece: int, y: float, x: float) -> int:
    """Return on which side of a piece a point lies: -1 left, 1 right, 0 on its line."""
    dy, dx = lat[piece + 1] - lat[piece], lon[piece + 1] - lon[piece]
    cross = dx * (y - lat[piece]) - dy * (x - lon[piece])
    return int(cross < 0.0) - int(cross > 0.0)


@helper
def insert(best: I32, squared: F64, piece: int, segment: int, off: float, owner: I32) -> None:
    """Put a piece among the nearest, ascending by distance; each segment stands there once."""
    at = best.size - 1
    for i in range(best.size):
        if owner[i] == segment:
            at = i
            break
    if off >= squared[at]:
        return
    while at > 0 and squared[at - 1] > off:
        best[at], squared[at], owner[at] = best[at - 1], squared[at - 1], owner[at - 1]
        at -= 1
    best[at], squared[at], owner[at] = piece, off, segment


@helper
def nearest_pieces(
    graph: StreetGraph, usable: U8, point: tuple[float, float, float], best: I32, squared: F64
) -> None:
    """Fill ``best`` with the nearest piece of each of the nearest usable segments, -1 for none.

    ``squared`` are their distances in degrees of latitude. ``point`` is latitude, longitude and
    the cosine of the latitude. Any numbers may be asked, infinite ones and "not a number" too.
    """
    lat, lon, shrink = point
    best[:], squared[:] = -1, np.inf
    owner = np.full(best.size, -1, np.int32)
    frame = graph.grid_frame
    rings = int(np.ceil(MAX_SNAP_M / M_PER_DEG_LAT / frame[2]))
    rows, columns = int(frame[4]), int(frame[5])
    y, x = (lat - frame[0]) / frame[2], (lon - frame[1]) / frame[3]
    # checked as floats: what does not fit into an int would become any cell at all
    if not (-rings <= y < rows + rings and -rings <= x < columns + rings):
        return
    row, column = int(np.floor(y)), int(np.floor(x))
    for r in range(max(row - rings, 0), min(row + rings + 1, rows)):
        for c in range(max(column - rings, 0), min(column + rings + 1, columns)):
            cell = r * columns + c
            for at in range(graph.grid_ptr[cell], graph.grid_ptr[cell + 1]):
                piece = int(graph.grid_piece[at])
                segment = graph.piece_segment[piece]
                if usable[segment] == 0:
                    continue
                _, off = project(graph.shape_lat, graph.shape_lon, shrink, piece, lat, lon)
                if off < squared[-1]:
                    insert(best, squared, piece, segment, off, owner)


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
def _snap(
    graph: StreetGraph,
    usable: U8,
    lat: F64,
    lon: F64,
    most: int,
    found: tuple[I32, I32, F64, I32, I8],
) -> int:
    """Fill the fields of ``Snaps``, each (N * most,), for N points; return how many there are."""
    owner, segment, fraction, away, side = found
    best, squared = np.empty(most, np.int32), np.empty(most)
    reach = MAX_SNAP_M / M_PER_DEG_LAT
    n = 0
    for i in range(lat.size):
        shrink = np.cos(np.radians(lat[i]))
        nearest_pieces(graph, usable, (lat[i], lon[i], shrink), best, squared)
        limit = min(np.sqrt(squared[0]) + MARGIN_M / M_PER_DEG_LAT, reach)
        for k in range(most):
            piece = best[k]
            if piece < 0 or squared[k] > limit * limit:
                break
            position, _ = project(graph.shape_lat, graph.shape_lon, shrink, piece, lat[i], lon[i])
            at = graph.piece_segment[piece]
            first, last = graph.shape_ptr[at], graph.shape_ptr[at + 1]
            owner[n], segment[n] = i, at
            fraction[n] = fraction_at(
                graph.shape_lat, graph.shape_lon, first, last, piece, position
            )
            away[n] = np.int32(np.rint(np.sqrt(squared[k]) * M_PER_DEG_LAT * 10))
            side[n] = side_of(graph.shape_lat, graph.shape_lon, piece, lat[i], lon[i])
            n += 1
    return n


def snap(graph: StreetGraph, usable: U8, lat: F64, lon: F64, *, most: int = CANDIDATES) -> Snaps:
    """Put points on the streets beside them.

    Parameters
    ----------
    usable
        (G,) on which segments: ``Net.segment_usable``.
    lat, lon
        (N,) WGS84 degrees.
    most
        Candidates a point; 1 for its nearest street only.
    """
    lat = np.ascontiguousarray(lat, dtype=np.float64)
    lon = np.ascontiguousarray(lon, dtype=np.float64)
    size = lat.size * most
    kinds = (np.int32, np.int32, np.float64, np.int32, np.int8)
    found = tuple(np.empty(size, kind) for kind in kinds)
    n = _snap(graph, usable, lat, lon, most, found)  # type: ignore[arg-type]  # as in ``kinds``
    return Snaps(*(field[:n] for field in found))  # type: ignore[arg-type]


def rows_of(snaps: Snaps, rows: slice) -> Snaps:
    """Return some of the candidates."""
    return Snaps(
        snaps.owner[rows],
        snaps.segment[rows],
        snaps.fraction[rows],
        snaps.distance_dm[rows],
        snaps.side[rows],
    )
