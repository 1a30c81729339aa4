"""A01: one vehicle, no change."""

import pytest

from tests.routing.transit.variants import Variant, agrees_with_reference, every_variant
from tests.support.timetables import network

NETWORK = network(
    """
    R1
    A      B           C
    8:00   8:10/8:12   8:20
    8:30   8:40        8:50
    9:00   9:10        9:20

    R2
    A      C
    8:05   8:18

    R3
    C      A      C
    10:00  10:10  10:30
    """
)


@every_variant
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("A 8:20-8:50 -> C", ["A 8:30 R1 8:50 C"]),
        pytest.param("A 8:30-8:31 -> C", ["A 8:30 R1 8:50 C"], id="the very second"),
        pytest.param("A 8:31-9:00 -> C", [], id="the end of the window is not in it"),
        pytest.param("B 8:12-8:13 -> C", ["B 8:12 R1 8:20 C"], id="departs later than it arrives"),
        pytest.param("A 8:00-8:20 -> C", ["A 8:05 R2 8:18 C"], id="overtaken, so left out"),
        pytest.param("A 8:00-8:20 -> B", ["A 8:00 R1 8:10 B"], id="but not to B"),
        pytest.param("C 8:00-9:00 -> A", [], id="no way back"),
        pytest.param("C 10:00-10:01 -> A", ["C 10:00 R3 10:10 A"], id="a loop's first half"),
        pytest.param("A 10:00-10:20 -> C", ["A 10:10 R3 10:30 C"], id="a loop's second half"),
        pytest.param(
            "A 8:00-9:30 -> C",
            ["A 8:05 R2 8:18 C", "A 8:30 R1 8:50 C", "A 9:00 R1 9:20 C"],
            id="all of a morning",
        ),
    ],
)
def test_journeys(question: str, expected: list[str], variant: Variant) -> None:
    query = NETWORK.query(question)
    assert [NETWORK.line(journey) for journey in variant(NETWORK.search, query)] == expected
    assert agrees_with_reference(NETWORK.search, query)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("A 8:06 -> C", ["A 8:30 R1 8:50 C"]),
        ("A -> C 8:49", ["A 8:05 R2 8:18 C"]),
        ("A -> C 8:50", ["A 8:30 R1 8:50 C"]),
        pytest.param("A -> C 8:18-8:50", ["A 8:30 R1 8:50 C"], id="its start is not in the window"),
        pytest.param(
            "A -> C 8:17-8:50", ["A 8:05 R2 8:18 C", "A 8:30 R1 8:50 C"], id="the day's start"
        ),
    ],
)
def test_one_time_or_arrivals(question: str, expected: list[str]) -> None:
    query = NETWORK.query(question)
    assert [NETWORK.line(journey) for journey in NETWORK.search.search(query)] == expected
    assert agrees_with_reference(NETWORK.search, query)


def test_a_stop_is_no_journey_to_itself() -> None:
    assert NETWORK.search.search(NETWORK.query("A 8:00-9:00 -> A")) == []


def test_answers_name_trip_day_and_positions() -> None:
    [journey] = NETWORK.search.search(NETWORK.query("B 8:00 -> C"))
    [ride] = journey.legs
    assert (ride.trip, ride.day, ride.board, ride.alight) == (0, 2, 1, 2)
    assert (journey.access, journey.egress, journey.access_s, journey.egress_s) == (0, 0, 0, 0)
