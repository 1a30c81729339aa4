"""FEATURE UNDER TEST: rules by area and network, and what their empty fields mean."""

from pathlib import Path

import pytest

from tests.support.fares import fares, priced

AREAS = """
    # areas.txt
    area_id, area_name
    ASHB,
    GLEN,
    OAKL,
    FAR,

    # stop_areas.txt
    area_id, stop_id
    ASHB,    A
    GLEN,    B
    OAKL,    C
    FAR,     S
"""


def test_fares_between_areas(tmp_path: Path) -> None:
    """BART: Ashby to Glen Park $4.75, Ashby to Oakland Airport $9.45."""
    tables = fares(tmp_path, AREAS + """
    # fare_products.txt
    fare_product_id,     fare_product_name, amount, currency
    BA:matrix:ASHB-GLEN, generated,         4.75,   USD
    BA:matrix:ASHB-OAKL, generated,         9.45,   USD

    # fare_leg_rules.txt
    leg_group_id, from_area_id, to_area_id, fare_product_id
    BA,           ASHB,         GLEN,       BA:matrix:ASHB-GLEN
    BA,           ASHB,         OAKL,       BA:matrix:ASHB-OAKL
    """)  # fmt: skip
    assert priced(tables, "A 8:00 R 8:20 B") == "4.75 BA:matrix:ASHB-GLEN"
    assert priced(tables, "A 8:00 R 8:20 C") == "9.45 BA:matrix:ASHB-OAKL"
    assert priced(tables, "B 8:00 R 8:20 A") == "no fare", "the way back is another rule"
    assert priced(tables, "A 8:00 R 8:20 D") == "no fare", "Dorf is in no area"


def test_fares_by_network(tmp_path: Path) -> None:
    """The sample data of "Route-Based Fares": express and local, by ``routes.network_id``."""
    tables = fares(tmp_path, """
    # fare_products.txt
    fare_product_id,     amount, currency
    express_single_ride, 5.00,   USD
    local_single_ride,   2.00,   USD

    # fare_leg_rules.txt
    network_id, fare_product_id
    rail,       express_single_ride
    bus,        local_single_ride
    """)  # fmt: skip
    assert priced(tables, "A 8:00 T 8:20 B") == "5.00 express_single_ride"
    assert priced(tables, "A 8:00 Q 8:20 B") == "2.00 local_single_ride"
    assert priced(tables, "A 8:00 X 8:20 B") == "no fare", "a route of no network"


EMPTY = """
    # fare_products.txt
    fare_product_id, amount, currency
    inner,           3.00,   EUR
    outer,           2.00,   EUR
    rest,            1.00,   EUR

    # fare_leg_rules.txt
    network_id, from_area_id, to_area_id, fare_product_id{column}
    bus,        ASHB,         GLEN,       inner{inner}
    bus,        ASHB,         ,           outer{outer}
    ,           ,             ,           rest{rest}
"""


def rules(folder: Path, *priorities: str) -> str:
    names = ("column", "inner", "outer", "rest")
    values = ("", "", "", "") if not priorities else (", rule_priority", *priorities)
    text = EMPTY.format(**dict(zip(names, values, strict=True)))
    tables = fares(folder, AREAS + text)
    asked = ("A 8:00 R 8:20 B", "A 8:00 R 8:20 C", "C 8:00 T 8:20 D", "C 8:00 R 8:20 D")
    return " | ".join(priced(tables, line) for line in asked)


def test_without_priority_an_empty_field_is_what_no_rule_names(tmp_path: Path) -> None:
    """Brink (GLEN) is named as ``to_area_id``, Camp is not; the network ``bus`` is named."""
    assert rules(tmp_path) == "3.00 inner | 2.00 outer | 1.00 rest | no fare"


def test_with_priority_an_empty_field_is_anything(tmp_path: Path) -> None:
    assert rules(tmp_path, ",2", ",1", ",0") == "3.00 inner | 2.00 outer | 1.00 rest | 1.00 rest"


def test_an_empty_priority_is_zero_and_the_cheapest_of_equals_counts(tmp_path: Path) -> None:
    """The column alone changes what empty fields mean: all three rules fit the first leg."""
    assert rules(tmp_path, ",", ",", ",") == "1.00 rest | 1.00 rest | 1.00 rest | 1.00 rest"


def test_the_highest_priority_counts_even_if_nobody_sells_its_product(tmp_path: Path) -> None:
    text = """
    # fare_media.txt
    fare_media_id, fare_media_type
    paper,         1

    # fare_products.txt
    fare_product_id, amount, currency, fare_media_id
    special,         9.00,   EUR,      paper
    usual,           2.00,   EUR,

    # fare_leg_rules.txt
    from_area_id, fare_product_id, rule_priority
    ASHB,         special,         5
    ,             usual,
    """
    tables = fares(tmp_path, AREAS + text)
    assert priced(tables, "A 8:00 R 8:20 B") == "no fare"
    assert priced(tables, "B 8:00 R 8:20 A") == "2.00 usual"


@pytest.mark.parametrize(
    ("assigned", "paid"), [("", "2.00 far"), ("OAKL, S1", "1.00 other"), ("FAR, S1", "2.00 far")]
)
def test_a_platform_is_where_its_station_is_unless_it_says_otherwise(
    tmp_path: Path, assigned: str, paid: str
) -> None:
    text = f"""
    # stop_areas.txt
    area_id, stop_id
    FAR,     S
    {assigned}

    # fare_products.txt
    fare_product_id, amount, currency
    far,             2.00,   EUR
    other,           1.00,   EUR

    # fare_leg_rules.txt
    from_area_id, fare_product_id
    FAR,          far
    ,             other
    """
    tables = fares(tmp_path, AREAS.split("# stop_areas", maxsplit=1)[0] + text)
    assert priced(tables, "S1 8:00 R 8:20 B") == paid
    assert priced(tables, "S2 8:00 R 8:20 B") == "2.00 far"


def test_a_stop_in_two_areas_may_use_the_rules_of_both(tmp_path: Path) -> None:
    tables = fares(tmp_path, AREAS + """
    # stop_areas.txt
    area_id, stop_id
    ASHB,    A
    OAKL,    A

    # fare_products.txt
    fare_product_id, amount, currency
    two,             2.00,   EUR
    one,             1.00,   EUR

    # fare_leg_rules.txt
    from_area_id, fare_product_id
    ASHB,         two
    OAKL,         one
    """)  # fmt: skip
    assert priced(tables, "A 8:00 R 8:20 B") == "1.00 one"
