"""Delays go on from stop to stop as the specification says."""

import pytest

from feeds.realtime.decode import StopUpdate
from feeds.realtime.forecast import Calls, expected_calls
from tests.feeds.realtime.messages import at

PLANNED = Calls([0, 1, 2, 3], [0, 100, 200, 300], [0, 110, 210, 300], [0, 0, 0, 0])
EPOCH = 1_000_000
NO_DATA, SKIPPED = 2, 1


def times(told: dict[int, StopUpdate], delay_s: int = 0) -> str:
    calls = expected_calls(PLANNED, told, delay_s, EPOCH).calls
    return " ".join(f"{a}/{d}" for a, d in zip(calls.arrivals, calls.departures, strict=True))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, "0/0 100/110 200/210 300/300"),
        pytest.param({0: at(departure=60)}, "0/60 160/170 260/270 360/360", id="goes on"),
        pytest.param({1: at(arrival=60)}, "0/0 160/170 260/270 360/360", id="not backwards"),
        pytest.param({1: at(departure=60)}, "0/0 100/170 260/270 360/360", id="leaves late"),
        pytest.param({1: at(arrival=60, departure=5)}, "0/0 160/160 205/215 305/305", id="waits"),
        pytest.param({1: at(arrives=EPOCH + 130)}, "0/0 130/140 230/240 330/330", id="a time"),
        pytest.param(
            {1: at(arrival=999, arrives=EPOCH + 130)}, "0/0 130/140 230/240 330/330", id="time wins"
        ),
        pytest.param(
            {0: at(departure=60), 2: at(arrival=0)}, "0/60 160/170 200/210 300/300", id="catches up"
        ),
        pytest.param(
            {0: at(departure=60), 2: at(relationship=NO_DATA)},
            "0/60 160/170 200/210 300/300",
            id="no data ends it",
        ),
        pytest.param(
            {0: at(departure=60), 1: at(relationship=SKIPPED, arrival=7)},
            "0/60 160/170 260/270 360/360",
            id="over a skipped stop",
        ),
        pytest.param({2: at(departure=-50)}, "0/0 100/110 160/160 250/250", id="early"),
        pytest.param({0: at(departure=150), 1: at(departure=0)}, "0/150 150/150 200/210 300/300"),
        pytest.param({1: at()}, "0/0 100/110 200/210 300/300", id="nothing told"),
        pytest.param({1: at(arrival=90_000)}, "0/0 100/110 200/210 300/300", id="not believed"),
    ],
)
def test_times(told: dict[int, StopUpdate], expected: str) -> None:
    assert times(told) == expected


def test_the_delay_of_the_trip_holds_until_a_stop_tells_its_own() -> None:
    assert times({}, 30) == "30/30 130/140 230/240 330/330"
    assert times({2: at(arrival=0)}, 30) == "30/30 130/140 200/210 300/300"


def test_skipped_stops_keep_their_place() -> None:
    expected = expected_calls(PLANNED, {1: at(relationship=SKIPPED)}, 0, EPOCH)
    assert expected.calls == PLANNED._replace(flags=[0, 3, 0, 0])


def test_what_is_wrong_is_counted() -> None:
    far = expected_calls(PLANNED, {1: at(arrival=90_000, departure=-90_000)}, 0, EPOCH)
    assert (far.n_unheard, far.n_backwards) == (2, 0)
    back = expected_calls(PLANNED, {0: at(departure=150), 1: at(arrival=0)}, 0, EPOCH)
    assert (back.n_unheard, back.n_backwards) == (0, 2)
