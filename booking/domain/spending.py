"""What a rider's group has paid for travel already: caps of a day and of a month count it.

A cap belongs to a slot: the booker, the second adult, the first child, and so on. Who sits in a
slot is not known and does not matter (as with eezy: the caps of further passengers are those of the
booker's account).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.domain.passengers import Passenger


def slot_of(passengers: Sequence[Passenger], passenger: Passenger) -> str:
    """Return the slot of a passenger of a group: ``adult-0`` is its first adult."""
    alike = [one for one in passengers if one.category is passenger.category]
    return f"{passenger.category}-{alike.index(passenger)}"


@dataclass(frozen=True, slots=True)
class Spent:
    """A fare that was sold, as far as caps count it."""

    slot: str
    tariff: str
    """Id of the tariff whose caps count it, without a version: ``eezy-westfalen``."""
    at: datetime
    """When the journey began; aware."""
    minor: int
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Spending:
    """Everything of one rider that caps may still count: a month and a day back, in order."""

    rider_id: UUID | None = None
    spent: tuple[Spent, ...] = ()


NOTHING_SPENT = Spending()
"""Of somebody who is not signed in."""
