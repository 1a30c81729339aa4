"""Lines that come in two feeds: the same vehicles, which riders would see twice.

A county's feed and its association's feed often both carry the lines that cross the border. Two
lines are compared if their short names are equal but for case, blanks and words such as ``Linie``,
and their modes are compatible. Their trips are the same if they call at the same places, joined
ones included, and leave the first and reach the last at the same minute (``fingerprints``), on a
day on which both run.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.names import Names
from feeds.merging.fingerprints import U64, fingerprints
from feeds.places.fold import words
from routing.modes import mode_of
from routing.timetable import Timetable

I64 = npt.NDArray[np.int64]
Days = npt.NDArray[np.bool_]

_SAME_MODE: Final = {"COACH": "BUS", "ON_DEMAND": "BUS"}
"""Modes that another feed may call by the heading of all buses."""
_FILLERS: Final = frozenset({"bus", "linie", "line", "tram"})
"""Words in short names that say nothing about which line it is."""


class Line(NamedTuple):
    """The routes of one feed that riders know by one name."""

    feed: int
    name: str
    mode: str


class LinePair(NamedTuple):
    """A line that comes in two feeds."""

    earlier: Line
    later: Line
    day: int
    """The index of the day on which most trips are the same."""
    same: int
    """So many trips of the later feed's line are the same on that day."""
    trips: int
    """So many trips the later feed's line has on that day."""
    names: tuple[str, str]
    """The line's name as either feed writes it."""


class Duplicates(NamedTuple):
    """What two feeds have in common."""

    pairs: Sequence[LinePair]
    trips: I64
    """(N,) trips of later feeds that are the same as one of an earlier feed on any day."""
    days: Days
    """(N, D) on which days they are."""


class _Lines(NamedTuple):
    """The lines of all feeds, and their trips."""

    lines: Sequence[Line]
    short_names: Sequence[str]
    trip: I64
    """(N,) trips by line."""
    ptr: I64
    """Where the trips of each line start."""

    def trips(self, line: int) -> I64:
        """Return the trips of a line."""
        return self.trip[self.ptr[line] : self.ptr[line + 1]]


def duplicates_of(tt: Timetable, names: Names, agency_feed: I64, place: I64) -> Duplicates:
    """Return the lines and trips that come in more than one feed.

    Parameters
    ----------
    agency_feed
        (A,) index of each agency's feed.
    place
        (S,) number of each stop's place, equal for joined stops.
    """
    lines = _lines(tt, names, agency_feed)
    marks = fingerprints(tt, place)
    found = [
        (_pair(tt, lines, a, b, common), lines.trips(b), common)
        for a, b in _pairs_of_lines(lines.lines)
        if (common := _common_days(tt, marks, lines.trips(a), lines.trips(b))).any()
    ]
    pairs = sorted((pair for pair, _, _ in found), key=lambda pair: (-pair.same, pair.later))
    trips, days = _united([(trips, common) for _, trips, common in found], tt.n_days)
    return Duplicates(tuple(pairs), trips, days)


def _united(found: Sequence[tuple[I64, Days]], n_days: int) -> tuple[I64, Days]:
    """Return the trips that are the same as others, each once, and on which days."""
    trips = np.concatenate([np.zeros(0, np.int64), *(trips for trips, _ in found)])
    days = np.concatenate([np.zeros((0, n_days), np.bool_), *(days for _, days in found)])
    once, united = _any_of_each(trips, days)
    used = united.any(axis=1)
    return once[used], united[used]


