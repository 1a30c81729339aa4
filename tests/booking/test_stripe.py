"""Paying by card: the real library against localstripe, which keeps Stripe's states."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.payments.stripe import StripePayments
from booking.adapters.tables import OrderRow
from booking.domain.errors import PaymentChallenged, PaymentDeclined, PaymentUnavailable
from booking.domain.ledger import AccountKind
from booking.domain.money import Money
from booking.domain.orders import OrderState
from booking.domain.payments.cards import CardLook
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


def challenged(shop: Shop, local_stripe: LocalStripe) -> tuple[UUID, UUID, str, str]:
    """Return rider, order, intent and secret of a payment that waits for the rider's bank."""
    rider = shop.rider(0)
    order = shop.orders.hold(rider, offer())
    with pytest.raises(PaymentChallenged) as asked:
        shop.orders.pay(order.id, rider, "stripe", local_stripe.three_d_secure_card())
    (intent,) = local_stripe.intents(order.id)
    assert shop.orders.get(order.id, rider).state is OrderState.HELD
    return rider, order.id, intent.id, asked.value.action


@pytest.mark.parametrize("by", ["the rider pays again", "a message of Stripe"])
def test_an_order_waits_for_the_riders_bank(shop: Shop, local_stripe: LocalStripe, by: str) -> None:
    rider, order_id, intent, secret = challenged(shop, local_stripe)
    local_stripe.answer_bank(intent, secret, yes=True)
    assert status(local_stripe, intent) == "requires_capture"
    if by == "a message of Stripe":
        for _ in range(2):
            shop.orders.payment_news(intent)
    else:
        shop.orders.pay(order_id, rider, "stripe")
    assert shop.orders.get(order_id, rider).is_sold
    assert status(local_stripe, intent) == "succeeded"
    shop.check_books()


def test_a_rider_who_does_not_confirm_pays_nothing(shop: Shop, local_stripe: LocalStripe) -> None:
    rider, order_id, intent, secret = challenged(shop, local_stripe)
    with pytest.raises(PaymentChallenged):
        shop.orders.pay(order_id, rider, "stripe")  # the bank was not told yet
    local_stripe.answer_bank(intent, secret, yes=False)
    with pytest.raises(PaymentDeclined, match="not confirmed"):
        shop.orders.pay(order_id, rider, "stripe")
    assert shop.orders.get(order_id, rider).state is OrderState.FAILED
    assert status(local_stripe, intent) == "canceled"
    shop.check_books()


def captured(payments: StripePayments) -> str:
    reference = payments.open(request(), "k1")
    payments.authorise(reference, "k2")
    payments.capture(reference, "k3")
    return reference


def given_back(local_stripe: LocalStripe, reference: str) -> list[int]:
    refunds = local_stripe.client().v1.refunds.list({"payment_intent": reference, "limit": 100})
    return sorted(refund.amount for refund in refunds.data)


def test_a_refund_is_made_once_for_each_key(
    payments: StripePayments, local_stripe: LocalStripe
) -> None:
    """localstripe ignores idempotency keys: only the metadata keeps it from paying twice."""
    reference = captured(payments)
    for key, minor in (("r1", 250), ("r1", 250), ("r2", 250), ("r2", 250)):
        payments.refund(reference, Money(minor), key)
    assert given_back(local_stripe, reference) == [250, 250]
    assert payments.look(reference) == CardLook("succeeded", PRICE, Money(500))


def test_no_more_is_given_back_than_was_taken(
    payments: StripePayments, local_stripe: LocalStripe
) -> None:
    reference = captured(payments)
    payments.refund(reference, PRICE - Money(100), "r1")
    for too_much in (Money(101), Money(100, "CHF")):
        with pytest.raises(PaymentDeclined):
            payments.refund(reference, too_much, "r2")
    payments.refund(reference, Money(100), "r3")
    assert sum(given_back(local_stripe, reference)) == PRICE.minor


def test_what_was_not_taken_cannot_be_given_back(payments: StripePayments) -> None:
    reference = payments.open(request(), "k1")
    for prepare in (lambda: None, lambda: payments.authorise(reference, "k2")):
        prepare()
        with pytest.raises(PaymentDeclined, match="more than is left"):
            payments.refund(reference, Money(1), "r1")
    assert payments.look(reference) == CardLook("requires_capture", Money(0), Money(0))


def test_a_kept_card_pays_for_its_rider_only(
    payments: StripePayments, local_stripe: LocalStripe
) -> None:
    client, rider, thief = local_stripe.client(), uuid4(), uuid4()
    customer = client.v1.customers.create({"metadata": {"rider_id": str(rider)}})
    card = local_stripe.card()
    client.v1.payment_methods.attach(card, {"customer": customer.id})
    with pytest.raises(PaymentDeclined, match="not one of yours"):
        payments.open(PaymentRequest(uuid4(), thief, PRICE, card), "k1")
    reference = payments.open(PaymentRequest(uuid4(), rider, PRICE, card), "k2")
    assert client.v1.payment_intents.retrieve(reference).customer == customer.id


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
