"""Pricing plans with caps of a span and reservations, as GBFS 3.1 has them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.sharing.supply import FareCap, PricingPlan, Rate

HELLO = PricingPlan(
    "hello",
    "130 JPY for 30 minutes, then 100 JPY for each 15, at most 1800 JPY in 12 hours",
    "JPY",
    130,
    (Rate(30, 100_000, 15),),
    fare_cap=FareCap(720, 1800),
)


@pytest.mark.parametrize(
    ("minutes", "yen"),
    [
        (30, 130),
        (31, 230),
        (45, 230),
        (60, 330),
        pytest.param(720, 1800, id="12 hours: base and use together"),
        pytest.param(735, 1900, id="then the next span begins"),
        pytest.param(1440, 3600, id="the next 12 hours: 1800 JPY of use alone"),
    ],
)
def test_the_operator_for_whom_caps_came_into_gbfs(minutes: int, yen: int) -> None:
    """HELLO CYCLING, as told in MobilityData/gbfs issue 507."""
    assert HELLO.price_minor(60 * minutes, 0) == yen


def test_the_way_counts_to_the_first_span() -> None:
    plan = replace(HELLO, per_km=(Rate(0, 50_000, 1),))
    assert plan.price_minor(60 * 30, 2_100) == 130 + 3 * 50
    assert plan.price_minor(60 * 1440, 100_000) == 3600


@given(
    st.integers(0, 5_000),
    st.integers(1, 900),
    st.integers(0, 3_000),
    st.lists(
        st.builds(Rate, st.integers(0, 90), st.integers(0, 99_000), st.integers(0, 60), st.none()),
        max_size=3,
    ),
)
def test_a_cap_of_a_span_against_counting_minute_by_minute(
    duration_min: int, span: int, most: int, rates: list[Rate]
) -> None:
    """The slow twin adds what each minute costs to its span and cuts the spans."""
    plain = PricingPlan("p", "", "EUR", 100, tuple(rates))
    capped = replace(plain, fare_cap=FareCap(span, most))
    until = [_milli(plain, minute) for minute in range(duration_min + 1)]
    spans = [min(until[min(span, duration_min)], most * 1000)]
    for begin in range(span, duration_min, span):
        used = until[min(begin + span, duration_min)] - until[begin]
        spans.append(min(used, most * 1000))
    assert capped.price_minor(60 * duration_min, 0) == (sum(spans) + 500) // 1000
    assert capped.price_minor(60 * duration_min, 0) <= plain.price_minor(60 * duration_min, 0)


def _milli(plan: PricingPlan, minutes: int) -> int:
    found = plan.base_minor * 1000
    for rate in plan.per_min:
        if minutes > rate.start:
            over = minutes - rate.start
            found += rate.rate_milli * (1 if rate.interval == 0 else -(-over // rate.interval))
    return found


@pytest.mark.parametrize(
    ("seconds", "cents"),
    [(0, 50), (1, 53), (60, 53), (61, 55), pytest.param(180, 58, id="half a cent goes up")],
)
def test_a_reservation_costs_by_started_minutes(seconds: int, cents: int) -> None:
    plan = PricingPlan("p", "", "EUR", reservation_minor=50, reservation_milli_per_min=2_500)
    assert plan.reservation_price_minor(seconds) == cents
