"""Tables of travel that is paid after it: spending, trips, sightings, statements, subscriptions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.adapters.tables import CURRENCY, FEED_SCOPED, STATE, Base

ID = String(64)
ENTRY = String(96)
OPEN_TRIP = text("state = 'checked_in'")
TO_BILL = text("state IN ('checked_out', 'abandoned')")
RENEWING = text("source = 'sold' AND state <> 'withdrawn'")
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
    tariff: Mapped[str] = mapped_column(FEED_SCOPED)
    at: Mapped[datetime]
    minor: Mapped[int]
    full_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    agency_id: Mapped[str | None] = mapped_column(FEED_SCOPED)
    leg: Mapped[int | None]
    day_closed: Mapped[bool]
    month_closed: Mapped[bool]


class BilledRiderRow(Base):
    """A rider; whoever bills them locks this row first."""

    __tablename__ = "billed_rider"

    rider_id: Mapped[UUID] = mapped_column(primary_key=True)


class TripRow(Base):
    """A trip by check-in and check-out; where it began and ended, and what was ridden."""

    __tablename__ = "cico_trip"
    __table_args__ = (
        # Nobody is on two trips at once; whoever checks in twice finds the first.
        Index(
            "ix_cico_trip_open",
            "rider_id",
            unique=True,
            sqlite_where=OPEN_TRIP,
            postgresql_where=OPEN_TRIP,
        ),
        Index("ix_cico_trip_to_bill", "id", sqlite_where=TO_BILL, postgresql_where=TO_BILL),
        Index("ix_cico_trip_rider_id_began_at", "rider_id", "began_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rider_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(STATE)
    passengers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    began_at: Mapped[datetime]
    begin: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """The last sign of life."""
    ended_at: Mapped[datetime | None]
    end: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    chain: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    price: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    price_minor: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(CURRENCY)
    revision: Mapped[int]
    means: Mapped[str | None] = mapped_column(ID)
    notices: Mapped[list[str]] = mapped_column(JSON)
    billed_at: Mapped[datetime | None]
    dispute: Mapped[str | None] = mapped_column(String(1000))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy types it so


class SightingRow(Base):
    """Where a trip was seen: one place at a time."""

    __tablename__ = "cico_sighting"

    trip_id: Mapped[UUID] = mapped_column(ForeignKey("cico_trip.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    lat: Mapped[float]
    lon: Mapped[float]
    stop_id: Mapped[str | None] = mapped_column(FEED_SCOPED)
    vehicle: Mapped[str | None] = mapped_column(FEED_SCOPED)
    received_at: Mapped[datetime] = mapped_column(index=True)


class StatementRow(Base):
    """What a day or month of a rider came to by a tariff; never changed, only followed."""

    __tablename__ = "statement"
    __table_args__ = (
        Index(
            "uq_statement_period",
            "rider_id",
            "tariff",
            "period",
            "begins",
            "revision",
            unique=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rider_id: Mapped[UUID]
    tariff: Mapped[str] = mapped_column(FEED_SCOPED)
    period: Mapped[str] = mapped_column(STATE)
    begins: Mapped[datetime]
    ends: Mapped[datetime]
    revision: Mapped[int]
    full_minor: Mapped[int]
    paid_minor: Mapped[int]
    due_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    product: Mapped[str] = mapped_column(FEED_SCOPED)
    at: Mapped[datetime]


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
    means: Mapped[str | None] = mapped_column(ID)
    ends: Mapped[date | None]
