"""The order: one rider, one offer, its state and what happened to it.

Invariants: the state only moves along ``order_states.LIFE``, and every move leaves an event for the
outbox; what is given back of a line never exceeds the line.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from booking.domain.chain import ChainLeg
from booking.domain.errors import BookingDeadlinePassed, HoldExpired, IllegalTransition
from booking.domain.money import Money
from booking.domain.offers import Offer
from booking.domain.order_states import LIVE, SOLD, OrderState, may_move
from booking.domain.payments.parts import PaymentPart
from booking.domain.refunds import Refund

LATE_PICK_UP: Final = timedelta(minutes=15)
"""So long after its time a vehicle that is not reserved ahead waits for a rider who is late."""
Part = tuple[int, int]
"""A leg of one passenger: position in the chain, and id of the passenger."""


class PaymentState(StrEnum):
    """Where the money of an order is."""

    OPEN = "open"
    """Begun; whether the provider reserved the price is not known yet."""
    CHALLENGED = "challenged"
    """The rider has to confirm it with their bank first."""
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"
    """Given back before it was taken."""
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Payment:
    """How an order is paid."""

    means: str
    """What the rider chose; it pays what the other parts leave."""
    state: PaymentState = PaymentState.OPEN
    note: str | None = None
    """Why it was not paid, in a plain sentence."""
    parts: tuple[PaymentPart, ...] = ()
    """They sum to the price, in the order in which they are taken."""
    action: str | None = None
    """What the provider's form needs while the payment is challenged."""


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """An order changed; goes to the outbox in the same transaction."""

    order_id: UUID
    to: OrderState
    at: datetime
    what: str = "moved"
    """``moved`` to another state, or ``refunded``, ``changed``, ``reissued`` within it."""


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
    """The signed ticket, fixed when the order is confirmed, and again when a part is given back."""
    ticket_version: int = 1
    device_key: bytes | None = None
    """Public key of the phone that shows the ticket live."""
    replaces: UUID | None = None
    """The sold order that is given back in the moment in which this one is sold."""
    refunds: list[Refund] = field(default_factory=list)
    version: int = 1
    events: list[OrderMoved] = field(default_factory=list)

    @classmethod
    def hold(
        cls,
        order_id: UUID,
        rider_id: UUID,
        offer: Offer,
        now: datetime,
        until: datetime,
        replaces: UUID | None = None,
    ) -> Self:
        """Return a new order whose places are kept ``until`` then."""
        order = cls(order_id, rider_id, offer, created_at=now, expires_at=until, replaces=replaces)
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
            self.state in SOLD
            and self.payment is not None
            and self.payment.state is PaymentState.CAPTURED
        )

    @property
    def given_back(self) -> frozenset[Part]:
        """The parts that were given back after the sale."""
        return frozenset(
            (leg, passenger)
            for refund in self.refunds
            for leg in refund.legs
            for passenger in refund.passengers
        )

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that are still the rider's: every sold leg of every passenger but those."""
        gone = self.given_back
        return tuple(
            (at, passenger.id)
            for at, _ in self.offer.chain.sold
            for passenger in self.offer.passengers
            if (at, passenger.id) not in gone
        )

    def riders_on(self, leg: int) -> int:
        """Return how many passengers still have a leg."""
        return sum(at == leg for at, _ in self.parts)

    def left_of(self, line: int) -> Money:
        """Return what of a line of the price was not given back yet."""
        taken = (one.amount for refund in self.refunds for one in refund.lines if one.line == line)
        whole = self.offer.price.lines[line].amount
        return whole - sum(taken, start=Money(0, whole.currency))

    def move(self, to: OrderState, now: datetime) -> None:
        """Change state; moving to the present state changes nothing.

        Raises
        ------
        IllegalTransition
            If the table has no such step.
        """
        if to is self.state:
            return
        if not may_move(self.state, to):
            raise IllegalTransition(self.id, self.state, to)
        self.state = to
        self.events.append(OrderMoved(self.id, to, now))

    def note(self, what: str, now: datetime) -> None:
        """Tell the outbox of a change that keeps the state."""
        self.events.append(OrderMoved(self.id, self.state, now, what))

    def note_payment(
        self, state: PaymentState, note: str | None = None, action: str | None = None
    ) -> None:
        """Record where the money is."""
        if self.payment is None:
            raise ValueError(f"order {self.id} has no payment yet")
        self.payment = replace(
            self.payment, state=state, note=note or self.payment.note, action=action
        )

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
    """Return until when a leg can be booked: its booking rule, or else until it leaves.

    A vehicle that is rented does not leave without its rider: it waits a while.
    """
    if leg.rental is not None:
        return min(leg.arrival, leg.departure + LATE_PICK_UP)
    return leg.latest_booking or leg.departure


def check_deadlines(offer: Offer, now: datetime) -> None:
    """Raise ``BookingDeadlinePassed`` for the first leg that can no longer be booked."""
    for _, leg in offer.chain.sold:
        if now > deadline(leg):
            name = leg.carrier.line if leg.carrier else leg.mode
            raise BookingDeadlinePassed(f"{name} from {leg.origin.name}", deadline(leg))
