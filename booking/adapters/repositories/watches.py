"""What streams are told from, in SQL: each question is asked for all streams together."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking.adapters.shuttle_tables import (
    ShuttleRatingRow,
    ShuttleRideRow,
    ShuttleServiceRow,
    ShuttleVehicleRow,
)
from booking.adapters.tables import OrderRow, SessionRow
from booking.service.event_repositories import OrderNews, RiderMark

T = TypeVar("T", UUID, str)

AT_A_TIME: Final = 500
"""Values in one question; PostgreSQL and SQLite both take many more."""


class SqlWatches:
    """See ``booking.service.event_repositories.WatchRepository``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def order_versions(self, order_ids: Collection[UUID]) -> Mapping[UUID, int]:
        """Return the version of each order that there is."""
        found: dict[UUID, int] = {}
        for ids in _portions(order_ids):
            wanted = select(OrderRow.id, OrderRow.version).where(OrderRow.id.in_(ids))
            found.update((row.id, row.version) for row in self._session.execute(wanted))
        return found

    def rider_marks(self, rider_ids: Collection[UUID]) -> Mapping[UUID, RiderMark]:
        """Return a mark for each rider that has an order."""
        found: dict[UUID, RiderMark] = {}
        for ids in _portions(rider_ids):
            wanted = (
                select(OrderRow.rider_id, func.count(), func.sum(OrderRow.version))
                .where(OrderRow.rider_id.in_(ids))
                .group_by(OrderRow.rider_id)
            )
            for rider_id, orders, versions in self._session.execute(wanted):
                found[rider_id] = RiderMark(orders, int(versions))
        return found

    def newest_orders(self, rider_id: UUID, limit: int) -> Sequence[OrderNews]:
        """Return how a rider's newest orders stand; their ids are UUIDv7, which sort by time."""
        wanted = select(OrderRow.id, OrderRow.state, OrderRow.version)
        wanted = wanted.where(OrderRow.rider_id == rider_id)
        rows = self._session.execute(wanted.order_by(OrderRow.id.desc()).limit(limit))
        return [OrderNews(*row) for row in rows]

    def ride_marks(self, order_ids: Collection[UUID]) -> Mapping[UUID, str]:
        """Return what changes with a ride, its plan, its vehicle or its rating."""
        digests: dict[UUID, list[str]] = {}
        world = self._world() if order_ids else ""
        ride = ShuttleRideRow
        for ids in _portions(order_ids):
            wanted = (
                select(ride, ShuttleRatingRow.stars)
                .outerjoin(
                    ShuttleRatingRow,
                    (ShuttleRatingRow.order_id == ride.order_id)
                    & (ShuttleRatingRow.leg == ride.leg),
                )
                .where(ride.order_id.in_(ids))
                .order_by(ride.id)
            )
            for row, stars in self._session.execute(wanted):
                told = f"{row.id} {row.state} {row.told} {row.duty_id} {row.boarded_at} {stars}"
                digests.setdefault(row.order_id, [world]).append(told)
        return {order_id: _digest(lines) for order_id, lines in digests.items()}

    def open_sessions(self, token_hashes: Collection[str], now: datetime) -> Collection[str]:
        """Return those of riders' sessions that have not ended."""
        found: set[str] = set()
        for hashes in _portions(token_hashes):
            wanted = select(SessionRow.token_hash).where(SessionRow.token_hash.in_(hashes))
            found.update(self._session.scalars(wanted.where(SessionRow.expires_at > now)))
        return found

    def _world(self) -> str:
        """Return what changes with any plan or any vehicle: services and vehicles are few."""
        service, vehicle = ShuttleServiceRow, ShuttleVehicleRow
        plans = self._session.execute(
            select(service.id, service.version).order_by(service.id)
        ).all()
        seen = self._session.execute(
            select(
                vehicle.service_id,
                vehicle.vehicle_id,
                vehicle.state,
                vehicle.position_at,
                vehicle.delay_s,
            ).order_by(vehicle.service_id, vehicle.vehicle_id)
        ).all()
        return f"{plans} {seen}"


def _portions(values: Collection[T]) -> Iterator[list[T]]:
    """Yield sorted values in lists that fit one question."""
    rest = iter(sorted(values))
    while portion := list(islice(rest, AT_A_TIME)):
        yield portion


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
