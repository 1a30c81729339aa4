"""What riders complain of, leg by leg, and what operators answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from booking.domain.redress_errors import ComplaintRefused

TEXT_MAX: Final = 2000
MOST_OF_ORDER: Final = 20
"""So many complaints an order may have: enough for every leg of a long journey."""


class ComplaintCategory(StrEnum):
    """What a complaint is about."""

    PUNCTUALITY = "punctuality"
    CANCELLATION = "cancellation"
    VEHICLE = "vehicle"
    CLEANLINESS = "cleanliness"
    STAFF = "staff"
    SAFETY = "safety"
    ACCESSIBILITY = "accessibility"
    PRICE = "price"
    OTHER = "other"


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    ANSWERED = "answered"
    """The operator has said something, and may say more."""
    CLOSED = "closed"
    """The operator has said its last word."""


@dataclass(slots=True)
class Complaint:
    """What a rider complains of; it names the leg, and nobody's person."""

    id: UUID
    """UUIDv7."""
    order_id: UUID
    leg: int
    """Position in the order's chain."""
    agency_id: str
    """Feed-scoped: the operator that answers."""
    line: str
    departure: datetime
    category: ComplaintCategory
    text: str
    """Empty once the rider is gone."""
    at: datetime
    state: ComplaintState = ComplaintState.OPEN
    answer: str | None = None
    answered_at: datetime | None = None

    def reply(self, text: str, now: datetime, *, closes: bool) -> None:
        """Answer; a later answer replaces the one before, until it is closed.

        Raises
        ------
        ComplaintRefused
            If it is closed.
        """
        if self.state is ComplaintState.CLOSED:
            raise ComplaintRefused("this complaint is closed")
        self.answer, self.answered_at = text, now
        self.state = ComplaintState.CLOSED if closes else ComplaintState.ANSWERED
