"""A rider's subscriptions: bought here month by month, or bought elsewhere and declared.

::

    sold        ACTIVE ── cancel ──▶ CANCELLED (ends with ``valid_until``)
                  └──── withdraw ──▶ WITHDRAWN (ends at once, the rest is paid back)
    registered  ACTIVE ── remove ──▶ WITHDRAWN

What it covers and what it costs are data of its product (``booking/tariffs``).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from booking.domain.money import Money
from booking.domain.refunds import NOTHING


class SubscriptionSource(StrEnum):
    """Where a subscription comes from."""

    SOLD = "sold"
    """By us."""
    REGISTERED = "registered"
    """By somebody else; the rider declares it, and an inspector looks at it."""


class SubscriptionState(StrEnum):
    """Where a subscription stands; whether it is valid on a day is up to its days, too."""

    ACTIVE = "active"
    CANCELLED = "cancelled"
    """It is not renewed, and valid to the end of what is paid."""
    WITHDRAWN = "withdrawn"
    """Valid no more."""


@dataclass(slots=True)
class Subscription:
    """One rider's subscription to one product. Days are those of the product's time zone."""

    id: UUID
    rider_id: UUID
    product: str
    """Id of the product, as ``Passenger.subscriptions`` names it."""
    source: SubscriptionSource
    valid_from: date
    valid_until: date
    """The last day that is paid for or declared; it counts."""
    number: str | None
    """Of one bought elsewhere, as it was declared."""
    created_at: datetime
    state: SubscriptionState = SubscriptionState.ACTIVE
    price: Money = NOTHING
    """Of the month that ``valid_until`` ends; nothing where it was bought elsewhere."""
    paid_from: date | None = None
    """First day of that month; None where it was bought elsewhere."""

    @property
    def renews(self) -> bool:
        """Whether another month follows by itself."""
        return self.source is SubscriptionSource.SOLD and self.state is SubscriptionState.ACTIVE

    def is_valid(self, day: date) -> bool:
        """Say whether it is valid on a day; one that renews is valid on all days to come."""
        if self.state is SubscriptionState.WITHDRAWN or day < self.valid_from:
            return False
        return self.renews or day <= self.valid_until
