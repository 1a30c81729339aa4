"""B02: the departure board of stops."""

import pytest

from routing.transit.departures import next_departures
from tests.support.timetables import network

NETWORK = network(
    """
    R1
    A      B       C
    8:00   8:10a   8:20
    9:00   9:10    9:20
    22:00  24:05   24:20   [daily]

    R2
    A      C      A
    8:30   8:40   8:50
    """
)


@pytest.mark.parametrize(
    ("stops", "time", "limit", "expected"),
    [
        ("A", "7:59", 3, "8:00 A, 8:30 A, 9:00 A"),
        pytest.param("A", "8:00", 1, "8:00 A", id="the very second"),
        pytest.param("A", "8:00:01", 2, "8:30 A, 9:00 A", id="not the end of the loop"),
        pytest.param("B", "8:00", 2, "9:10 B, 24:05 B", id="not where nobody boards"),
        pytest.param("B", "0:00", 1, "0:05 B", id="yesterday's night trip"),
        pytest.param("B", "10:00", 3, "24:05 B, 48:05 B, 72:05 B", id="days ahead"),
        pytest.param("BC", "8:00", 2, "8:40 C, 9:10 B", id="two stops"),
        pytest.param("A", "8:00", 0, "", id="none"),
    ],
)
def test_board(stops: str, time: str, limit: int, expected: str) -> None:
    hours, minutes, seconds = (*map(int, time.split(":")), 0)[:3]
    second = NETWORK.midnight + hours * 3600 + minutes * 60 + seconds
    places = [NETWORK.stops.index(stop) for stop in stops]
    found = next_departures(NETWORK.search.views, places, second, limit)
    lines = [f"{NETWORK.clock(each.time)} {NETWORK.stops[each.stop]}" for each in found]
    assert ", ".join(lines) == expected


def test_a_departure_names_trip_day_and_position() -> None:
    second = NETWORK.midnight + 9 * 3600
    [found] = next_departures(NETWORK.search.views, [1], second, 1)
    assert (found.trip, found.day, found.position) == (1, 2, 1)


def test_nothing_departs_after_the_timetable_ends() -> None:
    assert next_departures(NETWORK.search.views, [0], NETWORK.midnight + 30 * 86_400, 5) == []
