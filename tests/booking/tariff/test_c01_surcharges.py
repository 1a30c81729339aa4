"""C01: what an on-demand service costs beside the fare, as LOOPmünster does: 1 EUR a head and ride."""

import copy
import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from booking.domain.money import Money
from booking.domain.passengers import group
from booking.domain.tariff import BadTariff, Surcharge
from booking.tariffs.reading import parse_tariffs
from tests.booking.trips import EIGHT, MUENSTER, SENDEN, chain, pricer, ride, westfalen
from tests.support.shuttle_shop import SERVICE, shuttle_leg

SHIPPED = json.loads(files("booking.tariffs").joinpath("eezy-westfalen.json").read_text("utf-8"))
LOOP = {SERVICE: {"per_ride": {"value": 100, "source": "kommit"}}}


def with_surcharges(surcharges: Any) -> Any:
    document = copy.deepcopy(SHIPPED)
    document["versions"] = document["versions"][-1:]
    document["versions"][0]["surcharges"] = surcharges
    return document


def test_every_passenger_pays_for_every_ride() -> None:
    (tariff,) = parse_tariffs(with_surcharges(LOOP))
    trip = chain(
        shuttle_leg("A", "B", EIGHT, 2),
        ride("X90", SENDEN, MUENSTER),
        shuttle_leg("C", "D", EIGHT, 2),
    )
    passengers = group(["adult", "child"])
    plain, dearer = (pricer(one).price(trip, passengers) for one in (westfalen(), tariff))
    assert dearer.total == plain.total + Money(400)
    extra = [line for line in dearer.lines if line.product.endswith("/surcharge")]
    assert {line.agency_id for line in extra} == {"demo:a1"}
    assert [line.passenger for line in extra] == [passengers[0].id] * 2 + [passengers[1].id] * 2


def test_a_bus_and_another_service_cost_the_fare_alone() -> None:
    tariff = replace(westfalen(), surcharges={"other:loop": Surcharge(100)})
    for trip in (chain(ride("X90", SENDEN, MUENSTER)), chain(shuttle_leg("A", "B", EIGHT))):
        passengers = group(["adult"])
        plain = pricer(westfalen()).price(trip, passengers)
        assert pricer(tariff).price(trip, passengers) == plain


def test_a_fee_for_not_turning_up_is_read() -> None:
    fee = {"value": 500, "source": "kommit"}
    (tariff,) = parse_tariffs(with_surcharges({SERVICE: LOOP[SERVICE] | {"no_show": fee}}))
    assert tariff.surcharges == {SERVICE: Surcharge(100, 500)}
    assert parse_tariffs(SHIPPED)[0].surcharges == {}


@pytest.mark.parametrize(
    ("surcharges", "message"),
    [
        ([], r"surcharges: expected an object"),
        ({SERVICE: 100}, r"demo:shuttle: expected an object"),
        ({SERVICE: {}}, r"demo:shuttle: per_ride: is missing"),
        ({SERVICE: {"per_ride": {"value": -1, "source": "kommit"}}}, r"from 0 on, got -1"),
        ({SERVICE: {"per_ride": {"value": 1, "source": "me"}}}, r"not among the file's sources"),
        ({SERVICE: LOOP[SERVICE] | {"noshow": 1}}, r"noshow: unknown"),
    ],
)
def test_mistakes_are_named(surcharges: Any, message: str) -> None:
    with pytest.raises(BadTariff, match=message):
        parse_tariffs(with_surcharges(surcharges))
