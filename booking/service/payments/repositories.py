"""What is kept of means of payment, as protocols; ``booking.adapters`` keeps it by SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from booking.domain.money import Money
from booking.domain.payments.budgets import BudgetMonth, Employer, Grant
from booking.domain.payments.cards import Customer, Dispute, ProviderEvent
from booking.domain.payments.invoices import Invoice, OpenItem
from booking.domain.payments.mandates import Mandate
from booking.domain.payments.months import Month
from booking.domain.payments.reconciliation import Movement, ReportLine
from booking.domain.payments.vouchers import Promotion, Voucher


class MandateRepository(Protocol):
    """SEPA mandates. What a unit of work that writes returns is locked."""

    def add(self, mandate: Mandate) -> None:
        """Add a mandate."""
        ...

    def find_active(self, rider_id: UUID) -> Mandate | None:
        """Return the mandate that may be used."""
        ...

    def find_by_reference(self, reference: str) -> Mandate | None:
        """Return the mandate that the bank knows by this reference."""
        ...

    def list_of(self, rider_id: UUID) -> Sequence[Mandate]:
        """Return a rider's mandates, the newest first."""
        ...

    def save(self, mandate: Mandate) -> None:
        """Keep the state of a mandate."""
        ...


class InvoiceRepository(Protocol):
    """Open items and invoices. What a unit of work that writes returns is locked."""

    def add_item(self, item: OpenItem) -> None:
        """Add an item, unless its key is known."""
        ...

    def list_debtors(self, until: datetime) -> Sequence[UUID]:
        """Return whose items from before ``until`` wait for an invoice."""
        ...

    def waiting(self, rider_id: UUID, until: datetime) -> Sequence[OpenItem]:
        """Return a rider's items that wait, the oldest first."""
        ...

    def take_number(self) -> int:
        """Return the next number; others wait for the end of the transaction."""
        ...

    def add(self, invoice: Invoice) -> None:
        """Add an invoice; its items wait no more."""
        ...

    def find(self, number: str) -> Invoice | None:
        """Return an invoice."""
        ...

    def list_of(self, rider_id: UUID) -> Sequence[Invoice]:
        """Return a rider's invoices, the newest first."""
        ...

    def list_of_month(self, month: Month) -> Sequence[Invoice]:
        """Return the invoices of a month, by number."""
        ...

    def save(self, invoice: Invoice) -> int:
        """Keep the state of an invoice; return how often its debit has come back."""
        ...


class CodeUse(NamedTuple):
    """A code, and whether it may be used again."""

    promotion_id: str
    is_left: bool


class VoucherRepository(Protocol):
    """Promotions, their codes and riders' vouchers."""

    def add_promotion(self, promotion: Promotion) -> bool:
        """Return False if its id is taken."""
        ...

    def promotion(self, promotion_id: str, *, lock: bool = False) -> Promotion:
        """Return a promotion, or raise ``MeansNotFound``."""
        ...

    def list_promotions(self) -> Sequence[Promotion]:
        """Return all promotions."""
        ...

    def add_code(self, code: str, promotion_id: str, most_uses: int | None) -> bool:
        """Return False if the code is taken."""
        ...

    def find_code(self, code: str) -> CodeUse | None:
        """Return what a code stands for, locked."""
        ...

    def count_use(self, code: str) -> None:
        """Count one use of a code."""
        ...

    def add(self, voucher: Voucher) -> None:
        """Add a rider's voucher."""
        ...

    def get(self, voucher_id: UUID) -> Voucher:
        """Return a voucher, or raise ``MeansNotFound``."""
        ...

    def list_of(self, rider_id: UUID) -> Sequence[Voucher]:
        """Return a rider's vouchers, the oldest first."""
        ...

    def has_bought(self, rider_id: UUID, but: UUID | None = None) -> bool:
        """Say whether a rider has ever bought an order, other than ``but``."""
        ...

    def list_ended(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return vouchers of promotions that have ended and whose rest has not lapsed."""
        ...

    def close(self, voucher_id: UUID, *, closed: bool) -> None:
        """Note whether the rest of a voucher has lapsed."""
        ...


class GrantedMonth(NamedTuple):
    """A month's budget, as far as it was granted and lapsed."""

    month: BudgetMonth
    granted: Money
    lapsed: Money


class BudgetRepository(Protocol):
    """Employers and their riders' budgets."""

    def add_employer(self, employer: Employer) -> bool:
        """Return False if its id is taken."""
        ...

    def employer(self, employer_id: str) -> Employer:
        """Return an employer, or raise ``MeansNotFound``."""
        ...

    def list_employers(self) -> Sequence[Employer]:
        """Return all employers."""
        ...

    def set_grant(self, grant: Grant) -> None:
        """Keep what an employer grants a rider, instead of what it granted before."""
        ...

    def grants_of(self, rider_id: UUID) -> Sequence[Grant]:
        """Return what is granted to a rider, by employer."""
        ...

    def list_grants(self, employer_id: str) -> Sequence[Grant]:
        """Return what an employer grants."""
        ...

    def add_month(self, month: BudgetMonth, granted: Money, last_month: Month) -> bool:
        """Note that a month was granted, to be spent until ``last_month``; False if it was."""
        ...

    def find_month(self, month: BudgetMonth) -> GrantedMonth | None:
        """Return what was granted for a month."""
        ...

    def list_months(self, employer_id: str, month: Month) -> Sequence[GrantedMonth]:
        """Return what an employer granted for a month."""
        ...

    def list_ended(self, now: Month, limit: int) -> Sequence[BudgetMonth]:
        """Return months that can be spent no more and whose rest has not lapsed."""
        ...

    def lapse(self, month: BudgetMonth, amount: Money) -> None:
        """Note that a rest has lapsed."""
        ...

    def reopen(self, month: BudgetMonth) -> None:
        """Note that money came back to it."""
        ...


class ProviderRepository(Protocol):
    """What providers of payments tell, and how our books see them."""

    def add_event(self, event: ProviderEvent, received_at: datetime) -> bool:
        """Store a message once; return whether its payment must be looked at (still, or again)."""
        ...

    def list_untold(self, before: datetime, limit: int) -> Sequence[ProviderEvent]:
        """Return messages received before a moment whose payments were not looked at yet."""
        ...

    def told(self, provider: str, event_id: str, at: datetime) -> None:
        """Note that the payment was looked at."""
        ...

    def note_dispute(self, dispute: Dispute) -> bool:
        """Keep a dispute, unless a newer message told of it; return whether it was kept."""
        ...

    def list_disputes(self, provider: str) -> Sequence[Dispute]:
        """Return the disputes of a provider, the newest first."""
        ...

    def find_customer(self, rider_id: UUID, provider: str) -> Customer | None:
        """Return under which name a provider keeps a rider's cards."""
        ...

    def add_customer(self, customer: Customer) -> bool:
        """Return False if the rider has one there."""
        ...

    def movements(
        self, provider: str, since: datetime, until: datetime, lines: Sequence[ReportLine]
    ) -> Sequence[Movement]:
        """Return what our books have on a provider's clearing account.

        All of a time, and whatever belongs to the lines of a report in any time.
        """
        ...
