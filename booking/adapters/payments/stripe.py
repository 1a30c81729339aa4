"""Stripe as a provider of payments: PaymentIntents that are captured by hand.

An intent is first made without being confirmed, and its id is journalled, before any money can be
reserved under it. Every later call looks the intent up by that id first, so repeating it is safe
by Stripe's states alone; the ``Idempotency-Key`` of each step saves only a second round trip.
"""

from collections.abc import Callable
from typing import Final, TypeVar

import stripe
from stripe import PaymentIntent, StripeClient
from stripe.params import PaymentIntentCreateParams, RefundCreateParams

from booking.domain.errors import PaymentDeclined, PaymentUnavailable
from booking.domain.money import Money
from booking.service.ports import PaymentRequest

T = TypeVar("T")

MEANS: Final = "stripe"
TIMEOUT_S: Final = 10
"""For one call; well below the lease of a saga."""
OPEN_STATES: Final = frozenset(
    {"requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"}
)
"""States in which an intent can be cancelled."""


class StripePayments:
    """See ``booking.service.ports.Payments``. A reference is the id of a PaymentIntent.

    Parameters
    ----------
    api_key
        Stripe's secret key, from the environment.
    api_base
        Another address than Stripe's own, for a server that stands in for it.
    """

    def __init__(self, api_key: str, api_base: str | None = None) -> None:
        self._client = StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else {},
            max_network_retries=0,  # the saga tries again, and knows for how long it may
            http_client=stripe.RequestsClient(timeout=TIMEOUT_S),
        )

    def open(self, request: PaymentRequest, key: str) -> str:
        """Make an intent that is not confirmed: Stripe reserves nothing for it."""
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
        return _ask(lambda: self._create(params, {"idempotency_key": key})).id

    def authorise(self, reference: str, key: str) -> None:
        """Reserve the money on the card."""
        intent = self._intent(reference)
        if intent.status == "requires_confirmation":
            intents = self._client.v1.payment_intents
            intent = _ask(lambda: intents.confirm(reference, {}, {"idempotency_key": key}))
        if intent.status not in {"requires_capture", "succeeded"}:
            raise PaymentDeclined(_why_not(intent))

    def capture(self, reference: str, key: str) -> None:
        """Take the reserved money; an intent that is captured already is a success."""
        intent = self._intent(reference)
        if intent.status == "requires_capture":
            intents = self._client.v1.payment_intents
            intent = _ask(lambda: intents.capture(reference, {}, {"idempotency_key": key}))
        if intent.status != "succeeded":
            raise PaymentDeclined(_why_not(intent))

    def void(self, reference: str, key: str) -> None:
        """Cancel the intent, which also bars a confirmation that comes late.

        Money that somebody captured by hand in Stripe's dashboard is refunded.
        """
        intent = self._intent(reference)
        options: stripe.RequestOptions = {"idempotency_key": key}
        if intent.status in OPEN_STATES:
            _ask(lambda: self._client.v1.payment_intents.cancel(reference, {}, options))
        elif intent.status == "succeeded":
            self._refund(reference, options)
        elif intent.status != "canceled":
            raise PaymentUnavailable(f"Stripe is still working on this payment: {intent.status}")

    def refund(self, reference: str, amount: Money, key: str) -> None:
        """Give a part of a captured intent back."""
        refunds = self._client.v1.refunds
        wanted: RefundCreateParams = {"payment_intent": reference, "amount": amount.minor}
        _ask(lambda: refunds.create(wanted, {"idempotency_key": key}))

    def _create(
        self, params: PaymentIntentCreateParams, options: stripe.RequestOptions
    ) -> PaymentIntent:
        """Make an intent. What Stripe finds invalid here came from the rider: the method."""
        try:
            return self._client.v1.payment_intents.create(params, options)
        except stripe.InvalidRequestError as error:
            raise PaymentDeclined(f"this card cannot be used: {error.user_message}") from error

    def _refund(self, reference: str, options: stripe.RequestOptions) -> None:
        refunds = self._client.v1.refunds
        if not _ask(lambda: refunds.list({"payment_intent": reference})).data:
            _ask(lambda: refunds.create({"payment_intent": reference}, options))

    def _intent(self, reference: str) -> PaymentIntent:
        return _ask(lambda: self._client.v1.payment_intents.retrieve(reference))


def _ask(ask: Callable[[], T]) -> T:
    """Ask Stripe, and tell its errors apart: no for good, or no answer.

    A request that Stripe finds invalid because the intent changed under us is no answer either:
    the next try looks at the intent first.
    """
    try:
        return ask()
    except stripe.CardError as error:
        raise PaymentDeclined(error.user_message or "the card was declined") from error
    except stripe.StripeError as error:
        raise PaymentUnavailable("Stripe gave no answer; the payment goes on by itself") from error


def _why_not(intent: PaymentIntent) -> str:
    if intent.status == "requires_action":
        return "the bank asks for a confirmation that cannot be given here, take another card"
    if intent.status == "canceled":
        return "the payment was given back"
    return "the card was declined"
