"""Mobility budgets: an employer pays some ways of travelling, month by month."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.chain import LegMode
from booking.domain.ledger import BOOKS_ZONE, AccountKind
from booking.domain.money import Money
from booking.domain.payments import accounts
from booking.domain.payments.budgets import BudgetMonth
from booking.domain.payments.employer_lists import (
    decimal_of,
    minor_of,
    read_members,
    write_statement,
)
from booking.domain.payments.errors import BadDefinition, MeansNotFound, SourceNotUsable
from booking.domain.payments.months import Month
from tests.support.payment_shop import PaymentShop
from tests.support.shop import ride

MAY, JUNE, JULY = Month(2026, 5), Month(2026, 6), Month(2026, 7)
HEAD = "email,monthly,first,last,modes,carried_months\n"


def means_of(order: Any) -> list[tuple[str, int]]:
    return [(part.means, part.amount.minor) for part in order.payment.parts]


def pays(shop: PaymentShop, *lines: str) -> None:
    if not shop.budgets.list_employers():
        shop.budgets.add_employer("stadtwerke", "Stadtwerke Senden")
    shop.budgets.set_members("stadtwerke", read_members(HEAD + "\n".join(lines)))


def in_month(month: Month, day: int = 15) -> datetime:
    return datetime(month.year, month.month, day, 12, tzinfo=BOOKS_ZONE)


def buy_in(shop: PaymentShop, month: Month, rider: UUID, **change: Any) -> Any:
    leaves = in_month(month).replace(hour=14)
    with shop.at(in_month(month)):
        return shop.buy(rider, "wallet", ride(leaves=leaves), **change)


def test_an_employer_pays_until_the_month_is_spent(shop: PaymentShop) -> None:
    rider = shop.account()
    pays(shop, "ada@kommit.example,20.00,2026-05,,,")
    (budget,) = shop.budgets.list_of(rider)
    assert (budget.employer.name, budget.left) == ("Stadtwerke Senden", Money(2_000))
    assert shop.balance(AccountKind.EMPLOYER) == 0, "nothing is owed before anything is spent"

    assert means_of(buy_in(shop, MAY, rider)) == [("budget", 1_250)]
    assert means_of(buy_in(shop, MAY, rider)) == [("budget", 750), ("wallet", 500)]
    assert means_of(buy_in(shop, MAY, rider)) == [("wallet", 1_250)]
    assert means_of(buy_in(shop, JUNE, rider)) == [("budget", 1_250)]

    assert shop.on(accounts.employer("stadtwerke")) == -4_000
    shop.check_holds()


def test_a_rest_is_kept_as_long_as_the_employer_says(shop: PaymentShop) -> None:
    rider = shop.account()
    pays(shop, "ada@kommit.example,15.00,2026-05,,,1")
    assert means_of(buy_in(shop, MAY, rider)) == [("budget", 1_250)]
    assert means_of(buy_in(shop, JUNE, rider)) == [("budget", 250), ("budget", 1_000)]
    with shop.at(in_month(JULY)):
        assert shop.budgets.lapse_due(shop.clock.now()) == 1, "May is over, June may be spent"
    assert means_of(buy_in(shop, JULY, rider)) == [("budget", 500), ("budget", 750)]
    shop.check_holds()


def test_what_lapses_is_not_owed(shop: PaymentShop) -> None:
    rider = shop.account()
    pays(shop, "ada@kommit.example,20.00,2026-05,,,")
    order = buy_in(shop, MAY, rider)
    with shop.at(in_month(JUNE, 1)):
        assert shop.budgets.lapse_due(shop.clock.now()) == 1
        assert shop.budgets.lapse_due(shop.clock.now()) == 0
    assert shop.on(accounts.employer("stadtwerke")) == -1_250
    (row,) = shop.budgets.statement("stadtwerke", MAY)
    assert (row.granted, row.spent, row.lapsed, row.left) == tuple(
        map(Money, (2_000, 1_250, 750, 0))
    )
    with shop.at(in_month(JUNE, 2)):
        shop.give_back(order, 300)
        assert shop.budgets.lapse_due(shop.clock.now()) == 1, "it came back too late to be spent"
    (row,) = shop.budgets.statement("stadtwerke", MAY)
    assert (row.spent, row.lapsed, row.left) == tuple(map(Money, (950, 1_050, 0)))
    assert shop.on(accounts.employer("stadtwerke")) == -950
    assert means_of(buy_in(shop, JUNE, rider)) == [("budget", 1_250)]
    shop.check_holds()


def test_the_month_begins_at_midnight_in_the_region(shop: PaymentShop) -> None:
    rider = shop.account()
    pays(shop, "ada@kommit.example,15.00,2026-06,,,")
    for hour, minute, paid_by in ((23, 59, "wallet"), (0, 0, "budget")):
        day = datetime(2026, 5 if hour else 6, 31 if hour else 1, hour, minute, tzinfo=BOOKS_ZONE)
        with shop.at(day):
            order = shop.buy(rider, "wallet", ride(leaves=in_month(JUNE)))
        assert means_of(order)[0][0] == paid_by


@pytest.mark.parametrize(("modes", "paid"), [("", 1_250), ("bus rail", 1_250), ("RAIL", 0)])
def test_an_employer_pays_some_modes(shop: PaymentShop, modes: str, paid: int) -> None:
    rider = shop.account()
    pays(shop, f"ada@kommit.example,50.00,2026-05,,{modes},")
    order = shop.buy(rider)
    assert sum(minor for means, minor in means_of(order) if means == "budget") == paid


def test_lines_of_legs_are_paid_by_their_modes(shop: PaymentShop) -> None:
    from booking.domain.offers import Price, PriceLine
    from tests.support.shop import offer

    rider = shop.account()
    pays(shop, "ada@kommit.example,50.00,2026-05,,RAIL,")
    train = ride(trip="demo:t2")
    train = type(train)(LegMode.RAIL, *(getattr(train, n) for n in train.__slots__[1:]))
    lines = (
        PriceLine("Bus", "single", 0, Money(300), "demo:a1", 0),
        PriceLine("Zug", "single", 0, Money(900), "demo:a2", 1),
        PriceLine("Alles", "single", 0, Money(50), "demo:a2"),
    )
    made = offer(ride(), train)
    order = shop.orders.hold(rider, type(made)(**_fields(made) | {"price": Price.of_lines(lines)}))
    paid = shop.orders.pay(order.id, rider, "wallet")
    assert means_of(paid) == [("budget", 900), ("wallet", 350)]


def _fields(made: Any) -> dict[str, Any]:
    return {name: getattr(made, name) for name in made.__slots__}


def test_a_voucher_is_spent_before_a_budget(shop: PaymentShop) -> None:
    rider = shop.account()
    pays(shop, "ada@kommit.example,2.00,2026-05,,,")
    shop.vouchers.add(shop.promotion(), ["SENDEN"])
    shop.vouchers.redeem(rider, "SENDEN")
    order = shop.buy(rider)
    assert means_of(order) == [("voucher", 1_000), ("budget", 200), ("wallet", 50)]
    shop.give_back(order, 60)
    assert [shop.balance(kind) for kind in (AccountKind.WALLET, AccountKind.BUDGET)] == [10_000, 10]


def test_who_leaves_the_list_gets_nothing_after_this_month(shop: PaymentShop) -> None:
    ada, bob = shop.account(name="Ada"), shop.account(name="Bob")
    pays(shop, "ada@kommit.example,20,2026-05,,,", "bob@kommit.example,20,2026-05,,,")
    pays(shop, "bob@kommit.example,30,2026-05,,,")
    assert [one.left for one in shop.budgets.list_of(ada)] == [Money(2_000)]
    with shop.at(in_month(JUNE)):
        assert shop.budgets.list_of(ada) == []
        assert [one.left for one in shop.budgets.list_of(bob)] == [Money(3_000)]


def test_a_changed_figure_counts_from_the_next_month(shop: PaymentShop) -> None:
    rider = shop.account()
    pays(shop, "ada@kommit.example,20,2026-05,,,")
    buy_in(shop, MAY, rider)
    pays(shop, "ada@kommit.example,90,2026-05,,,")
    assert [one.left for one in shop.budgets.list_of(rider)] == [Money(750)]


def test_nobody_spends_the_budget_of_others_or_of_other_months(shop: PaymentShop) -> None:
    ada, bob = shop.account(name="Ada"), shop.account(name="Bob")
    pays(shop, "ada@kommit.example,90,2026-05,,,")
    theirs = BudgetMonth("stadtwerke", ada, MAY).source
    later = BudgetMonth("stadtwerke", ada, JUNE).source
    for rider, method in ((bob, theirs), (bob, "nonsense"), (bob, None)):
        with pytest.raises(SourceNotUsable):
            shop.buy(rider, "budget", method=method)
    assert means_of(shop.buy(ada, "budget", method=later)) == [("budget", 1_250)]
    assert shop.on(accounts.budget(BudgetMonth("stadtwerke", ada, JUNE))) == 0
    assert shop.shares() == 1_250


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("email,monthly\n", "line 1: the columns"),
        ("email,monthly,first,iban\n", "line 1: the columns"),
        (HEAD + "ada@kommit.example,20,2026-05,,,,,\n", "line 2: there are more cells"),
        (HEAD + "ada,20,2026-05,,,\n", "line 2: 'ada' does not look like"),
        (HEAD + "ada@kommit.example,-20,2026-05,,,\n", "line 2: '-20' is not an amount"),
        (HEAD + "ada@kommit.example,20.5,2026-05,,,\n", "line 2: '20.5' is not an amount"),
        (HEAD + "ada@kommit.example,20,May,,,\n", "line 2: a month is written"),
        (HEAD + "ada@kommit.example,20,2026-05,,BROOM,\n", "line 2: 'BROOM' is not a valid"),
        (HEAD + "ada@kommit.example,20,2026-05,,,x\n", "line 2: invalid literal"),
    ],
)
def test_lists_that_cannot_be_read(text: str, why: str) -> None:
    with pytest.raises(BadDefinition, match=why):
        read_members(text)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("eve@kommit.example,20,2026-05,,,", "line 3: no rider has the address"),
        ("ada@kommit.example,20,2026-05,,,", "line 3: ada@kommit.example is there twice"),
        ("bob@kommit.example,0,2026-05,,,", "line 3: a monthly budget is above zero"),
        ("bob@kommit.example,9,2026-05,2026-04,,", "line 3: a budget cannot end in 2026-04"),
        ("bob@kommit.example,9,2026-05,,,13", "line 3: a rest is kept for 0 to 12"),
    ],
)
def test_a_list_is_taken_over_as_a_whole(shop: PaymentShop, line: str, why: str) -> None:
    ada, _ = shop.account(name="Ada"), shop.account(name="Bob")
    with pytest.raises(BadDefinition, match=why):
        pays(shop, "ada@kommit.example,20,2026-05,,,", line)
    assert shop.budgets.list_of(ada) == []


def test_employers(shop: PaymentShop) -> None:
    shop.budgets.add_employer("stadtwerke", "Stadtwerke Senden")
    for employer_id, name in (("stadtwerke", "Again"), ("No id", "Name"), ("amt", "")):
        with pytest.raises(BadDefinition):
            shop.budgets.add_employer(employer_id, name)
    for ask in (
        lambda: shop.budgets.set_members("nobody", []),
        lambda: shop.budgets.statement("nobody", MAY),
    ):
        with pytest.raises(MeansNotFound):
            ask()


def test_the_statement_names_no_journey_and_no_formula(shop: PaymentShop) -> None:
    rider = shop.account(name="Ada")
    pays(shop, "ada@kommit.example,20,2026-05,,,")
    buy_in(shop, MAY, rider)
    (row,) = shop.budgets.statement("stadtwerke", MAY)
    text = write_statement([row, row._replace(name="=cmd|' /C calc'!A0")])
    assert text.splitlines() == [
        "month,email,name,granted,spent,lapsed,left,currency",
        "2026-05,ada@kommit.example,Ada,20.00,12.50,0.00,7.50,EUR",
        "2026-05,ada@kommit.example,'=cmd|' /C calc'!A0,20.00,12.50,0.00,7.50,EUR",
    ]


@given(st.integers(0, 10**10))
def test_amounts_are_read_as_they_are_written(minor: int) -> None:
    assert minor_of(decimal_of(Money(minor))) == minor
    assert decimal_of(Money(-minor)) in {f"-{decimal_of(Money(minor))}", "0.00"}
