"""Months of the ledger in SQL: closing, hashes of closed months, and lines of operators."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from booking.adapters.book_tables import LedgerMonthRow, SaleDueRow
from booking.adapters.repositories.lines import line_of_json
from booking.adapters.tables import AccountRow, EntryRow, OrderRow, PostingRow
from booking.domain.audit import canonical
from booking.domain.clearing.report import BookedLine
from booking.domain.ledger import OF_OPERATORS, Account, AccountKind
from booking.domain.order_states import OrderState
from booking.service.book_repositories import ClosedMonth, SaleDue

BOOKING_LOCK: Final = 0x6C6564676572
"""Number of PostgreSQL's advisory lock: who books shares it, who closes a month has it alone."""
READ_AT_ONCE: Final = 2_000
OPERATORS: Final = sorted(kind.value for kind in OF_OPERATORS)


class SqlClearing:
    """See ``booking.service.book_repositories.ClearingRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def closed(self) -> Sequence[ClosedMonth]:
        """Return the closed months, oldest first."""
        row = LedgerMonthRow
        found = self._session.execute(
            select(row.month, row.next_month, row.closed_at, row.hash).order_by(row.month)
        )
        return [ClosedMonth(*each) for each in found]

    def oldest_open(self) -> str | None:
        """Return the oldest open month that has entries."""
        opened = select(func.coalesce(func.max(LedgerMonthRow.next_month), ""))
        oldest = select(func.min(EntryRow.month)).where(EntryRow.month >= opened.scalar_subquery())
        return self._session.scalars(oldest).one()

    def lock_months(self) -> None:
        """Wait until nobody books; on SQLite only one writes anyhow."""
        if self._session.get_bind().dialect.name != "sqlite":
            self._session.execute(select(func.pg_advisory_xact_lock(BOOKING_LOCK)))

    def close(self, month: str, next_month: str, at: datetime) -> None:
        """Let no entry enter a month, or one before it, any more."""
        row = LedgerMonthRow(month=month, next_month=next_month, closed_at=at, hash=None)
        self._session.add(row)
        self._session.flush()

    def fix(self, month: str) -> str:
        """Write down the hash of a closed month; a trigger lets it be written once."""
        digest = self.month_hash(month)
        self._session.execute(
            update(LedgerMonthRow).where(LedgerMonthRow.month == month).values(hash=digest)
        )
        return digest

    def month_hash(self, month: str) -> str:
        """Return SHA-256 over the lines of canonical JSON that a month's entries are."""
        digest = hashlib.sha256(month.encode())
        for entries in self._pages(select(EntryRow.id).where(EntryRow.month == month)):
            for told in self._told(entries):
                digest.update(f"\n{canonical(told)}".encode())
        return digest.hexdigest()

    def operators(self, month: str) -> Sequence[str]:
        """Return whose accounts moved in a month, sorted."""
        return self._session.scalars(
            select(AccountRow.owner)
            .distinct()
            .join(PostingRow, PostingRow.account_id == AccountRow.id)
            .join(EntryRow, EntryRow.id == PostingRow.entry_id)
            .where(EntryRow.month == month, AccountRow.kind.in_(OPERATORS))
            .order_by(AccountRow.owner)
        ).all()

    def lines(self, agency_id: str, month: str) -> Iterator[BookedLine]:
        """Yield the lines on an operator's accounts in a month, in the order of booking."""
        corrected = aliased(EntryRow)
        mine = (
            select(PostingRow.entry_id)
            .join(AccountRow, AccountRow.id == PostingRow.account_id)
            .where(AccountRow.kind.in_(OPERATORS), AccountRow.owner == agency_id)
        )
        wanted = select(EntryRow.id).where(EntryRow.month == month, EntryRow.id.in_(mine))
        for entries in self._pages(wanted):
            rows = self._session.execute(
                select(
                    EntryRow.key,
                    EntryRow.text,
                    EntryRow.at,
                    EntryRow.order_id,
                    EntryRow.corrects,
                    EntryRow.lines,
                    corrected.month.label("corrected_month"),
                )
                .outerjoin(corrected, corrected.key == EntryRow.corrects)
                .where(EntryRow.id.in_(entries))
                .order_by(EntryRow.id)
            )
            for row in rows:
                yield from _lines_of(row, agency_id)

    def moved(self, month: str, kinds: Sequence[AccountKind]) -> Mapping[tuple[Account, str], int]:
        """Return by how much accounts moved in a month."""
        rows = self._session.execute(
            select(
                AccountRow.kind,
                AccountRow.owner,
                AccountRow.currency,
                func.sum(PostingRow.amount_minor),
            )
            .join(PostingRow, PostingRow.account_id == AccountRow.id)
            .join(EntryRow, EntryRow.id == PostingRow.entry_id)
            .where(EntryRow.month == month, AccountRow.kind.in_(sorted(kinds)))
            .group_by(AccountRow.kind, AccountRow.owner, AccountRow.currency)
        )
        return {
            (Account(AccountKind(kind), owner), currency): int(minor)
            for kind, owner, currency, minor in rows
        }

    def before(self, account: Account, month: str, currency: str) -> int:
        """Return what stood on an account when a month began."""
        total = func.coalesce(func.sum(PostingRow.amount_minor), 0)
        return int(
            self._session.scalars(
                select(total)
                .join(AccountRow, AccountRow.id == PostingRow.account_id)
                .join(EntryRow, EntryRow.id == PostingRow.entry_id)
                .where(
                    AccountRow.kind == account.kind,
                    AccountRow.owner == account.owner,
                    AccountRow.currency == currency,
                    EntryRow.month < month,
                )
            ).one()
        )

    def settleable(self, over_before: datetime, month: str, limit: int) -> Sequence[UUID]:
        """Return orders that ended before a moment and have no entry in a month or after it."""
        later = select(EntryRow.id).where(EntryRow.order_id == OrderRow.id, EntryRow.month >= month)
        return self._session.scalars(
            select(OrderRow.id)
            .where(OrderRow.state == OrderState.ENDED, OrderRow.arrives_at < over_before)
            .where(~later.exists())
            .limit(limit)
        ).all()

    def due(self, now: datetime, limit: int) -> Sequence[SaleDue]:
        """Return what was sold and is over, the longest waiting first."""
        row = SaleDueRow
        found = self._session.execute(
            select(row.key, row.order_id, row.due_at)
            .where(row.due_at <= now)
            .order_by(row.due_at)
            .limit(limit)
        )
        return [SaleDue(*each) for each in found]

    def done(self, key: str) -> None:
        """Let a sale wait no longer."""
        self._session.execute(delete(SaleDueRow).where(SaleDueRow.key == key))

    def _pages(self, wanted: Select[int]) -> Iterator[Sequence[int]]:
        """Yield the ids of entries, some thousands at a time, in their order."""
        wanted, after = wanted.order_by(EntryRow.id).limit(READ_AT_ONCE), 0
        while ids := self._session.scalars(wanted.where(EntryRow.id > after)).all():
            yield ids
            after = ids[-1]

    def _told(self, entries: Sequence[int]) -> Iterator[list[Any]]:
        """Yield all that the books say of entries, as JSON can say it."""
        sides: dict[int, list[list[Any]]] = {}
        for entry_id, *side in self._session.execute(
            select(
                PostingRow.entry_id,
                AccountRow.kind,
                AccountRow.owner,
                PostingRow.currency,
                PostingRow.amount_minor,
            )
            .join(AccountRow, AccountRow.id == PostingRow.account_id)
            .where(PostingRow.entry_id.in_(entries))
        ):
            sides.setdefault(entry_id, []).append(list(side))
        rows = select(
            EntryRow.id,
            EntryRow.key,
            EntryRow.text,
            EntryRow.at,
            EntryRow.order_id,
            EntryRow.corrects,
            EntryRow.lines,
        ).where(EntryRow.id.in_(entries))
        for row in self._session.execute(rows.order_by(EntryRow.id)):
            order = str(row.order_id) if row.order_id else None
            at = row.at.isoformat(timespec="microseconds")
            mine = sorted(sides.get(row.id, []))
            yield [row.key, row.text, at, order, row.corrects, row.lines, mine]


def _lines_of(row: Row[Any], agency_id: str) -> Iterator[BookedLine]:
    """Yield the lines of an entry that are an operator's."""
    for line in map(line_of_json, row.lines or ()):
        if line.account.owner == agency_id:
            yield BookedLine(
                row.key, row.text, row.at, row.order_id, line, row.corrects, row.corrected_month
            )
