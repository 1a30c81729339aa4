"""What follows, in the database, from what locks say: the steps of ``booking.service.rentals``."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from booking.domain.calendar import Span
from booking.domain.errors import RentalRefused
from booking.domain.fleets import (
    Fleet,
    FleetVehicle,
    VehicleState,
    plan_of,
    price_minor,
    reservation_minor,
)
from booking.domain.locks import LockReport
from booking.domain.money import Money
from booking.domain.rentals import Action, Rental, RentalState
from booking.domain.zones import may_end
from booking.service.ports import UnitOfWork
from booking.service.reservations import taken_spans
from booking.service.supply import docks_left
from routing.sharing.supply import ReturnConstraint


class Spot(NamedTuple):
    """Where a vehicle is brought: a station, or a point for one that stands anywhere."""

    station_id: str | None = None
    lat: float | None = None
    lon: float | None = None


def is_pick_up(rental: Rental) -> bool:
    """Say whether what is under way is the opening with which a rental begins."""
    task = rental.task
    return task is not None and task.action is Action.OPEN and rental.state is RentalState.RESERVED


def check_return(
    uow: UnitOfWork, rental: Rental, spot: Spot | None, now: datetime
) -> Mapping[str, str]:
    """Return where a vehicle is brought, for the journal, or raise ``RentalRefused``."""
    fleet = uow.fleets.get(rental.fleet_id)
    vehicle = uow.fleets.vehicle(rental.fleet_id, rental.vehicle_id)
    spot = spot or Spot()
    if vehicle.home_id is not None:
        return _home(fleet, vehicle, spot.station_id)
    if spot.station_id is not None:
        return _station(uow, fleet, rental, spot.station_id)
    constraint = fleet.type_of[vehicle.type_id].return_constraint
    if constraint is ReturnConstraint.ANY_STATION:
        raise RentalRefused("say at which station it is returned")
    if spot.lat is None or spot.lon is None:
        raise RentalRefused("say where it is left, by lat and lon")
    if not may_end(fleet, vehicle.type_id, spot.lat, spot.lon, now):
        raise RentalRefused("it cannot be left there: that is outside of its zone")
    return {"lat": repr(spot.lat), "lon": repr(spot.lon)}


def _home(fleet: Fleet, vehicle: FleetVehicle, station_id: str | None) -> Mapping[str, str]:
    home = vehicle.home_id or ""
    if station_id not in {None, home}:
        raise RentalRefused(f"it comes back to its own box: {fleet.station_of[home].name}")
    return {"station": home}


def _station(uow: UnitOfWork, fleet: Fleet, rental: Rental, station_id: str) -> Mapping[str, str]:
    station = fleet.station_of.get(station_id)
    if station is None:
        raise RentalRefused(f"there is no station {station_id!r} in this fleet")
    others = (one for one in uow.rentals.live(fleet.id) if one.id != rental.id)
    if docks_left(uow.fleets.vehicles(fleet.id), others, station) < 1:
        raise RentalRefused(f"there is no free dock at {station.name}")
    return {"station": station_id}


def finish(uow: UnitOfWork, rental: Rental, report: LockReport, now: datetime) -> None:
    """Write what a lock has done, and what follows from it."""
    if rental.task is None:
        return
    action, pick_up = rental.task.action, is_pick_up(rental)
    vehicle = uow.fleets.vehicle(rental.fleet_id, rental.vehicle_id)
    if pick_up:
        _hand_over(rental, vehicle, now)
    elif action in {Action.PAUSE, Action.RESUME}:
        rental.move(RentalState.PAUSED if action is Action.PAUSE else RentalState.ACTIVE)
    elif action is Action.RETURN:
        _take_back(uow, rental, vehicle, rental.task.began_at)
    if report.battery_percent is not None and vehicle.battery_percent is not None:
        vehicle.battery_percent = report.battery_percent
    vehicle.reported_at = now
    rental.task = None
    uow.fleets.save(vehicle)
    uow.rentals.save(rental)
    uow.rentals.record(rental.id, action, {"lock": report.state}, now)


def _hand_over(rental: Rental, vehicle: FleetVehicle, now: datetime) -> None:
    rental.move(RentalState.ACTIVE)
    rental.opened_at = now
    vehicle.state, vehicle.station_id = VehicleState.IN_USE, None


def _take_back(uow: UnitOfWork, rental: Rental, vehicle: FleetVehicle, at: datetime) -> None:
    """End a rental with the moment at which the rider said so, however late the lock answered."""
    fleet, spot = uow.fleets.get(rental.fleet_id), uow.rentals.journal(rental.id)[-1].notes
    vehicle.state, vehicle.rentals = VehicleState.AVAILABLE, vehicle.rentals + 1
    station = fleet.station_of.get(spot.get("station", ""))
    if station is not None:
        vehicle.station_id, vehicle.lat, vehicle.lon = station.id, station.lat, station.lon
    elif "lat" in spot:
        vehicle.lat, vehicle.lon = float(spot["lat"]), float(spot["lon"])
    rental.move(RentalState.RETURNED)
    rental.ended_at = at
    rental.price = _cost(uow, fleet, vehicle, rental)


def _cost(uow: UnitOfWork, fleet: Fleet, vehicle: FleetVehicle, rental: Rental) -> Money:
    """Return what a rental that has ended costs: its time, its way as sold, its reservation."""
    plan, at = plan_of(fleet, vehicle), rental.ended_at or rental.span.end
    way_m = 0
    if rental.order_id is not None and rental.leg is not None:
        way_m = uow.orders.get(rental.order_id).offer.chain.legs[rental.leg].distance_m
    minor = price_minor(plan, Span(rental.opened_at or at, at), way_m)
    minor += reservation_minor(plan, rental.span, rental.created_at, rental.opened_at)
    return Money(minor, plan.currency)


def fail_over(uow: UnitOfWork, rental: Rental, why: str, now: datetime, *, is_broken: bool) -> None:
    """Give a rental whose door stayed shut another vehicle of the station, or end it.

    The vehicle is kept from others until somebody has looked at it. Vehicles are locked in the
    order of their ids, so that two who move to each other's do not wait crosswise.
    """
    uow.rentals.record(rental.id, "!", {"why": why, "vehicle": rental.vehicle_id}, now)
    found = _lock_candidates(uow, rental)
    mine = next(each for each in found if each.id == rental.vehicle_id)
    if is_broken:
        mine.state = VehicleState.MAINTENANCE
        uow.fleets.save(mine)
    rest = Span(now, rental.span.end)
    other = next((each for each in found if _is_free(uow, rental, each, rest, now)), None)
    if other is None or rental.task is None or rest.start >= rest.end:
        _give_up(uow, rental, now)
    else:
        _move(uow, rental, other, now)


def _lock_candidates(uow: UnitOfWork, rental: Rental) -> list[FleetVehicle]:
    """Return the rental's vehicle and those like it at its station, locked."""
    seen = uow.fleets.vehicles(rental.fleet_id)
    (mine,) = (each for each in seen if each.id == rental.vehicle_id)
    alike = {
        each.id
        for each in seen
        if each.station_id == rental.station_id is not None and each.type_id == mine.type_id
    }
    return [uow.fleets.vehicle(rental.fleet_id, each) for each in sorted(alike | {mine.id})]


def _is_free(
    uow: UnitOfWork, rental: Rental, vehicle: FleetVehicle, rest: Span, now: datetime
) -> bool:
    usable = vehicle.state is VehicleState.AVAILABLE and vehicle.id != rental.vehicle_id
    return usable and not any(span.meets(rest) for span in taken_spans(uow, vehicle, now))


def _move(uow: UnitOfWork, rental: Rental, other: FleetVehicle, now: datetime) -> None:
    if rental.task is None:
        return
    uow.rentals.record(rental.id, "move", {"from": rental.vehicle_id, "to": other.id}, now)
    rental.vehicle_id, rental.actions = other.id, rental.actions + 1
    rental.task = replace(rental.task, number=rental.actions, began_at=now)
    uow.rentals.record(rental.id, "?open", {}, now)


def _give_up(uow: UnitOfWork, rental: Rental, now: datetime) -> None:
    rental.move(RentalState.FAILED)
    rental.task, rental.ended_at = None, now
    rental.price = Money(0, rental.price.currency)
    uow.rentals.record(rental.id, rental.state, {}, now)
