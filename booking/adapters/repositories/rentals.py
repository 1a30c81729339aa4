"""Rentals and their journals in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from booking.adapters.fleet_tables import RentalJournalRow, RentalRow
from booking.adapters.tables import OutboxRow
from booking.domain.calendar import Span
from booking.domain.errors import RentalNotFound
from booking.domain.money import Money
from booking.domain.rentals import LIVE, Action, Rental, RentalState, Task
from booking.service.fleet_repositories import JournalEntry
from booking.service.repositories import Notes


class SqlRentals:
    """See ``booking.service.fleet_repositories.RentalRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks

    def get(self, rental_id: UUID) -> Rental:
        """Return a rental, locked if this transaction writes."""
        row = self._session.get(
            RentalRow, rental_id, with_for_update=self._locks, populate_existing=True
        )
        if row is None:
            raise RentalNotFound(rental_id)
        return _rental(row)

    def save(self, rental: Rental) -> None:
        """Keep a rental as it is now, and tell of it by the outbox if a leg moved with it."""
        before = self._session.get(RentalRow, rental.id)
        was = None if before is None else before.state
        self._session.merge(RentalRow(**_columns(rental)))
        if rental.order_id is not None and was != rental.state:
            self._session.add(_moved(rental, was))
        self._session.flush()

    def live(self, fleet_id: str, vehicle_id: str | None = None) -> Sequence[Rental]:
        """Return rentals that keep a vehicle from others."""
        wanted = select(RentalRow).where(
            RentalRow.fleet_id == fleet_id, RentalRow.state.in_(sorted(LIVE))
        )
        if vehicle_id is not None:
            wanted = wanted.where(RentalRow.vehicle_id == vehicle_id)
        return [_rental(row) for row in self._session.scalars(wanted.order_by(RentalRow.id))]

    def list_of(self, rider_id: UUID, limit: int) -> Sequence[Rental]:
        """Return a rider's newest rentals; their ids are UUIDv7, which sort by time."""
        wanted = select(RentalRow).where(RentalRow.rider_id == rider_id)
        rows = self._session.scalars(wanted.order_by(RentalRow.id.desc()).limit(limit))
        return [_rental(row) for row in rows]

    def of_order(self, order_id: UUID) -> Sequence[Rental]:
        """Return the rentals of an order, locked, in the order in which vehicles are locked."""
        wanted = select(RentalRow).where(RentalRow.order_id == order_id)
        wanted = wanted.order_by(RentalRow.fleet_id, RentalRow.vehicle_id)
        if self._locks:
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        return [_rental(row) for row in self._session.scalars(wanted)]

    def list_unsettled(self, limit: int) -> Sequence[UUID]:
        """Return rentals of orders that have ended and were not settled, the oldest first."""
        ended = (RentalState.RETURNED, RentalState.FAILED)
        return self._session.scalars(
            select(RentalRow.id)
            .where(RentalRow.settled.is_(False), RentalRow.state.in_(ended))
            .where(RentalRow.order_id.is_not(None))
            .order_by(RentalRow.id)
            .limit(limit)
        ).all()

    def find_of_order(self, order_id: UUID, leg: int) -> Rental | None:
        """Return the rental that is a leg of an order."""
        return next((one for one in self.of_order(order_id) if one.leg == leg), None)

    def list_overdue(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return those that were not confirmed or not picked up in time."""
        held = and_(RentalRow.state == RentalState.HELD, RentalRow.held_until <= now)
        reserved = and_(
            RentalRow.state == RentalState.RESERVED,
            RentalRow.ends_at <= now,
            RentalRow.action.is_(None),
        )
        overdue = select(RentalRow.id).where(or_(held, reserved))
        return self._session.scalars(overdue.order_by(RentalRow.ends_at).limit(limit)).all()

    def list_abandoned(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return those with an action under way of which nobody has the lease."""
        return self._session.scalars(
            select(RentalRow.id)
            .where(RentalRow.action.is_not(None), RentalRow.lease_until <= now)
            .order_by(RentalRow.lease_until)
            .limit(limit)
        ).all()

    def record(self, rental_id: UUID, mark: str, notes: Notes, at: datetime) -> None:
        """Add an entry to the journal, and tell of it by the outbox."""
        entries = select(func.count()).where(RentalJournalRow.rental_id == rental_id)
        place = self._session.scalar(entries) or 0
        kept = dict(notes)
        self._session.add(
            RentalJournalRow(rental_id=rental_id, place=place, mark=mark, notes=kept, at=at)
        )
        key = str(rental_id)
        told = {name: note for name, note in kept.items() if name not in {"lat", "lon"}}
        body = {"rental_id": key, "mark": mark, "notes": told}
        self._session.add(OutboxRow(subject="rental.moved", key=key, body=body, at=at))
        self._session.flush()

    def journal(self, rental_id: UUID) -> Sequence[JournalEntry]:
        """Return the journal of a rental."""
        rows = self._session.scalars(
            select(RentalJournalRow)
            .where(RentalJournalRow.rental_id == rental_id)
            .order_by(RentalJournalRow.place)
        )
        return [JournalEntry(row.mark, row.notes, row.at) for row in rows]


def _moved(rental: Rental, was: str | None) -> OutboxRow:
    key = str(rental.order_id)
    body = {"order_id": key, "leg": rental.leg, "state": rental.state.value, "was": was}
    at = rental.ended_at or rental.opened_at or rental.created_at
    return OutboxRow(subject="leg.moved", key=key, body=body, at=at)


def _columns(rental: Rental) -> dict[str, Any]:
    task = rental.task
    return {
        "id": rental.id,
        "rider_id": rental.rider_id,
        "fleet_id": rental.fleet_id,
        "vehicle_id": rental.vehicle_id,
        "station_id": rental.station_id,
        "starts_at": rental.span.start,
        "ends_at": rental.span.end,
        "price_minor": rental.price.minor,
        "currency": rental.price.currency,
        "created_at": rental.created_at,
        "state": rental.state,
        "held_until": rental.held_until,
        "opened_at": rental.opened_at,
        "ended_at": rental.ended_at,
        "actions": rental.actions,
        "action": task.action if task else None,
        "began_at": task.began_at if task else None,
        "owner": task.owner if task else None,
        "lease_until": task.lease_until if task else None,
        "order_id": rental.order_id,
        "leg": rental.leg,
        "return_station_id": rental.return_station_id,
        "settled": rental.settled,
    }


def _rental(row: RentalRow) -> Rental:
    return Rental(
        id=row.id,
        rider_id=row.rider_id,
        fleet_id=row.fleet_id,
        vehicle_id=row.vehicle_id,
        station_id=row.station_id,
        span=Span(row.starts_at, row.ends_at),
        price=Money(row.price_minor, row.currency),
        created_at=row.created_at,
        state=RentalState(row.state),
        held_until=row.held_until,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        actions=row.actions,
        task=_task(row),
        order_id=row.order_id,
        leg=row.leg,
        return_station_id=row.return_station_id,
        settled=row.settled,
    )


def _task(row: RentalRow) -> Task | None:
    if row.action is None or row.began_at is None or row.lease_until is None:
        return None
    return Task(Action(row.action), row.actions, row.began_at, row.owner or "", row.lease_until)
