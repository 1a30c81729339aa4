"""A02: a rider changes vehicle, at the same stop or after one walk."""

import pytest

from tests.routing.transit.variants import Variant, agrees_with_reference, every_variant
from tests.support.timetables import network

NETWORK = network(
    """
    R1
    A      B      C
    8:00   8:10   8:20
    8:30   8:40   8:50

    R2
    B      E
    8:12   8:25
    8:13   8:27

    R3
    D      E
    8:15   8:22
    8:45   8:55

    R4
    A      E
    8:00   8:58

    R5
    F      G
    8:30   8:40

    B ~ 4m ~ D
    D ~ 1m ~ F
    E ~ 5m ~> G
    B change 3m
    """
)


@every_variant
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(
            "A 8:00-8:10 -> E",
            ["A 8:00 R1 8:10 B ~4m~ D 8:15 R3 8:22 E", "A 8:00 R4 8:58 E"],
            id="slower without a change",
        ),
        pytest.param("B 8:12-8:13 -> E", ["B 8:12 R2 8:25 E"], id="no change before the first"),
        pytest.param(
            "A 8:30-8:40 -> E", ["A 8:30 R1 8:40 B ~4m~ D 8:45 R3 8:55 E"], id="the next hour"
        ),
        pytest.param("A 8:30-8:31 -> F", [], id="no walk after the last ride"),
        pytest.param("B 8:30-9:00 -> E", [], id="no walk before the first ride"),
        pytest.param("A 8:00-8:01 -> G", [], id="walks are not chained"),
    ],
)
def test_journeys(question: str, expected: list[str], variant: Variant) -> None:
    query = NETWORK.query(question)
    assert [NETWORK.line(journey) for journey in variant(NETWORK.search, query)] == expected
    assert agrees_with_reference(NETWORK.search, query)


CHANGE = """
    R1
    A      B
    8:00   8:10

    R2
    B      C
    8:12   8:20
    8:13   8:25
"""


@every_variant
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("", "A 8:00 R1 8:10 B 8:12 R2 8:20 C"),
        ("B change 2m", "A 8:00 R1 8:10 B 8:12 R2 8:20 C"),
        ("B change 3m", "A 8:00 R1 8:10 B 8:13 R2 8:25 C"),
        ("B change 4m", None),
        pytest.param("A change 9m", "A 8:00 R1 8:10 B 8:12 R2 8:20 C", id="not at the first stop"),
    ],
)
def test_changing_at_a_stop_takes_its_time(
    change: str, expected: str | None, variant: Variant
) -> None:
    tiny = network(CHANGE + "\n" + change)
    query = tiny.query("A 8:00-8:01 -> C")
    assert [tiny.line(j) for j in variant(tiny.search, query)] == ([expected] if expected else [])
    assert agrees_with_reference(tiny.search, query)


@every_variant
def test_fewer_rides_count_although_a_later_and_faster_way_is_known(variant: Variant) -> None:
    tiny = network(
        """
        R1
        A      B
        8:00   8:45

        R2
        B      C
        8:50   9:00

        R3
        A      D
        8:05   8:10

        R4
        D      E
        8:12   8:20

        R5
        E      C
        8:22   8:40
        """
    )
    query = tiny.query("A 8:00-8:30 -> C")
    assert [tiny.line(journey) for journey in variant(tiny.search, query)] == [
        "A 8:00 R1 8:45 B 8:50 R2 9:00 C",
        "A 8:05 R3 8:10 D 8:12 R4 8:20 E 8:22 R5 8:40 C",
    ]


def test_fewer_rides_may_be_asked_for() -> None:
    query = NETWORK.query("A 8:00-8:10 -> E", max_rides=1)
    assert [NETWORK.line(j) for j in NETWORK.search.search(query)] == ["A 8:00 R4 8:58 E"]
    assert agrees_with_reference(NETWORK.search, query)


def test_an_earliest_arrival_leaves_as_late_as_its_changes_allow() -> None:
    tiny = network(
        """
        R1
        A     B
        7:00  7:10
        8:00  8:10
        9:00  9:10

        R2
        B     C
        8:30  8:40
        """
    )
    [journey] = tiny.search.search(tiny.query("A 6:00 -> C"))
    assert tiny.line(journey) == "A 8:00 R1 8:10 B 8:30 R2 8:40 C"


def test_of_two_ways_to_change_the_shorter_walk_is_taken() -> None:
    tiny = network(
        """
        R1
        A     B     C     D
        8:00  8:10  8:20  8:30

        R2
        X     C     E
        8:20  8:40  8:50

        B ~ 4m ~ X
        """
    )
    [journey] = tiny.search.search(tiny.query("A 8:00-8:30 -> E"))
    assert tiny.line(journey) == "A 8:00 R1 8:20 C 8:40 R2 8:50 E"


def test_eight_rides_and_no_more() -> None:
    lines = [f"R{k}\n{'ABCDEFGHI'[k]} {'BCDEFGHIJ'[k]}\n{8 + k}:00 {8 + k}:30" for k in range(9)]
    tiny = network("\n\n".join(lines))
    [journey] = tiny.search.search(tiny.query("A 7:00-9:00 -> I"))
    assert journey.rides == 8
    assert tiny.search.search(tiny.query("A 7:00-9:00 -> J")) == []
    assert agrees_with_reference(tiny.search, tiny.query("A -> I 7:00-18:00"))
