"""Rules of clearing: what a file may say, which rule holds, and shares to the cent."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.clearing.reading import parse_rules, read_clearing_rules
from booking.domain.clearing.rules import EMPTY, BadRules, ClearingRules, CommissionRule, Pattern
from booking.domain.clearing.shares import split
from tests.booking.books.selling import BUS, chain, price_line

FILE: dict[str, Any] = {
    "format": 1,
    "id": "test",
    "sources": {"contract": "of the tests"},
    "version": "2026-01",
    "valid_from": {"value": "2026-01-01", "source": "contract"},
    "valid_until": {"value": "2026-12-31", "source": "contract"},
    "refund_fee_vat_permille": {"value": 0, "source": "contract"},
    "splits": [
        {
            "id": "pool",
            "source": "contract",
            "by": "shares",
            "products": ["eezy/*"],
            "routes": ["rvm:X90"],
            "permille": {"rvm:rvm": 600, "swms:swms": 400},
        },
        {"id": "rest", "source": "contract", "by": "passenger_km", "agencies": [""]},
    ],
    "commissions": [{"id": "c", "source": "contract", "permille": 30}],
    "subsidies": [{"id": "s", "source": "contract", "county": "kreis", "per_ride": 5}],
}


def test_a_file_is_read_as_it_is_written() -> None:
    rules = parse_rules(FILE)
    assert rules.weights(price_line(100), chain()) == (
        (("rvm:rvm", 600), ("swms:swms", 400)),
        "pool@2026-01",
    )
    assert rules.weights(price_line(100, None), chain()) == (
        (("kreis:shuttle", 6_000), (BUS, 18_000)),
        "rest@2026-01",
    )
    assert rules.weights(price_line(100, product="abo"), chain()) == (((BUS, 1),), "")
    assert rules.weights(price_line(100, None), None) == (((None, 1),), "")
    assert rules.refund_fee_vat_permille == 0
    assert [rule.per_ride_minor for rule in rules.ride_subsidies(chain().legs[0])] == [5]
    assert rules.commission("x", BUS, None) == CommissionRule("c", Pattern(), 30)


def test_what_kommit_ships_can_be_read() -> None:
    rules = read_clearing_rules().on(date(2026, 11, 28))
    assert rules.version == "2026-01"
    assert all(sum(rule.shares.values()) in {0, 1000} for rule in rules.splits)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["format"], 2, "rules: format: is a whole number|only format 1 is known"),
        (["sources"], {}, "'contract' is not among the file's sources"),
        (["splits", 0, "source"], "heard", "'heard' is not among the file's sources"),
        (["splits", 0, "permille", "rvm:rvm"], 599, "adds up to 999, not to 1000"),
        (["splits", 0, "permille", "rvm:rvm"], 60.5, "rvm:rvm"),
        (["splits", 0, "by"], "guess", "is one of shares, passenger_km, not 'guess'"),
        (["splits", 0, "percent"], 3, "percent: means nothing here"),
        (["valid_from", "value"], "1 May", "'1 May' is not a day"),
        (["valid_until", "value"], "2025-01-01", "lies before valid_from"),
        (["commissions", 0, "permille"], 1001, "from 1 to 1000"),
        (["subsidies", 0, "per_ride"], 0, "one of per_passenger, per_ride and month_total"),
        (["version"], None, "version: is missing"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(path: list[Any], value: Any, said: str) -> None:
    document = copy.deepcopy(FILE)
    at: Any = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(BadRules, match=said):
        parse_rules(document)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{")
    with pytest.raises(BadRules, match=r"a\.json: is not JSON"):
        read_clearing_rules(tmp_path)
    path.write_text("[]")
    with pytest.raises(BadRules, match="expected an object"):
        read_clearing_rules(tmp_path)
    path.write_text(json.dumps(FILE))
    (tmp_path / "b.json").write_text(json.dumps(FILE | {"version": "again"}))
    with pytest.raises(BadRules, match="the versions 2026-01 and again of the clearing rules both"):
        read_clearing_rules(tmp_path)
    path.write_bytes(b" " * 1_000_001)
    with pytest.raises(BadRules, match="larger than"):
        read_clearing_rules(tmp_path)


def test_the_version_of_the_day_holds() -> None:
    later = FILE | {
        "version": "2027-01",
        "valid_from": {"value": "2027-01-01", "source": "contract"},
    }
    later["valid_until"] = {"value": None, "source": "contract"}
    rules = ClearingRules([parse_rules(later), parse_rules(FILE)])
    assert rules.on(date(2026, 12, 31)).version == "2026-01"
    assert rules.on(date(2027, 1, 1)).version == "2027-01"
    assert rules.on(date(2025, 12, 31)) is EMPTY


def test_largest_remainders_by_hand() -> None:
    # 10 cents by thirds: 3.33 each; the cent left over goes to the first of equal fractions.
    assert split(10, [1, 1, 1]) == (4, 3, 3)
    assert split(100, [667, 333]) == (67, 33)
    assert split(-10, [1, 1, 1]) == (-4, -3, -3)
    assert split(7, [0, 0]) == (4, 3)


@given(st.integers(-10_000, 10_000), st.lists(st.integers(0, 1000), min_size=1, max_size=6))
def test_shares_sum_and_lie_within_a_cent(minor: int, weights: list[int]) -> None:
    parts, whole = split(minor, weights), sum(weights)
    assert sum(parts) == minor
    if whole:
        assert all(
            abs(part * whole - minor * weight) < whole
            for part, weight in zip(parts, weights, strict=True)
        )


@pytest.mark.parametrize(
    ("net", "kept"), [(1000, (75, 14)), (300, (23, 4)), (-300, (-23, -4)), (6, (0, 0)), (7, (1, 0))]
)
def test_commission_is_rounded_to_the_nearest_cent(net: int, kept: tuple[int, int]) -> None:
    assert CommissionRule("c", Pattern(), 75).of(net) == kept
