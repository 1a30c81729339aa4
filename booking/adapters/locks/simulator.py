"""Locks that are not there: for demos, and for tests that need them to fail."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from booking.domain.lock_errors import LockRefused, LockUnreachable
from booking.domain.locks import LockPoint, LockReport, LockState, after
from booking.domain.rentals import Action

SLOW_S: Final = 0.5


class Fault(StrEnum):
    """What a lock can be told to do wrong."""

    STUCK = "stuck"
    """The door does not move."""
    SLOW = "slow"
    """It takes half a second."""
    TWICE = "twice"
    """A command reaches it twice, as over a network that repeats itself."""
    LOST = "lost"
    """It does what it is told, and its answer is lost."""
    DEAD = "dead"
    """It hears nothing and says nothing."""


@dataclass
class _Lock:
    state: LockState = LockState.CLOSED
    present: bool = True
    was_opened: bool = False
    """Whether the door was opened, and not closed again since."""
    moved: int = 0
    """How often the door was opened."""
    answers: dict[str, LockReport | LockRefused] = field(default_factory=dict)
    """By idempotency key."""
    fault: Fault | None = None


class SimulatedLocks:
    """See ``booking.service.locks.Locks``. What it knows is forgotten with the process.

    A box cannot see who stands before it, so its vehicle is taken out, or put back, each time it
    is opened and closed again.
    """

    def __init__(self, slow_s: float = SLOW_S) -> None:
        self._locks: defaultdict[tuple[object, ...], _Lock] = defaultdict(_Lock)
        self._guard = threading.Lock()
        self._slow_s = slow_s

    def act(self, action: Action, point: LockPoint, key: str) -> LockReport:
        """Move a door; the same key moves it once."""
        fault = self._lock(point).fault
        if fault is Fault.DEAD:
            raise LockUnreachable("the lock gives no answer")
        if fault is Fault.SLOW:
            time.sleep(self._slow_s)
        report = self._once(action, point, key)
        if fault is Fault.TWICE:
            report = self._once(action, point, key)
        if fault is Fault.LOST:
            raise LockUnreachable("the lock's answer was lost")
        return report

    def look(self, point: LockPoint) -> LockReport:
        """Return how a lock is found."""
        with self._guard:
            lock = self._lock(point)
            if lock.fault is Fault.DEAD:
                raise LockUnreachable("the lock gives no answer")
            return _report(lock, point)

    def break_(self, point: LockPoint, fault: Fault | None) -> None:
        """Make a lock do something wrong from now on; None mends it."""
        self._lock(point).fault = fault

    def times_opened(self, point: LockPoint) -> int:
        """Return how often a door was opened."""
        return self._lock(point).moved

    def _lock(self, point: LockPoint) -> _Lock:
        """Return a box, or the lock that a vehicle without one carries with it."""
        return self._locks[point if point.slot is not None else point[:2]]

    def _once(self, action: Action, point: LockPoint, key: str) -> LockReport:
        with self._guard:
            lock = self._lock(point)
            if key not in lock.answers:
                lock.answers[key] = _answer(lock, action, point)
            answer = lock.answers[key]
        if isinstance(answer, LockRefused):
            raise answer
        return answer


def _answer(lock: _Lock, action: Action, point: LockPoint) -> LockReport | LockRefused:
    try:
        _move(lock, action, point)
    except LockRefused as refusal:
        return refusal
    return _report(lock, point)


def _move(lock: _Lock, action: Action, point: LockPoint) -> None:
    before = LockState.JAMMED if lock.fault is Fault.STUCK else lock.state
    to = after(before, action)
    if action is Action.RETURN and point.slot is not None and not lock.present:
        raise LockRefused("the vehicle is not in the box")
    if (before, to) == (LockState.CLOSED, LockState.OPEN):
        lock.moved, lock.was_opened = lock.moved + 1, True
    if to is LockState.CLOSED and lock.was_opened:
        lock.present, lock.was_opened = not lock.present, False
    lock.state = to


def _report(lock: _Lock, point: LockPoint) -> LockReport:
    state = LockState.JAMMED if lock.fault is Fault.STUCK else lock.state
    return LockReport(state, lock.present if point.slot is not None else None)
