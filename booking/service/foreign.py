"""Legs of other operators: reserved, confirmed and given back by calls that are safe to repeat."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.domain.chain import ChainLeg
from booking.domain.orders import Order


@dataclass(frozen=True, slots=True)
class ForeignLeg:
    """What is asked of an operator."""

    order_id: UUID
    position: int
    """In the order's chain."""
    leg: ChainLeg
    riders: int
    until: datetime
    """Until when it shall be held."""

    @property
    def system_id(self) -> str:
        """Of the sharing system whose operator is asked."""
        return self.leg.rental.system_id if self.leg.rental else ""

    @property
    def note(self) -> str:
        """Under which name the journal keeps the operator's reference."""
        return f"foreign-{self.position}"

    @property
    def held_note(self) -> str:
        """Under which name the journal says that the operator holds it."""
        return f"foreign-{self.position}-held"


class ForeignOperator(Protocol):
    """An operator whose vehicles are not ours.

    ``ForeignRefused`` means no, for good; ``ForeignUnavailable`` means ask again later.
    """

    def open(self, asked: ForeignLeg) -> str:
        """Ask for the leg and return the operator's reference. This must not hold anything."""
        ...

    def reserve(self, asked: ForeignLeg, reference: str) -> None:
        """Hold what was asked for; repeated, once."""
        ...

    def confirm(self, reference: str) -> None:
        """Buy what is held; repeated, once."""
        ...

    def cancel(self, reference: str) -> None:
        """Give it back, whatever happened before; refused, the operator keeps it sold."""
        ...


def foreign_legs(order: Order) -> list[ForeignLeg]:
    """Return the legs of an order that other operators sell."""
    return [
        ForeignLeg(order.id, at, leg, len(order.offer.passengers), order.expires_at)
        for at, leg in order.offer.chain.rentals
        if leg.rental is not None and not leg.rental.is_own
    ]
