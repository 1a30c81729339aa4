"""The best place of a request in the plan of a vehicle: all positions, pruned, then scheduled.

A pair of positions is scheduled exactly only if it could be the best: what the vehicle drives more
bounds its cost from below, and the slack of the plan shows most of what cannot be.
"""

from typing import Final, NamedTuple

from routing.dispatch.arrays import (
    ALIGHTING,
    BOARDING,
    CAPACITY,
    DROP_OFF,
    DROP_OFF_FROM,
    DROP_OFF_UNTIL,
    END_PLACE,
    LOAD,
    MAX_RIDE,
    PICKUP,
    PICKUP_FROM,
    PICKUP_UNTIL,
    PLACE,
    READY,
    Fleet,
)
from routing.dispatch.borrowing import borrowed, copy
from routing.dispatch.model import I32, I64, KINDS, NEVER, NO_ROAD
from routing.dispatch.rests import evaluate
from routing.dispatch.routes import Routes
from routing.dispatch.schedule import FEASIBLE, Work, cost_of, place_of, stands
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
"""Columns of what ``best_of_all`` answers, and of ``Work.found``."""


class Pair(NamedTuple):
    """Positions in a plan as it is, before which a request's tasks are put; ``j >= i``."""

    i: int
    j: int


@helper
def place_before(fleet: Fleet, vehicle: int, tasks: I32, at: int) -> int:
    """Return where the vehicle comes from on the way to position ``at``."""
    return int(fleet.vehicles[vehicle, PLACE]) if at == 0 else place_of(fleet, tasks[at - 1])


@helper
def place_after(fleet: Fleet, vehicle: int, tasks: I32, size: int, at: int) -> int:
    """Return where the vehicle goes at position ``at``."""
    return int(fleet.vehicles[vehicle, END_PLACE]) if at == size else place_of(fleet, tasks[at])


@helper
def put(tasks: I32, size: int, row: int, at: Pair, into: I32) -> None:
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
def best_in(fleet: Fleet, vehicle: int, routes: Routes, row: int, bound: int, work: Work) -> bool:
    """Find the best place of request ``row`` in a plan that costs less than ``bound`` more.

    Fills ``work.found`` up to ``DROP_OFF_TIME``. The plan must have been prepared.
    """
    tasks, size, request = routes.tasks[vehicle], routes.sizes[vehicle], fleet.requests[row]
    work.found[COST] = bound
    if size + 2 > work.tasks.size:
        return False
    for i in range(size + 1):
        here, left = place_before(fleet, vehicle, tasks, i), fleet.vehicles[vehicle, READY]
        if i > 0:
            left = routes.begins[vehicle, i - 1] + stands(fleet, tasks[i - 1])
        if left > request[PICKUP_UNTIL]:
            break
        hop = fleet.drive[here, request[PICKUP]]
        time = max(request[PICKUP_FROM], left + hop)
        if hop >= NO_ROAD or time > request[PICKUP_UNTIL]:
            continue
        on = place_after(fleet, vehicle, tasks, size, i)
        added = hop + fleet.drive[request[PICKUP], on] - routes.hops[vehicle, i]
        if size == 0 or fleet.weights[0] * added < work.found[COST]:
            _drop_offs(fleet, vehicle, routes, row, i, time, work)
    return bool(work.found[COST] < bound)


@part
def _drop_offs(
    fleet: Fleet, vehicle: int, routes: Routes, row: int, i: int, time: int, work: Work
) -> None:
    """Try all drop-offs for a pick-up before task ``i`` that begins at ``time`` at the earliest."""
    request, drive, tasks = fleet.requests[row], fleet.drive, routes.tasks[vehicle]
    size, latest, goal = routes.sizes[vehicle], routes.latest[vehicle], request[DROP_OFF]
    last, time, ride = request[PICKUP], time + request[BOARDING], 0
    for j in range(i, size + 1):
        if not _has_room(fleet, vehicle, row, j, routes):
            break
        if j > i:
            there = place_of(fleet, tasks[j - 1])
            hop = routes.hops[vehicle, j - 1] if j > i + 1 else drive[last, there]
            time = max(time + hop, routes.begins[vehicle, j - 1])
            if time > latest[j - 1]:
                break
            time += stands(fleet, tasks[j - 1])
            ride += hop + stands(fleet, tasks[j - 1])
            last = there
        if time > request[DROP_OFF_UNTIL] or ride > request[MAX_RIDE]:
            break
        hop = drive[last, goal]
        arrive = max(request[DROP_OFF_FROM], time + hop)
        if arrive > request[DROP_OFF_UNTIL] or ride + hop > request[MAX_RIDE]:
            continue
        on = drive[goal, place_after(fleet, vehicle, tasks, size, j)]
        if arrive + request[ALIGHTING] + on <= latest[j]:
            _try(fleet, vehicle, routes, row, Pair(i, j), work)


