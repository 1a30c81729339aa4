"""Large neighbourhood search: take some requests out of the plans, put them back better.

Ruin and recreate with simulated annealing (Shaw 1998; Ropke and Pisinger 2006): removed are
requests at random, related ones, dear ones or all of a vehicle; they are put back by regret or one
by one, each at its exact best place (``routing.dispatch.insertion``). Who is on board stays where
they are, and a request that finds no place waits in a *bank* that costs more than any drive.
"""

from typing import Final, NamedTuple

import numpy as np

from routing.dispatch.arrays import (
    DROP_OFF,
    DROP_OFF_FROM,
    DROP_OFF_UNTIL,
    PICKUP,
    PICKUP_FROM,
    PICKUP_UNTIL,
    Fleet,
)
from routing.dispatch.insertion import (
    COST,
    DROP_OFF_AT,
    PICKUP_AT,
    Pair,
    Work,
    best_in,
    cost_of,
    put_in,
)
from routing.dispatch.model import I32, I64, NEVER
from routing.dispatch.schedule import FEASIBLE, evaluate
from routing.jit import entry, helper, part

BANKED: Final = -1
"""``Tour.where`` of a request in the bank."""
GONE: Final = -2
"""``Tour.where`` of a request that is in no plan and is not to be."""
FIXED: Final = -3
"""``Tour.where`` of a request that is on board."""
BANK_COST: Final = 10**15
"""Of each request in the bank: more than any plan costs."""
MOST_REMOVED: Final = 18
SHARE_REMOVED: Final = 0.3
SHAW_POWER: Final = 4.0
"""Of the random number that picks among related requests: larger is greedier."""


class Tour(NamedTuple):
    """All plans of a moment; V vehicles, N requests, room for M tasks each."""

    plans: I32
    """(V, M)"""
    sizes: I32
    """(V,)"""
    where: I32
    """(N,) the vehicle of each request, or ``BANKED``, ``GONE``, ``FIXED``."""
    costs: I64
    """(V,)"""


class Bench(NamedTuple):
    """Buffers of one search."""

    work: Work
    removed: I32
    """(N,) the requests that are to be put in."""
    offers: I64
    """(N, V, 3) cost and positions of the best place of each removed request."""
    score: I64
    """(N,)"""
    order: I32
    """(N,)"""


@helper
def _copy(source: Tour, target: Tour) -> None:
    target.plans[:] = source.plans
    target.sizes[:] = source.sizes
    target.where[:] = source.where
    target.costs[:] = source.costs


@part
def price(fleet: Fleet, tour: Tour, vehicle: int, work: Work) -> int:
    """Return what the plan of a vehicle costs as scheduled, ``NEVER`` if it cannot be driven."""
    tasks, size = tour.plans[vehicle], tour.sizes[vehicle]
    if evaluate(fleet, vehicle, tasks, size, work.hops, work.begins, work.rest) != FEASIBLE:
        return NEVER
    return cost_of(fleet, tasks, size, work.hops, work.begins)


@part
def total(tour: Tour) -> int:
    """Return what a tour costs, the bank included."""
    whole = 0
    for vehicle in range(tour.sizes.size):
        whole += tour.costs[vehicle]
    for request in range(tour.where.size):
        if tour.where[request] == BANKED:
            whole += BANK_COST
    return whole


@part
def _take_out(fleet: Fleet, tour: Tour, request: int, work: Work) -> None:
    vehicle = tour.where[request]
    tasks, n = tour.plans[vehicle], 0
    for k in range(tour.sizes[vehicle]):
        if tasks[k] >> 1 != request:
            tasks[n] = tasks[k]
            n += 1
    tour.sizes[vehicle] = n
    tour.where[request] = BANKED
    tour.costs[vehicle] = price(fleet, tour, vehicle, work)


