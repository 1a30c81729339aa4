"""Tickets that are taken back or replaced: binding a phone, and the list that inspectors fetch."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from booking.domain.audit import AuditKind
from booking.domain.errors import NotPaidYet, OrderNotFound
from booking.domain.orders import Order, OrderMoved
from booking.domain.refunds import Refund
from booking.service.ports import Store, UnitOfWork
from booking.service.tickets import Tickets
from booking.service.transactions import in_transaction
from booking.tickets.errors import TicketOnPhone, TicketRevoked, TooManyPhones
from booking.tickets.figures import LIST_GOOD_FOR, LIST_RENEWED, MOST_VERSIONS
from booking.tickets.phone import phone_key
from booking.tickets.revocations import Revocations
from booking.tickets.ticket import Ticket
from kommit.kit.clock import Clock

SUPERSEDED: Final = "superseded"
REFUNDED: Final = "refunded"
REISSUED: Final = "reissued"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Phones:
    """Which phone a ticket is valid on."""

    store: Store
    clock: Clock
    tickets: Tickets

    def bind(self, order_id: UUID, rider_id: UUID, public_key: bytes | None) -> Order:
        """Make a sold order's ticket valid on one phone alone; None: on paper again.

        Parameters
        ----------
        public_key
            A point of P-256, compressed or not.

        Raises
        ------
        OrderNotFound, NotPaidYet, PhoneKeyUnusable, TooManyPhones
            If there is no ticket, or it cannot be bound so.
        """
        key = None if public_key is None else phone_key(public_key)

        def work(uow: UnitOfWork) -> Order:
            order = uow.orders.get(order_id)
            if order.rider_id != rider_id:
                raise OrderNotFound(order_id)
            bind_device(uow, order, key, self.tickets, self.clock.now())
            return order

        return in_transaction(self.store, work)


def bind_device(
    uow: UnitOfWork, order: Order, key: bytes | None, tickets: Tickets, now: datetime
) -> None:
    """Issue an order's ticket again for another phone, and revoke the one before.

    The same phone again changes nothing. What was cancelled of the order stays so.
    """
    if not order.is_sold or order.ticket is None:
        raise NotPaidYet(order.id)
    if order.device_key == key:
        return
    if order.ticket_version >= MOST_VERSIONS:
        raise TooManyPhones(MOST_VERSIONS)
    without = tickets.cancelled(order.ticket, order.offer)
    order.device_key = key
    reissue(uow, order, without, tickets, now)


def reissue(
    uow: UnitOfWork,
    order: Order,
    without: frozenset[tuple[int, int]],
    tickets: Tickets,
    now: datetime,
) -> None:
    """Replace a sold order's ticket by one of the next version, and revoke the one before.

    For another phone, or when a part was given back: ``without`` is all that was given back of the
    order so far, as (position of the leg, id of the passenger).
    """
    revoke(uow, order, SUPERSEDED, tickets, now)
    order.ticket_version += 1
    order.ticket = tickets.issue(
        order.id,
        order.offer,
        device_key=order.device_key,
        version=order.ticket_version,
        without=without,
    )
    order.events.append(OrderMoved(order.id, order.state, now, REISSUED))
    body = {"version": order.ticket_version, "ticket": hashlib.sha256(order.ticket).hexdigest()}
    uow.audit.append(AuditKind.TICKET_ISSUED, f"order:{order.id}", body, now)


def revoke(uow: UnitOfWork, order: Order, why: str, tickets: Tickets, now: datetime) -> None:
    """Revoke the ticket that a sold order has: ``superseded``, ``cancelled`` or ``refunded``."""
    if order.ticket is None:
        return
    ticket = tickets.read(order.ticket)
    uow.revocations.add(order.id, ticket.version, ticket.valid_until, why, now)
    body = {"version": ticket.version, "why": why}
    uow.audit.append(AuditKind.TICKET_SUPERSEDED, f"order:{order.id}", body, now)


def check_not_revoked(uow: UnitOfWork, ticket: Ticket, now: datetime) -> None:
    """Raise ``TicketRevoked`` if a ticket was cancelled or replaced since it was issued."""
    if uow.revocations.is_revoked(ticket.order_id, ticket.version):
        raise TicketRevoked(now)


def on_paper(ticket: bytes, tickets: Tickets) -> bytes:
    """Return a ticket that may be printed, or raise ``TicketOnPhone``."""
    if not tickets.read(ticket).is_static:
        raise TicketOnPhone
    return ticket


@dataclass(frozen=True)
class GivenBack:
    """Revokes the ticket of an order of which a part is given back, with the refund.

    A follower of refunds (``Selling.on_refund``): then the order still has the ticket of before,
    and gets one for what is left, if anything is.
    """

    tickets: Tickets

    def __call__(self, uow: UnitOfWork, order: Order, refund: Refund, now: datetime) -> None:
        """Revoke, unless the refund takes nothing away."""
        if refund.legs:
            revoke(uow, order, SUPERSEDED if order.parts else REFUNDED, self.tickets, now)


@dataclass(frozen=True)
class RevocationLists:
    """The signed list of revoked tickets."""

    store: Store
    clock: Clock
    tickets: Tickets

    def current(self) -> Revocations:
        """Return the list of this moment; its time of issue moves on every few minutes only."""
        now = self.clock.now()
        issued_at = EPOCH + (now - EPOCH) // LIST_RENEWED * LIST_RENEWED
        with self.store.read() as uow:
            found = uow.revocations.list_current(now)
        named = ((each.order_id, each.version) for each in found)
        return Revocations.of(named, issued_at, issued_at + LIST_GOOD_FOR)

    def signed(self) -> bytes:
        """Return it as inspectors take it along: the same bytes until something changes."""
        return self.tickets.sign_revocations(self.current())
