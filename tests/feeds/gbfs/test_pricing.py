"""Pricing plans become exact integers, whatever the currency."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.gbfs.pricing import read_plan, read_plans
from feeds.report import Findings
from routing.sharing.supply import FareCap
from tests.support.shared import shared_data


def plan_row(**fields: Any) -> dict[str, Any]:
    return {"plan_id": "p", "name": "Plan", "currency": "EUR", "price": 1} | fields


@pytest.mark.parametrize(
    ("currency", "price", "minor"),
    [("EUR", 1.15, 115), ("EUR", "0.29", 29), ("JPY", 165, 165), ("KWD", "1.005", 1005)],
)
def test_base_price(currency: str, price: object, minor: int) -> None:
    plan = read_plan(plan_row(currency=currency, price=price), Findings())
    assert plan is not None
    assert plan.base_minor == minor


@given(st.integers(0, 10**7), st.integers(1, 30), st.integers(1, 10_000))
def test_minutes_are_charged_exactly(rate_milli: int, interval: int, duration_s: int) -> None:
    rate = {"start": 0, "rate": str(Decimal(rate_milli).scaleb(-5)), "interval": interval}
    plan = read_plan(plan_row(per_min_pricing=[rate]), Findings())
    assert plan is not None
    started = math.ceil(duration_s / (60 * interval))
    assert plan.price_minor(duration_s, 0) == (100_000 + started * rate_milli + 500) // 1000


@pytest.mark.parametrize(
    "fields",
    [
        {"price": "NaN"},
        {"price": "1e999999"},
        {"price": "free"},
        {"price": None},
        {"price": "0.001"},
        {"per_min_pricing": ["x"]},
        {"per_min_pricing": [{"start": 0, "rate": 1}]},
        {"per_min_pricing": [{"start": -1, "rate": 1, "interval": 1}]},
        {"reservation_price_per_min": -0.1},
        {"fare_capping": {"duration": 0, "price": 9}},
        {"fare_capping": {"duration": 720}},
        {"fare_capping": {"duration": 720, "price": -1}},
        {"fare_capping": [720, 9]},
    ],
)
def test_a_plan_that_cannot_be_understood_is_left_out(fields: dict[str, Any]) -> None:
    findings = Findings()
    assert read_plan(plan_row(**fields), findings) is None
    assert findings.count(code="bad-plan") == 1


def test_what_came_with_3_1() -> None:
    """The example of MobilityData/gbfs pull request 745: 15 CAD in 12 hours."""
    row = plan_row(
        currency="CAD",
        reservation_price_flat_rate=0.5,
        reservation_price_per_min=0.025,
        fare_capping={"duration": 720, "price": 15.00},
        surge_pricing=True,
        is_taxable=True,
    )
    plan = read_plan(row, Findings())
    assert plan is not None
    assert plan.fare_cap == FareCap(720, 1500)
    assert plan.reservation_price_minor(90) == 55
    assert (plan.has_surge, plan.is_taxable) == (True, True)


@pytest.mark.parametrize(
    ("value", "flag"), [(1, True), ("true", True), (0, False), ("no", False), (None, False)]
)
def test_flags_of_old_feeds(value: object, flag: bool) -> None:
    plan = read_plan(plan_row(is_taxable=value), Findings())
    assert plan is not None
    assert plan.is_taxable is flag


@pytest.mark.shared
def test_the_plans_of_lillestrom() -> None:
    """50 NOK for a season and 10 NOK for three days; what long rides cost is told in words only."""
    path = shared_data("gbfs", "lillestrombysykkel", "system_pricing_plans.json")
    found = read_plans(json.loads(path.read_text("utf-8"))["data"], Findings())
    assert {plan.name: plan.base_minor for plan in found.values()} == {
        "sesongkort": 5000,
        "3-dagerskort": 1000,
    }
    assert {plan.price_minor(3600, 0) for plan in found.values()} == {5000, 1000}
    assert {(plan.currency, plan.is_taxable) for plan in found.values()} == {("NOK", False)}
