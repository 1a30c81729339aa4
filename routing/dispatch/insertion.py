"""The best place of a request in the plan of a vehicle: all positions, pruned, then scheduled.

A pair of positions is scheduled exactly only if it could be the best: what the vehicle drives more
bounds its cost from below, and the *slack* of the plan, how late each task could begin if nothing
but windows counted, shows most of what cannot be (Savelsbergh 1992).
"""

from typing import Final, NamedTuple

import numpy as np

from routing.dispatch.arrays import (
    ALIGHTING,
    BOARDING,
    CAPACITY,
    DROP_OFF,
    DROP_OFF_FROM,
    DROP_OFF_UNTIL,
    END_PLACE,
    END_UNTIL,
    LOAD,
    MAX_RIDE,
    PICKUP,
    PICKUP_FROM,
    PICKUP_UNTIL,
    PLACE,
    READY,
    Fleet,
)
from routing.dispatch.model import I32, I64, KINDS, NEVER, NO_ROAD
from routing.dispatch.schedule import (
    FEASIBLE,
    closes,
    evaluate,
    place_of,
    stands,
)
from routing.jit import entry, helper, part

COST: Final = 0
PICKUP_AT: Final = 1
DROP_OFF_AT: Final = 2
ADDED_DRIVE: Final = 3
ADDED_M: Final = 4
PICKUP_TIME: Final = 5
DROP_OFF_TIME: Final = 6
PICKUP_LATEST: Final = 7
FIELDS: Final = 8
"""Columns of what ``best_of_all`` answers."""


class Pair(NamedTuple):
    """Positions in a plan as it is, before which a request's tasks are put; ``j >= i``."""

    i: int
    j: int


class Work(NamedTuple):
    """Buffers for plans of up to M tasks."""

    tasks: I32
    """(M+2,) a plan with the request."""
    hops: I64
    """(M+3,)"""
    begins: I64
    """(M+3,)"""
    rest: I64
    """(3,)"""
    base: I64
    """(M+3,) beginnings of the plan as it is."""
    latest: I64
    """(M+3,) how late tasks could begin."""
    loads: I64
    """(M+3, KINDS) on board before each task."""
    base_hops: I64
    """(M+3,) driving times of the plan as it is."""
    costs: I64
    """(2,) of the plan as it is, and the least that is added so far."""
    found: I64
    """(FIELDS,) the best place so far."""


def work_for(most: int) -> Work:
    """Allocate buffers for plans of up to ``most`` tasks."""
    times = [np.zeros(most + 3, np.int64) for _ in range(4)]
    return Work(
        np.zeros(most + 2, np.int32),
        times[0],
        times[1],
        np.zeros(3, np.int64),
        times[2],
        times[3],
        np.zeros((most + 3, KINDS), np.int64),
        np.zeros(most + 3, np.int64),
        np.zeros(2, np.int64),
        np.zeros(FIELDS, np.int64),
    )


@part
def cost_of(fleet: Fleet, tasks: I32, size: int, hops: I64, begins: I64) -> int:
    """Return what a plan costs as scheduled, in thousandths."""
    weights = fleet.weights
    cost = weights[3] if size > 0 else 0
    for k in range(size + 1 if size > 0 else 0):
        cost += weights[0] * hops[k]
    if weights[1] == 0 and weights[2] == 0:
        return int(cost)
    for k in range(size):
        request = tasks[k] >> 1
        people = 0
        for kind in range(2):
            people += fleet.requests[request, LOAD + kind]
        if not tasks[k] & 1:
            cost += weights[1] * people * (begins[k] - fleet.requests[request, PICKUP_FROM])
            cost -= weights[2] * people * (begins[k] + stands(fleet, tasks[k]))
        else:
            cost += weights[2] * people * begins[k]
    return int(cost)


@part
def _slack(fleet: Fleet, vehicle: int, tasks: I32, size: int, work: Work) -> None:
    """Fill how late tasks could begin, and the loads before them."""
    work.latest[size] = fleet.vehicles[vehicle, END_UNTIL]
    for k in range(size - 1, -1, -1):
        later = work.latest[k + 1] - work.base_hops[k + 1] - stands(fleet, tasks[k])
        work.latest[k] = min(closes(fleet, tasks[k]), later)
    for kind in range(KINDS):
        load = 0
        for k in range(size):
            if not tasks[k] & 1:
                load -= fleet.requests[tasks[k] >> 1, LOAD + kind]
            else:
                load += fleet.requests[tasks[k] >> 1, LOAD + kind]
        for k in range(size + 1):  # who is dropped off and never picked up is on board already
            work.loads[k, kind] = load
            if k < size:
                taken = fleet.requests[tasks[k] >> 1, LOAD + kind]
                load += -taken if tasks[k] & 1 else taken


