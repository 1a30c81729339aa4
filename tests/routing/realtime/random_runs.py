"""Random realtime for random networks, and the timetable that says the same without an overlay."""

from dataclasses import replace
from itertools import chain
from random import Random

from routing.realtime.overlay import Run
from routing.timetable import NONE
from tests.routing.transit.random_networks import MINUTE, N_STOPS, random_trip, random_trips
from tests.support.timetables import Network, Trip

SKIPPED = 3


def as_planned(network: Network) -> list[Run]:
    """Return a run for every trip on every day, all as the timetable says."""
    return [
        run_of(trip, index, day) for index, trip in enumerate(network.trips) for day in trip.days
    ]


def random_runs(random: Random, network: Network) -> list[Run]:
    """Make some trips late, early, cancelled, skipping stops or elsewhere, and add some."""
    dated = [(index, day) for index, trip in enumerate(network.trips) for day in sorted(trip.days)]
    chosen = random.sample(dated, random.randint(0, len(dated)))
    runs = [changed(random, network.trips[index], index, day) for index, day in chosen]
    for _ in range(random.randint(0, 2)):
        busy = min(trip.departures[0] for trip in network.trips)
        runs += [
            run_of(trip, NONE, day)
            for trip in random_trips(random, len(network.rules), busy)
            for day in trip.days
        ]
    return random.sample(runs, len(runs))


def changed(random: Random, trip: Trip, index: int, day: int) -> Run:
    """Return the trip as it might run that day."""
    kind = random.choice(["late", "late", "anew", "cancelled", "skips", "elsewhere"])
    if kind == "cancelled":
        return Run.cancelled(index, day)
    if kind == "anew":
        return run_of(
            random_trip(random, trip, max(trip.departures[0] - 60 * MINUTE, 0)), index, day
        )
    flags = list(trip.flags or [0] * len(trip.stops))
    stops = list(trip.stops)
    if kind == "skips":
        flags[random.randrange(len(flags))] = SKIPPED
    if kind == "elsewhere":
        stops[random.randrange(len(stops))] = random.randrange(N_STOPS)
    return run_of(delayed(random, replace(trip, flags=flags, stops=stops)), index, day)


def delayed(random: Random, trip: Trip) -> Trip:
    """Return the trip with delays that change on the way; some reach into other days."""
    delay = random.choice([-30, -5, 0, 5, 15, 60, 60, 24 * 60]) * MINUTE
    arrivals, departures, time = [], [], -(10**9)
    for arrival, departure in zip(trip.arrivals, trip.departures, strict=True):
        arrivals.append(time := max(arrival + delay, time))
        delay += random.choice([-5, 0, 0, 5, 20]) * MINUTE
        departures.append(time := max(departure + delay, time))
    return replace(trip, arrivals=arrivals, departures=departures)


def run_of(trip: Trip, index: int, day: int) -> Run:
    """Return a trip of the test's network as a run."""
    flags = trip.flags or [0] * len(trip.stops)
    route = trip.zone if index == NONE else NONE
    rule = trip.rule if index == NONE else NONE
    return Run(index, day, trip.stops, trip.arrivals, trip.departures, flags, route, rule)


def rebuilt(network: Network, runs: list[Run]) -> Network:
    """Return the network in which the runs are trips of the timetable."""
    other = {(run.trip, run.day) for run in runs}
    kept = [
        replace(trip, days={day for day in trip.days if (index, day) not in other})
        for index, trip in enumerate(network.trips)
    ]
    return replace(network, trips=[*kept, *chain.from_iterable(trips_of(network, runs))])


def trips_of(network: Network, runs: list[Run]) -> list[list[Trip]]:
    """Return the trip, or none, that each run is."""
    return [[trip_of(network, run)] if run.stops else [] for run in runs]


def trip_of(network: Network, run: Run) -> Trip:
    like = Trip((), (), (), zone=run.route, rule=run.rule)
    like = like if run.trip == NONE else network.trips[run.trip]
    return Trip(
        run.stops,
        run.arrivals,
        run.departures,
        run.flags,
        {run.day},
        rule=like.rule,
        zone=like.zone,
    )
