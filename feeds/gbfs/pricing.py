"""Pricing plans: decimal amounts of ``system_pricing_plans`` as exact integers."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from feeds.gbfs.fields import identifier, text_or
from feeds.report import Findings
from routing.sharing.supply import FareCap, PricingPlan, Rate

FILE: Final = "system_pricing_plans"
CURRENCY: Final = re.compile("[A-Z]{3}")
LARGEST: Final = 10**9
"""Amounts beyond this in main units are slips of the pen, and would be slow to reckon with."""
MINOR_DIGITS: Final = dict.fromkeys(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ],
    0,
) | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
"""Digits after the point by currency, where they are not two (ISO 4217)."""


def read_plans(data: Mapping[str, Any] | None, findings: Findings) -> dict[str, PricingPlan]:
    """Return plans by id; of several with one id, the first."""
    if data is None:
        return {}
    rows = data.get("plans")
    if not isinstance(rows, list):
        findings.warn("no-list", "plans is missing or no list; no prices are known.", FILE)
        return {}
    plans = [plan for row in rows if (plan := read_plan(row, findings)) is not None]
    return {plan.id: plan for plan in reversed(plans)}


def read_plan(row: Mapping[str, Any], findings: Findings) -> PricingPlan | None:
    """Return the plan of a row, or None with a finding if it cannot be understood.

    Numbers may be strings (GBFS 1 and 2.0). Floats are read as they are written, in decimals.
    Amounts finer than a thousandth of a minor unit are refused, since no price would be exact.
    """
    try:
        return _plan(row)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        findings.warn("bad-plan", f"A pricing plan was left out: {reason}.", FILE)
        return None


def _plan(row: Mapping[str, Any]) -> PricingPlan:
    currency = row["currency"]
    if not isinstance(currency, str) or not CURRENCY.fullmatch(currency):
        raise ValueError(f"{str(currency)[:40]!r} is no currency")
    return PricingPlan(
        id=identifier(row, "plan_id"),
        name=text_or(row, "name", ""),
        currency=currency,
        base_minor=_minor(row["price"], currency),
        per_min=_rates(row, "per_min_pricing", currency),
        per_km=_rates(row, "per_km_pricing", currency),
        reservation_minor=_minor(row.get("reservation_price_flat_rate", 0), currency),
        reservation_milli_per_min=_per_min(row.get("reservation_price_per_min", 0), currency),
        fare_cap=_fare_cap(row.get("fare_capping"), currency),
        has_surge=_flag(row, "surge_pricing"),
        is_taxable=_flag(row, "is_taxable"),
    )


def _fare_cap(row: Mapping[str, Any] | None, currency: str) -> FareCap | None:
    if row is None:
        return None
    duration_min = _count(row["duration"])
    if duration_min == 0:
        raise ValueError("fare_capping lasts no time")
    return FareCap(duration_min, _minor(row["price"], currency))


def _per_min(value: Any, currency: str) -> int:
    milli = _whole(_amount(value).scaleb(_digits(currency) + 3), value)
    if milli < 0:
        raise ValueError(f"{str(value)[:40]!r} is below zero")
    return milli


def _flag(row: Mapping[str, Any], field: str) -> bool:
    """Return a flag, written as a number or text too (GBFS 1 and 2.0)."""
    return str(row.get(field)).lower() in ("true", "1")


def _rates(row: Mapping[str, Any], field: str, currency: str) -> tuple[Rate, ...]:
    return tuple(_rate(rate, currency) for rate in row.get(field) or ())


def _rate(row: Mapping[str, Any], currency: str) -> Rate:
    """Return a rate; negative ones are allowed, as discounts (GBFS)."""
    end = row.get("end")
    return Rate(
        start=_count(row["start"]),
        rate_milli=_whole(_amount(row["rate"]).scaleb(_digits(currency) + 3), row["rate"]),
        interval=_count(row["interval"]),
        end=None if end is None else _count(end),
    )


def _minor(value: Any, currency: str) -> int:
    minor = _whole(_amount(value).scaleb(_digits(currency)), value)
    if minor < 0:
        raise ValueError(f"{str(value)[:40]!r} is below zero")
    return minor


def _digits(currency: str) -> int:
    return MINOR_DIGITS.get(currency, 2)


def _amount(value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{str(value)[:40]!r} is no amount") from None
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise ValueError(f"{str(value)[:40]!r} is no amount")
    return amount


def _whole(amount: Decimal, written: Any) -> int:
    if amount != amount.to_integral_value():
        raise ValueError(f"{str(written)[:40]!r} is finer than can be charged")
    return int(amount)


def _count(value: Any) -> int:
    count = _whole(_amount(value), value)
    if count < 0:
        raise ValueError(f"{count} is below zero")
    return count
