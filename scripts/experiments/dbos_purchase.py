"""The purchase of an order as a workflow of dbos, held against our own journal (decision 0009).

    .venv/bin/python -m pip install --target /tmp/dbos dbos==3.4.0
    PYTHONPATH=$PWD:/tmp/dbos .venv/bin/python scripts/experiments/dbos_purchase.py postgres kills

Arguments: ``sqlite`` or ``postgres``, then any of ``cost``, ``kills``, ``takeover``, ``slow``. Both
buy with the same repositories and a provider without cost; only journal and driver differ.
"""

import multiprocessing
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from dbos import DBOS, SetWorkflowID, SQLAlchemyDatasource
from sqlalchemy import text
from sqlalchemy.engine.default import DefaultDialect

from booking.adapters.database import Database, upgrade
from booking.adapters.store import SqlUnitOfWork
from booking.domain.clearing.rules import ClearingRules
from booking.domain.errors import PaymentDeclined
from booking.domain.order_states import OrderState
from booking.domain.orders import Payment, PaymentState
from booking.domain.postings import sale, settlement
from tests.support.postgres import PostgresServer
from tests.support.shop import NOON, offer, ticket_of
from tests.support.shop import Shop as OwnShop

FORKS, RIDER, PURCHASES = multiprocessing.get_context("forkserver"), UUID(int=1), 100


class Shop:
    """Orders on our own journal and, in the same database, dbos; also the provider of payments."""

    here: "Shop"

    def __init__(self, url: str, executor: str = "local", version: str = "1") -> None:
        Shop.here, self.database, self.stops_at = self, Database(url), ""
        url = self.database.url.render_as_string(False)
        self.orders = OwnShop(self.database, card=self).orders  # type: ignore[arg-type]
        self.data = SQLAlchemyDatasource.create(url, engine_kwargs={})
        settings = {"system_database_url": url, "executor_id": executor}
        settings |= {"application_version": version, "console_log_level": "CRITICAL"}
        DBOS(config={"name": "kommit", **settings})  # type: ignore[typeddict-item]
        DBOS.launch()

    def __getattr__(self, action: str) -> Any:
        """Return a call of the provider: it is counted, and refuses what the reference says."""

        def call(request: Any, *_: object) -> str:
            if action == self.stops_at:
                os.kill(os.getpid(), signal.SIGSTOP)
            with Path("calls").open("a") as file:
                file.write(f"{action}\n")
            if (action, request) == ("authorise", "poor"):
                raise PaymentDeclined("no")
            return str(getattr(request, "method", request))

        return call

    def select(self, query: str, **values: object) -> Sequence[Any]:
        """Return the one row of a query."""
        with self.database.readers() as session:
            return session.execute(text(query), values).one()


def transaction(name: str, order_id: str) -> None:
    """Commit an effect and its checkpoint together."""
    data = Shop.here.data
    level: Any = "SERIALIZABLE" if data.engine.name == "sqlite" else "READ COMMITTED"

    def work() -> None:
        uow = SqlUnitOfWork(data.sql_session(), writes=True)
        order = uow.orders.get(UUID(order_id))
        if name == "confirm":
            order.payment = Payment("card", PaymentState.AUTHORISED)
            order.move(OrderState.AUTHORISED, NOON)
            order.move(OrderState.CONFIRMED, NOON)
            order.ticket = ticket_of(order)
            uow.places.confirm(order.id)
            uow.ledger.book(sale(order, ClearingRules(), NOON))
        elif name == "settle":
            order.note_payment(PaymentState.CAPTURED)
            uow.ledger.book(settlement(order.id, "card", order.price, NOON))
        else:
            order.move(OrderState.FAILED, NOON)
            uow.places.release(order.id)
        uow.orders.write_back()

    data.run_tx_step({"name": name, "isolation_level": level}, work)


@DBOS.step()
def ask(action: str, reference: str) -> None:
    """Reach the provider; dbos commits a checkpoint after it."""
    getattr(Shop.here, action)(reference)


@DBOS.workflow()
def pay(order_id: str, method: str) -> None:
    """Drive a payment, or undo it."""
    ask("open", method)
    try:
        ask("authorise", method)
        transaction("confirm", order_id)
    except PaymentDeclined:
        ask("void", method)
        transaction("give up", order_id)
        return
    ask("capture", method)
    transaction("settle", order_id)


def by_dbos(shop: Shop, method: str = "good", *, commit: int = 0) -> None:
    """Hold and pay; die at a commit of the payment (below zero: after it)."""
    order = shop.orders.hold(RIDER, offer())
    plain, me, count = DefaultDialect.do_commit, threading.get_ident(), 0

    def do_commit(dialect: DefaultDialect, connection: Any) -> None:
        nonlocal count
        count += threading.get_ident() == me
        dies = count == abs(commit) and threading.get_ident() == me
        if commit < 0 or not dies:
            plain(dialect, connection)
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)

    if commit:
        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    with SetWorkflowID(str(order.id)):
        pay(str(order.id), method)


