"""C03: with through-runs the kernels answer as their slow twin, which knows only the parts."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from routing.timetable import NO_DROP_OFF, NO_PICKUP
from routing.transit.departures import next_departures
from routing.transit.search import TransitJourney, TransitRide, TransitSearch
from tests.routing.transit.random_networks import (
    in_seat_networks,
    queries,
    random_query,
    random_through_runs,
)
from tests.routing.transit.random_wishes import random_filter, random_pace, random_region
from tests.routing.transit.test_c01_reference import found
from tests.routing.transit.variants import agrees_with_reference
from tests.support.examples import many, some
from tests.support.timetables import Network, compile_network


@many
@given(st.data())
def test_the_same_answers(data: st.DataObject) -> None:
    network = data.draw(in_seat_networks)
    search = TransitSearch(compile_network(network))
    for _ in range(4):
        assert agrees_with_reference(search, data.draw(queries(network)))


@many
@given(st.integers(0, 2**32).map(Random))
def test_a_filter_takes_the_whole_vehicle_or_its_parts(random: Random) -> None:
    region = random_region(random, random_through_runs(random))
    search = TransitSearch(region.timetable())
    for _ in range(4):
        query = random_query(random, region.network)
        asked = replace(query, filter=random_filter(random, region), pace=random_pace(random))
        assert agrees_with_reference(search, asked)


@many
@given(st.data())
def test_journeys_can_be_travelled(data: st.DataObject) -> None:
    network = data.draw(in_seat_networks)
    search = TransitSearch(compile_network(network))
    for journey in search.search(data.draw(queries(network))):
        check_rides(network, search, journey)


@some
@given(st.data())
def test_numbering_the_trips_changes_nothing(data: st.DataObject) -> None:
    network = data.draw(in_seat_networks)
    query = data.draw(queries(network))
    order = data.draw(st.permutations(range(len(network.trips))))
    other = replace(
        network,
        trips=[network.trips[index] for index in order],
        through=[
            ([order.index(trip) for trip in parts], days) for parts, days in network.through[::-1]
        ],
    )
    assert found(network, query) == found(other, query)


@some
@given(st.data())
def test_staying_seated_is_never_worse_than_changing(data: st.DataObject) -> None:
    network = data.draw(in_seat_networks)
    query = replace(data.draw(queries(network)), window_s=0)
    search = TransitSearch(compile_network(network))
    apart = TransitSearch(compile_network(replace(network, through=())))
    seated = search.reach(query.access, query.time, 6 * 3600, query.max_rides)
    changed = apart.reach(query.access, query.time, 6 * 3600, query.max_rides)
    assert (seated <= changed).all()


@some
@given(st.data())
def test_boards_list_what_they_would_without_through_runs(data: st.DataObject) -> None:
    network = data.draw(in_seat_networks)
    time = data.draw(queries(network)).time
    search = TransitSearch(compile_network(network))
    apart = TransitSearch(compile_network(replace(network, through=())))
    boards = [
        sorted(next_departures(each.views, [0, 1, 2, 3, 4], time, 500)) for each in (search, apart)
    ]
    assert boards[0] == boards[1]


def check_rides(network: Network, search: TransitSearch, journey: TransitJourney) -> None:
    """Check every ride against the timetable, and that vehicles go on where riders stay."""
    tt = search.views.frame.timetable
    rides = [leg for leg in journey.legs if isinstance(leg, TransitRide)]
    assert not rides[0].stay_seated
    for ride in rides:
        epoch = tt.day_epoch[network.trips[ride.trip].zone, ride.day]
        board, alight = tt.trip_event_ptr[ride.trip] + np.array([ride.board, ride.alight])
        assert ride.board < ride.alight
        assert ride.day in network.trips[ride.trip].days
        assert (tt.event_stop[board], tt.event_stop[alight]) == (ride.from_stop, ride.to_stop)
        assert ride.departure == epoch + tt.event_departure[board]
        assert ride.arrival == epoch + tt.event_arrival[alight]
        assert ride.stay_seated or not tt.event_flags[board] & NO_PICKUP
    for before, after in pairwise(journey.legs):
        if isinstance(after, TransitRide) and after.stay_seated:
            assert isinstance(before, TransitRide)
            assert before.alight == len(network.trips[before.trip].stops) - 1
            assert after.board == 0
            assert any(
                (before.trip, after.trip) in pairwise(parts) and after.day in days
                for parts, days in network.through
            )
        elif isinstance(before, TransitRide):
            event = tt.trip_event_ptr[before.trip] + before.alight
            assert not tt.event_flags[event] & NO_DROP_OFF
