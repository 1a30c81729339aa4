"""From a supply to *classes*: vehicles rented on the same terms, and where they may go back.

Vehicles are of one class if nothing but their place and their battery tells them apart: same
system, type, price, home and span of time. Of a class, the quickest is also the one to take.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np

from routing.sharing.supply import (
    Polygon,
    ReturnConstraint,
    SharingSystem,
    Slot,
    Station,
    Supply,
    Vehicle,
    VehicleType,
)
from routing.sharing.zones import Fence

RESERVE_PERCENT: Final = 15
"""Of a full battery's range, kept: nobody shall push a vehicle with a wrong gauge."""

UNLIMITED_M: Final = 10_000_000
"""The range of what no battery limits."""


@dataclass(frozen=True, slots=True)
class Pickup:
    """Where a vehicle of a class can be rented."""

    lat: float
    lon: float
    station: str | None
    vehicle: str | None
    """None where a station says only how many it has."""
    count: int
    """Vehicles: so many legs of one journey may start with it."""
    range_m: int
    """What may be ridden with it, the reserve left out."""


@dataclass(frozen=True, slots=True)
class Dock:
    """A station to which a vehicle of a class can be returned."""

    lat: float
    lon: float
    station: str
    area: tuple[Polygon, ...]
    """Where else it may be left as returned to the station."""


class Terms(NamedTuple):
    """On which terms vehicles are rented; with the system and the type, what a class is told by."""

    plan: str | None
    home: str | None
    """The only station to which they may be returned."""
    free_from: int | None
    """Unix second before which they cannot be taken."""
    free_until: int | None
    """Unix second at which they must be back."""


@dataclass(frozen=True, slots=True, eq=False)
class RentalClass:
    """Vehicles of one class, and where they may be left."""

    system: SharingSystem
    type: VehicleType
    terms: Terms
    pickups: tuple[Pickup, ...]
    docks: tuple[Dock, ...]
    floats: bool
    """Whether vehicles may be left outside of stations, where zones allow it."""
    fence: Fence

    def price_minor(self, duration_s: int, distance_m: int) -> int | None:
        """Return what a rental costs, or None where that is not known."""
        plan = self.system.plans.get(self.terms.plan or "")
        if plan is None:
            return None
        reserved = plan.reservation_price_minor(0) if self.terms.free_from is not None else 0
        return plan.price_minor(duration_s, distance_m) + reserved

    @property
    def currency(self) -> str | None:
        """Currency of the price."""
        plan = self.system.plans.get(self.terms.plan or "")
        return None if plan is None else plan.currency


def classes_of(supply: Supply, moment: int) -> tuple[RentalClass, ...]:
    """Return all classes that can be rented one way; ``moment`` is now, a Unix second.

    Vehicles that must come back to the station where they stand are none for a chain: whoever
    goes elsewhere cannot end the rental there.
    """
    return tuple(
        found
        for system in supply.systems
        for kind in system.types.values()
        for found in _classes_of_type(system, kind, moment)
    )


def _classes_of_type(
    system: SharingSystem, kind: VehicleType, moment: int
) -> Iterator[RentalClass]:
    if kind.return_constraint is ReturnConstraint.ROUNDTRIP_STATION:
        return
    fence = Fence(system, kind.id, moment)
    docks = tuple(_docks(system, kind, fence))
    found = [
        (terms, pickup)
        for terms, pickup in _pickups(system, kind, moment)
        if pickup.range_m > 0 and _may_start(pickup, fence)
    ]
    found.sort(key=lambda pair: tuple(str(part) for part in pair[0]))
    for terms, group in groupby(found, key=itemgetter(0)):
        pickups = tuple(pickup for _, pickup in group if not _is_home(pickup, terms))
        homes = tuple(d for d in docks if terms.home in (None, d.station))
        floats = terms.home is None and kind.return_constraint in _FLOATING
        if pickups and (homes or floats):
            yield RentalClass(system, kind, terms, pickups, homes, floats, fence)


def _is_home(pickup: Pickup, terms: Terms) -> bool:
    return terms.home is not None and pickup.station == terms.home


_FLOATING: Final = (ReturnConstraint.FREE_FLOATING, ReturnConstraint.HYBRID)


def _docks(system: SharingSystem, kind: VehicleType, fence: Fence) -> Iterator[Dock]:
    for station in system.stations.values():
        if not station.is_returning or not _has_room(station, kind.id):
            continue
        here = np.array([station.lat]), np.array([station.lon])
        if (
            kind.return_constraint is ReturnConstraint.FREE_FLOATING
            and not (fence.needs_station(*here)[0])
        ):
            continue
        if fence.rules_at(*here).may_end_docked[0]:
            yield Dock(station.lat, station.lon, station.id, station.area)


def _has_room(station: Station, kind: str) -> bool:
    return station.docks is None or station.docks.get(kind, 0) + station.docks.get("", 0) > 0


def _may_start(pickup: Pickup, fence: Fence) -> bool:
    rules = fence.rules_at(np.array([pickup.lat]), np.array([pickup.lon]))
    allowed = rules.may_start if pickup.station is None else rules.may_start_docked
    return bool(allowed[0])


def _pickups(
    system: SharingSystem, kind: VehicleType, moment: int
) -> Iterator[tuple[Terms, Pickup]]:
    listed: dict[str, int] = {}
    for vehicle in system.vehicles:
        if vehicle.type != kind.id:
            continue
        if vehicle.station is not None:
            listed[vehicle.station] = listed.get(vehicle.station, 0) + 1
        if _can_be_rented(system, vehicle, moment):
            yield _of_vehicle(kind, vehicle)
    for station in system.stations.values():
        count = station.available.get(kind.id, 0) - listed.get(station.id, 0)
        if station.is_renting and count > 0:
            yield (
                Terms(kind.plan, None, None, None),
                Pickup(station.lat, station.lon, station.id, None, count, usable_m(kind, None)),
            )
    for slot in system.slots:
        station = system.stations.get(slot.station)  # type: ignore[assignment]  # may be unknown
        if slot.type == kind.id and station is not None and (slot.end or moment + 1) > moment:
            yield _of_slot(kind, slot, station)


def _can_be_rented(system: SharingSystem, vehicle: Vehicle, moment: int) -> bool:
    station = system.stations.get(vehicle.station or "")
    closed = station is not None and not station.is_renting
    return not closed and (vehicle.available_until is None or vehicle.available_until > moment)


def _of_vehicle(kind: VehicleType, vehicle: Vehicle) -> tuple[Terms, Pickup]:
    terms = Terms(vehicle.plan or kind.plan, vehicle.home_station, None, vehicle.available_until)
    range_m = usable_m(kind, vehicle.range_m)
    return terms, Pickup(vehicle.lat, vehicle.lon, vehicle.station, vehicle.id, 1, range_m)


def _of_slot(kind: VehicleType, slot: Slot, station: Station) -> tuple[Terms, Pickup]:
    terms = Terms(slot.plan or kind.plan, None, slot.start, slot.end)
    range_m = usable_m(kind, None)
    return terms, Pickup(station.lat, station.lon, station.id, slot.vehicle, 1, range_m)


def usable_m(kind: VehicleType, range_m: int | None) -> int:
    """Return how far somebody may ride: what the battery allows now, without the reserve.

    Where a vehicle does not say, its battery is believed to be full.
    """
    full = range_m if kind.max_range_m is None else kind.max_range_m
    if full is None:
        return UNLIMITED_M
    now = full if range_m is None else range_m
    return max(now - full * RESERVE_PERCENT // 100, 0)
