"""B01: rides that can no longer, or not yet, be booked are not answered."""

import pytest

from tests.routing.transit.variants import Variant, agrees_with_reference, every_variant
from tests.support.timetables import network

NETWORK = network(
    """
    T1
    A      B      C
    9:00   9:30   10:00   [book 60m]
    10:00  10:30  11:00   [book 60m]

    T2
    D      E
    9:00   9:30           [book 1d 16:00]
    33:00  33:20          [book 1d 16:00]
    9:00   9:40           [tomorrow] [book 1d 16:00]

    T3
    F      G
    9:00   9:30           [book 5m max 2h]
    12:00  12:20          [book 5m max 2h]
    12:05  12:25          [book now]

    T4
    H      I
    33:00  33:20          [book 1d 16:00]
    8:50   9:10           [tomorrow] [book 1d 16:00]

    R1
    C      E
    10:05  10:15
    11:05  11:15
    """
)


@every_variant
@pytest.mark.parametrize(
    ("now", "question", "expected"),
    [
        ("8:00", "A 8:00-10:01 -> C", ["A 9:00 T1 10:00 C", "A 10:00 T1 11:00 C"]),
        ("8:01", "A 8:00-10:01 -> C", ["A 10:00 T1 11:00 C"]),
        pytest.param("8:20", "B 8:00-10:01 -> C", ["B 9:30 T1 10:00 C"], id="later stops longer"),
        pytest.param("8:01", "A 8:00-10:01 -> E", ["A 10:00 T1 11:00 C 11:05 R1 11:15 E"], id="on"),
        pytest.param("8:01", "C 10:00-11:00 -> E", ["C 10:05 R1 10:15 E"], id="others stay open"),
        pytest.param(None, "D 32:00-34:00 -> E", ["D 33:00 T2 33:20 E"], id="in good time"),
        pytest.param("0:01", "D 8:00-10:00 -> E", [], id="the deadline was yesterday"),
        pytest.param("15:00", "D 32:00-34:00 -> E", ["D 33:00 T2 33:40 E"], id="until four today"),
        pytest.param("16:01", "D 32:00-34:00 -> E", [], id="after four"),
        pytest.param(
            "7:30", "F 8:00-13:00 -> G", ["F 9:00 T3 9:30 G", "F 12:05 T3 12:25 G"], id="not yet"
        ),
        pytest.param(
            "12:00",
            "H 32:00-34:00 -> I",
            ["H 32:50 T4 33:10 I"],
            id="a trip of an earlier day leaves later, but had to be booked before",
        ),
        pytest.param(
            None, "H 32:00-34:00 -> I", ["H 32:50 T4 33:10 I", "H 33:00 T4 33:20 I"], id="both"
        ),
        ("8:56", "F 8:00-12:01 -> G", []),
        ("10:00", "F 8:00-12:01 -> G", ["F 12:00 T3 12:20 G"]),
        (None, "F 8:00-12:01 -> G", ["F 9:00 T3 9:30 G", "F 12:00 T3 12:20 G"]),
    ],
)
def test_only_what_can_be_booked(
    now: str | None, question: str, expected: list[str], variant: Variant
) -> None:
    query = NETWORK.query(question, now=now)
    assert [NETWORK.line(journey) for journey in variant(NETWORK.search, query)] == expected
    assert agrees_with_reference(NETWORK.search, query)


def test_a_question_without_now_follows_one_with_it() -> None:
    question = "A 8:00-9:30 -> C"
    closed = NETWORK.search.search(NETWORK.query(question, now="8:30"))
    assert closed == []
    assert len(NETWORK.search.search(NETWORK.query(question))) == 1
