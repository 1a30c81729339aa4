"""The double-entry ledger in SQL, and payments from wallets."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.tables import AccountRow, EntryRow, PostingRow
from booking.domain.errors import NotEnoughMoney
from booking.domain.ledger import FLOORED, Account, Entry, Posting
from booking.domain.money import Money
from booking.service.repositories import LedgerLine


class SqlLedger:
    """See ``booking.service.repositories.LedgerRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def book(self, entry: Entry) -> bool:
        """Write an entry once; accounts are locked in sorted order."""
        values = {"key": entry.key, "text": entry.text, "at": entry.at}
        if not insert_once(self._session, EntryRow, values):
            return False
        row = self._session.scalars(select(EntryRow).where(EntryRow.key == entry.key)).one()
        for posting in sorted(entry.postings):
            self._post(row.id, posting)
        self._session.flush()
        return True

    def balance(self, account: Account, currency: str) -> Money:
        """Return what stands on an account; nothing if there is no such account yet."""
        row = self._find(account, currency, lock=False)
        if row is None:
            return Money(0, currency)
        if row.balance_minor is not None:
            return Money(row.balance_minor, currency)
        return Money(self._sum(row.id), currency)

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

    def _post(self, entry_id: int, posting: Posting) -> None:
        account, amount = posting
        row = self._account(account, amount.currency)
        if row.balance_minor is not None:
            if row.balance_minor + amount.minor < 0:
                raise NotEnoughMoney(-amount)
            row.balance_minor += amount.minor
        self._session.add(
            PostingRow(
                entry_id=entry_id,
                account_id=row.id,
                amount_minor=amount.minor,
                currency=amount.currency,
            )
        )

    def _account(self, account: Account, currency: str) -> AccountRow:
        """Return the row of an account, made if it is new, and locked if it has a floor."""
        floored = account.kind in FLOORED
        row = self._find(account, currency, lock=floored)
        if row is not None:
            return row
        balance = 0 if floored else None
        values = {"kind": account.kind, "owner": account.owner, "currency": currency}
        insert_once(self._session, AccountRow, values | {"balance_minor": balance})
        row = self._find(account, currency, lock=floored)
        if row is None:
            raise LookupError(f"account {account} was made and is not there")
        return row

    def _find(self, account: Account, currency: str, *, lock: bool) -> AccountRow | None:
        query = select(AccountRow).where(
            AccountRow.kind == account.kind,
            AccountRow.owner == account.owner,
            AccountRow.currency == currency,
        )
        if lock:
            # What an earlier part of this session read may have changed before the lock came.
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.scalars(query).one_or_none()

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
