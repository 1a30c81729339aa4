"""The work of ``bench_booking.py``: processes whose threads are riders that buy without a pause.

Every order is a chain of two buses. The second one has places without limit; the first is, for a
fifth of the orders, one bus that everybody wants at that moment and that is full before the next
one comes.
"""

import itertools
import json
import multiprocessing
import os
import random
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import event

from booking.adapters.database import Database
from booking.domain.errors import NoPlacesLeft
from booking.domain.offers import Offer
from booking.domain.orders import Order
from booking.service.transactions import in_transaction, observe_conflicts
from tests.support.shop import LEAVES, NOON, Shop, offer, ride

PROCESSES = multiprocessing.get_context("spawn")
PLACES = 40
"""Places on a limited bus."""
LIMITED_SHARE = 0.2
ORDERS_A_BUS = 250
"""Orders after which the limited bus is another one: some 50 want one of its 40 places."""
WALLETS = 10
"""Riders of one thread, so that nobody waits for a wallet."""


class BenchClock:
    """The clock of all processes: noon when the benchmark began, and going on from there."""

    def __init__(self, began: float) -> None:
        self._ahead = NOON - datetime.fromtimestamp(began, UTC)

    def now(self) -> datetime:
        """Return the present moment there, aware, in UTC."""
        return datetime.now(UTC) + self._ahead


@dataclass(frozen=True)
class Job:
    """What one process does. ``began`` is the Unix time of noon."""

    url: str
    number: int
    riders: int
    folder: Path
    began: float
    seconds: float = 1e9
    """How long it sells; a file ``stop`` in the folder ends it, too. The file ``bus`` has the
    number of the limited bus of the moment."""


@dataclass
class Tally:
    """What a process counts; ``ms`` is the time of each sold order, hold and payment together."""

    hold_ms: list[float] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    full: int = 0
    conflicts: int = 0
    statements: int = 0
    commits: int = 0
    cpu_s: float = 0.0
    seconds: float = 0.0


def prepare(shop: Shop, buses: int) -> None:
    """Limit the places of so many buses."""

    def work(uow: object) -> None:
        for bus in range(buses):
            uow.places.set_quota(PLACES, trip_id=f"limited:{bus}")  # type: ignore[attr-defined]

    in_transaction(shop.store, work)


def wanted(bus: str, now: datetime, rng: random.Random) -> Offer:
    """Return what a rider wants to buy, while ``bus`` is the limited one."""
    limited = rng.random() < LIMITED_SHARE
    first = f"limited:{bus}" if limited else f"free:{rng.randrange(1_000)}"
    board = rng.randrange(2)
    rides = (
        ride(first, board, 2),
        ride(f"free:{rng.randrange(1_000)}", 0, 3, leaves=LEAVES + timedelta(minutes=30)),
    )
    return offer(*rides, issued_at=now, expires_at=now + timedelta(minutes=15))


def move_bus(folder: Path) -> int:
    """Let the riders want the next bus when it is time; return how many orders are sold."""
    sold = sum(file.stat().st_size for file in folder.glob("sold-*")) // 16
    new = folder / "bus.new"
    new.write_text(str(sold // ORDERS_A_BUS))
    new.replace(folder / "bus")
    return sold


class Seller:
    """A process that sells to its riders, one thread each."""

    def __init__(self, job: Job) -> None:
        self.job, self.tally = job, Tally()
        database = Database(job.url, pool_size=job.riders)
        self.shop = Shop(database, BenchClock(job.began))
        self._stop = job.folder / "stop"
        self._watch(database)

    def _watch(self, database: Database) -> None:
        def count(name: str) -> Callable[..., None]:
            def one(*_: object) -> None:
                setattr(self.tally, name, getattr(self.tally, name) + 1)

            return one

        event.listen(database.engine, "before_cursor_execute", count("statements"))
        event.listen(database.engine, "commit", count("commits"))
        observe_conflicts(count("conflicts"))

    def run(self, ready: Callable[[], object]) -> None:
        """Sell until told to stop."""
        wallets = [[self.shop.rider(10**8) for _ in range(WALLETS)] for _ in range(self.job.riders)]
        for rider in range(self.job.riders):  # connections, prepared statements, caches
            self._buy(wallets[rider][0], random.Random(rider))
        ready()
        self.tally.__init__()  # type: ignore[misc]
        began, cpu = time.perf_counter(), _cpu_s()
        self._until = began + self.job.seconds
        threads = [
            threading.Thread(target=self._ride, args=(n, wallets[n])) for n in range(len(wallets))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.tally.seconds = time.perf_counter() - began
        self.tally.cpu_s = _cpu_s() - cpu

    def _ride(self, rider: int, wallets: list[UUID]) -> None:
        rng = random.Random(f"{self.job.number}/{rider}/{time.time_ns()}")
        acknowledged = os.open(
            self.job.folder / f"sold-{self.job.number}-{rider}",
            os.O_APPEND | os.O_CREAT | os.O_WRONLY,
        )
        for number in itertools.count():
            if time.perf_counter() > self._until or self._stop.exists():
                return
            begun = time.perf_counter()
            sold = self._buy(wallets[number % WALLETS], rng)
            if sold is None:
                self.tally.full += 1
                continue
            self.tally.ms.append(1_000 * (time.perf_counter() - begun))
            os.write(acknowledged, sold.id.bytes)  # kept by the kernel, whoever is killed

    def _buy(self, rider: UUID, rng: random.Random) -> Order | None:
        bus = (self.job.folder / "bus").read_text()
        chosen = wanted(bus, self.shop.clock.now(), rng)
        begun = time.perf_counter()
        try:
            held = self.shop.orders.hold(rider, chosen)
            self.tally.hold_ms.append(1_000 * (time.perf_counter() - begun))
            return self.shop.orders.pay(held.id, rider, "wallet")
        except NoPlacesLeft:
            return None


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def sell(job: Job, barrier: object) -> None:
    """Be a process that sells, and leave the tally in the folder."""
    seller = Seller(job)
    seller.run(barrier.wait if barrier is not None else lambda: None)  # type: ignore[attr-defined]
    (job.folder / f"tally-{job.number}.json").write_text(json.dumps(asdict(seller.tally)))
    seller.shop.database.close()
