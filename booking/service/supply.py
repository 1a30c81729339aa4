"""An own fleet of this moment, as the search knows shared vehicles."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from booking.domain.calendar import Span
from booking.domain.fleets import Fleet, FleetStation, FleetVehicle, VehicleState
from booking.domain.rentals import Rental, taken_by
from routing.sharing.supply import SharingSystem, Slot, Station, Vehicle

Seen = tuple[str, FleetVehicle, tuple[Rental, ...], tuple[Span, ...], bool]
"""Public id, vehicle, live rentals, free slots, and whether it is free now."""

HOURS_FOR: Final = timedelta(days=30)
"""So far ahead journeys may be planned with vehicles of a fleet that closes at times."""


def sharing_system(fleet: Fleet, seen: Sequence[Seen], now: datetime) -> SharingSystem:
    """Return what the search is told.

    Vehicles that are reserved ahead are told by their slots, and those free now besides; others by
    where they stand, and their fleet by its hours.
    """
    ahead = fleet.rules.reserve_ahead
    free = {
        public_id: until
        for public_id, vehicle, rentals, slots, is_free in seen
        if (is_free if ahead else _is_there(vehicle, rentals, now))
        for until in [_free_until(slots, now) if ahead else None]
    }
    open_now = is_open(fleet, now) or not ahead
    return SharingSystem(
        id=fleet.id,
        name=fleet.name,
        operator=fleet.operator,
        time_zone=fleet.calendar.time_zone,
        types=fleet.type_of,
        stations=_stations(fleet, seen, free, open_now=open_now),
        vehicles=tuple(
            _vehicle(fleet, public_id, vehicle, free[public_id])
            for public_id, vehicle, *_ in seen
            if public_id in free
        ),
        slots=_slots(fleet, seen),
        zones=fleet.zones,
        default_end_allowed=fleet.end_allowed,
        plans=fleet.plan_of,
        hours=None if ahead else _hours(fleet, now),
        rental_uris={"web": fleet.url} if fleet.url else {},
        is_own=True,
    )


def _is_there(vehicle: FleetVehicle, rentals: Iterable[Rental], now: datetime) -> bool:
    """Say whether a vehicle can be rented as soon as its fleet is open."""
    taken = (span for span in taken_by(rentals, now) if span.start <= now < span.end)
    return vehicle.state is VehicleState.AVAILABLE and next(taken, None) is None


def _free_until(slots: Iterable[Span], now: datetime) -> datetime | None:
    """Return when a vehicle that is free now, and reserved ahead, must be back."""
    return next((slot.end for slot in slots if slot.start <= now < slot.end), None)


def _hours(fleet: Fleet, now: datetime) -> tuple[tuple[int, int], ...] | None:
    """Return when a fleet is open from today on, or None where it never closes."""
    calendar = fleet.calendar
    today = calendar.end_of(calendar.day_of(now) - timedelta(days=1))
    known = Span(today, today + HOURS_FOR)
    spans = calendar.open_spans(known)
    if spans == (known,):
        return None
    return tuple((int(span.start.timestamp()), int(span.end.timestamp())) for span in spans)


def is_open(fleet: Fleet, now: datetime) -> bool:
    """Say whether the fleet's hours and closures let somebody rent now."""
    moment = Span(now, datetime.fromtimestamp(now.timestamp() + 1, now.tzinfo))
    return bool(fleet.calendar.open_spans(moment))


def stands_at(vehicles: Iterable[FleetVehicle], station: FleetStation) -> list[FleetVehicle]:
    """Return the vehicles that stand at a station, also those that cannot be rented."""
    out = VehicleState.IN_USE
    return [each for each in vehicles if each.station_id == station.id and each.state is not out]


def free_docks(vehicles: Sequence[FleetVehicle], station: FleetStation) -> int:
    """Return how many vehicles can be brought to a station.

    A box belongs to its vehicle: while that is out, nobody else's can be put there.
    """
    mine = [each for each in vehicles if each.home_id == station.id]
    away = sum(each.state is VehicleState.IN_USE for each in mine)
    stand = len(stands_at(vehicles, station))
    return away if mine else max(station.capacity - stand, 0)


def docks_left(
    vehicles: Sequence[FleetVehicle], rentals: Iterable[Rental], station: FleetStation
) -> int:
    """Return how many vehicles can be brought to a station beside those that docks are kept for."""
    kept = sum(one.is_live and one.return_station_id == station.id for one in rentals)
    return free_docks(vehicles, station) - kept


def _stations(
    fleet: Fleet, seen: Sequence[Seen], free: Container[str], *, open_now: bool
) -> dict[str, Station]:
    vehicles = [vehicle for _, vehicle, *_ in seen]
    rentals = [rental for _, _, mine, *_ in seen for rental in mine]
    stations = {}
    for one in fleet.stations:
        here = (v.type_id for id_, v, *_ in seen if id_ in free and v.station_id == one.id)
        stations[one.id] = Station(
            id=one.id,
            name=one.name,
            lat=one.lat,
            lon=one.lon,
            is_renting=open_now,
            is_returning=open_now,
            capacity=one.capacity,
            available=dict(Counter(here)),
            docks={"": max(docks_left(vehicles, rentals, one), 0)},
        )
    return stations


def _vehicle(
    fleet: Fleet, public_id: str, vehicle: FleetVehicle, until: datetime | None
) -> Vehicle:
    return Vehicle(
        id=public_id,
        type=vehicle.type_id,
        lat=vehicle.lat,
        lon=vehicle.lon,
        station=vehicle.station_id,
        home_station=vehicle.home_id,
        range_m=vehicle.range_m(fleet.type_of[vehicle.type_id]),
        available_until=None if until is None else int(until.timestamp()),
    )


def _slots(fleet: Fleet, seen: Iterable[Seen]) -> tuple[Slot, ...]:
    """Return when vehicles that are reserved ahead are free, and from which station.

    From a whole minute on: a slot that has begun is another one each minute, not each second.
    """
    if not fleet.rules.reserve_ahead:
        return ()
    return tuple(
        Slot(
            public_id,
            vehicle.type_id,
            station,
            -(-int(slot.start.timestamp()) // 60) * 60,
            int(slot.end.timestamp()),
        )
        for public_id, vehicle, _, slots, _ in seen
        for slot in slots
        if (station := vehicle.home_id or vehicle.station_id) is not None
    )
