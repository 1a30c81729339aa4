"""Rides on our own on-demand vehicles: their states, and what riders and drivers are told.

Invariants: a ride moves along ``ALLOWED`` only; what a rider was promised stays as it was, unless
the vehicle itself failed, and then they are told.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from booking.domain.chain import ChainPoint
from booking.domain.errors import IllegalRide
from routing.ondemand.fleet import Action
from routing.ondemand.service import Capacity


class RideState(StrEnum):
    """What becomes of a ride."""

    HELD = "held"
    """In a plan until ``held_until``."""
    BOOKED = "booked"
    ON_BOARD = "on_board"
    DONE = "done"
    NO_SHOW = "no_show"
    """The vehicle was there, the rider was not."""
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"
    """No vehicle can keep or repair the promise."""


ALLOWED: Final = {
    RideState.HELD: {
        RideState.BOOKED,
        RideState.CANCELLED,
        RideState.EXPIRED,
        RideState.FAILED,
    },
    RideState.BOOKED: {
        RideState.ON_BOARD,
        RideState.NO_SHOW,
        RideState.CANCELLED,
        RideState.FAILED,
    },
    # Out of a broken vehicle riders get into another one.
    RideState.ON_BOARD: {RideState.DONE, RideState.BOOKED, RideState.FAILED},
    RideState.DONE: set[RideState](),
    RideState.NO_SHOW: set[RideState](),
    RideState.CANCELLED: set[RideState](),
    RideState.EXPIRED: set[RideState](),
    RideState.FAILED: set[RideState](),
}
"""From each state, the states a ride may move to."""

PLANNED: Final = frozenset({RideState.HELD, RideState.BOOKED, RideState.ON_BOARD})
"""States in which a ride stands in a plan."""


class Promise(NamedTuple):
    """What a rider was promised. Times are aware."""

    pickup_from: datetime
    pickup_until: datetime
    drop_off_until: datetime


@dataclass(eq=False)
class ShuttleRide:
    """A ride of an order's leg."""

    id: UUID
    service_id: str
    order_id: UUID
    rider_id: UUID
    leg: int
    """Position in the order's chain."""
    pickup: ChainPoint
    drop_off: ChainPoint
    pickup_stop: str | None
    """Within the service; None: an address."""
    drop_off_stop: str | None
    promise: Promise
    party: Capacity
    pin: str
    state: RideState
    held_until: datetime | None
    created_at: datetime
    duty_id: str | None = None
    """The duty in whose plan it stands."""
    told: list[str] = field(default_factory=list)
    """Codes of what the rider was told since it was booked: ``vehicle_changed``, ``delayed``, …"""
    boarded_at: datetime | None = None
    ended_at: datetime | None = None

    def is_planned(self, now: datetime) -> bool:
        """Say whether it stands in a plan at a moment; a hold that has lapsed does not."""
        if self.state is RideState.HELD:
            return self.held_until is not None and now < self.held_until
        return self.state in PLANNED

    def move(self, to: RideState, now: datetime) -> None:
        """Change state; moving to the present state changes nothing.

        Raises
        ------
        IllegalRide
            If ``ALLOWED`` has no such step.
        """
        if to is self.state:
            return
        if to not in ALLOWED[self.state]:
            raise IllegalRide(f"a ride that is {self.state} cannot become {to}")
        self.state = to
        if to is RideState.ON_BOARD:
            self.boarded_at = now
        if to not in PLANNED:
            self.ended_at = now

    def tell(self, code: str) -> None:
        """Note that the rider is told something."""
        if code not in self.told:
            self.told.append(code)


@dataclass(frozen=True, slots=True)
class DutyState:
    """What is known of a duty besides its definition."""

    duty_id: str
    plan: tuple[tuple[str, Action], ...]
    """Rides and what is done, in the order of driving."""
    lat: float | None = None
    """Where the vehicle was at ``ready_at``; None: at its depot when the shift begins."""
    lon: float | None = None
    stop: str | None = None
    ready_at: datetime | None = None


class ShuttleState(StrEnum):
    """What a vehicle does."""

    IDLE = "idle"
    DRIVING = "driving"
    BREAK = "break"
    BROKEN = "broken"


class VehicleKey(NamedTuple):
    """One of our on-demand vehicles."""

    service_id: str
    vehicle_id: str


@dataclass(frozen=True, slots=True)
class VehicleState:
    """What a driver reported of a vehicle last."""

    key: VehicleKey
    state: ShuttleState = ShuttleState.IDLE
    lat: float | None = None
    lon: float | None = None
    bearing: float | None = None
    speed_mps: float | None = None
    position_at: datetime | None = None
    delay_s: int = 0


class DriverEvent(NamedTuple):
    """What a driver reports."""

    type: str
    """``arrived``, ``boarded``, ``dropped_off``, ``no_show``, ``delay``, ``break_begin``,
    ``break_end``, ``breakdown`` or ``repaired``."""
    ride: UUID | None = None
    pin: str | None = None
    ticket: bytes | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """What is done at a stop of a plan, and when it is expected."""

    ride: ShuttleRide
    action: Action
    arrive: datetime
    begin: datetime
    end: datetime
    rider_name: str = ""
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class VehicleView:
    """A vehicle with its duty of the moment, if it has one."""

    vehicle: VehicleState
    name: str
    duty_id: str | None
    begin: datetime | None
    end: datetime | None
    tasks: tuple[PlannedTask, ...] = ()
    on_board: int = 0
    """Riders."""
    done: int = 0
    """Rides that were driven in the duty."""


@dataclass(frozen=True, slots=True)
class RideView:
    """A ride as its rider sees it."""

    ride: ShuttleRide
    service_name: str
    vehicle: VehicleState | None
    vehicle_name: str | None
    eta_pickup: datetime | None
    eta_drop_off: datetime | None
    rating: int | None = None


NO_SHOW_GRACE: Final = timedelta(0)
"""How long after the promised pick-up window a driver waits before a rider counts as missing."""
