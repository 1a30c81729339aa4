"""A01: what one passenger pays, by published examples and by the rules beside them."""

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from booking.domain.errors import NotOnSale
from booking.domain.passengers import PassengerCategory
from booking.domain.tariff import CategoryRule, Rounding, started_km
from tests.booking.trips import vrs, westfalen

ADULT, CHILD = PassengerCategory.ADULT, PassengerCategory.CHILD


@pytest.mark.parametrize(
    ("metres", "cents"),
    [
        pytest.param(2_100, 210, id="the example that VRS publishes: 1.50 + 3 x 0.20"),
        pytest.param(2_000, 190, id="on a kilometre"),
        pytest.param(2_000.001, 210, id="a millimetre more starts the next"),
        (1, 170),
        pytest.param(0, 150, id="back where it began: no kilometre started"),
    ],
)
def test_vrs(metres: float, cents: int) -> None:
    assert vrs().fare_minor(ADULT, round(metres * 1000)) == cents


@pytest.mark.parametrize(
    ("km", "adult", "child"),
    [
        pytest.param(1, 167, 84, id="half a cent goes up: 0.835"),
        pytest.param(2, 194, 97, id="half of it is whole"),
        pytest.param(3, 221, 111, id="1.105"),
        (16, 572, 286),
    ],
)
def test_westfalen(km: int, adult: int, child: int) -> None:
    assert westfalen().fare_minor(ADULT, km * 1_000_000) == adult
    assert westfalen().fare_minor(CHILD, km * 1_000_000) == child


@pytest.mark.parametrize(
    ("mm", "km"), [(0, 0), (1, 1), (999_999, 1), (1_000_000, 1), (1_000_001, 2), (2_100_000, 3)]
)
def test_started_kilometres(mm: int, km: int) -> None:
    assert started_km(mm) == km


@pytest.mark.parametrize(
    ("rounding", "cents"),
    [
        (Rounding.HALF_UP, [33, 33, 34, 34]),
        (Rounding.UP, [33, 34, 34, 34]),
        (Rounding.DOWN, [33, 33, 33, 33]),
    ],
)
def test_rounding_rules(rounding: Rounding, cents: list[int]) -> None:
    quarters = [CategoryRule(25, rounding).apply(minor) for minor in (132, 133, 134, 135)]
    assert quarters == cents


def test_a_category_without_a_fare_is_not_sold() -> None:
    tariff = westfalen()
    tariff_for_adults = replace(tariff, categories={ADULT: tariff.categories[ADULT]})
    with pytest.raises(NotOnSale, match="no fare for child passengers"):
        tariff_for_adults.fare_minor(CHILD, 1)


def test_the_files_say_what_was_published() -> None:
    """The figures of the brief's sources, read from the files and not from the code."""
    shipped = files("booking.tariffs")
    figures = {
        name: json.loads(shipped.joinpath(f"{name}.json").read_text("utf-8"))["versions"][0]
        for name in ("eezy-westfalen", "eezy-vrs")
    }
    assert [
        (version["base"]["value"], version["per_started_km"]["value"])
        for version in figures.values()
    ] == [(140, 27), (150, 20)]
    assert westfalen().label == "eezy-westfalen@2026-01"
    assert westfalen().valid_from == date(2026, 1, 1)
