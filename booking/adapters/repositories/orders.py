"""Orders in SQL: rows beside the aggregate, written back by the commit with the outbox."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.adapters.snapshot import restore, snapshot
from booking.adapters.tables import OrderRow, OutboxRow, SagaRow
from booking.domain.errors import OrderNotFound
from booking.domain.offers import Offer
from booking.domain.orders import LIVE, Order, OrderMoved, OrderState, Payment, PaymentState


class SqlOrders:
    """See ``booking.service.repositories.OrderRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks
        self._seen: dict[UUID, tuple[OrderRow, Order]] = {}

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
        found = select(OrderRow.id).where(
            OrderRow.offer_id == offer_id, OrderRow.state.in_(sorted(LIVE))
        )
        order_id = self._session.scalars(found).one_or_none()
        return None if order_id is None else self.get(order_id)

    def list_of(self, rider_id: UUID, limit: int, before: UUID | None) -> Sequence[Order]:
        """Return a rider's newest orders; their ids are UUIDv7, which sort by time."""
        wanted = select(OrderRow).where(OrderRow.rider_id == rider_id)
        if before is not None:
            wanted = wanted.where(OrderRow.id < before)
        rows = self._session.scalars(wanted.order_by(OrderRow.id.desc()).limit(limit))
        return [self._remember(row) for row in rows]

    def list_overdue(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return orders that were not paid in time, and for which no payment is under way."""
        return self._session.scalars(
            select(OrderRow.id)
            .join(SagaRow, SagaRow.order_id == OrderRow.id)
            .where(OrderRow.state == OrderState.HELD, OrderRow.expires_at <= now)
            .where(SagaRow.under_way.is_(False))
            .order_by(OrderRow.expires_at)
            .limit(limit)
        ).all()

    def write_back(self) -> None:
        """Copy every order that was handed out onto its row, and its events to the outbox."""
        for row, order in self._seen.values():
            was = row.state
            _copy(order, row)
            while order.events:
                event = order.events.pop(0)
                self._session.add(_outbox(event, was))
                was = event.to
        self._session.flush()
        for row, order in self._seen.values():
            order.version = row.version

    def _remember(self, row: OrderRow) -> Order:
        order = _order(row)
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
        precise_until=order.offer.chain.arrival,
    )


def _copy(order: Order, row: OrderRow) -> None:
    row.state, row.expires_at, row.ticket = order.state, order.expires_at, order.ticket
    payment = order.payment
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
        version=row.version,
    )


def _payment(row: OrderRow) -> Payment | None:
    if row.payment_means is None or row.payment_state is None:
        return None
    return Payment(row.payment_means, PaymentState(row.payment_state), row.payment_note)


def _outbox(event: OrderMoved, was: str | None) -> OutboxRow:
    """Return what is told of a move; ``was`` is the state before, None of a new order."""
    key = str(event.order_id)
    body = {"order_id": key, "state": event.to.value, "was": was and str(was)}
    return OutboxRow(subject="order.moved", key=key, body=body, at=event.at)
