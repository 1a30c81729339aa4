"""Better plans for a board: the neighbourhood search from Python, for so long or so many rounds."""

import time
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from routing.dispatch.arrays import Fleet
from routing.dispatch.insertion import work_for
from routing.dispatch.model import I32
from routing.dispatch.neighbourhood import (
    BANKED,
    FIXED,
    GONE,
    Bench,
    Tour,
    priced,
    search,
    seed_with,
)

CHUNK: Final = 25
"""Rounds between two looks at the clock."""
HOT: Final = 0.02
"""Temperature at the start, as a share of what a request costs on average."""
COLD: Final = 0.0005


class Improved(NamedTuple):
    """The plans that were found."""

    plans: tuple[I32, ...]
    cost: int
    banked: tuple[int, ...]
    """Requests that found no place."""
    rounds: int


def improve(
    fleet: Fleet,
    plans: Sequence[I32],
    bank: Sequence[int] = (),
    *,
    seconds: float | None = None,
    rounds: int | None = None,
    seed: int = 0,
) -> Improved:
    """Return plans that cost no more than ``plans``, with as many requests of the bank as fit.

    Parameters
    ----------
    bank
        Requests that are in no plan yet.
    seconds, rounds
        How long to search; whichever ends first, one at least.
    """
    if seconds is None and rounds is None:
        raise ValueError("say for how many seconds or rounds plans are to be improved")
    tour = _tour(fleet, plans, bank)
    room = tour.plans.shape[1]
    n, vehicles = fleet.requests.shape[0], tour.sizes.size
    bench = Bench(
        work_for(room),
        np.zeros(max(n, 1), np.int32),
        np.zeros((max(n, 1), vehicles, 3), np.int64),
        np.zeros(max(n, 1), np.int64),
        np.zeros(max(n, 1), np.int32),
    )
    seed_with(seed)
    priced(fleet, tour, bench.work)
    best, spare = _copied(tour), _copied(tour)
    begun, done = time.monotonic(), 0
    while rounds is None or done < rounds:
        share = _share(done, rounds, time.monotonic() - begun, seconds)
        if share >= 1.0:
            break
        count = CHUNK if rounds is None else min(CHUNK, rounds - done)
        usual = max(float(best.costs.sum()) / max(int((best.where >= 0).sum()), 1), 1.0)
        heat = usual * HOT * (COLD / HOT) ** share
        search(fleet, tour, best, spare, bench, count, heat)
        done += count
    found = tuple(best.plans[v, : best.sizes[v]].copy() for v in range(vehicles))
    banked = tuple(np.flatnonzero(best.where == BANKED).tolist())
    return Improved(found, int(best.costs.sum()), banked, done)


def _share(done: int, rounds: int | None, spent: float, seconds: float | None) -> float:
    """Return how much of the search is over."""
    by_rounds = 0.0 if rounds is None else done / rounds
    by_time = 0.0 if seconds is None else spent / max(seconds, 1e-9)
    return max(by_rounds, by_time)


def _copied(tour: Tour) -> Tour:
    return Tour(tour.plans.copy(), tour.sizes.copy(), tour.where.copy(), tour.costs.copy())


def _tour(fleet: Fleet, plans: Sequence[I32], bank: Sequence[int]) -> Tour:
    n = fleet.requests.shape[0]
    where = np.full(n, GONE, np.int32)
    where[list(bank)] = BANKED
    tasks = np.zeros((len(plans), 2 * n + 4), np.int32)
    sizes = np.array([plan.size for plan in plans], np.int32)
    for vehicle, plan in enumerate(plans):
        tasks[vehicle, : plan.size] = plan
        boards = set((plan[plan & 1 == 0] >> 1).tolist())
        for request in set((plan >> 1).tolist()):
            where[request] = vehicle if request in boards else FIXED
    return Tour(tasks, sizes, where, np.zeros(len(plans), np.int64))
