"""FEATURE UNDER TEST: what a change of vehicles costs (``fare_transfer_rules.txt``)."""

from pathlib import Path

import pytest

from booking.domain.fares_v2 import without_deficits
from tests.support.fares import fares, price, priced

PRODUCTS = """
    # fare_products.txt
    fare_product_id, amount, currency
    bus,             2.00,   EUR
    rail,            5.00,   EUR
    plus,            0.50,   EUR
    through,         6.00,   EUR
    off,             -1.50,  EUR
    lots-off,        -2.50,  EUR

    # fare_leg_rules.txt
    leg_group_id, network_id, fare_product_id
    bus,          bus,        bus
    rail,         rail,       rail

    # fare_transfer_rules.txt
    from_leg_group_id, to_leg_group_id, transfer_count, duration_limit, duration_limit_type, fare_transfer_type, fare_product_id
"""
BUS, RAIL, BUS_2, BUS_3 = "A 8:00 R 8:20 B", "B 8:30 T 9:00 C", "C 9:10 Q 9:30 D", "D 9:40 R 9:50 A"


def test_ninety_minutes(tmp_path: Path) -> None:
    """Maryland: free transfers for 90 minutes, from departure to departure (limit type 1)."""
    tables = fares(tmp_path, """
    # fare_products.txt
    fare_product_id,        amount, currency
    core_local_oneway_fare, 2.00,   USD

    # fare_leg_rules.txt
    leg_group_id,            network_id, fare_product_id
    core_local_one_way_trip, bus,        core_local_oneway_fare

    # fare_transfer_rules.txt
    from_leg_group_id,       to_leg_group_id,         duration_limit, duration_limit_type, fare_transfer_type, transfer_count
    core_local_one_way_trip, core_local_one_way_trip, 5400,           1,                   0,                  -1
    """)  # fmt: skip
    one = "core_local_oneway_fare"
    first = "A 8:00 R 8:20 B"
    assert priced(tables, first) == f"2.00 {one}"
    assert priced(tables, first, "B 8:30 Q 8:50 C") == f"2.00 {one}, 0.00 {one}"
    assert priced(tables, first, "B 9:30 Q 11:00 C") == f"2.00 {one}, 0.00 {one}", "still boarded"
    assert priced(tables, first, "B 9:31 Q 9:50 C") == f"2.00 {one}, 2.00 {one}", "too late"
    many = (first, "B 8:30 Q 8:50 C", "C 9:00 R 9:20 D", "D 9:30 Q 9:40 A")
    assert priced(tables, *many) == f"2.00 {one}, 0.00 {one}, 0.00 {one}, 0.00 {one}"
    later = (first, "B 8:30 Q 8:50 C", "C 9:31 R 9:50 D", "D 10:00 Q 10:10 A")
    assert priced(tables, *later) == f"2.00 {one}, 0.00 {one}, 2.00 {one}, 0.00 {one}", (
        "measured from the first leg; then a new ticket begins"
    )


def test_the_rules_are_named(tmp_path: Path) -> None:
    tables = fares(tmp_path, PRODUCTS + "    bus, rail, , , , 1, plus")
    fare = price(tables, BUS, RAIL)
    assert fare is not None
    assert [line.rule for line in fare.lines] == [
        "fare_leg_rules:2",
        "fare_leg_rules:3+fare_transfer_rules:2",
    ]
    assert fare.total.minor == 750


@pytest.mark.parametrize(
    ("rule", "paid"),
    [
        ("0, plus", "2.00 bus, 0.50 plus"),  # A + AB
        ("1, plus", "2.00 bus, 5.50 rail"),  # A + AB + B
        ("1, off", "2.00 bus, 3.50 rail"),  # a discount is one of the leg that is changed to
        ("2, through", "1.71 through, 4.29 through"),  # AB, shared as 2 to 5
        ("0,", "2.00 bus, 0.00 bus"),  # no product: no cost
        ("1,", "2.00 bus, 5.00 rail"),
    ],
)
def test_types(tmp_path: Path, rule: str, paid: str) -> None:
    tables = fares(tmp_path, PRODUCTS + f"    bus, rail, , , , {rule}")
    assert priced(tables, BUS, RAIL) == paid
    assert priced(tables, "A 8:00 T 8:20 B", "B 8:30 R 9:00 C") == "5.00 rail, 2.00 bus", (
        "no rule for the way back: each for itself"
    )


