"""From ways with their points to the street network: cut at junctions, measured, indexed."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kommit.kit.geo import distances_m
from routing.street.costs import Ground, piece_costs
from routing.street.graph import F64, I32, I64, StreetGraph
from routing.street.grid import grid_of
from routing.street.nets import Layout, build_net
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.turns import turns_of
from routing.street.ways import Ways, WheelchairState

JUMP_M: Final = 10_000.0
"""Two points of a street that are farther apart are a mistake in the map, and not joined."""


class Cut(NamedTuple):
    """Ways cut into G segments."""

    start: I64
    """(G,) first point of each segment, an index of the ways' points."""
    end: I64
    """(G,) last point."""
    way: I64
    """(G,) the way it is of."""


def build_network(ways: Ways) -> StreetNetwork:
    """Return the street network of ``ways``, with a net for every profile.

    The same ways give the same bytes.
    """
    cut = _cut(ways)
    graph, cut, node_id = _graph(ways, cut)
    ground = Ground.of(ways, cut.way, *_shapes(cut.start, cut.end))
    graph.segment_wheelchair[ground.too_steep] = WheelchairState.INCLINE
    layout = Layout.of(graph, ways, node_id)
    turns = turns_of(graph, ways, cut.way, node_id)
    nets = {
        profile: build_net(profile, graph, layout, piece_costs(profile, ways, ground), turns)
        for profile in Profile
    }
    return StreetNetwork(graph, nets)


def _graph(ways: Ways, cut: Cut) -> tuple[StreetGraph, Cut, I64]:
    """Return the graph, the cut in the order of its segments, and (V,) the junctions' ids."""
    ends = np.concatenate([cut.start, cut.end])
    ids, node_of = np.unique(ways.point_id[ends], return_inverse=True)
    lat, lon = np.empty(ids.size), np.empty(ids.size)
    lat[node_of], lon[node_of] = ways.point_lat[ends], ways.point_lon[ends]
    rank = _near_together(lat, lon)
    node_lat, node_lon, node_id = np.empty_like(lat), np.empty_like(lon), np.empty_like(ids)
    node_lat[rank], node_lon[rank], node_id[rank] = lat, lon, ids
    segment_from, segment_to = rank[node_of].reshape(2, -1).astype(np.int32)
    order = np.argsort(segment_from, kind="stable")
    cut = Cut(*(part[order] for part in cut))

    shape_ptr, points = _shapes(cut.start, cut.end)
    shape_lat, shape_lon = ways.point_lat[points], ways.point_lon[points]
    graph = StreetGraph(
        node_lat,
        node_lon,
        segment_from[order],
        segment_to[order],
        _lengths_dm(shape_ptr, shape_lat, shape_lon),
        ways.street_class[cut.way],
        ways.flags[cut.way],
        ways.wheelchair[cut.way],
        ways.name[cut.way],
        shape_ptr,
        shape_lat,
        shape_lon,
        *grid_of(shape_ptr, shape_lat, shape_lon),
    )
    return graph, cut, node_id


def _junction_points(ways: Ways) -> npt.NDArray[np.bool_]:
    """Return (P,) where ways are cut: at ends, at barriers, and where a point is used twice."""
    _, inverse, counts = np.unique(ways.point_id, return_inverse=True, return_counts=True)
    cut = counts[inverse] > 1
    cut |= np.isin(ways.point_id, ways.barrier_id)
    cut[ways.point_ptr[:-1]] = True
    cut[ways.point_ptr[1:] - 1] = True
    return np.asarray(cut)


def jumps(ways: Ways) -> npt.NDArray[np.bool_]:
    """Return (P,) which points are followed by one of the same way beyond ``JUMP_M``."""
    lat, lon = ways.point_lat, ways.point_lon
    far = np.append(distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) > JUMP_M, [False])
    far[ways.point_ptr[1:] - 1] = False
    return np.asarray(far)


def _cut(ways: Ways) -> Cut:
    """Return the segments; jumps are left out."""
    jump = jumps(ways)
    cut = _junction_points(ways) | jump
    cut[1:] |= jump[:-1]
    at = np.flatnonzero(cut)
    way = np.searchsorted(ways.point_ptr, at, side="right") - 1
    joined = (way[1:] == way[:-1]) & ~jump[at[:-1]]
    return Cut(at[:-1][joined], at[1:][joined], way[:-1][joined])


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
