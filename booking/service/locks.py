"""The port to locks and boxes; adapters move the doors."""

from typing import Protocol

from booking.domain.locks import LockPoint, LockReport
from booking.domain.rentals import Action


class Locks(Protocol):
    """Locks of own vehicles. Every call is safe to repeat with its key: a door moves once."""

    def act(self, action: Action, point: LockPoint, key: str) -> LockReport:
        """Open, close, pause, resume, or agree to a return.

        Raises
        ------
        LockJammed, LockRefused
            For good: the same key is answered so again.
        LockUnreachable
            No answer within the adapter's time; whether the door moved is not known.
        """
        ...

    def look(self, point: LockPoint) -> LockReport:
        """Return how the lock is found, or raise ``LockUnreachable``."""
        ...
