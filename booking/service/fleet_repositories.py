"""What is kept of own fleets and rentals, as protocols of repositories."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from booking.domain.fleets import Fleet, FleetVehicle
from booking.domain.rentals import Rental
from booking.service.repositories import Notes


class FleetRepository(Protocol):
    """Fleets and their vehicles."""

    def list_ids(self) -> Sequence[str]:
        """Return the ids of all fleets, in order."""
        ...

    def get(self, fleet_id: str) -> Fleet:
        """Return a fleet, or raise ``FleetNotFound``."""
        ...

    def fingerprint(self, fleet_id: str) -> str | None:
        """Return that of the file the fleet was read from, None for a fleet that is not known."""
        ...

    def put(self, fleet: Fleet, fingerprint: str) -> None:
        """Keep a fleet in place of the one with its id; its vehicles stay."""
        ...

    def vehicles(self, fleet_id: str) -> Sequence[FleetVehicle]:
        """Return all vehicles of a fleet in the order of their ids, without locks."""
        ...

    def vehicle(self, fleet_id: str, vehicle_id: str) -> FleetVehicle:
        """Return a vehicle, locked if the unit of work writes, or raise ``VehicleNotFound``."""
        ...

    def save(self, vehicle: FleetVehicle) -> None:
        """Keep a vehicle as it is now, or a new one."""
        ...


class JournalEntry(NamedTuple):
    """What a rental's journal says of one moment."""

    mark: str
    notes: Notes
    at: datetime


class RentalRepository(Protocol):
    """Rentals and their journals."""

    def get(self, rental_id: UUID) -> Rental:
        """Return a rental, locked if the unit of work writes, or raise ``RentalNotFound``."""
        ...

    def save(self, rental: Rental) -> None:
        """Keep a rental as it is now, or a new one."""
        ...

    def live(self, fleet_id: str, vehicle_id: str | None = None) -> Sequence[Rental]:
        """Return rentals that keep a vehicle from others: of one vehicle, or of a whole fleet."""
        ...

    def list_of(self, rider_id: UUID, limit: int) -> Sequence[Rental]:
        """Return a rider's newest rentals, newest first."""
        ...

    def of_order(self, order_id: UUID) -> Sequence[Rental]:
        """Return the rentals of an order, locked if the unit of work writes."""
        ...

    def list_unsettled(self, limit: int) -> Sequence[UUID]:
        """Return rentals of orders that have ended and were not settled, the oldest first."""
        ...

    def find_of_order(self, order_id: UUID, leg: int) -> Rental | None:
        """Return the rental that is a leg of an order."""
        ...

    def list_overdue(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return those that were not confirmed or not picked up in time."""
        ...

    def list_abandoned(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Return those with an action under way of which nobody has the lease."""
        ...

    def record(self, rental_id: UUID, mark: str, notes: Notes, at: datetime) -> None:
        """Add an entry to the journal, and tell of it by the outbox."""
        ...

    def journal(self, rental_id: UUID) -> Sequence[JournalEntry]:
        """Return the journal of a rental, oldest entry first."""
        ...
