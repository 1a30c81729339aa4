"""Where a driver rests: every way to put the rests into a plan, the cheapest of those that fit.

A rest is taken with nobody on board, where the vehicle is free or where it drives next.
"""

from routing.dispatch.arrays import END_UNTIL, READY, Fleet
from routing.dispatch.borrowing import copy
from routing.dispatch.model import NEVER
from routing.dispatch.schedule import (
    FEASIBLE,
    NO_REST,
    Work,
    closes,
    cost_of,
    drive_through,
    pair_up,
    settle,
    shortest_rides_fit,
    stands,
)
from routing.dispatch.schedule import LONG_RIDE as TOO_LONG
from routing.jit import helper, part


@part
def evaluate(fleet: Fleet, vehicle: int, size: int, work: Work) -> int:
    """Fill the earliest schedule of the plan in ``work.tasks``; say whether it can be driven.

    Loads are not looked at.
    """
    for r in range(fleet.n_rests[vehicle]):
        work.rests[r] = -1
    verdict = drive_through(fleet, vehicle, size, work)
    if verdict != FEASIBLE:
        return verdict
    pair_up(size, work)
    if not shortest_rides_fit(fleet, size, work):
        return TOO_LONG
    verdict = settle(fleet, vehicle, size, work)
    if verdict != FEASIBLE or fleet.n_rests[vehicle] == 0:
        return verdict
    return _with_rests(fleet, vehicle, size, work)


@part
def _with_rests(fleet: Fleet, vehicle: int, size: int, work: Work) -> int:
    """Put the rests in where they cost least; the later places only if they cost less."""
    rests, last, least = work.rests, fleet.n_rests[vehicle] - 1, NEVER
    for k in range(size + 1):
        work.free[k] = work.begins[k]
    r = 0
    while r >= 0:
        rests[r] += 1
        if rests[r] > 2 * size + 1:
            rests[r] = -1
            r -= 1
        elif not _is_possible(fleet, vehicle, size, r, work):
            continue
        elif r < last:
            r += 1
            rests[r] = rests[r - 1] - 1
        elif settle(fleet, vehicle, size, work) == FEASIBLE and _on_time(
            fleet, vehicle, size, work
        ):
            cost = cost_of(fleet, size, work)
            if cost < least:
                least = cost
                copy(rests, last + 1, work.chosen)
    if least == NEVER:
        return NO_REST
    copy(work.chosen, last + 1, rests)
    return settle(fleet, vehicle, size, work)


@part
def _is_possible(fleet: Fleet, vehicle: int, size: int, r: int, work: Work) -> bool:
    """Say whether a rest could be taken where it is, by the schedule without rests."""
    at = work.rests[r]
    k = at >> 1
    time = fleet.vehicles[vehicle, READY]
    if k > 0:
        time = work.free[k - 1] + stands(fleet, work.tasks[k - 1])
    if at & 1:
        time += work.hops[k]
    if time > fleet.rests[vehicle, r, 1]:
        return False
    if k < size:
        ends = fleet.rests[vehicle, r, 0] + fleet.rests[vehicle, r, 2]
        if ends + (0 if at & 1 else work.hops[k]) > closes(fleet, work.tasks[k]):
            return False
    return _is_empty(k, size, work)


@helper
def _is_empty(k: int, size: int, work: Work) -> bool:
    """Say whether nobody is on board before task ``k``."""
    for j in range(k, size):  # noqa: SIM110 - kernels have no generators
        if work.tasks[j] & 1 and work.mates[j] < k:
            return False
    return True


@part
def _on_time(fleet: Fleet, vehicle: int, size: int, work: Work) -> bool:
    """Say whether every rest begins within its span, and the last ends within the shift."""
    begin_rests(fleet, vehicle, work)
    last = fleet.n_rests[vehicle] - 1
    for r in range(last + 1):
        if work.starts[r] > fleet.rests[vehicle, r, 1]:
            return False
    ends = work.starts[last] + fleet.rests[vehicle, last, 2]
    return bool(work.rests[last] != 2 * size + 1 or ends <= fleet.vehicles[vehicle, END_UNTIL])


@part
def begin_rests(fleet: Fleet, vehicle: int, work: Work) -> None:
    """Fill when the rests of a schedule begin."""
    at, time = -1, 0
    for r in range(fleet.n_rests[vehicle]):
        here = work.rests[r]
        if here != at:
            time = _free_at(fleet, vehicle, here, work, time, at)
        at = here
        work.starts[r] = max(time, fleet.rests[vehicle, r, 0])
        time = work.starts[r] + fleet.rests[vehicle, r, 2]


@helper
def _free_at(fleet: Fleet, vehicle: int, at: int, work: Work, time: int, before: int) -> int:
    """Return when a rest at a place could begin; the one before it ended at ``time``."""
    k = at >> 1
    if not at & 1 or before != at - 1:
        time = fleet.vehicles[vehicle, READY]
        if k > 0:
            time = work.begins[k - 1] + stands(fleet, work.tasks[k - 1])
    return int(time + (work.hops[k] if at & 1 else 0))
