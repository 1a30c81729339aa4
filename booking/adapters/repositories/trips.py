"""Trips by check-in and check-out, sightings and statements in SQL."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.snapshot import restore, snapshot
from booking.adapters.tables import OutboxRow
from booking.adapters.travel_tables import SightingRow, StatementRow, TripRow
from booking.domain.best_price import Period, Statement
from booking.domain.chain import Chain
from booking.domain.cico import TO_BILL, Spot, Trip, TripMoved, TripState
from booking.domain.money import Money
from booking.domain.offers import Price
from booking.domain.passengers import Passenger
from booking.domain.travel_errors import TripNotFound


class SqlTrips:
    """See ``booking.service.travel_repositories.TripRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks

    def add(self, trip: Trip) -> None:
        """Add a trip."""
        row = TripRow(
            id=trip.id,
            rider_id=trip.rider_id,
            began_at=trip.begin.at,
            begin=snapshot(trip.begin),
            received_at=trip.received_at,
            seen_at=trip.begin.at,
        )
        _copy(trip, row)
        self._session.add(row)
        self._leave_events(trip)

    def get(self, trip_id: UUID) -> Trip:
        """Return a trip, locked if this transaction writes."""
        row = self._session.get(
            TripRow, trip_id, with_for_update=self._locks, populate_existing=True
        )
        if row is None:
            raise TripNotFound(trip_id)
        return _trip(row)

    def save(self, trip: Trip) -> None:
        """Keep a trip as it is now, and put its events into the outbox."""
        row = self._session.get_one(TripRow, trip.id)
        _copy(trip, row)
        if trip.end is not None:
            row.seen_at = max(row.seen_at, trip.end.at)
        self._leave_events(trip)
        trip.version = row.version

    def find_open(self, rider_id: UUID) -> UUID | None:
        """Return the trip that a rider is on."""
        return self._session.scalars(
            select(TripRow.id).where(
                TripRow.rider_id == rider_id, TripRow.state == TripState.CHECKED_IN
            )
        ).one_or_none()

    def list_between(self, rider_id: UUID, begin: datetime, end: datetime) -> Sequence[Trip]:
        """Return a rider's trips that had a moment in the span."""
        rows = self._session.scalars(
            select(TripRow)
            .where(
                TripRow.rider_id == rider_id,
                TripRow.state != TripState.CANCELLED,
                TripRow.began_at <= end,
                or_(TripRow.ended_at.is_(None), TripRow.ended_at >= begin),
            )
            .order_by(TripRow.began_at)
        )
        return [_trip(row) for row in rows]

    def list_of(self, rider_id: UUID, limit: int, before: UUID | None) -> Sequence[Trip]:
        """Return a rider's newest trips; their ids are UUIDv7, which sort by time."""
        wanted = select(TripRow).where(TripRow.rider_id == rider_id)
        if before is not None:
            wanted = wanted.where(TripRow.id < before)
        rows = self._session.scalars(wanted.order_by(TripRow.id.desc()).limit(limit))
        return [_trip(row) for row in rows]

    def list_disputed(self, limit: int) -> Sequence[Trip]:
        """Return disputed trips, the oldest first."""
        disputed = select(TripRow).where(TripRow.state == TripState.DISPUTED)
        return [
            _trip(row) for row in self._session.scalars(disputed.order_by(TripRow.id).limit(limit))
        ]

    def list_to_bill(self, limit: int) -> Sequence[UUID]:
        """Return trips that are over and not billed, the oldest first."""
        return self._session.scalars(
            select(TripRow.id)
            .where(TripRow.state.in_(sorted(TO_BILL)))
            .order_by(TripRow.id)
            .limit(limit)
        ).all()

    def list_silent(self, seen_before: datetime, limit: int) -> Sequence[UUID]:
        """Return open trips that were not seen since."""
        return self._session.scalars(
            select(TripRow.id)
            .where(TripRow.state == TripState.CHECKED_IN, TripRow.seen_at <= seen_before)
            .order_by(TripRow.seen_at)
            .limit(limit)
        ).all()

    def add_sightings(self, trip_id: UUID, spots: Iterable[Spot], received_at: datetime) -> int:
        """Add sightings, one for each moment of the trip."""
        row = self._session.get_one(TripRow, trip_id)
        new = 0
        for spot in spots:
            values = snapshot(spot) | {"at": spot.at, "trip_id": trip_id}
            new += insert_once(self._session, SightingRow, values | {"received_at": received_at})
            row.seen_at = max(row.seen_at, spot.at)
        self._session.flush()
        return new

    def sightings(self, trip_id: UUID) -> Sequence[Spot]:
        """Return where a trip was seen, by time."""
        rows = self._session.scalars(
            select(SightingRow).where(SightingRow.trip_id == trip_id).order_by(SightingRow.at)
        )
        return [Spot(row.at, row.lat, row.lon, row.stop_id, row.vehicle) for row in rows]

    def drop_sightings(self, received_before: datetime) -> int:
        """Remove old sightings of trips that are over."""
        is_open = select(TripRow.id).where(TripRow.state == TripState.CHECKED_IN)
        old = SightingRow.received_at < received_before
        count = select(func.count()).where(old, SightingRow.trip_id.not_in(is_open))
        dropped = self._session.scalar(count) or 0
        self._session.execute(delete(SightingRow).where(old, SightingRow.trip_id.not_in(is_open)))
        return dropped

    def _leave_events(self, trip: Trip) -> None:
        while trip.events:
            self._session.add(_outbox(trip.events.pop(0), trip))
        self._session.flush()


