"""Chain repair: a ride that brings riders to a shuttle is late, so they are picked up later.

Within the promise if that is possible, else as soon after it as a vehicle can; the promises to
others bind. Shuttles before the late ride stay as they were promised.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from booking.domain.chain import Chain, ChainLeg
from booking.domain.shuttles import Promise, RideState, ShuttleRide
from booking.service.breakdowns import LATEST, STEP
from booking.service.ports import Store, UnitOfWork
from booking.service.shuttle_plans import AROUND, Plans, World, booked, read_plans, save_plans
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from routing.ondemand.board import compiled, inserted, without
from routing.ondemand.fleet import Action, FleetNow, PlannedStop
from routing.ondemand.network import ServiceGround

Expected = Callable[[ChainLeg], datetime | None]
"""Returns when a ride of the timetable is expected to arrive, None where nobody knows better."""
AHEAD: Final = timedelta(hours=3)
"""So long before a pick-up its connection is looked at."""


@dataclass(frozen=True)
class LateConnections:
    """Moves pick-ups after rides that are late."""

    store: Store
    clock: Clock
    world: World
    expected: Expected

    def repair(self) -> int:
        """Look at the connections of all rides of the next hours; return how many were moved."""
        grounds = [one for one in self.world().grounds.values() if one.service.is_ours]
        return sum(self._repair(ground) for ground in grounds)

    def _repair(self, ground: ServiceGround) -> int:
        late = self._late(ground)
        if not late:
            return 0

        def work(uow: UnitOfWork) -> int:
            uow.shuttles.lock(ground.service.id)
            now = self.clock.now()
            return sum(_moved(uow, ground, key, ready, now) for key, ready in late.items())

        return in_transaction(self.store, work)

    def _late(self, ground: ServiceGround) -> dict[str, datetime]:
        """Return from when the riders can be there who cannot be there as promised."""
        with self.store.read() as uow:
            now = self.clock.now()
            plans = read_plans(uow, ground, now - AROUND, now + AHEAD, now)
            return dict(self._riders(uow, plans))

    def _riders(self, uow: UnitOfWork, plans: Plans) -> Iterator[tuple[str, datetime]]:
        waiting = _waiting(plans.kept)
        for key, ride in plans.rides.items():
            if ride.state is RideState.BOOKED and key in waiting:
                ready = ready_at(uow.orders.get(ride.order_id).offer.chain, ride.leg, self.expected)
                if ready is not None and ready > ride.promise.pickup_from:
                    yield key, ready


def ready_at(chain: Chain, leg: int, expected: Expected) -> datetime | None:
    """Return when a rider can be at the pick-up of a leg, if the ride before it is known to.

    Walks between are taken as long as planned. After another shuttle there is nothing to repair:
    its promise includes its arrival.
    """
    for at in range(leg - 1, -1, -1):
        before = chain.legs[at]
        if before.carrier is None:
            continue
        arrival = None if before.ride is None else expected(before)
        if arrival is None:
            return None
        walked = (one.arrival - one.departure for one in chain.legs[at + 1 : leg])
        return arrival + sum(walked, timedelta(0))
    return None


def _moved(
    uow: UnitOfWork, ground: ServiceGround, key: str, ready: datetime, now: datetime
) -> bool:
    """Let a ride begin later, in its own vehicle or in another one; say whether one can."""
    plans = read_plans(uow, ground, now - AROUND, now + AHEAD + LATEST, now)
    ride = plans.rides.get(key)
    if ride is None or ride.state is not RideState.BOOKED or key not in _waiting(plans.kept):
        return False
    asked = ride.promise
    for promise in _promises(asked, ready):
        ride.promise = promise
        if _waits(plans, ride) or _put_in(uow, plans, ride):
            if promise[1:] != asked[1:]:
                ride.tell("delayed")
            ride.tell("connection_late")
            uow.shuttles.save_ride(ride)
            uow.shuttles.bump(ride.service_id)
            return True
    ride.promise = asked
    return False


def _promises(asked: Promise, ready: datetime) -> Iterator[Promise]:
    """Yield what may be promised to somebody who is there at ``ready``, the nearest first."""
    if ready <= asked.pickup_until:
        yield asked._replace(pickup_from=ready)
    late = ready - asked.pickup_from
    while late <= LATEST:
        yield Promise(*(moment + late for moment in asked))
        late += STEP


def _waits(plans: Plans, ride: ShuttleRide) -> bool:
    """Say whether the vehicle that has the ride can wait without breaking a promise."""
    rides = {**plans.kept.rides, str(ride.id): booked(ride, plans.ground)}
    before, after = (
        {board.ride_ids[row] for row, _ in board.board.late()}
        for board in (
            compiled(plans.kept, plans.ground.times),
            compiled(replace(plans.kept, rides=rides), plans.ground.times),
        )
    )
    return str(ride.id) not in after and after <= before


def _put_in(uow: UnitOfWork, plans: Plans, ride: ShuttleRide) -> bool:
    """Put a ride into whichever plan takes it, unless a vehicle is on its way already."""
    key = str(ride.id)
    if key not in _waiting(plans.now):
        return False
    fleet = inserted(without(plans.now, key), plans.ground.times, booked(ride, plans.ground))
    if not isinstance(fleet, FleetNow):
        return False
    duty = next(one for one in fleet.duties if PlannedStop(key, Action.PICK_UP) in one.plan)
    if duty.id != ride.duty_id:
        ride.tell("vehicle_changed")
    ride.duty_id = duty.id
    save_plans(uow, plans, fleet)
    return True


def _waiting(fleet: FleetNow) -> set[str]:
    """Return the rides that no vehicle has left for yet, by the plans of a fleet."""
    return {
        stop.ride for duty in fleet.duties for stop in duty.plan if stop.action is Action.PICK_UP
    }
