"""Dial-a-ride instances of the literature: how they are read, their best known values, validation.

The validator shares nothing with the dispatcher: it takes routes as lists of node numbers and
computes with the coordinates in the file, in double precision.
"""

import math
import re
from pathlib import Path
from typing import Final, NamedTuple

BEST_KNOWN: Final = """
a2-16 294.25 a2-20 344.83 a2-24 431.12 a3-24 344.83 a3-30 494.85 a3-36 583.19 a4-32 485.50
a4-40 557.69 a4-48 668.82 a5-40 498.41 a5-50 686.62 a5-60 808.42 a6-48 604.12 a6-60 819.25
a6-72 916.05 a7-56 724.04 a7-70 889.12 a7-84 1033.37 a8-64 747.46 a8-80 945.73 a8-96 1229.66
b2-16 309.41 b2-20 332.64 b2-24 444.71 b3-24 394.51 b3-30 531.44 b3-36 603.79 b4-32 494.82
b4-40 656.63 b4-48 673.81 b5-40 613.72 b5-50 761.40 b5-60 902.04 b6-48 714.83 b6-60 860.07
b6-72 978.47 b7-56 823.97 b7-70 912.62 b7-84 1203.37 b8-64 839.89 b8-80 1036.34 b8-96 1185.55
R1a 190.02 R2a 301.34 R3a 532.00 R4a 570.25 R5a 625.64 R6a 783.78 R7a 291.71 R8a 487.84
R9a 653.94 R10a 845.47 R1b 164.46 R2b 295.66 R3b 484.83 R4b 529.33 R5b 573.56 R6b 725.22
R7b 248.21 R8b 458.73 R9b 592.23 R10b 783.81
"""
"""Optima of a and b (Cordeau 2006; Ropke, Cordeau, Laporte 2007), best known values of R."""
TOLERANCE: Final = 1e-6
"""Minutes by which sums of doubles may differ."""


class Node(NamedTuple):
    """A pick-up, a drop-off or the depot."""

    x: float
    y: float
    service: float
    load: int
    earliest: float
    latest: float


class Instance(NamedTuple):
    """A problem: n requests have nodes 1 to n and n+1 to 2n, the depot is node 0."""

    name: str
    vehicles: int
    max_duration: float
    capacity: int
    max_ride: float
    nodes: tuple[Node, ...]

    @property
    def n(self) -> int:
        """How many requests there are."""
        return (len(self.nodes) - 1) // 2

    def way(self, a: int, b: int) -> float:
        """Return minutes, and cost, from a node to another."""
        one, other = self.nodes[a], self.nodes[b]
        return math.hypot(one.x - other.x, one.y - other.y)


def best_known(name: str) -> float:
    """Return the best value published."""
    words = BEST_KNOWN.split()
    return float(dict(zip(words[::2], words[1::2], strict=True))[name])


def read_instance(path: Path) -> Instance:
    """Read an instance."""
    first, *rows = (line.split() for line in path.read_text("utf-8").splitlines() if line.split())
    n_nodes = int(first[1])
    nodes = [
        Node(float(x), float(y), float(service), int(load), float(earliest), float(latest))
        for _, x, y, service, load, earliest, latest in rows[: n_nodes + 1]
    ]
    limits = float(first[2]), int(first[3]), float(first[4])
    return Instance(path.stem, int(first[0]), *limits, tuple(nodes))


def in_order(path: Path) -> tuple[str, list[int]]:
    """Return a key that sorts files by set and size."""
    return path.stem[0], [int(number) for number in re.findall(r"\d+", path.stem)]


def cost(instance: Instance, routes: list[list[int]]) -> float:
    """Return the length of all routes."""
    return sum(
        instance.way(a, b)
        for route in routes
        for a, b in zip([0, *route], [*route, 0], strict=True)
        if route
    )


def faults(instance: Instance, routes: list[list[int]]) -> list[str]:
    """Return what is wrong with an answer; nothing if it is valid."""
    found = []
    if sum(bool(route) for route in routes) > instance.vehicles:
        found.append("too many vehicles")
    if sorted(node for route in routes for node in route) != list(range(1, 2 * instance.n + 1)):
        found.append("not every node is visited once")
    for route in routes:
        found += [f"route {route}: {fault}" for fault in _faults(instance, route) if route]
    return found


def _faults(instance: Instance, route: list[int]) -> list[str]:
    found, load = [], 0
    at = {node: position for position, node in enumerate(route)}
    for node in route:
        load += instance.nodes[node].load
        if load > instance.capacity:
            found.append(f"overloaded at {node}")
        if node <= instance.n and at.get(node + instance.n, -1) < at[node]:
            found.append(f"request {node} is not dropped off after its pick-up in the same route")
    if not found and not _has_schedule(instance, route):
        found.append("windows, rides and duration leave no schedule")
    return found


def _has_schedule(instance: Instance, route: list[int]) -> bool:
    """Say whether beginnings exist: no negative cycle among difference constraints (Bellman-Ford).

    An edge (a, b, w) says that stop b begins at most w after stop a; stop -1 is time zero.
    """
    stops = [0, *route, 0]
    last, zero = len(stops) - 1, len(stops)
    edges = []
    for k, node in enumerate(stops):
        edges.append((zero, k, instance.nodes[node].latest))
        edges.append((k, zero, -instance.nodes[node].earliest))
        if k < last:
            leg = instance.nodes[node].service + instance.way(node, stops[k + 1])
            edges.append((k + 1, k, -leg))
    for k, node in enumerate(route, 1):
        if node <= instance.n:
            there = route.index(node + instance.n) + 1
            edges.append((k, there, instance.nodes[node].service + instance.max_ride))
    edges.append((0, last, instance.max_duration))
    return not _has_negative_cycle(edges, len(stops) + 1)


def _has_negative_cycle(edges: list[tuple[int, int, float]], n: int) -> bool:
    reached = [0.0] * n
    for _ in range(n + 1):
        changed = False
        for a, b, weight in edges:
            if reached[a] + weight < reached[b] - TOLERANCE:
                reached[b] = reached[a] + weight
                changed = True
        if not changed:
            return False
    return True
