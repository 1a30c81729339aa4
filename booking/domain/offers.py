"""The offer: a chain, who travels, what it costs and until when that is promised.

Invariants: a price is the sum of its lines, to the cent; passengers are numbered by position.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from booking.domain.chain import Chain
from booking.domain.money import Money
from booking.domain.passengers import Passenger


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A part of the price: one passenger's share of the fare that goes to one operator."""

    text: str
    product: str
    """Id of the fare product in the tariff."""
    passenger: int
    """``Passenger.id``."""
    amount: Money
    agency_id: str | None = None
    """Feed-scoped operator that is owed the amount, or None where it is nobody's in particular."""


@dataclass(frozen=True, slots=True)
class Price:
    """What the whole group pays, and how that comes about."""

    total: Money
    lines: tuple[PriceLine, ...]

    def __post_init__(self) -> None:
        summed = sum((line.amount for line in self.lines), start=Money(0, self.total.currency))
        if summed != self.total:
            raise ValueError(f"the lines of a price sum to {summed}, not to {self.total}")

    @classmethod
    def of_lines(cls, lines: Sequence[PriceLine], currency: str = "EUR") -> Self:
        """Return the price that these lines sum to."""
        return cls(sum((line.amount for line in lines), start=Money(0, currency)), tuple(lines))


@dataclass(frozen=True, slots=True)
class Offer:
    """A priced, time-limited proposal for one chain. Times are aware."""

    id: UUID
    """UUIDv7."""
    chain: Chain
    passengers: tuple[Passenger, ...]
    price: Price
    tariff: str
    """Id and version of the tariff that was applied, like ``eezy-westfalen@2023-01``."""
    issued_at: datetime
    expires_at: datetime
    """From this moment on the offer can no longer be taken."""

    def __post_init__(self) -> None:
        if [passenger.id for passenger in self.passengers] != list(range(len(self.passengers))):
            raise ValueError("passengers are numbered by their position, from 0")
