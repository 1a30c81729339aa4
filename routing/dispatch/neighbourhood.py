"""What a large neighbourhood search keeps: plans as they are tried, as accepted, and the best."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from routing.dispatch.arrays import CAPACITY, Fleet
from routing.dispatch.borrowing import copy
from routing.dispatch.model import I32, I64, KINDS
from routing.dispatch.routes import SPREAD, Routes, prepare, routes_of, twins_of
from routing.dispatch.schedule import FEASIBLE, Work
from routing.jit import helper, part

N_OUT: Final = 0
"""How many requests are out of the plans in this round."""
N_OPEN: Final = 1
"""What those in no plan are worth, as accepted."""
COST: Final = 2
"""Of the plans as accepted."""
BEST_OPEN: Final = 3
BEST_COST: Final = 4
RANDOM: Final = 5
"""State of the random numbers."""
ROUNDS: Final = 6
"""Columns of ``Search.counts``."""
DEEPEST: Final = 5
"""Regret looks at so many places at most."""
MEMORY_BITS: Final = 16
"""Places of requests in plans are remembered in so many bits of entries."""


class Search(NamedTuple):
    """N requests, V vehicles, plans of up to M tasks, up to Q requests taken out at once."""

    now: Routes
    """Plans as they are tried."""
    kept: Routes
    """Plans as accepted."""
    best_tasks: I32
    """(V, M)"""
    best_sizes: I64
    """(V,)"""
    loose: I32
    """(F,) requests that may be moved."""
    worth: I64
    """(F,) of serving each: whoever is in a plan is worth more than all who are not yet."""
    vehicle_of: I32
    """(N,) whose plan a request is in, -1 in none."""
    times: I64
    """(N, 2) when a request was last scheduled to board and to get off."""
    saved: I64
    """(N,) what vehicles would drive less without a request."""
    touched: I32
    """(V,) 1 for plans that a round changed."""
    out: I64
    """(Q,) requests that are out of the plans."""
    costs: I64
    """(Q, V) what the best place in each plan costs."""
    places: I64
    """(Q, V, 2) the best place in each plan."""
    smallest: I64
    """(DEEPEST,) a buffer."""
    memory: I64
    """(2**MEMORY_BITS, 4) key of plan and request, cost, place."""
    counts: I64


def search_of(fleet: Fleet, plans: Sequence[I32], pending: Sequence[int], most_out: int) -> Search:
    """Return a search from plans as they are, with ``pending`` requests in no plan."""
    n, n_vehicles = len(fleet.requests), len(plans)
    vehicle_of, loose = np.full(n, -1, np.int32), list(pending)
    for vehicle, plan in enumerate(plans):
        vehicle_of[plan >> 1] = vehicle
        loose += (plan[plan & 1 == 0] >> 1).tolist()
    longest = max((plan.size for plan in plans), default=0)
    room = longest + 2 * min(len(loose), max(len(pending), longest, 8))
    routes = [routes_of(plans, room, twins_of(fleet)) for _ in range(2)]
    return Search(
        routes[0],
        routes[1],
        routes[0].tasks.copy(),
        routes[0].sizes.copy(),
        np.array(loose, np.int32),
        np.array([1] * len(pending) + [len(pending) + 1] * (len(loose) - len(pending)), np.int64),
        vehicle_of,
        np.zeros((n, 2), np.int64),
        np.zeros(n, np.int64),
        np.zeros(n_vehicles, np.int32),
        np.zeros(2 * most_out, np.int64),
        np.zeros((2 * most_out, n_vehicles), np.int64),
        np.zeros((2 * most_out, n_vehicles, 2), np.int64),
        np.zeros(DEEPEST, np.int64),
        np.zeros((1 << MEMORY_BITS, 4), np.int64),
        np.zeros(7, np.int64),
    )


@helper
def chance(search: Search) -> float:
    """Return a random number from 0 to below 1: a linear congruential generator's high bits."""
    state = search.counts[RANDOM] * SPREAD + 1442695040888963407
    search.counts[RANDOM] = state
    return float(((state >> 33) & 0x3FFFFFFF) / 1073741824.0)


@helper
def pick(search: Search, n: int) -> int:
    """Return a random number from 0 to ``n - 1``."""
    return int(chance(search) * n)


@part
def touch(fleet: Fleet, search: Search, vehicle: int, work: Work) -> bool:
    """Schedule a plan that was changed; say whether it can be driven."""
    search.touched[vehicle] = 1
    if prepare(fleet, vehicle, search.now, work) != FEASIBLE:
        return False
    for k in range(search.now.sizes[vehicle] + 1):
        for kind in range(KINDS):
            if search.now.loads[vehicle, k, kind] > fleet.vehicles[vehicle, CAPACITY + kind]:
                return False
    note_times(search, search.now, vehicle)
    return True


@part
def note_times(search: Search, routes: Routes, vehicle: int) -> None:
    """Note when the requests of a plan are served, and by whom."""
    for k in range(routes.sizes[vehicle]):
        task = routes.tasks[vehicle, k]
        search.vehicle_of[task >> 1] = vehicle
        search.times[task >> 1, task & 1] = routes.begins[vehicle, k]


@part
def copy_route(one: Routes, vehicle: int, into: Routes) -> None:
    """Copy a prepared plan."""
    size = one.sizes[vehicle]
    into.sizes[vehicle] = size
    for k in range(size + 1):
        if k < size:
            into.tasks[vehicle, k] = one.tasks[vehicle, k]
        into.hops[vehicle, k] = one.hops[vehicle, k]
        into.begins[vehicle, k] = one.begins[vehicle, k]
        into.latest[vehicle, k] = one.latest[vehicle, k]
        for kind in range(KINDS):
            into.loads[vehicle, k, kind] = one.loads[vehicle, k, kind]
    into.costs[vehicle] = one.costs[vehicle]
    into.keys[vehicle] = one.keys[vehicle]


@part
def keep_round(search: Search, n_open: int, cost: int) -> None:
    """Accept the plans as tried; note them if they are the best."""
    for vehicle in range(search.touched.size):
        if search.touched[vehicle]:
            copy_route(search.now, vehicle, search.kept)
    counts = search.counts
    counts[N_OPEN], counts[COST] = n_open, cost
    if (n_open, cost) < (counts[BEST_OPEN], counts[BEST_COST]):
        counts[BEST_OPEN], counts[BEST_COST] = n_open, cost
        for vehicle in range(search.kept.sizes.size):
            size = search.kept.sizes[vehicle]
            copy(search.kept.tasks[vehicle], size, search.best_tasks[vehicle])
            search.best_sizes[vehicle] = size


@part
def undo_round(search: Search) -> None:
    """Go back to the plans as accepted."""
    for q in range(search.counts[N_OUT]):
        search.vehicle_of[search.out[q]] = -1
    for vehicle in range(search.touched.size):
        if search.touched[vehicle]:
            copy_route(search.kept, vehicle, search.now)
            note_times(search, search.now, vehicle)
