"""The audit log in SQL: an inbox that everybody writes to, and the chain that one sealer writes.

Whoever sells never waits for the end of the chain: a fact is a row of its own in the inbox, in the
transaction that it tells of. The sealer moves rows from there into the chain in one transaction.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from booking.adapters.book_tables import AuditInboxRow, AuditRow
from booking.adapters.database import table_of
from booking.adapters.tables import OutboxRow
from booking.domain.audit import START, AuditEntry, AuditFact, AuditHead, Body, sealed
from booking.domain.clearing.errors import AuditBroken
from booking.service.book_repositories import AuditLag

SEAL_LOCK: Final = 0x61756469743A
"""Number of the advisory lock of PostgreSQL that the sealer holds."""
READ_AT_ONCE: Final = 5_000
NOTE: Final = insert(table_of(AuditInboxRow))
"""Every order sends it: built once, and on the table, so that no mapper looks at it."""


class SqlAudit:
    """See ``booking.service.book_repositories.AuditRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, kind: str, subject: str, body: Body, at: datetime) -> None:
        """Write a fact into the inbox."""
        fact = AuditFact.of(kind, subject, body, at)
        values = {"kind": fact.kind, "subject": fact.subject, "body": fact.body, "at": fact.at}
        self._session.execute(NOTE, values)

    def seal(self, limit: int) -> int:
        """Move facts from the inbox to the end of the chain, unless another process does so now."""
        if not self._alone():
            return 0
        rows = self._session.execute(
            select(
                AuditInboxRow.id,
                AuditInboxRow.kind,
                AuditInboxRow.subject,
                AuditInboxRow.body,
                AuditInboxRow.at,
            )
            .order_by(AuditInboxRow.id)
            .limit(limit)
        ).all()
        if not rows:
            return 0
        head, entries = self.head(), []
        for row in rows:
            entry = sealed(AuditFact(row.kind, row.subject, row.body, row.at), head)
            entries.append(entry._asdict())
            head = AuditHead(entry.position, entry.hash)
        self._session.execute(insert(AuditRow), entries)
        moved = [row.id for row in rows]
        self._session.execute(delete(AuditInboxRow).where(AuditInboxRow.id.in_(moved)))
        return len(rows)

    def head(self) -> AuditHead:
        """Return the end of the chain."""
        last = select(AuditRow.position, AuditRow.hash).order_by(AuditRow.position.desc()).limit(1)
        found = self._session.execute(last).one_or_none()
        return START if found is None else AuditHead(*found)

    def at(self, position: int) -> AuditHead:
        """Return what the chain says at a position; 0 is before the first entry."""
        if position == 0:
            return START
        wanted = select(AuditRow.hash).where(AuditRow.position == position)
        found = self._session.scalars(wanted).one_or_none()
        if found is None:
            raise AuditBroken(position, "there is no such entry")
        return AuditHead(position, found)

    def entries(self, after: int) -> Iterator[AuditEntry]:
        """Yield the entries after a position, some thousands at a time."""
        table = AuditRow.__table__.c  # the table's own columns: no mapper looks at a million rows
        wanted = select(*(table[name] for name in AuditEntry._fields))
        wanted = wanted.order_by(table.position).limit(READ_AT_ONCE)
        while rows := self._session.execute(wanted.where(table.position > after)).all():
            yield from map(AuditEntry._make, rows)
            after = rows[-1].position

    def lag(self) -> AuditLag:
        """Return how much waits in the inbox, and since when."""
        count, oldest = self._session.execute(
            select(func.count(), func.min(AuditInboxRow.at)).select_from(AuditInboxRow)
        ).one()
        return AuditLag(count, oldest)

    def announce(self, body: Mapping[str, str | int], at: datetime) -> None:
        """Put a signed head into the outbox."""
        self._session.add(OutboxRow(subject="audit.head", body=dict(body), at=at))

    def _alone(self) -> bool:
        """Say whether this transaction may seal; on SQLite only one writes anyhow."""
        if self._session.get_bind().dialect.name == "sqlite":
            return True
        lock = func.pg_try_advisory_xact_lock(SEAL_LOCK)
        return bool(self._session.scalars(select(lock)).one())
