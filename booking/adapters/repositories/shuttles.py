"""Rides on demand and the plans of own vehicles in SQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from booking.adapters.database import insert_once
from booking.adapters.shuttle_tables import (
    ShuttleDutyRow,
    ShuttleEventRow,
    ShuttleRatingRow,
    ShuttleRideRow,
    ShuttleServiceRow,
    ShuttleVehicleRow,
)
from booking.adapters.tables import OutboxRow
from booking.domain.chain import ChainPoint
from booking.domain.errors import RideNotFound
from booking.domain.shuttles import (
    DutyState,
    Promise,
    RideState,
    ShuttleRide,
    ShuttleState,
    VehicleKey,
    VehicleState,
)
from routing.ondemand.fleet import Action
from routing.ondemand.service import Capacity


class SqlShuttles:
    """See ``booking.service.shuttle_repositories.ShuttleRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks

    # --- services

    def lock(self, service_id: str) -> int:
        """Make others that change plans of a service wait; return the plans' version."""
        insert_once(self._session, ShuttleServiceRow, {"id": service_id, "version": 0})
        row = self._session.get_one(
            ShuttleServiceRow, service_id, with_for_update=True, populate_existing=True
        )
        return row.version

    def version(self, service_id: str) -> int:
        """Return the version of a service's plans, 0 before the first."""
        wanted = select(ShuttleServiceRow.version).where(ShuttleServiceRow.id == service_id)
        return self._session.scalars(wanted).one_or_none() or 0

    def bump(self, service_id: str) -> None:
        """Say that plans changed."""
        service = ShuttleServiceRow
        self._session.execute(
            update(service).where(service.id == service_id).values(version=service.version + 1)
        )

    # --- duties

    def duties(self, service_id: str, duty_ids: Iterable[str]) -> Mapping[str, DutyState]:
        """Return what is known of some duties."""
        row = ShuttleDutyRow
        wanted = select(row).where(row.service_id == service_id, row.id.in_(sorted(duty_ids)))
        return {duty.id: _duty(duty) for duty in self._session.scalars(wanted)}

    def duties_with_plans(self, service_id: str) -> Sequence[DutyState]:
        """Return the duties of a service whose plans are not empty."""
        row = ShuttleDutyRow
        wanted = select(row).where(row.service_id == service_id, row.is_empty.is_(False))
        return [_duty(duty) for duty in self._session.scalars(wanted.order_by(row.id))]

    def save_duty(self, service_id: str, duty: DutyState) -> None:
        """Keep a duty as it is now."""
        self._session.merge(
            ShuttleDutyRow(
                service_id=service_id,
                id=duty.duty_id,
                plan=[[ride, int(action)] for ride, action in duty.plan],
                is_empty=not duty.plan,
                lat=duty.lat,
                lon=duty.lon,
                stop=duty.stop,
                ready_at=duty.ready_at,
            )
        )
        self._session.flush()

    # --- rides

    def rides(self, ride_ids: Iterable[str]) -> Sequence[ShuttleRide]:
        """Return some rides by their ids."""
        ids = sorted(UUID(ride_id) for ride_id in ride_ids)
        wanted = select(ShuttleRideRow).where(ShuttleRideRow.id.in_(ids))
        rows = self._session.scalars(wanted.order_by(ShuttleRideRow.id))
        return [_ride(row) for row in rows]

    def ride(self, ride_id: UUID) -> ShuttleRide:
        """Return a ride, or raise ``RideNotFound``."""
        row = self._session.get(ShuttleRideRow, ride_id, populate_existing=True)
        if row is None:
            raise RideNotFound
        return _ride(row)

    def rides_of(self, order_id: UUID) -> Sequence[ShuttleRide]:
        """Return the rides of an order in the order of its legs, all tries of a leg."""
        row = ShuttleRideRow
        wanted = select(row).where(row.order_id == order_id).order_by(row.leg, row.id)
        return [_ride(one) for one in self._session.scalars(wanted)]

    def list_ended(self, since: datetime) -> Sequence[ShuttleRide]:
        """Return rides that failed or that nobody turned up for since then."""
        row = ShuttleRideRow
        ends = (RideState.FAILED, RideState.NO_SHOW)
        wanted = select(row).where(row.state.in_(ends), row.ended_at >= since).order_by(row.id)
        return [_ride(one) for one in self._session.scalars(wanted)]

    def count_open(self, rider_id: UUID, now: datetime) -> int:
        """Return how many rides a rider has booked or holds that were not taken yet."""
        row = ShuttleRideRow
        held = and_(row.state == RideState.HELD, row.held_until > now)
        booked = and_(row.state == RideState.BOOKED, row.drop_off_until > now)
        wanted = select(func.count()).where(row.rider_id == rider_id, or_(held, booked))
        return self._session.scalar(wanted) or 0

    def done_in(self, service_id: str, duty_id: str) -> int:
        """Return how many rides of a duty are done."""
        row = ShuttleRideRow
        wanted = select(func.count()).where(
            row.service_id == service_id, row.duty_id == duty_id, row.state == RideState.DONE
        )
        return self._session.scalar(wanted) or 0

    def save_ride(self, ride: ShuttleRide) -> None:
        """Keep a ride as it is now, and tell of it by the outbox if it moved."""
        before = self._session.get(ShuttleRideRow, ride.id)
        was = None if before is None else before.state
        self._session.merge(ShuttleRideRow(**_ride_columns(ride)))
        if was != ride.state:
            self._session.add(_moved(ride, was))
        self._session.flush()

    # --- vehicles

    def vehicle(self, key: VehicleKey) -> VehicleState:
        """Return what a driver reported last; nothing is an idle vehicle."""
        row = self._session.get(ShuttleVehicleRow, tuple(key), populate_existing=True)
        if row is None:
            return VehicleState(key)
        return VehicleState(
            key,
            ShuttleState(row.state),
            row.lat,
            row.lon,
            row.bearing,
            row.speed_mps,
            row.position_at,
            row.delay_s,
        )

    def save_vehicle(self, vehicle: VehicleState) -> None:
        """Keep what was reported."""
        self._session.merge(
            ShuttleVehicleRow(
                **vehicle.key._asdict(),
                state=vehicle.state,
                lat=vehicle.lat,
                lon=vehicle.lon,
                bearing=vehicle.bearing,
                speed_mps=vehicle.speed_mps,
                position_at=vehicle.position_at,
                delay_s=vehicle.delay_s,
            )
        )
        self._session.flush()

    def record(
        self,
        key: VehicleKey,
        kind: str,
        ride_id: UUID | None,
        notes: Mapping[str, str],
        at: datetime,
    ) -> None:
        """Add an event to those that were reported."""
        self._session.add(
            ShuttleEventRow(**key._asdict(), kind=kind, ride_id=ride_id, notes=dict(notes), at=at)
        )

    # --- ratings

    def rate(self, order_id: UUID, leg: int, stars: int, comment: str | None, at: datetime) -> None:
        """Keep what a rider thinks of a ride; a later rating replaces it."""
        self._session.merge(
            ShuttleRatingRow(order_id=order_id, leg=leg, stars=stars, comment=comment, at=at)
        )

    def rating(self, order_id: UUID, leg: int) -> int | None:
        """Return the stars of a ride."""
        row = self._session.get(ShuttleRatingRow, (order_id, leg))
        return None if row is None else row.stars


