"""Static dial-a-ride instances against published optima, every answer validated on its own.

    python scripts/bench_dispatch.py --instances ../shared/data/darp [--seconds 10] [--only a2-16]

Instances: Cordeau 2006 and Ropke, Cordeau, Laporte 2007 (a, b), Cordeau and Laporte 2003 (R); their
optima and best known values are noted down in ../shared/data/README.md. The solver is the
dispatcher's own neighbourhood search on one core. The validator below shares no code with it.
"""

import argparse
import math
import sys
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from routing.dispatch.arrays import Fleet, request_rows, rest_rows, tasks_of, vehicle_rows
from routing.dispatch.improve import improve
from routing.dispatch.model import NEVER, Objective, Request, Vehicle

SCALE: Final = 1_000_000
"""Millionths of a minute; times are rounded up, so no window is missed by rounding."""
EPS: Final = 1e-6

PUBLISHED: Final = """
a2-16 294.25 a2-20 344.83 a2-24 431.12 a3-24 344.83 a3-30 494.85 a3-36 583.19 a4-32 485.50
a4-40 557.69 a4-48 668.82 a5-40 498.41 a5-50 686.62 a5-60 808.42 a6-48 604.12 a6-60 819.25
a6-72 916.05 a7-56 724.04 a7-70 889.12 a7-84 1033.37 a8-64 747.46 a8-80 945.73 a8-96 1229.66
b2-16 309.41 b2-20 332.64 b2-24 444.71 b3-24 394.51 b3-30 531.44 b3-36 603.79 b4-32 494.82
b4-40 656.63 b4-48 673.81 b5-40 613.72 b5-50 761.40 b5-60 902.04 b6-48 714.83 b6-60 860.07
b6-72 978.47 b7-56 823.97 b7-70 912.62 b7-84 1203.37 b8-64 839.89 b8-80 1036.34 b8-96 1185.55
R1a 190.02 R2a 301.34 R3a 532.00 R4a 570.25 R5a 625.64 R6a 783.78 R7a 291.71 R8a 487.84 R9a 653.94
R10a 845.47 R1b 164.46 R2b 295.66 R3b 484.83 R4b 529.33 R5b 573.56 R6b 725.22 R7b 248.21 R8b 458.73
R9b 592.23 R10b 783.81
"""


class Node(NamedTuple):
    """A row of an instance, in minutes."""

    x: float
    y: float
    service: float
    load: int
    earliest: float
    latest: float


class Instance(NamedTuple):
    """A dial-a-ride instance."""

    name: str
    vehicles: int
    duration: float
    capacity: int
    ride: float
    nodes: list[Node]
    """The depot, pick-ups 1 to n, drop-offs n+1 to 2n."""

    @property
    def n(self) -> int:
        """Number of requests."""
        return len(self.nodes) // 2

    def drive(self, i: int, j: int) -> float:
        """Return minutes between two nodes: Euclidean."""
        here, there = self.nodes[i], self.nodes[j]
        return math.hypot(here.x - there.x, here.y - there.y)


def read(path: Path) -> Instance:
    """Return the instance of a file; a depot that is repeated at the end is left out."""
    head, *rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
    vehicles, _, duration, capacity, ride = (float(value) for value in head[:5])
    nodes = [
        Node(float(r[1]), float(r[2]), float(r[3]), int(float(r[4])), float(r[5]), float(r[6]))
        for r in rows
    ]
    if len(nodes) % 2 == 0:
        nodes = nodes[:-1]
    return Instance(path.stem, int(vehicles), duration, int(capacity), ride, nodes)


# --- the independent validator


def check(instance: Instance, routes: list[list[int]]) -> float:
    """Return the length of routes of nodes, or raise ``ValueError`` for what is not kept.

    Beginnings are found by raising lower bounds over all constraints in floats until they hold.
    """
    served = sorted(node for route in routes for node in route)
    if served != list(range(1, 2 * instance.n + 1)):
        raise ValueError("not every node is served once")
    if len(routes) > instance.vehicles:
        raise ValueError("there are too many routes")
    return sum(_check_route(instance, route) for route in routes if route)


def _check_route(instance: Instance, route: list[int]) -> float:
    nodes, n, stops = instance.nodes, instance.n, [0, *route, 0]
    _check_loads(instance, route)
    at = {node: place for place, node in enumerate(stops) if node}
    if any(node <= n and at[node] > at[node + n] for node in route):
        raise ValueError("somebody gets off before getting on")
    begins = _beginnings(instance, stops, at)
    for k, node in enumerate(stops):
        if begins[k] > nodes[node].latest + EPS:
            raise ValueError(f"node {node} begins at {begins[k]}, after {nodes[node].latest}")
    for node in (node for node in route if node <= n):
        ride = begins[at[node + n]] - begins[at[node]] - nodes[node].service
        if ride > instance.ride + EPS:
            raise ValueError(f"the ride of {node} takes {ride}")
    if begins[-1] - begins[0] > instance.duration + EPS:
        raise ValueError("the route takes too long")
    return sum(instance.drive(a, b) for a, b in pairwise(stops))


