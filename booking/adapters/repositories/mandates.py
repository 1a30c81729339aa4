"""SEPA mandates, open items and invoices in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.payment_tables import InvoiceRow, MandateRow, NumberRangeRow, OpenItemRow
from booking.domain.money import Money
from booking.domain.payments.invoices import Debtor, Invoice, InvoiceState, OpenItem, VatShare
from booking.domain.payments.mandates import Mandate, MandateState
from booking.domain.payments.months import Month

Row = TypeVar("Row")

INVOICES = "invoice"
"""Name of their range of numbers."""


class SqlMandates:
    """See ``booking.service.payments.repositories.MandateRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks

    def add(self, mandate: Mandate) -> None:
        """Add a mandate."""
        self._session.add(
            MandateRow(
                id=mandate.id,
                rider_id=mandate.rider_id,
                iban=mandate.iban,
                holder=mandate.holder,
                signed_at=mandate.signed_at,
                state=mandate.state,
            )
        )
        self._session.flush()

    def find_active(self, rider_id: UUID) -> Mandate | None:
        """Return the mandate that may be used."""
        active = MandateRow.state == MandateState.ACTIVE
        return self._find(select(MandateRow).where(MandateRow.rider_id == rider_id, active))

    def find_by_reference(self, reference: str) -> Mandate | None:
        """Return the mandate that the bank knows by this reference."""
        try:
            mandate_id = UUID(hex=reference.removeprefix("KM"))
        except ValueError:
            return None
        return self._find(select(MandateRow).where(MandateRow.id == mandate_id))

    def list_of(self, rider_id: UUID) -> Sequence[Mandate]:
        """Return a rider's mandates, the newest first."""
        query = select(MandateRow).where(MandateRow.rider_id == rider_id)
        rows = self._session.scalars(query.order_by(MandateRow.signed_at.desc(), MandateRow.id))
        return [_mandate(row) for row in rows]

    def save(self, mandate: Mandate) -> None:
        """Keep the state of a mandate."""
        self._session.get_one(MandateRow, mandate.id).state = mandate.state
        self._session.flush()

    def _find(self, query: Select[MandateRow]) -> Mandate | None:
        row = self._session.scalars(_locked(query, self._locks)).one_or_none()
        return None if row is None else _mandate(row)


class SqlInvoices:
    """See ``booking.service.payments.repositories.InvoiceRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks

    def add_item(self, item: OpenItem) -> None:
        """Add an item, unless its key is known."""
        values = {
            "key": item.key,
            "rider_id": item.rider_id,
            "order_id": item.order_id,
            "at": item.at,
            "text": item.text,
            "shares": [[share.permille, share.gross.minor] for share in item.shares],
            "currency": item.amount.currency,
        }
        insert_once(self._session, OpenItemRow, values)

    def list_debtors(self, until: datetime) -> Sequence[UUID]:
        """Return whose items from before ``until`` wait for an invoice."""
        waits = (OpenItemRow.invoice_number.is_(None), OpenItemRow.at < until)
        query = select(OpenItemRow.rider_id).where(*waits).distinct()
        return self._session.scalars(query.order_by(OpenItemRow.rider_id)).all()

    def waiting(self, rider_id: UUID, until: datetime) -> Sequence[OpenItem]:
        """Return a rider's items that wait, the oldest first."""
        query = select(OpenItemRow).where(
            OpenItemRow.rider_id == rider_id,
            OpenItemRow.invoice_number.is_(None),
            OpenItemRow.at < until,
        )
        ordered = query.order_by(OpenItemRow.at, OpenItemRow.key)
        return [_item(row) for row in self._session.scalars(_locked(ordered, self._locks))]

    def take_number(self) -> int:
        """Return the next number; others wait for the end of the transaction."""
        insert_once(self._session, NumberRangeRow, {"name": INVOICES, "last": 0})
        row = self._session.get_one(
            NumberRangeRow, INVOICES, with_for_update=True, populate_existing=True
        )
        row.last += 1
        self._session.flush()
        return row.last

    def add(self, invoice: Invoice) -> None:
        """Add an invoice; its items wait no more."""
        debtor = invoice.debtor
        self._session.add(
            InvoiceRow(
                number=invoice.number,
                rider_id=invoice.rider_id,
                month=str(invoice.month),
                issued_at=invoice.issued_at,
                due=invoice.due,
                **debtor._asdict(),
                amount_minor=invoice.amount.minor,
                currency=invoice.amount.currency,
                state=invoice.state,
                returned_for=None,
                returns=0,
            )
        )
        self._session.flush()
        keys = [item.key for item in invoice.items]
        change = update(OpenItemRow).where(OpenItemRow.key.in_(keys))
        self._session.execute(change.values(invoice_number=invoice.number))

    def find(self, number: str) -> Invoice | None:
        """Return an invoice."""
        query = select(InvoiceRow).where(InvoiceRow.number == number)
        row = self._session.scalars(_locked(query, self._locks)).one_or_none()
        return None if row is None else self._invoice(row)

    def list_of(self, rider_id: UUID) -> Sequence[Invoice]:
        """Return a rider's invoices, the newest first."""
        query = select(InvoiceRow).where(InvoiceRow.rider_id == rider_id)
        rows = self._session.scalars(query.order_by(InvoiceRow.number.desc()))
        return [self._invoice(row) for row in rows]

    def list_of_month(self, month: Month) -> Sequence[Invoice]:
        """Return the invoices of a month, by number."""
        query = select(InvoiceRow).where(InvoiceRow.month == str(month))
        rows = self._session.scalars(query.order_by(InvoiceRow.number))
        return [self._invoice(row) for row in rows]

    def save(self, invoice: Invoice) -> int:
        """Keep the state of an invoice; return how often its debit has come back."""
        row = self._session.get_one(InvoiceRow, invoice.number)
        if invoice.state is InvoiceState.RETURNED and row.state != invoice.state:
            row.returns += 1
        row.state, row.returned_for = invoice.state, invoice.returned_for
        self._session.flush()
        return row.returns

    def _invoice(self, row: InvoiceRow) -> Invoice:
        query = select(OpenItemRow).where(OpenItemRow.invoice_number == row.number)
        items = self._session.scalars(query.order_by(OpenItemRow.at, OpenItemRow.key))
        return Invoice(
            row.number,
            row.rider_id,
            Month.parse(row.month),
            row.issued_at,
            row.due,
            Debtor(row.name, row.holder, row.iban, row.mandate, row.signed_at),
            tuple(_item(each) for each in items),
            InvoiceState(row.state),
            row.returned_for,
        )


def _locked(query: Select[Row], locks: bool) -> Select[Row]:
    return query.with_for_update().execution_options(populate_existing=True) if locks else query


def _mandate(row: MandateRow) -> Mandate:
    state = MandateState(row.state)
    return Mandate(row.id, row.rider_id, row.iban, row.holder, row.signed_at, state)


def _item(row: OpenItemRow) -> OpenItem:
    shares = tuple(VatShare(rate, Money(minor, row.currency)) for rate, minor in row.shares)
    return OpenItem(row.key, row.rider_id, row.order_id, row.at, row.text, shares)
