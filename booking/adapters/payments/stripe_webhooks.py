"""Stripe's webhooks: read, if Stripe signed them, and a little while ago."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import stripe

from booking.adapters.payments.stripe_client import MEANS
from booking.domain.money import Money
from booking.domain.payments.cards import DISPUTE_EVENTS, Dispute, ProviderEvent
from booking.domain.payments.errors import WebhookRefused

TOLERANCE_S: Final = 300
"""Stripe signs each try anew, so also a message that comes days late was signed just now."""


class StripeWebhooks:
    """Reads messages of Stripe.

    Parameters
    ----------
    secrets
        Of the endpoint: several while they are changed, and any of them will do.
    """

    def __init__(self, secrets: Sequence[str], tolerance_s: int = TOLERANCE_S) -> None:
        self._secrets, self._tolerance_s = tuple(secrets), tolerance_s

    def read(self, payload: bytes, signature: str | None) -> ProviderEvent:
        """Return what a message tells.

        Raises
        ------
        WebhookRefused
            If no secret fits, it was signed long ago, or it cannot be read.
        """
        for secret in self._secrets:
            try:
                event = stripe.Webhook.construct_event(
                    payload, signature, secret, self._tolerance_s
                )
            except stripe.SignatureVerificationError:
                continue
            except (ValueError, UnicodeDecodeError, AttributeError) as error:
                raise WebhookRefused("this message cannot be read") from error
            return _event(event.to_dict())
        raise WebhookRefused("this message was not signed by Stripe, or it was long ago")


def _event(event: Mapping[str, Any]) -> ProviderEvent:
    try:
        told: Mapping[str, Any] = event["data"]["object"]
        at = datetime.fromtimestamp(int(event["created"]), UTC)
        event_id, kind = str(event["id"])[:255], str(event["type"])[:100]
        reference = _reference(told)
        dispute = _dispute(told, reference, at) if kind.startswith(DISPUTE_EVENTS) else None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise WebhookRefused("this message is no event as Stripe sends them") from error
    return ProviderEvent(MEANS, event_id, kind, at, reference, dispute)


def _reference(told: Mapping[str, Any]) -> str | None:
    """Return the id of the intent that an object is, or is about."""
    if told.get("object") == "payment_intent":
        return str(told["id"])[:255]
    about = told.get("payment_intent")
    if isinstance(about, Mapping):
        about = about.get("id")
    return str(about)[:255] if about else None


def _dispute(told: Mapping[str, Any], reference: str | None, at: datetime) -> Dispute:
    return Dispute(
        str(told["id"])[:255],
        MEANS,
        reference,
        Money(int(told["amount"]), str(told["currency"]).upper()),
        str(told.get("reason"))[:100],
        str(told["status"])[:40],
        at,
    )
