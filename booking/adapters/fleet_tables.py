"""Tables of own fleets and their rentals.

What is asked for one by one has columns; what is only read as a whole (rates, polygons) is kept as
a snapshot.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.adapters.tables import CURRENCY, STATE, Base

NAME = String(120)
ID = String(64)
UNSETTLED = text("NOT settled AND state IN ('returned', 'failed')")
LIVE_RENTAL = text("state IN ('held', 'reserved', 'active', 'paused')")


class FleetRow(Base):
    """A system of one operator, with the rules of its rentals."""

    __tablename__ = "fleet"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(ID)
    """Of the file it was read from, so that reading it again changes nothing."""
    name: Mapped[str] = mapped_column(NAME)
    operator: Mapped[str] = mapped_column(NAME)
    email: Mapped[str] = mapped_column(String(254))
    url: Mapped[str | None] = mapped_column(String(400))
    language: Mapped[str] = mapped_column(String(16))
    time_zone: Mapped[str] = mapped_column(ID)
    end_allowed: Mapped[bool]
    days_ahead: Mapped[int]
    min_rental_s: Mapped[int]
    max_rental_s: Mapped[int]
    turnaround_s: Mapped[int]
    reserve_ahead: Mapped[bool]
    reserve_s: Mapped[int]


class FleetTypeRow(Base):
    """A vehicle type of a fleet."""

    __tablename__ = "fleet_vehicle_type"

    fleet_id: Mapped[str] = mapped_column(ForeignKey("fleet.id"), primary_key=True)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    place: Mapped[int]
    name: Mapped[str] = mapped_column(NAME)
    form_factor: Mapped[str] = mapped_column(ID)
    propulsion: Mapped[str] = mapped_column(ID)
    profile: Mapped[int]
    return_constraint: Mapped[str] = mapped_column(ID)
    max_range_m: Mapped[int | None]
    plan: Mapped[str | None] = mapped_column(ID)


class FleetStationRow(Base):
    """A station, or the boxes at one place."""

    __tablename__ = "fleet_station"
    __table_args__ = (CheckConstraint("capacity >= 0", name="capacity_not_negative"),)

    fleet_id: Mapped[str] = mapped_column(ForeignKey("fleet.id"), primary_key=True)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    place: Mapped[int]
    name: Mapped[str] = mapped_column(NAME)
    lat: Mapped[float]
    lon: Mapped[float]
    capacity: Mapped[int]


class FleetPlanRow(Base):
    """A pricing plan; amounts in minor units, rates as in ``routing.sharing.supply.Rate``."""

    __tablename__ = "fleet_pricing_plan"

    fleet_id: Mapped[str] = mapped_column(ForeignKey("fleet.id"), primary_key=True)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    place: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class FleetZoneRow(Base):
    """A geofencing zone; the first that holds a point decides."""

    __tablename__ = "fleet_zone"

    fleet_id: Mapped[str] = mapped_column(ForeignKey("fleet.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class FleetHoursRow(Base):
    """Opening hours of a weekday, in minutes after midnight by the clocks there."""

    __tablename__ = "fleet_hours"
    __table_args__ = (CheckConstraint("opens_min < closes_min", name="opens_before_it_closes"),)

    fleet_id: Mapped[str] = mapped_column(ForeignKey("fleet.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens_min: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closes_min: Mapped[int]


class FleetClosureRow(Base):
    """Days on which nothing is rented: a winter pause, a holiday."""

    __tablename__ = "fleet_closure"

    fleet_id: Mapped[str] = mapped_column(ForeignKey("fleet.id"), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[date] = mapped_column(primary_key=True)
    yearly: Mapped[bool]
    reason: Mapped[str] = mapped_column(NAME)


class FleetVehicleRow(Base):
    """A vehicle; whoever reserves it locks this row first."""

    __tablename__ = "fleet_vehicle"
    __table_args__ = (
        CheckConstraint(
            "battery_percent IS NULL OR battery_percent BETWEEN 0 AND 100", name="battery"
        ),
    )

    fleet_id: Mapped[str] = mapped_column(ForeignKey("fleet.id"), primary_key=True)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    type_id: Mapped[str] = mapped_column(ID)
    lat: Mapped[float]
    lon: Mapped[float]
    station_id: Mapped[str | None] = mapped_column(ID)
    home_id: Mapped[str | None] = mapped_column(ID)
    slot: Mapped[int | None]
    state: Mapped[str] = mapped_column(STATE)
    battery_percent: Mapped[int | None]
    rentals: Mapped[int]
    reported_at: Mapped[datetime | None]


class RentalRow(Base):
    """A rental: the slot of a vehicle that is taken, and what is being done with its lock."""

    __tablename__ = "rental"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
        Index("ix_rental_rider_id_id", "rider_id", "id"),
        Index(
            "ix_rental_live",
            "fleet_id",
            "vehicle_id",
            sqlite_where=LIVE_RENTAL,
            postgresql_where=LIVE_RENTAL,
        ),
        Index(
            "ix_rental_unsettled",
            "id",
            sqlite_where=UNSETTLED,
            postgresql_where=UNSETTLED,
        ),
        Index(
            "ix_rental_under_way",
            "lease_until",
            sqlite_where=text("action IS NOT NULL"),
            postgresql_where=text("action IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    rider_id: Mapped[UUID]
    fleet_id: Mapped[str] = mapped_column(ID)
    vehicle_id: Mapped[str] = mapped_column(ID)
    station_id: Mapped[str | None] = mapped_column(ID)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(CURRENCY)
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(STATE)
    held_until: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    actions: Mapped[int]
    action: Mapped[str | None] = mapped_column(STATE)
    """What has begun and of which the end is not written yet; NULL: nothing."""
    began_at: Mapped[datetime | None]
    owner: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[datetime | None]
    order_id: Mapped[UUID | None] = mapped_column(index=True)
    leg: Mapped[int | None]
    return_station_id: Mapped[str | None] = mapped_column(ID)
    settled: Mapped[bool]


class RentalJournalRow(Base):
    """An entry of a rental's journal: ``?open`` before the box is told, ``open`` after it did."""

    __tablename__ = "rental_journal"

    rental_id: Mapped[UUID] = mapped_column(ForeignKey("rental.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(STATE)
    notes: Mapped[dict[str, str]] = mapped_column(JSON)
    at: Mapped[datetime]
