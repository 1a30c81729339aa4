"""Stripe as a provider of payments: PaymentIntents that are captured by hand.

An intent is first made without being confirmed, and its id is journalled, before any money can be
reserved under it. Every later call looks the intent up by that id first, so repeating it is safe
by Stripe's states alone; the ``Idempotency-Key`` of each step saves only a second round trip.
Refunds have no such states: each carries our key in its metadata and is looked up by it.
"""

from typing import Final
from uuid import UUID

import stripe
from stripe import HTTPClient, PaymentIntent, Refund, StripeClient
from stripe.params import PaymentIntentCreateParams, RefundCreateParams

from booking.adapters.payments.stripe_client import MEANS, PAGE, TIMEOUT_S, ask, client_of, noted
from booking.domain.errors import PaymentChallenged, PaymentDeclined, PaymentUnavailable
from booking.domain.money import Money
from booking.domain.payments.cards import CardLook
from booking.service.ports import PaymentRequest

__all__ = ["KEY", "MEANS", "RIDER", "TIMEOUT_S", "StripePayments"]

OPEN_STATES: Final = frozenset(
    {"requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"}
)
"""States in which an intent can be cancelled."""
KEY: Final = "kommit_key"
"""Of a refund's metadata: the key that makes it once."""
RIDER: Final = "rider_id"
"""Of a customer's metadata: whose cards they are."""
NOT_GIVEN: Final = frozenset({"failed", "canceled"})
"""States of a refund whose money came back to us."""


