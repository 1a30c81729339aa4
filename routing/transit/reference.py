"""The slow twin of the search: the same answers from a few lines of plain Python.

No lanes, labels, marks or pruning, and no mirror: every trip of every day is looked at in every
round of every possible departure. The tests compare the kernels with it on random networks.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from math import ceil
from typing import NamedTuple

from routing.booking_rules import BookingRule
from routing.filters import ACCESSIBLE, NOT_ACCESSIBLE, RideFilter
from routing.modes import ride_mode
from routing.pace import TransferPace
from routing.query import TimeKind
from routing.timetable import (
    BIKES,
    NO_DROP_OFF,
    NO_PICKUP,
    NO_WHEELCHAIR,
    NONE,
    WHEELCHAIR,
    Timetable,
)
from routing.transit.search import TransitQuery


class Answer(NamedTuple):
    """The criteria of a journey. Times are Unix seconds."""

    departure: int
    arrival: int
    rides: int

    def beats(self, other: "Answer") -> bool:
        """Say whether the other is no better in any way, and not the same."""
        return (
            self != other
            and self.departure >= other.departure
            and self.arrival <= other.arrival
            and self.rides <= other.rides
        )


@dataclass(frozen=True, slots=True)
class Call:
    """A trip's event on a day. Times are Unix seconds."""

    stop: int
    arrival: int
    departure: int
    boards: bool
    """Riders may board, and could still book it."""
    alights: bool
    flags: int
    """What the timetable says of it: ``NO_PICKUP`` | ``NO_DROP_OFF``."""


Vehicle = list[list[Call]]
"""What a rider can ride without getting off: the calls of one trip, or of several in a row."""
Travel = Callable[[Timetable, list[Vehicle], TransitQuery, int], set[Answer]]


def answers(timetable: Timetable, query: TransitQuery, travel: Travel | None = None) -> set[Answer]:
    """Return the criteria of the journeys that ``TransitSearch.search`` finds.

    Without a window, an earliest arrival stands with the departure asked for, and a latest
    departure with the arrival asked for. ``travel`` finds the arrivals of a rider who sets out at
    a second; if None, on plain journeys.
    """
    travel = travel or _from
    trips = [*_dated_trips(timetable, query), *_through_runs(timetable, query)]
    if query.kind is TimeKind.DEPART and query.window_s == 0:
        return _best(travel(timetable, trips, query, query.time))
    reach_s = query.window_s + query.max_duration_s
    begin = query.time if query.kind is TimeKind.DEPART else query.time - reach_s
    instants = _instants(trips, query, begin, begin + reach_s)
    found = {answer for second in instants for answer in travel(timetable, trips, query, second)}
    if query.kind is TimeKind.DEPART:
        return {a for a in _best(found) if a.departure < query.time + query.window_s}
    in_time = {answer for answer in found if answer.arrival <= query.time}
    if query.window_s == 0:
        return _best({answer._replace(arrival=query.time) for answer in in_time})
    return {a for a in _best(in_time) if a.arrival > query.time - query.window_s}


def _best(found: Iterable[Answer]) -> set[Answer]:
    found = set(found)
    return {answer for answer in found if not any(other.beats(answer) for other in found)}


def _dated_trips(timetable: Timetable, query: TransitQuery) -> Iterator[Vehicle]:
    for trip in range(timetable.trip_route.size):
        for day in range(timetable.n_days):
            runs = timetable.service_active[timetable.trip_service[trip], day]
            if runs and _takes(query.filter, timetable, trip):
                yield [_part(timetable, query, trip, day)]


def _through_runs(timetable: Timetable, query: TransitQuery) -> Iterator[Vehicle]:
    for through, service in enumerate(timetable.through_service):
        first, end = timetable.through_ptr[through : through + 2]
        trips = timetable.through_trip[first:end].tolist()
        for day in range(timetable.n_days):
            runs = timetable.service_active[service, day]
            if runs and all(_takes(query.filter, timetable, trip) for trip in trips):
                yield [_part(timetable, query, trip, day) for trip in trips]


def _part(timetable: Timetable, query: TransitQuery, trip: int, day: int) -> list[Call]:
    zone = int(timetable.agency_zone[timetable.route_agency[timetable.trip_route[trip]]])
    calls = _calls(timetable, trip, day, zone, query.now)
    return [_accessible(timetable, call, query.filter) for call in calls]


