"""Orders in SQL: rows beside the aggregate, written back by the commit with the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

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
ADD: Final = insert(ORDERS)
READ: Final = select(ORDERS).where(ORDERS.c.id == bindparam("order"))
READ_LOCKED: Final = READ.with_for_update()
CHANGE: Final = update(ORDERS).where(
    ORDERS.c.id == bindparam("order"), ORDERS.c.version == bindparam("seen")
)
OF_OFFER: Final = select(ORDERS.c.id).where(ORDERS.c.offer_id == bindparam("offer"), LIVE_ORDER)
"""The condition stands there as in the index, or PostgreSQL would not use it."""
TELL: Final = insert(table_of(OutboxRow))


@dataclass
class _Kept:
    """An order that was handed out, and the values that its row has."""

    order: Order
    values: dict[str, Any]
    version: int
    state: str | None
    """What was told of it last; None of a new order."""


class SqlOrders:
    """See ``booking.service.repositories.OrderRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks
        self._seen: dict[UUID, _Kept] = {}
        self._refunds: dict[UUID, dict[UUID, RefundRow]] = {}

    def add(self, order: Order) -> None:
        """Add a new order."""
        self.write_back()  # an earlier order of the same offer must lose its place first
        values, version = _values(order), 1
        self._session.execute(ADD, {**_fixed(order), **values, "version": version})
        self._seen[order.id] = _Kept(order, values, version, None)
        self.write_back()

    def get(self, order_id: UUID) -> Order:
        """Return an order, locked if this transaction writes."""
        if order_id in self._seen:
            return self._seen[order_id].order
        read = READ_LOCKED if self._locks else READ
        row = self._session.execute(read, {"order": order_id}).one_or_none()
        if row is None:
            raise OrderNotFound(order_id)
        return self._remember(row)

    def find_live_of_offer(self, offer_id: UUID) -> Order | None:
        """Return the order that has an offer at this moment."""
        order_id = self._session.scalars(OF_OFFER, {"offer": offer_id}).one_or_none()
        return None if order_id is None else self.get(order_id)

    def list_of(self, rider_id: UUID, limit: int, before: UUID | None) -> Sequence[Order]:
        """Return a rider's newest orders; their ids are UUIDv7, which sort by time."""
        wanted = select(ORDERS).where(ORDERS.c.rider_id == rider_id)
        if before is not None:
            wanted = wanted.where(ORDERS.c.id < before)
        rows = self._session.execute(wanted.order_by(ORDERS.c.id.desc()).limit(limit)).all()
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
        """Write what changed of every order that was handed out, and its events to the outbox."""
        told: list[dict[str, Any]] = []
        for kept in self._seen.values():
            self._change(kept)
            self._write_refunds(kept.order)
            while kept.order.events:
                event = kept.order.events.pop(0)
                told.append(_outbox(event, kept.state))
                kept.state = event.to
            kept.state = kept.order.state
        self._session.flush()
        if told:
            self._session.execute(TELL, told)

    def _change(self, kept: _Kept) -> None:
        """Write what changed of an order, unless somebody else has changed it since it was read."""
        values, seen = _values(kept.order), kept.version
        changed = {
            name: value
            for name, value in values.items()
            if name not in kept.values or kept.values[name] != value
        }
        if changed:
            which = {"order": kept.order.id, "seen": seen, "version": seen + 1}
            done = self._session.connection().execute(CHANGE, {**which, **changed})
            if done.rowcount != 1:
                raise StaleDataError(f"order {kept.order.id} was changed by somebody else")
            kept.values, kept.version = values, seen + 1
        kept.order.version = kept.version

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

    def _handed_out(self, row: Row[Any]) -> Order | None:
        """Return the order that this unit of work has handed out already, with its changes."""
        kept = self._seen.get(row.id)
        return None if kept is None else kept.order

    def _remember(self, row: Row[Any]) -> Order:
        order = _order(row)
        if row.state in SETTLED_BY_SALE:
            order.refunds = self._read_refunds(row.id)
        self._seen[row.id] = _Kept(order, _values(order), row.version, row.state)
        return order


def _fixed(order: Order) -> dict[str, Any]:
    """Return what of an order never changes."""
    chain = order.offer.chain
    return {
        "id": order.id,
        "rider_id": order.rider_id,
        "offer_id": order.offer.id,
        "image_id": chain.image_id,
        "offer": snapshot(order.offer),
        "price_minor": order.price.minor,
        "currency": order.price.currency,
        "created_at": order.created_at,
        "replaces": order.replaces,
        "departs_at": chain.departure,
        "arrives_at": chain.arrival,
        "precise_until": chain.arrival,
    }


def _values(order: Order) -> dict[str, Any]:
    """Return what of an order may change."""
    values = {
        "state": order.state.value,
        "expires_at": order.expires_at,
        "ticket": order.ticket,
        "ticket_version": order.ticket_version,
        "device_key": order.device_key,
    }
    payment = order.payment
    if payment is None:
        return values
    return values | {
        "payment_means": payment.means,
        "payment_state": payment.state.value,
        "payment_note": payment.note,
        "payment_parts": [[part.means, part.amount.minor, part.source] for part in payment.parts],
        "payment_action": payment.action,
    }


def _order(row: Row[Any]) -> Order:
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


def _payment(row: Row[Any]) -> Payment | None:
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
