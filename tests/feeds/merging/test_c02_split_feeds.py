"""A feed that is split in two and merged again gives the same journeys.

The other half has ids, positions and spellings of its own. Positions move by no more than 40 m: a
walk of that length is shorter than the least change (``MIN_CHANGE_S``), which is the time for
changing at one stop of one feed, so the answers must be equal to the second.
"""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from kommit.kit.clock import format_hms
from routing.footways import platforms_of
from routing.query import TimeKind
from routing.transit.search import TransitQuery, TransitSearch
from tests.feeds.merging.merged import HEAD, Result, Stop, merge

NAMES = ["Senden, Mahnmal", "Senden, Bahnhof", "Senden, Weseler Straße", "Ottmarsbocholt, Kirche",
         "Münster, Hbf", "Münster, Abzweig Hiltrup"]  # fmt: skip
SPELT = ["Mahnmal", "SENDEN BF", "Senden, Weselerstr.", "Kirche", "Münster (Westf) Hauptbahnhof",
         "Münster, Abzw. Hiltrup"]  # fmt: skip
MAX_MOVE_M = 40
MINUTE, HOUR = 60, 3600


class Ride(NamedTuple):
    """A trip: where it calls and when, in seconds."""

    route: int
    stops: list[int]
    times: list[int]


def random_rides(random: Random) -> list[Ride]:
    """Make a few trips on each of three to six routes; the first two routes have some."""
    rides = []
    for route in range(random.randint(3, 6)):
        stops = random.sample(range(len(NAMES)), random.randint(2, 5))
        for _ in range(random.randint(1, 4)):
            times = [8 * HOUR + random.randint(0, 90) * MINUTE]
            times += [0] * (len(stops) - 1)
            for i in range(1, len(stops)):
                times[i] = times[i - 1] + random.randint(1, 12) * MINUTE
            rides.append(Ride(route, stops, times))
    return rides


def tables(
    names: list[str], moves_m: list[float], rides: list[Ride], prefix: str
) -> dict[str, str]:
    """Return the tables of a feed with these rides; stops are a kilometre apart."""
    stops = [
        Stop(f"{prefix}{i}", name, 1000 * i + move)
        for i, (name, move) in enumerate(zip(names, moves_m, strict=True))
    ]
    routes = sorted({ride.route for ride in rides})
    calls = [
        f"{prefix}T{n},{prefix}{stop},{i},{format_hms(time)},{format_hms(time)}\n"
        for n, ride in enumerate(rides)
        for i, (stop, time) in enumerate(zip(ride.stops, ride.times, strict=True))
    ]
    return {
        "stops": HEAD + "".join(stop.row() for stop in stops),
        "routes": "route_id,agency_id,route_short_name,route_type\n"
        + "".join(f"R{route},A1,{route},3\n" for route in routes),
        "trips": "route_id,service_id,trip_id\n"
        + "".join(f"R{ride.route},daily,{prefix}T{n}\n" for n, ride in enumerate(rides)),
        "stop_times": "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n"
        + "".join(calls),
    }


def answers(result: Result, stop_ids: list[str]) -> list[set[tuple[int, int, int]]]:
    """Return departures, arrivals and rides of the journeys between each two stops, both ways."""
    tt = result.merged.compiled.timetable
    search = TransitSearch(tt)
    platforms = [platforms_of(tt, result.ids.index(stop)).tolist() for stop in stop_ids]
    ends = [(some, [0] * len(some)) for some in platforms]
    time = int(tt.day_epoch[0, 10]) + 8 * HOUR + 30 * MINUTE
    return [
        {
            (found.departure, found.arrival, found.rides)
            for found in search.search(TransitQuery(one, other, time, kind, window_s=HOUR))
        }
        for one in ends
        for other in ends
        if one is not other
        for kind in TimeKind
    ]


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_split_and_merged_gives_the_same_journeys(seed: int) -> None:
    random = Random(seed)
    rides = random_rides(random)
    in_one = {0} | {route for route in range(2, 6) if random.random() < 0.5}
    moves = [random.uniform(-MAX_MOVE_M, MAX_MOVE_M) for _ in NAMES]
    still = [0.0] * len(NAMES)
    one = tables(NAMES, still, [ride for ride in rides if ride.route in in_one], "a")
    other = tables(SPELT, moves, [ride for ride in rides if ride.route not in in_one], "x")
    with TemporaryDirectory() as folder:
        whole = merge(Path(folder), whole=tables(NAMES, still, rides, "a"))
        split = merge(Path(folder), one=one, other=other)
    assert len(split.joins()) == len(NAMES)
    expected = answers(whole, [f"whole:a{i}" for i in range(len(NAMES))])
    assert any(expected), "the network is not empty"
    assert answers(split, [f"one:a{i}" for i in range(len(NAMES))]) == expected
    assert answers(split, [f"other:x{i}" for i in range(len(NAMES))]) == expected


def test_stops_that_move_further_are_no_longer_the_same() -> None:
    """The property would hold for any positions if nothing but names counted."""
    rides = [Ride(0, [0, 1], [8 * HOUR, 9 * HOUR]), Ride(1, [1, 2], [10 * HOUR, 11 * HOUR])]
    for move_m, joined in ((45.0, len(NAMES)), (55.0, 0)):
        with TemporaryDirectory() as folder:
            split = merge(
                Path(folder),
                one=tables(NAMES, [0.0] * len(NAMES), rides[:1], "a"),
                other=tables(SPELT, [move_m] * len(NAMES), rides[1:], "x"),
            )
        assert len(split.joins()) == joined
