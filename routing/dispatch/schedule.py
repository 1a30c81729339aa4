"""The earliest schedule of a plan, and whether there is one: a simple temporal problem.

Every constraint of a plan says that something begins no earlier than something else plus a
constant: driving, standing, the start of a window, and, read backwards, the longest ride (board no
earlier than the drop-off less the ride) and the longest duty. So the least solution is found by
raising times until nothing has to be raised, and a plan can be driven if and only if that solution
keeps the ends of all windows (Dechter, Meiri, Pearl 1991). Times that would be raised for ever are
those of a ride that takes too long without any waiting, which is checked first.
"""

from typing import Final

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
from routing.dispatch.model import I32, I64, KINDS, NEVER, NO_ROAD
from routing.jit import helper, part

FEASIBLE: Final = 0
NO_WAY: Final = 1
FULL: Final = 2
LATE: Final = 3
"""A window ends before the vehicle can be there."""
LONG_RIDE: Final = 4
LONG_DUTY: Final = 5
"""The shift or the longest duty ends before the vehicle is at its depot."""
FAR: Final = 6
"""The battery does not reach."""
NO_REST: Final = 7
"""What ``evaluate`` answers."""


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
def loads_fit(fleet: Fleet, vehicle: int, tasks: I32, size: int) -> bool:
    """Say whether nobody is left standing, all kinds of places taken together."""
    for kind in range(KINDS):
        load = 0
        for k in range(size):
            if tasks[k] & 1 and not _is_picked_up(tasks, k):
                load += fleet.requests[tasks[k] >> 1, LOAD + kind]
        if load > fleet.vehicles[vehicle, CAPACITY + kind]:
            return False
        for k in range(size):
            taken = fleet.requests[tasks[k] >> 1, LOAD + kind]
            load += -taken if tasks[k] & 1 else taken
            if load > fleet.vehicles[vehicle, CAPACITY + kind]:
                return False
    return True


@helper
def _is_picked_up(tasks: I32, drop_off: int) -> bool:
    """Say whether the group of a drop-off boards in the plan; else it is on board already."""
    for k in range(drop_off):  # noqa: SIM110 - kernels have no generators
        if tasks[k] == tasks[drop_off] - 1:
            return True
    return False


@part
def driven(fleet: Fleet, vehicle: int, tasks: I32, size: int, hops: I64) -> tuple[int, int]:
    """Fill (size+1,) driving times to each task and to the depot; return their sum and metres.

    ``NO_ROAD`` or more where there is no way.
    """
    here, whole, metres = fleet.vehicles[vehicle, PLACE], 0, 0
    for k in range(size + 1):
        there = fleet.vehicles[vehicle, END_PLACE] if k == size else place_of(fleet, tasks[k])
        hops[k] = fleet.drive[here, there]
        whole += hops[k]
        metres += fleet.metres[here, there]
        here = there
    return whole, metres


@part
def _forward(fleet: Fleet, tasks: I32, size: int, hops: I64, begins: I64, rest: I64) -> bool:
    """Raise the beginnings of tasks (and of the depot, the last) to what comes before them.

    Says whether all windows are still open.

    ``rest`` is (3,): the task before which it is taken, or -1, when it may begin, how long.
    """
    for k in range(1, size + 1):
        left = begins[k - 1] + stands(fleet, tasks[k - 1])
        if rest[0] == k:
            left = max(left, rest[1]) + rest[2]
        begins[k] = max(begins[k], left + hops[k])
        if k < size and begins[k] > closes(fleet, tasks[k]):
            return False
    return size == 0 or begins[0] <= closes(fleet, tasks[0])


@part
def settle(
    fleet: Fleet, vehicle: int, tasks: I32, size: int, hops: I64, begins: I64, rest: I64
) -> int:
    """Fill (size+1,) the earliest beginnings of tasks and arrival at the depot.

    Returns ``FEASIBLE``, or what makes the plan impossible; loads and metres are not looked at.
    """
    start = fleet.vehicles[vehicle, READY]
    verdict = _from_start(fleet, vehicle, tasks, size, hops, begins, rest, start)
    longest = fleet.vehicles[vehicle, MAX_DURATION]
    if verdict != FEASIBLE or longest >= NEVER or size == 0:
        return verdict
    if begins[size] - _leaves(begins, hops, rest, start) <= longest:
        return FEASIBLE
    # the end is the larger of a constant and the start plus another: a second look is enough
    start = begins[size] - longest
    if start + hops[0] > closes(fleet, tasks[0]):
        return LONG_DUTY
    verdict = _from_start(fleet, vehicle, tasks, size, hops, begins, rest, start)
    if verdict == FEASIBLE and begins[size] - start > longest:
        return LONG_DUTY
    return verdict


