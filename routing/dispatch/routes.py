"""Plans of all vehicles with what insertion asks of them again and again: their *slack*.

The slack of a plan is how late each task could begin if only windows and rides counted (Savelsbergh
1992). With the earliest beginnings it shows most of what cannot be in a few comparisons.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from routing.dispatch.arrays import END_UNTIL, LOAD, MAX_RIDE, Fleet
from routing.dispatch.borrowing import borrowed, copy
from routing.dispatch.model import I32, I64, KINDS
from routing.dispatch.rests import begin_rests, evaluate
from routing.dispatch.schedule import FEASIBLE, Work, closes, cost_of, leaves, stands
from routing.jit import entry, part

SPREAD: Final = 6364136223846793005
"""An odd multiplier that spreads bits (Knuth, MMIX)."""


class Routes(NamedTuple):
    """The plans of V vehicles with up to M tasks."""

    tasks: I32
    """(V, M)"""
    sizes: I64
    """(V,)"""
    hops: I64
    """(V, M+1) driving times to each task and to the depot."""
    begins: I64
    """(V, M+1) earliest beginnings, and the arrival at the depot."""
    latest: I64
    """(V, M+1) no task can begin later."""
    loads: I64
    """(V, M+1, KINDS) on board before each task."""
    costs: I64
    """(V,)"""
    keys: I64
    """(V,) equal for plans that any request is inserted into alike."""
    twins: I32
    """(V,) the first vehicle that is just like this one."""


def routes_of(plans: Sequence[I32], room: int, twins: I32) -> Routes:
    """Return plans as arrays that have room for plans of ``room`` tasks; not yet prepared."""
    shape = len(plans), room
    longer = shape[0], room + 1
    tasks = np.zeros(shape, np.int32)
    for row, plan in zip(tasks, plans, strict=True):
        row[: plan.size] = plan
    return Routes(
        tasks,
        np.array([plan.size for plan in plans], np.int64),
        np.zeros(longer, np.int64),
        np.zeros(longer, np.int64),
        np.zeros(longer, np.int64),
        np.zeros((*longer, KINDS), np.int64),
        np.zeros(shape[0], np.int64),
        np.zeros(shape[0], np.int64),
        twins,
    )


def twins_of(fleet: Fleet) -> I32:
    """Return for each vehicle the first that is just like it."""
    first: dict[bytes, int] = {}
    rows = zip(fleet.vehicles, fleet.rests, fleet.n_rests, strict=True)
    keys = (row.tobytes() + rests.tobytes() + count.tobytes() for row, rests, count in rows)
    return np.array([first.setdefault(key, number) for number, key in enumerate(keys)], np.int32)


@part
def prepare(fleet: Fleet, vehicle: int, routes: Routes, work: Work) -> int:
    """Schedule the plan of a vehicle and fill all that is known of it; return the verdict."""
    size = routes.sizes[vehicle]
    copy(routes.tasks[vehicle], size, work.tasks)
    verdict = evaluate(fleet, vehicle, size, work)
    if verdict == FEASIBLE:
        _note(fleet, vehicle, size, routes, work)
    return verdict


@part
def _note(fleet: Fleet, vehicle: int, size: int, routes: Routes, work: Work) -> None:
    key = np.int64(routes.twins[vehicle] + 1) * SPREAD
    for k in range(size + 1):
        routes.hops[vehicle, k] = work.hops[k]
        routes.begins[vehicle, k] = work.begins[k]
        if k < size:
            key = key * SPREAD + work.tasks[k] + 1
    routes.keys[vehicle] = key
    routes.costs[vehicle] = cost_of(fleet, size, work)
    _slack(fleet, vehicle, size, routes, work)
    _loads(fleet, vehicle, size, routes, work)


@part
def _slack(fleet: Fleet, vehicle: int, size: int, routes: Routes, work: Work) -> None:
    latest, tasks = routes.latest[vehicle], work.tasks
    latest[size] = fleet.vehicles[vehicle, END_UNTIL]
    for k in range(size):
        latest[k] = closes(fleet, tasks[k])
    for _ in range(2):
        for k in range(size - 1, -1, -1):
            later = latest[k + 1] - work.hops[k + 1] - stands(fleet, tasks[k])
            latest[k] = min(latest[k], later)
        for k in range(size):
            mate = work.mates[k]
            if tasks[k] & 1 and mate >= 0:
                left = latest[mate] + stands(fleet, tasks[mate])
                latest[k] = min(latest[k], left + fleet.requests[tasks[k] >> 1, MAX_RIDE])


@part
def _loads(fleet: Fleet, vehicle: int, size: int, routes: Routes, work: Work) -> None:
    loads, tasks = routes.loads[vehicle], work.tasks
    for kind in range(KINDS):
        load = 0
        for k in range(size):  # who is dropped off and not picked up is on board already
            if tasks[k] & 1 and work.mates[k] < 0:
                load += fleet.requests[tasks[k] >> 1, LOAD + kind]
        for k in range(size + 1):
            loads[k, kind] = load
            if k < size:
                taken = fleet.requests[tasks[k] >> 1, LOAD + kind]
                load += -taken if tasks[k] & 1 else taken


@entry
def prepare_all(fleet: Fleet, routes: Routes, work: Work, verdicts: I64) -> None:
    """Prepare every plan; fill (V,) the verdicts."""
    fleet, routes, work = borrowed(fleet), borrowed(routes), borrowed(work)
    for vehicle in range(routes.sizes.size):
        verdicts[vehicle] = prepare(fleet, vehicle, routes, work)


@entry
def times_of(fleet: Fleet, vehicle: int, size: int, work: Work) -> int:
    """Fill hops, beginnings and rests of the plan in ``work.tasks``; return the verdict."""
    fleet, work = borrowed(fleet), borrowed(work)
    verdict = evaluate(fleet, vehicle, size, work)
    if verdict == FEASIBLE:
        begin_rests(fleet, vehicle, work)
    return verdict


@entry
def leaves_at(fleet: Fleet, vehicle: int, work: Work) -> int:
    """Return when the vehicle leaves for the first task of a plan that was scheduled last."""
    fleet, work = borrowed(fleet), borrowed(work)
    return leaves(fleet, vehicle, work)
