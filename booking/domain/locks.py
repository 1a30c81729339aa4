"""What a lock or box can do, as a table of its states.

::

    CLOSED ──open──▶ OPEN ──close──▶ CLOSED       a door that does not move: JAMMED
      │ ▲             │ ▲                         nobody has heard of it:    UNKNOWN
    pause │         pause │
      ▼ resume        ▼ resume
    PAUSED          PAUSED

Asking for what is so already is no error: an answer may have been lost. ``return`` moves nothing:
it is agreed to when the door is closed and the vehicle inside.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from booking.domain.lock_errors import LockJammed, LockRefused
from booking.domain.rentals import Action


class LockState(StrEnum):
    """How a door, or the lock of a vehicle that stands in none, is found."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"
    """Closed by the rider, whose rental goes on."""
    JAMMED = "jammed"
    UNKNOWN = "unknown"


class LockPoint(NamedTuple):
    """Which lock: the box of a station, its dock, or the vehicle's own."""

    fleet_id: str
    vehicle_id: str
    station_id: str | None = None
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class LockReport:
    """What a lock says of itself."""

    state: LockState
    vehicle_present: bool | None = None
    """Whether the vehicle stands in its box or dock; None: it cannot tell."""
    battery_percent: int | None = None


AFTER: Final = {
    (LockState.CLOSED, Action.OPEN): LockState.OPEN,
    (LockState.OPEN, Action.OPEN): LockState.OPEN,
    (LockState.OPEN, Action.CLOSE): LockState.CLOSED,
    (LockState.CLOSED, Action.CLOSE): LockState.CLOSED,
    (LockState.PAUSED, Action.CLOSE): LockState.CLOSED,
    (LockState.PAUSED, Action.OPEN): LockState.OPEN,
    (LockState.PAUSED, Action.PAUSE): LockState.PAUSED,
    (LockState.OPEN, Action.PAUSE): LockState.PAUSED,
    (LockState.CLOSED, Action.PAUSE): LockState.PAUSED,
    (LockState.PAUSED, Action.RESUME): LockState.OPEN,
    (LockState.OPEN, Action.RESUME): LockState.OPEN,
    (LockState.CLOSED, Action.RETURN): LockState.CLOSED,
    (LockState.PAUSED, Action.RETURN): LockState.CLOSED,
}


def after(state: LockState, action: Action) -> LockState:
    """Return the state after an action.

    Raises
    ------
    LockJammed
        If the door does not move.
    LockRefused
        If the table has no such step.
    """
    if state is LockState.JAMMED:
        raise LockJammed("the door does not move")
    to = AFTER.get((state, action))
    if to is None:
        hint = ": close the door first" if action is Action.RETURN else ""
        raise LockRefused(f"a lock that is {state} takes no {action}{hint}")
    return to


LEADS_TO: Final = {
    Action.OPEN: LockState.OPEN,
    Action.RESUME: LockState.OPEN,
    Action.CLOSE: LockState.CLOSED,
    Action.PAUSE: LockState.PAUSED,
}


def shows(report: LockReport, action: Action) -> bool:
    """Say whether a lock that did not answer has done what it was told after all.

    Who finds the box empty knows that it was opened, even if it was closed again.
    """
    emptied = action is Action.OPEN and report.vehicle_present is False
    return emptied or report.state is LEADS_TO.get(action)
