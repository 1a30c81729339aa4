"""An own fleet of this moment, as the search knows shared vehicles."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from booking.domain.calendar import Span
from booking.domain.fleets import Fleet, FleetStation, FleetVehicle, VehicleState
from booking.domain.rentals import Rental
from routing.sharing.supply import SharingSystem, Slot, Station, Vehicle

Seen = tuple[str, FleetVehicle, tuple[Rental, ...], tuple[Span, ...], bool]
"""Public id, vehicle, live rentals, free slots, and whether it is free now."""


def sharing_system(fleet: Fleet, seen: Sequence[Seen], now: datetime) -> SharingSystem:
    """Return what the search is told; what cannot be rented now has slots at most."""
    free = [
        (public_id, vehicle, slots) for public_id, vehicle, _, slots, is_free in seen if is_free
    ]
    return SharingSystem(
        id=fleet.id,
        name=fleet.name,
        operator=fleet.operator,
        time_zone=fleet.calendar.time_zone,
        types=fleet.type_of,
        stations=_stations(fleet, seen, open_now=is_open(fleet, now)),
        vehicles=tuple(_vehicle(fleet, *one, now) for one in free),
        slots=_slots(fleet, seen),
        zones=fleet.zones,
        default_end_allowed=fleet.end_allowed,
        plans=fleet.plan_of,
        rental_uris={"web": fleet.url} if fleet.url else {},
        is_own=True,
    )


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


def _stations(fleet: Fleet, seen: Sequence[Seen], *, open_now: bool) -> dict[str, Station]:
    vehicles = [vehicle for _, vehicle, *_ in seen]
    stations = {}
    for one in fleet.stations:
        here = (v.type_id for _, v, _, _, is_free in seen if is_free and v.station_id == one.id)
        stations[one.id] = Station(
            id=one.id,
            name=one.name,
            lat=one.lat,
            lon=one.lon,
            is_renting=open_now,
            is_returning=open_now,
            capacity=one.capacity,
            available=dict(Counter(here)),
            docks={"": free_docks(vehicles, one)},
        )
    return stations


def _vehicle(
    fleet: Fleet, public_id: str, vehicle: FleetVehicle, slots: Iterable[Span], now: datetime
) -> Vehicle:
    end = next(slot.end for slot in slots if slot.start <= now < slot.end)
    return Vehicle(
        id=public_id,
        type=vehicle.type_id,
        lat=vehicle.lat,
        lon=vehicle.lon,
        station=vehicle.station_id,
        home_station=vehicle.home_id,
        range_m=vehicle.range_m(fleet.type_of[vehicle.type_id]),
        available_until=int(end.timestamp()),
    )


def _slots(fleet: Fleet, seen: Iterable[Seen]) -> tuple[Slot, ...]:
    """Return when vehicles that are reserved ahead are free, and from which station."""
    if not fleet.rules.reserve_ahead:
        return ()
    return tuple(
        Slot(
            public_id,
            vehicle.type_id,
            station,
            int(slot.start.timestamp()),
            int(slot.end.timestamp()),
        )
        for public_id, vehicle, _, slots, _ in seen
        for slot in slots
        if (station := vehicle.home_id or vehicle.station_id) is not None
    )
