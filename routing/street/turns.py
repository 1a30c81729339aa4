"""How cars turn at junctions: what is forbidden, and how long it takes."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.street.graph import F64, I64, StreetGraph
from routing.street.ways import NO_TURN, Ways

SHARPEST_S: Final = 7.5
"""What turning round a corner takes at most, as OSRM's car profile reckons (``car.lua``)."""
HALFWAY_DEG: Final = 87.0
"""Angle at which a turn takes half of that."""
SLOPE_DEG: Final = 14.0
LEFT_DEG: Final = 6.0
"""Left turns wait for others: they count as this much sharper, where traffic keeps right."""
TURN_ROUND_S: Final = 20.0
"""Turning round at the end of a road."""


class Turns(NamedTuple):
    """Turns between directed ways that signs restrict, as keys ``from * 2G + to``."""

    forbidden: I64
    """(·,) ascending."""
    only_from: I64
    """(·,) directed ways after which only some turns are allowed, ascending."""
    only: I64
    """(·,) the turns allowed after these, ascending."""


def turns_of(graph: StreetGraph, ways: Ways, segment_way: I64, node_id: I64) -> Turns:
    """Return the restricted turns.

    Parameters
    ----------
    segment_way
        (G,) index in ``ways`` of the way that each segment is of.
    node_id
        (V,) id in the map of each junction.
    """
    n_ways = 2 * graph.n_segments
    head, tail = heads(graph), heads(graph).reshape(-1, 2)[:, ::-1].ravel()
    map_id = np.repeat(ways.way_id[segment_way], 2)
    via_nodes = np.flatnonzero(np.isin(node_id, ways.turn_via))
    node = {int(node_id[at]): int(at) for at in via_nodes}
    by_way = _by_way(map_id, set(ways.turn_from.tolist()) | set(ways.turn_to.tolist()))
    forbidden: list[int] = []
    only_from: list[int] = []
    only: list[int] = []
    signs = (ways.turn_from, ways.turn_via, ways.turn_to, ways.turn_kind)
    rows = zip(*(part.tolist() for part in signs), strict=True)
    for from_id, via_id, to_id, kind in rows:
        via = node.get(via_id, -1)
        into = [w for w in by_way.get(from_id, []) if head[w] == via]
        out = [w for w in by_way.get(to_id, []) if tail[w] == via]
        keys = [a * n_ways + b for a in into for b in out if from_id != to_id or b == a ^ 1]
        if kind == NO_TURN:
            forbidden += keys
        elif out:
            only_from += into
            only += keys
    return Turns(*(np.unique(np.array(part, np.int64)) for part in (forbidden, only_from, only)))


def allowed(turns: Turns, before: I64, after: I64, n_ways: int) -> npt.NDArray[np.bool_]:
    """Return (N,) which turns from the directed way ``before`` into ``after`` signs allow."""
    key = before.astype(np.int64) * n_ways + after
    must = np.isin(before, turns.only_from)
    return np.asarray(~np.isin(key, turns.forbidden) & (~must | np.isin(key, turns.only)))


def turn_seconds(graph: StreetGraph, before: I64, after: I64) -> F64:
    """Return (N,) seconds that turns from ``before`` into ``after`` take."""
    start, end = bearings(graph)
    degrees = (start[after] - end[before] + 180.0) % 360.0 - 180.0
    sharp = np.abs(degrees) + LEFT_DEG * np.sign(-degrees)
    seconds = SHARPEST_S / (1.0 + np.exp(-(sharp - HALFWAY_DEG) / SLOPE_DEG))
    return np.asarray(np.where(after == before ^ 1, TURN_ROUND_S, seconds))


def heads(graph: StreetGraph) -> I64:
    """Return (2G,) the junction that each directed way leads to."""
    return np.column_stack([graph.segment_to, graph.segment_from]).ravel().astype(np.int64)


def bearings(graph: StreetGraph) -> tuple[F64, F64]:
    """Return (2G,) the direction of each directed way at its start and at its end, in degrees."""
    first, last = graph.shape_ptr[:-1], graph.shape_ptr[1:] - 1
    out = _bearing(graph, first, first + 1)
    into = _bearing(graph, last - 1, last)
    start = np.column_stack([out, into + 180.0]).ravel()
    end = np.column_stack([into, out + 180.0]).ravel()
    return start, end


def _bearing(graph: StreetGraph, one: I64, other: I64) -> F64:
    lat, lon = graph.shape_lat, graph.shape_lon
    east = (lon[other] - lon[one]) * np.cos(np.radians(lat[one]))
    return np.asarray(np.degrees(np.arctan2(east, lat[other] - lat[one])))


def _by_way(map_id: I64, wanted: set[int]) -> dict[int, list[int]]:
    """Return the directed ways of each way of the map that a restriction names."""
    found: dict[int, list[int]] = {}
    for way in np.flatnonzero(np.isin(map_id, list(wanted))).tolist():
        found.setdefault(int(map_id[way]), []).append(way)
    return found
