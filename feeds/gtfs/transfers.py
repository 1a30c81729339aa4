"""Who may walk from which stop to which, in what time.

Edges are gathered from several sources, the surest first, and the first word on a pair of stops
counts: ``transfers.txt`` between stops, ``transfers.txt`` between stations, walks along streets,
and at last the estimate within a station.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.checks.in_seat import is_in_seat
from feeds.gtfs.keys import positions
from feeds.gtfs.read import Feed
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
NO_CHANGE_S: Final = 86_400
"""``stop_change_s`` of a stop at which riders cannot change."""
NOT_POSSIBLE: Final = 3
"""``transfer_type`` of a forbidden transfer."""


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


def explicit_edges(
    feed: Feed, stop_ids: "pd.Series[Any]", station: I64, lat: F64, lon: F64
) -> Edges:
    """Return what ``transfers.txt`` says, rows between stations written out for their stops.

    Parameters
    ----------
    stop_ids
        Categorical series of the ids of the S stops.
    station
        (S,) index of each stop's station or ``NONE``.
    lat, lon
        (S,) degrees.
    """
    table = feed.transfers[~is_in_seat(feed.transfers)]
    origins = positions(table.from_stop_id, stop_ids)
    targets = positions(table.to_stop_id, stop_ids)
    is_station = np.isin(np.arange(station.size), station[station != NONE])
    general = is_station[origins] | is_station[targets]
    plain = np.flatnonzero(~general)
    flat = [np.column_stack([origins[plain], targets[plain], plain])]
    members = _members(station)
    for row in np.flatnonzero(general).tolist():
        a, b = int(origins[row]), int(targets[row])
        pairs = _pairs(members.get(a, [a]), members.get(b, [b]))
        flat.append(np.column_stack([pairs, np.full(len(pairs), row)]))
    origin, target, row_of = np.concatenate(flat).T
    kind, minimum = table.transfer_type.to_numpy(), table.min_transfer_time.to_numpy()
    return _timed(origin, target, kind[row_of], minimum[row_of], lat, lon)


def _timed(origin: I64, target: I64, kind: I64, minimum: I64, lat: F64, lon: F64) -> Edges:
    guess = estimated(origin, target, lat, lon)
    given = minimum >= 0
    seconds = np.where(given, minimum, np.where(origin == target, DEFAULT_CHANGE_S, guess.seconds))
    seconds = np.where(kind == NOT_POSSIBLE, FORBIDDEN, seconds)
    return Edges(origin, target, seconds, np.where(given, NONE, guess.metres))


def estimated(origin: I64, target: I64, lat: F64, lon: F64) -> Edges:
    """Return walks as the crow flies, with the usual detour."""
    metres = DETOUR * distances_m(lat[origin], lon[origin], lat[target], lon[target])
    seconds = np.maximum(np.ceil(metres / WALK_MPS), MIN_WALK_S)
    return Edges(origin, target, seconds.astype(np.int64), np.rint(metres).astype(np.int64))


def station_edges(station: I64, lat: F64, lon: F64) -> Edges:
    """Return an estimated walk between each two stops of the same station."""
    pairs = [_pairs(stops, stops) for stops in _members(station).values()]
    if not pairs:
        return NO_EDGES
    flat = np.concatenate(pairs)
    flat = flat[flat[:, 0] != flat[:, 1]]
    return estimated(flat[:, 0], flat[:, 1], lat, lon)


def transfer_arrays(sources: Sequence[Edges], n_stops: int) -> TransferArrays:
    """Return the transfers of a timetable of S stops; earlier ``sources`` win over later ones."""
    every = Edges(*(np.concatenate(part) for part in zip(*sources, strict=True)))
    pair = every.origin * n_stops + every.target
    edges = _take(every, np.unique(pair, return_index=True)[1])
    change = _change_times(edges, n_stops)
    edges = _take(edges, (edges.origin != edges.target) & (edges.seconds != FORBIDDEN))
    edges = _take(edges, np.lexsort((edges.target, edges.seconds, edges.origin)))
    ptr = np.concatenate([[0], np.cumsum(np.bincount(edges.origin, minlength=n_stops))])
    return TransferArrays(
        change, *(part.astype(np.int32) for part in (ptr, *edges[1:]))
    )  # fmt: skip


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


def _members(station: I64) -> dict[int, list[int]]:
    """Return the stops of each station."""
    members: dict[int, list[int]] = {}
    for stop in np.flatnonzero(station != NONE).tolist():
        members.setdefault(int(station[stop]), []).append(stop)
    return members


def _pairs(origins: Sequence[int], targets: Sequence[int]) -> I64:
    """(N, 2) every origin with every target."""
    grid = np.meshgrid(origins, targets, indexing="ij")
    return np.column_stack([axis.ravel() for axis in grid]).astype(np.int64)
