"""FEATURE UNDER TEST: one leg, one product; who pays what, and by which medium.

Examples of https://gtfs.org/documentation/schedule/examples/fares-v2/ are named after their agency.
"""

from pathlib import Path

import pytest

from booking.domain.fare_prices import Media
from booking.domain.fares_v2 import Choices, fare_of
from routing.fares.tables import FareMediaType
from tests.support.fares import ADULT, BERLIN, CHILD, fares, price, priced, ride

RIDE = "A 8:00 R 8:20 B"
SINGLE = """
    # fare_products.txt
    fare_product_id, fare_product_name, amount, currency
    single,          Single Ride Fare,  2.75,   USD

    # fare_leg_rules.txt
    fare_product_id
    single
"""


def test_a_single_ride(tmp_path: Path) -> None:
    """The sample data of "Fare Products" on gtfs.org: a single ride is $2.75."""
    fare = price(fares(tmp_path, SINGLE), RIDE)
    assert fare is not None
    (line,) = fare.lines
    assert (line.amount.minor, line.amount.currency) == (275, "USD")
    assert (line.leg, line.product_id, line.product_name) == (0, "f:single", "Single Ride Fare")
    assert line.rule == "fare_leg_rules:2"


def test_of_several_products_the_cheapest_for_the_ride(tmp_path: Path) -> None:
    """Maryland: the leg may be ridden with four products; one way costs $2.00."""
    tables = fares(tmp_path, """
        # fare_products.txt
        fare_product_id,        fare_product_name,           amount, currency
        core_local_oneway_fare, One Way Full Fare,           2.00,   USD
        core_local_1_day_fare,  1-Day Pass - Core Service,   4.60,   USD
        core_local_31_day_fare, 31-Day Pass - Core Service,  77.00,  USD
        core_local_7_day_fare,  7-Day Pass - Core Service,   22.00,  USD

        # fare_leg_rules.txt
        leg_group_id,            network_id, fare_product_id
        core_local_one_way_trip, bus,        core_local_1_day_fare
        core_local_one_way_trip, bus,        core_local_oneway_fare
        core_local_one_way_trip, bus,        core_local_31_day_fare
        core_local_one_way_trip, bus,        core_local_7_day_fare
    """)  # fmt: skip
    assert priced(tables, RIDE) == "2.00 core_local_oneway_fare"


def test_a_route_of_another_feed_has_no_fare(tmp_path: Path) -> None:
    tables = fares(tmp_path, SINGLE)
    assert fare_of(tables, [(0, ride(RIDE, scope="f"))], ADULT, BERLIN) is not None
    assert fare_of(tables, [(0, ride(RIDE, scope="g"))], ADULT, BERLIN) is None


CATEGORIES = """
    # rider_categories.txt
    rider_category_id, rider_category_name, is_default_fare_category
    adult,             Adult,               1
    child,             Child 6 to 14,       0
    senior,            Senior,

    # fare_products.txt
    fare_product_id, rider_category_id, amount, currency
    single,          senior,            1.00,   EUR
    single,          adult,             2.80,   EUR
    single,          child,             1.40,   EUR
    bicycle,         ,                  2.00,   EUR

    # fare_leg_rules.txt
    fare_product_id, network_id
    single,          bus
    bicycle,         rail
"""


def test_riders_pay_by_their_category(tmp_path: Path) -> None:
    tables = fares(tmp_path, CATEGORIES)
    assert priced(tables, RIDE, passenger=ADULT) == "2.80 single", "not the price of seniors"
    assert priced(tables, RIDE, passenger=CHILD) == "1.40 single"
    train = "A 8:00 T 8:20 B"
    assert priced(tables, train, passenger=CHILD) == "2.00 bicycle", "no category: for everybody"


@pytest.mark.parametrize(
    ("category", "paid"),
    [
        ("child,Child", "1.40"),
        ("k,Kinder (6-14 Jahre)", "1.40"),
        ("2,Bilet ulgowy (Dziecko do 18 r.ż.)", "1.40"),
        ("u15,Under 15", "2.80"),
        ("student,Student", "2.80"),
    ],
)
def test_children_are_known_by_words(tmp_path: Path, category: str, paid: str) -> None:
    """A category without such a word is not theirs: they pay as adults."""
    category_id = category.split(",", maxsplit=1)[0]
    text = CATEGORIES.replace("child,             Child 6 to 14", category)
    tables = fares(tmp_path, text.replace("single,          child", f"single, {category_id}"))
    assert priced(tables, RIDE, passenger=CHILD) == f"{paid} single"


