"""A rider's subscriptions: bought here month by month, or bought elsewhere and declared.

::

    sold        ACTIVE ── cancel ──▶ CANCELLED   renewed until ``ends``, by the notice of its terms
                  │                      │
                  └──── withdraw ────────┴─▶ WITHDRAWN   ends at once, the rest is paid back
    registered  ACTIVE ── withdraw ─▶ WITHDRAWN

A month is one of the calendar. Who begins within one pays for its days that are left. What a
subscription covers and costs are data of its product (``booking.domain.pricing.subscription``), how
it is sold are its terms (``booking/tariffs/terms``).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from booking.domain.money import Money
from booking.domain.refunds import NOTHING
from booking.domain.travel_errors import BadSubscription

A_DAY = timedelta(days=1)


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
    """It has an end."""
    WITHDRAWN = "withdrawn"
    """Valid no more."""


@dataclass(frozen=True, slots=True)
class SubscriptionTerms:
    """How a product is had: bought here, or declared."""

    product: str
    is_sold: bool
    """Riders buy it here."""
    is_registered: bool
    """Riders may declare one that was bought elsewhere."""
    number_pattern: str | None = None
    """Regular expression of the whole number of one bought elsewhere; None: any will do."""
    number_text: str = "a number"
    """What such a number looks like, in plain words."""
    agency_id: str | None = None
    """Whose the revenue is, unless a clearing rule shares it out; None: it waits to be shared."""
    vat_permille: int = 70
    cancel_until_day: int = 31
    """Cancelled up to this day of a month, it ends with the month; later, with the next one."""
    pays_back: bool = False
    """Whether the days that are left are paid back to who ends it at once."""

    def check_number(self, number: str) -> None:
        """Raise ``BadSubscription`` for a number that cannot be one of this product."""
        if self.number_pattern is not None and not re.fullmatch(self.number_pattern, number):
            raise BadSubscription(f"{number!r} is not {self.number_text}")


@dataclass(slots=True)
class OwnedSubscription:
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
    """First day of that month, or of what is left of it; None where it was bought elsewhere."""
    means: str | None = None
    """What pays it, month by month."""
    ends: date | None = None
    """The last day of one that was cancelled, to which it is renewed, or withdrawn."""

    @property
    def renews(self) -> bool:
        """Whether another month follows by itself."""
        if self.source is not SubscriptionSource.SOLD:
            return False
        if self.state is SubscriptionState.CANCELLED:
            return self.ends is not None and self.valid_until < self.ends
        return self.state is SubscriptionState.ACTIVE

    def is_valid(self, day: date) -> bool:
        """Say whether it is valid on a day; one that renews is valid on the days to come."""
        last = self.last_day
        return self.valid_from <= day and (last is None or day <= last)

    @property
    def last_day(self) -> date | None:
        """The last day of validity, before ``valid_from`` if there is none; None: no end is set."""
        if self.state is SubscriptionState.WITHDRAWN:
            return self.ends or self.valid_from - A_DAY
        return self.ends if self.renews else self.valid_until

    def cancel(self, today: date, terms: SubscriptionTerms) -> None:
        """Let it end by the notice of its terms; one that has an end keeps it."""
        if self.state is not SubscriptionState.ACTIVE:
            return
        self.state = SubscriptionState.CANCELLED
        this_month = last_of_month(today)
        in_time = today.day <= terms.cancel_until_day
        end = this_month if in_time else last_of_month(this_month + A_DAY)
        self.ends = max(end, self.valid_until)

    def days_left(self, today: date) -> tuple[int, int]:
        """Return how many of the paid days are left after today, and how many were paid."""
        if self.paid_from is None:
            return 0, 1
        first = max(self.paid_from, today + A_DAY) if today >= self.paid_from else self.paid_from
        left = max((self.valid_until - first).days + 1, 0)
        return left, (self.valid_until - self.paid_from).days + 1


def last_of_month(day: date) -> date:
    """Return the last day of the month of a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - A_DAY


def share_of_month(minor: int, begin: date) -> int:
    """Return what the days from ``begin`` to the end of its month cost, half a cent up."""
    last = last_of_month(begin)
    days = (last - begin).days + 1
    return (2 * minor * days + last.day) // (2 * last.day)


def paid_back(price: Money, left: int, paid: int) -> Money:
    """Return what days that are left were worth, without a fraction of a cent."""
    return Money(price.minor * left // paid, price.currency)
