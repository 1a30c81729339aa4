"""The double-entry ledger in SQL, and payments from wallets."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from booking.adapters.book_tables import LedgerMonthRow, SaleDueRow
from booking.adapters.database import insert_once, insert_returning
from booking.adapters.repositories.lines import line_of_json, line_to_json
from booking.adapters.tables import AccountRow, EntryRow, PostingRow
from booking.domain.errors import NotEnoughMoney
from booking.domain.ledger import (
    FLOORED,
    Account,
    AccountKind,
    Booked,
    Entry,
    History,
    Posting,
    month_of,
    summed,
)
from booking.domain.money import Money
from booking.service.repositories import LedgerLine

AccountKey = tuple[Account, str]
"""An account and its currency."""


class SqlLedger:
    """See ``booking.service.repositories.LedgerRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def book(self, entry: Entry) -> bool:
        """Write an entry once, into its month or, if that is closed, into the first open one."""
        entry_id = insert_returning(self._session, EntryRow, self._values(entry))
        if entry_id is None:
            return False
        self._post(entry_id, [posting for posting in entry.postings if posting.amount.minor])
        if entry.due_at is not None:
            due = {"key": entry.key, "order_id": entry.order_id, "due_at": entry.due_at}
            self._session.execute(insert(SaleDueRow).values(due))
        return True

    def history(self, order_id: UUID) -> History:
        """Return what the books have of an order, oldest first."""
        rows = self._session.execute(
            select(EntryRow.key, EntryRow.month, EntryRow.lines)
            .where(EntryRow.order_id == order_id)
            .order_by(EntryRow.id)
        )
        return [
            Booked(key, month, tuple(line_of_json(line) for line in lines or ()))
            for key, month, lines in rows
        ]

    def balance(self, account: Account, currency: str) -> Money:
        """Return what stands on an account; nothing if there is no such account yet."""
        found = self._session.execute(
            select(AccountRow.id, AccountRow.balance_minor).where(
                AccountRow.kind == account.kind,
                AccountRow.owner == account.owner,
                AccountRow.currency == currency,
            )
        ).one_or_none()
        if found is None:
            return Money(0, currency)
        account_id, kept = found
        return Money(self._sum(account_id) if kept is None else kept, currency)

    def lines(self, account: Account, limit: int) -> Sequence[LedgerLine]:
        """Return the newest postings of an account, newest first."""
        rows = self._session.execute(
            select(EntryRow.at, EntryRow.text, PostingRow.amount_minor, PostingRow.currency)
            .join(PostingRow, PostingRow.entry_id == EntryRow.id)
            .join(AccountRow, AccountRow.id == PostingRow.account_id)
            .where(AccountRow.kind == account.kind, AccountRow.owner == account.owner)
            .order_by(EntryRow.id.desc())
            .limit(limit)
        )
        return [LedgerLine(at, text, Money(minor, currency)) for at, text, minor, currency in rows]

    def difference(self) -> int:
        """Return by how many minor units entries do not balance, or balances are not their sums."""
        return self._unbalanced() + self._drifted()

    def _values(self, entry: Entry) -> dict[str, Any]:
        wanted = entry.month or month_of(entry.at)
        opened = select(func.coalesce(func.max(LedgerMonthRow.next_month), wanted))
        later = func.max if self._session.get_bind().dialect.name == "sqlite" else func.greatest
        return {
            "key": entry.key,
            "text": entry.text,
            "at": entry.at,
            # On PostgreSQL a trigger looks again, when nobody can close a month any more.
            "month": later(wanted, opened.scalar_subquery()),
            "order_id": entry.order_id,
            "corrects": entry.corrects,
            "lines": [line_to_json(line) for line in entry.lines] or None,
        }

    def _post(self, entry_id: int, postings: Sequence[Posting]) -> None:
        """Write an entry's postings by one statement; accounts with a floor change under a lock."""
        if not postings:
            return
        ids = self._accounts({(account, amount.currency) for account, amount in postings})
        rows = [
            {
                "entry_id": entry_id,
                "account_id": ids[account, amount.currency],
                "amount_minor": amount.minor,
                "currency": amount.currency,
            }
            for account, amount in summed(postings)
        ]
        for account, amount in sorted(summed(postings)):
            if account.kind in FLOORED:
                self._change(ids[account, amount.currency], amount)
        self._session.execute(insert(PostingRow).values(rows))

    def _change(self, account_id: int, amount: Money) -> None:
        """Move the balance of an account with a floor, and make others wait for it."""
        after = AccountRow.balance_minor + amount.minor
        change = update(AccountRow).where(AccountRow.id == account_id, after >= 0)
        changed = self._session.execute(
            change.values(balance_minor=after).returning(AccountRow.id),
            execution_options={"synchronize_session": False},
        )
        if changed.first() is None:
            raise NotEnoughMoney(-amount)

    def _accounts(self, wanted: Collection[AccountKey]) -> dict[AccountKey, int]:
        """Return the ids of accounts; those that are new are made, in sorted order."""
        found = self._ids(wanted)
        missing = sorted(set(wanted) - found.keys())
        for account, currency in missing:
            values = {"kind": account.kind, "owner": account.owner, "currency": currency}
            balance = 0 if account.kind in FLOORED else None
            insert_once(self._session, AccountRow, values | {"balance_minor": balance})
        return found | self._ids(missing) if missing else found

    def _ids(self, wanted: Collection[AccountKey]) -> dict[AccountKey, int]:
        names = [(account.kind, account.owner, currency) for account, currency in wanted]
        rows = self._session.execute(
            select(AccountRow.id, AccountRow.kind, AccountRow.owner, AccountRow.currency).where(
                tuple_(AccountRow.kind, AccountRow.owner, AccountRow.currency).in_(names)
            )
        )
        return {
            (Account(AccountKind(kind), owner), currency): account_id
            for account_id, kind, owner, currency in rows
        }

    def _sum(self, account_id: int) -> int:
        total = func.coalesce(func.sum(PostingRow.amount_minor), 0)
        return int(
            self._session.scalars(select(total).where(PostingRow.account_id == account_id)).one()
        )

    def _unbalanced(self) -> int:
        total = func.sum(PostingRow.amount_minor)
        sums = self._session.scalars(
            select(total).group_by(PostingRow.entry_id, PostingRow.currency).having(total != 0)
        )
        return sum(abs(int(difference)) for difference in sums)

    def _drifted(self) -> int:
        total = func.coalesce(func.sum(PostingRow.amount_minor), 0)
        rows = self._session.execute(
            select(AccountRow.balance_minor, total)
            .outerjoin(PostingRow, PostingRow.account_id == AccountRow.id)
            .where(AccountRow.balance_minor.is_not(None))
            .group_by(AccountRow.id)
        )
        return sum(abs(kept - int(summed)) for kept, summed in rows if kept is not None)
