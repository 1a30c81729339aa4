"""What a rider's group has paid for travel already: caps of a day and of a month count it.

A cap belongs to a slot: the booker, the second adult, the first child, and so on. Who sits in a
slot is not known and does not matter (as with eezy: the caps of further passengers are those of the
booker's account).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.domain.money import Money
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


@dataclass(frozen=True, slots=True)
class SpentLine:
    """A line of a sold price, or what was taken back of one, as it is kept for caps."""

    source: UUID
    """Of the order or trip that was sold."""
    entry: str
    """Unique within its source, so that it is kept once: ``line:0``, ``refund:ID:0``."""
    slot: str
    tariff: str
    at: datetime
    """When the journey began; aware."""
    amount: Money
    """What was paid; below zero where it was given back."""
    full_minor: int
    """The fare before caps: zero for what a cap takes off; below zero for what was given back."""
    agency_id: str | None = None
    """Who was paid by the line."""
    leg: int | None = None
    """Position in the chain; None: of the journey as a whole."""

    @property
    def position(self) -> int:
        """Position of the line in what was sold, which lines about it share."""
        return int(self.entry.rpartition(":")[2])
