"""Legs and passengers are given back, orders are changed to another time; on both databases."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from booking.domain.errors import (
    NoPlacesLeft,
    NotCancellable,
    OrderNotFound,
    PaymentDeclined,
    QuoteChanged,
)
from booking.domain.ledger import AccountKind
from booking.domain.money import Money
from booking.domain.offers import Offer, Price, PriceLine
from booking.domain.order_states import OrderState
from booking.domain.orders import Order
from booking.domain.refunds import RefundReason, RefundState
from tests.support.provider import MEANS
from tests.support.shop import LEAVES, TICKETS, Shop, offer, ride

BACK = LEAVES + timedelta(hours=3)
CENTS = {(0, 0): 600, (1, 0): 400, (0, 1): 300, (1, 1): 200}
"""By leg and passenger: there for 6.00, back for 4.00, the second one pays half."""


def there_and_back(times: int = 1) -> Offer:
    """Return an offer of two rides for two passengers, at a multiple of the usual price."""
    lines = tuple(
        PriceLine("Fahrt", "single", who, Money(cents * times), f"demo:a{leg + 1}", leg, "fare")
        for (leg, who), cents in CENTS.items()
    )
    legs = ride("demo:t1"), ride("demo:t2", leaves=BACK)
    return replace(offer(*legs, passengers=2), price=Price.of_lines(lines))


def sold(shop: Shop, rider: UUID, means: str = "wallet", wanted: Offer | None = None) -> Order:
    order = shop.orders.hold(rider, wanted or there_and_back())
    return shop.orders.pay(order.id, rider, means)


def balance(shop: Shop, rider: UUID) -> int:
    return shop.wallets.statement(rider).balance.minor


@pytest.mark.parametrize("means", ["wallet", MEANS])
def test_the_whole_order_is_given_back(shop: Shop, means: str) -> None:
    rider = shop.rider(2_000)
    order = sold(shop, rider, means)
    quote = shop.after_sales.quote(order.id, rider)
    assert (quote.paid, quote.fee, quote.amount) == (Money(1_500), Money(0), Money(1_500))

    refund = shop.after_sales.cancel(order.id, rider, expected=quote.amount)

    assert (refund.amount, refund.state) == (Money(1_500), RefundState.DONE)
    after = shop.orders.get(order.id, rider)
    assert (after.state, after.ticket, after.parts) == (OrderState.CANCELLED, None, ())
    assert (balance(shop, rider), shop.card.kept, shop.places()) == (2_000, 0, 0)
    assert shop.balance(AccountKind.DEFERRED) + shop.balance(AccountKind.PAYABLE) == 0
    shop.check_books()


@pytest.mark.parametrize("means", ["wallet", MEANS])
def test_one_leg_of_one_passenger_is_given_back_to_the_cent(shop: Shop, means: str) -> None:
    rider = shop.rider(2_000)
    order = sold(shop, rider, means)
    shop.quota(2, "demo:t2")

    refund = shop.after_sales.cancel(order.id, rider, legs=[1], passengers=[1])

    assert refund.amount == Money(CENTS[1, 1])
    after = shop.orders.get(order.id, rider)
    assert after.state is OrderState.CONFIRMED
    assert set(after.parts) == {(0, 0), (0, 1), (1, 0)}
    assert after.ticket_version == 2
    assert after.ticket is not None
    assert TICKETS.read(after.ticket).order_id == order.id
    assert shop.places() == 3, "one place on the way back is free again"
    taken = 2_000 - balance(shop, rider) if means == "wallet" else shop.card.kept
    assert taken == 1_500 - CENTS[1, 1]
    other = shop.orders.hold(shop.rider(), offer(ride("demo:t2", leaves=BACK)))
    assert other.state is OrderState.HELD
    shop.check_books()


def test_parts_are_given_back_once(shop: Shop) -> None:
    rider = shop.rider(2_000)
    order = sold(shop, rider)
    shop.after_sales.cancel(order.id, rider, legs=[1])
    with pytest.raises(NotCancellable, match="no such leg"):
        shop.after_sales.cancel(order.id, rider, legs=[1])
    shop.after_sales.cancel(order.id, rider)
    with pytest.raises(NotCancellable, match="cancelled has nothing"):
        shop.after_sales.cancel(order.id, rider)
    assert balance(shop, rider) == 2_000
    shop.check_books()


def test_a_quote_that_is_old_changes_nothing(shop: Shop) -> None:
    rider = shop.rider(2_000)
    order = sold(shop, rider)
    quote = shop.after_sales.quote(order.id, rider)
    shop.clock.at = LEAVES - timedelta(minutes=4)
    with pytest.raises(QuoteChanged) as refusal:
        shop.after_sales.cancel(order.id, rider, expected=quote.amount)
    assert refusal.value.now == Money(CENTS[1, 0] + CENTS[1, 1]), "there it is too late"
    assert shop.orders.get(order.id, rider).state is OrderState.CONFIRMED
    shop.after_sales.cancel(order.id, rider, expected=refusal.value.now)
    assert balance(shop, rider) == 2_000 - CENTS[0, 0] - CENTS[0, 1]
    shop.check_books()


def test_what_has_begun_is_not_given_back(shop: Shop) -> None:
    rider = shop.rider(2_000)
    order = sold(shop, rider)
    shop.clock.at = LEAVES
    with pytest.raises(NotCancellable, match="X90 from Marktplatz has begun"):
        shop.after_sales.cancel(order.id, rider, legs=[0])
    assert shop.after_sales.cancel(order.id, rider, legs=[1]).amount == Money(600)


def test_a_strangers_order_is_not_given_back(shop: Shop) -> None:
    order = sold(shop, shop.rider(2_000))
    for touch in (shop.after_sales.quote, shop.after_sales.cancel, shop.after_sales.fee_of_change):
        with pytest.raises(OrderNotFound):
            touch(order.id, shop.rider())


def test_a_silent_provider_is_asked_for_a_refund_until_it_answers(shop: Shop) -> None:
    rider = shop.rider(0)
    order = sold(shop, rider, MEANS)
    shop.card.calls_left = 1
    refund = shop.after_sales.cancel(order.id, rider)
    assert refund.state is RefundState.PENDING, "the provider did it, and nobody knows yet"
    assert shop.after_sales.resume_all(shop.clock.now()) == 0, "it is left alone for a while"
    shop.clock.move(seconds=21)
    assert shop.after_sales.resume_all(shop.clock.now()) == 1
    (done,) = shop.orders.get(order.id, rider).refunds
    assert done.state is RefundState.DONE
    assert shop.card.kept == 0, "it was given back once"
    shop.check_books()


def test_a_refund_that_the_provider_refuses_goes_to_the_wallet(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    rider = shop.rider(0)
    order = sold(shop, rider, MEANS)

    def refuse(reference: str, amount: Money, key: str) -> None:
        raise PaymentDeclined("the card was closed")

    monkeypatch.setattr(shop.card, "refund", refuse)
    refund = shop.after_sales.cancel(order.id, rider)
    assert (refund.state, balance(shop, rider)) == (RefundState.DONE, 1_500)
    assert shop.wallets.ledger_difference() == 0
    assert shop.balance(AccountKind.RECEIVABLE) == 0


@pytest.mark.parametrize("means", ["wallet", MEANS])
@pytest.mark.parametrize("times", [1, 2])
def test_another_time_at_another_price(shop: Shop, means: str, times: int) -> None:
    rider = shop.rider(4_000)
    old = sold(shop, rider, means, there_and_back(3 - times))
    shop.quota(2, "demo:t1")

    with pytest.raises(NoPlacesLeft):
        shop.after_sales.change(old.id, rider, there_and_back())
    later = replace(
        there_and_back(times),
        chain=replace(old.offer.chain, legs=(ride("demo:t3"), ride("demo:t2", leaves=BACK))),
    )
    new = shop.after_sales.change(old.id, rider, later)
    assert shop.after_sales.change(old.id, rider, later).id == new.id, "asked twice, held once"
    assert shop.orders.get(old.id, rider).is_sold, "the old one is there until the new one is paid"
    with pytest.raises(NotCancellable, match="changed already"):
        shop.after_sales.change(old.id, rider, replace(later, id=old.offer.id))

    paid = shop.orders.pay(new.id, rider, means)

    assert paid.is_sold
    shop.after_sales.resume_all(shop.clock.now())
    before = shop.orders.get(old.id, rider)
    assert (before.state, before.ticket) == (OrderState.CANCELLED, None)
    assert before.refunds[0].reason is RefundReason.CHANGED
    spent = 4_000 - balance(shop, rider) + shop.card.kept
    assert spent == 1_500 * times, "what was too much is back, what was missing is paid"
    assert shop.places() == 4
    shop.check_books()


def test_a_change_that_is_not_paid_leaves_the_old_order_as_it_was(shop: Shop) -> None:
    rider = shop.rider(1_500)
    old = sold(shop, rider)
    later = replace(there_and_back(2), id=offer().id)
    new = shop.after_sales.change(old.id, rider, later)
    with pytest.raises(Exception, match="not enough money"):
        shop.orders.pay(new.id, rider, "wallet")
    assert shop.orders.get(old.id, rider).is_sold
    again = shop.after_sales.change(old.id, rider, replace(later, id=offer(price=Money(1)).id))
    shop.clock.move(minutes=11)
    shop.orders.expire_due(shop.clock.now())
    assert shop.orders.get(again.id, rider).state is OrderState.EXPIRED
    assert shop.orders.get(old.id, rider).is_sold
    assert shop.places() == 4
    shop.check_books()


def test_what_is_given_back_meanwhile_is_not_exchanged(shop: Shop) -> None:
    rider = shop.rider(4_000)
    old = sold(shop, rider)
    new = shop.after_sales.change(old.id, rider, there_and_back())
    shop.after_sales.cancel(old.id, rider)
    with pytest.raises(NotCancellable, match="given back meanwhile"):
        shop.orders.pay(new.id, rider, "wallet")
    assert shop.orders.get(new.id, rider).state is OrderState.FAILED
    assert balance(shop, rider) == 4_000
    shop.check_books()


def test_a_journey_begins_and_ends(shop: Shop) -> None:
    rider = shop.rider(2_000)
    order = sold(shop, rider)
    states = []
    for moment in (LEAVES - timedelta(seconds=1), LEAVES, BACK + timedelta(hours=1)):
        shop.clock.at = moment
        shop.orders.advance_due(moment)
        states.append(shop.orders.get(order.id, rider).state)
    assert states == ["confirmed", "started", "ended"]
    assert shop.balance(AccountKind.DEFERRED) == 0, "the operators have earned it"
    assert shop.balance(AccountKind.PAYABLE) > 0
    with pytest.raises(NotCancellable, match="has begun"):
        shop.after_sales.cancel(order.id, rider)
    assert shop.orders.advance_due(shop.clock.now()) == 0
