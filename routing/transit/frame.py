"""What a timetable's day views share: the order of stops, transfers by rank, trips by pattern."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.jit import entry, part
from routing.timetable import I32, I64, NONE, U8, Timetable
from routing.transit.bounds import Bounds, bounds_of
from routing.transit.hilbert import hilbert_order
from routing.transit.through import ThroughRuns, lines_of, written_out


class Hops(NamedTuple):
    """Transfers in one direction, by the stop they are looked up at."""

    ptr: I32
    """(N+1,) where those of each stop start, counted in pairs."""
    pairs: I32
    """(H * 2,) the other stop's rank, seconds; ascending seconds within a stop."""


class Frame:
    """The parts of a timetable that are the same on every date; compiled once per image.

    Without ``bounds``, they are computed, which takes seconds for a large timetable.
    """

    def __init__(self, timetable: Timetable, bounds: Bounds | None = None) -> None:
        self.timetable = Timetable._make(_plain(array) for array in timetable)
        self.ridden = written_out(self.timetable)
        """The timetable as it is searched: through-runs are trips, too, after the others."""
        self.through = ThroughRuns(self.timetable)
        self.order = hilbert_order(timetable.stop_lat, timetable.stop_lon)
        self.rank = np.empty_like(self.order)
        self.rank[self.order] = np.arange(self.order.size, dtype=np.int32)
        self.change_s = np.ascontiguousarray(timetable.stop_change_s[self.order], dtype=np.int32)
        origin = np.repeat(
            np.arange(self.order.size, dtype=np.int32), np.diff(timetable.transfer_ptr)
        )
        here, there = self.rank[origin], self.rank[timetable.transfer_stop]
        self.hops = hops_of(here, there, timetable.transfer_s, self.order.size)
        self.hops_in = hops_of(there, here, timetable.transfer_s, self.order.size)
        self.bounds = bounds or bounds_of(self.timetable)

    @cached_property
    def event_rank(self) -> I32:
        """(E,) stop rank of each event that is ridden."""
        rank: I32 = self.rank[self.ridden.event_stop]
        return rank

    @cached_property
    def trip_pattern(self) -> I32:
        """(T+U,) pattern of each trip: trips that may share a lane have the same."""
        tt, line = self.ridden, lines_of(self.timetable)
        return find_patterns(
            tt.trip_event_ptr,
            line_of(line, tt.trip_flags),
            tt.trip_booking_rule,
            tt.event_stop,
            tt.event_flags,
        )

    @cached_property
    def trip_zone(self) -> I32:
        """(T,) row of ``day_epoch`` of each trip."""
        return zones_of(self.timetable)

    @cached_property
    def lookback_days(self) -> int:
        """How many days after its service day a trip may still run, time zones included."""
        latest = int(self.timetable.event_arrival.max(initial=0))
        return latest // 86_400 + 1


def line_of(line: I32, flags: U8) -> I32:
    """Return (T,) a number for the line and flags of each trip, so that filters part no lane."""
    number: I32 = (line << 8 | flags).astype(np.int32)
    return number


def zones_of(timetable: Timetable) -> I32:
    """Return the (T,) row of ``day_epoch`` of each trip."""
    tt = timetable
    zone: I32 = tt.agency_zone[tt.route_agency[tt.trip_route]].astype(np.int32)
    return zone


def _plain(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Return the array as every kernel is compiled for: contiguous and writable."""
    return np.require(array, requirements=["C", "W"])


def hops_of(here: I32, there: I32, seconds: I32, n_stops: int) -> Hops:
    """Return transfers by the stop ``here``; (F,) ranks of both ends, and seconds."""
    order = np.lexsort((there, seconds, here))
    pairs = np.stack([there[order], seconds[order]], axis=1).astype(np.int32)
    ptr = np.searchsorted(here[order], np.arange(n_stops + 1)).astype(np.int32)
    return Hops(ptr, np.ascontiguousarray(pairs).ravel())


@entry
def find_patterns(event_ptr: I64, line: I32, rule: I32, stop: I32, flags: U8) -> I32:
    """Return the (T,) pattern of each trip: same line, booking rule, stops and flags.

    Trips are found by a hash and then compared event by event, so that patterns are exact.
    """
    n_trips = event_ptr.size - 1
    size = 16
    while size < 2 * n_trips:
        size *= 2
    table = np.full(size, NONE, dtype=np.int32)
    pattern = np.empty(n_trips, dtype=np.int32)
    n_patterns = 0
    for trip in range(n_trips):
        cell = _hash(event_ptr, line, rule, stop, flags, trip) & np.uint64(size - 1)
        while table[cell] != NONE and not _same(
            event_ptr, line, rule, stop, flags, table[cell], trip
        ):
            cell = (cell + np.uint64(1)) & np.uint64(size - 1)
        if table[cell] == NONE:
            table[cell] = trip
            pattern[trip] = n_patterns
            n_patterns += 1
        else:
            pattern[trip] = pattern[table[cell]]
    return pattern


@part
def _hash(event_ptr: I64, line: I32, rule: I32, stop: I32, flags: U8, trip: int) -> np.uint64:
    """FNV-1a over whole words, with a final mix so that the low bits are good."""
    prime = np.uint64(1099511628211)
    value = np.uint64(14695981039346656037)
    value = (value ^ np.uint64(line[trip])) * prime
    value = (value ^ np.uint64(rule[trip] + 1)) * prime
    for event in range(event_ptr[trip], event_ptr[trip + 1]):
        value = (value ^ np.uint64(stop[event] * 4 + flags[event])) * prime
    return value ^ (value >> np.uint64(32))


@part
def _same(event_ptr: I64, line: I32, rule: I32, stop: I32, flags: U8, one: int, other: int) -> bool:
    first, second = event_ptr[one], event_ptr[other]
    length = event_ptr[one + 1] - first
    if line[one] != line[other] or rule[one] != rule[other]:
        return False
    if event_ptr[other + 1] - second != length:
        return False
    for k in range(length):
        if stop[first + k] != stop[second + k] or flags[first + k] != flags[second + k]:
            return False
    return True
