"""The earliest schedule of a plan, and whether there is one: a simple temporal problem.

Every constraint of a plan says that something begins no earlier than something else plus a
constant: driving, standing, the start of a window, and, read backwards, the longest ride (board no
earlier than the drop-off less the ride) and the longest duty. So the least solution is found by
raising times until nothing has to be raised, and a plan can be driven if and only if that solution
keeps the ends of all windows (Dechter, Meiri, Pearl 1991). Times that would be raised for ever are
those of a ride that takes too long without any waiting, which is checked first.

Tables of driving times must keep the triangle inequality: a way over another place takes no less.
"""

from typing import Final, NamedTuple

import numpy as np

from routing.dispatch.arrays import (
    ALIGHTING,
    BOARDING,
    DROP_OFF,
    DROP_OFF_FROM,
    DROP_OFF_UNTIL,
    END_PLACE,
    END_UNTIL,
    LOAD,
    MAX_DURATION,
    MAX_RIDE,
    PICKUP,
    PICKUP_FROM,
    PICKUP_UNTIL,
    PLACE,
    RANGE,
    READY,
    Fleet,
)
from routing.dispatch.model import I32, I64, NEVER, NO_ROAD
from routing.jit import helper, part

FEASIBLE: Final = 0
NO_WAY: Final = 1
LATE: Final = 2
"""A window ends before the vehicle can be there."""
LONG_RIDE: Final = 3
LONG_DUTY: Final = 4
"""The shift or the longest duty ends before the vehicle is at its depot."""
FAR: Final = 5
"""The battery does not reach."""
NO_REST: Final = 6
"""Verdicts on a plan."""


class Work(NamedTuple):
    """Buffers for one plan of up to M tasks, with N requests and K rests."""

    tasks: I32
    """(M,) the plan."""
    mates: I32
    """(M,) of a drop-off, the position of its pick-up, or -1 if the group is on board already."""
    where: I32
    """(N,) where the pick-up of a request was last written; not cleared."""
    hops: I64
    """(M+1,) driving times to each task and to the depot."""
    begins: I64
    """(M+1,) beginnings of the tasks; the arrival at the depot."""
    free: I64
    """(M+1,) the beginnings without rests."""
    rests: I64
    """(K,) where each rest is taken: ``2 * k`` after what comes before task k, before driving on,
    and one more after driving there; -1 while it is not taken."""
    chosen: I64
    """(K,) the cheapest of them so far."""
    starts: I64
    """(K,) when the rests begin."""
    found: I64
    """(FIELDS,) the best place so far, see ``insertion``."""


def work_for(most: int, n_requests: int, n_rests: int) -> Work:
    """Allocate buffers for plans of up to ``most`` tasks."""
    return Work(
        np.zeros(most, np.int32),
        np.zeros(most, np.int32),
        np.zeros(n_requests, np.int32),
        np.zeros(most + 1, np.int64),
        np.zeros(most + 1, np.int64),
        np.zeros(most + 1, np.int64),
        np.zeros(n_rests, np.int64),
        np.zeros(n_rests, np.int64),
        np.zeros(n_rests, np.int64),
        np.zeros(8, np.int64),
    )


@helper
def place_of(fleet: Fleet, task: int) -> int:
    """Return where a task is done."""
    return int(fleet.requests[task >> 1, DROP_OFF if task & 1 else PICKUP])


@helper
def stands(fleet: Fleet, task: int) -> int:
    """Return how long a task takes."""
    return int(fleet.requests[task >> 1, ALIGHTING if task & 1 else BOARDING])


@helper
def opens(fleet: Fleet, task: int) -> int:
    """Return when a task begins at the earliest."""
    return int(fleet.requests[task >> 1, DROP_OFF_FROM if task & 1 else PICKUP_FROM])


@helper
def closes(fleet: Fleet, task: int) -> int:
    """Return when a task begins at the latest."""
    return int(fleet.requests[task >> 1, DROP_OFF_UNTIL if task & 1 else PICKUP_UNTIL])


@part
def pair_up(size: int, work: Work) -> None:
    """Fill the mates of the plan in ``work.tasks``."""
    tasks, where = work.tasks, work.where
    for k in range(size):
        request = tasks[k] >> 1
        work.mates[k] = -1
        if not tasks[k] & 1:
            where[request] = k
        elif where[request] < k and tasks[where[request]] == tasks[k] - 1:
            work.mates[k] = where[request]


@part
def drive_through(fleet: Fleet, vehicle: int, size: int, work: Work) -> int:
    """Fill the driving times; say whether there are ways, and whether the battery reaches."""
    here, whole, metres = fleet.vehicles[vehicle, PLACE], 0, 0
    for k in range(size + 1):
        there = fleet.vehicles[vehicle, END_PLACE]
        if k < size:
            there = place_of(fleet, work.tasks[k])
        hop = fleet.drive[here, there]
        if hop >= NO_ROAD:
            return NO_WAY
        work.hops[k] = hop
        whole += hop
        metres += fleet.metres[here, there]
        here = there
    return FAR if size > 0 and metres > fleet.vehicles[vehicle, RANGE] else FEASIBLE


@part
def shortest_rides_fit(fleet: Fleet, size: int, work: Work) -> bool:
    """Say whether every ride is short enough if nobody waits."""
    time = 0
    moved = work.begins  # as a buffer: when each task would end
    for k in range(size):
        time += work.hops[k]
        task, mate = work.tasks[k], work.mates[k]
        if task & 1 and mate >= 0 and time - moved[mate] > fleet.requests[task >> 1, MAX_RIDE]:
            return False
        time += stands(fleet, task)
        moved[k] = time
    return True


