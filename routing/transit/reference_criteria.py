"""The slow twin of the search with criteria: every Pareto-optimal journey, then those near one.

No lanes, bounds, steps or mirror: every trip of every day is looked at in every round, and what
riders paid, walked and risked is kept as it is. Only riders who are worse in every way than
another at the same stop are forgotten. The tests compare the kernels with it on random networks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from routing.query import TimeKind
from routing.timetable import Timetable
from routing.transit.criteria import Slack
from routing.transit.criteria_costs import Criterion, RideCosts, ride_cost
from routing.transit.criteria_scene import RISKY_S, TIGHT_S
from routing.transit.reference import Call, _calls
from routing.transit.search import TransitJourney, TransitQuery


class Weighed(NamedTuple):
    """The criteria of a journey. Times are Unix seconds; one that is not asked for is fixed."""

    departure: int
    arrival: int
    rides: int
    costs: tuple[int, ...]

    def beats(self, other: "Weighed", quanta: Sequence[int] | None = None) -> bool:
        """Say whether this is no worse in time and rides, and in no cost by a quantum.

        Without ``quanta``: not the same and no worse in anything.
        """
        least = quanta or [1] * len(self.costs)
        return (
            (quanta is not None or self != other)
            and self.departure >= other.departure
            and self.arrival <= other.arrival
            and self.rides <= other.rides
            and all(a < b + q for a, b, q in zip(self.costs, other.costs, least, strict=True))
        )


class Trip(NamedTuple):
    """A trip on a day, with the cost of riding between any two of its calls."""

    calls: list[Call]
    fare: Mapping[tuple[int, int], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class World:
    """A timetable with what rides cost."""

    timetable: Timetable
    costs: RideCosts
    criteria: tuple[Criterion, ...]

    def walked(self, seconds: int) -> tuple[int, ...]:
        """Return the costs of a walk."""
        return tuple(seconds if each is Criterion.WALKING else 0 for each in self.criteria)

    def risked(self, rides: int, spare_s: int) -> tuple[int, ...]:
        """Return the costs of boarding with time to spare."""
        points = int(rides > 0) * ((spare_s < TIGHT_S) + (spare_s < RISKY_S))
        return tuple(points if each is Criterion.RELIABILITY else 0 for each in self.criteria)

    def trips(self, now: int | None) -> Iterator[Trip]:
        """Give every trip on every day."""
        tt = self.timetable
        for trip in range(tt.trip_route.size):
            zone = int(tt.agency_zone[tt.route_agency[tt.trip_route[trip]]])
            fare = self._fares(trip)
            for day in range(tt.n_days):
                if tt.service_active[tt.trip_service[trip], day]:
                    yield Trip(list(_calls(tt, trip, day, zone, now)), fare)

    def _fares(self, trip: int) -> dict[tuple[int, int], tuple[int, ...]]:
        n_calls = int(self.timetable.trip_event_ptr[trip + 1] - self.timetable.trip_event_ptr[trip])
        pairs = [(board, alight) for alight in range(n_calls) for board in range(alight)]
        return {
            pair: tuple(self._fare(trip, each, *pair) for each in self.criteria) for pair in pairs
        }

    def _fare(self, trip: int, criterion: Criterion, board: int, alight: int) -> int:
        tt, costs = self.timetable, self.costs
        route = tt.trip_route[trip]
        stops = tt.event_stop[tt.trip_event_ptr[trip] : tt.trip_event_ptr[trip + 1]]
        way = tt.stop_lat[stops], tt.stop_lon[stops], board, alight
        if criterion is Criterion.PRICE:
            return ride_cost(int(costs.boarding_minor[route]), int(costs.minor_per_km[route]), *way)
        return (
            ride_cost(0, int(costs.grams_per_km[route]), *way) if criterion is Criterion.CO2 else 0
        )


class Rider(NamedTuple):
    """Somebody at a stop after some rides."""

    departure: int
    time: int
    costs: tuple[int, ...]

    def beats(self, other: "Rider") -> bool:
        """Say whether this is no worse in any way."""
        return (
            self.departure >= other.departure
            and self.time <= other.time
            and all(a <= b for a, b in zip(self.costs, other.costs, strict=True))
        )


Bag = dict[int, list[Rider]]


def near(
    world: World, query: TransitQuery, anchors: Iterable[TransitJourney], slack: Slack
) -> set[Weighed]:
    """Return the criteria of all Pareto-optimal journeys near an anchor, also beyond the window.

    Without a window, the departure (``ARRIVE``: the arrival) is the one asked for, as it does not
    count.
    """
    found = {_fixed(each, query) for each in _journeys(world, query)}
    around = [(each, slack.of(each)) for each in anchors]
    close = {each for each in found if any(_is_near(each, query, a, s, slack) for a, s in around)}
    return {each for each in close if not any(other.beats(each) for other in close)}


def _fixed(found: Weighed, query: TransitQuery) -> Weighed:
    if query.window_s:
        return found
    if query.kind is TimeKind.DEPART:
        return found._replace(departure=query.time)
    return found._replace(arrival=query.time)


def _is_near(
    found: Weighed, query: TransitQuery, anchor: TransitJourney, near_s: int, slack: Slack
) -> bool:
    early = found.departure < anchor.departure - near_s
    late = found.arrival > anchor.arrival + near_s
    if query.window_s == 0:
        early &= query.kind is TimeKind.ARRIVE
        late &= query.kind is TimeKind.DEPART
    return not early and not late and found.rides <= anchor.rides + slack.rides


def in_window(found: Weighed, query: TransitQuery) -> bool:
    """Say whether a journey is one that the question asks for."""
    if query.window_s == 0:
        return True
    if query.kind is TimeKind.DEPART:
        return found.departure < query.time + query.window_s
    return found.arrival > query.time - query.window_s


def _journeys(world: World, query: TransitQuery) -> Iterator[Weighed]:
    """Give the criteria of journeys; all that are Pareto-optimal are among them."""
    trips = list(world.trips(query.now))
    reach_s = query.window_s + query.max_duration_s
    departs = query.kind is TimeKind.DEPART
    begin = query.time if departs else query.time - reach_s
    ready: Bag = {}
    for stop, seconds in zip(*query.access, strict=True):
        for second in _instants(trips, int(stop), int(seconds), begin, begin + reach_s):
            rider = Rider(second, second + int(seconds), world.walked(int(seconds)))
            _put(ready, int(stop), rider)
    for rides in range(1, query.max_rides + 1):
        arrived = _ride(world, trips, ready, rides - 1)
        for stop, seconds in zip(*query.egress, strict=True):
            for rider in arrived.get(int(stop), []):
                arrival = rider.time + int(seconds)
                since = query.time if departs and query.window_s == 0 else rider.departure
                until = since + query.max_duration_s
                if arrival <= (until if departs else min(until, query.time)):
                    costs = _sum(rider.costs, world.walked(int(seconds)))
                    yield Weighed(rider.departure, arrival, rides, costs)
        ready = _change(world, arrived)


def _instants(trips: list[Trip], stop: int, seconds: int, begin: int, end: int) -> set[int]:
    """Return the seconds at which setting out for a stop just catches a vehicle."""
    calls = (call for trip in trips for call in trip.calls if call.stop == stop)
    return {s for s in (call.departure - seconds for call in calls) if begin <= s <= end}


def _ride(world: World, trips: list[Trip], ready: Bag, rides: int) -> Bag:
    """Return who arrives where by one ride more."""
    arrived: Bag = {}
    for trip in trips:
        for board, call in enumerate(trip.calls):
            for rider in ready.get(call.stop, []) if call.boards else []:
                if rider.time > call.departure:
                    continue
                paid = _sum(rider.costs, world.risked(rides, call.departure - rider.time))
                for alight in range(board + 1, len(trip.calls)):
                    end = trip.calls[alight]
                    if end.alights:
                        costs = _sum(paid, trip.fare[board, alight])
                        _put(arrived, end.stop, Rider(rider.departure, end.arrival, costs))
    return arrived


def _change(world: World, arrived: Bag) -> Bag:
    """Return who can board again where."""
    tt = world.timetable
    ready: Bag = {}
    for stop, riders in arrived.items():
        hops = range(tt.transfer_ptr[stop], tt.transfer_ptr[stop + 1])
        ways = [(int(tt.transfer_stop[hop]), int(tt.transfer_s[hop])) for hop in hops]
        for rider in riders:
            changed = rider.time + int(tt.stop_change_s[stop])
            _put(ready, stop, rider._replace(time=changed))
            for there, seconds in ways:
                costs = _sum(rider.costs, world.walked(seconds))
                _put(ready, there, Rider(rider.departure, rider.time + seconds, costs))
    return ready


def _put(bag: Bag, stop: int, rider: Rider) -> None:
    riders = bag.setdefault(stop, [])
    if not any(other.beats(rider) for other in riders):
        riders[:] = [other for other in riders if not rider.beats(other)] + [rider]


def _sum(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))
