"""The slow twin of ``RentalSearch``: every vehicle, every way it can take, every place to leave it.

Everything stands at a crossing. Ways are found by relaxing labels until nothing changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

UNLOCK_S, LOCK_S, RIDE_DM_S = 60, 30, 45
WALK_DM, FLOAT_WALK_DM = 6000, 3000


class Edge(NamedTuple):
    """One direction of a street."""

    begin: str
    end: str
    walk: int
    ride: int
    length: int


@dataclass(frozen=True)
class Case:
    """A town and what can be rented there."""

    edges: tuple[Edge, ...]
    vehicles: tuple[tuple[str, int], ...]
    """Where, and how many dm its battery allows."""
    docks: frozenset[str]
    """Where a dock is free."""
    free_ends: frozenset[str]
    """Where vehicles may be left without a dock."""
    closed: frozenset[str] = frozenset()
    """Where nobody may ride."""


def walks(case: Case, begin: str) -> dict[str, int]:
    """Return the effective dm on foot from a crossing to all others."""
    found = {begin: 0}
    for _ in case.edges:
        for edge in case.edges:
            if edge.begin in found:
                reached = found[edge.begin] + edge.walk
                found[edge.end] = min(found.get(edge.end, reached), reached)
    return found


def rides(case: Case, begin: str, range_dm: int) -> dict[str, set[tuple[int, int]]]:
    """Return all (cost, length) of rides that are not worse in both than another."""
    labels: dict[str, set[tuple[int, int]]] = {begin: {(0, 0)}}
    changed = True
    while changed:
        changed = False
        for edge in case.edges:
            if {edge.begin, edge.end} & case.closed:
                continue
            for cost, length in list(labels.get(edge.begin, ())):
                new = cost + edge.ride, length + edge.length
                there = labels.setdefault(edge.end, set())
                if new[1] > range_dm or any(a <= new[0] and b <= new[1] for a, b in there):
                    continue
                there -= {one for one in there if new[0] <= one[0] and new[1] <= one[1]}
                there.add(new)
                changed = True
    return labels


def quickest(case: Case, origin: str, goal: str, walk_mps: float, max_s: int) -> int | None:
    """Return the seconds of the quickest rental from one crossing to another."""

    def on_foot(dm: int) -> int:
        return ceil(round(dm / (10 * walk_mps), 9))

    best = None
    before = walks(case, origin)
    for place, range_dm in case.vehicles:
        if before.get(place, WALK_DM + 1) > WALK_DM:
            continue
        for end, labels in rides(case, place, range_dm).items():
            after = walks(case, end).get(goal, WALK_DM + 1)
            docked = end in case.docks and after <= WALK_DM
            floats = end in case.free_ends and after <= FLOAT_WALK_DM
            if labels and (docked or floats):
                ride_s = -(-min(cost for cost, _ in labels) // RIDE_DM_S)
                total = on_foot(before[place]) + UNLOCK_S + ride_s + LOCK_S + on_foot(after)
                best = total if best is None else min(best, total)
    return best if best is not None and best <= max_s else None


Quickest = Callable[[Case, str, str, float, int], int | None]
