"""Measure the audit log: what a fact costs a sale, two ways to chain, and how fast it is verified.

    python scripts/bench_audit.py [--url postgresql://…] [--facts 2000] [--entries 1000000]

Without an address, a PostgreSQL server of the tests is started (it does not wait for the disk).

``inbox``    as kommit does it: a row of its own in each transaction, sealed afterwards by one job.
``chained``  the simple way, for comparison: each transaction locks the end of the chain, adds its
             entry and keeps the lock until it commits.
Both write a row of the outbox too, and hold the transaction open for ``--work-ms``, as a sale does.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import func, insert, select

from booking.adapters.book_tables import AuditRow
from booking.adapters.database import Database, upgrade
from booking.adapters.store import SqlStore
from booking.adapters.tables import OutboxRow
from booking.domain.audit import START, AuditEntry, AuditFact, AuditHead, AuditKind, sealed
from booking.service.audit import AuditLog
from booking.service.ports import UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import SystemClock
from tests.support.postgres import PostgresServer

HEAD_LOCK = 0x68656164
BODY = {"minor": 1250, "currency": "EUR", "means": [["wallet", 1250]], "ticket": "0" * 64}
AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


@contextmanager
def server(url: str | None) -> Iterator[str]:
    """Yield the address of an empty database."""
    if url is not None:
        yield url
        return
    own = PostgresServer()
    try:
        yield own.url(own.create())
    finally:
        own.stop()


def through_inbox(uow: UnitOfWork, n: int) -> None:
    """Append a fact as a sale does."""
    uow.audit.append(AuditKind.ORDER_CONFIRMED, f"order:{n}", BODY, AT)


def chained_at_once(uow: UnitOfWork, n: int) -> None:
    """Add a fact to the end of the chain, under its lock."""
    session = uow._session  # type: ignore[attr-defined]  # noqa: SLF001 - what kommit does not do
    session.execute(select(func.pg_advisory_xact_lock(HEAD_LOCK)))
    fact = AuditFact.of(AuditKind.ORDER_CONFIRMED, f"order:{n}", BODY, AT)
    session.execute(insert(AuditRow).values(sealed(fact, uow.audit.head())._asdict()))


def rate(
    store: SqlStore, way: Callable[[UnitOfWork, int], None], threads: int, facts: int, work_s: float
) -> float:
    """Return transactions a second."""

    def sell(n: int) -> None:
        def work(uow: UnitOfWork) -> None:
            way(uow, n)
            uow._session.add(OutboxRow(subject="s", body={}, at=AT))  # type: ignore[attr-defined]  # noqa: SLF001
            uow._session.flush()  # type: ignore[attr-defined]  # noqa: SLF001
            time.sleep(work_s)

        in_transaction(store, work)

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(sell, range(facts)))
    return facts / (time.perf_counter() - began)


def entries(head: AuditHead) -> Iterator[AuditEntry]:
    """Yield a chain without an end."""
    n = 0
    while True:
        n += 1
        body = BODY | {"minor": n}
        fact = AuditFact.of(
            AuditKind.ORDER_CONFIRMED, f"order:{n:032x}", body, AT + timedelta(seconds=n)
        )
        entry = sealed(fact, head)
        yield entry
        head = AuditHead(entry.position, entry.hash)


def main() -> None:
    """Measure and print one line of JSON for each figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--url")
    parser.add_argument("--facts", type=int, default=2_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--work-ms", type=float, default=3.0)
    asked = parser.parse_args()
    with server(asked.url) as url:
        database = Database(url, durable=False, pool_size=32)
        upgrade(database.engine)
        store = SqlStore(database)
        log = AuditLog(store, SystemClock())
        for threads in (1, 8, 32):
            for way in (through_inbox, chained_at_once):
                per_s = rate(store, way, threads, asked.facts, asked.work_ms / 1000)
                name = way.__name__
                print(json.dumps({"way": name, "threads": threads, "per_s": round(per_s)}))
                began, count = time.perf_counter(), log.seal()
                if count:
                    sealed_per_s = round(count / (time.perf_counter() - began))
                    print(json.dumps({"sealed": count, "per_s": sealed_per_s}))
        fill(database, log.verify(), asked.entries)
        began = time.perf_counter()
        head = log.verify()
        took = time.perf_counter() - began
        print(json.dumps({"verified": head.position, "s": round(took, 1)}))
        database.close()


def fill(database: Database, head: AuditHead, count: int) -> None:
    """Write entries without the way through the inbox."""
    chain = entries(head if head.position else START)
    left = count
    with database.writers() as session:
        while left > 0:
            rows = [entry._asdict() for entry in islice(chain, min(left, 20_000))]
            session.execute(insert(AuditRow), rows)
            left -= len(rows)
        session.commit()


if __name__ == "__main__":
    main()
