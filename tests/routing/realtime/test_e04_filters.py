"""E04: under an overlay, a filter takes what it takes of a timetable that says the same."""

from dataclasses import replace
from itertools import chain
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.filters import RideFilter
from routing.realtime.overlay import OverlaidViews, Overlay, Run
from routing.timetable import BIKES, NONE
from routing.transit.reference import answers
from routing.transit.search import TransitSearch
from tests.routing.realtime.random_runs import random_runs, rebuilt
from tests.routing.realtime.test_e01_overlay import fixed, under
from tests.routing.transit.random_networks import random_query
from tests.routing.transit.random_wishes import (
    N_ROUTES,
    Region,
    random_filter,
    random_pace,
    random_region,
)
from tests.support.examples import many
from tests.support.timetables import Network, network

randoms = st.integers(0, 2**32).map(Random)


def wanted_runs(random: Random, region: Region) -> list[Run]:
    """Make realtime whose added trips have routes and flags."""
    runs = random_runs(random, region.network)
    return [
        replace(
            run,
            route=run.route * N_ROUTES + random.randrange(N_ROUTES),
            trip_flags=random.randrange(4),
        )
        if run.trip == NONE
        else run
        for run in runs
    ]


def as_timetable(region: Region, runs: list[Run]) -> Region:
    """Return the region in which the runs are trips of the timetable."""
    plain = [replace(r, route=r.route // N_ROUTES) if r.trip == NONE else r for r in runs]
    built = rebuilt(region.network, plain)
    n_kept = len(region.network.trips)
    told = [run for run in runs if run.stops]
    routes = [route_of(region.network, run) for run in told]
    moved = [
        replace(trip, route=route) for trip, route in zip(built.trips[n_kept:], routes, strict=True)
    ]
    flags = [run.trip_flags if run.trip == NONE else region.trip_flags[run.trip] for run in told]
    return replace(
        region,
        network=replace(built, trips=[*built.trips[:n_kept], *moved]),
        trip_flags=list(chain(region.trip_flags, flags)),
    )


def route_of(of: Network, run: Run) -> int:
    """Return the route of a run within its time zone."""
    return run.route % N_ROUTES if run.trip == NONE else of.trips[run.trip].route


@many
@given(randoms)
def test_a_filter_sees_what_runs(random: Random) -> None:
    region = random_region(random)
    runs = wanted_runs(random, region)
    expected = as_timetable(region, runs).timetable()
    live = under(TransitSearch(region.timetable()), runs)
    for _ in range(4):
        query = replace(
            random_query(random, region.network),
            filter=random_filter(random, region),
            pace=random_pace(random),
        )
        assert fixed(query, live.search(query)) == sorted(answers(expected, query))


@pytest.mark.parametrize(("flags", "found"), [(0, 0), (BIKES, 1)])
def test_an_added_trip_takes_bicycles_only_if_it_says_so(flags: int, found: int) -> None:
    tiny = network("A B\n8:00 8:10")
    added = Run(NONE, 2, [0, 1], [30_000, 30_600], [30_000, 30_600], [0, 0], 0, trip_flags=flags)
    overlay = Overlay(tiny.search.views.frame, [added])
    live = TransitSearch(tiny.timetable, OverlaidViews(tiny.search.views, overlay))
    query = replace(tiny.query("A 8:00-9:00 -> B"), filter=RideFilter(bikes=True))
    assert len(live.search(query)) == found