@helper
def _has_room(fleet: Fleet, vehicle: int, row: int, at: int, routes: Routes) -> bool:
    """Say whether a request fits in beside who is on board before the task at a position."""
    for kind in range(KINDS):
        whole = routes.loads[vehicle, at, kind] + fleet.requests[row, LOAD + kind]
        if whole > fleet.vehicles[vehicle, CAPACITY + kind]:
            return False
    return True


@helper
def _try(fleet: Fleet, vehicle: int, routes: Routes, row: int, at: Pair, work: Work) -> None:
    """Schedule a pair of positions if it could be the best; note it if it is."""
    tasks, size, found = routes.tasks[vehicle], routes.sizes[vehicle], work.found
    added = _added(fleet.drive, fleet, vehicle, tasks, size, row, at)
    fixed = fleet.weights[3] if size == 0 else 0
    if fixed + fleet.weights[0] * added >= found[COST]:
        return
    put(tasks, size, row, at, work.tasks)
    if evaluate(fleet, vehicle, size + 2, work) != FEASIBLE:
        return
    cost = cost_of(fleet, size + 2, work) - routes.costs[vehicle]
    if cost >= found[COST]:
        return
    found[COST], found[PICKUP_AT], found[DROP_OFF_AT] = cost, at.i, at.j
    found[ADDED_DRIVE] = added
    found[PICKUP_TIME], found[DROP_OFF_TIME] = work.begins[at.i], work.begins[at.j + 1]


@part
def _added(
    table: I32, fleet: Fleet, vehicle: int, tasks: I32, size: int, row: int, at: Pair
) -> int:
    """Return the time or metres that a request adds to a plan; an empty one is not driven."""
    p, q = fleet.requests[row, PICKUP], fleet.requests[row, DROP_OFF]
    i, j = at.i, at.j
    here = place_before(fleet, vehicle, tasks, i)
    after = place_after(fleet, vehicle, tasks, size, j)
    if j == i:
        added = int(table[here, p]) + int(table[p, q]) + int(table[q, after])
        return added - (int(table[here, after]) if size > 0 else 0)
    there, last = place_of(fleet, tasks[i]), place_of(fleet, tasks[j - 1])
    added = int(table[here, p]) + int(table[p, there]) - int(table[here, there])
    return added + int(table[last, q]) + int(table[q, after]) - int(table[last, after])


@part
def _latest_pickup(fleet: Fleet, vehicle: int, routes: Routes, row: int, work: Work) -> int:
    """Return until when the pick-up could begin where it was put, without breaking anything."""
    found, size = work.found, routes.sizes[vehicle]
    put(routes.tasks[vehicle], size, row, Pair(found[PICKUP_AT], found[DROP_OFF_AT]), work.tasks)
    low, high = found[PICKUP_TIME], fleet.requests[row, PICKUP_UNTIL]
    asked = fleet.requests[row, PICKUP_FROM]
    while low < high:
        middle = low + (high - low + 1) // 2
        fleet.requests[row, PICKUP_FROM] = middle
        if evaluate(fleet, vehicle, size + 2, work) == FEASIBLE:
            low = middle
        else:
            high = middle - 1
    fleet.requests[row, PICKUP_FROM] = asked
    return int(low)


@entry
def best_of_all(
    fleet: Fleet, routes: Routes, row: int, only_best: bool, work: Work, found: I64
) -> None:
    """Fill (V, FIELDS) the best place of a request in the plan of each vehicle.

    ``found[:, COST]`` is ``NEVER`` where there is none; with ``only_best``, also where it is no
    better than that of a vehicle before. ``row`` is the last row of ``fleet.requests``, which
    belongs to this call alone.
    """
    fleet, routes, work = borrowed(fleet), borrowed(routes), borrowed(work)
    bound = NEVER
    for vehicle in range(routes.sizes.size):
        found[vehicle, COST] = NEVER
        if not best_in(fleet, vehicle, routes, row, bound, work):
            continue
        tasks, size = routes.tasks[vehicle], routes.sizes[vehicle]
        at = Pair(work.found[PICKUP_AT], work.found[DROP_OFF_AT])
        copy(work.found, FIELDS, found[vehicle])
        found[vehicle, ADDED_M] = _added(fleet.metres, fleet, vehicle, tasks, size, row, at)
        found[vehicle, PICKUP_LATEST] = _latest_pickup(fleet, vehicle, routes, row, work)
        if only_best:
            bound = found[vehicle, COST]