def _duty(row: ShuttleDutyRow) -> DutyState:
    plan = tuple((str(ride), Action(action)) for ride, action in row.plan)
    return DutyState(row.id, plan, row.lat, row.lon, row.stop, row.ready_at)


def _moved(ride: ShuttleRide, was: str | None) -> OutboxRow:
    key = str(ride.order_id)
    body = {"order_id": key, "leg": ride.leg, "state": ride.state.value, "was": was}
    at = ride.ended_at or ride.boarded_at or ride.created_at
    return OutboxRow(subject="leg.moved", key=key, body=body, at=at)


def _ride_columns(ride: ShuttleRide) -> dict[str, Any]:
    return {
        "id": ride.id,
        "service_id": ride.service_id,
        "order_id": ride.order_id,
        "rider_id": ride.rider_id,
        "leg": ride.leg,
        "pickup": _point_columns(ride.pickup, ride.pickup_stop),
        "drop_off": _point_columns(ride.drop_off, ride.drop_off_stop),
        **ride.promise._asdict(),
        "party": list(ride.party),
        "pin": ride.pin,
        "state": ride.state,
        "held_until": ride.held_until,
        "created_at": ride.created_at,
        "duty_id": ride.duty_id,
        "told": list(ride.told),
        "boarded_at": ride.boarded_at,
        "ended_at": ride.ended_at,
    }


def _point_columns(point: ChainPoint, stop: str | None) -> list[Any]:
    return [point.name, point.lat, point.lon, point.stop_id, stop]


def _ride(row: ShuttleRideRow) -> ShuttleRide:
    return ShuttleRide(
        id=row.id,
        service_id=row.service_id,
        order_id=row.order_id,
        rider_id=row.rider_id,
        leg=row.leg,
        pickup=ChainPoint(*row.pickup[:4]),
        drop_off=ChainPoint(*row.drop_off[:4]),
        pickup_stop=row.pickup[4],
        drop_off_stop=row.drop_off[4],
        promise=Promise(row.pickup_from, row.pickup_until, row.drop_off_until),
        party=Capacity(*row.party),
        pin=row.pin,
        state=RideState(row.state),
        held_until=row.held_until,
        created_at=row.created_at,
        duty_id=row.duty_id,
        told=list(row.told),
        boarded_at=row.boarded_at,
        ended_at=row.ended_at,
    )
