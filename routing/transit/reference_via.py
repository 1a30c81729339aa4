"""The slow twin of the search over vias: riders are told apart by how many vias they passed."""

from collections.abc import Iterable, Iterator

from routing.pace import TransferPace
from routing.timetable import NO_DROP_OFF, NO_PICKUP, NONE, Timetable
from routing.transit.reference import Answer, Call, Vehicle, answers, paced
from routing.transit.search import TransitQuery
from routing.transit.stopovers import TransitVia

Vias = tuple[TransitVia, ...]
Times = dict[tuple[int, int], int]
"""Seconds by stop and number of vias passed."""


def answers_over(timetable: Timetable, query: TransitQuery) -> set[Answer]:
    """Return what ``answers`` does, of journeys over the query's vias."""
    return answers(timetable, query, _from)


def _from(
    timetable: Timetable, vehicles: list[Vehicle], query: TransitQuery, second: int
) -> set[Answer]:
    ready: Times = {}
    for stop, seconds in zip(*query.access, strict=True):
        _lower(ready, int(stop), 0, second + int(seconds))
    found = set()
    for rides in range(1, query.max_rides + 1):
        arrived = _ride(vehicles, ready, query.vias)
        for stop, seconds in zip(*query.egress, strict=True):
            arrival = arrived.get((int(stop), len(query.vias)))
            if arrival is not None and arrival + int(seconds) <= second + query.max_duration_s:
                found.add(Answer(second, arrival + int(seconds), rides))
        ready = _change(timetable, arrived, query)
    return found


def _ride(vehicles: list[Vehicle], ready: Times, vias: Vias) -> Times:
    arrived: Times = {}
    for vehicle in vehicles:
        aboard: set[int] = set()
        for calls in vehicle:
            for number, call in enumerate(calls):
                off, on = number > 0, number < len(calls) - 1
                gets_off = off and not call.flags & NO_DROP_OFF
                gets_on = on and not call.flags & NO_PICKUP
                at = _at(call.stop, vias) if gets_off or gets_on else frozenset()
                aboard = _called(aboard, at)
                if call.alights and off:
                    for passed in aboard:
                        _lower(arrived, call.stop, passed, call.arrival)
                if call.boards and on:
                    aboard |= _called(_boarding(ready, call), at)
    return arrived


def _at(stop: int, vias: Vias) -> frozenset[int]:
    """Return the vias, by number, that a call at a stop passes."""
    return frozenset(
        number for number, via in enumerate(vias) if via.stay_s == 0 and stop in via.stops
    )


def _called(aboard: set[int], at: frozenset[int]) -> set[int]:
    """Return how many vias riders on board may have passed after a call at some."""
    after = set(aboard)
    for passed in sorted(at):
        if passed in after:
            after.add(passed + 1)
    return after


def _boarding(ready: Times, call: Call) -> set[int]:
    """Return how many vias riders who can board at a call may have passed."""
    return {
        passed
        for (stop, passed), time in ready.items()
        if stop == call.stop and time <= call.departure
    }


def _change(timetable: Timetable, arrived: Times, query: TransitQuery) -> Times:
    ready: Times = {}
    for (stop, passed), arrival in arrived.items():
        for there, way_s in _ways(timetable, stop, query.pace):
            _lower(ready, there, passed, arrival + way_s)
            for stayed_s in _stays(query.vias[passed : passed + 1], stop, there, way_s):
                _lower(ready, there, passed + 1, arrival + stayed_s)
    return ready


def _ways(timetable: Timetable, stop: int, pace: TransferPace) -> Iterator[tuple[int, int]]:
    """Yield where a rider who alights at a stop may board, and the seconds till then."""
    yield stop, paced(int(timetable.stop_change_s[stop]), pace, NONE)
    for hop in range(timetable.transfer_ptr[stop], timetable.transfer_ptr[stop + 1]):
        seconds, metres = int(timetable.transfer_s[hop]), int(timetable.transfer_m[hop])
        yield int(timetable.transfer_stop[hop]), paced(seconds, pace, metres)


def _stays(next_via: Iterable[TransitVia], stop: int, there: int, way_s: int) -> Iterator[int]:
    """Yield the seconds of a change with a stay, if it is one at the next via."""
    for via in next_via:
        if via.stay_s > 0 and stop in via.stops and there in via.stops:
            yield max(way_s, via.stay_s)
        elif via.stay_s > 0 and (stop in via.stops or there in via.stops):
            yield way_s + via.stay_s


def _lower(times: Times, stop: int, passed: int, time: int) -> None:
    times[stop, passed] = min(times.get((stop, passed), time), time)
