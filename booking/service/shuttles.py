"""Rides on demand as the search and their riders look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from booking.domain.errors import OrderNotFound
from booking.domain.shuttles import (
    RideView,
    ShuttleRide,
    VehicleKey,
    VehicleState,
)
from booking.service.ports import Store, UnitOfWork
from booking.service.shuttle_plans import (
    AROUND,
    Plans,
    World,
    ground_of,
    moment_of,
    read_plans,
)
from kommit.kit.clock import Clock
from routing.ondemand.board import TimedStop, schedule
from routing.ondemand.fleet import Action, FleetNow

"""Characters of a comment that are kept."""


class Expected(NamedTuple):
    """When a ride is expected to begin and end by the plan that it stands in."""

    pickup: datetime | None
    drop_off: datetime | None


@dataclass(frozen=True)
class Shuttles:
    """Rides on demand, for the search and for riders."""

    store: Store
    clock: Clock
    world: World

    def fleet(self, service_id: str, begin: int, end: int) -> FleetNow:
        """Return all duties of a service that touch a span of Unix seconds, as they are now.

        Raises
        ------
        NotOnSale
            If there is no such service of ours.
        """
        ground = ground_of(self.world, service_id)
        with self.store.read() as uow:
            now = self.clock.now()
            return read_plans(uow, ground, moment_of(begin), moment_of(end), now).now

    def version(self, service_id: str) -> int:
        """Return the version of a service's plans."""
        with self.store.read() as uow:
            return uow.shuttles.version(service_id)

    def rides(self, order_id: UUID, rider_id: UUID) -> Sequence[RideView]:
        """Return the rides of an order, in the order of its legs; raise ``OrderNotFound``."""
        with self.store.read() as uow:
            _own_order(uow, order_id, rider_id)
            return [self._view(uow, ride) for ride in uow.shuttles.rides_of(order_id)]

    def _view(self, uow: UnitOfWork, ride: ShuttleRide) -> RideView:
        ground = self.world().grounds.get(ride.service_id)
        name = ride.service_id if ground is None else ground.service.name
        rating = uow.shuttles.rating(ride.order_id, ride.leg)
        now = self.clock.now()
        if ground is None or ride.duty_id is None or not ride.is_planned(now):
            return RideView(ride, name, None, None, None, None, rating)
        begin, end = ride.promise.pickup_from - AROUND, ride.promise.drop_off_until + AROUND
        plans = read_plans(uow, ground, begin, end, now)
        vehicle_id = ride.duty_id.rsplit("@", 1)[0]
        vehicle = uow.shuttles.vehicle(VehicleKey(ride.service_id, vehicle_id))
        vehicles = {one.id: one.name for one in ground.service.vehicles or ()}
        eta = expected(plans, ride)
        shown = vehicle if shows_vehicle(ride, vehicle, now) else None
        return RideView(
            ride, name, shown, vehicles.get(vehicle_id), eta.pickup, eta.drop_off, rating
        )


def expected(plans: Plans, ride: ShuttleRide) -> Expected:
    """Return when a ride is expected to begin and end."""
    stops = {
        stop.stop.action: stop
        for stop in timed(plans, ride.duty_id)
        if stop.stop.ride == str(ride.id)
    }
    pickup, drop_off = stops.get(Action.PICK_UP), stops.get(Action.DROP_OFF)
    return Expected(
        ride.boarded_at if pickup is None else moment_of(pickup.begin),
        None if drop_off is None else moment_of(drop_off.arrive),
    )


def timed(plans: Plans, duty_id: str | None) -> list[TimedStop]:
    """Return the stops of a duty with the times at which they are expected."""
    if duty_id not in {duty.id for duty in plans.kept.duties} or duty_id is None:
        return []
    return schedule(plans.kept, plans.ground.times, duty_id)


def shows_vehicle(ride: ShuttleRide, vehicle: VehicleState, now: datetime) -> bool:
    """Say whether riders see where their vehicle is: from half an hour before the pick-up on."""
    return vehicle.lat is not None and now >= ride.promise.pickup_from - AROUND / 4


def _own_order(uow: UnitOfWork, order_id: UUID, rider_id: UUID) -> None:
    if uow.orders.get(order_id).rider_id != rider_id:
        raise OrderNotFound(order_id)
