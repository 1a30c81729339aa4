"""One place where transactions are tried again after a collision."""

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from booking.domain.errors import StaleOrder
from booking.service.ports import Conflict, Store, UnitOfWork

T = TypeVar("T")
Observer = Callable[[], None]
_observers: list[Observer] = []

ATTEMPTS: Final = 8
FIRST_PAUSE_S: Final = 0.01
LONGEST_PAUSE_S: Final = 0.5


def in_transaction(store: Store, work: Callable[[UnitOfWork], T]) -> T:
    """Run ``work`` and commit; run it again from the start if it collided with others.

    ``work`` must read what it needs from the unit of work each time, and reach nothing outside.

    Raises
    ------
    StaleOrder
        If it collided ``ATTEMPTS`` times.
    """
    for attempt in range(ATTEMPTS):
        try:
            with store.write() as uow:
                result = work(uow)
                uow.commit()
                return result
        except Conflict:
            for observer in _observers:
                observer()
            _pause(attempt)
    raise StaleOrder("too many others change the same thing at this moment, try again")


def observe_conflicts(observer: Observer) -> None:
    """Call ``observer`` after each collision of this process from now on; it must be quick."""
    _observers.append(observer)


def _pause(attempt: int) -> None:
    """Wait longer after each collision, and each time differently, so that two do not march."""
    longest = min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S)
    time.sleep(random.uniform(0, longest))  # noqa: S311 - not a secret
