"""The offer: a chain, who travels, what it costs and until when that is promised.

Invariants: a price is the sum of its lines, to the cent; passengers are numbered by position.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from booking.domain.chain import Chain
from booking.domain.money import Money
from booking.domain.passengers import Passenger

REDUCED_VAT_PERMILLE: Final = 70
"""Public transport in Germany (UStG § 12 Abs. 2 Nr. 10)."""
FULL_VAT_PERMILLE: Final = 190
"""Everything else, rentals among it (UStG § 12 Abs. 1)."""


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A part of the price: what one passenger pays for one leg by one rule of one product."""

    text: str
    product: str
    """Id of the fare product, like ``eezy-westfalen/single``."""
    passenger: int
    """``Passenger.id``."""
    amount: Money
    """With VAT. Zero where a subscription covers the leg."""
    agency_id: str | None = None
    """Feed-scoped operator that is owed the amount, or None where it is nobody's in particular."""
    leg: int | None = None
    """Position in the chain; None: of the journey as a whole."""
    rule: str = ""
    """The rule of the product that made it: ``fare``, ``cap-24h``, ``cap-month``, ``surcharge``,
    ``subscription``, ``first-class``, ``bicycle``, ``plan``, …"""
    vat_permille: int = REDUCED_VAT_PERMILLE
    """Rate of the VAT that is in ``amount``."""

    @property
    def vat_minor(self) -> int:
        """The VAT in the amount: rounded half away from zero, once for each line."""
        return vat_of(self.amount.minor, self.vat_permille)


def vat_of(gross_minor: int, permille: int) -> int:
    """Return the VAT within a gross amount, to the nearest cent, halves away from zero."""
    whole = 1000 + permille
    share = (2 * abs(gross_minor) * permille + whole) // (2 * whole)
    return share if gross_minor >= 0 else -share


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
    rider_id: UUID | None = None
    """Whose caps and subscriptions the price is by; only they may take it. None: anybody may."""

    def __post_init__(self) -> None:
        if [passenger.id for passenger in self.passengers] != list(range(len(self.passengers))):
            raise ValueError("passengers are numbered by their position, from 0")
