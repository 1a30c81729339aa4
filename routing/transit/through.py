"""Through-runs: a vehicle's trips one after the other, searched as one and told as several.

To the search a through-run is a trip like any other, numbered after those of the timetable, with
the events of its parts in a row. At a joint riders stay: nobody boards at the last stop of a part
and nobody alights at the first stop of the next. Every answer is taken apart again here, so that
nothing outside of the search meets those numbers.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.timetable import I32, I64, NO_DROP_OFF, NO_PICKUP, U8, Timetable

Flags = npt.NDArray[np.bool_]


class Part(NamedTuple):
    """A trip within a through-run. Times are seconds of the service day."""

    trip: int
    stops: Sequence[int]
    arrivals: Sequence[int]
    departures: Sequence[int]
    flags: Sequence[int]
    """``NO_PICKUP`` | ``NO_DROP_OFF``."""


class Stretch(NamedTuple):
    """What is ridden of one part. Times are Unix seconds."""

    trip: int
    board: int
    alight: int
    departure: int
    arrival: int
    from_stop: int
    to_stop: int


class ThroughRuns:
    """The through-runs of a timetable, and of the realtime on it.

    Slots of lanes name trips by number: first the T trips of the timetable, then its U
    through-runs, then what an overlay adds, then the through-runs of the overlay.

    Parameters
    ----------
    timetable
        Without its through-runs written out.
    n_added
        How many trips an overlay adds.
    rejoined
        The through-runs of the overlay.
    """

    def __init__(
        self, timetable: Timetable, n_added: int = 0, rejoined: Sequence[Sequence[Part]] = ()
    ) -> None:
        self.n_trips = timetable.trip_route.size
        self.first_added = self.n_trips + timetable.through_service.size
        """Number of the first trip that an overlay adds."""
        self._timetable = timetable
        self._first_rejoined = self.first_added + n_added
        self.rejoined = rejoined
        """The parts of each through-run of the overlay."""

    @cached_property
    def is_empty(self) -> bool:
        """Whether every number is that of a trip with a name of its own."""
        return self.first_added == self.n_trips and not self.rejoined

    def in_whole(self, taken: Flags) -> Flags:
        """Return what of ``taken``, by number, is taken if through-runs need all their parts."""
        tt, whole = self._timetable, taken.copy()
        if tt.through_service.size:
            parts = taken[tt.through_trip]
            whole[self.n_trips : self.first_added] = np.logical_and.reduceat(
                parts, tt.through_ptr[:-1]
            )
        for number, of_parts in enumerate(self.rejoined, self._first_rejoined):
            whole[number] = all(taken[part.trip] for part in of_parts)
        return whole

    def name(self, trip: int) -> int:
        """Return the number by which a trip is known outside: added ones follow the timetable's."""
        return trip if trip < self.n_trips else trip - self.first_added + self.n_trips

    def parts(self, trip: int) -> Sequence[Part]:
        """Return the parts of a through-run; none of what is a trip in itself."""
        if trip < self.n_trips or self.first_added <= trip < self._first_rejoined:
            return ()
        if trip >= self._first_rejoined:
            return self.rejoined[trip - self._first_rejoined]
        return [planned_part(self._timetable, part) for part in self.trips(trip - self.n_trips)]

    def trips(self, through: int) -> list[int]:
        """Return the trips of the timetable's ``through``-th through-run."""
        first, end = self._timetable.through_ptr[through : through + 2]
        trips: list[int] = self._timetable.through_trip[first:end].tolist()
        return trips

    @cached_property
    def by_trip(self) -> dict[int, list[int]]:
        """The timetable's through-runs that each trip is a part of."""
        found: dict[int, list[int]] = {}
        for through in range(self._timetable.through_service.size):
            for trip in self.trips(through):
                found.setdefault(trip, []).append(through)
        return found

    def place(self, trip: int, position: int) -> tuple[int, int]:
        """Return the trip, as it is known outside, and its position, for any position of a slot."""
        for part in self.parts(trip):
            if position < len(part.stops):
                return part.trip, position
            position -= len(part.stops)
        return self.name(trip), position

    def stretches(self, trip: int, board: int, alight: int, departure: int) -> list[Stretch]:
        """Return what is ridden of the parts between two positions of a through-run.

        ``departure`` is the Unix second at which the rider boards.
        """
        found: list[Stretch] = []
        first, midnight = 0, None
        for part in self.parts(trip):
            on, off = max(board - first, 0), min(alight - first, len(part.stops) - 1)
            first += len(part.stops)
            if on >= off:
                continue
            midnight = departure - part.departures[on] if midnight is None else midnight
            leaves, arrives = midnight + part.departures[on], midnight + part.arrivals[off]
            ends = part.stops[on], part.stops[off]
            found.append(Stretch(part.trip, on, off, leaves, arrives, *ends))
        return found


