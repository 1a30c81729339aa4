"""How long the rest of a journey takes at least: what comes too late anyway is left out early.

A bound is the fastest way between two stops if every vehicle stood waiting and no change took
time. It is kept between groups of neighbours only, for stops that follow each other by rank:
from at most 4,096 *blocks* to at most 256 *clusters* (and back, for the mirror). That is nearly as
good as bounds between single stops (VBB: 0.67 of the time without any, against 0.62), costs
nothing at query time, and never more than 4 MB of the image.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra

from routing.timetable import F64, I32, U16, Timetable
from routing.transit.hilbert import hilbert_order
from routing.transit.through import written_out

MOST_CLUSTERS: Final = 256
BLOCKS_OF_CLUSTER: Final = 4
"""Bits: a cluster of many stops has 16 blocks, one of up to 16 stops a block for each."""
FAR_OFF: Final = 2**28
"""Seconds to where no way leads; two of them still fit 32 bits."""
_LONGEST: Final = np.iinfo(np.uint16).max
_INSTANT: Final = 1e-6
"""Stands for 0 s, which a sparse matrix cannot hold; too small to add up to a second."""


class Bounds(NamedTuple):
    """Bounds of a timetable with C clusters and B blocks; seconds, 65,535 if it is more."""

    ahead: U16
    """(C, B) at least from any stop of a block to any stop of a cluster."""
    back: U16
    """(C, B) at least from any stop of a cluster to any stop of a block."""


def cluster_bits(n_stops: int) -> int:
    """Return by how many bits a stop's rank is shifted to give its cluster."""
    return max((n_stops - 1) // MOST_CLUSTERS, 0).bit_length()


def block_bits(n_stops: int) -> int:
    """Return by how many bits a stop's rank is shifted to give its block."""
    return max(cluster_bits(n_stops) - BLOCKS_OF_CLUSTER, 0)


def n_clusters(n_stops: int) -> int:
    """Return into how many clusters the stops fall."""
    return -(-n_stops >> cluster_bits(n_stops))


def n_blocks(n_stops: int) -> int:
    """Return into how many blocks the stops fall."""
    return -(-n_stops >> block_bits(n_stops))


def bounds_of(timetable: Timetable) -> Bounds:
    """Compute the bounds of a timetable."""
    order = hilbert_order(timetable.stop_lat, timetable.stop_lon)
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size, dtype=np.int32)
    ways = _fastest_ways(written_out(timetable), rank)
    return Bounds(_from_clusters(ways.T.tocsr()), _from_clusters(ways))


def _fastest_ways(timetable: Timetable, rank: I32) -> csr_matrix:
    """Return the fastest ride or walk between stops with no other stop in between, by rank."""
    n_stops = timetable.n_stops
    ride = np.arange(max(timetable.event_stop.size - 1, 0))
    ride = np.delete(ride, timetable.trip_event_ptr[1:-1] - 1)
    walked_from = np.repeat(np.arange(n_stops), np.diff(timetable.transfer_ptr))
    origin = rank[np.concatenate([timetable.event_stop[ride], walked_from])]
    target = rank[np.concatenate([timetable.event_stop[ride + 1], timetable.transfer_stop])]
    ride_s = timetable.event_arrival[ride + 1] - timetable.event_departure[ride]
    seconds = np.concatenate([ride_s, timetable.transfer_s])
    order = np.lexsort((seconds, target, origin))
    origin, target, seconds = origin[order], target[order], seconds[order]
    fastest = np.ones(order.size, dtype=np.bool_)
    fastest[1:] = (origin[1:] != origin[:-1]) | (target[1:] != target[:-1])
    weight = np.maximum(seconds[fastest], _INSTANT)
    shape = (n_stops, n_stops)
    return coo_matrix((weight, (origin[fastest], target[fastest])), shape=shape).tocsr()


def _from_clusters(ways: csr_matrix) -> U16:
    """Return (C, B) seconds from each cluster to each block along ``ways``."""
    n_stops = ways.shape[0]
    bits, starts = cluster_bits(n_stops), np.arange(0, n_stops, 1 << block_bits(n_stops))
    rows = np.empty((n_clusters(n_stops), starts.size), dtype=np.uint16)
    for cluster in range(len(rows)):
        stops = np.arange(cluster << bits, min((cluster + 1) << bits, n_stops))
        seconds: F64 = dijkstra(ways, indices=stops, min_only=True)
        rows[cluster] = np.minimum(np.minimum.reduceat(seconds, starts), _LONGEST)
    return rows


def no_haste(n_stops: int) -> I32:
    """Return ``arrays.Lanes.haste`` where no vehicle is faster than the timetable."""
    return np.full(n_blocks(n_stops) + n_clusters(n_stops), FAR_OFF, dtype=np.int32)


def haste_at(bounds: U16, stops: I32, n_stops: int) -> I32:
    """Return ``arrays.Lanes.haste`` where vehicles that call at ``stops`` may be faster.

    Parameters
    ----------
    bounds
        (C * B,) those of the direction.
    stops
        Stop ranks at which vehicles call that somewhere need less time than the timetable says.
    n_stops
        Of the timetable.
    """
    if stops.size == 0:
        return no_haste(n_stops)
    table = bounds.reshape(n_clusters(n_stops), -1)
    to_them = table[np.unique(stops >> cluster_bits(n_stops))].min(axis=0)
    from_them = table[:, np.unique(stops >> block_bits(n_stops))].min(axis=1)
    return np.concatenate([to_them, from_them]).astype(np.int32)