def _check_loads(instance: Instance, route: list[int]) -> None:
    load = 0
    for node in route:
        load += instance.nodes[node].load if node <= instance.n else -abs(instance.nodes[node].load)
        if load > instance.capacity or load < 0:
            raise ValueError("the load is not kept")


def _beginnings(instance: Instance, stops: list[int], at: dict[int, int]) -> list[float]:
    nodes, n = instance.nodes, instance.n
    begins = [nodes[node].earliest for node in stops]
    for _ in range(20 * len(stops) + 100):
        before = list(begins)
        for k in range(1, len(stops)):
            left = begins[k - 1] + nodes[stops[k - 1]].service
            begins[k] = max(begins[k], left + instance.drive(stops[k - 1], stops[k]))
        for node in (node for node in at if node <= n):
            board = begins[at[node + n]] - instance.ride - nodes[node].service
            begins[at[node]] = max(begins[at[node]], board)
        begins[0] = max(begins[0], begins[-1] - instance.duration)
        if max(b - a for a, b in zip(before, begins, strict=True)) < 1e-9:
            break
    return begins


# --- the solver


def fleet_of(instance: Instance) -> Fleet:
    """Return an instance as the dispatcher's numbers, in millionths of a minute."""
    size, n = len(instance.nodes), instance.n
    table = np.array(
        [[math.ceil(instance.drive(i, j) * SCALE) for j in range(size)] for i in range(size)]
    )
    requests = []
    for k in range(1, n + 1):
        here, there = instance.nodes[k], instance.nodes[k + n]
        requests.append(
            Request(
                k, k + n, _time(here.earliest), _time(here.latest), _time(there.earliest),
                _time(there.latest), _time(instance.ride), (here.load, 0, 0, 0),
                _time(here.service), _time(there.service),
            )
        )  # fmt: skip
    depot = instance.nodes[0]
    vehicle = Vehicle(
        0, _time(depot.earliest), 0, _time(depot.latest), (instance.capacity, 0, 0, 0), NEVER,
        _time(instance.duration),
    )  # fmt: skip
    vehicles = [vehicle] * instance.vehicles
    rests, n_rests = rest_rows(vehicles)
    return Fleet(
        table.astype(np.int32),
        np.zeros((size, size), np.int32),
        request_rows(requests),
        vehicle_rows(vehicles),
        rests,
        n_rests,
        np.array(Objective(), np.int64),
    )


def _time(minutes: float) -> int:
    return round(minutes * SCALE)


def solve(instance: Instance, seconds: float, seed: int) -> tuple[list[list[int]], int]:
    """Return routes of nodes, and how many rounds were made."""
    fleet = fleet_of(instance)
    empty = [tasks_of([]) for _ in range(instance.vehicles)]
    found = improve(fleet, empty, range(instance.n), seconds=seconds, seed=seed)
    if found.banked:
        raise ValueError(f"{len(found.banked)} requests found no place")
    routes = [
        [(t >> 1) + 1 + (instance.n if t & 1 else 0) for t in p.tolist()] for p in found.plans
    ]
    return routes, found.rounds


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--only", help="names by commas")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    words = PUBLISHED.split()
    published = dict(zip(words[::2], map(float, words[1::2]), strict=True))
    names = asked.only.split(",") if asked.only else list(published)
    solve(read(asked.instances / "a2-16.txt"), 0.1, 0)  # compiles
    gaps: dict[str, list[float]] = defaultdict(list)
    infeasible = 0
    print("instance      found  published    gap %  rounds  seconds")
    for name in names:
        instance, begun = read(asked.instances / f"{name}.txt"), time.perf_counter()
        try:
            routes, rounds = solve(instance, asked.seconds, asked.seed)
            took, length = time.perf_counter() - begun, check(instance, routes)
        except ValueError as reason:
            infeasible += 1
            print(f"{name:8} INFEASIBLE: {reason}")
            continue
        gap = 100 * (length / published[name] - 1)
        gaps[name[0]].append(gap)
        best = published[name]
        print(f"{name:8} {length:10.2f} {best:10.2f} {gap:8.2f} {rounds:7} {took:8.1f}", flush=True)
    for group, values in gaps.items():
        print(
            f"{group}: mean gap {np.mean(values):.2f} %, worst {max(values):.2f} % of {len(values)}"
        )
    print(f"infeasible: {infeasible}")
    return 1 if infeasible else 0


if __name__ == "__main__":
    sys.exit(main())
