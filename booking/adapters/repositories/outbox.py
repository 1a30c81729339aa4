"""Facts that leave, in SQL."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from booking.adapters.tables import OutboxRow
from booking.service.event_repositories import OutboxEvent


class SqlOutbox:
    """See ``booking.service.event_repositories.OutboxRepository``.

    Ids are given in the order of insertion and not of commits. Facts with one key are written under
    a lock on what they are about, so among those the order is right.
    """

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks

    def add(self, subject: str, key: str | None, body: Mapping[str, Any], at: datetime) -> None:
        """Write a fact."""
        self._session.add(OutboxRow(subject=subject, key=key, body=dict(body), at=at))
        self._session.flush()

    def list_undelivered(self, limit: int, but: Collection[int] = ()) -> Sequence[OutboxEvent]:
        """Return facts that have not left, the oldest of each key only."""
        row, before = OutboxRow, aliased(OutboxRow)
        earlier = exists().where(
            before.key == row.key, before.id < row.id, before.delivered_at.is_(None)
        )
        wanted = select(row).where(row.delivered_at.is_(None), ~earlier)
        if but:
            wanted = wanted.where(row.id.not_in(sorted(but)))
        wanted = wanted.order_by(row.id).limit(limit)
        if self._locks:
            wanted = wanted.with_for_update(skip_locked=True, of=row)
        return [
            OutboxEvent(one.id, one.subject, one.key, one.body, one.at)
            for one in self._session.scalars(wanted)
        ]

    def mark_delivered(self, event_ids: Iterable[int], at: datetime) -> None:
        """Say that facts have left."""
        left = update(OutboxRow).where(OutboxRow.id.in_(sorted(event_ids)))
        self._session.execute(left.values(delivered_at=at))

    def drop_delivered(self, before: datetime) -> int:
        """Remove facts that left before then."""
        gone = delete(OutboxRow).where(OutboxRow.delivered_at < before)
        return len(self._session.scalars(gone.returning(OutboxRow.id)).all())