def planned_part(timetable: Timetable, trip: int) -> Part:
    """Return a trip as the timetable plans it."""
    events = slice(*timetable.trip_event_ptr[trip : trip + 2])
    return Part(
        trip,
        timetable.event_stop[events].tolist(),
        timetable.event_arrival[events].tolist(),
        timetable.event_departure[events].tolist(),
        timetable.event_flags[events].tolist(),
    )


def written_out(timetable: Timetable) -> Timetable:
    """Return the timetable with its through-runs as trips after the others.

    A trip is left out on the days on which a through-run does all that it does: same route and
    flags, so that whatever a rider may filter by takes both or none. Otherwise it stays beside.
    """
    if timetable.through_service.size == 0:
        return timetable
    joined = _joined_events(timetable)
    ptr = timetable.trip_event_ptr
    first = timetable.through_trip[timetable.through_ptr[:-1]]
    active, service = _services(timetable)
    return timetable._replace(
        trip_event_ptr=np.concatenate([ptr, ptr[-1] + joined.ptr[1:]]),
        trip_route=np.append(timetable.trip_route, timetable.trip_route[first]),
        trip_service=np.append(service, timetable.through_service).astype(np.int32),
        trip_flags=np.append(timetable.trip_flags, _common_flags(timetable)),
        trip_booking_rule=np.append(
            timetable.trip_booking_rule, timetable.trip_booking_rule[first]
        ),
        event_stop=np.append(timetable.event_stop, timetable.event_stop[joined.event]),
        event_arrival=np.append(timetable.event_arrival, joined.arrival),
        event_departure=np.append(timetable.event_departure, joined.departure),
        event_flags=np.append(timetable.event_flags, joined.flags),
        service_active=active,
    )


def lines_of(timetable: Timetable) -> I32:
    """Return (T+U,) numbers that are the same for trips and through-runs on the same routes."""
    routes = timetable.trip_route.tolist()
    trips = timetable.through_trip.tolist()
    ptr = timetable.through_ptr.tolist()
    known: dict[tuple[int, ...], int] = {}
    lines = [
        known.setdefault(tuple(routes[trip] for trip in trips[first:end]), len(known))
        for first, end in pairwise(ptr)
    ]
    return np.append(
        timetable.trip_route, timetable.route_type.size + np.array(lines, np.int64)
    ).astype(np.int32)


class _JoinedEvents(NamedTuple):
    """The events of U through-runs, N of them."""

    ptr: I64
    """(U+1,)"""
    event: I64
    """(N,) the timetable's event that each is."""
    arrival: I32
    departure: I32
    flags: U8


def _joined_events(tt: Timetable) -> _JoinedEvents:
    """Return the events in a row; at joints without the times and rights that nobody uses."""
    starts = tt.trip_event_ptr[tt.through_trip]
    sizes = tt.trip_event_ptr[tt.through_trip + 1] - starts
    ends = np.cumsum(sizes)
    event = np.arange(ends[-1]) + np.repeat(starts - (ends - sizes), sizes)
    arrival, departure = tt.event_arrival[event], tt.event_departure[event]
    flags = tt.event_flags[event]
    inner = np.ones(tt.through_trip.size, dtype=np.bool_)
    inner[tt.through_ptr[:-1]] = False
    later = (ends - sizes)[inner]  # first events of parts with another before them
    arrival[later], departure[later - 1] = departure[later], arrival[later - 1]
    flags[later] |= NO_DROP_OFF
    flags[later - 1] |= NO_PICKUP
    ptr = np.append(0, ends)[tt.through_ptr]
    return _JoinedEvents(ptr, event, arrival, departure, flags)


def _common_flags(tt: Timetable) -> U8:
    """Return the (U,) flags that all parts have."""
    flags: U8 = np.bitwise_and.reduceat(tt.trip_flags[tt.through_trip], tt.through_ptr[:-1])
    return flags


def _services(tt: Timetable) -> tuple[U8, I32]:
    """Return the services, and each trip's: the days on which it runs for itself."""
    covered: dict[int, U8] = {}
    for through in np.flatnonzero(_is_uniform(tt)).tolist():
        days = tt.service_active[tt.through_service[through]]
        for trip in tt.through_trip[slice(*tt.through_ptr[through : through + 2])].tolist():
            covered[trip] = covered[trip] | days if trip in covered else days
    service, rows = tt.trip_service.copy(), list(tt.service_active)
    known: dict[bytes, int] = {}
    for trip, days in covered.items():
        alone = tt.service_active[service[trip]] & (1 - days)
        service[trip] = known.setdefault(alone.tobytes(), len(rows))
        if service[trip] == len(rows):
            rows.append(alone)
    return np.stack(rows), service


def _is_uniform(tt: Timetable) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return (U,) whether the parts have the same route and the same flags."""
    same = np.ones(tt.through_service.size, dtype=np.bool_)
    for of_trip in (tt.trip_route, tt.trip_flags):
        of_part = of_trip[tt.through_trip]
        low = np.minimum.reduceat(of_part, tt.through_ptr[:-1])
        same &= low == np.maximum.reduceat(of_part, tt.through_ptr[:-1])
    return same
