"""Large neighbourhood search: take some requests out of the plans, put them back better.

What comes out is accepted as in simulated annealing: worse plans too, the less the colder it gets.
The best plans are kept aside, and every plan that is tried keeps every window.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from routing.dispatch.arrays import (
    BOARDING,
    DROP_OFF,
    DROP_OFF_FROM,
    DROP_OFF_UNTIL,
    MAX_RIDE,
    PICKUP,
    PICKUP_FROM,
    PICKUP_UNTIL,
    Fleet,
)
from routing.dispatch.borrowing import borrowed
from routing.dispatch.model import I32, I64, NEVER
from routing.dispatch.neighbourhood import (
    BEST_COST,
    BEST_OPEN,
    COST,
    N_OPEN,
    N_OUT,
    RANDOM,
    ROUNDS,
    Search,
    chance,
    keep_round,
    note_times,
    pick,
    search_of,
    undo_round,
)
from routing.dispatch.removal import take_out
from routing.dispatch.repair import put_back
from routing.dispatch.routes import prepare
from routing.dispatch.schedule import FEASIBLE, Work, work_for
from routing.jit import entry, part

MOST_OUT: Final = 10
"""So many requests are taken out at once at most."""
SHARE_OUT: Final = 0.4
"""And so many of all."""
HOT: Final = 3.0
COLD: Final = 0.03
"""Temperatures at first and at last, as shares of what one request costs on average."""
CHUNK: Final = 25
"""Rounds from one look at the clock to the next."""


def search_plans(
    fleet: Fleet,
    plans: Sequence[I32],
    pending: Sequence[int],
    seconds: float | None,
    rounds: int | None,
    seed: int,
    clock: Callable[[], float],
) -> tuple[I32, ...]:
    """Return plans that serve no less and, if they serve as much, cost no more.

    Parameters
    ----------
    plans
        Tasks of each vehicle; each plan can be driven.
    pending
        Requests in no plan, to be put in.
    seconds, rounds
        The search ends with whichever comes first; with ``rounds`` alone, the same seed gives the
        same plans.
    """
    search = search_of(fleet, plans, pending, MOST_OUT)
    fleet = fleet._replace(requests=tightened(fleet, search.loose))
    if search.loose.size == 0 or not plans:
        return tuple(plans)
    work = work_for(search.now.tasks.shape[1], len(fleet.requests), fleet.rests.shape[1])
    search.counts[RANDOM] = seed * 2 + 1
    if start(fleet, search, work, len(pending)) != FEASIBLE:
        return tuple(plans)
    _run(fleet, search, work, seconds, rounds, clock)
    sizes = search.best_sizes.tolist()
    return tuple(row[:size].copy() for row, size in zip(search.best_tasks, sizes, strict=True))


def tightened(fleet: Fleet, loose: I32) -> I64:
    """Return requests with windows narrowed by what follows from others (Cordeau 2006).

    No schedule is lost: boarding and getting off are no farther apart than the longest ride.
    """
    requests = fleet.requests.copy()
    rows = requests[loose]
    drive = fleet.drive[rows[:, PICKUP], rows[:, DROP_OFF]]
    ride, boarding = np.minimum(rows[:, MAX_RIDE], NEVER >> 2), rows[:, BOARDING]
    first, last = rows[:, DROP_OFF_FROM] - ride - boarding, rows[:, DROP_OFF_UNTIL]
    if fleet.weights[1] == 0:  # else waiting counts from the beginning of the window
        rows[:, PICKUP_FROM] = np.maximum(rows[:, PICKUP_FROM], first)
    rows[:, PICKUP_UNTIL] = np.minimum(rows[:, PICKUP_UNTIL], last - drive - boarding)
    begin, end = rows[:, PICKUP_FROM] + boarding, rows[:, PICKUP_UNTIL] + boarding
    rows[:, DROP_OFF_FROM] = np.maximum(rows[:, DROP_OFF_FROM], begin + drive)
    rows[:, DROP_OFF_UNTIL] = np.minimum(last, end + ride)
    requests[loose] = rows
    return requests


def _run(
    fleet: Fleet,
    search: Search,
    work: Work,
    seconds: float | None,
    rounds: int | None,
    clock: Callable[[], float],
) -> None:
    began, done, share = clock(), 0, 0.0
    most = min(MOST_OUT, max(2, int(SHARE_OUT * search.loose.size)))
    while share < 1.0:
        each = (search.counts[BEST_COST] + 1) / search.loose.size
        heat = each * HOT * (COLD / HOT) ** share
        chunk = CHUNK if rounds is None else min(CHUNK, rounds - done)
        run_rounds(fleet, search, work, chunk, heat, most)
        done += chunk
        share = done / rounds if rounds else 0.0
        if seconds is not None:
            share = max(share, (clock() - began) / seconds)


@entry
def start(fleet: Fleet, search: Search, work: Work, n_open: int) -> int:
    """Schedule all plans; return the verdict on the first that cannot be driven."""
    fleet, search, work = borrowed(fleet), borrowed(search), borrowed(work)
    cost = 0
    for vehicle in range(search.now.sizes.size):
        for routes in (search.now, search.kept):
            verdict = prepare(fleet, vehicle, routes, work)
            if verdict != FEASIBLE:
                return verdict
        note_times(search, search.now, vehicle)
        cost += search.now.costs[vehicle]
    counts = search.counts
    counts[N_OPEN], counts[COST], counts[BEST_OPEN], counts[BEST_COST] = n_open, cost, n_open, cost
    return FEASIBLE


@entry
def run_rounds(
    fleet: Fleet, search: Search, work: Work, rounds: int, heat: float, most: int
) -> None:
    """Run rounds at one temperature, each with up to ``most`` requests taken out."""
    fleet, search, work = borrowed(fleet), borrowed(search), borrowed(work)
    for _ in range(rounds):
        search.counts[ROUNDS] += 1
        search.touched[:] = 0
        out = 1 + pick(search, most) if chance(search) < 0.5 else 1 + pick(search, 1 + most // 3)
        if not take_out(fleet, search, out, work):
            undo_round(search)
            continue
        _join_open(search)
        if put_back(fleet, search, work):
            _decide(search, _left_out(search), heat)
        else:
            undo_round(search)


@part
def _join_open(search: Search) -> None:
    """Add requests that are in no plan to those taken out."""
    n = before = search.counts[N_OUT]
    if search.counts[N_OPEN] == 0:
        return
    since = pick(search, search.loose.size)
    for k in range(search.loose.size):
        request = search.loose[(since + k) % search.loose.size]
        if n == search.out.size:
            break
        if search.vehicle_of[request] < 0 and not _is_in(search.out, before, request):
            search.out[n] = request
            n += 1
    search.counts[N_OUT] = n


@part
def _is_in(values: I64, size: int, value: int) -> bool:
    for k in range(size):  # noqa: SIM110 - kernels have no generators
        if values[k] == value:
            return True
    return False


@part
def _left_out(search: Search) -> int:
    """Return what the requests in no plan are worth."""
    left = 0
    for k in range(search.loose.size):
        if search.vehicle_of[search.loose[k]] < 0:
            left += search.worth[k]
    return int(left)


@part
def _decide(search: Search, n_open: int, heat: float) -> None:
    """Accept or undo what a round did."""
    cost, before = 0, search.counts[COST]
    for vehicle in range(search.now.sizes.size):
        cost += search.now.costs[vehicle]
    more = -heat * math.log(1.0 - chance(search))
    served = search.counts[N_OPEN] - n_open
    if served > 0 or (served == 0 and cost < before + more):
        keep_round(search, n_open, cost)
    else:
        undo_round(search)
