"""Tables of what becomes of tickets after they were issued."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.adapters.tables import STATE, Base


class TicketRevocationRow(Base):
    """A ticket that is valid by its bytes and not any more."""

    __tablename__ = "ticket_revocation"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_until: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(STATE)
    at: Mapped[datetime]


class InspectionRow(Base):
    """One look at one ticket; positions are coarse."""

    __tablename__ = "inspection"
    __table_args__ = (
        Index("ix_inspection_order_id_at", "order_id", "at"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="both_or_none"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    inspector_id: Mapped[UUID]
    device: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
    received_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(STATE)
    reason: Mapped[str] = mapped_column(String(64))
    order_id: Mapped[UUID | None]
    ticket_version: Mapped[int | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
