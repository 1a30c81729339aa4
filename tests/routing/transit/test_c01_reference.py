"""C01: on random networks the kernels answer as their slow twin, and obey what must always hold."""

from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from routing.query import TimeKind
from routing.timetable import NO_DROP_OFF, NO_PICKUP
from routing.transit.reference import answers
from routing.transit.search import (
    TransitHop,
    TransitJourney,
    TransitQuery,
    TransitRide,
    TransitSearch,
)
from tests.routing.transit.random_networks import N_STOPS, networks, queries, random_trips
from tests.routing.transit.variants import agrees_with_reference, criteria
from tests.support.examples import many, some
from tests.support.timetables import Network, Trip, compile_network


@many
@given(st.data())
def test_the_same_answers(data: st.DataObject) -> None:
    network = data.draw(networks)
    search = TransitSearch(compile_network(network))
    for _ in range(4):
        assert agrees_with_reference(search, data.draw(queries(network)))


@many
@given(st.data())
def test_journeys_can_be_travelled(data: st.DataObject) -> None:
    network = data.draw(networks)
    search = TransitSearch(compile_network(network))
    query = data.draw(queries(network))
    for journey in search.search(query):
        check_journey(search, query, journey)


@some
@given(st.data())
def test_arriving_is_departing_in_a_mirror(data: st.DataObject) -> None:
    network = data.draw(networks)
    search = TransitSearch(compile_network(network))
    query = replace(data.draw(queries(network)), now=None, window_s=6 * 3600)
    departing = replace(query, kind=TimeKind.DEPART)
    for found in map(criteria, search.search(departing)):
        # the same journey is there when its arrival is asked for
        arriving = replace(query, kind=TimeKind.ARRIVE, time=found.arrival, window_s=1)
        same = {criteria(journey) for journey in search.search(arriving)}
        assert any(a == found or a.beats(found) for a in same)
        assert all(not a.beats(found) for a in same)


@some
@given(st.data())
def test_numbering_changes_nothing(data: st.DataObject) -> None:
    network = data.draw(networks)
    query = data.draw(queries(network))
    new = data.draw(st.permutations(range(N_STOPS)))
    shuffled = data.draw(st.permutations([renumbered(trip, new) for trip in network.trips]))
    other = Network(
        N_STOPS,
        shuffled,
        [(new[a], new[b], s) for a, b, s in network.hops],
        [network.change_s[new.index(k)] for k in range(N_STOPS)],
        network.rules,
        network.days,
        network.zones,
    )
    moved = replace(query, access=at(query.access, new), egress=at(query.egress, new))
    assert found(network, query) == found(other, moved)


@some
@given(st.data())
def test_a_new_trip_makes_nothing_worse(data: st.DataObject) -> None:
    network = data.draw(networks)
    query = data.draw(queries(network))
    more = replace(
        network,
        trips=[
            *network.trips,
            *random_trips(Random(data.draw(st.integers(0, 99))), len(network.rules), 7 * 3600),
        ],
    )
    now = found(more, query)
    for before in found(network, query):
        outside = answers_after(more, query) if query.window_s else set()
        assert any(a == before or a.beats(before) for a in now | outside)


def answers_after(network: Network, query: TransitQuery) -> set[object]:
    """Return the answers beyond the window: they may have displaced one in it."""
    sign = 1 if query.kind is TimeKind.DEPART else -1
    later = replace(query, time=query.time + sign * query.window_s, window_s=24 * 3600)
    return set(answers(compile_network(network), later))


def found(network: Network, query: TransitQuery) -> set[tuple[int, int, int]]:
    """Return the criteria found; of a question without window, only those it fixes."""
    journeys = map(criteria, TransitSearch(compile_network(network)).search(query))
    if query.window_s:
        return set(journeys)
    if query.kind is TimeKind.DEPART:
        return {journey._replace(departure=query.time) for journey in journeys}
    return {journey._replace(arrival=query.time) for journey in journeys}


def renumbered(trip: Trip, new: list[int]) -> Trip:
    return replace(trip, stops=[new[stop] for stop in trip.stops])


def at(ends: tuple[list[int], list[int]], new: list[int]) -> tuple[list[int], list[int]]:
    return [new[stop] for stop in ends[0]], ends[1]


def check_journey(search: TransitSearch, query: TransitQuery, journey: TransitJourney) -> None:
    """Check a journey leg by leg against the timetable."""
    tt = search.views.frame.timetable
    rides = [leg for leg in journey.legs if isinstance(leg, TransitRide)]
    assert query.access[0][journey.access] == rides[0].from_stop
    assert query.egress[0][journey.egress] == rides[-1].to_stop
    assert journey.departure == rides[0].departure - query.access[1][journey.access]
    assert journey.arrival == rides[-1].arrival + query.egress[1][journey.egress]
    assert journey.access_s == query.access[1][journey.access]
    assert journey.egress_s == query.egress[1][journey.egress]
    for ride in rides:
        epoch = tt.day_epoch[tt.agency_zone[tt.route_agency[tt.trip_route[ride.trip]]], ride.day]
        board, alight = tt.trip_event_ptr[ride.trip] + np.array([ride.board, ride.alight])
        assert ride.board < ride.alight
        assert tt.service_active[tt.trip_service[ride.trip], ride.day]
        assert (tt.event_stop[board], tt.event_stop[alight]) == (ride.from_stop, ride.to_stop)
        assert ride.departure == epoch + tt.event_departure[board]
        assert ride.arrival == epoch + tt.event_arrival[alight]
        assert not tt.event_flags[board] & NO_PICKUP
        assert not tt.event_flags[alight] & NO_DROP_OFF
    check_changes(search, journey)


def check_changes(search: TransitSearch, journey: TransitJourney) -> None:
    tt = search.views.frame.timetable
    for before, leg, after in zip(journey.legs, journey.legs[1:], journey.legs[2:], strict=False):
        if isinstance(leg, TransitHop):
            hops = range(tt.transfer_ptr[leg.from_stop], tt.transfer_ptr[leg.from_stop + 1])
            assert any((tt.transfer_stop[h], tt.transfer_s[h]) == leg[1:] for h in hops)
            assert before.to_stop == leg.from_stop
            assert after.from_stop == leg.to_stop
            assert before.arrival + leg.seconds <= after.departure
    for before, after in zip(journey.legs, journey.legs[1:], strict=False):
        if isinstance(before, TransitRide) and isinstance(after, TransitRide):
            assert before.to_stop == after.from_stop
            assert before.arrival + tt.stop_change_s[after.from_stop] <= after.departure