class SqlStatements:
    """See ``booking.service.travel_repositories.StatementRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, statement: Statement) -> None:
        """Add a statement, and tell of it by the outbox."""
        columns = {
            "id": statement.id,
            "rider_id": statement.rider_id,
            "tariff": statement.tariff,
            "period": statement.period,
            "begins": statement.begins,
            "ends": statement.ends,
            "revision": statement.revision,
            "full_minor": statement.full.minor,
            "paid_minor": statement.paid.minor,
            "due_minor": statement.due.minor,
            "currency": statement.due.currency,
            "product": statement.product,
            "at": statement.at,
        }
        self._session.add(StatementRow(**columns))
        body = {"statement_id": str(statement.id), "rider_id": str(statement.rider_id)}
        body |= {"period": statement.period.value, "credit": snapshot(statement.credit)}
        self._session.add(
            OutboxRow(
                subject="statement.closed", key=str(statement.rider_id), body=body, at=statement.at
            )
        )
        self._session.flush()

    def next_revision(self, statement: Statement) -> int:
        """Return the number of earlier statements of the same period."""
        earlier = select(func.count()).where(
            StatementRow.rider_id == statement.rider_id,
            StatementRow.tariff == statement.tariff,
            StatementRow.period == statement.period,
            StatementRow.begins == statement.begins,
        )
        return self._session.scalar(earlier) or 0

    def list_of(self, rider_id: UUID, limit: int) -> Sequence[Statement]:
        """Return a rider's newest statements; their ids are UUIDv7, which sort by time."""
        wanted = select(StatementRow).where(StatementRow.rider_id == rider_id)
        rows = self._session.scalars(wanted.order_by(StatementRow.id.desc()).limit(limit))
        return [_statement(row) for row in rows]


def _copy(trip: Trip, row: TripRow) -> None:
    row.state, row.revision, row.means = trip.state, trip.revision, trip.means
    row.passengers = snapshot(trip.passengers)
    row.ended_at = trip.end.at if trip.end else None
    row.end = snapshot(trip.end)
    row.chain, row.price = snapshot(trip.chain), snapshot(trip.price)
    row.price_minor = trip.price.total.minor if trip.price else None
    row.currency = trip.price.total.currency if trip.price else None
    row.notices = list(trip.notices)
    row.billed_at, row.dispute = trip.billed_at, trip.dispute


def _trip(row: TripRow) -> Trip:
    return Trip(
        id=row.id,
        rider_id=row.rider_id,
        passengers=restore(tuple[Passenger, ...], row.passengers),
        begin=restore(Spot, row.begin),
        received_at=row.received_at,
        state=TripState(row.state),
        end=_maybe(Spot, row.end),
        chain=_maybe(Chain, row.chain),
        price=_maybe(Price, row.price),
        revision=row.revision,
        means=row.means,
        notices=tuple(row.notices),
        billed_at=row.billed_at,
        dispute=row.dispute,
        version=row.version,
    )


def _maybe(kind: type[Any], kept: Any) -> Any:
    return None if kept is None else restore(kind, kept)


def _outbox(event: TripMoved, trip: Trip) -> OutboxRow:
    body = {
        "trip_id": str(event.trip_id),
        "rider_id": str(event.rider_id),
        "state": event.to.value,
        "notices": list(trip.notices),
    }
    return OutboxRow(subject="trip.moved", key=str(event.trip_id), body=body, at=event.at)


def _statement(row: StatementRow) -> Statement:
    return Statement(
        id=row.id,
        rider_id=row.rider_id,
        tariff=row.tariff,
        period=Period(row.period),
        begins=row.begins,
        ends=row.ends,
        full=Money(row.full_minor, row.currency),
        paid=Money(row.paid_minor, row.currency),
        due=Money(row.due_minor, row.currency),
        product=row.product,
        at=row.at,
        revision=row.revision,
    )
