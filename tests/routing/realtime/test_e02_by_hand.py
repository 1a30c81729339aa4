"""E02: realtime that a reader can check with a finger."""

from dataclasses import replace

import pytest

from kommit.kit.clock import parse_hms
from routing.realtime.overlay import OverlaidViews, Overlay, Run
from routing.timetable import NO_DROP_OFF, NO_PICKUP, NONE
from routing.transit.departures import next_departures
from routing.transit.search import TransitSearch
from tests.support.timetables import TODAY_INDEX, YESTERDAY_INDEX, network

NETWORK = network(
    """
    R1
    A      B      C
    8:00   8:10   8:20
    8:15   8:25   8:35
    9:00   9:10   9:20

    R2
    C      D
    8:25   8:40
    8:45   9:00

    R3
    A      E
    8:00   8:30    [book 60m]
    8:30   9:00    [book 60m]

    R4
    A      F
    8:00   8:30    [book 1d 16:00]

    R5
    F      G
    23:50  24:10   [daily]
    """
)
MINUTE = 60


def late(trip: int, minutes: int) -> Run:
    """Return a trip that is late all the way."""
    tt = NETWORK.timetable
    events = slice(*tt.trip_event_ptr[trip : trip + 2])
    arrivals, departures = (
        (times[events] + minutes * MINUTE).tolist()
        for times in (tt.event_arrival, tt.event_departure)
    )
    stops, flags = (array[events].tolist() for array in (tt.event_stop, tt.event_flags))
    return Run(trip, TODAY_INDEX, stops, arrivals, departures, flags)


def skipping(trip: int, position: int) -> Run:
    """Return a trip that does not stop at one of its stops."""
    run = late(trip, 0)
    flags = list(run.flags)
    flags[position] = NO_PICKUP | NO_DROP_OFF
    return Run(
        *(getattr(run, f) for f in ("trip", "day", "stops", "arrivals", "departures")), flags
    )


def added(text: str) -> Run:
    """Return a new trip of R1: ``A 8:05 C 8:12``."""
    words = text.split()
    hours = [word.split(":") for word in words[1::2]]
    times = [(int(h) * 60 + int(m)) * MINUTE for h, m in hours]
    stops = [NETWORK.stops.index(name) for name in words[::2]]
    route = NETWORK.routes.index("R1")
    return Run(NONE, TODAY_INDEX, stops, times, times, [0] * len(stops), route)


def second(text: str) -> int:
    """Read ``7:30`` or ``yesterday 16:00``."""
    epochs = NETWORK.timetable.day_epoch[0]
    day = YESTERDAY_INDEX if text.startswith("yesterday") else TODAY_INDEX
    return int(epochs[day]) + parse_hms(text.removeprefix("yesterday"))


def ask(question: str, *runs: Run, now: str | None = None) -> list[str]:
    """Answer a question under an overlay of runs."""
    overlay = Overlay(NETWORK.search.views.frame, runs)
    views = OverlaidViews(NETWORK.search.views, overlay)
    query = replace(NETWORK.query(question), now=None if now is None else second(now))
    found = TransitSearch(NETWORK.timetable, views).search(query)
    lines = []
    for journey in found:
        rides = [
            f"{NETWORK.clock(ride.departure)} {NETWORK.stops[ride.from_stop]}-"
            f"{NETWORK.stops[ride.to_stop]} {NETWORK.clock(ride.arrival)}"
            for ride in journey.legs
            if hasattr(ride, "trip")
        ]
        lines.append(", ".join(rides))
    return lines


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([], ["8:00 A-C 8:20, 8:25 C-D 8:40"]),
        pytest.param([late(0, 5)], ["8:05 A-C 8:25, 8:25 C-D 8:40"], id="just makes it"),
        pytest.param([late(0, 6)], ["8:06 A-C 8:26, 8:45 C-D 9:00"], id="misses the connection"),
        pytest.param(
            [late(0, 20), late(3, 15)],
            ["8:15 A-C 8:35, 8:40 C-D 8:55"],
            id="is overtaken, the connection waits",
        ),
        pytest.param([Run.cancelled(0, TODAY_INDEX)], ["8:15 A-C 8:35, 8:45 C-D 9:00"]),
        pytest.param([Run.cancelled(0, TODAY_INDEX + 1)], ["8:00 A-C 8:20, 8:25 C-D 8:40"]),
        pytest.param([skipping(0, 2)], ["8:15 A-C 8:35, 8:45 C-D 9:00"], id="does not stop"),
        pytest.param([skipping(0, 1)], ["8:00 A-C 8:20, 8:25 C-D 8:40"], id="runs through"),
        pytest.param([added("A 8:05 C 8:12 D 8:30")], ["8:05 A-D 8:30"], id="an extra trip"),
        pytest.param([Run.cancelled(trip, TODAY_INDEX) for trip in range(3)], [], id="none left"),
        pytest.param(
            [Run.cancelled(trip, TODAY_INDEX) for trip in range(6)], [], id="a whole line gone"
        ),
    ],
)
def test_earliest_arrival(runs: list[Run], expected: list[str]) -> None:
    assert ask("A 8:00 -> D", *runs) == expected