@helper
def _has_room(fleet: Fleet, vehicle: int, row: int, at: int, work: Work) -> bool:
    """Say whether a request fits in beside who is on board before the task at a position."""
    for kind in range(KINDS):
        whole = work.loads[at, kind] + fleet.requests[row, LOAD + kind]
        if whole > fleet.vehicles[vehicle, CAPACITY + kind]:
            return False
    return True


@helper
def put_in(tasks: I32, size: int, row: int, at: Pair, into: I32) -> None:
    """Write a plan with the tasks of a request put in."""
    n = 0
    for k in range(size + 1):
        if k == at.i:
            into[n] = 2 * row
            n += 1
        if k == at.j:
            into[n] = 2 * row + 1
            n += 1
        if k < size:
            into[n] = tasks[k]
            n += 1


@part
def best_in(
    fleet: Fleet, vehicle: int, tasks: I32, size: int, row: int, bound: int, work: Work
) -> bool:
    """Find the best place of request ``row`` in a plan that costs less than ``bound`` more.

    Fills ``work.found`` up to ``PICKUP_LATEST``, which ``latest_pickup`` tells.
    """
    if evaluate(fleet, vehicle, tasks, size, work.base_hops, work.base, work.rest) != FEASIBLE:
        return False
    work.costs[0] = cost_of(fleet, tasks, size, work.base_hops, work.base)
    work.costs[1] = bound
    _slack(fleet, vehicle, tasks, size, work)
    request = fleet.requests[row]
    for i in range(size + 1):
        here = fleet.vehicles[vehicle, PLACE] if i == 0 else place_of(fleet, tasks[i - 1])
        left = fleet.vehicles[vehicle, READY]
        if i > 0:
            left = work.base[i - 1] + stands(fleet, tasks[i - 1])
        if left > request[PICKUP_UNTIL]:
            break
        hop = fleet.drive[here, request[PICKUP]]
        time = max(request[PICKUP_FROM], left + hop)
        if hop < NO_ROAD and time <= request[PICKUP_UNTIL]:
            _drop_offs(fleet, vehicle, tasks, size, row, i, time, work)
    return bool(work.costs[1] < bound)


@part
def _drop_offs(
    fleet: Fleet,
    vehicle: int,
    tasks: I32,
    size: int,
    row: int,
    i: int,
    time: int,
    work: Work,
) -> None:
    """Try all drop-offs for a pick-up before task ``i`` that begins at ``time`` at the earliest."""
    request, drive = fleet.requests[row], fleet.drive
    goal, last, time = request[DROP_OFF], request[PICKUP], time + request[BOARDING]
    ridden = 0  # without any waiting
    for j in range(i, size + 1):
        if not _has_room(fleet, vehicle, row, j, work):
            break
        if j > i:
            there = place_of(fleet, tasks[j - 1])
            hop = work.base_hops[j - 1] if j > i + 1 else drive[last, there]
            time = max(time + hop, work.base[j - 1])
            ridden += hop
            if time > work.latest[j - 1] or ridden > request[MAX_RIDE]:
                break
            time += stands(fleet, tasks[j - 1])
            ridden += stands(fleet, tasks[j - 1])
            last = there
        if time > request[DROP_OFF_UNTIL]:
            break
        after = fleet.vehicles[vehicle, END_PLACE] if j == size else place_of(fleet, tasks[j])
        arrive = max(request[DROP_OFF_FROM], time + drive[last, goal])
        leave = arrive + request[ALIGHTING] + drive[goal, after]
        if ridden + drive[last, goal] > request[MAX_RIDE]:
            continue
        if arrive <= request[DROP_OFF_UNTIL] and leave <= work.latest[j]:
            _try(fleet, vehicle, tasks, size, row, Pair(i, j), work)