def test_a_child_of_unknown_age_pays_the_dearer_of_two_children(tmp_path: Path) -> None:
    text = CATEGORIES.replace("senior,             Senior", "infant, Child under 6")
    text = text.replace("single,          senior,            1.00", "single, infant, 0.00")
    text = text.replace("senior", "infant").replace("Senior", "Child under 6")
    assert priced(fares(tmp_path, text), RIDE, passenger=CHILD) == "1.40 single"


def test_a_child_never_pays_more_than_an_adult(tmp_path: Path) -> None:
    text = CATEGORIES.replace("child,             1.40", "child, 3.10")
    assert priced(fares(tmp_path, text), RIDE, passenger=CHILD) == "2.80 single"


def test_without_a_default_the_category_of_adults_is_known_by_words(tmp_path: Path) -> None:
    text = """
        # rider_categories.txt
        rider_category_id, rider_category_name
        1,                 Erwachsene
        2,                 Senioren

        # fare_products.txt
        fare_product_id, rider_category_id, amount, currency
        single,          1,                 2.80,   EUR
        club,            2,                 1.00,   EUR

        # fare_leg_rules.txt
        fare_product_id
        single
        club
    """
    assert priced(fares(tmp_path, text), RIDE) == "2.80 single"


MEDIA = """
    # fare_media.txt
    fare_media_id, fare_media_name, fare_media_type
    cash,          Cash,            0
    paper,         CharlieTicket,   1
    clipper,       Clipper,         2
    tap,           Tap to Ride,     3
    app,           SFMTA MuniMobile, 4

    # fare_products.txt
    fare_product_id, fare_media_id, amount, currency
    {rows}

    # fare_leg_rules.txt
    fare_product_id
    single
"""


@pytest.mark.parametrize(
    ("rows", "paid"),
    [
        # Muni: $3 in cash, $2.50 by a card that a phone is not.
        ("single, cash, 3, USD\n    single, clipper, 2.5, USD", "3.00 single"),
        # Clean Air Express: $6 by a bank card, $7 by a medium that is not said.
        ("single, tap, 6, USD\n    single, , 7, USD", "7.00 single"),
        ("single, app, 2.80, EUR\n    single, cash, 3.00, EUR", "2.80 single"),
        ("single, app, 3.20, EUR\n    single, cash, 3.00, EUR", "3.20 single"),
        ("single, paper, 3.00, EUR", "no fare"),
    ],
)
def test_a_phone_pays_by_what_it_can_hold(tmp_path: Path, rows: str, paid: str) -> None:
    assert priced(fares(tmp_path, MEDIA.format(rows=rows)), RIDE) == paid


def test_media_are_a_choice(tmp_path: Path) -> None:
    tables = fares(tmp_path, MEDIA.format(rows="single, paper, 3.00, EUR"))
    paper: Media = (frozenset({FareMediaType.PAPER}),)
    assert priced(tables, RIDE, choices=Choices(media=paper)) == "3.00 single"


def test_a_child_prefers_the_price_of_children_to_the_app(tmp_path: Path) -> None:
    text = """
        # fare_media.txt
        fare_media_id, fare_media_type
        cash,          0
        app,           4

        # rider_categories.txt
        rider_category_id, rider_category_name, is_default_fare_category
        a,                 Adult,               1
        c,                 Child,               0

        # fare_products.txt
        fare_product_id, rider_category_id, fare_media_id, amount, currency
        single,          a,                 app,           2.80,   EUR
        single,          a,                 cash,          3.00,   EUR
        single,          c,                 cash,          1.50,   EUR

        # fare_leg_rules.txt
        fare_product_id
        single
    """
    tables = fares(tmp_path, text)
    assert priced(tables, RIDE, passenger=CHILD) == "1.50 single"
    assert priced(tables, RIDE, passenger=ADULT) == "2.80 single"


@pytest.mark.parametrize(
    ("amount", "minor"), [("275,JPY", 275), ("2.750,KWD", 2750), ("2.75,EUR", 275), ("0,EUR", 0)]
)
def test_amounts_are_whole_minor_units(tmp_path: Path, amount: str, minor: int) -> None:
    fare = price(fares(tmp_path, SINGLE.replace("2.75,   USD", amount)), RIDE)
    assert fare is not None
    assert (fare.total.minor, fare.total.currency) == (minor, amount[-3:])
