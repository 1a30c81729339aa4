"""Processes that sell are killed at random; afterwards everything they promised is looked up."""

import os
import random
import tempfile
import time
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bench_booking_work import (
    ORDERS_A_BUS,
    PLACES,
    PROCESSES,
    BenchClock,
    Job,
    move_bus,
    prepare,
    sell,
)
from sqlalchemy import select

from booking.adapters.database import Database, upgrade
from booking.adapters.tables import EntryRow, OrderRow, PlaceHoldRow
from booking.domain.ledger import AccountKind
from tests.support.postgres import PostgresServer
from tests.support.shop import TICKETS, Shop

RIDERS = 4
"""Of each process."""
LATER_S = 1_800
"""Until every hold has expired."""


def kill_and_check(server: PostgresServer, orders: int, kills: int) -> int:
    """Sell so many orders under so many kills, check, print; return 0 if all is well."""
    url, began = server.url(server.create()), time.time()
    database = Database(url)
    upgrade(database.engine)
    shop = Shop(database, BenchClock(began))
    prepare(shop, orders // ORDERS_A_BUS + 2)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        killed = _sell(url, folder, orders, kills, began)
        files = [file.read_bytes() for file in folder.glob("sold-*")]
    ids = [data[at : at + 16] for data in files for at in range(0, len(data), 16)]
    print(f"{len(ids)} orders acknowledged, {killed} processes killed, {time.time() - began:.0f} s")
    _recover(shop, Shop(database, BenchClock(began - LATER_S)))
    wrong = _check(shop, {UUID(bytes=one) for one in ids})
    for name, count in wrong.items():
        print(f"{name}: {count}")
    database.close()
    return 1 if any(wrong.values()) else 0


def _sell(url: str, folder: Path, orders: int, kills: int, began: float) -> int:
    """Kill a process each time a share of the orders is sold; return how many were killed."""
    rng, numbers, killed, sold = random.Random(1), iter(range(10**6)), 0, 0
    (folder / "bus").write_text("0")

    def start() -> Any:
        job = Job(url, next(numbers), RIDERS, folder, began)
        process = PROCESSES.Process(target=sell, args=(job, None))
        process.start()
        return process

    sellers = [start() for _ in range(os.cpu_count() or 1)]
    moments = sorted(rng.uniform(0.02, 0.98) * orders for _ in range(kills))
    while sold < orders:
        time.sleep(rng.uniform(0.01, 0.05))
        sold = move_bus(folder)
        if killed < kills and sold >= moments[killed]:
            at = rng.randrange(len(sellers))
            sellers[at].kill()
            sellers[at].join()
            sellers[at], killed = start(), killed + 1
    (folder / "stop").touch()
    for seller in sellers:
        seller.join()
    return killed


def _recover(shop: Shop, later: Shop) -> None:
    """Do what starting processes do, soon and when what was held has expired."""
    resumed = shop.orders.resume_all(shop.clock.now() + timedelta(minutes=1))
    expired = later.orders.expire_due(later.clock.now())
    print(f"resumed {resumed}, expired {expired}")


def _check(shop: Shop, acknowledged: set[UUID]) -> dict[str, int]:
    """Return how often each promise is broken."""
    rows = {row.id: row for row in shop.scalars(select(OrderRow))}
    sold = {order_id for order_id, row in rows.items() if row.state == "confirmed"}
    keys = set(shop.scalars(select(EntryRow.key)))
    print(f"{len(rows)} orders, {dict(Counter(row.state for row in rows.values()))}")
    prices = sum(rows[order_id].price_minor for order_id in sold)
    return {
        "places sold twice": _sold_twice(shop, sold),
        "orders acknowledged and not confirmed": len(acknowledged - sold),
        "confirmed without capture": sum(rows[one].payment_state != "captured" for one in sold),
        "confirmed without ticket": sum(not _has_ticket(rows[one]) for one in sold),
        "confirmed without sale in the books": sum(f"{one}:sale" not in keys for one in sold),
        "neither sold nor ended": sum(
            row.state not in {"confirmed", "expired"} for row in rows.values()
        ),
        "ledger difference, minor units": shop.wallets.ledger_difference(),
        "held in wallets, minor units": abs(shop.balance(AccountKind.WALLET_HOLD)),
        "owed by orders, minor units": abs(shop.balance(AccountKind.RECEIVABLE)),
        "shares of operators and tax office less prices, minor units": abs(
            sum(map(shop.balance, (AccountKind.DEFERRED, AccountKind.VAT))) - prices
        ),
        "gone from wallets less prices, minor units": abs(
            shop.balance(AccountKind.WALLET) + shop.balance(AccountKind.SOURCE) + prices
        ),
    }


def _has_ticket(row: OrderRow) -> bool:
    return row.ticket is not None and TICKETS.read(row.ticket).order_id == row.id


def _sold_twice(shop: Shop, sold: set[UUID]) -> int:
    """Return how many places more than there are were sold, and how many of nobody's are kept."""
    taken: dict[str, Counter[int]] = defaultdict(Counter)
    nobodys = 0
    for hold in shop.scalars(select(PlaceHoldRow)):
        nobodys += hold.order_id not in sold
        if hold.trip_id.startswith("limited:"):
            taken[hold.trip_id].update(dict.fromkeys(range(hold.board, hold.alight), hold.places))
    fullest = [max(segments.values()) for segments in taken.values()]
    print(f"{len(fullest)} limited buses, the fullest with {max(fullest)} of {PLACES} places")
    return nobodys + sum(max(0, most - PLACES) for most in fullest)
