"""Rentals between two rides: further transfers from stop to stop, computed once for a supply.

A shared vehicle never rides along, so it needs no state of its own in the timetable search: it is a
transfer that is quicker than the walk. Kept are those that save ``SAVED_S`` at least, and of each
stop and class the ``KEPT`` quickest: of a rental between two rides, that is how far it may lead.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from routing.filters import Chair, RideFilter
from routing.pace import TransferPace
from routing.sharing.fleet import Fleet
from routing.sharing.found import Found, RentalWay, Rider
from routing.sharing.rental_search import RentalSearch, from_vehicles
from routing.street.profile import REFERENCE_MPS, Profile
from routing.timetable import I32, Timetable
from routing.transit.bounds import Bounds
from routing.transit.dayview import Direction
from routing.transit.frame import Frame, Hops, hops_of
from routing.transit.search import TransitHop, TransitSearch
from routing.transit.sifting import Sifted, Sifter, Ways, avoids_stops
from routing.transit.workspace import Workspace

SAVED_S: Final = 120
KEPT: Final = 24
LONGEST_S: Final = 20 * 60
SIFTERS_KEPT: Final = 8
NO_BOUNDS: Final = Bounds(*(np.empty(0, np.uint16) for _ in range(2)))
"""Those of the timetable do not hold where transfers become quicker."""


class RentalHops(NamedTuple):
    """Transfers by rented vehicles, by stop; H in all."""

    origin: I32
    target: I32
    walk_s: I32
    """(H,) at the usual pace, both walks together."""
    rental_s: I32
    fleet: I32
    """(H,) number of the class."""


class Between:
    """The rentals between rides of one supply; immutable, safe to share between threads."""

    def __init__(self, timetable: Timetable, rentals: RentalSearch) -> None:
        self._timetable, self._rentals = timetable, rentals
        self._ways: dict[tuple[int, int, int], RentalWay] = {}
        self.hops = self._find()
        self._sifters = lru_cache(SIFTERS_KEPT)(self._sifter)

    def search(self, plain: TransitSearch, fleets: Sequence[Fleet]) -> TransitSearch:
        """Return a search that also changes by the vehicles of some classes."""
        numbers = frozenset(k for k, fleet in enumerate(self._rentals.fleets) if fleet in fleets)
        if not np.isin(self.hops.fleet, list(numbers)).any():
            return plain
        return RentalTransit(plain, self._sifters(plain.views.frame, numbers))

    def way(self, hop: TransitHop, pace: TransferPace, fleets: Sequence[Fleet]) -> RentalWay | None:
        """Return the rental that a transfer is, at the rider's pace, or None where it is a walk."""
        for number, fleet in enumerate(self._rentals.fleets):
            way = self._ways.get((hop.from_stop, hop.to_stop, number))
            if way is not None and fleet in fleets:
                first, last = (_at_pace(s, pace) for s in (way.walk_s, way.last_walk_s))
                if _at_pace(way.walk_s + way.last_walk_s, pace) + way.rental_s == hop.seconds:
                    last = hop.seconds - way.rental_s - first
                    return way._replace(walk_s=first, last_walk_s=last)
        return None

    def _sifter(self, frame: Frame, numbers: frozenset[int]) -> "RentalSifter":
        mine = np.isin(self.hops.fleet, list(numbers))
        return RentalSifter(frame, RentalHops(*(column[mine] for column in self.hops)))

    def _find(self) -> RentalHops:
        rows: list[tuple[int, int, int, int, int]] = []
        for number, fleet in enumerate(self._rentals.fleets):
            terms = fleet.rental.terms
            if terms.free_from is not None or terms.free_until is not None:
                continue  # when they are needed is not known yet
            for stop, found in _from_stops(fleet):
                for target in self._worth_it(stop, found).tolist():
                    way = found.way(target)
                    self._ways[stop, target, number] = way
                    rows.append((stop, target, way.walk_s + way.last_walk_s, way.rental_s, number))
        columns = np.array(rows, np.int32).reshape(-1, 5).T
        return RentalHops(*(np.ascontiguousarray(column) for column in columns))

    def _worth_it(self, stop: int, found: Found) -> I32:
        """Return the stops to which a rental saves enough, the quickest first."""
        tt = self._timetable
        walk_s = np.full(tt.n_stops, 2**30, np.int32)
        row = slice(tt.transfer_ptr[stop], tt.transfer_ptr[stop + 1])
        walk_s[tt.transfer_stop[row]] = tt.transfer_s[row]
        walk_s[stop] = 0
        good = np.flatnonzero((found.seconds <= LONGEST_S) & (found.seconds + SAVED_S <= walk_s))
        order = np.argsort(found.seconds[good], kind="stable")[:KEPT]
        return good[order].astype(np.int32)


