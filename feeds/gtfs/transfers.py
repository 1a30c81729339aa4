"""Who may walk from which stop to which, in what time.

Edges are gathered from several sources, the surest first, and the first word on a pair of stops
counts: ``transfers.txt`` between stops, ``transfers.txt`` between stations, ``pathways.txt``, walks
along streets, and at last the estimate within a station.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kommit.kit.geo import distances_m
from routing.timetable import NONE

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

DEFAULT_CHANGE_S: Final = 120
"""Seconds between alighting and boarding at the same stop where the feed says nothing."""
WALK_MPS: Final = 1.33
"""Walking speed of adults (HBS 2015), as in ``routing.query.Preferences``."""
DETOUR: Final = 1.3
"""How much longer a walk is than the crow flies, in towns."""
MIN_WALK_S: Final = 60
"""An estimated walk between two stops takes at least this long."""
FORBIDDEN: Final = -1
"""Seconds of an edge that says: riders cannot change here."""
NO_CHANGE_S: Final = 8 * 86_400
"""``stop_change_s`` of a stop at which riders cannot change: longer than any journey may take."""


class Edges(NamedTuple):
    """Directed walks between stops, and from a stop to itself."""

    origin: I64
    target: I64
    seconds: I64
    """``FORBIDDEN`` where there must be none."""
    metres: I64
    """``NONE`` where unknown."""


NO_EDGES: Final = Edges(*(np.zeros(0, dtype=np.int64) for _ in Edges._fields))


class TransferArrays(NamedTuple):
    """The transfer fields of ``routing.timetable.Timetable``, as described there."""

    stop_change_s: npt.NDArray[np.int32]
    transfer_ptr: npt.NDArray[np.int32]
    transfer_stop: npt.NDArray[np.int32]
    transfer_s: npt.NDArray[np.int32]
    transfer_m: npt.NDArray[np.int32]


def estimated(origin: I64, target: I64, lat: F64, lon: F64) -> Edges:
    """Return walks as the crow flies, with the usual detour."""
    metres = DETOUR * distances_m(lat[origin], lon[origin], lat[target], lon[target])
    seconds = np.maximum(np.ceil(metres / WALK_MPS), MIN_WALK_S)
    return Edges(origin, target, seconds.astype(np.int64), np.rint(metres).astype(np.int64))


def known_walks(origin: I64, target: I64, sources: Sequence[Edges], lat: F64, lon: F64) -> Edges:
    """Return walks between pairs of stops: of the first source with the pair, or estimated."""
    walks = estimated(origin, target, lat, lon)
    known = _first_words(sources, lat.size)
    if known.origin.size == 0:
        return walks
    pair, pairs = origin * lat.size + target, known.origin * lat.size + known.target
    at = np.minimum(np.searchsorted(pairs, pair), pairs.size - 1)
    found = pairs[at] == pair
    return walks._replace(
        seconds=np.where(found, known.seconds[at], walks.seconds),
        metres=np.where(found, known.metres[at], walks.metres),
    )


def station_edges(station: I64, lat: F64, lon: F64) -> Edges:
    """Return an estimated walk between each two stops of the same station."""
    pairs = [pairs_of(stops, stops) for stops in members_of(station).values()]
    if not pairs:
        return NO_EDGES
    flat = np.concatenate(pairs)
    flat = flat[flat[:, 0] != flat[:, 1]]
    return estimated(flat[:, 0], flat[:, 1], lat, lon)


def transfer_arrays(sources: Sequence[Edges], n_stops: int) -> TransferArrays:
    """Return the transfers of a timetable of S stops; earlier ``sources`` win over later ones."""
    edges = _first_words(sources, n_stops)
    change = _change_times(edges, n_stops)
    edges = _take(edges, (edges.origin != edges.target) & (edges.seconds != FORBIDDEN))
    edges = _take(edges, np.lexsort((edges.target, edges.seconds, edges.origin)))
    ptr = np.concatenate([[0], np.cumsum(np.bincount(edges.origin, minlength=n_stops))])
    return TransferArrays(
        change, *(part.astype(np.int32) for part in (ptr, *edges[1:]))
    )  # fmt: skip


def _first_words(sources: Sequence[Edges], n_stops: int) -> Edges:
    """Return of every pair of stops the first edge, sorted by origin and target."""
    every = Edges(*(np.concatenate(part) for part in zip(NO_EDGES, *sources, strict=True)))
    pair = every.origin * n_stops + every.target
    return _take(every, np.unique(pair, return_index=True)[1])


def _change_times(edges: Edges, n_stops: int) -> npt.NDArray[np.int32]:
    change = np.full(n_stops, DEFAULT_CHANGE_S, dtype=np.int32)
    own = _take(edges, edges.origin == edges.target)
    change[own.origin] = np.where(own.seconds == FORBIDDEN, NO_CHANGE_S, own.seconds)
    return change


def shifted(edges: Edges, by: int) -> Edges:
    """Return the edges between stops whose indices are ``by`` higher."""
    return edges._replace(origin=edges.origin + by, target=edges.target + by)


def _take(edges: Edges, which: npt.NDArray[np.bool_] | I64) -> Edges:
    return Edges(*(part[which] for part in edges))


def members_of(station: I64) -> dict[int, list[int]]:
    """Return the stops of each station."""
    members: dict[int, list[int]] = {}
    for stop in np.flatnonzero(station != NONE).tolist():
        members.setdefault(int(station[stop]), []).append(stop)
    return members


def pairs_of(origins: Sequence[int], targets: Sequence[int]) -> I64:
    """(N, 2) every origin with every target."""
    grid = np.meshgrid(origins, targets, indexing="ij")
    return np.column_stack([axis.ravel() for axis in grid]).astype(np.int64)
