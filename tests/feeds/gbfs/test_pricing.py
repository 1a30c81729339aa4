"""Pricing plans become exact integers, whatever the currency."""

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.gbfs.pricing import read_plan
from feeds.report import Findings


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
    ],
)
def test_a_plan_that_cannot_be_understood_is_left_out(fields: dict[str, Any]) -> None:
    findings = Findings()
    assert read_plan(plan_row(**fields), findings) is None
    assert findings.count(code="bad-plan") == 1