def _from_stops(fleet: Fleet) -> list[tuple[int, Found]]:
    """Return the ways from every stop with a vehicle of a class near it."""
    walks, usual = fleet.walks_to_pickups, Rider(REFERENCE_MPS[Profile.FOOT], LONGEST_S)
    found = []
    for stop in np.unique(walks.stop).tolist():
        mine = np.flatnonzero(walks.stop == stop)
        seconds = np.ceil(walks.dm[mine] / (10 * usual.walk_mps)).astype(int)
        near = list(zip(walks.place[mine].tolist(), seconds.tolist(), strict=True))
        found.append((stop, from_vehicles(fleet, near, usual, None)))
    return found


def _at_pace(seconds: int, pace: TransferPace) -> int:
    return -(-seconds * pace.percent // 100)


class RentalSifter(Sifter):
    """Narrows searches as ever, and adds transfers by rented vehicles."""

    def __init__(self, frame: Frame, extra: RentalHops) -> None:
        super().__init__(frame)
        self._extra = extra

    def sift(
        self,
        direction: Direction,
        work: Workspace,
        wanted: RideFilter | None,
        pace: TransferPace,
    ) -> Sifted:
        """Return what a search works on; nobody in a wheelchair rents."""
        sifted = super().sift(direction, work, wanted, pace)
        if avoids_stops(wanted):
            return sifted
        ways = self._ways(pace, Chair.NONE)
        return sifted._replace(lanes=ways.on(sifted.lanes, direction.sign))

    def _find_ways(self, pace: TransferPace, chair: Chair) -> Ways:
        ways = super()._find_ways(pace, chair)
        if chair is not Chair.NONE:
            return ways
        extra, rank = self._extra, self._frame.rank
        n_stops = rank.size
        walked = -(-extra.walk_s.astype(np.int64) * pace.percent // 100)
        rented = walked + extra.rental_s + pace.buffer_s
        here = np.concatenate([_heads(ways.hops), rank[extra.origin]])
        there = np.concatenate([ways.hops.pairs[::2], rank[extra.target]])
        seconds = np.concatenate([ways.hops.pairs[1::2], rented.astype(np.int32)])
        order = np.lexsort((seconds, there, here))
        here, there, seconds = here[order], there[order], seconds[order]
        best = np.ones(order.size, np.bool_)
        best[1:] = (here[1:] != here[:-1]) | (there[1:] != there[:-1])
        here, there, seconds = here[best], there[best], seconds[best]
        return ways._replace(
            hops=hops_of(here, there, seconds, n_stops),
            hops_in=hops_of(there, here, seconds, n_stops),
            bounds=NO_BOUNDS,
        )


def _heads(hops: Hops) -> I32:
    """Return (F,) the stop that each transfer leaves."""
    return np.repeat(np.arange(hops.ptr.size - 1, dtype=np.int32), np.diff(hops.ptr))


class RentalTransit(TransitSearch):
    """A timetable search with the transfers of a sifter; all else is shared with another."""

    def __init__(self, plain: TransitSearch, sifter: RentalSifter) -> None:
        vars(self).update(vars(plain))
        self._sifter = sifter