@pytest.mark.parametrize(
    ("first", "second", "paid"),
    [
        # "Cost processing interactions between multiple transfers", A > B and then B > C
        ("0, plus", "0, plus", "2.00 bus, 0.50 plus, 0.50 plus"),
        ("0, plus", "1, plus", "2.00 bus, 0.50 plus, 2.50 bus"),
        ("0, plus", "2, plus", "2.00 bus, 0.50 plus, 0.50 plus"),
        ("1, plus", "0, plus", "2.00 bus, 5.50 rail, 0.50 plus"),
        ("1, plus", "1, plus", "2.00 bus, 5.50 rail, 2.50 bus"),
        ("1, plus", "2, plus", "2.00 bus, 5.50 rail, 0.50 plus"),
        ("2, through", "0, plus", "1.71 through, 4.29 through, 0.50 plus"),
        ("2, through", "1, plus", "1.71 through, 4.29 through, 2.50 bus"),
        ("2, through", "2, plus", "1.71 through, 4.29 through, 0.50 plus"),
    ],
)
def test_two_transfers(tmp_path: Path, first: str, second: str, paid: str) -> None:
    text = f"    bus, rail, , , , {first}\n    rail, bus, , , , {second}"
    assert priced(fares(tmp_path, PRODUCTS + text), BUS, RAIL, BUS_2) == paid


@pytest.mark.parametrize(
    ("kind", "last_second"),
    [
        (0, 3600),  # 8:00 departure of the first to 9:00 arrival of the last
        (1, 1800),  # 8:00 departure to 8:30 departure
        (2, 600),  # 8:20 arrival to 8:30 departure
        (3, 2400),  # 8:20 arrival to 9:00 arrival
    ],
)
def test_limits_count_between_these_moments(tmp_path: Path, kind: int, last_second: int) -> None:
    for limit, paid in (
        (last_second, "2.00 bus, 0.00 bus"),
        (last_second - 1, "2.00 bus, 5.00 rail"),
    ):
        tables = fares(tmp_path, PRODUCTS + f"    bus, rail, , {limit}, {kind}, 0,")
        assert priced(tables, BUS, RAIL) == paid


def test_within_one_group_a_limit_counts_from_the_first_leg(tmp_path: Path) -> None:
    legs = ("A 8:00 R 8:20 B", "B 8:30 Q 9:00 C", "C 9:10 R 9:30 D")
    within = fares(tmp_path, PRODUCTS + "    bus, bus, -1, 4200, 1, 0,")
    assert priced(within, *legs) == "2.00 bus, 0.00 bus, 0.00 bus"
    over = fares(tmp_path, PRODUCTS + "    bus, bus, -1, 4199, 1, 0,")
    assert priced(over, *legs) == "2.00 bus, 0.00 bus, 2.00 bus"


def test_between_two_groups_a_limit_counts_from_the_leg_before(tmp_path: Path) -> None:
    text = "    bus, rail, , 1800, 1, 0,\n    rail, bus, , 2400, 1, 0,"
    assert priced(fares(tmp_path, PRODUCTS + text), BUS, RAIL, BUS_2) == (
        "2.00 bus, 0.00 bus, 0.00 bus"
    ), "8:30 to 9:10 are 40 minutes, 8:00 to 9:10 would be too many"


@pytest.mark.parametrize(
    ("count", "paid"),
    [
        ("1", "2.00 bus, 0.00 bus, 2.00 bus, 0.00 bus"),
        ("2", "2.00 bus, 0.00 bus, 0.00 bus, 2.00 bus"),
        ("3", "2.00 bus, 0.00 bus, 0.00 bus, 0.00 bus"),
        ("-1", "2.00 bus, 0.00 bus, 0.00 bus, 0.00 bus"),
    ],
)
def test_so_many_transfers_in_a_row(tmp_path: Path, count: str, paid: str) -> None:
    tables = fares(tmp_path, PRODUCTS + f"    bus, bus, {count}, , , 0,")
    legs = ("A 8:00 R 8:10 B", "B 8:20 Q 8:30 C", "C 8:40 R 8:50 D", "D 9:00 Q 9:10 A")
    assert priced(tables, *legs) == paid


def test_the_smallest_count_that_is_enough_counts(tmp_path: Path) -> None:
    """The first transfer is free, the second costs 0.50, though free was on offer for one."""
    tables = fares(tmp_path, PRODUCTS + "    bus, bus, 1, , , 0,\n    bus, bus, 2, , , 0, plus")
    legs = ("A 8:00 R 8:10 B", "B 8:20 Q 8:30 C", "C 8:40 R 8:50 D", "D 9:00 Q 9:10 A")
    assert priced(tables, *legs) == "2.00 bus, 0.00 bus, 0.50 plus, 2.00 bus"


