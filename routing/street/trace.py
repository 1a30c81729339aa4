"""The line of a way along directed ways, and the directions in which these begin and end."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kommit.kit.geo import M_PER_DEG_LAT
from routing.jit import entry, helper
from routing.street.graph import F64, I32, StreetGraph

SAME_POINT_DEG: Final = 1e-7
"""Points closer than this are one: the resolution of OpenStreetMap."""

LOOK_M: Final = 12.0
"""The direction of a way at its end is that of so many metres: kerbs and corners that are cut off
are shorter."""

Line = tuple[F64, F64]


class Trace(NamedTuple):
    """A line of N points along K directed ways."""

    lat: F64
    """(N,) WGS84 degrees."""
    lon: F64
    """(N,) as ``lat``."""
    at: I32
    """(K+1,) point at which each way begins, and the last one ends."""
    start_deg: F64
    """(K,) direction in which each way begins, clockwise from north; NaN where it has no length."""
    end_deg: F64
    """(K,) direction in which it ends."""


def trace(graph: StreetGraph, ways: npt.NDArray[np.integer], begin: float, end: float) -> Trace:
    """Return the line along directed ways.

    Parameters
    ----------
    ways
        (K,) directed ways, K >= 1.
    begin
        Fraction of the first segment at which the line begins.
    end
        Fraction of the last segment at which it ends.
    """
    along: I32 = np.ascontiguousarray(ways, np.int32)
    segments = along >> 1
    points = int((graph.shape_ptr[segments + 1] - graph.shape_ptr[segments] + 2).sum())
    room = Trace(
        np.empty(points),
        np.empty(points),
        np.empty(ways.size + 1, np.int32),
        np.empty(ways.size),
        np.empty(ways.size),
    )
    n = _trace(graph, along, float(begin), float(end), room)
    return room._replace(lat=room.lat[:n], lon=room.lon[:n])


@entry
def _trace(graph: StreetGraph, ways: I32, begin: float, end: float, out: Trace) -> int:
    n = 0
    for k in range(ways.size):
        against = ways[k] & 1
        start = begin if k == 0 else float(against)
        stop = end if k == ways.size - 1 else 1.0 - float(against)
        out.at[k] = max(n - 1, 0)
        n = _along(graph, ways[k] >> 1, start, stop, (out.lat, out.lon), n)
        out.start_deg[k] = direction((out.lat, out.lon), out.at[k], n - 1)
        out.end_deg[k] = (direction((out.lat, out.lon), n - 1, out.at[k]) + 180.0) % 360.0
    out.at[ways.size] = n - 1
    return n


@helper
def _along(graph: StreetGraph, segment: int, start: float, stop: float, line: Line, n: int) -> int:
    """Write the points of a segment between two fractions; return how many are written then."""
    lat, lon = graph.shape_lat, graph.shape_lon
    first, last = graph.shape_ptr[segment], graph.shape_ptr[segment + 1] - 1
    shrink = np.cos(np.radians(lat[first]))
    whole = 0.0
    for at in range(first, last):
        whole += np.hypot(lat[at + 1] - lat[at], (lon[at + 1] - lon[at]) * shrink)
    ahead = start <= stop
    here, there = (start, stop) if ahead else (1.0 - start, 1.0 - stop)
    n = _at_fraction(graph, first, last, start, whole, line, n)
    done = 0.0
    for i in range(last - first):
        at, towards = (first + i, first + i + 1) if ahead else (last - i, last - i - 1)
        if done > here * whole and done < there * whole:
            n = _append(line, n, lat[at], lon[at])
        done += np.hypot(lat[towards] - lat[at], (lon[towards] - lon[at]) * shrink)
    return _at_fraction(graph, first, last, stop, whole, line, n)


@helper
def _at_fraction(
    graph: StreetGraph, first: int, last: int, fraction: float, whole: float, line: Line, n: int
) -> int:
    """Write the point at a fraction of a segment that is ``whole`` long."""
    lat, lon = graph.shape_lat, graph.shape_lon
    if fraction <= 0.0:
        return _append(line, n, lat[first], lon[first])
    shrink, left = np.cos(np.radians(lat[first])), fraction * whole
    for at in range(first, last):
        length = np.hypot(lat[at + 1] - lat[at], (lon[at + 1] - lon[at]) * shrink)
        if fraction < 1.0 and left < length:
            share = left / length
            y = lat[at] + share * (lat[at + 1] - lat[at])
            return _append(line, n, y, lon[at] + share * (lon[at + 1] - lon[at]))
        left -= length
    return _append(line, n, lat[last], lon[last])


@helper
def _append(line: Line, n: int, lat: float, lon: float) -> int:
    """Write a point, unless it is where the one before is."""
    if n > 0 and np.hypot(lat - line[0][n - 1], lon - line[1][n - 1]) <= SAME_POINT_DEG:
        return n
    line[0][n], line[1][n] = lat, lon
    return n + 1


@helper
def direction(line: Line, start: int, stop: int) -> float:
    """Return the direction from a point to the one ``LOOK_M`` further on the way to another."""
    lat, lon = line
    if start == stop:
        return np.nan
    step = 1 if stop > start else -1
    shrink = np.cos(np.radians(lat[start]))
    at = start + step
    while at != stop:
        off = np.hypot(lat[at] - lat[start], (lon[at] - lon[start]) * shrink)
        if off * M_PER_DEG_LAT >= LOOK_M:
            break
        at += step
    north, east = lat[at] - lat[start], (lon[at] - lon[start]) * shrink
    return float(np.degrees(np.arctan2(east, north)) % 360.0)
