"""Plans that break a promise already, because a vehicle failed: who is late, and what still binds.

Only what cannot be kept is widened, and only to what the plan gives; so all else binds as it was,
and whoever is late already is not made later by what is put into the plan.
"""

import numpy as np

from routing.dispatch.arrays import (
    BOARDING,
    DROP_OFF,
    DROP_OFF_UNTIL,
    END_PLACE,
    END_UNTIL,
    MAX_DURATION,
    MAX_RIDE,
    PICKUP,
    PICKUP_UNTIL,
    PLACE,
    RANGE,
    Fleet,
)
from routing.dispatch.model import I32, I64, NEVER
from routing.dispatch.routes import times_of
from routing.dispatch.schedule import FEASIBLE, Work, work_for

ENDS = (PICKUP_UNTIL, DROP_OFF_UNTIL)


def verdict_on(fleet: Fleet, vehicle: int, tasks: I32) -> tuple[Work, int]:
    """Return the earliest schedule of a plan, and whether it can be driven."""
    work = work_for(tasks.size, len(fleet.requests), fleet.rests.shape[1])
    work.tasks[:] = tasks
    return work, times_of(fleet, vehicle, tasks.size, work)


def metres_of(fleet: Fleet, vehicle: int, tasks: I32) -> int:
    """Return how far a plan is, the way to the depot included."""
    rows = fleet.requests[tasks >> 1]
    stops = np.where(tasks & 1, rows[:, DROP_OFF], rows[:, PICKUP])
    start, end = fleet.vehicles[vehicle, [PLACE, END_PLACE]]
    places = np.concatenate([[start], stops, [end]])
    return int(fleet.metres[places[:-1], places[1:]].sum())


def widen(fleet: Fleet, vehicle: int, tasks: I32) -> dict[int, int]:
    """Widen what a plan breaks, in place; return by how much each promise is broken."""
    promised, limits = fleet.requests.copy(), fleet.vehicles[vehicle].copy()
    begins = _unlimited(fleet, vehicle, tasks)
    late = _widen_ends(fleet, tasks, begins, promised)
    for request, by in _widen_rides(fleet, vehicle, tasks, begins, promised).items():
        late[request] = max(by, late.get(request, 0))
    _widen_vehicle(fleet, vehicle, tasks, limits)
    return late


def _unlimited(fleet: Fleet, vehicle: int, tasks: I32) -> I64:
    """Lift all limits of a plan; return when its tasks begin at the earliest."""
    for column in (PICKUP_UNTIL, DROP_OFF_UNTIL, MAX_RIDE):
        fleet.requests[tasks >> 1, column] = NEVER
    fleet.vehicles[vehicle, [END_UNTIL, RANGE, MAX_DURATION]] = NEVER
    kept, fleet.n_rests[vehicle] = fleet.n_rests[vehicle], 0
    work, _ = verdict_on(fleet, vehicle, tasks)
    fleet.n_rests[vehicle] = kept
    return work.begins[: tasks.size].copy()


def _widen_ends(fleet: Fleet, tasks: I32, begins: I64, promised: I64) -> dict[int, int]:
    late: dict[int, int] = {}
    fleet.requests[tasks >> 1, PICKUP_UNTIL] = promised[tasks >> 1, PICKUP_UNTIL]
    fleet.requests[tasks >> 1, DROP_OFF_UNTIL] = promised[tasks >> 1, DROP_OFF_UNTIL]
    for task, begin in zip(tasks.tolist(), begins.tolist(), strict=True):
        request, column = task >> 1, DROP_OFF_UNTIL if task & 1 else PICKUP_UNTIL
        by = begin - int(promised[request, column])
        if by > 0:
            fleet.requests[request, column] = begin
            late[request] = max(by, late.get(request, 0))
    return late


def _widen_rides(
    fleet: Fleet, vehicle: int, tasks: I32, begins: I64, promised: I64
) -> dict[int, int]:
    """Let rides take longer than promised only if the plan cannot be driven otherwise."""
    late: dict[int, int] = {}
    times = dict(zip(tasks.tolist(), begins.tolist(), strict=True))
    kept, fleet.n_rests[vehicle] = fleet.n_rests[vehicle], 0
    for request in sorted({task >> 1 for task in times}):
        fleet.requests[request, MAX_RIDE] = promised[request, MAX_RIDE]
        if 2 * request not in times or verdict_on(fleet, vehicle, tasks)[1] == FEASIBLE:
            continue
        ride = times[2 * request + 1] - times[2 * request] - int(promised[request, BOARDING])
        fleet.requests[request, MAX_RIDE] = ride
        late[request] = ride - int(promised[request, MAX_RIDE])
    fleet.n_rests[vehicle] = kept
    return late


def _widen_vehicle(fleet: Fleet, vehicle: int, tasks: I32, limits: I64) -> None:
    """Let the vehicle come to its depot later, drive farther or miss rests if it has to."""
    row, kept = fleet.vehicles[vehicle], fleet.n_rests[vehicle]
    fleet.n_rests[vehicle] = 0
    row[MAX_DURATION] = limits[MAX_DURATION]
    work, verdict = verdict_on(fleet, vehicle, tasks)
    if verdict != FEASIBLE:
        row[MAX_DURATION] = NEVER
        work, _ = verdict_on(fleet, vehicle, tasks)
    row[END_UNTIL] = max(int(limits[END_UNTIL]), int(work.begins[tasks.size]))
    row[RANGE] = max(int(limits[RANGE]), metres_of(fleet, vehicle, tasks))
    fleet.n_rests[vehicle] = kept
    if verdict_on(fleet, vehicle, tasks)[1] != FEASIBLE:
        fleet.n_rests[vehicle] = 0
