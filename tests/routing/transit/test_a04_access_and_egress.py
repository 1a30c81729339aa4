"""A04: several stops at both ends, each with its way to the door."""

import pytest

from routing.transit.search import TransitQuery
from tests.routing.transit.variants import Variant, agrees_with_reference, every_variant
from tests.support.timetables import network

NETWORK = network(
    """
    R1
    A      B      C
    8:00   8:10   8:20

    R2
    X      C      Y
    8:05   8:15   8:17

    R3
    Y      C
    8:30   8:35
    """
)


@every_variant
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("A+2m/B+5m 7:50-8:10 -> C", ["B 8:10 R1 8:20 C"], id="leave later by B"),
        pytest.param("A+2m/B+15m 7:50-8:10 -> C", ["A 8:00 R1 8:20 C"], id="leave later by A"),
        pytest.param("A+2m/X+1m 7:50-8:10 -> C", ["X 8:05 R2 8:15 C"], id="another line"),
        pytest.param("X 8:00-8:10 -> C+9m/Y+3m", ["X 8:05 R2 8:17 Y"], id="ride on"),
        pytest.param("X 8:00-8:10 -> C+4m/Y+3m", ["X 8:05 R2 8:15 C"], id="get off earlier"),
        pytest.param("A 7:50-8:10 -> C+5m/C+2m", ["A 8:00 R1 8:20 C"], id="the quicker of two"),
    ],
)
def test_journeys(question: str, expected: list[str], variant: Variant) -> None:
    query = NETWORK.query(question)
    assert [NETWORK.line(journey) for journey in variant(NETWORK.search, query)] == expected
    assert agrees_with_reference(NETWORK.search, query)


def test_doors_are_part_of_the_times() -> None:
    [journey] = NETWORK.search.search(NETWORK.query("A+2m/B+5m 7:50-8:10 -> C+9m/C+4m"))
    assert NETWORK.clock(journey.departure) == "8:05"
    assert NETWORK.clock(journey.arrival) == "8:24"
    assert (journey.access, journey.egress) == (1, 1)
    assert (journey.access_s, journey.egress_s) == (300, 240)


def test_no_stop_near_means_no_journey() -> None:
    query = TransitQuery(access=([], []), egress=([0], [0]), time=NETWORK.midnight, window_s=7200)
    assert NETWORK.search.search(query) == []


@pytest.mark.parametrize(
    ("access", "message"),
    [
        (([99], [0]), "stops 0 to"),
        (([-1], [0]), "stops 0 to"),
        (([0], [-5]), "take 0 to"),
        (([0, 1], [0]), "as many seconds as stops"),
    ],
)
def test_impossible_ends_are_refused(access: tuple[list[int], list[int]], message: str) -> None:
    query = TransitQuery(access=access, egress=([0], [0]), time=NETWORK.midnight)
    with pytest.raises(ValueError, match=message):
        NETWORK.search.search(query)


@pytest.mark.parametrize(
    "terms", [{"window_s": -1}, {"window_s": 86_401}, {"max_rides": 0}, {"max_rides": 9}]
)
def test_impossible_terms_are_refused(terms: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"window|rides"):
        TransitQuery(access=([0], [0]), egress=([0], [0]), time=0, **terms)
