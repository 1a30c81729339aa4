"""Cards: what a provider tells about kept cards, about payments, and about disputes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from booking.domain.money import Money

DISPUTE_EVENTS: Final = "charge.dispute."
"""How events begin that tell of a rider's bank asking money back."""


class KeptCard(NamedTuple):
    """A card that a rider keeps with the provider; never its number."""

    id: str
    """The provider's: it is what ``payment_method`` of a payment names."""
    brand: str
    last4: str
    exp_month: int
    exp_year: int


class CardSetup(NamedTuple):
    """Begun with the provider; the rider's form there ends it."""

    id: str
    client_secret: str


class CardLook(NamedTuple):
    """What the provider says of a payment at this moment."""

    status: str
    captured: Money
    refunded: Money


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """A signed message of a provider. What it says is never believed, only looked after."""

    provider: str
    id: str
    kind: str
    at: datetime
    """When it happened there: messages come late, twice, and in any order."""
    reference: str | None
    """Of the payment that it is about."""
    dispute: "Dispute | None" = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A rider's bank asks the money of a payment back (chargeback)."""

    id: str
    provider: str
    reference: str | None
    amount: Money
    reason: str
    status: str
    """The provider's word: ``needs_response``, ``won``, ``lost``, …"""
    at: datetime
    """Of the newest event that told of it."""


class Customer(NamedTuple):
    """Under which name a provider keeps a rider's cards."""

    rider_id: UUID
    provider: str
    reference: str
