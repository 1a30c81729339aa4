"""E01: an overlay answers as a timetable in which everything runs as it says."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.query import TimeKind
from routing.realtime.overlay import OverlaidViews, Overlay, Run
from routing.timetable import NONE
from routing.transit.departures import next_departures
from routing.transit.reference import answers
from routing.transit.search import TransitJourney, TransitQuery, TransitRide, TransitSearch
from tests.routing.realtime.random_runs import as_planned, random_runs, rebuilt
from tests.routing.transit.random_networks import networks, queries
from tests.routing.transit.variants import criteria
from tests.support.examples import many, some
from tests.support.timetables import Network, compile_network


def under(search: TransitSearch, runs: list[Run]) -> TransitSearch:
    """Return a search that sees the runs."""
    overlay = Overlay(search.views.frame, runs)
    views = OverlaidViews(search.views, overlay).prepare()
    return TransitSearch(search.views.frame.timetable, views)


def fixed(query: TransitQuery, journeys: list[TransitJourney]) -> list[tuple[int, int, int]]:
    """Return the criteria of journeys, as far as the question fixes them."""
    found = [criteria(journey) for journey in journeys]
    if query.window_s == 0 and query.kind is TimeKind.DEPART:
        return sorted(answer._replace(departure=query.time) for answer in found)
    if query.window_s == 0:
        return sorted(answer._replace(arrival=query.time) for answer in found)
    return sorted(found)


@many
@given(st.data())
def test_realtime_is_as_if_the_timetable_said_so(data: st.DataObject) -> None:
    network = data.draw(networks)
    runs = random_runs(Random(data.draw(st.integers(0, 2**32))), network)
    expected = compile_network(rebuilt(network, runs))
    plain = TransitSearch(compile_network(network))
    live = under(plain, runs)
    for _ in range(4):
        query = data.draw(queries(network))
        found = live.search(query)
        assert fixed(query, found) == sorted(answers(expected, query))
        for journey in found:
            check_rides(network, live, runs, journey)


@many
@given(st.data())
def test_no_delay_changes_nothing(data: st.DataObject) -> None:
    network = data.draw(networks)
    plain = TransitSearch(compile_network(network))
    runs = as_planned(network)
    chosen = data.draw(st.sampled_from([runs, runs[::2], runs[:1], []]))
    live = under(plain, chosen)
    for _ in range(3):
        query = data.draw(queries(network))
        assert fixed(query, live.search(query)) == fixed(query, plain.search(query))


@some
@given(st.data())
def test_reach_and_departures_are_those_of_the_rebuilt_timetable(data: st.DataObject) -> None:
    network = data.draw(networks)
    runs = random_runs(Random(data.draw(st.integers(0, 2**32))), network)
    query = data.draw(queries(network))
    plain = TransitSearch(compile_network(network))
    live, expected = under(plain, runs), TransitSearch(compile_network(rebuilt(network, runs)))
    asked = query.access, query.time, 6 * 3600
    assert (live.reach(*asked) == expected.reach(*asked)).all()
    boards = [
        [(each.time, each.stop) for each in next_departures(s.views, [0, 1, 2], query.time, 30)]
        for s in (live, expected)
    ]
    last = boards[0][-1][0] if len(boards[0]) == 30 else 2**62  # at the limit, any of equals
    one, other = (sorted(each for each in board if each[0] < last) for board in boards)
    assert one == other


@some
@given(st.data())
def test_the_timetable_under_an_overlay_stays_as_it_was(data: st.DataObject) -> None:
    network = data.draw(networks)
    query = data.draw(queries(network))
    plain = TransitSearch(compile_network(network))
    before = plain.search(query)
    under(plain, random_runs(Random(data.draw(st.integers(0, 2**32))), network)).search(query)
    assert plain.search(query) == before


def check_rides(
    network: Network, live: TransitSearch, runs: list[Run], journey: TransitJourney
) -> None:
    """Check that each ride is what the overlay or else the timetable says of its trip."""
    assert isinstance(live.views, OverlaidViews)
    tt, overlay = live.views.frame.timetable, live.views.overlay
    by_key = {(run.trip, run.day): run for run in runs}
    for ride in (leg for leg in journey.legs if isinstance(leg, TransitRide)):
        if ride.trip >= overlay.n_trips:
            run = overlay.added[ride.trip - overlay.n_trips]
            assert run.day == ride.day
        else:
            trip = network.trips[ride.trip]
            planned = Run(ride.trip, ride.day, trip.stops, trip.arrivals, trip.departures)
            run = by_key.get((ride.trip, ride.day), planned)
        epoch = tt.day_epoch[live.views.overlay.terms.zone[ride.trip], ride.day]
        assert (run.stops[ride.board], run.stops[ride.alight]) == (ride.from_stop, ride.to_stop)
        assert ride.departure == epoch + run.departures[ride.board]
        assert ride.arrival == epoch + run.arrivals[ride.alight]


TINY = Run(0, 2, [0, 1], [60, 120], [60, 120], [0, 0])


@pytest.mark.parametrize(
    ("run", "complaint"),
    [
        (replace(TINY, trip=99), "no such trip or day"),
        (replace(TINY, trip=-2), "no such trip or day"),
        (replace(TINY, day=9), "no such trip or day"),
        (replace(TINY, trip=NONE), "no such route"),
        (replace(TINY, trip=NONE, route=0, rule=5), "no such route or booking rule"),
        (Run(NONE, 2, route=0), "fewer than two stops"),
        (Run(0, 2, [0], [60], [60], [0]), "fewer than two stops"),
        (replace(TINY, stops=[0, 99]), "a stop that the timetable does not have"),
        (replace(TINY, flags=[0]), "as many times and flags"),
        (replace(TINY, arrivals=[60, 50]), "run backwards"),
        (replace(TINY, departures=[50, 120]), "run backwards"),
        (replace(TINY, arrivals=[60, 2**40], departures=[60, 2**40]), "too far"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, complaint: str) -> None:
    from tests.support.timetables import network

    search = network("A B\n8:00 8:10").search
    with pytest.raises(ValueError, match=complaint):
        Overlay(search.views.frame, [run])
    with pytest.raises(ValueError, match="two runs of the same trip"):
        Overlay(search.views.frame, [TINY, TINY])
