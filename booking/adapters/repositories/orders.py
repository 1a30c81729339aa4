"""Orders in SQL: rows beside the aggregate, written back by the commit with the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from booking.adapters.database import table_of
from booking.adapters.snapshot import restore, snapshot
from booking.adapters.tables import LIVE_ORDER, OrderRow, OutboxRow, RefundRow, SagaRow
from booking.domain.errors import OrderNotFound
from booking.domain.money import Money
from booking.domain.offers import Offer
from booking.domain.order_states import LIVE, SOLD, OrderState
from booking.domain.orders import Order, OrderMoved, Payment, PaymentState
from booking.domain.payments.parts import PaymentPart
from booking.domain.refunds import Refund, RefundLine, RefundReason, RefundState

UNPAID: Final = (OrderState.HELD, OrderState.AUTHORISED)
RUNNING: Final = (OrderState.CONFIRMED, OrderState.STARTED)
SETTLED_BY_SALE: Final = frozenset({*SOLD, OrderState.CANCELLED})
"""States in which an order may have refunds."""

# Every order sends these: they are built once, and on tables, so that no mapper looks at them.
ORDERS: Final = table_of(OrderRow)
OF_OFFER: Final = select(ORDERS.c.id).where(ORDERS.c.offer_id == bindparam("offer"), LIVE_ORDER)
"""The condition stands there as in the index, or PostgreSQL would not use it."""
TELL: Final = insert(table_of(OutboxRow))


class SqlOrders:
    """See ``booking.service.repositories.OrderRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks
        self._seen: dict[UUID, tuple[OrderRow, Order]] = {}
        self._refunds: dict[UUID, dict[UUID, RefundRow]] = {}

    def add(self, order: Order) -> None:
        """Add a new order."""
        self.write_back()  # an earlier order of the same offer must lose its place first
        row = _new_row(order)
        self._session.add(row)
        self._seen[order.id] = (row, order)
        self.write_back()

    def get(self, order_id: UUID) -> Order:
        """Return an order, locked if this transaction writes."""
        if order_id in self._seen:
            return self._seen[order_id][1]
        row = self._session.get(OrderRow, order_id, with_for_update=self._locks)
        if row is None:
            raise OrderNotFound(order_id)
        return self._remember(row)

    def find_live_of_offer(self, offer_id: UUID) -> Order | None:
        """Return the order that has an offer at this moment."""
        order_id = self._session.scalars(OF_OFFER, {"offer": offer_id}).one_or_none()
        return None if order_id is None else self.get(order_id)

    def list_of(self, rider_id: UUID, limit: int, before: UUID | None) -> Sequence[Order]:
        """Return a rider's newest orders; their ids are UUIDv7, which sort by time."""
        wanted = select(OrderRow).where(OrderRow.rider_id == rider_id)
        if before is not None:
            wanted = wanted.where(OrderRow.id < before)
        rows = self._session.scalars(wanted.order_by(OrderRow.id.desc()).limit(limit))
        return [self._handed_out(row) or self._remember(row) for row in rows]

    def list_overdue(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return orders that were not paid in time, and for which no payment is under way."""
        return self._session.scalars(
            select(OrderRow.id)
            .join(SagaRow, SagaRow.order_id == OrderRow.id)
            .where(OrderRow.state.in_(UNPAID), OrderRow.expires_at <= now)
            .where(SagaRow.id == OrderRow.id, SagaRow.under_way.is_(False))
            .order_by(OrderRow.expires_at)
            .limit(limit)
        ).all()

    def list_running(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return sold orders that have begun or are over by then and were not told so."""
        begun = (OrderRow.state == OrderState.CONFIRMED) & (OrderRow.departs_at <= now)
        over = OrderRow.state.in_(RUNNING) & (OrderRow.arrives_at <= now)
        return self._session.scalars(
            select(OrderRow.id).where(begun | over).order_by(OrderRow.departs_at).limit(limit)
        ).all()

    def find_replacement(self, order_id: UUID) -> Order | None:
        """Return the live order that takes the place of another."""
        found = select(OrderRow.id).where(
            OrderRow.replaces == order_id, OrderRow.state.in_(sorted(LIVE))
        )
        replacement = self._session.scalars(found).first()
        return None if replacement is None else self.get(replacement)

    def write_back(self) -> None:
        """Copy every order that was handed out onto its row, and its events to the outbox."""
        told: list[dict[str, Any]] = []
        for row, order in self._seen.values():
            was = row.state
            _copy(order, row)
            self._write_refunds(order)
            while order.events:
                event = order.events.pop(0)
                told.append(_outbox(event, was))
                was = event.to
        self._session.flush()
        if told:
            self._session.execute(TELL, told)
        for row, order in self._seen.values():
            order.version = row.version

    def _write_refunds(self, order: Order) -> None:
        known = self._refunds.setdefault(order.id, {})
        for refund in order.refunds:
            row = known.get(refund.id)
            if row is None:
                row = known[refund.id] = _refund_row(refund)
                self._session.add(row)
            row.state = refund.state

    def _read_refunds(self, order_id: UUID) -> list[Refund]:
        wanted = select(RefundRow).where(RefundRow.order_id == order_id).order_by(RefundRow.id)
        rows = self._session.scalars(wanted).all()
        self._refunds[order_id] = {row.id: row for row in rows}
        return [_refund(row) for row in rows]

    def _handed_out(self, row: OrderRow) -> Order | None:
        """Return the order that this unit of work has handed out already, with its changes."""
        found = self._seen.get(row.id)
        return None if found is None else found[1]

    def _remember(self, row: OrderRow) -> Order:
        order = _order(row)
        if row.state in SETTLED_BY_SALE:
            order.refunds = self._read_refunds(row.id)
        self._seen[row.id] = (row, order)
        return order


def _new_row(order: Order) -> OrderRow:
    return OrderRow(
        id=order.id,
        rider_id=order.rider_id,
        offer_id=order.offer.id,
        image_id=order.offer.chain.image_id,
        offer=snapshot(order.offer),
        price_minor=order.price.minor,
        currency=order.price.currency,
        created_at=order.created_at,
        replaces=order.replaces,
        departs_at=order.offer.chain.departure,
        arrives_at=order.offer.chain.arrival,
        precise_until=order.offer.chain.arrival,
    )


def _copy(order: Order, row: OrderRow) -> None:
    row.state, row.expires_at, row.ticket = order.state, order.expires_at, order.ticket
    row.ticket_version, row.device_key = order.ticket_version, order.device_key
    payment = order.payment
    parts = (
        None if payment is None else [[p.means, p.amount.minor, p.source] for p in payment.parts]
    )
    if row.payment_parts != parts:
        row.payment_parts = parts
    row.payment_action = payment.action if payment else None
    row.payment_means = payment.means if payment else None
    row.payment_state = payment.state if payment else None
    row.payment_note = payment.note if payment else None


def _order(row: OrderRow) -> Order:
    return Order(
        id=row.id,
        rider_id=row.rider_id,
        offer=restore(Offer, row.offer),
        created_at=row.created_at,
        expires_at=row.expires_at,
        state=OrderState(row.state),
        payment=_payment(row),
        ticket=row.ticket,
        ticket_version=row.ticket_version,
        device_key=row.device_key,
        replaces=row.replaces,
        version=row.version,
    )


def _payment(row: OrderRow) -> Payment | None:
    if row.payment_means is None or row.payment_state is None:
        return None
    parts = tuple(
        PaymentPart(means, Money(minor, row.currency), source)
        for means, minor, source in row.payment_parts or ()
    )
    return Payment(
        row.payment_means,
        PaymentState(row.payment_state),
        row.payment_note,
        parts,
        row.payment_action,
    )


def _refund_row(refund: Refund) -> RefundRow:
    return RefundRow(
        id=refund.id,
        order_id=refund.order_id,
        at=refund.at,
        reason=refund.reason,
        legs=list(refund.legs),
        passengers=list(refund.passengers),
        lines=[[one.line, one.amount.minor] for one in refund.lines],
        fee_minor=refund.fee.minor,
        currency=refund.fee.currency,
    )


def _refund(row: RefundRow) -> Refund:
    return Refund(
        id=row.id,
        order_id=row.order_id,
        at=row.at,
        reason=RefundReason(row.reason),
        lines=tuple(RefundLine(line, Money(minor, row.currency)) for line, minor in row.lines),
        legs=tuple(row.legs),
        passengers=tuple(row.passengers),
        fee=Money(row.fee_minor, row.currency),
        state=RefundState(row.state),
    )


def _outbox(event: OrderMoved, was: str | None) -> dict[str, Any]:
    """Return what is told of a change; ``was`` is the state before, None of a new order."""
    key = str(event.order_id)
    body = {"order_id": key, "state": event.to.value, "was": was and str(was)}
    return {"subject": f"order.{event.what}", "key": key, "body": body, "at": event.at}
