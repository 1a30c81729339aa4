"""Compares our books with a provider's report, and books what only the provider can say."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from booking.domain.ledger import Account, Entry, clearing, transfer
from booking.domain.payments import accounts
from booking.domain.payments.errors import BadDefinition
from booking.domain.payments.reconciliation import (
    Booking,
    Category,
    Reconciliation,
    ReportLine,
    reconcile,
)
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction


class Reconciling:
    """Reconciles the clearing account of a provider."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def run(
        self,
        provider: str,
        lines: Sequence[ReportLine],
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        book: bool = True,
    ) -> Reconciliation:
        """Return how our books and a report differ.

        Parameters
        ----------
        since, until
            The time of the report; else the whole days (UTC) of its lines.
        book
            First book the fees, disputes and returned refunds that the report tells of: they are
            no difference then. What was booked once is not booked again.

        Raises
        ------
        BadDefinition
            If an empty report does not say of which time it is.
        """
        since, until = _period(lines, since, until)

        def compare(uow: UnitOfWork) -> Reconciliation:
            movements = uow.providers.movements(provider, since, until, lines)
            return reconcile(lines, movements, provider)

        def work(uow: UnitOfWork) -> Reconciliation:
            for booking in compare(uow).bookings:
                uow.ledger.book(entry_of(booking, provider))
            return compare(uow)

        if book:
            return in_transaction(self._store, work)
        with self._store.read() as uow:
            return compare(uow)


def entry_of(booking: Booking, provider: str) -> Entry:
    """Return the entry of what a report tells: the provider owes us less by it."""
    taker = clearing(provider)
    text = f"{provider}: {booking.category.replace('_', ' ')}"
    giver = _bearer(booking.category, provider)
    return transfer(booking.key, text, booking.at, booking.amount, giver, taker)


def _bearer(category: Category, provider: str) -> Account:
    fee = category is Category.FEE
    return accounts.provider_fees(provider) if fee else accounts.disputed(provider)


def _period(
    lines: Sequence[ReportLine], since: datetime | None, until: datetime | None
) -> tuple[datetime, datetime]:
    moments = sorted(line.at for line in lines)
    if not moments and (since is None or until is None):
        raise BadDefinition("the report is empty: say of which time it is, by --from and --until")
    first = since or _midnight(moments[0])
    last = until or _midnight(moments[-1]) + timedelta(days=1)
    if last <= first:
        raise BadDefinition("the time of a report ends after it begins")
    return first, last


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)
