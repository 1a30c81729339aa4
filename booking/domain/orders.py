"""The order: one rider, one offer, its state and what happened to it.

Invariant: the state only moves along ``ALLOWED``, and every move leaves an event for the outbox.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from booking.domain.chain import ChainLeg
from booking.domain.errors import BookingDeadlinePassed, HoldExpired, IllegalTransition
from booking.domain.money import Money
from booking.domain.offers import Offer


class OrderState(StrEnum):
    """States of an order; ``TOMP_STATUS`` says what the outside calls them."""

    HELD = "held"
    """The places are kept until ``expires_at``."""
    AUTHORISED = "authorised"
    """The price is reserved with the provider of the payment, and not yet taken."""
    CONFIRMED = "confirmed"
    """Sold: places, price and ticket are fixed."""
    CANCELLED = "cancelled"
    """Given back by the rider before it was sold."""
    EXPIRED = "expired"
    """Not paid in time."""
    FAILED = "failed"
    """The payment was refused, or the chain could no longer be sold."""


ALLOWED: Final = {
    OrderState.HELD: {
        OrderState.AUTHORISED,
        OrderState.CANCELLED,
        OrderState.EXPIRED,
        OrderState.FAILED,
    },
    OrderState.AUTHORISED: {
        OrderState.CONFIRMED,
        OrderState.CANCELLED,
        OrderState.EXPIRED,
        OrderState.FAILED,
    },
    # Only where the provider refuses to capture what it had authorised; no ticket was seen yet.
    OrderState.CONFIRMED: {OrderState.FAILED},
    OrderState.CANCELLED: set[OrderState](),
    OrderState.EXPIRED: set[OrderState](),
    OrderState.FAILED: set[OrderState](),
}
"""The transition table: from each state, the states an order may move to."""

LIVE: Final = frozenset({OrderState.HELD, OrderState.AUTHORISED, OrderState.CONFIRMED})
"""States in which an order may own places and money."""

TOMP_STATUS: Final = {
    OrderState.HELD: "PENDING",
    OrderState.AUTHORISED: "PENDING",
    OrderState.CONFIRMED: "CONFIRMED",
    OrderState.CANCELLED: "RELEASED",
    OrderState.EXPIRED: "EXPIRED",
    OrderState.FAILED: "ROLLBACK",
}
"""``packageStatus`` of TOMP-API 2.0. A hold that is given back was never purchased: RELEASED;
TOMP's CANCELLED is for what had been sold."""


class PaymentState(StrEnum):
    """Where the money of an order is."""

    OPEN = "open"
    """Begun; whether the provider reserved the price is not known yet."""
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"
    """Given back before it was taken."""
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Payment:
    """How an order is paid. ``note`` says in a plain sentence why it was not."""

    means: str
    state: PaymentState = PaymentState.OPEN
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """An order changed state; goes to the outbox in the same transaction."""

    order_id: UUID
    to: OrderState
    at: datetime


@dataclass(eq=False)
class Order:
    """A rider's claim on one offer, held until ``expires_at`` and then paid or given back."""

    id: UUID
    rider_id: UUID
    offer: Offer
    created_at: datetime
    expires_at: datetime
    state: OrderState = OrderState.HELD
    payment: Payment | None = None
    ticket: bytes | None = None
    """The signed ticket, fixed when the order is confirmed."""
    ticket_version: int = 1
    device_key: bytes | None = None
    """Public key of the phone that shows the ticket live."""
    version: int = 1
    events: list[OrderMoved] = field(default_factory=list)

    @classmethod
    def hold(
        cls, order_id: UUID, rider_id: UUID, offer: Offer, now: datetime, until: datetime
    ) -> Self:
        """Return a new order whose places are kept ``until`` then."""
        order = cls(order_id, rider_id, offer, created_at=now, expires_at=until)
        order.events.append(OrderMoved(order_id, OrderState.HELD, now))
        return order

    @property
    def price(self) -> Money:
        """What the rider pays for the whole chain."""
        return self.offer.price.total

    @property
    def is_live(self) -> bool:
        """Whether the order may own places and money."""
        return self.state in LIVE

    @property
    def is_sold(self) -> bool:
        """Whether the order is confirmed and its money captured: only now there is a ticket."""
        return (
            self.state is OrderState.CONFIRMED
            and self.payment is not None
            and self.payment.state is PaymentState.CAPTURED
        )

    def move(self, to: OrderState, now: datetime) -> None:
        """Change state; moving to the present state changes nothing.

        Raises
        ------
        IllegalTransition
            If ``ALLOWED`` has no such step.
        """
        if to is self.state:
            return
        if to not in ALLOWED[self.state]:
            raise IllegalTransition(self.id, self.state, to)
        self.state = to
        self.events.append(OrderMoved(self.id, to, now))

    def note_payment(self, state: PaymentState, note: str | None = None) -> None:
        """Record where the money is."""
        if self.payment is None:
            raise ValueError(f"order {self.id} has no payment yet")
        self.payment = replace(self.payment, state=state, note=note or self.payment.note)

    def check_sellable(self, now: datetime) -> None:
        """Raise unless the order may be sold at this moment.

        Raises
        ------
        HoldExpired
            If the places are no longer held.
        BookingDeadlinePassed
            If a leg had to be booked earlier.
        """
        if now >= self.expires_at:
            raise HoldExpired(self.id, self.expires_at)
        check_deadlines(self.offer, now)


def deadline(leg: ChainLeg) -> datetime:
    """Return until when a ride can be booked: its booking rule, or else until it leaves."""
    return leg.latest_booking or leg.departure


def check_deadlines(offer: Offer, now: datetime) -> None:
    """Raise ``BookingDeadlinePassed`` for the first ride that can no longer be booked."""
    for leg in offer.chain.rides:
        if now > deadline(leg):
            name = leg.carrier.line if leg.carrier else leg.mode
            raise BookingDeadlinePassed(f"{name} from {leg.origin.name}", deadline(leg))
