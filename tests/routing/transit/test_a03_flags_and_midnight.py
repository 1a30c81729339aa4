"""A03: where riders may not board or alight, trips past midnight, days of 23 and 25 hours."""

from datetime import date, timedelta

import pytest

from kommit.kit.clock import service_day_epoch
from routing.transit.search import TransitQuery, TransitSearch
from tests.routing.transit.variants import Variant, agrees_with_reference, every_variant
from tests.support.timetables import BERLIN, Network, Trip, compile_network, network

FLAGS = network(
    """
    R1
    A      B      C       D
    8:00   8:10a  8:20b   8:30
    9:00   9:10   9:20    9:30

    R2
    B      C
    8:40   8:50
    """
)


@every_variant
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("A 8:00-8:10 -> B", ["A 8:00 R1 8:10 B"], id="alight where only that"),
        pytest.param("C 8:00-8:30 -> D", ["C 8:20 R1 8:30 D"], id="board where only that"),
        pytest.param("A 8:00-8:10 -> C", ["A 8:00 R1 8:10 B 8:40 R2 8:50 C"], id="not off at C"),
        pytest.param("B 8:00-8:30 -> D", [], id="not on at B"),
        pytest.param("B 8:00-9:30 -> D", ["B 9:10 R1 9:30 D"], id="another trip may be boarded"),
    ],
)
def test_pickup_and_drop_off(question: str, expected: list[str], variant: Variant) -> None:
    query = FLAGS.query(question)
    assert [FLAGS.line(journey) for journey in variant(FLAGS.search, query)] == expected
    assert agrees_with_reference(FLAGS.search, query)


MIDNIGHT = network(
    """
    N1
    A      B
    24:10  24:30   [yesterday]
    24:20  24:40

    R1
    A      B
    0:15   0:25    [daily]

    R2
    B      C
    23:50  24:10
    48:05  48:15   [yesterday]
    """
)


@every_variant
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(
            "A 0:00-0:15 -> B", [], id="yesterday's night trip is overtaken by today's first"
        ),
        ("A 0:00-0:16 -> B", ["A 0:15 R1 0:25 B"]),
        pytest.param("A 23:00-24:15 -> B", [], id="the same a day later"),
        ("A 24:16-24:30 -> B", ["A 24:20 N1 24:40 B"]),
        ("B 23:00-23:59 -> C", ["B 23:50 R2 24:10 C"]),
        pytest.param("B 24:00-24:10 -> C", ["B 24:05 R2 24:15 C"], id="two days after its day"),
    ],
)
def test_past_midnight(question: str, expected: list[str], variant: Variant) -> None:
    query = MIDNIGHT.query(question)
    found = [MIDNIGHT.line(journey) for journey in variant(MIDNIGHT.search, query)]
    assert found == expected
    assert agrees_with_reference(MIDNIGHT.search, query)


@pytest.mark.parametrize("change", [date(2024, 3, 31), date(2024, 10, 27)])
def test_printed_times_hold_on_days_of_23_and_25_hours(change: date) -> None:
    days = [change + timedelta(k) for k in (-2, -1, 0, 1, 2)]
    trip = Trip([0, 1], [7 * 3600, 8 * 3600], [7 * 3600, 8 * 3600], days=range(5))
    night = Trip([0, 1], [25 * 3600, 27 * 3600], [25 * 3600, 27 * 3600], days=range(5), route=1)
    timetable = compile_network(Network(2, [trip, night], days=days))
    search = TransitSearch(timetable)
    for day in days[1:4]:
        epoch = service_day_epoch(day, BERLIN)
        query = TransitQuery(([0], [0]), ([1], [0]), epoch + 5 * 3600, window_s=24 * 3600)
        assert [journey.departure - epoch for journey in search.search(query)] == [
            7 * 3600,
            25 * 3600,
        ]
        assert agrees_with_reference(search, query)
