"""Slots of own vehicles: reserved, held and confirmed, extended, given back, expired.

Whoever takes a slot locks the vehicle's row first, so two never get the same one. Nothing is paid
here: a rental has the price of its plan, and orders will carry it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.calendar import Span
from booking.domain.errors import RentalNotFound, RentalRefused, SlotNotFree, VehicleNotFound
from booking.domain.fleets import (
    Fleet,
    FleetVehicle,
    VehicleState,
    check_length,
    check_slot,
    plan_of,
    price_minor,
    reservation_minor,
)
from booking.domain.money import Money
from booking.domain.rentals import Rental, RentalState, taken_by
from booking.service.fleets import Fleets
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

HOLD_FOR: Final = timedelta(minutes=10)
BATCH: Final = 200
LISTED: Final = 50


class Reservations:
    """The riders' reservations.

    Parameters
    ----------
    fleets
        Knows which vehicle a public id is.
    hold_for
        How long a held slot waits for its confirmation.
    """

    def __init__(
        self, store: Store, clock: Clock, fleets: Fleets, *, hold_for: timedelta = HOLD_FOR
    ) -> None:
        self._store, self._clock, self._fleets = store, clock, fleets
        self._hold_for = hold_for

    def reserve(
        self, rider_id: UUID, fleet_id: str, public_id: str, wanted: Span, *, hold: bool = False
    ) -> Rental:
        """Take a vehicle for a time and return the rental: reserved, or held for a while.

        Raises
        ------
        FleetNotFound, VehicleNotFound, SlotNotFree
            Nothing is taken then.
        """

        def work(uow: UnitOfWork) -> Rental:
            now = self._clock.now()
            fleet = uow.fleets.get(fleet_id)
            found = self._fleets.find(uow, fleet_id, public_id)
            vehicle = uow.fleets.vehicle(fleet_id, found.id)
            if self._fleets.public_id(vehicle) != public_id:
                raise VehicleNotFound  # it was brought back meanwhile
            claim(uow, fleet, vehicle, wanted, now)
            rental = _rental(rider_id, fleet, vehicle, wanted, now)
            if hold:
                rental.state, rental.held_until = RentalState.HELD, now + self._hold_for
            uow.rentals.save(rental)
            uow.rentals.record(rental.id, rental.state, {"vehicle": vehicle.id}, now)
            return rental

        return in_transaction(self._store, work)

    def confirm(self, rental_id: UUID, rider_id: UUID) -> Rental:
        """Make a held rental a reserved one; confirming twice confirms once.

        Raises
        ------
        RentalNotFound, RentalRefused
            If there is no such hold, or its time is over.
        """

        def change(uow: UnitOfWork, rental: Rental, now: datetime) -> None:
            del uow
            if rental.state is RentalState.RESERVED:
                return
            if rental.is_overdue(now):
                raise RentalRefused("the slot was held until a moment that has passed")
            rental.move(RentalState.RESERVED)

        return self._change(rental_id, rider_id, "confirm", change)

    def extend(self, rental_id: UUID, rider_id: UUID, until: datetime) -> Rental:
        """Keep a vehicle longer, or raise ``SlotNotFree`` if others have it then."""

        def change(uow: UnitOfWork, rental: Rental, now: datetime) -> None:
            if not rental.is_live:
                raise RentalRefused(f"a rental that is {rental.state} cannot be extended")
            fleet = uow.fleets.get(rental.fleet_id)
            vehicle = uow.fleets.vehicle(rental.fleet_id, rental.vehicle_id)
            wanted = Span(rental.span.start, until)
            if until <= rental.span.end:
                raise SlotNotFree("a rental is extended to a later moment than it had")
            check_length(fleet, wanted)
            others = taken_spans(uow, vehicle, now, but=rental.id)
            check_slot(fleet, others, min(now, wanted.start), wanted)
            rental.span = wanted
            rental.price = priced(fleet, vehicle, wanted, rental.created_at)

        return self._change(rental_id, rider_id, "extend", change)

    def cancel(self, rental_id: UUID, rider_id: UUID) -> Rental:
        """Give a reservation back; cancelling twice cancels once.

        Raises
        ------
        RentalNotFound, RentalRefused
            If there is no such rental, or the rider has the vehicle already.
        """

        def change(uow: UnitOfWork, rental: Rental, now: datetime) -> None:
            del uow
            if rental.state is RentalState.CANCELLED:
                return
            if rental.task is not None:
                raise RentalRefused("its box is being opened at this moment")
            rental.move(RentalState.CANCELLED)
            rental.ended_at = now

        return self._change(rental_id, rider_id, "cancel", change)

    def expire_due(self, now: datetime) -> int:
        """Give back what was not confirmed or not picked up in time; return how many."""
        with self._store.read() as uow:
            due = uow.rentals.list_overdue(now, BATCH)
        return sum(self._expire(rental_id) for rental_id in due)

    def get(self, rental_id: UUID, rider_id: UUID) -> Rental:
        """Return a rider's rental, or raise ``RentalNotFound``."""
        with self._store.read() as uow:
            return own(uow, rental_id, rider_id)

    def of_order(self, order_id: UUID, rider_id: UUID) -> Rental:
        """Return the first rental of a rider's order, or raise ``RentalNotFound``."""
        with self._store.read() as uow:
            found = [one for one in uow.rentals.of_order(order_id) if one.rider_id == rider_id]
        if not found:
            raise RentalNotFound(order_id)
        return min(found, key=lambda one: one.leg or 0)

    def list_rentals(self, rider_id: UUID, limit: int = LISTED) -> Sequence[Rental]:
        """Return a rider's newest rentals, newest first."""
        with self._store.read() as uow:
            return uow.rentals.list_of(rider_id, limit)

    def _change(
        self,
        rental_id: UUID,
        rider_id: UUID,
        mark: str,
        change: Callable[[UnitOfWork, Rental, datetime], None],
    ) -> Rental:
        def work(uow: UnitOfWork) -> Rental:
            now = self._clock.now()
            rental = own(uow, rental_id, rider_id)
            before = (rental.state, rental.span)
            change(uow, rental, now)
            if (rental.state, rental.span) != before:
                uow.rentals.save(rental)
                uow.rentals.record(rental.id, mark, {}, now)
            return rental

        return in_transaction(self._store, work)

    def _expire(self, rental_id: UUID) -> bool:
        def work(uow: UnitOfWork) -> bool:
            now, rental = self._clock.now(), uow.rentals.get(rental_id)
            if not rental.is_overdue(now):
                return False
            rental.move(RentalState.EXPIRED)
            rental.ended_at = now
            uow.rentals.save(rental)
            uow.rentals.record(rental.id, rental.state, {}, now)
            return True

        return in_transaction(self._store, work)


