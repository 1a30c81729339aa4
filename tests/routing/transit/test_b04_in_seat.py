"""B04: riders stay in their seats from one trip to the next."""

import pytest

from routing.transit.departures import next_departures
from routing.transit.search import TransitRide
from tests.routing.transit.variants import Variant, agrees_with_reference, every_variant
from tests.support.timetables import network

TOWN = """
    R1
    A      B      C
    8:00   8:10   8:20   [vehicle 1]

    R2
    C      D      E
    8:25   8:30   8:40   [vehicle 1]

    R3
    E      F
    8:41   8:50   [vehicle 1]
"""
THROUGH = "A 8:00 R1 8:20 C = 8:25 R2 8:40 E = 8:41 R3 8:50 F"
NO_CHANGES = "\n\nC change 1h\nE change 1h"


@every_variant
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("A 8:00-8:01 -> B", "A 8:00 R1 8:10 B", id="within the first part"),
        pytest.param("A 8:00-8:01 -> C", "A 8:00 R1 8:20 C", id="to the end of the first part"),
        pytest.param("C 8:20-8:30 -> D", "C 8:25 R2 8:30 D", id="from the start of the second"),
        pytest.param("B 8:05-8:11 -> D", "B 8:10 R1 8:20 C = 8:25 R2 8:30 D", id="over one joint"),
        pytest.param("A 7:50-8:01 -> F", THROUGH, id="over two joints"),
        pytest.param(
            "D 8:00-9:00 -> F", "D 8:30 R2 8:40 E = 8:41 R3 8:50 F", id="from the second on"
        ),
    ],
)
def test_journeys(question: str, expected: str, variant: Variant) -> None:
    tiny = network(TOWN + NO_CHANGES)
    query = tiny.query(question, max_rides=1)
    [journey] = variant(tiny.search, query)
    assert tiny.line(journey) == expected
    assert journey.rides == 1
    assert agrees_with_reference(tiny.search, query)


@pytest.mark.parametrize("question", ["A -> F 8:50", "A -> F 8:30-8:50", "A 8:00 -> F"])
def test_by_the_arrival_and_without_a_window(question: str) -> None:
    tiny = network(TOWN + NO_CHANGES)
    assert [tiny.line(journey) for journey in tiny.search.search(tiny.query(question))] == [THROUGH]
    assert agrees_with_reference(tiny.search, tiny.query(question))


def test_a_change_between_the_same_trips_would_not_be_in_time() -> None:
    tiny = network(TOWN.replace("[vehicle 1]", "") + NO_CHANGES)
    assert tiny.search.search(tiny.query("A 8:00 -> F")) == []


def test_staying_seated_counts_as_no_ride_and_changing_does() -> None:
    tiny = network(TOWN + "\n\n    R4\n    F      G\n    8:55   9:00")
    query = tiny.query("A 8:00 -> G", max_rides=2)
    [journey] = tiny.search.search(query)
    assert tiny.line(journey) == THROUGH + " 8:55 R4 9:00 G"
    assert journey.rides == 2
    assert [leg.stay_seated for leg in journey.legs if isinstance(leg, TransitRide)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert agrees_with_reference(tiny.search, query)


def test_nobody_gets_on_or_off_in_between_where_the_next_trip_starts_elsewhere() -> None:
    tiny = network(
        """
        R1
        A      B
        8:00   8:10   [vehicle 1]

        R2
        C      D
        8:15   8:20   [vehicle 1]
        """
    )
    [through] = tiny.search.search(tiny.query("A 8:00 -> D"))
    assert tiny.line(through) == "A 8:00 R1 8:10 B = C 8:15 R2 8:20 D"
    assert tiny.search.search(tiny.query("A 8:00 -> C")) == []
    assert tiny.search.search(tiny.query("B 8:00 -> D")) == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("today", "A 8:00 R1 8:10 B = 8:10 R2 8:20 C"),
        ("yesterday", "A 8:00 R1 8:10 B 9:10 R3 9:20 C"),
    ],
)
def test_on_days_without_one_part_the_others_run_alone(day: str, expected: str) -> None:
    tiny = network(
        """
        R1
        A      B
        8:00   8:10   [daily] [vehicle 1]

        R2
        B      C
        8:10   8:20   [today] [vehicle 1]

        R3
        B      C
        9:10   9:20   [daily]

        B change 5m
        """
    )
    ago_s = 86_400 if day == "yesterday" else 0
    query = tiny.query("A 8:00 -> C")
    query = type(query)(query.access, query.egress, query.time - ago_s)
    [journey] = tiny.search.search(query)
    shifted = [
        leg._replace(departure=leg.departure + ago_s, arrival=leg.arrival + ago_s)
        for leg in journey.legs
        if isinstance(leg, TransitRide)
    ]
    assert tiny.line(journey._replace(legs=tuple(shifted))) == expected
    assert agrees_with_reference(tiny.search, query)