def buy(url: str, executor: str, method: str, commit: int = 0, stops_at: str = "") -> None:
    """Buy in a process of its own."""
    shop = Shop(url, executor)
    shop.stops_at = stops_at
    by_dbos(shop, method, commit=commit)
    os._exit(0)


def recover(url: str, executor: str, version: str = "1", dead: str = "") -> None:
    """Start, say who is dead, and wait until nothing is under way, or for 40 s."""
    shop, begun, left = Shop(url, executor, version), time.monotonic(), 1
    if dead:
        DBOS._recover_pending_workflows([dead])  # noqa: SLF001 - there is no public call
    schema = "dbos." if shop.data.schema else ""
    query = f"SELECT count(*) FROM {schema}workflow_status WHERE status IN ('PENDING', 'ENQUEUED')"
    while left and time.monotonic() < begun + 40:
        time.sleep(0.1)
        left = shop.select(query)[0]
    query = "SELECT state, payment_state, (SELECT count(*) FROM entry) FROM orders ORDER BY id DESC"
    calls = Counter(Path("calls").read_text().split() if Path("calls").exists() else [])
    end = [left, *shop.select(f"{query} LIMIT 1"), dict(calls)]
    print(f"after {time.monotonic() - begun:.1f} s: {end}", flush=True)
    os._exit(0)


def run(target: Any, *arguments: object, waits: bool = True) -> Any:
    """Run a function in a process of its own."""
    process = FORKS.Process(target=target, args=arguments)
    process.start()
    if waits:
        process.join()
    return process


def kills(url: str) -> None:
    """Kill at every commit, before and after, start the same executor again, and look."""
    for method in ("good", "poor"):
        for commit in (sign * n for n in range(1, 20) for sign in (1, -1)):
            Path("calls").unlink(missing_ok=True)
            child = run(buy, url, "local", method, commit)
            print(f"{method}, killed at {commit}, exit {child.exitcode}:", end=" ", flush=True)
            run(recover, url, "local")
            if child.exitcode == 0:
                break


def takeover(url: str) -> None:
    """Let executor ``a`` die, and see who goes on: ``b``, a new version, ``b`` when told."""
    run(buy, url, "a", "good", 4)
    for who in (("b",), ("a", "2"), ("b", "1", "a")):
        print(*who, end=" ", flush=True)
        run(recover, url, *who)


def slow(url: str) -> None:
    """Stop ``a`` before a call to the provider, let ``b`` go on, and wake ``a``."""
    child = run(buy, url, "a", "good", 0, "capture", waits=False)
    while Path(f"/proc/{child.pid}/stat").read_text().rpartition(") ")[2][0] != "T":
        time.sleep(0.05)
    run(recover, url, "b", "1", "a")
    os.kill(child.pid, signal.SIGCONT)
    child.join()
    run(recover, url, "b")


def cost(url: str) -> None:
    """Print milliseconds of a purchase and, where the server counts them, commits and syncs."""
    shop = Shop(url)

    def by_journal(shop: Shop) -> None:
        shop.orders.pay(shop.orders.hold(RIDER, offer()).id, RIDER, "card", "good")

    query = "SELECT sum(xact_commit), (SELECT sum(fsyncs) FROM pg_stat_io) FROM pg_stat_database"
    for purchase in (by_dbos, by_journal) * 3:
        time.sleep(2)  # the server tells its counts with a delay
        before, times = shop.select(query) if shop.data.schema else (), []
        for _ in range(PURCHASES):
            begun = time.perf_counter()
            purchase(shop)
            times.append(1_000 * (time.perf_counter() - begun))
        time.sleep(2)
        after = shop.select(query) if shop.data.schema else ()
        each = [float(a - b) / PURCHASES for a, b in zip(after, before, strict=True)]
        print(f"{purchase.__name__}: {statistics.median(times):.1f} ms, commits and syncs: {each}")
    os._exit(0)


def main() -> None:
    """Run the parts that are named, each on a fresh database."""
    server = PostgresServer(durable=True) if sys.argv[1] == "postgres" else None
    for part in sys.argv[2:]:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            url = server.url(server.create()) if server else f"sqlite:///{folder}/kommit.db"
            upgrade(Database(url).engine)
            print(f"--- {part}", flush=True)
            run(globals()[part], url)
    if server:
        server.stop()


if __name__ == "__main__":
    main()