@part
def _from_start(
    fleet: Fleet,
    vehicle: int,
    tasks: I32,
    size: int,
    hops: I64,
    begins: I64,
    rest: I64,
    start: int,
) -> int:
    """Fill the earliest beginnings of a vehicle that leaves no earlier than ``start``."""
    left = max(start, rest[1]) + rest[2] if rest[0] == 0 else start
    for k in range(size):
        begins[k] = opens(fleet, tasks[k])
    begins[size] = left
    begins[0] = max(begins[0], left + hops[0]) if size > 0 else left + hops[0]
    verdict = _raise(fleet, tasks, size, hops, begins, rest)
    if verdict == FEASIBLE and begins[size] > fleet.vehicles[vehicle, END_UNTIL]:
        return LONG_DUTY
    return verdict


@helper
def _leaves(begins: I64, hops: I64, rest: I64, start: int) -> int:
    """Return when the vehicle leaves at the latest for its first task as scheduled."""
    if rest[0] == 0:
        return start
    return max(start, int(begins[0] - hops[0]))


@part
def _raise(fleet: Fleet, tasks: I32, size: int, hops: I64, begins: I64, rest: I64) -> int:
    """Raise beginnings until all lower bounds hold; say what bounds from above break."""
    changed = True
    while changed:
        changed = False
        if not _forward(fleet, tasks, size, hops, begins, rest):
            return LATE
        for k in range(size - 1, -1, -1):
            task = tasks[k]
            if not task & 1:
                continue
            for j in range(k):
                if tasks[j] != task - 1:
                    continue
                longest = fleet.requests[task >> 1, MAX_RIDE]
                board = begins[k] - longest - stands(fleet, tasks[j])
                if board > begins[j]:
                    if _shortest(fleet, tasks, hops, j, k, rest) > longest:
                        return LONG_RIDE
                    begins[j] = board
                    changed = True
                break
    return FEASIBLE


@part
def _shortest(fleet: Fleet, tasks: I32, hops: I64, board: int, leave: int, rest: I64) -> int:
    """Return how long a ride takes without any waiting."""
    ride = 0
    for k in range(board + 1, leave + 1):
        ride += hops[k]
        if k < leave:
            ride += stands(fleet, tasks[k])
        if rest[0] == k:
            ride += rest[2]
    return ride


@part
def evaluate(
    fleet: Fleet, vehicle: int, tasks: I32, size: int, hops: I64, begins: I64, rest: I64
) -> int:
    """Fill the earliest schedule of a plan with its rest; say whether the plan can be driven.

    ``rest`` is filled with where the rest is taken. Loads are not looked at.
    """
    whole, metres = driven(fleet, vehicle, tasks, size, hops)
    rest[0] = -1
    if whole >= NO_ROAD:
        return NO_WAY
    if metres > fleet.vehicles[vehicle, RANGE]:
        return FAR
    verdict = settle(fleet, vehicle, tasks, size, hops, begins, rest)
    if verdict != FEASIBLE or fleet.n_rests[vehicle] == 0:
        return verdict
    return _with_rest(fleet, vehicle, tasks, size, hops, begins, rest)


@part
def _with_rest(
    fleet: Fleet, vehicle: int, tasks: I32, size: int, hops: I64, begins: I64, rest: I64
) -> int:
    """Find a moment for the first rest with nobody on board; without one, the plan fails."""
    asked = fleet.rests[vehicle, 0]
    aboard = 0
    for k in range(size):
        if tasks[k] & 1 and not _is_picked_up(tasks, k):
            aboard += 1
    for k in range(size + 1):
        if k > 0:
            aboard += -1 if tasks[k - 1] & 1 else 1
        if aboard > 0:
            continue
        rest[0], rest[1], rest[2] = k, asked[0], asked[2]
        if settle(fleet, vehicle, tasks, size, hops, begins, rest) != FEASIBLE:
            continue
        free = fleet.vehicles[vehicle, READY]
        if k > 0:
            free = begins[k - 1] + stands(fleet, tasks[k - 1])
        if max(free, asked[0]) <= asked[1]:
            return FEASIBLE
    rest[0] = -1
    return NO_REST
