"""Tables of travel that is paid after it: spending, trips, sightings, statements, subscriptions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.adapters.tables import CURRENCY, FEED_SCOPED, STATE, Base

ID = String(64)
ENTRY = String(96)
OPEN_TRIP = text("state = 'checked_in'")
RENEWING = text("source = 'sold' AND state = 'active'")
UNCLOSED_DAY = text("NOT day_closed")
UNCLOSED_MONTH = text("NOT month_closed")


class SpentRow(Base):
    """A line of a sold price, or what was given back of one, as far as caps count it."""

    __tablename__ = "spent"
    __table_args__ = (
        Index("ix_spent_rider_id_at", "rider_id", "at"),
        Index("ix_spent_day_open", "at", sqlite_where=UNCLOSED_DAY, postgresql_where=UNCLOSED_DAY),
        Index(
            "ix_spent_month_open",
            "at",
            sqlite_where=UNCLOSED_MONTH,
            postgresql_where=UNCLOSED_MONTH,
        ),
    )

    source: Mapped[UUID] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(ENTRY, primary_key=True)
    rider_id: Mapped[UUID]
    slot: Mapped[str] = mapped_column(ID)
    tariff: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime]
    minor: Mapped[int]
    full_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    agency_id: Mapped[str | None] = mapped_column(FEED_SCOPED)
    route_id: Mapped[str | None] = mapped_column(FEED_SCOPED)
    day_closed: Mapped[bool]
    month_closed: Mapped[bool]


class BilledRiderRow(Base):
    """A rider; whoever bills them locks this row first."""

    __tablename__ = "billed_rider"

    rider_id: Mapped[UUID] = mapped_column(primary_key=True)


class SubscriptionRow(Base):
    """A rider's subscription to a product, bought here or elsewhere."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index(
            "ix_subscription_renewing",
            "valid_until",
            sqlite_where=RENEWING,
            postgresql_where=RENEWING,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rider_id: Mapped[UUID] = mapped_column(index=True)
    product: Mapped[str] = mapped_column(ID)
    source: Mapped[str] = mapped_column(STATE)
    state: Mapped[str] = mapped_column(STATE)
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    number: Mapped[str | None] = mapped_column(ID)
    created_at: Mapped[datetime]
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    paid_from: Mapped[date | None]
