"""Static dial-a-ride: how far the dispatcher's plans are from the best published ones.

``python scripts/bench_dispatch.py --instances ../shared/data/darp [--seconds 10] [--only a2-16]``

Each instance is solved from nothing by one thread in so many seconds of a core; every answer is
checked by a validator of its own. Times are millionths of a minute, rounded up, so that no answer
is valid by rounding only.
"""

import argparse
import math
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from bench_dispatch_instances import Instance, best_known, cost, faults, in_order, read_instance

from routing.dispatch.board import Board
from routing.dispatch.model import I32, Objective, Request, Vehicle

UNIT: Final = 1_000_000
"""Of a minute."""
DRIVEN: Final = Objective(drive=1, wait=0, ride=0, vehicle=0)


def main() -> None:
    """Solve the instances asked for, and print gaps."""
    asked = _arguments()
    paths = sorted(asked.instances.glob("*.txt"), key=in_order)
    gaps: dict[str, list[float]] = {}
    wrong = 0
    for path in paths:
        if asked.only and path.stem not in asked.only.split(","):
            continue
        instance = read_instance(path)
        gap, found = _solve(instance, asked.seconds, asked.seed)
        wrong += bool(found)
        gaps.setdefault(path.stem[0], []).append(gap)
        for fault in found[:3]:
            print(f"    {fault}", flush=True)
    for name, values in gaps.items():
        print(f"{name}: {len(values)} instances, average gap {statistics.mean(values):.2f} %")
    print(f"infeasible: {wrong}")
    sys.exit(wrong > 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--instances", type=Path, required=True, help="folder of *.txt")
    parser.add_argument("--seconds", type=float, default=10.0, help="for each (10)")
    parser.add_argument("--only", help="names, separated by commas")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _solve(instance: Instance, seconds: float, seed: int) -> tuple[float, list[str]]:
    """Return the gap in percent, and what is wrong with the answer."""
    board = board_of(instance)
    board.planned(range(instance.n), rounds=1)  # compiled
    clock = time.thread_time  # so other work on the machine does not count
    solved = board.planned(range(instance.n), seconds=seconds, seed=seed, clock=clock)
    routes = list(_routes(solved, instance))
    found, known = faults(instance, routes), best_known(instance.name)
    length = cost(instance, routes)
    gap = 100.0 * (length / known - 1.0)
    verdict = "invalid" if found else "valid"
    print(f"{instance.name:7} {length:9.2f} {known:9.2f} {gap:+6.2f} %  {verdict}", flush=True)
    return gap, found


def _routes(board: Board, instance: Instance) -> Iterator[list[int]]:
    for plan in board.plans:
        yield [task.request + 1 + task.is_drop_off * instance.n for task in plan]


def board_of(instance: Instance) -> Board:
    """Return an instance as a board of vehicles without plans."""
    requests = [_request(instance, number) for number in range(1, instance.n + 1)]
    depot = instance.nodes[0]
    vehicle = Vehicle(
        place=0,
        ready=_ints(depot.earliest),
        end_place=0,
        end_until=_ints(depot.latest),
        capacity=(instance.capacity, 0, 0, 0),
        max_duration=_ints(instance.max_duration),
    )
    ways = table(instance)
    fleet = [vehicle] * instance.vehicles
    return Board(ways, np.zeros_like(ways), fleet, requests, [()] * instance.vehicles, DRIVEN)


def table(instance: Instance) -> I32:
    """Return the ways between all nodes, rounded up."""
    xy = np.array([(node.x, node.y) for node in instance.nodes])
    minutes = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    return np.ceil(minutes * UNIT).astype(np.int32)


def _ints(minutes: float) -> int:
    return math.floor(minutes * UNIT)


def _request(instance: Instance, number: int) -> Request:
    pickup, drop_off = instance.nodes[number], instance.nodes[number + instance.n]
    return Request(
        pickup=number,
        drop_off=number + instance.n,
        pickup_from=_ints(pickup.earliest),
        pickup_until=_ints(pickup.latest),
        drop_off_from=_ints(drop_off.earliest),
        drop_off_until=_ints(drop_off.latest),
        max_ride=_ints(instance.max_ride),
        load=(pickup.load, 0, 0, 0),
        boarding=_ints(pickup.service),
        alighting=_ints(drop_off.service),
    )


if __name__ == "__main__":
    main()
