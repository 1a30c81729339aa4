"""Orders of a shop, their entries by rules, and what a closed month makes of them."""

from dataclasses import replace
from uuid import UUID

import pytest

from booking.domain.chain import Chain
from booking.domain.clearing.months import month_start
from booking.domain.ledger import Account, AccountKind, LineKind, deferred, payable
from booking.domain.money import Money
from booking.domain.offers import Offer, Price
from booking.domain.order_states import OrderState
from booking.domain.passengers import group
from booking.domain.refunds import Refund, RefundLine, RefundReason
from booking.service.books import Books
from booking.service.clearing import Clearing
from booking.service.ports import UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.ids import uuid7
from tests.booking.books.selling import BUS, EIGHT, SOLD_AT, chain, price_line
from tests.support.shop import Shop


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop at the time of these journeys."""
    shop.clock.at = SOLD_AT
    return shop


def offer() -> Offer:
    """Return a ride on the bus for two; the shuttle and the bicycle are not asked here."""
    lines = [
        replace(price_line(minor, passenger=who), leg=0) for who, minor in enumerate((1070, 535))
    ]
    legs, price = chain().legs[1:2], Price.of_lines(lines)
    passengers = group(["adult", "child"])
    return Offer(uuid7(), Chain("i", legs), passengers, price, "test@2026", SOLD_AT, EIGHT)


def bought(shop: Shop) -> UUID:
    rider = shop.rider(5_000)
    order = shop.orders.hold(rider, offer())
    shop.orders.pay(order.id, rider, "wallet")
    return order.id


def owed(shop: Shop, account: Account) -> int:
    with shop.store.read() as uow:
        return int(uow.ledger.balance(account, "EUR").minor)


def test_a_journey_is_earned_when_it_is_over_and_settled_when_its_month_is(shop: Shop) -> None:
    bought(shop)
    assert (owed(shop, deferred(BUS)), owed(shop, payable(BUS))) == (1500, 0)
    shop.clock.move(hours=5)
    shop.orders.advance_due(shop.clock.now())
    assert (owed(shop, deferred(BUS)), owed(shop, payable(BUS))) == (0, 1500)
    clearing = Clearing(shop.store, shop.clock)
    assert clearing.settle() == 0, "no month is closed"
    shop.clock.at = month_start("2026-12")
    clearing.close("2026-11")
    assert shop.states() == [OrderState.SETTLED]
    assert clearing.report(BUS, "2026-11").due == 1500
    assert clearing.settle() == 0
    assert shop.wallets.ledger_difference() == 0


def test_a_settled_journey_may_be_refunded_into_the_open_month(shop: Shop) -> None:
    order_id = bought(shop)
    shop.clock.move(hours=5)
    shop.orders.advance_due(shop.clock.now())
    shop.clock.at = month_start("2026-12")
    clearing = Clearing(shop.store, shop.clock)
    clearing.close("2026-11")

    def give_back(uow: UnitOfWork) -> Refund:
        order, sales = uow.orders.get(order_id), shop.after_sales
        back = sales.in_full(order, frozenset(order.parts), RefundReason.NOT_CARRIED)
        assert back is not None
        return sales.give_back(uow, order, frozenset(order.parts), back, "")

    assert in_transaction(shop.store, give_back).amount == Money(1605)
    assert shop.states() == [OrderState.SETTLED]
    report = clearing.report(BUS, "2026-12")
    assert (report.opening, report.total(LineKind.REFUND), report.due) == (1500, -1500, 0)
    assert [one.corrected_month for one in report.corrections] == ["2026-11"] * 2
    assert shop.balance(AccountKind.VAT) == 0
    assert clearing.check() == 1


def test_what_is_not_refunded_of_an_order_that_is_given_back_is_earned(shop: Shop) -> None:
    order_id = bought(shop)

    def half(uow: UnitOfWork) -> None:
        order = uow.orders.get(order_id)
        lines = (RefundLine(0, Money(535)),)
        reason, now = RefundReason.CANCELLED, shop.clock.now()
        refund = Refund(uuid7(), order_id, now, reason, lines, legs=(0,), passengers=(0, 1))
        order.refunds.append(refund)
        Books().refunded(uow, order, refund, now)

    in_transaction(shop.store, half)
    assert (owed(shop, deferred(BUS)), owed(shop, payable(BUS))) == (0, 1000)