def _rental(
    rider_id: UUID, fleet: Fleet, vehicle: FleetVehicle, wanted: Span, now: datetime
) -> Rental:
    return Rental(
        id=uuid7(),
        rider_id=rider_id,
        fleet_id=fleet.id,
        vehicle_id=vehicle.id,
        station_id=vehicle.home_id or vehicle.station_id,
        span=wanted,
        price=priced(fleet, vehicle, wanted, now),
        created_at=now,
    )


def own(uow: UnitOfWork, rental_id: UUID, rider_id: UUID) -> Rental:
    """Return a rider's rental, or raise ``RentalNotFound``."""
    rental = uow.rentals.get(rental_id)
    if rental.rider_id != rider_id:
        raise RentalNotFound(rental_id)
    return rental


def claim(
    uow: UnitOfWork,
    fleet: Fleet,
    vehicle: FleetVehicle,
    wanted: Span,
    now: datetime,
    *,
    kept: bool = False,
) -> None:
    """Raise ``SlotNotFree`` unless a vehicle, which is locked, can be rented in that time.

    Parameters
    ----------
    kept
        It is kept for an order, so it may wait for its rider although it is not reserved ahead.
    """
    if vehicle.state in {VehicleState.DISABLED, VehicleState.MAINTENANCE}:
        raise SlotNotFree("it is out of service")
    if not fleet.rules.reserve_ahead:
        if wanted.start > now and not kept:
            raise SlotNotFree("these vehicles are rented from now on, not ahead")
        if vehicle.state is VehicleState.IN_USE:
            raise SlotNotFree("somebody else has it")
    check_slot(fleet, taken_spans(uow, vehicle, now), now, wanted)


def taken_spans(
    uow: UnitOfWork, vehicle: FleetVehicle, now: datetime, but: UUID | None = None
) -> list[Span]:
    """Return when others than rental ``but`` have a vehicle."""
    live = uow.rentals.live(vehicle.fleet_id, vehicle.id)
    return taken_by((each for each in live if each.id != but), now)


def priced(fleet: Fleet, vehicle: FleetVehicle, slot: Span, made_at: datetime) -> Money:
    """Return what having a vehicle for a slot costs, with its reservation."""
    plan = plan_of(fleet, vehicle)
    minor = price_minor(plan, slot) + reservation_minor(plan, slot, made_at)
    return Money(minor, plan.currency)
