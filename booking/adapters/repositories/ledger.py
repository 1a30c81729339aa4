"""The double-entry ledger in SQL, and payments from wallets."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.adapters.book_tables import LedgerMonthRow, SaleDueRow
from booking.adapters.database import insert_once, table_of
from booking.adapters.repositories.lines import line_of_json, line_to_json
from booking.adapters.tables import WHOLE, AccountRow, EntryRow, PostingRow
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

# Every order sends these: they are built once, and on tables, so that no mapper looks at them.
ACCOUNT, ENTRY = table_of(AccountRow), table_of(EntryRow)
_OPENED: Final = select(func.coalesce(func.max(LedgerMonthRow.next_month), bindparam("wanted")))
ENTER: Final = {
    name: insert_into(ENTRY)
    # On PostgreSQL a trigger looks again, when nobody can close a month any more.
    .values(month=later(bindparam("wanted"), _OPENED.scalar_subquery()))
    .on_conflict_do_nothing()
    .returning(ENTRY.c.id)
    for name, insert_into, later in (
        ("sqlite", sqlite.insert, func.max),
        ("postgresql", postgresql.insert, func.greatest),
    )
}
POST: Final = insert(table_of(PostingRow))
WAIT: Final = insert(table_of(SaleDueRow))
_AFTER: Final = ACCOUNT.c.balance_minor + bindparam("by", type_=WHOLE)
CHANGE: Final = (
    update(ACCOUNT)
    .where(ACCOUNT.c.kind == bindparam("of"), ACCOUNT.c.owner == bindparam("whose"))
    .where(ACCOUNT.c.currency == bindparam("in"), _AFTER >= 0)
    .values(balance_minor=_AFTER)
    .returning(ACCOUNT.c.id)
)


class SqlLedger:
    """See ``booking.service.repositories.LedgerRepository``."""

    def __init__(self, session: Session) -> None:
        self._session, self._made = session, False

    def book(self, entry: Entry) -> bool:
        """Write an entry once, into its month or, if that is closed, into the first open one."""
        enter = ENTER[self._session.get_bind().dialect.name]
        entered = self._session.execute(enter, _values(entry)).first()
        if entered is None:
            return False
        self._post(entered.id, [posting for posting in entry.postings if posting.amount.minor])
        if entry.due_at is not None:
            due = {"key": entry.key, "order_id": entry.order_id, "due_at": entry.due_at}
            self._session.execute(WAIT, due)
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

    def _post(self, entry_id: int, postings: Sequence[Posting]) -> None:
        """Write an entry's postings by one statement; accounts with a floor change under a lock."""
        if not postings:
            return
        moved = sorted(summed(postings))
        ids = self._accounts(
            {(one, amount.currency) for one, amount in moved if one.kind not in FLOORED}
        )
        for account, amount in moved:
            if account.kind in FLOORED:
                ids[account, amount.currency] = self._change(account, amount)
        rows = [
            {
                "entry_id": entry_id,
                "account_id": ids[account, amount.currency],
                "amount_minor": amount.minor,
                "currency": amount.currency,
            }
            for account, amount in moved
        ]
        self._session.execute(POST, rows)

    def _change(self, account: Account, amount: Money) -> int:
        """Move the balance of an account with a floor, make others wait for it, return its id."""
        change = {
            "of": account.kind,
            "whose": account.owner,
            "in": amount.currency,
            "by": amount.minor,
        }
        changed = self._session.execute(CHANGE, change).first()
        if changed is None:  # there is no such account, or not enough on it
            self._make(account, amount.currency)
            changed = self._session.execute(CHANGE, change).first()
        if changed is None:
            raise NotEnoughMoney(-amount)
        return int(changed.id)

    def _accounts(self, wanted: Collection[AccountKey]) -> dict[AccountKey, int]:
        """Return the ids of accounts; those that are new are made, in sorted order."""
        known: dict[AccountKey, int] = self._session.info.get("accounts", {})
        found = {key: known[key] for key in wanted if key in known}
        unknown = set(wanted) - found.keys()
        if not unknown:
            return found
        seen = self._ids(unknown)
        missing = sorted(unknown - seen.keys())
        if not self._made:  # else some of them might be rolled back with this transaction
            known.update(seen)
        for account, currency in missing:
            self._make(account, currency)
        return found | seen | (self._ids(missing) if missing else {})

    def _make(self, account: Account, currency: str) -> None:
        self._made = True
        values = {"kind": account.kind, "owner": account.owner, "currency": currency}
        balance = 0 if account.kind in FLOORED else None
        insert_once(self._session, AccountRow, values | {"balance_minor": balance})

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


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "text": entry.text,
        "at": entry.at,
        "wanted": entry.month or month_of(entry.at),
        "order_id": entry.order_id,
        "corrects": entry.corrects,
        "lines": [line_to_json(line) for line in entry.lines] or None,
    }