@part
def _insert(fleet: Fleet, tour: Tour, request: int, vehicle: int, at: Pair, work: Work) -> None:
    size = tour.sizes[vehicle]
    put_in(tour.plans[vehicle], size, request, at, work.tasks)
    tour.plans[vehicle, : size + 2] = work.tasks[: size + 2]
    tour.sizes[vehicle] = size + 2
    tour.where[request] = vehicle
    tour.costs[vehicle] = price(fleet, tour, vehicle, work)


# --- taking out


@part
def _related(fleet: Fleet, one: int, other: int) -> int:
    """Return how little two requests have to do with each other: places and times."""
    here, there = fleet.requests[one], fleet.requests[other]
    apart = int(fleet.drive[here[PICKUP], there[PICKUP]])
    apart += int(fleet.drive[here[DROP_OFF], there[DROP_OFF]])
    for column in (PICKUP_FROM, PICKUP_UNTIL, DROP_OFF_FROM, DROP_OFF_UNTIL):
        apart += min(abs(here[column] - there[column]), NEVER // 8) // 4
    return apart


@part
def _score(fleet: Fleet, tour: Tour, how: int, bench: Bench) -> None:
    """Fill how late each movable request is in the order of removal; less is earlier."""
    movable = np.flatnonzero(tour.where >= 0)
    seed = movable[np.random.randint(movable.size)]  # noqa: NPY002 - the kernel's own generator
    for request in movable:
        if how == 0:
            bench.score[request] = np.random.randint(1 << 30)  # noqa: NPY002 - as above
        elif how == 1:
            bench.score[request] = _related(fleet, int(seed), int(request))
        elif how == 2:
            bench.score[request] = -_saved(fleet, tour, int(request), bench.work)
        else:
            same = tour.where[request] == tour.where[seed]
            bench.score[request] = np.random.randint(1 << 20) + (0 if same else 1 << 30)  # noqa: NPY002 - as above


@part
def _saved(fleet: Fleet, tour: Tour, request: int, work: Work) -> int:
    """Return what a plan costs less without a request."""
    vehicle = tour.where[request]
    n = 0
    for k in range(tour.sizes[vehicle]):
        if tour.plans[vehicle, k] >> 1 != request:
            work.tasks[n] = tour.plans[vehicle, k]
            n += 1
    if evaluate(fleet, vehicle, work.tasks, n, work.hops, work.begins, work.rest) != FEASIBLE:
        return 0
    return int(tour.costs[vehicle]) - cost_of(fleet, work.tasks, n, work.hops, work.begins)


@part
def _ruin(fleet: Fleet, tour: Tour, bench: Bench) -> None:
    """Take requests out of the plans."""
    movable = np.flatnonzero(tour.where >= 0)
    if movable.size == 0:
        return
    most = min(MOST_REMOVED, max(2, int(SHARE_REMOVED * movable.size)))
    count = min(movable.size, np.random.randint(1, most + 1))  # noqa: NPY002 - as above
    _score(fleet, tour, np.random.randint(4), bench)  # noqa: NPY002 - as above
    ranked = movable[np.argsort(bench.score[movable])]
    left = ranked.size
    for _ in range(count):
        at = int(np.random.random() ** SHAW_POWER * left)  # noqa: NPY002 - as above
        _take_out(fleet, tour, ranked[at], bench.work)
        ranked[at:-1] = ranked[at + 1 :].copy()
        left -= 1


# --- putting in


@part
def _offer(fleet: Fleet, tour: Tour, row: int, vehicle: int, bench: Bench) -> None:
    """Fill the best place of a removed request in the plan of a vehicle."""
    request, work = bench.removed[row], bench.work
    offer = bench.offers[row, vehicle]
    tasks, size = tour.plans[vehicle], tour.sizes[vehicle]
    offer[0] = NEVER
    if best_in(fleet, vehicle, tasks, size, request, NEVER, work):
        offer[0] = work.found[COST]
        offer[1], offer[2] = work.found[PICKUP_AT], work.found[DROP_OFF_AT]


@part
def _recreate(fleet: Fleet, tour: Tour, noise: float, regret: bool, bench: Bench) -> None:
    """Put all requests of the bank where they cost least; with regret the hard ones first."""
    n, vehicles = 0, tour.sizes.size
    for request in range(tour.where.size):
        if tour.where[request] == BANKED:
            bench.removed[n] = request
            n += 1
    bench.removed[:n] = np.random.permutation(bench.removed[:n])  # noqa: NPY002 - as above
    for row in range(n):
        for vehicle in range(vehicles):
            if regret or row == 0:
                _offer(fleet, tour, row, vehicle, bench)
    for step in range(n):
        row = _next(bench, n, step, vehicles, regret)
        vehicle = _cheapest(bench, row, vehicles, noise)
        if vehicle >= 0:
            offer, request = bench.offers[row, vehicle], bench.removed[row]
            _insert(fleet, tour, request, vehicle, Pair(offer[1], offer[2]), bench.work)
        bench.removed[row], bench.removed[step] = bench.removed[step], bench.removed[row]
        bench.offers[row] = bench.offers[step].copy()
        for later in range(step + 1, n):
            if regret and vehicle >= 0:
                _offer(fleet, tour, later, vehicle, bench)
        if not regret and step + 1 < n:
            for other in range(vehicles):
                _offer(fleet, tour, step + 1, other, bench)


@part
def _next(bench: Bench, n: int, step: int, vehicles: int, regret: bool) -> int:
    """Return which of the rows from ``step`` on is put in next."""
    if not regret:
        return step
    chosen, most = step, -1
    for row in range(step, n):
        first, second = NEVER, NEVER
        for vehicle in range(vehicles):
            cost = bench.offers[row, vehicle, 0]
            if cost < first:
                first, second = cost, first
            elif cost < second:
                second = cost
        if first == NEVER:
            continue
        missed = (1 << 60) - first if second == NEVER else second - first
        if missed > most:
            chosen, most = row, missed
    return chosen


@part
def _cheapest(bench: Bench, row: int, vehicles: int, noise: float) -> int:
    """Return the vehicle that takes a request for least, or -1; noise makes it less sure."""
    best, chosen = np.inf, -1
    for vehicle in range(vehicles):
        cost = bench.offers[row, vehicle, 0]
        if cost == NEVER:
            continue
        heard = cost * (1.0 + noise * np.random.random())  # noqa: NPY002 - as above
        if heard < best:
            best, chosen = heard, vehicle
    return chosen


# --- the search


@entry
def seed_with(seed: int) -> None:
    """Seed the generator of the kernels in this thread."""
    np.random.seed(seed)  # noqa: NPY002 - numba has no other


@entry
def priced(fleet: Fleet, tour: Tour, work: Work) -> int:
    """Fill what each plan costs; return what all cost."""
    for vehicle in range(tour.sizes.size):
        tour.costs[vehicle] = price(fleet, tour, vehicle, work)
    return total(tour)


@entry
def search(
    fleet: Fleet, tour: Tour, best: Tour, spare: Tour, bench: Bench, rounds: int, heat: float
) -> int:
    """Make rounds of ruin and recreate from ``tour``; keep the best in ``best``.

    Returns what ``best`` costs.

    Parameters
    ----------
    heat
        Temperature of annealing, in the unit of costs.
    """
    cost, least = total(tour), total(best)
    for _ in range(rounds):
        _copy(tour, spare)
        _ruin(fleet, tour, bench)
        regret = np.random.random() < 0.5  # noqa: NPY002 - as above
        noise = 0.0 if np.random.random() < 0.5 else 0.3  # noqa: NPY002 - as above
        _recreate(fleet, tour, noise, regret, bench)
        found = total(tour)
        if found < cost - heat * np.log(np.random.random()):  # noqa: NPY002 - as above
            cost = found
            if found < least:
                least = found
                _copy(tour, best)
        else:
            _copy(spare, tour)
    return least
