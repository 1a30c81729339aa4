"""How Stripe is asked: one client, and its errors told apart."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import stripe
from stripe import HTTPClient, StripeClient

from booking.domain.errors import PaymentDeclined, PaymentUnavailable

T = TypeVar("T")

MEANS: Final = "stripe"
TIMEOUT_S: Final = 10
"""For one call; well below the lease of a saga."""
PAGE: Final = 100
"""The most that Stripe lists at a time."""


def client_of(
    api_key: str, api_base: str | None = None, http_client: HTTPClient | None = None
) -> StripeClient:
    """Return a client of Stripe.

    Parameters
    ----------
    api_key
        Stripe's secret key, from the environment.
    api_base
        Another address than Stripe's own, for a server that stands in for it.
    http_client
        Another way to get there, for tests.
    """
    return StripeClient(
        api_key,
        base_addresses={"api": api_base} if api_base else {},
        max_network_retries=0,  # the saga tries again, and knows for how long it may
        http_client=http_client or stripe.RequestsClient(timeout=TIMEOUT_S),
    )


def ask(question: Callable[[], T]) -> T:
    """Ask Stripe, and tell its errors apart: no for good, or no answer.

    A request that Stripe finds invalid because the intent changed under us is no answer either:
    the next try looks at the intent first.
    """
    try:
        return question()
    except stripe.CardError as error:
        raise PaymentDeclined(error.user_message or "the card was declined") from error
    except stripe.StripeError as error:
        raise PaymentUnavailable("Stripe gave no answer; the payment goes on by itself") from error


def noted(metadata: Any, name: str) -> str | None:
    """Return what is noted in an object's metadata; Stripe's objects are no real mappings."""
    try:
        return None if metadata is None else str(metadata[name])
    except KeyError:
        return None
