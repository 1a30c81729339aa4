"""Paying by card: the real library against localstripe, which keeps Stripe's states."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.payments.stripe import StripePayments
from booking.adapters.tables import OrderRow
from booking.domain.errors import PaymentDeclined, PaymentUnavailable
from booking.domain.ledger import AccountKind
from booking.domain.money import Money
from booking.domain.orders import OrderState
from booking.service.ports import PaymentRequest
from tests.support.cards import GOOD_CARD, KEY, REFUSED_CARD, LocalStripe
from tests.support.shop import PRICE, Shop, journal_of, offer


@pytest.fixture
def shop(database: Database, local_stripe: LocalStripe) -> Shop:
    return Shop(database, stripe=local_stripe.payments())


@pytest.fixture
def payments(local_stripe: LocalStripe) -> StripePayments:
    return local_stripe.payments()


def request(method: str | None = GOOD_CARD, amount: Money = PRICE) -> PaymentRequest:
    return PaymentRequest(uuid4(), uuid4(), amount, method)


def status(local_stripe: LocalStripe, reference: str) -> str:
    return str(local_stripe.client().v1.payment_intents.retrieve(reference).status)


def test_a_card_pays_an_order(shop: Shop, local_stripe: LocalStripe) -> None:
    rider = shop.rider(0)
    order = shop.orders.hold(rider, offer())

    paid = shop.orders.pay(order.id, rider, "stripe", GOOD_CARD)

    assert paid.is_sold
    (intent,) = local_stripe.intents(order.id)
    assert (intent.status, intent.amount, intent.currency) == ("succeeded", PRICE.minor, "eur")
    assert shop.balance(AccountKind.CLEARING) == -PRICE.minor, "Stripe owes us the price"
    shop.check_books()


@pytest.mark.parametrize("card", [REFUSED_CARD, "pm_there_is_no_such_card", None])
def test_a_refused_card_fails_the_order(
    shop: Shop, local_stripe: LocalStripe, card: str | None
) -> None:
    shop.quota(1)
    rider = shop.rider(0)
    order = shop.orders.hold(rider, offer())

    with pytest.raises(PaymentDeclined):
        shop.orders.pay(order.id, rider, "stripe", card)

    assert shop.orders.get(order.id, rider).state is OrderState.FAILED
    assert all(intent.status == "canceled" for intent in local_stripe.intents(order.id))
    assert journal_of(shop, order.id)[-2:] == ["?void", "void"]
    shop.orders.hold(shop.rider(), offer())
    shop.check_books()


def test_a_bank_that_asks_back_is_a_refusal(shop: Shop, local_stripe: LocalStripe) -> None:
    rider = shop.rider(0)
    order = shop.orders.hold(rider, offer())
    with pytest.raises(PaymentDeclined, match="asks for a confirmation"):
        shop.orders.pay(order.id, rider, "stripe", local_stripe.three_d_secure_card())
    (intent,) = local_stripe.intents(order.id)
    assert intent.status == "canceled"


def test_nothing_is_reserved_before_the_reference_is_known(
    payments: StripePayments, local_stripe: LocalStripe
) -> None:
    reference = payments.open(request(), "k1")
    assert status(local_stripe, reference) == "requires_confirmation"


def test_every_step_may_be_repeated(payments: StripePayments, local_stripe: LocalStripe) -> None:
    reference = payments.open(request(), "k1")
    for _ in range(2):
        payments.authorise(reference, "k2")
        assert status(local_stripe, reference) == "requires_capture"
    for _ in range(2):
        payments.capture(reference, "k3")
        assert status(local_stripe, reference) == "succeeded"
    payments.authorise(reference, "k2")


def test_a_void_bars_what_comes_late(payments: StripePayments, local_stripe: LocalStripe) -> None:
    reference = payments.open(request(), "k1")
    payments.void(reference, "k2")
    payments.void(reference, "k2")
    for late in (payments.authorise, payments.capture):
        with pytest.raises(PaymentDeclined, match="given back"):
            late(reference, "k3")
    assert status(local_stripe, reference) == "canceled"


def test_what_was_captured_by_hand_is_refunded_once(
    payments: StripePayments, local_stripe: LocalStripe
) -> None:
    reference = payments.open(request(), "k1")
    payments.authorise(reference, "k2")
    client = local_stripe.client()
    client.v1.payment_intents.capture(reference)
    for _ in range(2):
        payments.void(reference, "k3")
    refunds = client.v1.refunds.list({"payment_intent": reference}).data
    assert [refund.amount for refund in refunds] == [PRICE.minor]


def test_a_free_trip_needs_no_card(payments: StripePayments) -> None:
    with pytest.raises(PaymentDeclined, match="above zero"):
        payments.open(request(amount=Money(0)), "k1")


def test_no_answer_is_not_a_refusal(shop: Shop, local_stripe: LocalStripe) -> None:
    rider = shop.rider(0)
    shop.quota(1)
    cut_off = Shop(shop.database, shop.clock, stripe=StripePayments(KEY, "http://127.0.0.1:1"))
    order = cut_off.orders.hold(rider, offer())

    with pytest.raises(PaymentUnavailable, match="gave no answer"):
        cut_off.orders.pay(order.id, rider, "stripe", GOOD_CARD)

    assert cut_off.orders.get(order.id, rider).state is OrderState.HELD
    assert cut_off.orders.resume_all(shop.clock.now()) == 0, "the provider is left alone first"
    shop.clock.move(minutes=1)
    assert shop.orders.resume_all(shop.clock.now()) == 1
    assert shop.orders.get(order.id, rider).is_sold
    assert len(local_stripe.intents(order.id)) == 1
    shop.check_books()


def test_an_authorisation_that_lapsed_is_not_sold(
    shop: Shop, local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stripe gives an authorisation back after a week; until the capture nobody saw a ticket."""
    rider = shop.rider(0)
    order = shop.orders.hold(rider, offer())
    capture = StripePayments.capture

    def lapse_first(self: StripePayments, reference: str, key: str) -> None:
        local_stripe.client().v1.payment_intents.cancel(reference)
        capture(self, reference, key)

    monkeypatch.setattr(StripePayments, "capture", lapse_first)
    with pytest.raises(PaymentDeclined, match="given back"):
        shop.orders.pay(order.id, rider, "stripe", GOOD_CARD)

    assert shop.orders.get(order.id, rider).state is OrderState.FAILED
    assert shop.balance(AccountKind.DEFERRED) == 0, "the operators' revenue was taken back"
    assert shop.places() == 0
    assert shop.scalars(select(OrderRow.ticket)) == [None]
    shop.check_books()
