"""Where vehicles are: decoded, and matched with the trips they run.

Positions are shown and nothing more: no departure is foretold from them, also where they name a
stop and no trip update exists.
"""

from collections.abc import Iterable
from math import isfinite
from typing import Any, NamedTuple

from feeds.realtime.decode import text_of
from feeds.realtime.find import Finder
from feeds.report import Findings
from routing.timetable import NONE


class VehiclePosition(NamedTuple):
    """Where a vehicle is, as the message says it; None is what the message leaves out."""

    entity_id: str
    vehicle_id: str | None
    label: str | None
    """What riders read on it."""
    trip_id: str | None
    start_date: str | None
    start_time: str | None
    route_id: str | None
    lat: float
    lon: float
    bearing: float | None
    """Degrees clockwise from north."""
    speed_mps: float | None
    timestamp: int | None
    """Unix second at which it was there."""


class Vehicle(NamedTuple):
    """A vehicle on the map, in terms of the image."""

    id: str
    """Scoped: of the vehicle, or else of the entity that tells of it."""
    label: str | None
    lat: float
    lon: float
    bearing: float | None
    speed_mps: float | None
    at: int | None
    """Unix second at which it was there."""
    trip: int
    """Trip index; ``NONE`` where it runs no trip that is known."""
    trip_id: str | None
    """As in the feed, without scope."""
    day: int
    """Index of the service day, or ``NONE``."""
    route: int
    """Route index, or ``NONE``."""


def vehicles_of(message: Any) -> tuple[VehiclePosition, ...]:
    """Return the vehicles of a message in protobuf."""
    return tuple(
        _vehicle(text_of(entity.id) or "", entity.vehicle)
        for entity in message.entity
        if entity.HasField("vehicle") and not entity.is_deleted
    )


def _vehicle(entity_id: str, told: Any) -> VehiclePosition:
    trip, position = told.trip, told.position
    has = position.HasField
    return VehiclePosition(
        entity_id=entity_id,
        vehicle_id=text_of(told.vehicle.id),
        label=text_of(told.vehicle.label),
        trip_id=text_of(trip.trip_id),
        start_date=text_of(trip.start_date),
        start_time=text_of(trip.start_time),
        route_id=text_of(trip.route_id),
        lat=position.latitude if has("latitude") else float("nan"),
        lon=position.longitude if has("longitude") else float("nan"),
        bearing=_finite(position.bearing) if has("bearing") else None,
        speed_mps=_finite(position.speed) if has("speed") else None,
        timestamp=told.timestamp or None,
    )


def _finite(value: float) -> float | None:
    """Return a number; None for what is none, which JSON cannot carry either."""
    return value if isfinite(value) else None


def match_vehicles(
    finder: Finder,
    told: Iterable[VehiclePosition],
    message_at: int | None,
    findings: Findings,
) -> tuple[Vehicle, ...]:
    """Return the vehicles in terms of the image.

    Those without a position on this earth are left out (``no-position``); those of a trip that the
    timetable does not have stay on the map (``vehicle-of-no-trip``): realtime may add the trip.

    Parameters
    ----------
    message_at
        Unix second of the message, for vehicles that do not say when they were there.
    """
    placed = []
    for each in told:
        if abs(each.lat) <= 90 and abs(each.lon) <= 180:  # not so for NaN
            placed.append(_matched(finder, each, message_at, findings))
        else:
            findings.warn(
                "no-position", f"Entity {each.entity_id!r}: it does not say where the vehicle is."
            )
    return tuple(placed)


def _matched(
    finder: Finder, told: VehiclePosition, message_at: int | None, findings: Findings
) -> Vehicle:
    at = told.timestamp or message_at
    trip, day = _dated_trip(finder, told, at)
    if trip == NONE and told.trip_id is not None:
        message = f"Entity {told.entity_id!r}: the timetable has no trip {told.trip_id!r}."
        findings.info("vehicle-of-no-trip", message)
    route = finder.route().get(told.route_id or "", NONE)
    return Vehicle(
        id=f"{finder.scope}:{told.vehicle_id or told.entity_id}",
        label=told.label,
        lat=told.lat,
        lon=told.lon,
        bearing=told.bearing,
        speed_mps=told.speed_mps,
        at=at,
        trip=trip,
        trip_id=told.trip_id,
        day=day,
        route=route if trip == NONE else int(finder.timetable.trip_route[trip]),
    )


def _dated_trip(finder: Finder, told: VehiclePosition, at: int | None) -> tuple[int, int]:
    trip = finder.trip(told.trip_id, told.start_time) if told.trip_id else None
    if trip is None:
        return NONE, NONE
    if told.start_date is not None:
        day = finder.day(told.start_date)
    else:
        day = None if at is None else finder.nearest_day(trip, at)
    return trip, NONE if day is None else day
