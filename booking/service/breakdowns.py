"""What becomes of the riders of a vehicle that broke down: other vehicles, at once.

With the promise as it was where that can be kept, else the nearest one that can be; where no
vehicle can come within ``LATEST``, the ride has failed. Everybody is told. A hold is not moved in
time: nobody has paid for it yet, so it is lost, and its order cannot be confirmed.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from booking.domain.chain import ChainPoint
from booking.domain.shuttles import Promise, RideState, ShuttleRide
from booking.service.ports import UnitOfWork
from booking.service.shuttle_plans import (
    AROUND,
    Plans,
    booked,
    leave_plan,
    read_plans,
    save_plans,
)
from routing.ondemand.board import inserted
from routing.ondemand.fleet import Duty, FleetNow

STEP: Final = timedelta(minutes=5)
LATEST: Final = timedelta(minutes=90)
"""So much later than promised a rider is still fetched."""


def replan(
    uow: UnitOfWork, plans: Plans, duty: Duty, here: ChainPoint | None, now: datetime
) -> None:
    """Find other vehicles for all who stand in the plan of a duty that is not driven on.

    Parameters
    ----------
    here
        Where those on board are let out.
    """
    names = dict.fromkeys(stop.ride for stop in duty.plan)
    names |= dict.fromkeys(key for key, ride in plans.rides.items() if ride.duty_id == duty.id)
    rides = sorted((plans.rides[name] for name in names), key=lambda ride: ride.promise)
    for ride in rides:
        leave_plan(uow, ride)
    for ride in rides:
        if ride.state is RideState.ON_BOARD:
            _let_out(ride, here, now)
        move_to_another(uow, plans, ride, now)


def move_to_another(uow: UnitOfWork, plans: Plans, ride: ShuttleRide, now: datetime) -> None:
    """Put a ride into another plan, as promised or as near to it as can be."""
    asked, late = ride.promise, timedelta(0)
    latest = timedelta(0) if ride.state is RideState.HELD else LATEST
    while late <= latest:
        ride.promise = _later(asked, late, now)
        if _put_in(uow, plans, ride, now):
            ride.tell("vehicle_changed")
            if ride.promise != asked:
                ride.tell("delayed")
            uow.shuttles.save_ride(ride)
            return
        late += STEP
    ride.promise = asked
    if ride.state is RideState.HELD:
        ride.move(RideState.EXPIRED, now)
    else:
        ride.move(RideState.FAILED, now)
    ride.tell("failed")
    ride.duty_id = None
    uow.shuttles.save_ride(ride)


def _later(promise: Promise, late: timedelta, now: datetime) -> Promise:
    """Return a promise that is kept so much later; nobody is picked up in the past."""
    shift = late or timedelta(0)
    begin = max(promise.pickup_from + shift, min(now, promise.pickup_until + shift))
    return Promise(begin, promise.pickup_until + shift, promise.drop_off_until + shift)


def _let_out(ride: ShuttleRide, here: ChainPoint | None, now: datetime) -> None:
    """Let a rider wait where the vehicle stands."""
    took = ride.promise.drop_off_until - ride.promise.pickup_from
    ride.move(RideState.BOOKED, now)
    if here is not None:
        ride.pickup, ride.pickup_stop = replace(here, name=ride.pickup.name), None
    until = max(ride.promise.drop_off_until, now + took)
    ride.promise = Promise(now, now + STEP, until)


def _put_in(uow: UnitOfWork, plans: Plans, ride: ShuttleRide, now: datetime) -> bool:
    begin, end = ride.promise.pickup_from - AROUND, ride.promise.drop_off_until + AROUND
    fresh = read_plans(uow, plans.ground, begin, end, now)
    fleet = inserted(fresh.now, plans.ground.times, booked(ride, plans.ground))
    if not isinstance(fleet, FleetNow):
        return False
    ride.duty_id = next(
        duty.id for duty in fleet.duties if any(stop.ride == str(ride.id) for stop in duty.plan)
    )
    save_plans(uow, fresh, fleet)
    return True
