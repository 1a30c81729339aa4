"""Random small networks with all that makes timetables hard, and questions on them.

Hypothesis draws the seeds only: networks that it builds choice by choice are mostly too empty for
journeys with changes.
"""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from kommit.kit.clock import service_day_epoch
from routing.booking_rules import PRIOR_DAYS, REAL_TIME, SAME_DAY, BookingRule
from routing.query import TimeKind
from routing.timetable import NONE
from routing.transit.search import TransitQuery
from tests.support.timetables import BERLIN, Network, Trip

MINUTE, HOUR = 60, 3600
FIRST_DAYS = date(2024, 3, 30), date(2024, 6, 4), date(2024, 10, 26)
"""First of four days; in spring and autumn the second has 23 and 25 hours."""
BUSY = 2 * HOUR, 7 * HOUR, 23 * HOUR
"""Trips and questions crowd at one of these hours, or else hardly any would connect."""
N_STOPS = 5

networks = st.integers(0, 2**32).map(lambda seed: random_network(Random(seed)))
"""A strategy for networks."""


def queries(network: Network) -> st.SearchStrategy[TransitQuery]:
    """Return a strategy for questions on a network."""
    return st.integers(0, 2**32).map(lambda seed: random_query(Random(seed), network))


def random_network(random: Random) -> Network:
    """Make up to eight groups of trips on five stops over four days."""
    first = random.choice(FIRST_DAYS)
    rules = [random_rule(random) for _ in range(random.choice([0, 0, 2]))]
    busy = random.choice(BUSY)
    groups = [random_trips(random, len(rules), busy) for _ in range(random.randint(2, 8))]
    hops = {
        (random.randrange(N_STOPS), random.randrange(N_STOPS)): random.choice([0, 5, 20]) * MINUTE
        for _ in range(random.randint(0, 6))
    }
    return Network(
        N_STOPS,
        [trip for group in groups for trip in group],
        [(a, b, seconds) for (a, b), seconds in hops.items() if a != b],
        [random.choice([0, 5 * MINUTE]) for _ in range(N_STOPS)],
        rules,
        [first + timedelta(k) for k in range(4)],
        (BERLIN, ZoneInfo("Europe/London")),
    )


def random_trips(random: Random, n_rules: int, busy: int) -> list[Trip]:
    """Make some trips on one sequence of stops; loops, overtaking and equal times happen."""
    stops = [random.randrange(N_STOPS) for _ in range(random.randint(2, 5))]
    flags = [random.choice([0] * 9 + [1, 2, 3]) for _ in stops]
    rule = random.randrange(n_rules) if n_rules and random.random() < 0.6 else NONE
    zone = random.choice([0, 0, 0, 1])
    return [
        random_trip(random, Trip(stops, [], [], flags, zone=zone, rule=rule), busy)
        for _ in range(random.randint(1, 5))
    ]


def random_trip(random: Random, like: Trip, busy: int) -> Trip:
    """Make a trip with the stops and rules of another."""
    time = busy + random.randint(0, 24) * 5 * MINUTE
    arrivals, departures = [], []
    for _ in like.stops:
        time += random.choice([0, 5, 5, 10, 20]) * MINUTE
        arrivals.append(time)
        time += random.choice([0, 0, 0, 5]) * MINUTE
        departures.append(time)
    days = random.choice([{0, 1, 2, 3}, {0, 1, 2, 3}, {1, 2}, {0, 2}, {1}])
    return Trip(like.stops, arrivals, departures, like.flags, days, rule=like.rule, zone=like.zone)


def random_rule(random: Random) -> BookingRule:
    """Make a booking rule of any type."""
    longest = random.choice([NONE, NONE, 90])
    kind = random.choice([REAL_TIME, SAME_DAY, PRIOR_DAYS])
    if kind == SAME_DAY:
        return BookingRule(kind, random.choice([0, 30, 90]), NONE, NONE, longest)
    if kind == PRIOR_DAYS:
        last_time_s = random.choice([NONE, 9 * HOUR, 18 * HOUR])
        return BookingRule(kind, NONE, random.randint(0, 2), last_time_s, longest)
    return BookingRule(kind, NONE, NONE, NONE, longest)


def random_query(random: Random, network: Network) -> TransitQuery:
    """Make a question of any kind, at the network's busy hour of one of its days."""
    kind = random.choice(list(TimeKind))
    busy = min(trip.departures[0] for trip in network.trips)
    day = service_day_epoch(network.days[random.randrange(4)], network.zones[0])
    early, late = (-12, 9) if kind is TimeKind.DEPART else (12, 48)
    time = day + busy + random.randint(early, late) * 5 * MINUTE
    asked = time - random.randint(-2, 48) * HOUR // 2
    return TransitQuery(
        access=random_ends(random),
        egress=random_ends(random),
        time=time,
        kind=kind,
        window_s=random.choice([0, HOUR, 6 * HOUR, 24 * HOUR]),
        max_rides=random.choice([1, 2, 3, 8, 8]),
        now=asked if network.rules and random.random() < 0.8 else None,
        max_duration_s=random.choice([3 * HOUR, 24 * HOUR]),
    )


def random_ends(random: Random) -> tuple[list[int], list[int]]:
    """Make one or two stops with the way to each."""
    stops = [random.randrange(N_STOPS) for _ in range(random.randint(1, 2))]
    return stops, [random.choice([0, 5, 25]) * MINUTE for _ in stops]


in_seat_networks = st.integers(0, 2**32).map(lambda seed: random_through_runs(Random(seed)))
"""A strategy for networks in which riders may stay seated from trip to trip."""


def random_through_runs(random: Random) -> Network:
    """Make a network in which vehicles go on; some divide, and some go on on some days only."""
    network = random_network(random)
    trips = [*network.trips]
    through: dict[tuple[int, ...], set[int]] = {}
    for _ in range(random.randint(1, 6)):
        chain = [random.randrange(len(trips))]
        if trips[chain[0]].rule != NONE:
            continue
        while random.random() < 0.7 and (after := random_next(random, trips, chain[-1])):
            chain.append(after)
        days = set.intersection(*(set(trips[trip].days) for trip in chain))
        kept = {day for day in days if random.random() < 0.8}
        if len(chain) > 1 and kept:
            through[tuple(chain)] = kept
    return replace(network, trips=trips, through=list(through.items()))


def random_next(random: Random, trips: list[Trip], trip: int) -> int | None:
    """Return a trip that the vehicle of another goes on as; one that is made for it, at times."""
    last = trips[trip]
    fit = [
        index
        for index, other in enumerate(trips)
        if other.departures[0] >= last.arrivals[-1]
        and (other.zone, other.rule) == (last.zone, NONE)
        and index != trip
        and other.arrivals[-1] > other.departures[0]
    ]
    if fit and random.random() < 0.5:
        return random.choice(fit)
    stops = [last.stops[-1], *(random.randrange(N_STOPS) for _ in range(random.randint(1, 3)))]
    like = Trip(stops, [], [], zone=last.zone, route=random.choice([0, 0, 1]))
    trips.append(
        replace(random_trip(random, like, last.departures[-1] - 10 * MINUTE), days=last.days)
    )
    if trips[-1].departures[0] < last.arrivals[-1]:
        trips.pop()
        return None
    return len(trips) - 1
