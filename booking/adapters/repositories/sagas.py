"""Journals of orders in SQL, and the leases of those who write them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from booking.adapters.tables import JournalRow, SagaRow
from booking.domain.errors import OrderNotFound
from booking.service.marks import UNDER_WAY, Mark
from booking.service.ports import LeaseLost
from booking.service.repositories import Notes, Saga


class SqlSagas:
    """See ``booking.service.repositories.SagaRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, order_id: UUID, at: datetime) -> None:
        """Begin the journal of a new order."""
        self._session.add(SagaRow(order_id=order_id, under_way=False))
        self._session.flush()
        self.record(order_id, Mark.HOLD, {}, at)

    def get(self, order_id: UUID) -> Saga:
        """Return what the journal says."""
        rows = self._session.scalars(
            select(JournalRow).where(JournalRow.order_id == order_id).order_by(JournalRow.place)
        ).all()
        if not rows:
            raise OrderNotFound(order_id)
        notes: dict[str, str] = {}
        for row in rows:
            notes |= row.notes
        return Saga(order_id, tuple(Mark(row.mark) for row in rows), notes)

    def acquire(self, order_id: UUID, owner: str, now: datetime, until: datetime) -> bool:
        """Take the lease if it is free."""
        free = or_(SagaRow.owner.is_(None), SagaRow.owner == owner, SagaRow.lease_until <= now)
        return self._change(order_id, free, owner, until)

    def keep(self, order_id: UUID, owner: str, until: datetime) -> None:
        """Extend the lease, or raise ``LeaseLost``."""
        if not self._change(order_id, SagaRow.owner == owner, owner, until):
            raise LeaseLost(f"another process drives the payment of order {order_id} now")

    def postpone(self, order_id: UUID, owner: str, until: datetime) -> None:
        """Let nobody resume the saga before then."""
        self._change(order_id, SagaRow.owner == owner, owner, until)

    def record(self, order_id: UUID, mark: Mark, notes: Notes, at: datetime) -> None:
        """Add an entry."""
        count = select(func.count()).where(JournalRow.order_id == order_id)
        place = self._session.scalars(count).one()
        self._session.add(
            JournalRow(order_id=order_id, mark=mark, place=place, notes=dict(notes), at=at)
        )
        self._session.execute(
            update(SagaRow).where(SagaRow.order_id == order_id).values(under_way=mark in UNDER_WAY)
        )
        self._session.flush()

    def list_abandoned(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return sagas under way that nobody has the lease of, the longest abandoned first."""
        return self._session.scalars(
            select(SagaRow.order_id)
            .where(SagaRow.under_way, SagaRow.lease_until <= now)
            .order_by(SagaRow.lease_until)
            .limit(limit)
        ).all()

    def _change(
        self, order_id: UUID, condition: ColumnElement[bool], owner: str, until: datetime
    ) -> bool:
        """Give the lease to ``owner`` if the condition holds; return whether it did."""
        taken = self._session.execute(
            update(SagaRow)
            .where(SagaRow.order_id == order_id, condition)
            .values(owner=owner, lease_until=until)
            .returning(SagaRow.order_id)
        )
        return taken.first() is not None