def without(tt: Timetable, duplicates: Duplicates) -> Timetable:
    """Return the timetable in which duplicates do not run on the days on which they are any.

    Trips stay where they are, with a service of their own for what is left of their days, so that
    every index and id keeps its meaning.
    """
    if not duplicates.trips.size:
        return tt
    left = tt.service_active[tt.trip_service[duplicates.trips]] * ~duplicates.days
    packed = np.ascontiguousarray(np.packbits(left.astype(np.bool_), axis=1))
    texts = packed.view(f"V{packed.shape[1]}").ravel()  # one value a row: sorted much faster
    _, first, service = np.unique(texts, return_index=True, return_inverse=True)
    trip_service = tt.trip_service.copy()
    trip_service[duplicates.trips] = len(tt.service_active) + service.ravel()
    active = np.concatenate([tt.service_active, left[first].astype(np.uint8)])
    return _still_whole(tt._replace(trip_service=trip_service, service_active=active))


def _still_whole(tt: Timetable) -> Timetable:
    """Return the timetable with through-runs only on days on which all of their trips run."""
    if not tt.through_service.size:
        return tt
    runs = tt.service_active[tt.trip_service[tt.through_trip]]
    days = np.bitwise_and.reduceat(runs, tt.through_ptr[:-1], axis=0)
    kinds, kind = np.unique(
        days & tt.service_active[tt.through_service], axis=0, return_inverse=True
    )
    service = len(tt.service_active) + kind.ravel()
    active = np.concatenate([tt.service_active, kinds])
    return tt._replace(through_service=service.astype(np.int32), service_active=active)


def _lines(tt: Timetable, names: Names, agency_feed: I64) -> _Lines:
    lines: dict[Line, int] = {}
    short_names: list[str] = []
    of_route = np.full(tt.route_type.size, -1, dtype=np.int64)
    for route, text in enumerate(names.route_short_name):
        name = "".join(word for word in words(text) if word not in _FILLERS)
        if name:
            mode = mode_of(int(tt.route_type[route]))
            feed = int(agency_feed[tt.route_agency[route]])
            line = Line(feed, name, _SAME_MODE.get(mode, mode))
            of_route[route] = lines.setdefault(line, len(lines))
            short_names[len(short_names) :] = [text] * (len(lines) - len(short_names))
    of_trip = of_route[tt.trip_route]
    order = np.argsort(of_trip, kind="stable")
    ptr = np.searchsorted(of_trip[order], np.arange(len(lines) + 1))
    return _Lines(list(lines), short_names, order, ptr)


def _pairs_of_lines(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield the lines that may be the same, the earlier feed's first."""
    named: dict[tuple[str, str], list[int]] = {}
    for index, line in enumerate(lines):
        named.setdefault((line.name, line.mode), []).append(index)
    for group in named.values():
        yield from combinations(sorted(group, key=lambda i: lines[i].feed), 2)


def _common_days(tt: Timetable, marks: U64, some: I64, others: I64) -> Days:
    """(len(others), D) on which days each of ``others`` is the same as any of ``some``."""
    known, runs = _any_of_each(marks[some], tt.service_active[tt.trip_service[some]] == 1)
    active = np.concatenate([runs, np.zeros((1, tt.n_days), np.bool_)])
    # what is not known is -1: the last row of active, in which nothing runs
    at = pd.Index(known).get_indexer(pd.Index(marks[others]))
    return np.asarray(active[at] & (tt.service_active[tt.trip_service[others]] == 1))


def _any_of_each(keys: npt.NDArray[Any], days: Days) -> tuple[npt.NDArray[Any], Days]:
    """Return the distinct keys, and for each the days on which any of its rows is true."""
    order = np.argsort(keys, kind="stable")
    known, starts = np.unique(keys[order], return_index=True)
    if not known.size:
        return known, days[:0]
    return known, np.asarray(np.logical_or.reduceat(days[order], starts, axis=0))


def _pair(tt: Timetable, lines: _Lines, a: int, b: int, common: Days) -> LinePair:
    same = common.sum(axis=0)
    day = int(same.argmax())
    running = int(tt.service_active[tt.trip_service[lines.trips(b)], day].sum())
    names = lines.short_names[a], lines.short_names[b]
    return LinePair(lines.lines[a], lines.lines[b], day, int(same[day]), running, names)
