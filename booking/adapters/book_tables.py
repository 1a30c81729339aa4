"""Tables beside the ledger: closed months, sales that wait to be ridden, and the audit log.

Triggers that come by migration 0007 keep what is written as it is: entries, postings, closed months
and the audit log are never changed and never removed, and nothing enters a closed month.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from booking.adapters.tables import Base

MONTH = String(7)
HASH = String(64)


class LedgerMonthRow(Base):
    """A month that is closed, as all before it are."""

    __tablename__ = "ledger_month"
    __table_args__ = (CheckConstraint("month < next_month", name="next_is_later"),)

    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    next_month: Mapped[str] = mapped_column(MONTH)
    """The first month that was open afterwards."""
    closed_at: Mapped[datetime]
    hash: Mapped[str | None] = mapped_column(HASH)
    """SHA-256 over all its entries; written once, right after closing."""


class SaleDueRow(Base):
    """Something sold that is deferred; the row goes once it was ridden."""

    __tablename__ = "sale_due"

    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    """Of the entry that sold it."""
    order_id: Mapped[UUID]
    due_at: Mapped[datetime] = mapped_column(index=True)


class AuditInboxRow(Base):
    """A fact that was written with the change it tells of and has no place in the chain yet."""

    __tablename__ = "audit_inbox"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)


class AuditRow(Base):
    """An entry of the audit log, in its place in the chain."""

    __tablename__ = "audit"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(HASH)
    hash: Mapped[str] = mapped_column(HASH)
