"""Rides on a service between two rides of the timetable: further transfers from stop to stop.

As with rentals (``routing.sharing.between``) they are transfers of fixed length, what the service
promises at its best. A shuttle is not for catching a bus that also stops where the rider is: kept
are those that save ``SAVED_S`` on foot and lead to a *pattern* (line and sequence of stops) that
does not stop at their origin, each at the stop of it that the shuttle is first at.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from routing.ondemand.network import ServiceGround
from routing.ondemand.reach import ShuttleWay, ride_seconds, rides_seconds
from routing.ondemand.service import Capacity
from routing.pace import TransferPace
from routing.sharing.between import RentalHops, RentalSifter, RentalTransit
from routing.timetable import I32, NO_PICKUP, Timetable
from routing.transit.frame import Frame
from routing.transit.search import TransitHop, TransitSearch

SAVED_S: Final = 600
FOOT_S: Final = 2**30
SIFTERS_KEPT: Final = 8


class ShuttleBetween:
    """The rides of one service between others' rides; immutable, safe to share."""

    def __init__(self, timetable: Timetable, frame: Frame, ground: ServiceGround) -> None:
        self.ground = ground
        self._ways: dict[tuple[int, int], tuple[int, int, int]] = {}
        self._hops = self._find(timetable, frame)
        self._sifter = lru_cache(SIFTERS_KEPT)(self._make_sifter)

    @property
    def is_empty(self) -> bool:
        """Whether there is no such ride."""
        return self._hops.origin.size == 0

    def search(self, plain: TransitSearch) -> TransitSearch:
        """Return a search that also changes by the service."""
        return RentalTransit(plain, self._sifter(plain.views.frame))

    def way(self, hop: TransitHop, pace: TransferPace) -> ShuttleWay | None:
        """Return the ride that a transfer is, at the rider's pace, or None where it is a walk."""
        found = self._ways.get((hop.from_stop, hop.to_stop))
        if found is None:
            return None
        pickup, drop_off, walk_s = found
        spots = self.ground.times.spots
        drive_s, metres = self.ground.times.drive(spots[pickup], spots[drop_off])
        ride_s = ride_seconds(self.ground.service.limits, Capacity(1), drive_s)
        first = -(-walk_s * pace.percent // 100)
        last = hop.seconds - ride_s - first
        if last < 0:
            return None
        return ShuttleWay(
            self.ground, spots[pickup], spots[drop_off], first, ride_s, last, drive_s, metres
        )

    def _make_sifter(self, frame: Frame) -> RentalSifter:
        return RentalSifter(frame, self._hops)

    def _find(self, timetable: Timetable, frame: Frame) -> RentalHops:
        patterns = _Patterns(timetable, frame)
        rows: list[tuple[int, int, int, int, int]] = []
        out, into = self.ground.link_out, self.ground.link_in
        for stop in np.unique(into.stop).tolist():
            mine = np.flatnonzero(into.stop == stop)
            nearest = mine[np.argmin(into.seconds[mine])]
            pickup, walk_s = int(into.place[nearest]), int(into.seconds[nearest])
            ride_s = self._rides_from(pickup)[out.place].astype(np.int64)
            total = walk_s + ride_s + out.seconds
            for link in patterns.first_reached(stop, out.stop, total):
                target = int(out.stop[link])
                if total[link] + SAVED_S > patterns.walk_s(stop, target):
                    continue
                walked = walk_s + int(out.seconds[link])
                self._ways[stop, target] = pickup, int(out.place[link]), walk_s
                rows.append((stop, target, walked, int(ride_s[link]), 0))
        columns = np.array(rows, np.int32).reshape(-1, 5).T
        return RentalHops(*(np.ascontiguousarray(column) for column in columns))

    def _rides_from(self, pickup: int) -> I32:
        """Return (P,) what rides from a place take."""
        ground = self.ground
        taken = rides_seconds(ground.service.limits, Capacity(1), ground.times.base.seconds[pickup])
        return np.where(ground.allowed[pickup], taken, FOOT_S).astype(np.int32)


class _StopPattern(NamedTuple):
    """Which patterns can be boarded where; E in all, by stop."""

    ptr: I32
    pattern: I32


class _Patterns:
    """Which patterns stop where."""

    def __init__(self, timetable: Timetable, frame: Frame) -> None:
        self._timetable = timetable
        trips = frame.trip_pattern[: timetable.trip_event_ptr.size - 1]
        per_trip = np.diff(timetable.trip_event_ptr)
        pattern = np.repeat(trips, per_trip)
        last = np.zeros(timetable.event_stop.size, np.bool_)
        last[timetable.trip_event_ptr[1:] - 1] = True
        boards = ((timetable.event_flags & NO_PICKUP) == 0) & ~last
        pairs = np.unique(
            np.stack([timetable.event_stop[boards], pattern[boards]], axis=1), axis=0
        ).astype(np.int32)
        ptr = np.searchsorted(pairs[:, 0], np.arange(timetable.n_stops + 1)).astype(np.int32)
        self._boards = _StopPattern(ptr, np.ascontiguousarray(pairs[:, 1]))

    def at(self, stop: int) -> I32:
        """Return the patterns that can be boarded at a stop."""
        return self._boards.pattern[self._boards.ptr[stop] : self._boards.ptr[stop + 1]]

    def first_reached(self, origin: int, stops: I32, total_s: np.ndarray) -> list[int]:
        """Return the rows of ``stops`` at which some pattern is reached first from elsewhere."""
        known = set(self.at(origin).tolist())
        best: dict[int, int] = {}
        for row in np.argsort(total_s, kind="stable").tolist():
            if total_s[row] >= FOOT_S:
                break
            for pattern in self.at(int(stops[row])).tolist():
                if pattern not in known:
                    best.setdefault(pattern, row)
        return sorted(set(best.values()))

    def walk_s(self, origin: int, target: int) -> int:
        """Return the seconds on foot between two stops, ``FOOT_S`` where nobody walks."""
        tt = self._timetable
        if origin == target:
            return 0
        row = slice(tt.transfer_ptr[origin], tt.transfer_ptr[origin + 1])
        found = np.flatnonzero(tt.transfer_stop[row] == target)
        return int(tt.transfer_s[row][found[0]]) if found.size else FOOT_S
