"""D05: every published example, from the files through the reader and the pricer.

``vectors/published.json`` has the examples with their sources, ``vectors/tariffs`` those tariffs
that kommit does not ship.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from booking.domain.chain import Chain, ChainLeg, LegMode
from booking.domain.passengers import Passenger, PassengerCategory, TravelClass
from booking.domain.pricing.books import TariffBook
from booking.domain.pricing.pricer import BestPrice
from booking.domain.spending import Spending, Spent
from booking.fleets.reading import read_fleet
from booking.tariffs.reading import read_tariff_book
from kommit.regions.region import REGIONS
from tests.booking.trips import (
    EIGHT,
    SENDEN,
    SUBSCRIPTIONS,
    away,
    chain,
    pricer,
    rental,
    ride,
    shuttle,
)

VECTORS: Final = Path(__file__).parent / "vectors"
PUBLISHED: Final = json.loads((VECTORS / "published.json").read_text("utf-8"))
BOOKS: Final = (read_tariff_book(), read_tariff_book(VECTORS / "tariffs"))


def book_with(tariff_id: str) -> TariffBook:
    return next(book for book in BOOKS if tariff_id in book.ids)


def passengers_of(case: dict[str, Any]) -> list[Passenger]:
    return [
        Passenger(
            PassengerCategory(one.get("category", "adult")),
            at,
            tuple(one.get("subscriptions", ())),
            TravelClass(one.get("travel_class", "second")),
        )
        for at, one in enumerate(case.get("passengers", [{}]))
    ]


def chain_of(case: dict[str, Any], at: datetime) -> Chain:
    there = _leg(case, at)
    if not case.get("back"):
        return chain(there)
    back = replace(there, origin=there.destination, destination=there.origin)
    return chain(there, back)


def _leg(case: dict[str, Any], at: datetime) -> ChainLeg:
    end = away(SENDEN, case["km"] * 1000)
    if service := case.get("service"):
        return shuttle(SENDEN, end, at, service)
    return ride("L", SENDEN, end, at, mode=LegMode(case.get("mode", "BUS")))


@pytest.mark.parametrize("case", PUBLISHED["fares"], ids=lambda case: case["name"])
def test_fares(case: dict[str, Any]) -> None:
    at = datetime.fromisoformat(case.get("at", EIGHT.isoformat()))
    spent = tuple(
        Spent("adult-0", one["tariff"], at + timedelta(hours=one["hours"]), one["minor"])
        for one in case.get("spent", ())
    )
    prices = BestPrice(book_with(case["tariffs"][0]), case["tariffs"], SUBSCRIPTIONS)
    price = prices.price(chain_of(case, at), passengers_of(case), Spending(None, spent))
    assert price.total.minor == case["total"]


@pytest.mark.parametrize(
    "case", PUBLISHED["subscriptions"], ids=lambda case: case["id"] + case["day"]
)
def test_subscriptions(case: dict[str, Any]) -> None:
    at = datetime.fromisoformat(f"{case['day']}T12:00:00+01:00")
    assert SUBSCRIPTIONS.get(case["id"], at).price_minor == case["price"]


@pytest.mark.parametrize("case", PUBLISHED["rentals"], ids=lambda case: str(case["minutes"]))
def test_rentals(case: dict[str, Any]) -> None:
    fleet = read_fleet(REGIONS / "senden" / "fleets" / case["fleet"]).fleet
    minor = fleet.plans[0].price_minor(60 * case["minutes"], 0)
    assert pricer().price(chain(rental(minor)), passengers_of(case)).total.minor == case["total"]


def test_not_turning_up_is_said_and_not_priced() -> None:
    tariff = book_with("kexi").get("kexi", EIGHT)
    assert tariff.surcharges["kexi:service"].no_show_minor == 200


def test_every_example_has_a_source() -> None:
    assert all(case["source"] for kind in PUBLISHED.values() for case in kind)
