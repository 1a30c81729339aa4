"""FEATURE UNDER TEST: legs that count as one (``fare_leg_join_rules.txt``), and gaps."""

from pathlib import Path

import pytest

from booking.domain.fares_v2 import fares_where_known
from tests.support.fares import ADULT, BERLIN, fares, priced, ride, shown

TEXT = """
    # areas.txt
    area_id
    west
    east

    # stop_areas.txt
    area_id, stop_id
    west,    A
    west,    S
    east,    B

    # fare_products.txt
    fare_product_id, amount, currency
    within,          1.00,   EUR
    across,          2.50,   EUR

    # fare_leg_rules.txt
    network_id, from_area_id, to_area_id, fare_product_id
    bus,        west,         west,       within
    bus,        west,         east,       across

    # fare_leg_join_rules.txt
    from_network_id, to_network_id, from_stop_id, to_stop_id
    bus,             bus,           {stops}
"""
TO_STATION, ON = "A 8:00 R 8:10 S1", "S2 8:20 Q 8:40 B"


def test_a_change_within_one_station_makes_one_leg(tmp_path: Path) -> None:
    """Apart, the second leg would have a fare of its own: 1.00 and 2.50."""
    tables = fares(tmp_path, TEXT.format(stops=","))
    assert priced(tables, TO_STATION, ON) == "1.25 across, 1.25 across"
    assert priced(tables, TO_STATION, "A 8:20 Q 8:40 B") == "1.00 within, 2.50 across", (
        "another place: no join"
    )


def test_without_the_rule_each_leg_is_paid(tmp_path: Path) -> None:
    text = TEXT.split("# fare_leg_join_rules", maxsplit=1)[0]
    assert priced(fares(tmp_path, text), TO_STATION, ON) == "1.00 within, 2.50 across"


@pytest.mark.parametrize(
    ("stops", "paid"),
    [
        ("S1, S2", "1.25 across, 1.25 across"),
        ("S, S", "1.25 across, 1.25 across"),
        ("S2, S1", "1.00 within, 2.50 across"),
    ],
)
def test_stops_of_the_rule_count(tmp_path: Path, stops: str, paid: str) -> None:
    assert priced(fares(tmp_path, TEXT.format(stops=stops)), TO_STATION, ON) == paid


def test_stops_of_the_rule_may_be_two_places(tmp_path: Path) -> None:
    tables = fares(tmp_path, TEXT.format(stops="S, A"))
    assert priced(tables, TO_STATION, "A 8:20 Q 8:40 B") == "1.25 across, 1.25 across"


def test_another_network_is_not_joined(tmp_path: Path) -> None:
    tables = fares(tmp_path, TEXT.format(stops=","))
    assert priced(tables, TO_STATION, "S2 8:20 T 8:40 B") == "no fare"


def test_joined_legs_of_two_networks_fit_no_rule_that_names_one(tmp_path: Path) -> None:
    text = TEXT.format(stops=",").replace("bus,             bus,", "bus, rail,")
    assert priced(fares(tmp_path, text), TO_STATION, "S2 8:20 T 8:40 B") == "no fare"


def test_joined_legs_share_by_their_length(tmp_path: Path) -> None:
    tables = fares(tmp_path, TEXT.format(stops=","))
    legs = [(3, ride(TO_STATION, distance_m=1000)), (5, ride(ON, distance_m=4000))]
    (fare,) = fares_where_known(tables, legs, ADULT, BERLIN)
    assert shown(fare) == "0.50 across, 2.00 across"
    assert [line.leg for line in fare.lines] == [3, 5]


def test_legs_without_a_fare_part_the_others(tmp_path: Path) -> None:
    """A transfer is free, but not over a train that has no fare."""
    text = """
    # fare_products.txt
    fare_product_id, amount, currency
    single,          1.00,   EUR

    # fare_leg_rules.txt
    leg_group_id, network_id, fare_product_id
    bus,          bus,        single

    # fare_transfer_rules.txt
    from_leg_group_id, to_leg_group_id, transfer_count, fare_transfer_type
    bus,               bus,             -1,             0
    """
    tables = fares(tmp_path, text)
    lines = ("A 8:00 R 8:10 B", "B 8:20 Q 8:30 C", "C 8:40 T 8:50 D", "D 9:00 R 9:10 A")
    legs = list(enumerate(map(ride, lines)))
    found = fares_where_known(tables, legs, ADULT, BERLIN)
    assert [shown(fare) for fare in found] == ["1.00 single, 0.00 single", "1.00 single"]
    assert [[line.leg for line in fare.lines] for fare in found] == [[0, 1], [3]]
    assert priced(tables, *lines) == "no fare", "not of all legs"
    assert fares_where_known(tables, [], ADULT, BERLIN) == ()


def test_of_two_currencies_the_first_with_a_fare_counts(tmp_path: Path) -> None:
    text = """
    # fare_media.txt
    fare_media_id, fare_media_type
    app,           4

    # fare_products.txt
    fare_product_id, fare_media_id, amount, currency
    pass,            ,              50.00,  CHF
    single,          app,           1.00,   EUR
    single,          ,              0.95,   CHF

    # fare_leg_rules.txt
    fare_product_id
    single
    """
    tables = fares(tmp_path, text)
    (fare,) = fares_where_known(tables, [(0, ride("A 8:00 R 8:10 B"))], ADULT, BERLIN)
    assert (fare.total.minor, fare.total.currency) == (95, "CHF")
