"""Tables of what went wrong on the way, what was granted for it, and what riders complain of."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.adapters.tables import CURRENCY, FEED_SCOPED, STATE, Base

TEXT = String(2000)


class IncidentRow(Base):
    """The worst that was seen of an order's journey."""

    __tablename__ = "incident"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    leg: Mapped[int]
    kind: Mapped[str] = mapped_column(STATE)
    late_s: Mapped[int]
    at: Mapped[datetime]


class RedressClaimRow(Base):
    """What was granted for an order: one thing at most."""

    __tablename__ = "redress_claim"
    __table_args__ = (CheckConstraint("granted_minor >= 0", name="granted_not_negative"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(STATE)
    leg: Mapped[int]
    at: Mapped[datetime]
    asked_minor: Mapped[int]
    granted_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    receipt: Mapped[str | None] = mapped_column(String(200))
    """The rider's own words; removed with the rider."""
    refund_id: Mapped[UUID | None]


class ComplaintRow(Base):
    """What a rider complains of, and what the operator answers."""

    __tablename__ = "complaint"
    __table_args__ = (Index("ix_complaint_agency_id_id", "agency_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    leg: Mapped[int]
    agency_id: Mapped[str] = mapped_column(FEED_SCOPED)
    line: Mapped[str] = mapped_column(FEED_SCOPED)
    departure: Mapped[datetime]
    category: Mapped[str] = mapped_column(STATE)
    text: Mapped[str] = mapped_column(TEXT)
    """The rider's own words; removed with the rider."""
    state: Mapped[str] = mapped_column(STATE)
    at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(TEXT)
    answered_at: Mapped[datetime | None]
