"""Own fleets for tests: two cargo bicycles in boxes of one place, and what is done with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.fleet_tables import RentalRow
from booking.adapters.store import SqlStore
from booking.domain.calendar import Span
from booking.domain.fleets import Fleet, FleetVehicle
from booking.domain.rentals import Rental
from booking.fleets.reading import parse_fleet
from booking.service.fleets import Fleets
from booking.service.reservations import Reservations
from booking.service.transactions import in_transaction
from tests.support.shop import NOON, MovableClock

SECRET = b"a secret of the tests"
FLEET = "boxes"


def document(**changed: Any) -> dict[str, Any]:
    """Return a fleet file: open from 6:00 to 22:00 in Berlin, 1 EUR an hour, closed in winter."""
    return {
        "system": {
            "id": FLEET,
            "name": "Boxes",
            "operator": "Town",
            "email": "boxes@kommit.example",
            "time_zone": "Europe/Berlin",
        },
        "rules": {"days_ahead": 14, "min_rental_min": 30, "turnaround_min": 15},
        "hours": [{"from": "06:00", "to": "22:00"}],
        "closure": [
            {
                "first": date(2023, 12, 1),
                "last": date(2024, 2, 29),
                "yearly": True,
            }
        ],
        "plan": [
            {"id": "hour", "name": "Hour", "per_min": [{"rate_milli": 100_000, "interval": 60}]}
        ],
        "type": [
            {
                "id": "cargo",
                "name": "Cargo bicycle",
                "form_factor": "cargo_bicycle",
                "propulsion": "electric_assist",
                "return_constraint": "roundtrip_station",
                "max_range_km": 50,
                "plan": "hour",
            }
        ],
        "station": [
            {"id": "meadow", "name": "Meadow", "lat": 51.85, "lon": 7.48, "capacity": 2},
            {"id": "market", "name": "Market", "lat": 51.86, "lon": 7.49, "capacity": 1},
        ],
        "vehicle": [
            {"id": "cb-1", "type": "cargo", "station": "meadow", "slot": 1, "battery_percent": 80},
            {"id": "cb-2", "type": "cargo", "station": "meadow", "slot": 2},
            {"id": "cb-3", "type": "cargo", "station": "market", "slot": 1},
        ],
    } | changed


def boxes(**changed: Any) -> tuple[Fleet, tuple[FleetVehicle, ...]]:
    return parse_fleet(document(**changed), "boxes.toml")


def at(text: str) -> datetime:
    """Return a moment of May 2026 by Berlin's clocks: ``4 14:30`` is NOON and half an hour."""
    day, clock = text.split()
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 5, int(day), tzinfo=UTC) + timedelta(hours=hour - 2, minutes=minute)


def span(start: str, end: str) -> Span:
    return Span(at(start), at(end))


@dataclass
class Yard:
    """A fleet in a database, with its services; it is 14:00 in Berlin, on 4 May 2026."""

    database: Database
    clock: Any = field(default_factory=MovableClock)
    store: Any = None

    def __post_init__(self) -> None:
        self.store = self.store or SqlStore(self.database)
        self.fleets = Fleets(self.store, self.clock, SECRET)
        self.reservations = Reservations(self.store, self.clock, self.fleets)

    def fill(self, **changed: Any) -> "Yard":
        fleet, vehicles = boxes(**changed)
        self.fleets.put(fleet, vehicles, f"file {sorted(changed)}")
        return self

    def vehicle(self, vehicle_id: str) -> FleetVehicle:
        with self.store.read() as uow:
            found: FleetVehicle = uow.fleets.vehicle(FLEET, vehicle_id)
        return found

    def public_id(self, vehicle_id: str) -> str:
        return self.fleets.public_id(self.vehicle(vehicle_id))

    def reserve(
        self,
        wanted: Span | None = None,
        vehicle: str = "cb-1",
        rider: UUID | None = None,
        **how: Any,
    ) -> Rental:
        wanted = wanted or Span(NOON, NOON + timedelta(hours=3))
        return self.reservations.reserve(
            rider or uuid4(), FLEET, self.public_id(vehicle), wanted, **how
        )

    def slots(self, vehicle: str, window: Span) -> Sequence[Span]:
        return self.fleets.slots(FLEET, self.public_id(vehicle), window)

    def rental(self, rental_id: UUID) -> Rental:
        with self.store.read() as uow:
            found: Rental = uow.rentals.get(rental_id)
        return found

    def journal(self, rental_id: UUID) -> list[str]:
        with self.store.read() as uow:
            return [entry.mark for entry in uow.rentals.journal(rental_id)]

    def change(self, vehicle_id: str, **fields: Any) -> None:
        def work(uow: Any) -> None:
            vehicle = uow.fleets.vehicle(FLEET, vehicle_id)
            for name, value in fields.items():
                setattr(vehicle, name, value)
            uow.fleets.save(vehicle)

        in_transaction(self.store, work)

    def states(self) -> list[str]:
        with self.database.readers() as session:
            return sorted(session.scalars(select(RentalRow.state)))
