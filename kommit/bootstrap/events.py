"""What tells riders and operators of changes: the outbox, webhooks, streams."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from booking.adapters.store import SqlStore
from booking.adapters.webhooks.http import HttpWebhooks
from booking.domain.privacy import Retention
from booking.service.outbox import KEEP, Outbox
from booking.service.ports import Passwords, Store
from booking.service.privacy import Privacy
from booking.service.webhook_courier import WebhookCourier
from booking.service.webhooks import Webhooks
from kommit.api.streams import Streams
from kommit.bootstrap.database import open_database
from kommit.bootstrap.jobs import Job, Jobs
from kommit.kit.clock import Clock, SystemClock
from kommit.settings import Settings

TELL_EVERY_S: Final = 1.0
TIDY_EVERY_S: Final = 3600.0
COURIERS: Final = 4
"""Threads that wait for operators' servers; each has one message at a time."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything about telling the outside."""

    outbox: Outbox
    webhooks: Webhooks
    courier: WebhookCourier


def open_telling(settings: Settings, store: Store, clock: Clock, secret: bytes) -> Telling:
    """Return what tells operators."""
    courier = WebhookCourier(store, clock, HttpWebhooks(is_demo=settings.is_demo), secret)
    outbox = Outbox(store, clock, [courier.tell])
    return Telling(outbox, Webhooks(store, clock, settings.is_demo), courier)


@contextmanager
def webhooks_desk(settings: Settings) -> Iterator[Webhooks]:
    """Open the operators' webhooks on the command line: needs the database only."""
    database = open_database(settings)
    try:
        yield Webhooks(SqlStore(database), SystemClock(), settings.is_demo)
    finally:
        database.close()


def open_privacy(settings: Settings, store: Store, clock: Clock, passwords: Passwords) -> Privacy:
    """Return what exports and forgets riders."""
    return Privacy(store, clock, passwords, Retention(*settings.retention))


def telling_jobs(
    telling: Telling, streams: Streams, privacy: Privacy, clock: Clock
) -> Iterator[Jobs]:
    """Yield threads: one for streams, one for the outbox, some that wait for operators."""

    def drop_messages() -> int:
        return telling.webhooks.drop_old(clock.now() - timedelta(days=KEEP.days))

    yield Jobs([Job("look at orders", TELL_EVERY_S, streams.look)], name="kommit-streams")
    yield Jobs(
        [
            Job("tell of facts", TELL_EVERY_S, telling.outbox.deliver),
            Job("drop old facts", TIDY_EVERY_S, telling.outbox.drop_old),
            Job("drop old messages", TIDY_EVERY_S, drop_messages),
            Job("forget old journeys", TIDY_EVERY_S, privacy.forget_old),
        ],
        name="kommit-outbox",
    )
    for number in range(COURIERS):
        job = Job("send messages", TELL_EVERY_S, telling.courier.deliver)
        yield Jobs([job], name=f"kommit-courier-{number}")
