"""Own fleets: what there is, when it is free, and what the search is told.

The ids that operators give their vehicles stay inside. Outside a vehicle goes by a keyed hash of
its id and the number of its rentals, which changes with each rental, so that nobody can follow a
vehicle, and with it a rider, through published data (GBFS demands it).
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from booking.domain.calendar import Span
from booking.domain.errors import RentalRefused, VehicleNotFound
from booking.domain.fleets import Fleet, FleetVehicle, VehicleState, free_slots
from booking.domain.rentals import Rental, taken_by
from booking.service.ports import Store, UnitOfWork
from booking.service.supply import sharing_system
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from routing.sharing.supply import SharingSystem


class FleetNow(NamedTuple):
    """A fleet at one moment."""

    fleet: Fleet
    vehicles: tuple["VehicleNow", ...]


class VehicleNow(NamedTuple):
    """A vehicle at one moment, with what keeps others from it."""

    public_id: str
    vehicle: FleetVehicle
    rentals: tuple[Rental, ...]
    """Live ones."""
    slots: tuple[Span, ...]
    """When it is free, as far ahead as it can be reserved."""

    def is_free(self, now: datetime) -> bool:
        """Say whether a rental could begin now."""
        usable = self.vehicle.state is VehicleState.AVAILABLE
        return usable and any(slot.start <= now < slot.end for slot in self.slots)


class Rented(NamedTuple):
    """A rental with what it is a rental of."""

    rental: Rental
    fleet: Fleet
    vehicle: FleetVehicle
    public_id: str


class Fleets:
    """The operators' own vehicles.

    Parameters
    ----------
    secret
        Key of the hash that public ids are made with; the same in every process.
    """

    def __init__(self, store: Store, clock: Clock, secret: bytes) -> None:
        self._store, self._clock = store, clock
        self._key = hashlib.sha256(b"vehicle ids\0" + secret).digest()

    # --- what there is

    def list_ids(self) -> Sequence[str]:
        """Return the ids of all own fleets."""
        with self._store.read() as uow:
            return uow.fleets.list_ids()

    def fleet(self, fleet_id: str) -> Fleet:
        """Return a fleet, or raise ``FleetNotFound``."""
        with self._store.read() as uow:
            return uow.fleets.get(fleet_id)

    def now(self, fleet_id: str) -> FleetNow:
        """Return a fleet as it is at this moment, or raise ``FleetNotFound``."""
        now = self._clock.now()
        with self._store.read() as uow:
            fleet = uow.fleets.get(fleet_id)
            vehicles, live = uow.fleets.vehicles(fleet_id), uow.rentals.live(fleet_id)
        return FleetNow(fleet, tuple(self._seen(fleet, each, live, now) for each in vehicles))

    def system(self, fleet_id: str) -> SharingSystem:
        """Return what the search is told of a fleet, or raise ``FleetNotFound``."""
        seen, now = self.now(fleet_id), self._clock.now()
        return sharing_system(
            seen.fleet, [(one.public_id, *one[1:], one.is_free(now)) for one in seen.vehicles], now
        )

    def sources(self) -> tuple[Callable[[], SharingSystem | None], ...]:
        """Return a source for each fleet that there is now; None once it is gone."""
        return tuple(self._source(fleet_id) for fleet_id in self.list_ids())

    def _source(self, fleet_id: str) -> Callable[[], SharingSystem | None]:
        def source() -> SharingSystem | None:
            return self.system(fleet_id) if fleet_id in self.list_ids() else None

        return source

    def slots(self, fleet_id: str, public_id: str, window: Span) -> tuple[Span, ...]:
        """Return when a vehicle is free within a window.

        Raises
        ------
        FleetNotFound, VehicleNotFound
            If there is no such fleet, or no vehicle has that id now.
        """
        now = self._clock.now()
        with self._store.read() as uow:
            fleet = uow.fleets.get(fleet_id)
            vehicle = self.find(uow, fleet_id, public_id)
            live = uow.rentals.live(fleet_id, vehicle.id)
        if vehicle.state in {VehicleState.DISABLED, VehicleState.MAINTENANCE}:
            return ()
        return free_slots(fleet, taken_by(live, now), now, window)

    def rented(self, rentals: Iterable[Rental]) -> list[Rented]:
        """Return rentals with their fleets and vehicles."""
        known: dict[str, Fleet] = {}
        found = []
        with self._store.read() as uow:
            for rental in rentals:
                if rental.fleet_id not in known:
                    known[rental.fleet_id] = uow.fleets.get(rental.fleet_id)
                vehicle = uow.fleets.vehicle(rental.fleet_id, rental.vehicle_id)
                fleet, public_id = known[rental.fleet_id], self.public_id(vehicle)
                found.append(Rented(rental, fleet, vehicle, public_id))
        return found

    def public_id(self, vehicle: FleetVehicle) -> str:
        """Return the id that a vehicle has until its next rental has ended."""
        name = f"{vehicle.fleet_id}\0{vehicle.id}\0{vehicle.rentals}".encode()
        return hmac.new(self._key, name, hashlib.sha256).hexdigest()[:20]

    # --- what operators report

    def report_battery(self, fleet_id: str, vehicle_id: str, percent: int) -> None:
        """Keep what a vehicle, or the box that charges it, says of its battery.

        Raises
        ------
        VehicleNotFound
            If the operator has no such vehicle.
        ValueError
            If it is no percentage.
        """
        if not 0 <= percent <= 100:
            raise ValueError(f"a battery holds 0 to 100 percent, not {percent}")

        def work(uow: UnitOfWork) -> None:
            vehicle = uow.fleets.vehicle(fleet_id, vehicle_id)
            vehicle.battery_percent, vehicle.reported_at = percent, self._clock.now()
            uow.fleets.save(vehicle)

        in_transaction(self._store, work)

    def set_state(self, fleet_id: str, vehicle_id: str, state: VehicleState) -> None:
        """Take a vehicle out of service, or put it back.

        Raises
        ------
        VehicleNotFound
            If the operator has no such vehicle.
        RentalRefused
            If a rider has it: it is put out of service once it is back.
        """

        def work(uow: UnitOfWork) -> None:
            vehicle = uow.fleets.vehicle(fleet_id, vehicle_id)
            if vehicle.state is VehicleState.IN_USE:
                raise RentalRefused("a rider has this vehicle; change its state when it is back")
            vehicle.state = state
            uow.fleets.save(vehicle)

        in_transaction(self._store, work)

    def put(self, fleet: Fleet, vehicles: Iterable[FleetVehicle], fingerprint: str) -> bool:
        """Keep a fleet as its file says; return False if that was done before.

        Vehicles that are known stay where and how they are; others are added. None is removed:
        somebody may have it, so the operator disables it first.
        """
        given = tuple(vehicles)

        def work(uow: UnitOfWork) -> bool:
            if uow.fleets.fingerprint(fleet.id) == fingerprint:
                return False
            uow.fleets.put(fleet, fingerprint)
            known = {vehicle.id for vehicle in uow.fleets.vehicles(fleet.id)}
            for vehicle in given:
                if vehicle.id not in known:
                    uow.fleets.save(vehicle)
            return True

        return in_transaction(self._store, work)

    # --- what they have in common

    def _seen(
        self, fleet: Fleet, vehicle: FleetVehicle, live: Iterable[Rental], now: datetime
    ) -> VehicleNow:
        mine = tuple(rental for rental in live if rental.vehicle_id == vehicle.id)
        horizon = Span(now, now + timedelta(days=fleet.rules.days_ahead + 2))
        usable = vehicle.state in {VehicleState.AVAILABLE, VehicleState.IN_USE}
        slots = free_slots(fleet, taken_by(mine, now), now, horizon) if usable else ()
        return VehicleNow(self.public_id(vehicle), vehicle, mine, slots)

    def find(self, uow: UnitOfWork, fleet_id: str, public_id: str) -> FleetVehicle:
        """Return the vehicle that has a public id now, not locked, or raise ``VehicleNotFound``."""
        for vehicle in uow.fleets.vehicles(fleet_id):
            if hmac.compare_digest(self.public_id(vehicle), public_id):
                return vehicle
        raise VehicleNotFound
