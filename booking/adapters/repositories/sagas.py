"""Journals of orders' sagas in SQL, and the leases of those who write them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from booking.adapters.database import table_of
from booking.adapters.tables import JournalRow, SagaRow
from booking.domain.errors import OrderNotFound
from booking.service.marks import UNDER_WAY, Mark, SagaKind
from booking.service.ports import LeaseLost
from booking.service.repositories import Notes, Saga, SagaKey

# Every order sends these: they are built once, and on tables, so that no mapper looks at them.
SAGA, JOURNAL = table_of(SagaRow), table_of(JournalRow)
START: Final = insert(SAGA)
MOVE: Final = update(SAGA).where(SAGA.c.id == bindparam("saga"))
APPEND: Final = insert(JOURNAL).values(
    place=select(func.count())
    .select_from(JOURNAL)
    .where(JOURNAL.c.saga_id == bindparam("of_saga"))
    .scalar_subquery()
)
"""Entries are numbered by those before them; many are written one after the other."""
FIND: Final = (
    select(JOURNAL.c.mark, JOURNAL.c.notes, SAGA.c.kind, SAGA.c.order_id)
    .join(SAGA, SAGA.c.id == JOURNAL.c.saga_id)
    .where(JOURNAL.c.saga_id == bindparam("saga"))
    .order_by(JOURNAL.c.place)
)


class SqlSagas:
    """See ``booking.service.repositories.SagaRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, saga: SagaKey, marks: Mapping[Mark, Notes], at: datetime) -> None:
        """Begin a journal."""
        self._session.flush()  # the order is written before what refers to it
        last = list(marks)[-1]
        values = {**saga._asdict(), "last": last, "under_way": last in UNDER_WAY}
        self._session.execute(START, values)
        self._append(saga.id, marks, at)

    def get(self, saga_id: UUID) -> Saga:
        """Return what the journal says."""
        saga = self.find(saga_id)
        if saga is None:
            raise OrderNotFound(saga_id)
        return saga

    def find(self, saga_id: UUID) -> Saga | None:
        """Return what the journal says, if there is one."""
        rows = self._session.execute(FIND, {"saga": saga_id}).all()
        if not rows:
            return None
        notes: dict[str, str] = {}
        for row in rows:
            notes |= row.notes
        kind, order_id = SagaKind(rows[0].kind), rows[0].order_id
        return Saga(saga_id, kind, order_id, tuple(Mark(row.mark) for row in rows), notes)

    def find_of_reference(self, reference: str) -> Saga | None:
        """Return the purchase whose payment the provider calls so."""
        found = self._session.scalars(select(SagaRow.id).where(SagaRow.reference == reference))
        saga_id = found.first()
        return None if saga_id is None else self.get(saga_id)

    def acquire(self, saga_id: UUID, owner: str, now: datetime, until: datetime) -> bool:
        """Take the lease if it is free."""
        free = or_(SagaRow.owner.is_(None), SagaRow.owner == owner, SagaRow.lease_until <= now)
        return self._change(saga_id, free, owner, until)

    def keep(self, saga_id: UUID, owner: str, until: datetime) -> None:
        """Extend the lease, or raise ``LeaseLost``."""
        if not self._change(saga_id, SagaRow.owner == owner, owner, until):
            raise LeaseLost(f"another process drives the saga {saga_id} now")

    def postpone(self, saga_id: UUID, owner: str, until: datetime) -> None:
        """Let nobody resume the saga before then."""
        self._change(saga_id, SagaRow.owner == owner, owner, until)

    def record(self, saga_id: UUID, marks: Mapping[Mark, Notes], at: datetime) -> None:
        """Add entries in their order."""
        if not marks:
            return
        last = list(marks)[-1]
        values: dict[str, object] = {"last": last, "under_way": last in UNDER_WAY}
        references = [n["reference"] for n in marks.values() if "reference" in n]
        if references:
            values["reference"] = references[-1]
        if last not in UNDER_WAY:
            values |= {"owner": None, "lease_until": None}
        self._session.execute(MOVE, {"saga": saga_id, **values})
        self._append(saga_id, marks, at)

    def list_abandoned(self, kind: SagaKind, now: datetime, limit: int) -> Sequence[UUID]:
        """Return sagas under way that nobody has the lease of, the longest abandoned first."""
        return self._session.scalars(
            select(SagaRow.id)
            .where(SagaRow.under_way, SagaRow.lease_until <= now, SagaRow.kind == kind)
            .order_by(SagaRow.lease_until)
            .limit(limit)
        ).all()

    def _append(self, saga_id: UUID, marks: Mapping[Mark, Notes], at: datetime) -> None:
        self._session.execute(
            APPEND,
            [
                {
                    "of_saga": saga_id,
                    "saga_id": saga_id,
                    "mark": mark,
                    "notes": dict(notes),
                    "at": at,
                }
                for mark, notes in marks.items()
            ],
        )

    def _change(
        self, saga_id: UUID, condition: ColumnElement[bool], owner: str, until: datetime
    ) -> bool:
        """Give the lease to ``owner`` if the condition holds; return whether it did."""
        taken = self._session.execute(
            update(SagaRow)
            .where(SagaRow.id == saga_id, condition)
            .values(owner=owner, lease_until=until)
            .returning(SagaRow.id)
        )
        return taken.first() is not None
