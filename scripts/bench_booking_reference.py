"""The reference of ``bench_booking.py``: the least that a database has to write for an order.

Two transactions with the rows that a held and then a sold order leaves, sent by psycopg without any
layer between. No rule is checked, nothing is signed: what is left is the database and its disk.
"""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from kommit.kit.ids import uuid7

TABLES = """
    CREATE TABLE orders (id uuid PRIMARY KEY, offer jsonb, state text, ticket bytea);
    CREATE TABLE place (order_id uuid REFERENCES orders, trip text, sold boolean);
    CREATE INDEX ON place (order_id);
    CREATE TABLE journal (order_id uuid REFERENCES orders, n int, mark text,
        PRIMARY KEY (order_id, n));
    CREATE TABLE outbox (id bigserial PRIMARY KEY, body jsonb);
    CREATE TABLE wallet (id uuid PRIMARY KEY, minor bigint CHECK (minor >= 0));
    CREATE TABLE entry (id bigserial PRIMARY KEY, key text UNIQUE);
    CREATE TABLE posting (entry_id bigint REFERENCES entry, account int, minor bigint,
        PRIMARY KEY (entry_id, account))
"""
OFFER = Jsonb({"legs": ["x" * 300] * 6})
TICKET = bytes(270)


def create(url: str) -> None:
    """Make the tables."""
    with psycopg.connect(url) as connection:
        connection.execute(TABLES)


def buy(connection: psycopg.Connection[Any], wallet: UUID) -> None:
    """Write an order in two transactions."""
    order, run = uuid7(), connection.execute
    with connection.transaction():
        run("INSERT INTO orders VALUES (%s, %s, 'held')", (order, OFFER))
        run("INSERT INTO place VALUES (%s, 't1', false), (%s, 't2', false)", (order, order))
        run("INSERT INTO journal VALUES (%s, 0, 'hold')", (order,))
        run("INSERT INTO outbox (body) VALUES (%s)", (Jsonb({"order": str(order)}),))
    with connection.transaction():
        run("SELECT offer FROM orders WHERE id = %s FOR UPDATE", (order,))
        run("UPDATE wallet SET minor = minor - 1250 WHERE id = %s", (wallet,))
        for key, accounts in (("paid", 2), ("sale", 3)):
            row = run("INSERT INTO entry (key) VALUES (%s) RETURNING id", (f"{order}:{key}",))
            entry = row.fetchone()[0]  # type: ignore[index]
            values = ", ".join(f"({entry}, {account}, 1)" for account in range(accounts))
            run(f"INSERT INTO posting VALUES {values}")  # type: ignore[arg-type]
        run("UPDATE orders SET state = 'confirmed', ticket = %s WHERE id = %s", (TICKET, order))
        run("UPDATE place SET sold = true WHERE order_id = %s", (order,))
        run("INSERT INTO journal VALUES (%s, 1, 'commit')", (order,))
        run("INSERT INTO outbox (body) VALUES (%s)", (Jsonb({"order": str(order)}),))


def write(url: str, riders: int, seconds: float, folder: Path, number: int, barrier: Any) -> None:
    """Be a process that writes orders, and leave their milliseconds in the folder."""
    times: list[float] = []
    connections = [psycopg.connect(url, autocommit=True) for _ in range(riders)]
    wallets = [uuid7() for _ in connections]
    for wallet, connection in zip(wallets, connections, strict=True):
        connection.execute("INSERT INTO wallet VALUES (%s, %s)", (wallet, 10**12))
        buy(connection, wallet)
    barrier.wait()
    until = time.perf_counter() + seconds

    def ride(connection: psycopg.Connection[Any], wallet: UUID) -> None:
        while (begun := time.perf_counter()) < until:
            buy(connection, wallet)
            times.append(1_000 * (time.perf_counter() - begun))

    run_all([lambda c=c, w=w: ride(c, w) for c, w in zip(connections, wallets, strict=True)])
    (folder / f"reference-{number}.json").write_text(json.dumps(times))


def run_all(works: list[Callable[[], None]]) -> None:
    """Run each in a thread of its own, and wait for all."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
