"""What is given back of a sold order, line by line, so that every operator gives back its part."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from booking.domain.money import Money

NOTHING: Final = Money(0)


class RefundReason(StrEnum):
    """Why money is given back."""

    CANCELLED = "cancelled"
    """By the rider, by the rules of cancellation."""
    CHANGED = "changed"
    """For another order that takes its place."""
    MISSED = "missed"
    """A connection was missed, or a ride did not run."""
    NOT_CARRIED = "not_carried"
    """A vehicle or box was not there."""
    UNUSED = "unused"
    """A rental was shorter than what was paid."""
    GUARANTEE = "guarantee"
    """The mobility guarantee pays for a taxi."""
    GOODWILL = "goodwill"
    BEST_PRICE = "best_price"
    """A day or month was paid above its caps, or a subscription would have been cheaper."""


class RefundState(StrEnum):
    """Where a refund stands."""

    PENDING = "pending"
    """Fixed with the rider; the provider has not answered yet. It is asked until it does."""
    DONE = "done"


class RefundLine(NamedTuple):
    """A part of one line of the order's price."""

    line: int
    """Position in ``Offer.price.lines``."""
    amount: Money
    """Of the sign of the line; all refunds of a line together never exceed its amount."""


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that goes back to the rider: the lines less the fee."""

    id: UUID
    order_id: UUID
    at: datetime
    reason: RefundReason
    lines: tuple[RefundLine, ...]
    legs: tuple[int, ...] = ()
    """Positions of the legs that are no longer part of the order for these passengers."""
    passengers: tuple[int, ...] = ()
    """Ids of the passengers whom it is about."""
    fee: Money = NOTHING
    """Kept of the lines: income of kommit, with VAT as its rule says."""
    state: RefundState = RefundState.PENDING

    @property
    def gross(self) -> Money:
        """What of the price is taken back, before the fee."""
        return sum((line.amount for line in self.lines), start=Money(0, self.fee.currency))

    @property
    def amount(self) -> Money:
        """What the rider gets."""
        return self.gross - self.fee

    def as_done(self) -> "Refund":
        """Return the refund once the money is back."""
        return replace(self, state=RefundState.DONE)
