"""The month's close of riders who pay by invoice, and what the bank says of their debits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.domain.ledger import Entry as LedgerEntry
from booking.domain.ledger import Posting, transfer
from booking.domain.money import Money
from booking.domain.payments.accounts import BANK, open_items
from booking.domain.payments.errors import MeansNotFound, MeansRefused, NotYetClosable
from booking.domain.payments.invoices import (
    Debtor,
    Invoice,
    InvoiceState,
    OpenItem,
    VatShare,
    invoice_number,
)
from booking.domain.payments.mandates import Mandate, MandateState
from booking.domain.payments.months import Month
from booking.domain.payments.target_days import target_day_from
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

NOTICE: Final = timedelta(days=5)
"""Between invoice and debit, so that riders can see to their accounts; by agreement shorter than
the scheme's 14 days (EPC 016-06, pre-notification)."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What the close of a month left."""

    invoices: Sequence[Invoice]
    """All of the month, also of an earlier close."""
    debits: Sequence[Invoice]
    """Those that the bank is asked to collect."""
    waiting: Sequence[UUID]
    """Riders whose items wait on: a credit, or no mandate that may be used."""


class Invoicing:
    """Monthly invoices.

    Parameters
    ----------
    zone
        By whose clocks a month ends.
    notice
        Between invoice and debit, at least.
    """

    def __init__(
        self, store: Store, clock: Clock, zone: ZoneInfo, notice: timedelta = NOTICE
    ) -> None:
        self._store, self._clock, self._zone, self._notice = store, clock, zone, notice

    def close(self, month: Month) -> Closed:
        """Write the invoices of a month. Doing it again writes no second one for the same items.

        Raises
        ------
        NotYetClosable
            If the month is not over.
        """
        until = month.end(self._zone)
        if self._clock.now() < until:
            raise NotYetClosable(f"{month} is not over yet")
        with self._store.read() as uow:
            debtors = uow.invoices.list_debtors(until)
        waiting = [rider for rider in debtors if not self._bill(rider, month, until)]
        with self._store.read() as uow:
            invoices = uow.invoices.list_of_month(month)
            debits = [each for each in invoices if self._is_debited(uow, each)]
        return Closed(invoices, debits, waiting)

    def list_of(self, rider_id: UUID) -> Sequence[Invoice]:
        """Return a rider's invoices, the newest first."""
        with self._store.read() as uow:
            return uow.invoices.list_of(rider_id)

    def get(self, number: str, rider_id: UUID | None = None) -> Invoice:
        """Return an invoice, of this rider if one is named; or raise ``MeansNotFound``."""
        with self._store.read() as uow:
            return _known(uow.invoices.find(number), rider_id)

    def receive(self, number: str) -> Invoice:
        """Book that an invoice was paid: by the debit, or after a return by other ways.

        Raises
        ------
        MeansNotFound
            If there is no such invoice.
        MeansRefused
            If it is paid already.
        """

        def work(uow: UnitOfWork) -> Invoice:
            before = _known(uow.invoices.find(number))
            invoice = before.moved(InvoiceState.PAID)
            times = uow.invoices.save(invoice)
            owed = open_items(invoice.rider_id)
            uow.ledger.book(
                transfer(
                    f"invoice:{number}:receipt:{times}",
                    f"invoice {number} paid",
                    self._clock.now(),
                    invoice.amount,
                    BANK,
                    owed,
                )
            )
            return invoice

        return in_transaction(self._store, work)

    def give_back(self, number: str, reason: str, fee: Money) -> Invoice:
        """Book that a debit came back: owed again, with the bank's fee; no more debits.

        Parameters
        ----------
        reason
            The bank's code, like ``AC04`` (account closed) or ``MD06`` (refund asked by debtor).
        fee
            What the banks took for it, which the rider owes, too.

        Raises
        ------
        MeansNotFound
            If there is no such invoice.
        MeansRefused
            If its debit has come back already, or the fee is below zero.
        """
        if fee.minor < 0:
            raise MeansRefused("a fee is not below zero")

        def work(uow: UnitOfWork) -> Invoice:
            before = _known(uow.invoices.find(number))
            invoice = before.moved(InvoiceState.RETURNED, returned_for=reason)
            times = uow.invoices.save(invoice)
            taken = invoice.amount if before.state is InvoiceState.PAID else Money(0)
            back = taken + fee
            if back.minor:
                owed = Posting(open_items(invoice.rider_id), -back)
                text = f"debit of invoice {number} came back: {reason}"
                key = f"invoice:{number}:returned:{times}"
                postings = (owed, Posting(BANK, back))
                uow.ledger.book(LedgerEntry(key, text, self._clock.now(), postings))
                self._ask_fee(uow, invoice, key, fee)
            mandate = uow.mandates.find_by_reference(invoice.debtor.mandate)
            if mandate is not None:
                uow.mandates.save(mandate.ended(MandateState.SUSPENDED))
            return invoice

        return in_transaction(self._store, work)

    # --- how

    def _bill(self, rider_id: UUID, month: Month, until: datetime) -> bool:
        """Write one rider's invoice; return whether nothing waits on."""

        def work(uow: UnitOfWork) -> bool:
            mandate = uow.mandates.find_active(rider_id)
            items = uow.invoices.waiting(rider_id, until)
            if not items:
                return True
            if mandate is None or sum(item.amount.minor for item in items) <= 0:
                return False
            uow.invoices.add(self._invoice(uow, mandate, month, items))
            return True

        return in_transaction(self._store, work)

    def _invoice(
        self, uow: UnitOfWork, mandate: Mandate, month: Month, items: Sequence[OpenItem]
    ) -> Invoice:
        now = self._clock.now()
        rider = uow.riders.find(mandate.rider_id)
        name = rider.name if rider else mandate.holder
        return Invoice(
            invoice_number(month, uow.invoices.take_number()),
            mandate.rider_id,
            month,
            now,
            self._due(now),
            Debtor(name, mandate.holder, mandate.iban, mandate.reference, mandate.signed_at),
            tuple(items),
        )

    def _ask_fee(self, uow: UnitOfWork, invoice: Invoice, key: str, fee: Money) -> None:
        """Put the bank's fee on the next invoice; it is damages, without VAT."""
        if fee.minor:
            text = f"bank's fee for the debit of invoice {invoice.number}"
            at, shares = self._clock.now(), (VatShare(0, fee),)
            uow.invoices.add_item(OpenItem(key, invoice.rider_id, None, at, text, shares))

    def _due(self, now: datetime) -> date:
        return target_day_from((now + self._notice).astimezone(self._zone).date())

    def _is_debited(self, uow: UnitOfWork, invoice: Invoice) -> bool:
        mandate = uow.mandates.find_by_reference(invoice.debtor.mandate)
        usable = mandate is not None and mandate.state is MandateState.ACTIVE
        return invoice.state is InvoiceState.OPEN and usable


def _known(invoice: Invoice | None, rider_id: UUID | None = None) -> Invoice:
    if invoice is None or rider_id not in {None, invoice.rider_id}:
        raise MeansNotFound("there is no such invoice")
    return invoice
