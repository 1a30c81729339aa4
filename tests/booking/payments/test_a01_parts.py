"""One order, several means: nothing is lost between them, and refunds go back the other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.money import Money
from booking.domain.payments.parts import Available, PaymentPart, split_payment, split_refund

AMOUNTS = st.integers(0, 5_000)
SOURCES = st.lists(AMOUNTS, max_size=4)


def sources(*amounts: int) -> list[Available]:
    return [Available("voucher", Money(minor), f"s{n}") for n, minor in enumerate(amounts)]


def parts(*amounts: int) -> list[PaymentPart]:
    return [PaymentPart(f"m{n}", Money(minor)) for n, minor in enumerate(amounts)]


@pytest.mark.parametrize(
    ("price", "given_by", "least", "expected"),
    [
        (1250, [], 0, [("card", 1250)]),
        (1250, [400, 300], 0, [("s0", 400), ("s1", 300), ("card", 550)]),
        (1250, [1250], 0, [("s0", 1250)]),
        (1250, [2000, 10], 0, [("s0", 1250)]),
        (1250, [0, -5, 50], 0, [("s2", 50), ("card", 1200)]),
        (0, [100], 50, []),
        pytest.param(1250, [1240], 50, [("s0", 1200), ("card", 50)], id="card takes 50 at least"),
        pytest.param(1250, [1220, 20], 50, [("s0", 1200), ("card", 50)], id="gives up the last"),
        pytest.param(30, [20], 50, [("card", 30)], id="less than the least anyhow"),
    ],
)
def test_a_price_is_split(
    price: int, given_by: list[int], least: int, expected: list[tuple[str, int]]
) -> None:
    made = split_payment(Money(price), sources(*given_by), "wallet", "card", least)
    assert [(part.source, part.amount.minor) for part in made] == expected


@given(AMOUNTS, SOURCES, st.integers(0, 100))
def test_parts_sum_to_the_price(price: int, amounts: list[int], least: int) -> None:
    made = split_payment(Money(price), sources(*amounts), "wallet", "card", least)
    assert sum(part.amount.minor for part in made) == price
    assert all(part.amount.minor > 0 for part in made)
    limits = {one.source: one.amount.minor for one in sources(*amounts)}
    assert all(part.amount.minor <= limits.get(part.source, price) for part in made)
    last = made[-1] if made else None
    if last is not None and last.source == "card":
        assert last.amount.minor >= min(least, price)


def test_prices_and_currencies_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="below zero"):
        split_payment(Money(-1), (), "wallet")
    with pytest.raises(ValueError, match="cannot mix"):
        split_payment(Money(100), [Available("voucher", Money(50, "CHF"), "v")], "wallet")


@pytest.mark.parametrize(
    ("before", "amount", "expected"),
    [
        (0, 100, [(2, 100)]),
        (0, 600, [(2, 500), (1, 100)]),
        (450, 100, [(2, 50), (1, 50)]),
        (800, 200, [(0, 200)]),
        (0, 1000, [(2, 500), (1, 300), (0, 200)]),
        (1000, 0, []),
    ],
)
def test_refunds_go_back_from_the_last_means_on(
    before: int, amount: int, expected: list[tuple[int, int]]
) -> None:
    made = split_refund(parts(200, 300, 500), Money(before), Money(amount))
    assert [(number, money.minor) for number, money in made] == expected


def test_no_more_goes_back_than_was_paid() -> None:
    with pytest.raises(ValueError, match="more are to be refunded"):
        split_refund(parts(200, 300), Money(400), Money(101))


@given(st.lists(st.integers(1, 999), min_size=1, max_size=4), st.lists(st.integers(0, 999)))
def test_many_refunds_are_one(paid: list[int], wishes: list[int]) -> None:
    """Whatever the steps: no part gives more than it paid, and the steps sum to the whole."""
    back, before = [0] * len(paid), 0
    for wish in wishes:
        amount = min(wish, sum(paid) - before)
        for number, money in split_refund(parts(*paid), Money(before), Money(amount)):
            back[number] += money.minor
        before += amount
    assert sum(back) == before
    assert all(given <= whole for given, whole in zip(back, paid, strict=True))
    at_once = dict(split_refund(parts(*paid), Money(0), Money(before)))
    assert back == [at_once.get(n, Money(0)).minor for n in range(len(paid))]
