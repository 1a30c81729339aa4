"""What keeps the plans of own vehicles good without anybody asking.

Plans are improved beside the traffic: they are read, worked on without any lock, and kept only if
nobody changed them meanwhile, so no buyer ever waits for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from booking.domain.shuttles import (
    PLANNED,
    DutyState,
    RideState,
    ShuttleRide,
    ShuttleState,
    VehicleKey,
)
from booking.service.breakdowns import move_to_another
from booking.service.driving import EARLY
from booking.service.ports import Store, UnitOfWork
from booking.service.shuttle_plans import (
    AROUND,
    Plans,
    World,
    leave_plan,
    moment_of,
    read_plans,
    save_plans,
    unix,
)
from booking.service.shuttles import shows_vehicle
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from routing.ondemand.board import improved
from routing.ondemand.duties import duties_of
from routing.ondemand.fleet import FleetNow
from routing.ondemand.network import ServiceGround
from routing.ondemand.progress import advanced

AHEAD: Final = timedelta(hours=18)
"""So far ahead plans are improved."""
FORGOTTEN: Final = timedelta(hours=30)
"""So long after a shift began, what is left of its plan is not driven any more."""
MARGIN: Final = timedelta(seconds=10)
"""For keeping what was found: a vehicle that leaves until then is left alone."""


@dataclass(frozen=True)
class Upkeep:
    """The jobs of own on-demand vehicles."""

    store: Store
    clock: Clock
    world: World

    def improve(self, seconds: float = 1.0, seed: int = 0) -> int:
        """Improve the plans of every service for some seconds each; return how many got better."""
        return sum(self._improve(ground, seconds, seed) for ground in self._grounds())

    def rescue(self) -> int:
        """Find other vehicles for riders whose vehicle is broken or gone; return how many rides.

        A breakdown does so at once for the shift that runs; here it is done for later ones, an hour
        before they begin, and for vehicles that were taken out of the definition.
        """
        return sum(self._rescue(ground) for ground in self._grounds())

    def tidy(self) -> int:
        """Close plans of shifts that ended long ago; return how many.

        Drivers forget to report. Who was on board is there by now; of others nobody knows that they
        were driven, so those rides have failed.
        """
        return sum(self._tidy(ground) for ground in self._grounds())

    # --- how

    def _grounds(self) -> Iterable[ServiceGround]:
        return [ground for ground in self.world().grounds.values() if ground.service.vehicles]

    def _improve(self, ground: ServiceGround, seconds: float, seed: int) -> bool:
        until = self.clock.now() + timedelta(seconds=seconds) + MARGIN
        plans = self._read(ground, until)
        if sum(bool(duty.plan) for duty in plans.now.duties) == 0:
            return False
        better = improved(plans.now, ground.times, seconds=seconds, seed=seed)
        if better is plans.now:
            return False
        return in_transaction(self.store, lambda uow: self._keep(uow, plans, better, until))

    def _read(self, ground: ServiceGround, until: datetime) -> Plans:
        """Return the plans with what vehicles will have begun by ``until`` taken as done."""
        with self.store.read() as uow:
            now = self.clock.now()
            plans = read_plans(uow, ground, now - AROUND, now + AHEAD, now)
            return plans._replace(now=advanced(plans.kept, ground.times, unix(until)))

    def _keep(self, uow: UnitOfWork, plans: Plans, better: FleetNow, until: datetime) -> bool:
        version, now = uow.shuttles.lock(better.service), self.clock.now()
        if version != plans.kept.version or now > until:
            return False
        saved = save_plans(uow, plans, better)
        for duty in better.duties:
            for key in {stop.ride for stop in duty.plan}:
                self._changes_vehicle(uow, plans, key, duty.id, now)
        return bool(saved)

    def _changes_vehicle(
        self, uow: UnitOfWork, plans: Plans, key: str, duty_id: str, now: datetime
    ) -> None:
        ride = plans.rides[key]
        if ride.duty_id == duty_id:
            return
        vehicle = uow.shuttles.vehicle(VehicleKey(ride.service_id, duty_id.rsplit("@", 1)[0]))
        if ride.state is RideState.BOOKED and shows_vehicle(ride, vehicle, now):
            ride.tell("vehicle_changed")
        ride.duty_id = duty_id
        uow.shuttles.save_ride(ride)

    def _rescue(self, ground: ServiceGround) -> int:
        with self.store.read() as uow:
            if not self._stranded(uow, ground):
                return 0

        def work(uow: UnitOfWork) -> int:
            uow.shuttles.lock(ground.service.id)
            now, found = self.clock.now(), self._stranded(uow, ground)
            plans = read_plans(uow, ground, now, now, now)
            names = {ride for state in found for ride, _ in state.plan}
            rides = [ride for ride in uow.shuttles.rides(names) if ride.is_planned(now)]
            for state in found:
                uow.shuttles.save_duty(ground.service.id, replace(state, plan=()))
            for ride in sorted(rides, key=lambda ride: ride.promise):
                leave_plan(uow, ride)
                move_to_another(uow, plans, ride, now)
            uow.shuttles.bump(ground.service.id)
            return len(rides)

        return in_transaction(self.store, work)

    def _tidy(self, ground: ServiceGround) -> int:
        def work(uow: UnitOfWork) -> int:
            uow.shuttles.lock(ground.service.id)
            now = self.clock.now()
            old = [
                state
                for state in uow.shuttles.duties_with_plans(ground.service.id)
                if moment_of(_begin(state)) + FORGOTTEN <= now
            ]
            for ride in uow.shuttles.rides({ride for state in old for ride, _ in state.plan}):
                if ride.state in PLANNED:
                    ride.move(_forgotten(ride), now)
                    uow.shuttles.save_ride(ride)
            for state in old:
                uow.shuttles.save_duty(ground.service.id, replace(state, plan=()))
            return len(old)

        return in_transaction(self.store, work)

    def _stranded(self, uow: UnitOfWork, ground: ServiceGround) -> list[DutyState]:
        """Return the plans that begin within the hour, or did, and that nobody can drive."""
        soon = self.clock.now() + EARLY
        return [
            state
            for state in uow.shuttles.duties_with_plans(ground.service.id)
            if moment_of(_begin(state)) <= soon and not _can_be_driven(uow, ground, state)
        ]


def _can_be_driven(uow: UnitOfWork, ground: ServiceGround, state: DutyState) -> bool:
    begin = _begin(state)
    if state.duty_id not in {duty.id for duty in duties_of(ground.service, begin, begin)}:
        return False
    vehicle = VehicleKey(ground.service.id, state.duty_id.rsplit("@", 1)[0])
    return uow.shuttles.vehicle(vehicle).state is not ShuttleState.BROKEN


def _forgotten(ride: ShuttleRide) -> RideState:
    if ride.state is RideState.ON_BOARD:
        return RideState.DONE
    return RideState.EXPIRED if ride.state is RideState.HELD else RideState.FAILED


def _begin(state: DutyState) -> int:
    return int(state.duty_id.rsplit("@", 1)[1])
