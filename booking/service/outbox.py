"""The outbox: facts leave in the order in which they happened to one thing, at least once.

A fact is written in the transaction that it tells of, so it is true, and none is missing. It is
told and marked as told in one transaction, too: whoever wants to reach the outside by it only
writes down that they have to (``booking.service.webhooks`` does), and goes on from there.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from booking.domain.errors import StaleOrder
from booking.service.event_repositories import OutboxEvent
from booking.service.ports import Store, StoreUnavailable, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

log = logging.getLogger(__name__)

BATCH: Final = 100
KEEP: Final = timedelta(days=30)
"""How long facts that have left are kept."""

Listener = Callable[[UnitOfWork, OutboxEvent], None]
"""Is told of a fact; must reach nothing outside, and may be told of it again."""


class Outbox:
    """Tells listeners of everything that happened. Any number of processes may do so."""

    def __init__(
        self, store: Store, clock: Clock, listeners: Sequence[Listener], keep: timedelta = KEEP
    ) -> None:
        self._store, self._clock, self._keep = store, clock, keep
        self._listeners = tuple(listeners)

    def deliver(self) -> int:
        """Tell of everything that has not been told; return of how many facts.

        A fact that a listener fails at is logged and tried again the next time; later ones with its
        key wait for it, others do not.
        """
        told, failed = 0, set[int]()
        while self._is_waiting(failed):
            tried = len(failed)
            done = self._deliver_batch(failed)
            if not done and len(failed) == tried:
                break  # others have locked all that is left
            told += done
        return told

    def drop_old(self) -> int:
        """Remove facts that left long ago; a job for every hour."""
        before = self._clock.now() - self._keep
        return in_transaction(self._store, lambda uow: uow.outbox.drop_delivered(before))

    def _is_waiting(self, failed: set[int]) -> bool:
        """Look without a lock, so that an idle job keeps no writer waiting."""
        with self._store.read() as uow:
            return bool(uow.outbox.list_undelivered(1, failed))

    def _deliver_batch(self, failed: set[int]) -> int:
        at: list[OutboxEvent] = []

        def work(uow: UnitOfWork) -> int:
            events = uow.outbox.list_undelivered(BATCH, failed)
            for event in events:
                at[:] = [event]
                for listener in self._listeners:
                    listener(uow, event)
            uow.outbox.mark_delivered((event.id for event in events), self._clock.now())
            return len(events)

        try:
            return in_transaction(self._store, work)
        except (StaleOrder, StoreUnavailable):
            raise
        except Exception:
            if not at:
                raise
            log.exception("fact %s (%s) cannot be told, it is tried again", at[0].id, at[0].subject)
            failed.add(at[0].id)
            return 0