class StripePayments:
    """See ``booking.service.ports.Payments``. A reference is the id of a PaymentIntent.

    Parameters
    ----------
    api_key, api_base, http_client
        See ``stripe_client.client_of``.
    """

    def __init__(
        self, api_key: str, api_base: str | None = None, http_client: HTTPClient | None = None
    ) -> None:
        self._client: StripeClient = client_of(api_key, api_base, http_client)

    def open(self, request: PaymentRequest, key: str) -> str:
        """Make an intent that is not confirmed: Stripe reserves nothing for it.

        Raises
        ------
        PaymentDeclined
            If the card is another rider's, or none.
        """
        if request.amount.minor <= 0 or not request.method:
            raise PaymentDeclined("a card and a price above zero are needed to pay by Stripe")
        params: PaymentIntentCreateParams = {
            "amount": request.amount.minor,
            "currency": request.amount.currency.lower(),
            "payment_method": request.method,
            "allowed_payment_method_types": ["card"],
            "capture_method": "manual",
            "metadata": {"order_id": str(request.order_id)},
        }
        return ask(lambda: self._create(params, request.rider_id, key)).id

    def authorise(self, reference: str, key: str) -> None:
        """Reserve the money on the card; an intent that the rider confirmed since goes on.

        Raises
        ------
        PaymentChallenged
            The bank asks the rider to confirm; its action is the intent's client secret.
        """
        intent = self._intent(reference)
        if intent.status == "requires_confirmation":
            intents = self._client.v1.payment_intents
            intent = ask(lambda: intents.confirm(reference, {}, {"idempotency_key": key}))
        if intent.status == "requires_action":
            raise PaymentChallenged(intent.client_secret or "")
        if intent.status == "processing":
            raise PaymentUnavailable("Stripe is still working on this payment")
        if intent.status not in {"requires_capture", "succeeded"}:
            raise PaymentDeclined(_why_not(intent))

    def capture(self, reference: str, key: str) -> None:
        """Take the reserved money; an intent that is captured already is a success."""
        intent = self._intent(reference)
        if intent.status == "requires_capture":
            intents = self._client.v1.payment_intents
            intent = ask(lambda: intents.capture(reference, {}, {"idempotency_key": key}))
        if intent.status == "processing":
            raise PaymentUnavailable("Stripe is still working on this payment")
        if intent.status != "succeeded":
            raise PaymentDeclined(_why_not(intent))

    def void(self, reference: str, key: str) -> None:
        """Cancel the intent, which also bars a confirmation that comes late.

        Money that somebody captured by hand in Stripe's dashboard is refunded.
        """
        intent = self._intent(reference)
        if intent.status in OPEN_STATES:
            intents = self._client.v1.payment_intents
            ask(lambda: intents.cancel(reference, {}, {"idempotency_key": key}))
        elif intent.status == "succeeded":
            look = self.look(reference)
            if look.captured != look.refunded:
                self.refund(reference, look.captured - look.refunded, key)
        elif intent.status != "canceled":
            raise PaymentUnavailable(f"Stripe is still working on this payment: {intent.status}")

    def refund(self, reference: str, amount: Money, key: str) -> None:
        """Give captured money back, all or a part of it; once for each key.

        Raises
        ------
        PaymentDeclined
            For good: nothing is left to give back, the payment is disputed, or the rider's bank
            sent the money back to us.
        """
        before = self._refunds(reference)
        mine = [one for one in before if noted(one.metadata, KEY) == key]
        if not mine:
            self._check_left(reference, before, amount)
            mine = [self._give(reference, amount, key)]
        if mine[0].status in NOT_GIVEN:
            raise PaymentDeclined("the rider's bank did not take the money back")

    def look(self, reference: str) -> CardLook:
        """Return how a payment stands at this moment."""
        intent = self._intent(reference)
        currency = intent.currency.upper()
        if intent.status != "succeeded":
            return CardLook(intent.status, Money(0, currency), Money(0, currency))
        given = sum(one.amount for one in self._refunds(reference) if one.status not in NOT_GIVEN)
        return CardLook(intent.status, Money(_received(intent), currency), Money(given, currency))

    # --- how

    def _create(self, params: PaymentIntentCreateParams, rider_id: UUID, key: str) -> PaymentIntent:
        """Make an intent. What Stripe finds invalid here came from the rider: the method."""
        try:
            customer = self._customer_of(str(params["payment_method"]), rider_id)
            if customer is not None:
                params["customer"] = customer
            return self._client.v1.payment_intents.create(params, {"idempotency_key": key})
        except stripe.InvalidRequestError as error:
            raise PaymentDeclined(f"this card cannot be used: {error.user_message}") from error

    def _customer_of(self, method: str, rider_id: UUID) -> str | None:
        """Return the customer who keeps a card; kept cards are their rider's only."""
        kept = self._client.v1.payment_methods.retrieve(method).customer
        if kept is None:
            return None
        customer_id = kept if isinstance(kept, str) else kept.id
        customer = self._client.v1.customers.retrieve(customer_id)
        if noted(customer.metadata, RIDER) != str(rider_id):
            raise PaymentDeclined("this card cannot be used: it is not one of yours")
        return customer_id

    def _give(self, reference: str, amount: Money, key: str) -> Refund:
        params: RefundCreateParams = {
            "payment_intent": reference,
            "amount": amount.minor,
            "metadata": {KEY: key},
        }
        refunds = self._client.v1.refunds
        try:
            return ask(lambda: refunds.create(params, {"idempotency_key": key}))
        except PaymentUnavailable as error:
            if isinstance(error.__cause__, stripe.InvalidRequestError):
                reason = error.__cause__.user_message
                raise PaymentDeclined(f"this cannot be given back: {reason}") from error
            raise

    def _check_left(self, reference: str, before: list[Refund], amount: Money) -> None:
        intent = self._intent(reference)
        given = sum(one.amount for one in before if one.status not in NOT_GIVEN)
        if intent.currency.upper() != amount.currency:
            raise PaymentDeclined(f"this payment was in {intent.currency.upper()}")
        if intent.status != "succeeded" or given + amount.minor > _received(intent):
            raise PaymentDeclined("this is more than is left to give back of this payment")

    def _refunds(self, reference: str) -> list[Refund]:
        """Return all refunds of an intent; one that was never confirmed has none."""
        if not self._intent(reference).latest_charge:
            return []
        refunds = self._client.v1.refunds
        return list(
            ask(
                lambda: refunds.list({"payment_intent": reference, "limit": PAGE})
            ).auto_paging_iter()
        )

    def _intent(self, reference: str) -> PaymentIntent:
        return ask(lambda: self._client.v1.payment_intents.retrieve(reference))


def _received(intent: PaymentIntent) -> int:
    """Return what was captured; a server that does not say so has captured all of it."""
    received: int | None = getattr(intent, "amount_received", None)
    return intent.amount if received is None else received


def _why_not(intent: PaymentIntent) -> str:
    if intent.status == "canceled":
        return "the payment was given back"
    if intent.last_payment_error and intent.last_payment_error.code == (
        "payment_intent_authentication_failure"
    ):
        return "the payment was not confirmed with the rider's bank"
    return "the card was declined"