@helper
def _try(fleet: Fleet, vehicle: int, tasks: I32, size: int, row: int, at: Pair, work: Work) -> None:
    """Schedule a pair of positions if it could be the best; note it if it is."""
    added = _added(fleet.drive, fleet, vehicle, tasks, size, row, at)
    fixed = fleet.weights[3] if size == 0 else 0
    if fixed + fleet.weights[0] * added >= work.costs[1]:
        return
    put_in(tasks, size, row, at, work.tasks)
    verdict = evaluate(fleet, vehicle, work.tasks, size + 2, work.hops, work.begins, work.rest)
    if verdict != FEASIBLE:
        return
    cost = cost_of(fleet, work.tasks, size + 2, work.hops, work.begins) - work.costs[0]
    if cost >= work.costs[1]:
        return
    work.costs[1] = cost
    found = work.found
    found[COST], found[PICKUP_AT], found[DROP_OFF_AT] = cost, at.i, at.j
    found[ADDED_DRIVE] = added
    found[ADDED_M] = _added(fleet.metres, fleet, vehicle, tasks, size, row, at)
    found[PICKUP_TIME], found[DROP_OFF_TIME] = work.begins[at.i], work.begins[at.j + 1]


@part
def _added(
    table: I32, fleet: Fleet, vehicle: int, tasks: I32, size: int, row: int, at: Pair
) -> int:
    """Return the time or metres that a request adds to a plan; an empty one is not driven."""
    p, q = fleet.requests[row, PICKUP], fleet.requests[row, DROP_OFF]
    i, j = at.i, at.j
    here = fleet.vehicles[vehicle, PLACE] if i == 0 else place_of(fleet, tasks[i - 1])
    after = fleet.vehicles[vehicle, END_PLACE] if j == size else place_of(fleet, tasks[j])
    if j == i:
        added = int(table[here, p]) + int(table[p, q]) + int(table[q, after])
        return added - (int(table[here, after]) if size > 0 else 0)
    there, last = place_of(fleet, tasks[i]), place_of(fleet, tasks[j - 1])
    added = int(table[here, p]) + int(table[p, there]) - int(table[here, there])
    return added + int(table[last, q]) + int(table[q, after]) - int(table[last, after])


@part
def latest_pickup(fleet: Fleet, vehicle: int, tasks: I32, size: int, row: int, work: Work) -> int:
    """Return until when the pick-up could begin where it was put, without breaking anything."""
    found = work.found
    put_in(tasks, size, row, Pair(found[PICKUP_AT], found[DROP_OFF_AT]), work.tasks)
    low, high = found[PICKUP_TIME], fleet.requests[row, PICKUP_UNTIL]
    asked = fleet.requests[row, PICKUP_FROM]
    while low < high:
        middle = low + (high - low + 1) // 2
        fleet.requests[row, PICKUP_FROM] = middle
        verdict = evaluate(fleet, vehicle, work.tasks, size + 2, work.hops, work.begins, work.rest)
        if verdict == FEASIBLE:
            low = middle
        else:
            high = middle - 1
    fleet.requests[row, PICKUP_FROM] = asked
    return int(low)


@entry
def best_of_all(
    fleet: Fleet, plans: I32, sizes: I32, row: int, only_best: bool, work: Work, found: I64
) -> None:
    """Fill (V, FIELDS) the best place of a request in the plan of each vehicle.

    ``found[:, COST]`` is ``NEVER`` where there is none; with ``only_best``, also where it is no
    better than that of a vehicle before.

    Parameters
    ----------
    plans
        (V, M) tasks, ``sizes`` (V,) of them.
    row
        The request: the last row of ``fleet.requests``, which belongs to this call alone.
    """
    bound = NEVER
    for vehicle in range(sizes.size):
        found[vehicle, COST] = NEVER
        tasks, size = plans[vehicle], sizes[vehicle]
        if best_in(fleet, vehicle, tasks, size, row, bound, work):
            found[vehicle] = work.found
            found[vehicle, PICKUP_LATEST] = latest_pickup(fleet, vehicle, tasks, size, row, work)
            if only_best:
                bound = found[vehicle, COST]


@entry
def times_of(fleet: Fleet, vehicle: int, tasks: I32, work: Work) -> int:
    """Fill hops, beginnings and the rest of a plan into ``work``; return the verdict."""
    return evaluate(fleet, vehicle, tasks, tasks.size, work.hops, work.begins, work.rest)


@entry
def cost_of_plan(fleet: Fleet, tasks: I32, work: Work) -> int:
    """Return what a plan costs that was scheduled last."""
    return cost_of(fleet, tasks, tasks.size, work.hops, work.begins)
