"""Tables of mandates, invoices, vouchers, budgets, and of what providers of payments tell."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.adapters.tables import CURRENCY, FEED_SCOPED, STATE, Base

SLUG = String(40)
MONTH = String(7)
"""Like ``2026-11``, so that months compare as text."""
PROVIDERS_ID = String(255)


class MandateRow(Base):
    """A SEPA mandate; a rider has one at a time that may be used."""

    __tablename__ = "sepa_mandate"
    __table_args__ = (
        Index(
            "ix_sepa_mandate_active",
            "rider_id",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rider_id: Mapped[UUID] = mapped_column(index=True)
    iban: Mapped[str] = mapped_column(String(34))
    holder: Mapped[str] = mapped_column(String(70))
    signed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(STATE)


class InvoiceRow(Base):
    """A monthly invoice, with the debtor as it was when it was issued."""

    __tablename__ = "invoice"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_above_zero"),)

    number: Mapped[str] = mapped_column(String(35), primary_key=True)
    rider_id: Mapped[UUID] = mapped_column(index=True)
    month: Mapped[str] = mapped_column(MONTH, index=True)
    issued_at: Mapped[datetime]
    due: Mapped[date]
    name: Mapped[str] = mapped_column(String(120))
    holder: Mapped[str] = mapped_column(String(70))
    iban: Mapped[str] = mapped_column(String(34))
    mandate: Mapped[str] = mapped_column(String(35), index=True)
    signed_at: Mapped[datetime]
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    state: Mapped[str] = mapped_column(STATE)
    returned_for: Mapped[str | None] = mapped_column(String(35))
    returns: Mapped[int]
    """How often a debit of it came back: each one is booked once."""


class OpenItemRow(Base):
    """What a rider owes for an order, or gets back; it waits for an invoice."""

    __tablename__ = "open_item"
    __table_args__ = (
        Index(
            "ix_open_item_waiting",
            "rider_id",
            "at",
            sqlite_where=text("invoice_number IS NULL"),
            postgresql_where=text("invoice_number IS NULL"),
        ),
    )

    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    rider_id: Mapped[UUID]
    order_id: Mapped[UUID | None] = mapped_column(index=True)
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(String(200))
    shares: Mapped[list[list[int]]] = mapped_column(JSON)
    """Pairs of rate of VAT in permille and gross amount in minor units."""
    currency: Mapped[str] = mapped_column(CURRENCY)
    invoice_number: Mapped[str | None] = mapped_column(ForeignKey("invoice.number"), index=True)


class NumberRangeRow(Base):
    """Numbers without gaps: whoever takes one locks the row until the commit."""

    __tablename__ = "number_range"

    name: Mapped[str] = mapped_column(SLUG, primary_key=True)
    last: Mapped[int]


class PromotionRow(Base):
    """A promotion: what its codes give, to whom and until when."""

    __tablename__ = "promotion"

    id: Mapped[str] = mapped_column(SLUG, primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    funder: Mapped[str] = mapped_column(FEED_SCOPED)
    value_minor: Mapped[int]
    budget_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    permille: Mapped[int | None]
    per_rider: Mapped[int]
    least_price_minor: Mapped[int | None]
    first_ride_only: Mapped[bool]
    rest: Mapped[str] = mapped_column(STATE)


class PromotionCodeRow(Base):
    """A code of a promotion. ``most_uses`` NULL: as often as the budget lasts."""

    __tablename__ = "promotion_code"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    promotion_id: Mapped[str] = mapped_column(ForeignKey("promotion.id"), index=True)
    most_uses: Mapped[int | None]
    uses: Mapped[int]


class VoucherRow(Base):
    """A rider's voucher; what is left of it stands in the ledger."""

    __tablename__ = "voucher"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    promotion_id: Mapped[str] = mapped_column(ForeignKey("promotion.id"), index=True)
    rider_id: Mapped[UUID] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(32))
    redeemed_at: Mapped[datetime]
    closed: Mapped[bool]
    """Whether its rest lapsed; a refund opens it again."""


class EmployerRow(Base):
    """An employer that pays journeys of its people."""

    __tablename__ = "employer"

    id: Mapped[str] = mapped_column(SLUG, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class GrantRow(Base):
    """What an employer lets one rider spend."""

    __tablename__ = "budget_grant"

    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"), primary_key=True)
    rider_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    monthly_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    first: Mapped[str] = mapped_column(MONTH)
    last: Mapped[str | None] = mapped_column(MONTH)
    modes: Mapped[list[str]] = mapped_column(JSON)
    carried_months: Mapped[int]


class BudgetMonthRow(Base):
    """A month's budget of one rider, once it was granted; its money stands in the ledger."""

    __tablename__ = "budget_month"

    employer_id: Mapped[str] = mapped_column(ForeignKey("employer.id"), primary_key=True)
    rider_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    granted_minor: Mapped[int]
    lapsed_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    last_month: Mapped[str] = mapped_column(MONTH, index=True)
    """In which it may be spent."""
    closed: Mapped[bool]


class ProviderEventRow(Base):
    """A message of a provider, stored once; ``told_at`` NULL: its payment was not looked at yet."""

    __tablename__ = "provider_event"
    __table_args__ = (
        Index(
            "ix_provider_event_untold",
            "received_at",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
    )

    provider: Mapped[str] = mapped_column(SLUG, primary_key=True)
    id: Mapped[str] = mapped_column(PROVIDERS_ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(100))
    reference: Mapped[str | None] = mapped_column(PROVIDERS_ID, index=True)
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class DisputeRow(Base):
    """A chargeback, as the newest message tells of it."""

    __tablename__ = "payment_dispute"

    provider: Mapped[str] = mapped_column(SLUG, primary_key=True)
    id: Mapped[str] = mapped_column(PROVIDERS_ID, primary_key=True)
    reference: Mapped[str | None] = mapped_column(PROVIDERS_ID, index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    reason: Mapped[str] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class CustomerRow(Base):
    """Under which name a provider keeps a rider's cards."""

    __tablename__ = "provider_customer"

    rider_id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(SLUG, primary_key=True)
    reference: Mapped[str] = mapped_column(PROVIDERS_ID)