def _takes(wanted: RideFilter | None, timetable: Timetable, trip: int) -> bool:
    """Say whether a rider takes a trip at all."""
    if wanted is None:
        return True
    route, flags = int(timetable.trip_route[trip]), int(timetable.trip_flags[trip])
    agency = int(timetable.route_agency[route])
    mode = ride_mode(timetable, route, int(timetable.trip_booking_rule[trip]))
    return (
        (wanted.only_routes is None or route in wanted.only_routes)
        and (wanted.only_agencies is None or agency in wanted.only_agencies)
        and (wanted.only_modes is None or mode in wanted.only_modes)
        and route not in wanted.banned_routes
        and agency not in wanted.banned_agencies
        and mode not in wanted.banned_modes
        and (not wanted.wheelchair or not flags & NO_WHEELCHAIR)
        and (not wanted.wheelchair or wanted.allow_unknown or bool(flags & WHEELCHAIR))
        and (not wanted.bikes or bool(flags & BIKES))
    )


def _accessible(timetable: Timetable, call: Call, wanted: RideFilter | None) -> Call:
    if wanted is None or not wanted.wheelchair:
        return call
    told = timetable.stop_wheelchair[call.stop]
    usable = told != NOT_ACCESSIBLE if wanted.allow_unknown else told == ACCESSIBLE
    return replace(call, boards=call.boards and usable, alights=call.alights and usable)


def _calls(timetable: Timetable, trip: int, day: int, zone: int, now: int | None) -> Iterator[Call]:
    epochs = timetable.day_epoch[zone]
    row = int(timetable.trip_booking_rule[trip])
    rule = None if row == NONE else BookingRule.of_row(timetable.booking_rules[row])
    first, end = timetable.trip_event_ptr[trip : trip + 2]
    for event in range(first, end):
        departure = int(epochs[day] + timetable.event_departure[event])
        open_ = rule is None or now is None or rule.is_open(now, departure, epochs, day)
        yield Call(
            int(timetable.event_stop[event]),
            int(epochs[day] + timetable.event_arrival[event]),
            departure,
            boards=open_ and not timetable.event_flags[event] & NO_PICKUP,
            alights=not timetable.event_flags[event] & NO_DROP_OFF,
            flags=int(timetable.event_flags[event]),
        )


def _instants(trips: list[Vehicle], query: TransitQuery, begin: int, end: int) -> set[int]:
    """Return the seconds at which setting out just catches a vehicle."""
    access = list(zip(*query.access, strict=True))
    leaving = {
        call.departure - int(seconds)
        for trip in trips
        for call in chain.from_iterable(trip)
        for stop, seconds in access
        if call.stop == stop
    }
    return {second for second in leaving if begin <= second <= end}


def _from(
    timetable: Timetable, trips: list[Vehicle], query: TransitQuery, second: int
) -> set[Answer]:
    """Return the earliest arrivals of a rider who sets out at ``second``, by number of rides."""
    ready: dict[int, int] = {}
    for stop, seconds in zip(*query.access, strict=True):
        _lower(ready, int(stop), second + int(seconds))
    found = set()
    for rides in range(1, query.max_rides + 1):
        arrived = _ride(trips, ready)
        for stop, seconds in zip(*query.egress, strict=True):
            arrival = arrived.get(int(stop))
            if arrival is not None and arrival + int(seconds) <= second + query.max_duration_s:
                found.add(Answer(second, arrival + int(seconds), rides))
        ready = _change(timetable, arrived, query.pace)
    return found


def _ride(trips: list[Vehicle], ready: dict[int, int]) -> dict[int, int]:
    """Return when one ride arrives at each stop at best.

    Riders get on where their trip goes on, and off where it has brought them.
    """
    arrived: dict[int, int] = {}
    for trip in trips:
        aboard = False
        for calls in trip:
            for number, call in enumerate(calls):
                if aboard and call.alights and number > 0:
                    _lower(arrived, call.stop, call.arrival)
                aboard = aboard or (
                    call.boards
                    and call is not calls[-1]
                    and call.stop in ready
                    and ready[call.stop] <= call.departure
                )
    return arrived


def _change(timetable: Timetable, arrived: dict[int, int], pace: TransferPace) -> dict[int, int]:
    """Return when a rider can board again at each stop at best."""
    ready: dict[int, int] = {}
    for stop, arrival in arrived.items():
        _lower(ready, stop, arrival + paced(int(timetable.stop_change_s[stop]), pace, NONE))
        for hop in range(timetable.transfer_ptr[stop], timetable.transfer_ptr[stop + 1]):
            there = int(timetable.transfer_stop[hop])
            seconds, metres = int(timetable.transfer_s[hop]), int(timetable.transfer_m[hop])
            _lower(ready, there, arrival + paced(seconds, pace, metres))
    return ready


def paced(seconds: int, pace: TransferPace, metres: int) -> int:
    """Return how long a change takes; a quick walker gains only where the metres are known."""
    share = Fraction(pace.percent, 100)
    if metres == NONE and share < 1:
        share = Fraction(1)
    return ceil(seconds * share) + pace.buffer_s


def _lower(times: dict[int, int], stop: int, time: int) -> None:
    times[stop] = min(times.get(stop, time), time)
