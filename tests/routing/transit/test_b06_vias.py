"""B06: over stops on the way, with and without a stay, by hand."""

from dataclasses import replace

import pytest

from routing.transit.bounds import bounds_of
from routing.transit.criteria import Weighing
from routing.transit.criteria_costs import Criterion
from routing.transit.criteria_search import CriteriaSearch
from routing.transit.reference_via import answers_over
from routing.transit.search import TransitQuery, TransitSearch
from routing.transit.stopovers import TransitVia
from tests.routing.transit.variants import Variant, criteria, every_variant
from tests.support.timetables import TinyNetwork, network

NETWORK = network(
    """
    R1
    A      B      C
    8:00   8:10   8:20
    8:30   8:40   8:50
    9:00   9:10   9:20

    X2
    A      C
    8:05   8:12
    8:35   8:42
    9:05   9:12

    R3
    A      D      E
    8:02   8:12   8:30

    R4
    N      C
    8:25   8:35
    8:55   9:05

    B change 2m
    D ~ 4m ~ N
    """
)


def over(of: TinyNetwork, question: str, vias: str) -> TransitQuery:
    """Return a question with vias like ``B+10m D/N``: a stay, and stops of which one will do."""
    asked = []
    for via in vias.split():
        stops, _, stay = via.partition("+")
        indices = tuple(of.stops.index(stop) for stop in stops.split("/"))
        asked.append(TransitVia(indices, int(stay[:-1] or 0) * 60))
    return replace(of.query(question), vias=tuple(asked))


def lines(of: TinyNetwork, query: TransitQuery) -> list[str]:
    return [of.line(journey) for journey in of.search.search(query)]


@every_variant
@pytest.mark.parametrize(
    ("question", "vias", "expected"),
    [
        pytest.param("A 8:00-8:30 -> C", "B", ["A 8:00 R1 8:20 C"], id="seated is enough"),
        pytest.param("A 8:00-8:30 -> C", "A B C", ["A 8:00 R1 8:20 C"], id="at either end"),
        pytest.param("A 8:00-8:30 -> C", "B A", [], id="in order only"),
        pytest.param("A 8:00-8:30 -> C", "B B", ["A 8:00 R1 8:20 C"], id="twice at once"),
        pytest.param(
            "A 8:00-8:30 -> C",
            "B+10m",
            ["A 8:00 R1 8:10 B 8:40 R1 8:50 C"],
            id="a stay needs another vehicle",
        ),
        pytest.param("A 8:00-8:30 -> C", "B+30m", ["A 8:00 R1 8:10 B 8:40 R1 8:50 C"], id="just"),
        pytest.param("A 8:00-8:30 -> C", "B+31m", ["A 8:00 R1 8:10 B 9:10 R1 9:20 C"], id="later"),
        pytest.param("A 8:00-8:30 -> C", "A+5m", [], id="no stay before the first ride"),
        pytest.param("A 8:00-8:30 -> C", "C+5m", [], id="no stay after the last ride"),
        pytest.param(
            "A 8:00-8:30 -> C", "D+9m", ["A 8:02 R3 8:12 D ~4m~ N 8:25 R4 8:35 C"], id="walk off"
        ),
        pytest.param(
            "A 8:00-8:30 -> C", "N+9m", ["A 8:02 R3 8:12 D ~4m~ N 8:25 R4 8:35 C"], id="walk there"
        ),
        pytest.param(
            "A 8:00-8:30 -> C",
            "D+10m",
            ["A 8:02 R3 8:12 D ~4m~ N 8:55 R4 9:05 C"],
            id="the walk comes on top",
        ),
        pytest.param(
            "A 8:00-8:30 -> C",
            "D/N+13m",
            ["A 8:02 R3 8:12 D ~4m~ N 8:25 R4 8:35 C"],
            id="but not within a station",
        ),
        pytest.param(
            "A 8:00-8:30 -> C",
            "D/B",
            ["A 8:00 R1 8:20 C", "A 8:02 R3 8:12 D ~4m~ N 8:25 R4 8:35 C"],
            id="either",
        ),
        pytest.param("A 8:00-8:30 -> C", "E", [], id="nothing leaves from there"),
    ],
)
def test_journeys(question: str, vias: str, expected: list[str], variant: Variant) -> None:
    query = over(NETWORK, question, vias)
    assert [NETWORK.line(journey) for journey in variant(NETWORK.search, query)] == expected
    found = {criteria(journey) for journey in NETWORK.search.search(query)}
    assert found == answers_over(NETWORK.timetable, query)


def test_without_a_window_a_stay_is_not_cut_short() -> None:
    """The first ride leaves as late as it can, or the last as early: with time for the stay."""
    assert lines(NETWORK, over(NETWORK, "A 8:00 -> C", "B+40m")) == [
        "A 8:00 R1 8:10 B 9:10 R1 9:20 C"
    ]
    assert lines(NETWORK, over(NETWORK, "A 7:00 -> C", "B+10m")) == [
        "A 8:00 R1 8:10 B 8:40 R1 8:50 C"
    ]
    assert lines(NETWORK, over(NETWORK, "A -> C 9:30", "B+40m")) == [
        "A 8:00 R1 8:10 B 9:10 R1 9:20 C"
    ]


def test_bounds_do_not_add_a_walk_to_the_stay_that_it_is_part_of() -> None:
    query = replace(over(NETWORK, "A 8:00-8:10 -> C", "D/N+13m"), max_duration_s=33 * 60)
    search = TransitSearch(NETWORK.timetable, bounds=bounds_of(NETWORK.timetable))
    assert [NETWORK.line(journey) for journey in search.search(query)] == [
        "A 8:02 R3 8:12 D ~4m~ N 8:25 R4 8:35 C"
    ]


RULES = network(
    """
    R1
    A      B       C
    8:00   8:10b   8:20
    8:30   --      8:50
    9:00   9:10    9:20   [book 60m]
    """
)


def test_a_call_for_boarding_only_counts_as_well() -> None:
    assert lines(RULES, over(RULES, "A 8:00-8:30 -> C", "B")) == ["A 8:00 R1 8:20 C"]
    assert lines(RULES, over(RULES, "A 8:00-8:30 -> C", "B+1m")) == []


def test_rides_over_a_via_must_be_booked_as_all_rides() -> None:
    query = over(RULES, "A 8:30-9:30 -> C", "B")
    assert lines(RULES, query) == ["A 9:00 R1 9:20 C"]
    too_late = replace(query, now=RULES.midnight + 8 * 3600 + 1)
    assert lines(RULES, too_late) == []


@pytest.mark.parametrize(
    ("vias", "message"),
    [
        ([((), 0)], "needs a stop"),
        ([((0,), -1)], "0 to 86400"),
        ([((9,), 0)], "stops 0 to"),
        ([((-1,), 0)], "stops 0 to"),
        ([((0,), 0)] * 4, "up to 3 vias"),
    ],
)
def test_impossible_vias_are_refused(vias: list[tuple[tuple[int, ...], int]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lines(
            NETWORK, replace(NETWORK.query("A 8:00 -> C"), vias=tuple(TransitVia(*v) for v in vias))
        )


def test_further_criteria_are_not_weighed_over_vias() -> None:
    search = CriteriaSearch(NETWORK.timetable)
    with pytest.raises(ValueError, match="together with vias"):
        search.weigh(over(NETWORK, "A 8:00 -> C", "B"), Weighing((Criterion.WALKING,)))