@helper
def _rested(fleet: Fleet, vehicle: int, at: int, time: int, work: Work) -> int:
    """Return when the vehicle goes on that is free at a time, after the rests taken there."""
    for r in range(fleet.n_rests[vehicle]):
        if work.rests[r] == at:
            time = max(time, fleet.rests[vehicle, r, 0]) + fleet.rests[vehicle, r, 2]
    return time


@helper
def _arrives(fleet: Fleet, vehicle: int, k: int, size: int, left: int, work: Work) -> int:
    """Return when task ``k`` can begin if the vehicle is free at ``left``."""
    if fleet.n_rests[vehicle] == 0:
        return int(left + work.hops[k])
    time = _rested(fleet, vehicle, 2 * k, left, work) + work.hops[k]
    return time if k == size else _rested(fleet, vehicle, 2 * k + 1, time, work)


@part
def _push(fleet: Fleet, vehicle: int, size: int, since: int, work: Work) -> int:
    """Raise what comes after task ``since`` until something begins late enough already."""
    begins = work.begins
    for k in range(since + 1, size + 1):
        left = begins[k - 1] + stands(fleet, work.tasks[k - 1])
        time = _arrives(fleet, vehicle, k, size, left, work)
        if time <= begins[k]:
            return FEASIBLE
        begins[k] = time
        if k < size and time > closes(fleet, work.tasks[k]):
            return LATE
    return FEASIBLE


@part
def _from_start(fleet: Fleet, vehicle: int, size: int, start: int, work: Work) -> int:
    """Fill the earliest beginnings of a vehicle that leaves no earlier than ``start``."""
    tasks, begins = work.tasks, work.begins
    left = max(start, _rested(fleet, vehicle, 0, fleet.vehicles[vehicle, READY], work))
    for k in range(size + 1):
        time = left + work.hops[k]
        if fleet.n_rests[vehicle] > 0:
            time = _arrives(fleet, vehicle, k, size, left, work)
            if k == 0:
                time = left + work.hops[0]
                time = time if size == 0 else _rested(fleet, vehicle, 1, time, work)
        if k == size:
            begins[k] = time
            break
        begins[k] = max(time, opens(fleet, tasks[k]))
        if begins[k] > closes(fleet, tasks[k]):
            return LATE
        left = begins[k] + stands(fleet, tasks[k])
    return FEASIBLE


@part
def _shorten_rides(fleet: Fleet, vehicle: int, size: int, work: Work) -> int:
    """Let groups board later where their ride would take too long, until all rides fit."""
    tasks, begins = work.tasks, work.begins
    changed = True
    while changed:
        changed = False
        for k in range(size - 1, 0, -1):
            mate = work.mates[k]
            if not tasks[k] & 1 or mate < 0:
                continue
            board = begins[k] - fleet.requests[tasks[k] >> 1, MAX_RIDE] - stands(fleet, tasks[mate])
            if board > begins[mate]:
                begins[mate] = board
                changed = True
                late = board > closes(fleet, tasks[mate])
                if late or _push(fleet, vehicle, size, mate, work) == LATE:
                    return LATE
    return FEASIBLE


@part
def _from(fleet: Fleet, vehicle: int, size: int, start: int, work: Work) -> int:
    verdict = _from_start(fleet, vehicle, size, start, work)
    if verdict == FEASIBLE:
        verdict = _shorten_rides(fleet, vehicle, size, work)
    if verdict == FEASIBLE and work.begins[size] > fleet.vehicles[vehicle, END_UNTIL]:
        return LONG_DUTY
    return verdict


@part
def settle(fleet: Fleet, vehicle: int, size: int, work: Work) -> int:
    """Fill the earliest beginnings, with rests where ``work.rests`` has them; return the verdict.

    When rests begin is not looked at.
    """
    start, longest = fleet.vehicles[vehicle, READY], fleet.vehicles[vehicle, MAX_DURATION]
    verdict = _from(fleet, vehicle, size, start, work)
    if verdict != FEASIBLE or longest >= NEVER or size == 0:
        return verdict
    if work.begins[size] - leaves(fleet, vehicle, work) <= longest:
        return FEASIBLE
    # the end is the larger of a constant and the start plus another: a second look is enough
    start = work.begins[size] - longest
    verdict = _from(fleet, vehicle, size, start, work)
    if verdict == LATE:
        return LONG_DUTY
    if verdict == FEASIBLE and work.begins[size] - start > longest:
        return LONG_DUTY
    return verdict


@part
def leaves(fleet: Fleet, vehicle: int, work: Work) -> int:
    """Return when the vehicle leaves at the latest to begin its first task as scheduled."""
    time = work.begins[0]
    for r in range(fleet.n_rests[vehicle] - 1, -1, -1):
        if work.rests[r] == 1:
            time = min(time - fleet.rests[vehicle, r, 2], fleet.rests[vehicle, r, 1])
    return int(time - work.hops[0])


@part
def cost_of(fleet: Fleet, size: int, work: Work) -> int:
    """Return what a plan costs as scheduled, in thousandths."""
    if size == 0:
        return 0
    weights, tasks, begins = fleet.weights, work.tasks, work.begins
    cost = weights[3]
    for k in range(size + 1):
        cost += weights[0] * work.hops[k]
    if weights[1] == 0 and weights[2] == 0:
        return int(cost)
    for k in range(size):
        request = tasks[k] >> 1
        people = fleet.requests[request, LOAD] + fleet.requests[request, LOAD + 1]
        if not tasks[k] & 1:
            cost += weights[1] * people * (begins[k] - fleet.requests[request, PICKUP_FROM])
            cost -= weights[2] * people * (begins[k] + stands(fleet, tasks[k]))
        else:
            cost += weights[2] * people * begins[k]
    return int(cost)
