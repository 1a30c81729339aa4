"""The rented vehicles of an order: held, confirmed and given back in the order's own transactions.

The vehicle is locked, then its slot is claimed by the same check that a search and a reservation
use, and a dock is kept where the leg brings it to another station. A vehicle that is not reserved
ahead is kept from the hold on, for at most its fleet's ``reserve_s``.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from booking.domain.calendar import Span
from booking.domain.chain import ChainLeg, RentalRef
from booking.domain.errors import FleetRefused, NotOnSale, SlotNotFree
from booking.domain.fleets import Fleet, FleetVehicle
from booking.domain.money import Money
from booking.domain.order_states import OrderState
from booking.domain.orders import LATE_PICK_UP, Order
from booking.domain.rentals import Rental, RentalState
from booking.service.fleets import Fleets
from booking.service.ports import UnitOfWork
from booking.service.reservations import claim
from booking.service.supply import docks_left
from kommit.kit.ids import uuid7


class RentalHolds:
    """Holds and confirms the rentals of orders on our own fleets."""

    def __init__(self, fleets: Fleets) -> None:
        self._fleets = fleets

    def hold(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """Take the vehicles of a new order, until it expires.

        Raises
        ------
        SlotNotFree, VehicleNotFound, FleetNotFound
            If one of them cannot be had. The transaction must not be committed then.
        """
        for at, leg, rental in sorted(own_rentals(order), key=lambda one: one[2].system_id):
            fleet = uow.fleets.get(rental.system_id)
            span = span_of(fleet, leg, now)
            vehicle = self._claim(uow, fleet, rental, span, now)
            self._keep_dock(uow, fleet, vehicle, rental)
            held = _rental(order, at, vehicle, rental, span, now)
            uow.rentals.save(held)
            uow.rentals.record(held.id, held.state, {"vehicle": vehicle.id}, now)

    def confirm(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """Make the held rentals of an order reserved ones, or raise ``SlotNotFree``."""
        for rental in uow.rentals.of_order(order.id):
            if rental.state is not RentalState.HELD or rental.is_overdue(now):
                raise SlotNotFree("the vehicle was held until a moment that has passed")
            rental.move(RentalState.RESERVED)
            rental.held_until = None
            uow.rentals.save(rental)
            uow.rentals.record(rental.id, "confirm", {}, now)

    def _claim(
        self, uow: UnitOfWork, fleet: Fleet, rental: RentalRef, span: Span, now: datetime
    ) -> FleetVehicle:
        """Return a vehicle that can be had, locked: the one meant, or any at its station."""
        if rental.vehicle is not None:
            found = self._fleets.find(uow, fleet.id, rental.vehicle)
            vehicle = uow.fleets.vehicle(fleet.id, found.id)
            claim(uow, fleet, vehicle, span, now, kept=True)
            return vehicle
        reason: FleetRefused = SlotNotFree(f"no vehicle is left at {rental.pick_up_station}")
        for candidate in sorted(uow.fleets.vehicles(fleet.id), key=lambda one: one.id):
            if candidate.station_id != rental.pick_up_station:
                continue
            if candidate.type_id != rental.vehicle_type:
                continue
            vehicle = uow.fleets.vehicle(fleet.id, candidate.id)
            try:
                claim(uow, fleet, vehicle, span, now, kept=True)
            except SlotNotFree as refusal:
                reason = refusal
            else:
                return vehicle
        raise reason

    def _keep_dock(
        self, uow: UnitOfWork, fleet: Fleet, vehicle: FleetVehicle, rental: RentalRef
    ) -> None:
        station = fleet.station_of.get(rental.return_station or "")
        if station is None or vehicle.home_id is not None:
            return
        left = docks_left(uow.fleets.vehicles(fleet.id), uow.rentals.live(fleet.id), station)
        if left < (0 if vehicle.station_id == station.id else 1):
            raise SlotNotFree(f"every dock at {station.name} is taken or kept for others")


def release_rentals(uow: UnitOfWork, order: Order, to: OrderState, now: datetime) -> None:
    """Give the rentals of an order, which becomes ``to``, back."""
    for rental in uow.rentals.of_order(order.id):
        release_rental(uow, rental, to, now)


def release_rental(uow: UnitOfWork, rental: Rental, to: OrderState, now: datetime) -> None:
    """Give one rental back, unless the rider has the vehicle or it is over."""
    if rental.state not in {RentalState.HELD, RentalState.RESERVED} or rental.task is not None:
        return
    expired = to is OrderState.EXPIRED and rental.state is RentalState.HELD
    rental.move(RentalState.EXPIRED if expired else RentalState.CANCELLED)
    rental.ended_at = now
    uow.rentals.save(rental)
    uow.rentals.record(rental.id, rental.state, {}, now)


def own_rentals(order: Order) -> Iterator[tuple[int, ChainLeg, RentalRef]]:
    """Yield the legs of an order on vehicles of our own fleets, with their positions."""
    for at, leg in order.offer.chain.rentals:
        if leg.rental is not None and leg.rental.is_own:
            yield at, leg, leg.rental


def span_of(fleet: Fleet, leg: ChainLeg, now: datetime) -> Span:
    """Return for how long a vehicle is taken for a leg.

    Raises
    ------
    NotOnSale
        If a vehicle that is not reserved ahead is asked for too early.
    """
    if fleet.rules.reserve_ahead:
        return Span(leg.departure, leg.arrival)
    if leg.departure - now > timedelta(seconds=fleet.rules.reserve_s):
        minutes = fleet.rules.reserve_s // 60
        raise NotOnSale(f"{fleet.name} keeps a vehicle at most {minutes} minutes ahead")
    return Span(min(now, leg.departure), max(leg.arrival, leg.departure + LATE_PICK_UP))


def _rental(
    order: Order, at: int, vehicle: FleetVehicle, rental: RentalRef, span: Span, now: datetime
) -> Rental:
    return Rental(
        id=uuid7(),
        rider_id=order.rider_id,
        fleet_id=vehicle.fleet_id,
        vehicle_id=vehicle.id,
        station_id=vehicle.home_id or vehicle.station_id,
        span=span,
        price=Money(rental.price_minor, rental.currency),
        created_at=now,
        state=RentalState.HELD,
        held_until=order.expires_at,
        order_id=order.id,
        leg=at,
        return_station_id=None if vehicle.home_id else rental.return_station,
    )
