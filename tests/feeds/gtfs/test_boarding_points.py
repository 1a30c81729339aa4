"""On random networks, boarding points give the journeys that the rules ask for.

The slow twin knows neither points nor classes of trips: it gets a network in which every trip has
stops of its own, and the seconds between each two trips are looked up among the rules one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from feeds.gtfs.boarding_points import with_boarding_points
from feeds.gtfs.transfer_rows import Rows
from feeds.gtfs.transfers import FORBIDDEN, NO_CHANGE_S, Edges
from routing.query import TimeKind
from routing.timetable import NONE, Timetable
from routing.transit.reference import answers
from routing.transit.search import Offsets, TransitJourney, TransitQuery, TransitRide, TransitSearch
from tests.routing.transit.random_networks import N_STOPS, random_network, random_query
from tests.routing.transit.test_c01_reference import check_journey
from tests.routing.transit.variants import criteria
from tests.support.examples import many
from tests.support.timetables import Network, Trip, compile_network

MINUTE = 60
MOST_TRIPS = 16


@dataclass(frozen=True)
class Rule:
    """A row; routes and trips are ``NONE`` where it is for all of them."""

    origin: int
    target: int
    from_route: int
    to_route: int
    from_trip: int
    to_trip: int
    seconds: int

    def fits(self, net: "Ruled", one: int, a: int, other: int, b: int) -> bool:
        return (
            (a, b) == (self.origin, self.target)
            and self.from_route in (NONE, net.route(one))
            and self.to_route in (NONE, net.route(other))
            and self.from_trip in (NONE, net.source[one])
            and self.to_trip in (NONE, net.source[other])
        )


@dataclass(frozen=True)
class Ruled:
    """A network with rules, the most specific first."""

    network: Network
    source: Sequence[int]
    """Row of ``trips.txt`` of each trip: some are runs of the same."""
    rules: Sequence[Rule]

    def route(self, trip: int) -> int:
        """Return the route index that ``compile_network`` gives a trip."""
        n_routes = max(each.route for each in self.network.trips) + 1
        return self.network.trips[trip].zone * n_routes + self.network.trips[trip].route

    def change_s(self, one: int, a: int, other: int, b: int) -> int | None:
        """Return the seconds from a trip at stop ``a`` to another at ``b``; None if one may not."""
        said = [rule.seconds for rule in self.rules if rule.fits(self, one, a, other, b)]
        if said:
            return None if said[0] == FORBIDDEN else said[0]
        if a == b:
            return self.network.change_s[a]
        return {hop[:2]: hop[2] for hop in self.network.hops}.get((a, b))


def random_ruled(random: Random) -> Ruled:
    network = random_network(random)
    trips = [
        replace(trip, route=random.randrange(3))
        for trip in random.sample(network.trips, min(MOST_TRIPS, len(network.trips)))
    ]
    source = sorted(random.randrange(len(trips)) for _ in trips)
    net = Ruled(replace(network, trips=trips), source, ())
    return replace(
        net, rules=[random_rule(random, net) for _ in range(random.choice([1, 5, 20, 60]))]
    )


def random_rule(random: Random, net: Ruled) -> Rule:
    """Make a rule between stops that trips call at, so that most fit somebody."""
    one, other = (random.randrange(len(net.source)) for _ in range(2))
    origin = random.choice(net.network.trips[one].stops)
    target = random.choice([*net.network.trips[other].stops, *[origin] * 8])

    def maybe(index: int) -> int:
        return random.choice([NONE, index])

    return Rule(
        origin,
        target,
        maybe(net.route(one)),
        maybe(net.route(other)),
        maybe(net.source[one]),
        maybe(net.source[other]),
        random.choice([FORBIDDEN, 0, 5 * MINUTE, 20 * MINUTE]),
    )


def with_points(net: Ruled) -> Timetable:
    columns = np.array([list(vars(rule).values()) for rule in net.rules], dtype=np.int64).T
    unused = np.zeros(len(net.rules), dtype=np.int64)
    rows = Rows(*columns[:6], unused, unused)
    edges = Edges(columns[0], columns[1], columns[6], unused)
    timetable = compile_network(net.network)
    return with_boarding_points(timetable, rows, edges, np.array(net.source))


def spelled_out(net: Ruled) -> tuple[Timetable, list[int]]:
    """Return the timetable with stops of its own for every trip, and what stop each of them is."""
    calls = sorted(
        {(trip, stop) for trip, each in enumerate(net.network.trips) for stop in each.stops}
    )
    hops, change = [], []
    for (i, (one, a)), (j, (other, b)) in product(enumerate(calls), repeat=2):
        seconds = net.change_s(one, a, other, b)
        if i == j:
            change.append(NO_CHANGE_S if seconds is None else seconds)
        elif seconds is not None:
            hops.append((i, j, seconds))
    trips = [
        replace(each, stops=[calls.index((trip, stop)) for stop in each.stops])
        for trip, each in enumerate(net.network.trips)
    ]
    network = replace(net.network, n_stops=len(calls), trips=trips, hops=hops, change_s=change)
    return compile_network(network), [stop for _, stop in calls]


def at_all(ends: Offsets, stop_of: Sequence[int]) -> Offsets:
    """Return the ends of a question at everything that stands for their stops."""
    pairs = [
        (point, seconds)
        for stop, seconds in zip(*ends, strict=True)
        for point, its_stop in enumerate(stop_of)
        if its_stop == stop
    ]
    return [p for p, _ in pairs], [s for _, s in pairs]


def asked_at_all(query: TransitQuery, stop_of: Sequence[int]) -> TransitQuery:
    return replace(
        query, access=at_all(query.access, stop_of), egress=at_all(query.egress, stop_of)
    )


@many
@given(st.integers(0, 2**32))
def test_the_same_answers_as_the_rules_give(seed: int) -> None:
    random = Random(seed)
    net = random_ruled(random)
    timetable = with_points(net)
    twin, stop_of_twin = spelled_out(net)
    search = TransitSearch(timetable)
    for _ in range(3):
        query = random_query(random, net.network)
        asked = asked_at_all(query, timetable.stop_of.tolist())
        journeys = search.search(asked)
        found = {criteria(journey) for journey in journeys}
        if query.window_s == 0 and query.kind is TimeKind.DEPART:
            found = {answer._replace(departure=query.time) for answer in found}
        elif query.window_s == 0:
            found = {answer._replace(arrival=query.time) for answer in found}
        assert found == answers(twin, asked_at_all(query, stop_of_twin))
        for journey in journeys:
            check_journey(search, asked, journey)
            check_changes(net, timetable, journey)


def check_changes(net: Ruled, timetable: Timetable, journey: TransitJourney) -> None:
    """Check every change of a journey against the rules."""
    rides = [leg for leg in journey.legs if isinstance(leg, TransitRide)]
    for one, other in pairwise(rides):
        a, b = (int(timetable.stop_of[stop]) for stop in (one.to_stop, other.from_stop))
        seconds = net.change_s(one.trip, a, other.trip, b)
        assert seconds is not None
        assert one.arrival + seconds <= other.departure


def test_rules_matter_in_the_random_networks() -> None:
    """Else the test above could not fail."""
    other = with_changes = 0
    for seed in range(150):
        random = Random(seed)
        net = random_ruled(random)
        timetable, plain = with_points(net), TransitSearch(compile_network(net.network))
        ruled = TransitSearch(timetable)
        for _ in range(3):
            query = random_query(random, net.network)
            found = plain.search(query)
            asked = asked_at_all(query, timetable.stop_of.tolist())
            with_changes += any(journey.rides > 1 for journey in found)
            other += {*map(criteria, found)} != {*map(criteria, ruled.search(asked))}
    assert other > with_changes / 5 > 5


def test_stops_without_rules_are_not_split() -> None:
    trips = [Trip([0, 1], [0, 60], [0, 60], route=route) for route in (0, 1)] + [
        Trip([1, 2], [120, 180], [120, 180], route=2)
    ]
    net = Ruled(Network(N_STOPS, trips, change_s=[30] * N_STOPS), [0, 1, 2], [
        Rule(1, 1, 1, 2, NONE, NONE, 0),
    ])  # fmt: skip
    timetable = with_points(net)
    assert timetable.stop_of.tolist() == [0, 1, 2, 3, 4, 1, 1]
    assert timetable.event_stop.tolist() == [0, 1, 0, 5, 6, 2]
    # nobody comes by a trip to the point where trips start, nor leaves from where they end
    assert np.diff(timetable.transfer_ptr).tolist() == [0, 1, 0, 0, 0, 2, 0]
    assert timetable.transfer_stop.tolist() == [6, 6, 1]
    assert timetable.transfer_s.tolist() == [30, 0, 30]
    # a change is no walk that the quick would do in less time
    assert timetable.transfer_m.tolist() == [NONE, 0, NONE]
