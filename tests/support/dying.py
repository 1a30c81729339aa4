"""Processes that are killed at a commit, and others that go on after them.

The hook sits in a store of the tests: the product knows nothing of it.
"""

import logging
import multiprocessing
import os
import signal
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.adapters.database import Database
from booking.adapters.payments.stripe import StripePayments
from booking.adapters.store import SqlStore, SqlUnitOfWork
from booking.domain.errors import BookingError
from booking.domain.offers import Offer
from tests.support.cards import KEY
from tests.support.shop import MovableClock, Shop

PROCESSES = multiprocessing.get_context("forkserver")
"""Children of a clean server: they share no connection with the test."""
PROCESSES.set_forkserver_preload([__name__, "tests.support.shuttle_dying"])
COMMITS_EXIT = 100
"""A process that was not killed exits with this and the number of its commits."""


@dataclass(frozen=True)
class Death:
    """At which commit, counted from 1, and whether what it wrote is still written."""

    commit: int = 0
    after: bool = False

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'}-commit-{self.commit}"


class DyingStore(SqlStore):
    """Counts commits, and kills its process at one of them."""

    def __init__(self, database: Database, death: Death) -> None:
        super().__init__(database)
        self._database, self.death, self.commits = database, death, 0

    def write(self) -> SqlUnitOfWork:
        return DyingUnitOfWork(self, self._database)

    def reach(self, *, after: bool) -> None:
        if self.death == Death(self.commits, after):
            os.kill(os.getpid(), signal.SIGKILL)


class DyingUnitOfWork(SqlUnitOfWork):
    def __init__(self, store: DyingStore, database: Database) -> None:
        super().__init__(database.writers(), writes=True)
        self._store = store

    def commit(self) -> None:
        self._store.commits += 1
        self._store.reach(after=False)
        super().commit()
        self._store.reach(after=True)


@dataclass(frozen=True)
class Purchase:
    """What a process buys, how it pays, and when it dies."""

    url: str
    rider_id: UUID
    offer: Offer
    means: str
    method: str | None = None
    stripe_url: str | None = None
    death: Death = Death()


def run(target: object, *args: object) -> int:
    """Run a function in a process of its own and return its exit code."""
    process = PROCESSES.Process(target=target, args=args)
    process.start()
    process.join(60)
    assert process.exitcode is not None, "the process hangs"
    return process.exitcode


def buy(purchase: Purchase) -> None:
    """Hold and pay, and die as told. Exit with the number of commits otherwise."""
    database = Database(purchase.url, durable=False, pool_size=1)
    store = DyingStore(database, purchase.death)
    shop = _shop(database, MovableClock(), purchase.stripe_url, store)
    try:
        order = shop.orders.hold(purchase.rider_id, purchase.offer)
        shop.orders.pay(order.id, purchase.rider_id, purchase.means, purchase.method)
    except BookingError:
        logging.getLogger(__name__).info("refused")
    os._exit(COMMITS_EXIT + store.commits)


@dataclass(frozen=True)
class AfterSale:
    """What a process does with an order that is sold, and when it dies."""

    url: str
    rider_id: UUID
    order_id: UUID
    offer: Offer | None
    """The journey that takes its place; None: the order is given back."""
    means: str
    method: str | None = None
    stripe_url: str | None = None
    death: Death = Death()


def after_sale(wanted: AfterSale) -> None:
    """Give an order back, or change it and pay, and die as told; exit as ``buy``."""
    database = Database(wanted.url, durable=False, pool_size=1)
    store = DyingStore(database, wanted.death)
    shop = _shop(database, MovableClock(), wanted.stripe_url, store)
    try:
        if wanted.offer is None:
            shop.after_sales.cancel(wanted.order_id, wanted.rider_id)
        else:
            new = shop.after_sales.change(wanted.order_id, wanted.rider_id, wanted.offer)
            shop.orders.pay(new.id, wanted.rider_id, wanted.means, wanted.method)
    except BookingError:
        logging.getLogger(__name__).info("refused")
    os._exit(COMMITS_EXIT + store.commits)


def recover(url: str, stripe_url: str | None, now: datetime, death: Death) -> None:
    """Do what a starting process does."""
    database = Database(url, durable=False, pool_size=1)
    store = DyingStore(database, death)
    shop = _shop(database, MovableClock(now), stripe_url, store)
    shop.orders.resume_all(now)
    shop.orders.expire_due(now)
    shop.after_sales.resume_all(now)
    os._exit(COMMITS_EXIT + store.commits)


def _shop(database: Database, clock: MovableClock, stripe_url: str | None, store: SqlStore) -> Shop:
    payments = StripePayments(KEY, stripe_url) if stripe_url else None
    return Shop(database, clock, store, payments)
