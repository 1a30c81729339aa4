"""Rentals of own vehicles and their states.

::

    HELD ──▶ RESERVED ──▶ ACTIVE ◀──▶ PAUSED
     │          │  │         └──┬───────┘
     ▼          ▼  ▼            ▼
   EXPIRED CANCELLED FAILED   RETURNED
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from booking.domain.calendar import Span
from booking.domain.errors import RentalRefused
from booking.domain.money import Money

EARLY_OPEN: Final = timedelta(minutes=10)
"""So long before its time a box may be opened."""


class RentalState(StrEnum):
    """Where a rental stands."""

    HELD = "held"
    """The slot is kept until ``held_until``, for somebody who has yet to confirm."""
    RESERVED = "reserved"
    ACTIVE = "active"
    """The box was opened: the rider has the vehicle."""
    PAUSED = "paused"
    """The rider has it, and has locked it."""
    RETURNED = "returned"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Not confirmed, or not picked up, in time."""
    FAILED = "failed"
    """The box did not open, and there was no other vehicle. Nothing is charged."""


class Action(StrEnum):
    """What is done with a lock for a rental; each is journalled before it starts."""

    OPEN = "open"
    CLOSE = "close"
    PAUSE = "pause"
    RESUME = "resume"
    RETURN = "return"


LIVE: Final = frozenset(
    {RentalState.HELD, RentalState.RESERVED, RentalState.ACTIVE, RentalState.PAUSED}
)
"""The vehicle is somebody's, then or now."""
RIDING: Final = frozenset({RentalState.ACTIVE, RentalState.PAUSED})

ALLOWED: Final = {
    RentalState.HELD: {RentalState.RESERVED, RentalState.CANCELLED, RentalState.EXPIRED},
    RentalState.RESERVED: {
        RentalState.ACTIVE,
        RentalState.CANCELLED,
        RentalState.EXPIRED,
        RentalState.FAILED,
    },
    RentalState.ACTIVE: {RentalState.PAUSED, RentalState.RETURNED},
    RentalState.PAUSED: {RentalState.ACTIVE, RentalState.RETURNED},
}

FROM: Final = {
    Action.OPEN: {RentalState.RESERVED, RentalState.ACTIVE},
    Action.CLOSE: {RentalState.ACTIVE},
    Action.PAUSE: {RentalState.ACTIVE},
    Action.RESUME: {RentalState.PAUSED},
    Action.RETURN: RIDING,
}
"""In which states each can be asked for. Who has the vehicle opens its box to put it back."""


@dataclass(frozen=True, slots=True)
class Task:
    """An action that has begun and of which the end is not written yet."""

    action: Action
    number: int
    """Counts the actions of a rental: the same number is the same door movement."""
    began_at: datetime
    owner: str
    """Who drives it, until ``lease_until``."""
    lease_until: datetime


@dataclass(slots=True)
class Rental:
    """A vehicle for a rider for a time."""

    id: UUID
    rider_id: UUID
    fleet_id: str
    vehicle_id: str
    station_id: str | None
    """Where it is picked up."""
    span: Span
    price: Money
    """Of the reserved time; once it is returned, of the time that it took."""
    created_at: datetime
    state: RentalState = RentalState.RESERVED
    held_until: datetime | None = None
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    actions: int = 0
    task: Task | None = None
    order_id: UUID | None = None
    """The order that pays for it."""
    leg: int | None = None
    """Position in the order's chain."""
    settled: bool = False
    """Whether what it cost in the end was compared with what was paid."""
    return_station_id: str | None = None
    """Where a dock is kept for it; None: its own box, or nowhere in particular."""

    @property
    def is_live(self) -> bool:
        """Whether it keeps its vehicle from others."""
        return self.state in LIVE

    def taken(self, now: datetime) -> Span:
        """Return for how long it keeps its vehicle; who is early or late has it, too."""
        if self.state not in RIDING:
            return self.span
        start = min(self.span.start, self.opened_at or now)
        return Span(start, max(self.span.end, now))

    def is_overdue(self, now: datetime) -> bool:
        """Say whether nobody confirmed it, or picked the vehicle up, in time."""
        if self.state is RentalState.HELD:
            return self.held_until is not None and self.held_until <= now
        return self.state is RentalState.RESERVED and self.task is None and self.span.end <= now

    def move(self, to: RentalState) -> None:
        """Change the state, or raise ``RentalRefused``."""
        if to not in ALLOWED.get(self.state, ()):
            raise RentalRefused(f"a rental that is {self.state} cannot become {to}")
        self.state = to

    def check(self, action: Action, now: datetime) -> None:
        """Raise ``RentalRefused`` if that cannot be asked for now."""
        if self.state not in FROM[action]:
            raise RentalRefused(f"a rental that is {self.state} takes no {action}")
        if self.state is not RentalState.RESERVED:
            return
        if now < self.span.start - EARLY_OPEN:
            raise RentalRefused(f"it can be opened from {self.span.start.isoformat()} on")
        if now >= self.span.end:
            raise RentalRefused("the reserved time is over")


def taken_by(rentals: Iterable[Rental], now: datetime) -> list[Span]:
    """Return when rentals keep a vehicle from others; what is overdue does no longer."""
    return [each.taken(now) for each in rentals if each.is_live and not each.is_overdue(now)]