def test_a_longer_limit_may_cost_more(tmp_path: Path) -> None:
    text = "    bus, rail, , 1200, 1, 0,\n    bus, rail, , 3600, 1, 0, plus"
    tables = fares(tmp_path, PRODUCTS + text)
    assert priced(tables, BUS, "B 8:15 T 9:00 C") == "2.00 bus, 0.00 bus", "the cheaper of both"
    assert priced(tables, BUS, RAIL) == "2.00 bus, 0.50 plus"


def test_another_transfer_ends_the_row(tmp_path: Path) -> None:
    """Bus, bus, train, bus, bus: the count of one begins anew after the train."""
    text = "    bus, bus, 1, , , 0,\n    bus, rail, , , , 1,\n    rail, bus, , , , 1,"
    legs = (BUS, "B 8:22 Q 8:25 B", RAIL, BUS_2, BUS_3)
    assert priced(fares(tmp_path, PRODUCTS + text), *legs) == (
        "2.00 bus, 0.00 bus, 5.00 rail, 2.00 bus, 0.00 bus"
    )


def test_a_dearer_transfer_is_not_a_choice(tmp_path: Path) -> None:
    """What the feed says a transfer costs is what it costs: 6.00 with a rule, 7.00 without."""
    text = "    bus, bus, 1, , , 2, through"
    assert priced(fares(tmp_path, PRODUCTS + text), BUS, "B 8:30 R 8:50 C") == (
        "3.00 through, 3.00 through"
    )


EMPTY = "    bus, rail, , , , 0, plus\n    , , -1, , , 0,"


def test_an_empty_group_is_every_group_that_no_rule_names_there(tmp_path: Path) -> None:
    """From: all but bus. To: all but rail."""
    tables = fares(tmp_path, PRODUCTS + EMPTY)
    rail_2 = "C 9:10 T 9:30 D"
    assert priced(tables, BUS, RAIL) == "2.00 bus, 0.50 plus"
    assert priced(tables, RAIL, BUS_2) == "5.00 rail, 0.00 rail"
    assert priced(tables, BUS, "B 8:30 Q 8:40 C") == "2.00 bus, 2.00 bus", "from is named"
    assert priced(tables, RAIL, rail_2) == "5.00 rail, 5.00 rail", "to is named"


def test_the_cheapest_of_all_ways_is_not_the_cheapest_of_each_leg(tmp_path: Path) -> None:
    """The dearer bus ticket has a free transfer to the train."""
    text = """
    # fare_products.txt
    fare_product_id, amount, currency
    cheap,           2.00,   EUR
    good,            3.00,   EUR
    rail,            5.00,   EUR

    # fare_leg_rules.txt
    leg_group_id, network_id, fare_product_id
    cheap,        bus,        cheap
    good,         bus,        good
    rail,         rail,       rail

    # fare_transfer_rules.txt
    from_leg_group_id, to_leg_group_id, fare_transfer_type
    good,              rail,            0
    """
    tables = fares(tmp_path, text)
    assert priced(tables, BUS) == "2.00 cheap"
    assert priced(tables, BUS, RAIL) == "3.00 good, 0.00 good"


def test_a_rule_whose_product_is_not_for_the_rider_does_not_count(tmp_path: Path) -> None:
    text = PRODUCTS.replace("fare_product_id, amount", "fare_product_id, fare_media_id, amount")
    for name in ("bus", "rail", "plus", "through", "off", "lots-off"):
        text = text.replace(f"    {name}, ", f"    {name}, {'paper' if name == 'plus' else ''},", 1)
    media = "    # fare_media.txt\n    fare_media_id, fare_media_type\n    paper, 1\n"
    tables = fares(tmp_path, media + text + "    bus, rail, , , , 0, plus")
    assert priced(tables, BUS, RAIL) == "2.00 bus, 5.00 rail"


@pytest.mark.parametrize(
    ("legs", "paid"),
    [
        ((RAIL, BUS_2), "4.50 rail, 0.00 bus"),  # 2.50 off a bus of 2.00
        ((BUS, RAIL), "2.00 bus, 2.50 rail"),
    ],
)
def test_no_leg_is_below_zero(tmp_path: Path, legs: tuple[str, str], paid: str) -> None:
    text = "    rail, bus, , , , 1, lots-off\n    bus, rail, , , , 1, lots-off"
    assert priced(fares(tmp_path, PRODUCTS + text), *legs) == paid


@pytest.mark.parametrize(
    ("amounts", "settled"),
    [
        ([5, -2], [3, 0]),
        ([-2, 5], [0, 3]),
        ([1, 1, -3, 4], [0, 0, 0, 3]),
        ([1, -3], [0, 0]),
        ([3], [3]),
        ([-3], [0]),
        ([], []),
    ],
)
def test_deficits(amounts: list[int], settled: list[int]) -> None:
    assert without_deficits(amounts) == settled
