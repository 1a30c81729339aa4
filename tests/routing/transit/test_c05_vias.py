"""C05: on random networks, journeys over vias are those of the slow twin, and pass their vias."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from routing.paging import Pager, Side
from routing.query import TimeKind
from routing.timetable import NO_DROP_OFF, NO_PICKUP, Timetable
from routing.transit.bounds import bounds_of
from routing.transit.reference import Answer
from routing.transit.reference_via import answers_over
from routing.transit.search import (
    TransitHop,
    TransitJourney,
    TransitQuery,
    TransitRide,
    TransitSearch,
)
from routing.transit.stopovers import TransitVia
from tests.routing.realtime.random_runs import random_runs, rebuilt
from tests.routing.realtime.test_e01_overlay import under
from tests.routing.transit.random_networks import (
    HOUR,
    MINUTE,
    N_STOPS,
    in_seat_networks,
    networks,
    random_query,
)
from tests.routing.transit.random_wishes import random_region
from tests.routing.transit.test_c01_reference import check_journey
from tests.routing.transit.test_c03_filters import wished
from tests.routing.transit.variants import criteria
from tests.support.examples import many, some
from tests.support.timetables import Network, compile_network


def random_vias(random: Random) -> tuple[TransitVia, ...]:
    """Make one to three vias of one or two stops, with and without a stay."""
    return tuple(
        TransitVia(
            tuple(random.sample(range(N_STOPS), random.choice([1, 1, 2]))),
            random.choice([0, 0, 1, 10, 30, 90]) * MINUTE,
        )
        for _ in range(random.choice([1, 1, 2, 3]))
    )


def queries(network: Network) -> st.SearchStrategy[TransitQuery]:
    """Return a strategy for questions over vias."""

    def drawn(seed: int) -> TransitQuery:
        random = Random(seed)
        return replace(random_query(random, network), vias=random_vias(random))

    return st.integers(0, 2**32).map(drawn)


def fixed(query: TransitQuery, journeys: list[TransitJourney]) -> list[Answer]:
    """Return the criteria of journeys, as far as the question fixes them."""
    found = [criteria(journey) for journey in journeys]
    if query.window_s == 0 and query.kind is TimeKind.DEPART:
        return sorted(answer._replace(departure=query.time) for answer in found)
    if query.window_s == 0:
        return sorted(answer._replace(arrival=query.time) for answer in found)
    return sorted(found)


@many
@given(st.data())
def test_the_same_answers(data: st.DataObject) -> None:
    network = data.draw(networks)
    timetable = compile_network(network)
    bounds = data.draw(st.sampled_from([None, bounds_of(timetable)]))
    search = TransitSearch(timetable, bounds=bounds)
    for _ in range(4):
        query = data.draw(queries(network))
        assert fixed(query, search.search(query)) == sorted(answers_over(timetable, query))


@many
@given(st.data())
def test_journeys_can_be_travelled_over_their_vias(data: st.DataObject) -> None:
    network = data.draw(networks)
    search = TransitSearch(compile_network(network))
    query = data.draw(queries(network))
    for journey in search.search(query):
        check_journey(search, query, journey)
        assert passes(search.views.frame.timetable, query.vias, journey)


@many
@given(st.data())
def test_the_same_answers_where_riders_stay_seated(data: st.DataObject) -> None:
    network = data.draw(in_seat_networks)
    search = TransitSearch(compile_network(network))
    for _ in range(4):
        query = data.draw(queries(network))
        journeys = search.search(query)
        expected = answers_over(search.views.frame.timetable, query)
        assert fixed(query, journeys) == sorted(expected)
        assert all(passes(search.views.frame.timetable, query.vias, each) for each in journeys)


@some
@given(st.data())
def test_the_same_answers_in_realtime(data: st.DataObject) -> None:
    network = data.draw(networks)
    runs = random_runs(Random(data.draw(st.integers(0, 2**32))), network)
    live = under(TransitSearch(compile_network(network)), runs)
    query = data.draw(queries(network))
    expected = answers_over(compile_network(rebuilt(network, runs)), query)
    assert fixed(query, live.search(query)) == sorted(expected)


@many
@given(st.integers(0, 2**32))
def test_the_same_answers_for_riders_who_are_particular(seed: int) -> None:
    random = Random(seed)
    region = random_region(random)
    search = TransitSearch(region.timetable())
    for _ in range(4):
        query = replace(wished(random, region), vias=random_vias(random))
        expected = answers_over(search.views.frame.timetable, query)
        assert fixed(query, search.search(query)) == sorted(expected)


@some
@given(st.data())
def test_plain_questions_leave_no_trace_of_vias(data: st.DataObject) -> None:
    network = data.draw(networks)
    used, fresh = (TransitSearch(compile_network(network)) for _ in range(2))
    over = data.draw(queries(network))
    used.search(over)
    plain = replace(over, vias=())
    assert used.search(plain) == fresh.search(plain)


@some
@given(networks, st.integers(0, 2**32))
def test_pages_turn_over_vias_too(network: Network, seed: int) -> None:
    search = TransitSearch(compile_network(network))
    query = replace(random_query(Random(seed), network), vias=random_vias(Random(seed)))

    def window(time: int, window_s: int) -> list[TransitJourney]:
        return search.search(replace(query, time=time, window_s=window_s))

    pager = Pager(window, query.kind, HOUR)
    first = pager.first(query.time)
    later = pager.turn(Side.LATER, first.span.end)
    begin, end = first.span.begin, later.span.end
    if end - begin <= 24 * HOUR:
        whole = window(begin if query.kind is TimeKind.DEPART else end, end - begin)
        assert sorted([*first.journeys, *later.journeys]) == sorted(whole)


def passes(timetable: Timetable, vias: tuple[TransitVia, ...], journey: TransitJourney) -> bool:
    """Walk along a journey, and say whether it passes the vias in order."""
    passed = 0
    before: TransitRide | None = None
    walk_s = 0
    for leg in journey.legs:
        if isinstance(leg, TransitHop):
            walk_s = leg.seconds
            continue
        changes = before is not None and not leg.stay_seated
        if changes and passed < len(vias) and vias[passed].stay_s:
            passed += stays(vias[passed], before, leg, walk_s)
        for stop in calls(timetable, leg):
            while passed < len(vias) and not vias[passed].stay_s and stop in vias[passed].stops:
                passed += 1
        before, walk_s = leg, 0
    return passed == len(vias)


def stays(via: TransitVia, before: TransitRide, after: TransitRide, walk_s: int) -> bool:
    ends = [before.to_stop in via.stops, after.from_stop in via.stops]
    there_s = after.departure - before.arrival - (0 if all(ends) else walk_s)
    return any(ends) and there_s >= via.stay_s


def calls(timetable: Timetable, ride: TransitRide) -> list[int]:
    """Return the stops of a ride at which riders get on or off."""
    first, end = timetable.trip_event_ptr[ride.trip : ride.trip + 2]
    events = range(first + ride.board, first + ride.alight + 1)
    off = {event for event in events if event > first and not flag(timetable, event, NO_DROP_OFF)}
    on = {event for event in events if event < end - 1 and not flag(timetable, event, NO_PICKUP)}
    return [int(timetable.event_stop[event]) for event in sorted(off | on)]


def flag(timetable: Timetable, event: int, bit: int) -> bool:
    return bool(timetable.event_flags[event] & bit)