@every_variant
def test_a_train_that_divides_and_one_that_couples(variant: Variant) -> None:
    tiny = network(
        """
        R1
        A      M
        8:00   8:10   [vehicle 1 2]

        R2
        B      M
        8:02   8:12   [vehicle 3]

        R3
        M      N
        8:15   8:25   [vehicle 1 3]

        R4
        M      O
        8:16   8:30   [vehicle 2]

        M change 1h
        """
    )
    for question, expected in (
        ("A 8:00-9:00 -> N", "A 8:00 R1 8:10 M = 8:15 R3 8:25 N"),
        ("A 8:00-9:00 -> O", "A 8:00 R1 8:10 M = 8:16 R4 8:30 O"),
        ("B 8:00-9:00 -> N", "B 8:02 R2 8:12 M = 8:15 R3 8:25 N"),
    ):
        query = tiny.query(question)
        assert [tiny.line(journey) for journey in variant(tiny.search, query)] == [expected]
        assert agrees_with_reference(tiny.search, query)
    assert variant(tiny.search, tiny.query("B 8:00-9:00 -> O")) == []


def test_over_midnight_on_the_same_service_day() -> None:
    tiny = network(
        """
        R1
        A       B
        23:50   24:05   [yesterday] [vehicle 1]

        R2
        B       C
        24:05   24:20   [yesterday] [vehicle 1]

        B change 9m
        """
    )
    [journey] = tiny.search.search(tiny.query("B 0:00 -> C"))
    assert tiny.line(journey) == "B 0:05 R2 0:20 C"
    query = tiny.query("A -> C 0:30")
    [journey] = tiny.search.search(query)
    assert (journey.arrival - journey.departure, journey.rides) == (1800, 1)
    assert agrees_with_reference(tiny.search, query)


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("A", "8:00 R1 0"),
        pytest.param("C", "8:25 R2 0", id="the part that leaves, not the one that arrives"),
        ("D", "8:30 R2 1"),
        ("E", "8:41 R3 0"),
        pytest.param("F", "", id="the end of all"),
    ],
)
def test_a_departure_board_names_the_part_that_leaves(stop: str, expected: str) -> None:
    tiny = network(TOWN)
    second = tiny.midnight + 7 * 3600
    found = next_departures(tiny.search.views, [tiny.stops.index(stop)], second, 9)
    lines = [
        f"{tiny.clock(each.time)} {tiny.routes[tiny.timetable.trip_route[each.trip]]} {each.position}"
        for each in found
    ]
    assert ", ".join(lines) == expected
    assert all(each.scheduled == each.time for each in found)


def test_a_departure_board_lists_a_vehicle_that_divides_once() -> None:
    rows = "\n".join(f"    {8 + k}:00   {8 + k}:10   [vehicle {k}1 {k}2 {k}3]" for k in range(8))
    ends = "".join(
        f"\n    R{2 + end}\n    M      N{end}\n"
        + "\n".join(f"    {8 + k}:15   {8 + k}:25   [vehicle {k}{end}]" for k in range(8))
        + "\n"
        for end in (1, 2, 3)
    )
    tiny = network(f"    R1\n    A      M\n{rows}\n{ends}")
    for limit in (1, 3, 7, 20):
        found = next_departures(
            tiny.search.views, [tiny.stops.index("A")], tiny.midnight, limit, 86_399
        )
        assert [tiny.clock(each.time) for each in found] == [
            f"{8 + k}:00" for k in range(min(limit, 8))
        ]
