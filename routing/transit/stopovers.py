"""Stops on the way: what a rider asks, and the layers that a search over vias works on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from routing.query import MAX_VIAS
from routing.timetable import I32
from routing.transit.arrays import MARK_AT, RECORD, STOP_AT, Lanes
from routing.transit.via import find_journeys_over
from routing.transit.via_rebuild import Stopovers
from routing.transit.workspace import MAX_RIDES, Ends, Terms, Workspace, WorkspacePool

LONGEST_STAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class TransitVia:
    """A stop on the way, or several of which any will do, such as a station's platforms.

    Without a stay it is enough that a ride calls there while the rider is on board: boards there,
    alights or rides through. With one, the rider is there for at least ``stay_s`` between two
    rides, of which one ends or the other starts at one of ``stops``. Changing takes no less than
    it ever does; a walk from one of ``stops`` to another counts towards the stay, one from or to
    elsewhere comes on top. Each stay is a change of its own.
    """

    stops: tuple[int, ...]
    """Stop indices of the timetable."""
    stay_s: int = 0

    def __post_init__(self) -> None:
        if not self.stops:
            raise ValueError("a via needs a stop")
        if not 0 <= self.stay_s <= LONGEST_STAY_S:
            raise ValueError(f"a stay takes 0 to {LONGEST_STAY_S} s: {self.stay_s}")


class ViaFinder:
    """Finds journeys over vias; called as ``find_journeys``, which finds the plain ones.

    Parameters
    ----------
    vias
        In the direction of time of the lanes to be searched.
    rank
        (S,) rank of each stop of the timetable.
    pool
        Workspaces for those lanes, of which it borrows one for each via.
    """

    def __init__(self, vias: Sequence[TransitVia], rank: I32, pool: WorkspacePool) -> None:
        if len(vias) > MAX_VIAS:
            raise ValueError(f"there may be up to {MAX_VIAS} vias: {len(vias)}")
        self._stays = np.array([via.stay_s for via in vias], dtype=np.int32)
        self._ranks = [_ranks(via, rank) for via in vias]
        self._pool = pool

    def __call__(
        self, lanes: Lanes, work: Workspace, access: Ends, egress: Ends, terms: Terms
    ) -> int:
        """Write the journeys to ``work``; return their number, -1 if they do not fit."""
        borrowed = [self._pool.take() for _ in self._ranks]
        layers = [work, *(_sharing(layer, work) for layer in borrowed)]
        one, two, three, four = layers + layers[-1:] * (MAX_VIAS + 1 - len(layers))
        stopovers = self._stopovers(lanes)
        n_journeys = find_journeys_over(
            lanes, (one, two, three, four), stopovers, access, egress, terms
        )
        for layer in borrowed:
            self._pool.give(layer)
        return n_journeys

    def _stopovers(self, lanes: Lanes) -> Stopovers:
        n_stops, stops = lanes.change_s.size, np.concatenate(self._ranks)
        members = np.zeros((len(self._ranks), n_stops), dtype=np.uint8)
        for row, ranks in zip(members, self._ranks, strict=True):
            row[ranks] = 1
        calls = [
            np.zeros((0, 2), dtype=np.int32) if stay_s else _calls(lanes, ranks)
            for stay_s, ranks in zip(self._stays, self._ranks, strict=True)
        ]
        return Stopovers(
            stay_s=self._stays,
            stop_ptr=_pointers(self._ranks),
            stops=stops,
            members=members.ravel(),
            call_ptr=_pointers(calls),
            calls=np.concatenate(calls).ravel(),
            n_stops=n_stops,
            rest_s=np.zeros(stops.size, dtype=np.int32),
            gap_s=np.zeros(MAX_RIDES + 2, dtype=np.int64),
            layer=np.zeros(MAX_RIDES + 2, dtype=np.int64),
        )


def _ranks(via: TransitVia, rank: I32) -> I32:
    stops = np.unique(via.stops)
    if stops[0] < 0 or stops[-1] >= rank.size:
        raise ValueError(f"the timetable has stops 0 to {rank.size - 1} only")
    return rank[stops]


def _sharing(layer: Workspace, work: Workspace) -> Workspace:
    """Return a workspace that shares with another what belongs to the search as a whole."""
    return layer._replace(
        best=work.best,
        before=work.before,
        goal=work.goal,
        chain=work.chain,
        records=work.records,
        windows=work.windows,
        departures=work.departures,
        journeys=work.journeys,
        rides=work.rides,
    )


def _calls(lanes: Lanes, ranks: I32) -> I32:
    """Return (P, 2) lane and place of the calls at some stops at which riders get on or off."""
    records = lanes.records.reshape(-1, RECORD)
    off = _rows(lanes.alightings, lanes.alighting_ptr, ranks)
    on = _rows(lanes.boardings, lanes.boarding_ptr, ranks)
    lane = np.concatenate([off[:, 0], on[:, 1] >> 6])
    boarded = ((on[:, 0] - records[on[:, 1] >> 6, MARK_AT]) << 6) + (on[:, 1] & 63)
    position = np.concatenate([off[:, 1], boarded])
    pairs = np.stack([lane, records[lane, STOP_AT] + position], axis=1)
    return np.unique(pairs, axis=0).astype(np.int32)


def _rows(pairs: I32, ptr: I32, ranks: I32) -> I32:
    """Return the (M, 2) pairs of some stops."""
    table = pairs.reshape(-1, 2)
    return np.concatenate([table[ptr[stop] : ptr[stop + 1]] for stop in ranks])


def _pointers(parts: Sequence[npt.NDArray[np.int32]]) -> I32:
    return np.cumsum([0, *(len(part) for part in parts)], dtype=np.int32)
