"""GTFS Realtime of our own on-demand vehicles: where they are, and where they stop when.

A duty is an added trip without riders' data. Names of trips are ``SERVICE/DUTY``; see
https://gtfs.org/documentation/realtime/reference/.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from booking.domain.shuttles import PlannedTask, ShuttleState, VehicleView
from feeds.realtime.schema import FeedMessage
from routing.ondemand.fleet import Action

ADDED: Final = 1
"""``TripDescriptor.ScheduleRelationship``."""
IN_TRANSIT_TO: Final = 2
"""``VehiclePosition.VehicleStopStatus``."""


def vehicle_positions(views: Iterable[VehicleView], now: datetime) -> Any:
    """Return a ``FeedMessage`` of where the vehicles are."""
    message = _message(now)
    for view in views:
        known = view.vehicle
        if known.lat is None or known.lon is None or known.position_at is None:
            continue
        entity = message.entity.add(id=f"vehicle:{known.key.vehicle_id}")
        vehicle = entity.vehicle
        vehicle.vehicle.id, vehicle.vehicle.label = known.key.vehicle_id, view.name
        vehicle.position.latitude, vehicle.position.longitude = known.lat, known.lon
        if known.bearing is not None:
            vehicle.position.bearing = known.bearing
        if known.speed_mps is not None:
            vehicle.position.speed = known.speed_mps
        vehicle.timestamp = int(known.position_at.timestamp())
        if view.duty_id is not None and known.state is not ShuttleState.BROKEN:
            _describe(vehicle.trip, view)
            vehicle.current_status = IN_TRANSIT_TO
    return message


def trip_updates(views: Iterable[VehicleView], now: datetime) -> Any:
    """Return a ``FeedMessage`` of the stops that are planned."""
    message = _message(now)
    for view in views:
        if view.duty_id is None or not view.tasks:
            continue
        update = message.entity.add(id=f"trip:{view.duty_id}").trip_update
        _describe(update.trip, view)
        update.delay = view.vehicle.delay_s
        for number, task in enumerate(view.tasks, 1):
            call = update.stop_time_update.add(stop_sequence=number, stop_id=_stop(task))
            call.arrival.time = int(task.arrive.timestamp())
            call.departure.time = int(task.end.timestamp())
    return message


def _message(now: datetime) -> Any:
    message = FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = int(now.timestamp())
    return message


def _describe(trip: Any, view: VehicleView) -> None:
    key = view.vehicle.key
    trip.trip_id = f"{key.service_id}/{view.duty_id}"
    trip.route_id = key.service_id
    trip.schedule_relationship = ADDED


def _stop(task: PlannedTask) -> str:
    """Return the stop of a task; an address has no id, so it says that it is one."""
    ride = task.ride
    if task.action is Action.PICK_UP:
        return ride.pickup_stop or "address"
    return ride.drop_off_stop or "address"