def test_overtaken_by_delay_both_ways() -> None:
    runs = late(0, 20), late(1, -1)
    assert ask("A 8:00-9:00 -> C", *runs) == ["8:14 A-C 8:34", "8:20 A-C 8:40"]
    assert ask("A -> C 8:00-8:39", *runs) == ["8:14 A-C 8:34"]


@pytest.mark.parametrize("question", ["A 8:00-9:00 -> E", "A -> E 8:00-9:45"])
def test_booking_ends_before_the_departure_that_is_expected(question: str) -> None:
    both = ["8:10 A-E 8:40", "8:30 A-E 9:00"]
    run = late(5, 10)
    assert ask(question, run, now="7:00") == both
    assert ask(question, run, now="7:10") == both
    assert ask(question, run, now="7:11") == both[1:]
    assert ask(question, run, now="7:31") == []


@pytest.mark.parametrize("question", ["A 8:00-9:00 -> F", "A -> F 8:00-9:45"])
def test_a_delay_does_not_move_the_deadline_of_the_day_before(question: str) -> None:
    run = late(7, 10)
    assert ask(question, run, now="yesterday 16:00") == ["8:10 A-F 8:40"]
    assert ask(question, run, now="yesterday 16:01") == []


def test_a_duplicate_is_booked_by_its_rule() -> None:
    route = NETWORK.routes.index("R3")
    stops = [NETWORK.stops.index(name) for name in "AE"]
    times = [9 * 60 * MINUTE, 9 * 60 * MINUTE + 600]
    more = Run(NONE, TODAY_INDEX, stops, times, times, [0, 0], route, rule=0)
    assert ask("A 8:50-9:30 -> E", more, now="8:00") == ["9:00 A-E 9:10"]
    assert ask("A 8:50-9:30 -> E", more, now="8:01") == []


def test_a_delay_leads_into_another_day() -> None:
    found = ask("F 24:10 -> G", late(8, 30))
    assert found == ["24:20 F-G 24:40"]
    assert ask("F 48:00 -> G", late(8, 36 * 60)) == ["59:50 F-G 60:10"]


def test_a_view_without_news_is_shared() -> None:
    views = NETWORK.search.views
    overlay = Overlay(views.frame, [late(0, 5)])
    elsewhere = views.of_days(TODAY_INDEX + 2, 1)
    assert OverlaidViews(views, overlay).of_days(TODAY_INDEX + 2, 1) is elsewhere


def test_views_at_hand_are_patched_before_anybody_waits() -> None:
    search = TransitSearch(NETWORK.timetable)
    search.search(NETWORK.query("A -> D 8:00-9:30"))
    views = OverlaidViews(search.views, Overlay(search.views.frame, [late(0, 5)])).prepare()
    [(_, _, base)], [(_, _, view)] = search.views.built(), views.built()
    assert view is not base
    assert "mirrored" in vars(view)


def test_the_board_shows_what_is_expected_and_what_was_planned() -> None:
    overlay = Overlay(NETWORK.search.views.frame, [late(0, 20), added("A 8:16 B 8:20")])
    views = OverlaidViews(NETWORK.search.views, overlay)
    stop = [NETWORK.stops.index("B")]
    found = next_departures(views, stop, NETWORK.midnight + 8 * 3600, 3)
    times = [
        (NETWORK.clock(each.time), each.scheduled and NETWORK.clock(each.scheduled))
        for each in found
    ]
    assert times == [("8:25", "8:25"), ("8:30", "8:10"), ("9:10", "9:10")]
