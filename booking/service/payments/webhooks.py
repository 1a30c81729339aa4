"""Messages of providers: stored once, and never believed.

A message only makes the payment's saga look at the provider again. So one that comes late, twice
or out of order is harmless, and one that is lost costs nothing but time.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from booking.domain.errors import BookingError
from booking.domain.payments.cards import ProviderEvent
from booking.domain.payments.errors import CardsNotTaken
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

log = logging.getLogger(__name__)

BATCH: Final = 200
PATIENCE: Final = timedelta(minutes=1)
"""How long a message may be under way before the job looks after it."""

PaymentNews = Callable[[str, str], None]
"""Looks at a payment again, by provider and reference; ``Orders.payment_news``."""


class WebhookReader(Protocol):
    """Reads the messages of one provider."""

    def read(self, payload: bytes, signature: str | None) -> ProviderEvent:
        """Return what a message tells, or raise ``WebhookRefused``."""
        ...


class Webhooks:
    """Takes messages of providers of payments.

    Parameters
    ----------
    readers
        By the provider's name.
    news
        Looks at a payment again. It is safe to call at any time, also for payments that are none
        of ours.
    """

    def __init__(
        self, store: Store, clock: Clock, readers: Mapping[str, WebhookReader], news: PaymentNews
    ) -> None:
        self._store, self._clock, self._readers, self._news = store, clock, readers, news

    def take(self, provider: str, payload: bytes, signature: str | None) -> None:
        """Take a message. One that is known, and was looked after, changes nothing.

        Raises
        ------
        CardsNotTaken
            If nobody here reads messages of this provider.
        WebhookRefused
            If the provider did not sign it.
        """
        reader = self._readers.get(provider)
        if reader is None:
            raise CardsNotTaken
        event = reader.read(payload, signature)

        def work(uow: UnitOfWork) -> bool:
            if event.dispute is not None:
                uow.providers.note_dispute(event.dispute)
            return uow.providers.add_event(event, self._clock.now())

        if in_transaction(self._store, work):
            self._look(event)

    def look_after_late(self, now: datetime) -> int:
        """Look at the payments of messages that a crash left; a job for every minute."""
        with self._store.read() as uow:
            left = uow.providers.list_untold(now - PATIENCE, BATCH)
        for event in left:
            self._look(event)
        return len(left)

    def _look(self, event: ProviderEvent) -> None:
        if event.reference is not None:
            try:
                self._news(event.provider, event.reference)
            except BookingError as outcome:  # the saga has written it down, and goes on by itself
                log.info("news of payment %s: %s", event.reference, outcome)
        now = self._clock.now()
        in_transaction(self._store, lambda uow: uow.providers.told(event.provider, event.id, now))
