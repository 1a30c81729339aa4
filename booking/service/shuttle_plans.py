"""The plans of own on-demand vehicles: read as a fleet, changed, and kept.

Whoever changes a plan has locked its service (``uow.shuttles.lock``), so what is offered to one is
offered to nobody else. Holds that have lapsed are left out when plans are read, and leave them with
the next change.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from booking.domain.errors import NotOnSale
from booking.domain.shuttles import (
    DutyState,
    ShuttleRide,
    ShuttleState,
    VehicleKey,
)
from booking.service.ports import UnitOfWork
from routing.ondemand.duties import duties_of
from routing.ondemand.fleet import BookedRide, Duty, FleetNow, PlannedStop, Spot
from routing.ondemand.network import OnDemandNetwork, ServiceGround
from routing.ondemand.progress import advanced
from routing.ondemand.rides import ride_of

World = Callable[[], OnDemandNetwork]
"""Gives the services and streets of this moment."""
AROUND: Final = timedelta(hours=2)
"""So far before and after a ride duties are looked at that might take it."""


class Plans(NamedTuple):
    """A fleet as it is kept, as it is now, and its rides."""

    ground: ServiceGround
    kept: FleetNow
    """Since drivers reported last."""
    now: FleetNow
    """If vehicles drive as scheduled since."""
    rides: Mapping[str, ShuttleRide]
    states: Mapping[str, DutyState]


def ground_of(world: World, service_id: str) -> ServiceGround:
    """Return a service of ours on the map, or raise ``NotOnSale``."""
    ground = world().grounds.get(service_id)
    if ground is None or not ground.service.is_ours:
        raise NotOnSale(f"there is no on-demand service {service_id!r} here")
    return ground


def read_plans(
    uow: UnitOfWork, ground: ServiceGround, begin: datetime, end: datetime, now: datetime
) -> Plans:
    """Return the plans of a service's duties that touch a span."""
    service = ground.service
    duties = duties_of(service, unix(begin), unix(end))
    states = uow.shuttles.duties(service.id, [duty.id for duty in duties])
    named = {ride for state in states.values() for ride, _ in state.plan}
    rides = {str(ride.id): ride for ride in uow.shuttles.rides(named) if ride.is_planned(now)}
    broken = {
        vehicle
        for vehicle in {duty.vehicle for duty in duties}
        if uow.shuttles.vehicle(VehicleKey(service.id, vehicle)).state is ShuttleState.BROKEN
    }
    kept = FleetNow(
        service=service.id,
        version=uow.shuttles.version(service.id),
        moment=unix(now),
        duties=tuple(
            _duty(duty, states.get(duty.id), rides) for duty in duties if duty.vehicle not in broken
        ),
        rides={key: booked(ride, ground) for key, ride in rides.items()},
    )
    return Plans(ground, kept, advanced(kept, ground.times, unix(now)), rides, states)


def save_plans(uow: UnitOfWork, plans: Plans, changed: FleetNow) -> list[str]:
    """Keep the plans of ``changed``, which is ``plans.now`` with other plans; return which duties.

    The rides in them are told which duty they stand in.
    """
    saved = []
    for was, base, duty in zip(plans.now.duties, plans.kept.duties, changed.duties, strict=True):
        state = plans.states.get(duty.id)
        driven = base.plan[: len(base.plan) - len(was.plan)]
        plan = tuple((stop.ride, stop.action) for stop in (*driven, *duty.plan))
        if state is not None and state.plan == plan:
            continue
        if state is None and not plan:
            continue
        uow.shuttles.save_duty(
            plans.ground.service.id, replace(state or DutyState(duty.id, ()), plan=plan)
        )
        saved.append(duty.id)
    if saved:
        uow.shuttles.bump(plans.ground.service.id)
    return saved


def leave_plan(uow: UnitOfWork, ride: ShuttleRide) -> None:
    """Take a ride out of the plan that it stands in; its service is locked for that."""
    if ride.duty_id is None:
        return
    uow.shuttles.lock(ride.service_id)
    state = uow.shuttles.duties(ride.service_id, [ride.duty_id]).get(ride.duty_id)
    if state is None:
        return
    plan = tuple(stop for stop in state.plan if stop[0] != str(ride.id))
    if plan != state.plan:
        uow.shuttles.save_duty(ride.service_id, replace(state, plan=plan))
        uow.shuttles.bump(ride.service_id)


def booked(ride: ShuttleRide, ground: ServiceGround) -> BookedRide:
    """Return a ride as the dispatcher sees it."""
    promise = ride.promise
    return ride_of(
        ground.service,
        str(ride.id),
        Spot(ride.pickup.lat, ride.pickup.lon, ride.pickup_stop),
        Spot(ride.drop_off.lat, ride.drop_off.lon, ride.drop_off_stop),
        unix(promise.pickup_from),
        unix(promise.pickup_until),
        unix(promise.drop_off_until),
        ride.party,
    )


def unix(moment: datetime) -> int:
    """Return the Unix second of a moment."""
    return int(moment.timestamp())


def moment_of(second: int) -> datetime:
    """Return the moment of a Unix second."""
    return datetime.fromtimestamp(second, UTC)


def _duty(duty: Duty, state: DutyState | None, rides: Mapping[str, ShuttleRide]) -> Duty:
    if state is None:
        return duty
    plan = _live(state, rides)
    if state.ready_at is None or state.lat is None or state.lon is None:
        return replace(duty, plan=plan)
    at = Spot(state.lat, state.lon, state.stop)
    return replace(duty, plan=plan, at=at, ready=max(duty.ready, unix(state.ready_at)))


def _live(state: DutyState, rides: Mapping[str, ShuttleRide]) -> tuple[PlannedStop, ...]:
    """Return a plan without rides that stand in it no longer."""
    return tuple(PlannedStop(ride, action) for ride, action in state.plan if ride in rides)
