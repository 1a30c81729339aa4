"""What is kept of rides on demand and of staff, as protocols; ``booking.adapters`` keeps it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from booking.domain.shuttles import DutyState, ShuttleRide, VehicleKey, VehicleState
from booking.domain.staff import StaffMember


class Guest(NamedTuple):
    """Somebody without an account for whom an agent books."""

    rider_id: UUID
    phone: str
    agent_id: UUID


class ShuttleRepository(Protocol):
    """Rides, plans, vehicles."""

    def lock(self, service_id: str) -> int:
        """Make others that change plans of a service wait; return the plans' version."""
        ...

    def version(self, service_id: str) -> int:
        """Return the version of a service's plans, 0 before the first."""
        ...

    def bump(self, service_id: str) -> None:
        """Say that plans changed."""
        ...

    def duties(self, service_id: str, duty_ids: Iterable[str]) -> Mapping[str, DutyState]:
        """Return what is known of some duties."""
        ...

    def duties_with_plans(self, service_id: str) -> Sequence[DutyState]:
        """Return the duties of a service whose plans are not empty."""
        ...

    def save_duty(self, service_id: str, duty: DutyState) -> None:
        """Keep a duty as it is now."""
        ...

    def rides(self, ride_ids: Iterable[str]) -> Sequence[ShuttleRide]:
        """Return some rides by their ids."""
        ...

    def ride(self, ride_id: UUID) -> ShuttleRide:
        """Return a ride, or raise ``RideNotFound``."""
        ...

    def rides_of(self, order_id: UUID) -> Sequence[ShuttleRide]:
        """Return the rides of an order in the order of its legs, all tries of a leg."""
        ...

    def list_ended(self, since: datetime) -> Sequence[ShuttleRide]:
        """Return rides that failed or that nobody turned up for since then."""
        ...

    def count_open(self, rider_id: UUID, now: datetime) -> int:
        """Return how many rides a rider has booked or holds that were not taken yet."""
        ...

    def done_in(self, service_id: str, duty_id: str) -> int:
        """Return how many rides of a duty are done."""
        ...

    def save_ride(self, ride: ShuttleRide) -> None:
        """Keep a ride as it is now."""
        ...

    def vehicle(self, key: VehicleKey) -> VehicleState:
        """Return what a driver reported last; nothing is an idle vehicle."""
        ...

    def save_vehicle(self, vehicle: VehicleState) -> None:
        """Keep what was reported."""
        ...

    def record(
        self,
        key: VehicleKey,
        kind: str,
        ride_id: UUID | None,
        notes: Mapping[str, str],
        at: datetime,
    ) -> None:
        """Add an event to those that were reported."""
        ...

    def rate(self, order_id: UUID, leg: int, stars: int, comment: str | None, at: datetime) -> None:
        """Keep what a rider thinks of a ride; a later rating replaces it."""
        ...

    def rating(self, order_id: UUID, leg: int) -> int | None:
        """Return the stars of a ride."""
        ...


class StaffRepository(Protocol):
    """Staff, their secrets' hashes and their sessions; guests whom they book for."""

    def add(self, member: StaffMember, secret_hash: str) -> bool:
        """Return False if the name is taken."""
        ...

    def find_by_name(self, name: str) -> tuple[StaffMember, str] | None:
        """Return somebody and the hash of their secret."""
        ...

    def list_all(self) -> Sequence[StaffMember]:
        """Return everybody."""
        ...

    def add_session(self, token_hash: str, staff_id: UUID, expires_at: datetime) -> None:
        """Begin a session."""
        ...

    def find_by_session(self, token_hash: str, now: datetime) -> StaffMember | None:
        """Return whose session it is, if it has not ended."""
        ...

    def end_session(self, token_hash: str) -> None:
        """End a session; one that has ended stays so."""
        ...

    def add_guest(self, guest: Guest) -> None:
        """Keep for whom an agent books."""
        ...

    def guest(self, rider_id: UUID) -> Guest | None:
        """Return a guest, or None for somebody with an account."""
        ...

    def guests_of(self, agent_ids: Iterable[UUID], limit: int) -> Sequence[Guest]:
        """Return the newest guests of some agents."""
        ...
