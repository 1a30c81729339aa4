"""Tables of rides on demand, of the plans of own vehicles, and of staff."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.adapters.tables import FEED_SCOPED, STATE, Base

NAME = String(120)
STOP = String(200)
OPEN_RIDE = text("state IN ('held', 'booked', 'on_board')")


class ShuttleServiceRow(Base):
    """A service; whoever changes a plan of it locks this row first."""

    __tablename__ = "shuttle_service"

    id: Mapped[str] = mapped_column(FEED_SCOPED, primary_key=True)
    version: Mapped[int]
    """Grows with every change of a plan."""


class ShuttleDutyRow(Base):
    """A shift of a vehicle: its plan, and where it was when a driver last reported a stop."""

    __tablename__ = "shuttle_duty"

    service_id: Mapped[str] = mapped_column(ForeignKey("shuttle_service.id"), primary_key=True)
    id: Mapped[str] = mapped_column(STOP, primary_key=True)
    plan: Mapped[list[list[Any]]] = mapped_column(JSON)
    """Rides and actions in the order of driving."""
    is_empty: Mapped[bool]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    stop: Mapped[str | None] = mapped_column(STOP)
    ready_at: Mapped[datetime | None]


class ShuttleRideRow(Base):
    """A ride: what was promised to whom, and what became of it."""

    __tablename__ = "shuttle_ride"
    __table_args__ = (
        CheckConstraint("pickup_from <= pickup_until", name="window"),
        CheckConstraint("pickup_until < drop_off_until", name="picked_up_before_dropped_off"),
        Index("ix_shuttle_ride_order_id_leg", "order_id", "leg"),
        Index(
            "ix_shuttle_ride_open",
            "rider_id",
            sqlite_where=OPEN_RIDE,
            postgresql_where=OPEN_RIDE,
        ),
        Index("ix_shuttle_ride_service_id_duty_id", "service_id", "duty_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_id: Mapped[str] = mapped_column(ForeignKey("shuttle_service.id"))
    order_id: Mapped[UUID]
    rider_id: Mapped[UUID]
    leg: Mapped[int]
    pickup: Mapped[list[Any]] = mapped_column(JSON)
    """Name, latitude, longitude, stop of the timetable, stop of the service."""
    drop_off: Mapped[list[Any]] = mapped_column(JSON)
    pickup_from: Mapped[datetime]
    pickup_until: Mapped[datetime]
    drop_off_until: Mapped[datetime]
    party: Mapped[list[int]] = mapped_column(JSON)
    pin: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(STATE)
    held_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    duty_id: Mapped[str | None] = mapped_column(STOP)
    told: Mapped[list[str]] = mapped_column(JSON)
    boarded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ShuttleVehicleRow(Base):
    """What was reported of a vehicle last."""

    __tablename__ = "shuttle_vehicle"

    service_id: Mapped[str] = mapped_column(FEED_SCOPED, primary_key=True)
    vehicle_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(STATE)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    bearing: Mapped[float | None]
    speed_mps: Mapped[float | None]
    position_at: Mapped[datetime | None]
    delay_s: Mapped[int]


class ShuttleEventRow(Base):
    """What a driver reported, or a job decided; never changed."""

    __tablename__ = "shuttle_event"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    service_id: Mapped[str] = mapped_column(FEED_SCOPED, index=True)
    vehicle_id: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(STATE)
    ride_id: Mapped[UUID | None]
    notes: Mapped[dict[str, str]] = mapped_column(JSON)
    at: Mapped[datetime]


class ShuttleRatingRow(Base):
    """What a rider thinks of a ride."""

    __tablename__ = "shuttle_rating"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    leg: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stars: Mapped[int]
    comment: Mapped[str | None]
    at: Mapped[datetime]


class StaffRow(Base):
    """Somebody who works for a service or an operator, and the hash of the secret."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(NAME, unique=True)
    role: Mapped[str] = mapped_column(STATE)
    service_id: Mapped[str] = mapped_column(FEED_SCOPED)
    """Empty for who works for an operator."""
    vehicle_id: Mapped[str | None] = mapped_column(String(64))
    agency_id: Mapped[str | None] = mapped_column(FEED_SCOPED)
    secret_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class StaffSessionRow(Base):
    """A session of staff; the token itself is not kept, only its hash."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


class GuestRow(Base):
    """A rider without an account, for whom an agent books."""

    __tablename__ = "guest"

    rider_id: Mapped[UUID] = mapped_column(ForeignKey("rider.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(String(40))
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
