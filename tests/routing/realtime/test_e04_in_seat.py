"""E04: through-runs under an overlay are those of a timetable in which all runs as it says."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.realtime.overlay import OverlaidViews, Run
from routing.transit.departures import next_departures
from routing.transit.reference import answers
from routing.transit.search import TransitJourney, TransitRide, TransitSearch
from tests.routing.realtime.random_runs import as_planned, random_runs, rebuilt
from tests.routing.realtime.test_e01_overlay import fixed, under
from tests.routing.transit.random_networks import in_seat_networks, queries
from tests.support.examples import many, some
from tests.support.timetables import TODAY_INDEX, Network, compile_network, network

TOWN = network(
    """
    R1
    A      B
    8:00   8:10   [vehicle 1]

    R2
    B      C
    8:15   8:25   [vehicle 1]

    R3
    C      D
    8:25   8:35   [vehicle 1]

    B change 1h
    C change 1h
    """
)


def told(trip: int, *times: str) -> Run:
    """Return today's run of a trip of two stops, at other minutes past eight."""
    seconds = [8 * 3600 + 60 * int(time) for time in times]
    return Run(trip, TODAY_INDEX, [trip, trip + 1], seconds, seconds, [0, 0])


@pytest.mark.parametrize(
    ("runs", "question", "expected"),
    [
        pytest.param(
            [told(0, "3", "13")],
            "A 8:00 -> D",
            "A 8:03 R1 8:13 B = 8:15 R2 8:25 C = 8:25 R3 8:35 D",
            id="late, and in time for what follows",
        ),
        pytest.param(
            [told(1, "20", "30"), told(2, "30", "41")],
            "A 8:00 -> D",
            "A 8:00 R1 8:10 B = 8:20 R2 8:30 C = 8:30 R3 8:41 D",
            id="late together",
        ),
        pytest.param([told(1, "20", "30")], "A 8:00 -> D", None, id="later than what follows"),
        pytest.param(
            [told(1, "20", "30")], "A 8:00 -> C", "A 8:00 R1 8:10 B = 8:20 R2 8:30 C", id="the rest"
        ),
        pytest.param([told(1, "20", "30")], "C 8:00 -> D", "C 8:25 R3 8:35 D", id="what follows"),
        pytest.param([Run.cancelled(1, TODAY_INDEX)], "A 8:00 -> C", None, id="cancelled"),
        pytest.param(
            [Run.cancelled(1, TODAY_INDEX)], "A 8:00 -> B", "A 8:00 R1 8:10 B", id="before it"
        ),
        pytest.param(
            [Run.cancelled(0, TODAY_INDEX)],
            "B 8:00 -> D",
            "B 8:15 R2 8:25 C = 8:25 R3 8:35 D",
            id="after it",
        ),
        pytest.param(
            [Run.cancelled(0, TODAY_INDEX + 1)],
            "A 8:00 -> C",
            "A 8:00 R1 8:10 B = 8:15 R2 8:25 C",
            id="on another day",
        ),
    ],
)
def test_by_hand(runs: list[Run], question: str, expected: str | None) -> None:
    found = under(TOWN.search, runs).search(TOWN.query(question))
    assert [TOWN.line(journey) for journey in found] == ([expected] if expected else [])


def test_boards_show_each_part_once_and_when_it_was_due() -> None:
    views = under(TOWN.search, [told(1, "20", "30")]).views
    found = next_departures(views, [0, 1, 2], TOWN.midnight, 9)
    assert [(each.trip, TOWN.clock(each.time), each.time - (each.scheduled or 0)) for each in found] == [
        (0, "8:00", 0), (1, "8:20", 300), (2, "8:25", 0),
    ]  # fmt: skip


@many
@given(st.data())
def test_realtime_is_as_if_the_timetable_said_so(data: st.DataObject) -> None:
    network = data.draw(in_seat_networks)
    runs = random_runs(Random(data.draw(st.integers(0, 2**32))), network)
    plain = TransitSearch(compile_network(network))
    live = under(plain, runs)
    expected = compile_network(rejoined(network, runs))
    for _ in range(4):
        query = data.draw(queries(network))
        found = live.search(query)
        assert fixed(query, found) == sorted(answers(expected, query))
        for journey in found:
            check_rides(network, live, runs, journey)


@some
@given(st.data())
def test_no_delay_changes_nothing(data: st.DataObject) -> None:
    network = data.draw(in_seat_networks)
    plain = TransitSearch(compile_network(network))
    runs = as_planned(network)
    live = under(plain, data.draw(st.sampled_from([runs, runs[::2], runs[:1], []])))
    for _ in range(3):
        query = data.draw(queries(network))
        assert fixed(query, live.search(query)) == fixed(query, plain.search(query))
        boards = [
            sorted(next_departures(each.views, [0, 1, 2], query.time, 500))
            for each in (live, plain)
        ]
        assert boards[0] == boards[1]


def rejoined(network: Network, runs: list[Run]) -> Network:
    """Return the network in which the runs, and what is left of vehicles, stand as planned."""
    number = {
        (run.trip, run.day): len(network.trips) + k
        for k, run in enumerate(run for run in runs if run.stops)
    }
    now = rebuilt(replace(network, through=()), runs)
    cancelled = {(run.trip, run.day) for run in runs if not run.stops}

    def pieces(parts: list[int], day: int) -> Iterator[list[int]]:
        piece: list[int] = []
        for trip in parts:
            here = number.get((trip, day), trip)
            if (trip, day) in cancelled:
                yield piece
                piece = []
                continue
            if piece and now.trips[piece[-1]].arrivals[-1] > now.trips[here].departures[0]:
                yield piece
                piece = []
            piece = [*piece, here]
        yield piece

    through = [
        (piece, {day})
        for parts, days in network.through
        for day in days
        for piece in pieces(list(parts), day)
        if len(piece) > 1
    ]
    return replace(now, through=through)


def check_rides(
    network: Network, live: TransitSearch, runs: list[Run], journey: TransitJourney
) -> None:
    """Check that each ride is what the overlay or else the timetable says of a trip with a name."""
    assert isinstance(live.views, OverlaidViews)
    tt, overlay = live.views.frame.timetable, live.views.overlay
    by_key = {(run.trip, run.day): run for run in runs}
    for ride in (leg for leg in journey.legs if isinstance(leg, TransitRide)):
        assert ride.trip < overlay.n_trips + len(overlay.added)
        if ride.trip >= overlay.n_trips:
            run = overlay.added[ride.trip - overlay.n_trips]
        else:
            trip = network.trips[ride.trip]
            planned = Run(ride.trip, ride.day, trip.stops, trip.arrivals, trip.departures)
            run = by_key.get((ride.trip, ride.day), planned)
        epoch = tt.day_epoch[overlay.terms.zone[ride.trip], ride.day]
        assert (run.stops[ride.board], run.stops[ride.alight]) == (ride.from_stop, ride.to_stop)
        assert ride.departure == epoch + run.departures[ride.board]
        assert ride.arrival == epoch + run.arrivals[ride.alight]
