"""C03: whatever a rider takes, and however fast, the kernels answer as their slow twin."""

from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from routing.transit.arrays import NEVER
from routing.transit.search import (
    TransitHop,
    TransitJourney,
    TransitQuery,
    TransitRide,
    TransitSearch,
)
from tests.routing.transit.random_networks import random_query
from tests.routing.transit.random_wishes import (
    Region,
    from_end_to_end,
    random_filter,
    random_pace,
    random_region,
    two_lines,
)
from tests.routing.transit.variants import agrees_with_reference
from tests.support.examples import many, some

randoms = st.integers(0, 2**32).map(Random)


def wished(random: Random, region: Region) -> TransitQuery:
    """Make a question of somebody who is particular."""
    query = random_query(random, region.network)
    return replace(query, filter=random_filter(random, region), pace=random_pace(random))


@many
@given(randoms)
def test_the_same_answers(random: Random) -> None:
    region = random_region(random)
    search = TransitSearch(region.timetable())
    for _ in range(4):
        assert agrees_with_reference(search, wished(random, region))


@many
@given(randoms)
def test_quick_and_slow_walkers_between_two_lines(random: Random) -> None:
    region = two_lines(random)
    search = TransitSearch(region.timetable())
    for _ in range(4):
        assert agrees_with_reference(search, from_end_to_end(random, region))


@many
@given(randoms)
def test_only_what_is_wanted_is_ridden_and_changes_take_their_time(random: Random) -> None:
    region = random_region(random)
    search = TransitSearch(region.timetable())
    query = wished(random, region)
    for journey in search.search(query):
        check_ends(query, journey)
        check_rides(search, query, journey)
        check_changes(search, query, journey)


@some
@given(randoms)
def test_a_filter_leaves_no_trace(random: Random) -> None:
    region = random_region(random)
    timetable = region.timetable()
    used = TransitSearch(timetable)
    for _ in range(3):
        used.search(wished(random, region))
        used.reach(([0], [0]), random_query(random, region.network).time, 7200, wanted=None)
        plain = random_query(random, region.network)
        assert used.search(plain) == TransitSearch(timetable).search(plain)


@some
@given(randoms)
def test_a_filter_is_a_timetable_without_the_other_trips(random: Random) -> None:
    region = random_region(random)
    timetable, query = region.timetable(), wished(random, region)
    if query.filter is None:
        return
    taken = query.filter.allowed_rides(
        timetable, timetable.trip_route, timetable.trip_booking_rule, timetable.trip_flags
    )
    active = timetable.service_active.copy()
    active[~taken] = 0  # every trip has a service of its own
    fewer = TransitSearch(timetable._replace(service_active=active))
    stops_only = replace(query.filter, only_routes=None, only_modes=None, only_agencies=None)
    stops_only = replace(
        stops_only, banned_routes=frozenset(), banned_modes=frozenset(), banned_agencies=frozenset()
    )
    same = replace(query, filter=replace(stops_only, bikes=False))
    assert TransitSearch(timetable).search(query) == fewer.search(same)


@some
@given(randoms)
def test_reach_is_the_earliest_arrival_at_every_stop(random: Random) -> None:
    region = random_region(random)
    search, query = TransitSearch(region.timetable()), wished(random, region)
    seconds = search.reach(
        query.access, query.time, 6 * 3600, 3, wanted=query.filter, pace=query.pace
    )
    for stop, found in enumerate(seconds.tolist()):
        asked = TransitQuery(
            query.access,
            ([stop], [0]),
            query.time,
            max_rides=3,
            max_duration_s=6 * 3600,
            filter=query.filter,
            pace=query.pace,
        )
        arrivals = [journey.arrival for journey in search.search(asked)]
        assert found == (min(arrivals) - query.time if arrivals else NEVER)


def rides_of(journey: TransitJourney) -> list[TransitRide]:
    return [leg for leg in journey.legs if isinstance(leg, TransitRide)]


def check_ends(query: TransitQuery, journey: TransitJourney) -> None:
    """Check that the doors are those of the question, filtered stops or not."""
    rides = rides_of(journey)
    assert query.access[0][journey.access] == rides[0].from_stop
    assert query.egress[0][journey.egress] == rides[-1].to_stop
    assert rides[0].departure - journey.departure >= query.access[1][journey.access]
    assert journey.arrival - rides[-1].arrival >= query.egress[1][journey.egress]


def check_rides(search: TransitSearch, query: TransitQuery, journey: TransitJourney) -> None:
    tt = search.views.frame.timetable
    if query.filter is None:
        return
    trips = np.array([ride.trip for ride in rides_of(journey)])
    terms = tt.trip_route[trips], tt.trip_booking_rule[trips], tt.trip_flags[trips]
    assert query.filter.allowed_rides(tt, *terms).all()
    if query.filter.wheelchair:
        used = [stop for ride in rides_of(journey) for stop in (ride.from_stop, ride.to_stop)]
        assert not query.filter.chair.closed_stops(tt.stop_wheelchair[used]).any()


def check_changes(search: TransitSearch, query: TransitQuery, journey: TransitJourney) -> None:
    tt, pace = search.views.frame.timetable, query.pace
    for at, leg in enumerate(journey.legs):
        if isinstance(leg, TransitHop):
            before, after = journey.legs[at - 1], journey.legs[at + 1]
            hops = range(tt.transfer_ptr[leg.from_stop], tt.transfer_ptr[leg.from_stop + 1])
            (hop,) = (h for h in hops if tt.transfer_stop[h] == leg.to_stop)
            whole = pace.hop_s(tt.transfer_s[hop : hop + 1], tt.transfer_m[hop : hop + 1])[0]
            assert leg.seconds == whole - pace.buffer_s
            assert before.arrival + whole <= after.departure
        elif at and isinstance(journey.legs[at - 1], TransitRide):
            change_s = pace.change_s(tt.stop_change_s[leg.from_stop : leg.from_stop + 1])[0]
            assert journey.legs[at - 1].arrival + change_s <= leg.departure


def test_the_wishes_are_not_all_vain() -> None:
    """Say that the random questions above are answered by journeys, and by changes."""
    n_found = n_changes = n_empty = 0
    for seed in range(400):
        random = Random(seed)
        region = random_region(random)
        journeys = TransitSearch(region.timetable()).search(wished(random, region))
        n_found += bool(journeys)
        n_empty += not journeys
        n_changes += any(len(journey.legs) > 1 for journey in journeys)
    assert n_found > 60
    assert n_changes > 15
    assert n_empty > 60
