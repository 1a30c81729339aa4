"""What providers of payments told, riders' names there, and our books of them, in SQL."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from booking.adapters.database import insert_once
from booking.adapters.payment_tables import CustomerRow, DisputeRow, ProviderEventRow
from booking.adapters.tables import AccountRow, EntryRow, PostingRow, SagaRow
from booking.domain.ledger import AccountKind
from booking.domain.money import Money
from booking.domain.payments.cards import Customer, Dispute, ProviderEvent
from booking.domain.payments.reconciliation import Movement, ReportLine, booking_keys

T = TypeVar("T")

BATCH = 200
"""Keys that are looked up by one query."""


class SqlProviders:
    """See ``booking.service.payments.repositories.ProviderRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_event(self, event: ProviderEvent, received_at: datetime) -> bool:
        """Store a message once; return whether its payment must be looked at."""
        values = {
            "provider": event.provider,
            "id": event.id,
            "kind": event.kind,
            "reference": event.reference,
            "at": event.at,
            "received_at": received_at,
        }
        if insert_once(self._session, ProviderEventRow, values):
            return True
        return self._session.get_one(ProviderEventRow, (event.provider, event.id)).told_at is None

    def list_untold(self, before: datetime, limit: int) -> Sequence[ProviderEvent]:
        """Return messages whose payments were not looked at yet, the oldest first."""
        query = select(ProviderEventRow).where(
            ProviderEventRow.told_at.is_(None), ProviderEventRow.received_at < before
        )
        rows = self._session.scalars(query.order_by(ProviderEventRow.received_at).limit(limit))
        return [
            ProviderEvent(row.provider, row.id, row.kind, row.at, row.reference) for row in rows
        ]

    def told(self, provider: str, event_id: str, at: datetime) -> None:
        """Note that the payment was looked at."""
        self._session.get_one(ProviderEventRow, (provider, event_id)).told_at = at
        self._session.flush()

    def note_dispute(self, dispute: Dispute) -> bool:
        """Keep a dispute, unless a newer message told of it."""
        keys = {"provider": dispute.provider, "id": dispute.id}
        values = {
            "reference": dispute.reference,
            "amount_minor": dispute.amount.minor,
            "currency": dispute.amount.currency,
            "reason": dispute.reason,
            "status": dispute.status,
            "at": dispute.at,
        }
        if insert_once(self._session, DisputeRow, keys | values):
            return True
        row = self._session.get_one(DisputeRow, tuple(keys.values()), with_for_update=True)
        if row.at > dispute.at:
            return False
        for name, value in values.items():
            setattr(row, name, value)
        self._session.flush()
        return True

    def list_disputes(self, provider: str) -> Sequence[Dispute]:
        """Return the disputes of a provider, the newest first."""
        query = select(DisputeRow).where(DisputeRow.provider == provider)
        rows = self._session.scalars(query.order_by(DisputeRow.at.desc(), DisputeRow.id))
        return [
            Dispute(
                row.id,
                row.provider,
                row.reference,
                Money(row.amount_minor, row.currency),
                row.reason,
                row.status,
                row.at,
            )
            for row in rows
        ]

    def find_customer(self, rider_id: UUID, provider: str) -> Customer | None:
        """Return under which name a provider keeps a rider's cards."""
        row = self._session.get(CustomerRow, (rider_id, provider))
        return None if row is None else Customer(row.rider_id, row.provider, row.reference)

    def add_customer(self, customer: Customer) -> bool:
        """Return False if the rider has one there."""
        return insert_once(self._session, CustomerRow, customer._asdict())

    def movements(
        self, provider: str, since: datetime, until: datetime, lines: Sequence[ReportLine]
    ) -> Sequence[Movement]:
        """Return what our books have on a provider's clearing account."""
        in_time = self._movements(provider, EntryRow.at >= since, EntryRow.at < until)
        found = {one.key: one for one in in_time}
        references = [line.reference for line in lines if line.reference is not None]
        for batch in _batches(self._beginnings(references)):
            begins = or_(*(EntryRow.key.startswith(key, autoescape=True) for key in batch))
            found |= {one.key: one for one in self._movements(provider, begins)}
        for some in _batches(lines):
            keys = [key for line in some for key in booking_keys(provider, line.id)]
            told = self._movements(provider, EntryRow.key.in_(keys))
            found |= {one.key: one for one in told}
        return sorted(found.values(), key=lambda one: (one.at, one.key))

    def _movements(self, provider: str, *where: ColumnElement[bool]) -> list[Movement]:
        query = (
            select(EntryRow.key, EntryRow.at, PostingRow.amount_minor, PostingRow.currency)
            .join(PostingRow, PostingRow.entry_id == EntryRow.id)
            .join(AccountRow, AccountRow.id == PostingRow.account_id)
            .where(AccountRow.kind == AccountKind.CLEARING, AccountRow.owner == provider, *where)
        )
        rows = self._session.execute(query).all()
        references = self._references_of([key for key, *_ in rows])
        return [
            Movement(key, at, Money(-minor, currency), references.get(key))
            for key, at, minor, currency in rows
        ]

    def _references_of(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the provider's names of the payments that entries are of, by their keys.

        An entry's key begins with the id of its saga: that of the purchase, or of a refund.
        """
        ids = {saga_id: key for key in keys if (saga_id := _saga_of(key)) is not None}
        by_saga: dict[UUID, str] = {}
        purchase = aliased(SagaRow)
        for batch in _batches(sorted(ids)):
            query = (
                select(SagaRow.id, purchase.reference)
                .join(purchase, purchase.id == SagaRow.order_id)
                .where(SagaRow.id.in_(batch), purchase.reference.is_not(None))
            )
            by_saga |= {one.id: one.reference for one in self._session.execute(query)}
        found = {key: by_saga.get(saga_id) for key in keys if (saga_id := _saga_of(key))}
        return {key: reference for key, reference in found.items() if reference is not None}

    def _beginnings(self, references: Sequence[str]) -> list[str]:
        """Return how the keys of all entries of these payments begin."""
        purchase = aliased(SagaRow)
        keys: list[str] = []
        for batch in _batches(sorted(set(references))):
            query = (
                select(SagaRow.id)
                .join(purchase, purchase.id == SagaRow.order_id)
                .where(purchase.reference.in_(batch))
            )
            keys += [f"{saga_id}:" for saga_id in self._session.scalars(query)]
        return keys


def _saga_of(key: str) -> UUID | None:
    try:
        return UUID(key.partition(":")[0])
    except ValueError:
        return None


def _batches(items: Sequence[T]) -> Iterable[Sequence[T]]:
    for begin in range(0, len(items), BATCH):
        yield items[begin : begin + BATCH]
