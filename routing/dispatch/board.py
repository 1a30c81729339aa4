"""The dispatcher's board: vehicles with their plans, and what becomes of another request.

Immutable: an insertion gives another board. A plan that breaks a window already (a vehicle was
late) is kept: what cannot be kept any more is widened to what the plan gives, everything else still
binds, and ``late`` says for whom.
"""

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from routing.dispatch.arrays import (
    ALIGHTING,
    BOARDING,
    CAPACITY,
    DROP_OFF,
    DROP_OFF_UNTIL,
    END_PLACE,
    END_UNTIL,
    MAX_DURATION,
    MAX_RIDE,
    PICKUP,
    PICKUP_FROM,
    PICKUP_UNTIL,
    PLACE,
    RANGE,
    READY,
    Fleet,
    plan_of,
    request_row,
    request_rows,
    rest_rows,
    tasks_of,
    vehicle_rows,
)
from routing.dispatch.improve import improve
from routing.dispatch.insertion import (
    ADDED_DRIVE,
    ADDED_M,
    COST,
    DROP_OFF_AT,
    DROP_OFF_TIME,
    FIELDS,
    PICKUP_AT,
    PICKUP_LATEST,
    PICKUP_TIME,
    Work,
    best_of_all,
    cost_of_plan,
    times_of,
    work_for,
)
from routing.dispatch.model import (
    I32,
    I64,
    KINDS,
    LIVE,
    NEVER,
    Insertion,
    Objective,
    Refusal,
    Request,
    Task,
    Vehicle,
)
from routing.dispatch.schedule import (
    FAR,
    FEASIBLE,
    FULL,
    LATE,
    LONG_DUTY,
    LONG_RIDE,
    NO_REST,
    NO_WAY,
)

REFUSALS = {
    NO_WAY: Refusal.NO_ROAD,
    FULL: Refusal.CAPACITY,
    LATE: Refusal.WINDOW,
    LONG_RIDE: Refusal.RIDE_TIME,
    LONG_DUTY: Refusal.SHIFT,
    FAR: Refusal.RANGE,
    NO_REST: Refusal.BREAK,
}
"""What a verdict on the request alone in a vehicle says."""


class Schedule(NamedTuple):
    """When a plan is driven, M tasks. A vehicle waits where it is, and leaves as late as it can."""

    arrive: I64
    """(M,) at each task."""
    begin: I64
    """(M,) boarding or alighting."""
    end: I64
    """(M,)"""
    leave: int
    """From where the vehicle is."""
    depot: int
    """Arrival at the depot, if it went there at once."""
    driven: int
    metres: int


class Board:
    """Vehicles, requests and plans; safe to share between threads."""

    def __init__(
        self,
        drive: I32,
        metres: I32,
        vehicles: Sequence[Vehicle],
        requests: Sequence[Request],
        plans: Sequence[Sequence[Task]],
        objective: Objective = LIVE,
    ) -> None:
        rests, n_rests = rest_rows(vehicles)
        fleet = Fleet(
            np.ascontiguousarray(drive, np.int32),
            np.ascontiguousarray(metres, np.int32),
            request_rows(requests),
            vehicle_rows(vehicles),
            rests,
            n_rests,
            np.array(objective, np.int64),
        )
        self._set(fleet, tuple(requests), tuple(tasks_of(plan) for plan in plans))
        self._late |= self._widened()

    def _set(self, fleet: Fleet, requests: tuple[Request, ...], plans: tuple[I32, ...]) -> None:
        self._fleet, self.requests, self._plans = fleet, requests, plans
        self._late: dict[int, int] = {}

    def _derived(self, fleet: Fleet, requests: tuple[Request, ...], plans: tuple[I32, ...]) -> Self:
        other = object.__new__(type(self))
        other._set(fleet, requests, plans)
        other._late = self._late
        return other

    @property
    def plans(self) -> tuple[tuple[Task, ...], ...]:
        """The plan of each vehicle."""
        return tuple(plan_of(tasks) for tasks in self._plans)

    @property
    def cost(self) -> int:
        """What all plans cost by the objective, in thousandths."""
        return sum(self._cost(vehicle) for vehicle in range(len(self._plans)))

    # --- asking

    def best(self, request: Request, most: int = 1) -> list[Insertion]:
        """Return the best insertion of up to ``most`` vehicles, the cheapest first."""
        fleet = self._with_row(request)
        found = np.zeros((len(self._plans), FIELDS), np.int64)
        plans, sizes = self._packed()
        work = work_for(plans.shape[1])
        best_of_all(fleet, plans, sizes, len(self.requests), most == 1, work, found)
        good = np.flatnonzero(found[:, COST] < NEVER)
        order = good[np.argsort(found[good, COST], kind="stable")][:most]
        return [_insertion(vehicle, found[vehicle]) for vehicle in order.tolist()]

    def why_not(self, request: Request) -> tuple[Refusal, ...]:
        """Return why each vehicle refuses a request that ``best`` finds no place for."""
        fleet = self._with_row(request)
        return tuple(self._refusal(fleet, vehicle) for vehicle in range(len(self._plans)))

    def schedule(self, vehicle: int) -> Schedule:
        """Return when a vehicle's plan is driven: as early as it can, standing where it was.

        It leaves for the next task no earlier than it must to be there when that begins, so that
        it is where it was for whoever asks in between.
        """
        tasks = self._plans[vehicle]
        work, verdict = self._timed(self._fleet, vehicle, tasks)
        assert verdict == FEASIBLE  # noqa: S101 - plans are widened until they are
        n = tasks.size
        begin = work.begins[:n].copy()
        stands = self._stands(tasks)
        hops = work.hops[: n + 1]
        free = np.concatenate([[int(self._fleet.vehicles[vehicle, READY])], begin + stands])
        leave = int(begin[0] - hops[0]) if n else int(free[0])
        places = self._fleet.vehicles[vehicle, PLACE], self._fleet.vehicles[vehicle, END_PLACE]
        return Schedule(
            arrive=begin.copy(),
            begin=begin,
            end=begin + stands,
            leave=max(leave, int(free[0])),
            depot=int(free[-1] + hops[n]),
            driven=int(hops.sum()) if n else 0,
            metres=self._metres(tasks, *places) if n else 0,
        )

    def late(self) -> tuple[tuple[int, int], ...]:
        """Return the requests whose promise the plans break already, and by how many seconds."""
        return tuple(sorted(self._late.items()))

    # --- changing

    def with_request(self, request: Request, insertion: Insertion) -> Self:
        """Return the board on which a vehicle takes a request, which is then the last."""
        row, tasks = 2 * len(self.requests), self._plans[insertion.vehicle]
        at, last = insertion.pickup_at, insertion.drop_off_at
        taken = np.concatenate(
            [tasks[:at], [row], tasks[at:last], [row + 1], tasks[last:]], dtype=np.int32
        )
        plans = [*self._plans]
        plans[insertion.vehicle] = taken
        return self._derived(self._with_row(request), (*self.requests, request), tuple(plans))

    def without(self, request: int) -> Self:
        """Return the board without the tasks of a request; the numbers of the others stay."""
        plans = tuple(tasks[tasks >> 1 != request] for tasks in self._plans)
        return self._derived(self._fleet, self.requests, plans)

    def improved(
        self, *, seconds: float | None = None, rounds: int | None = None, seed: int = 0
    ) -> Self:
        """Return a board whose plans cost no more; nobody leaves the plans, no window moves."""
        found = improve(self._fleet, self._plans, seconds=seconds, rounds=rounds, seed=seed)
        if found.banked:
            return self
        return self._derived(self._fleet, self.requests, found.plans)

    # --- how

    def _with_row(self, request: Request) -> Fleet:
        """Return the fleet with one more request, in arrays of its own."""
        row = np.array([request_row(request)], np.int64)
        return self._fleet._replace(requests=np.concatenate([self._fleet.requests, row]))

    def _packed(self) -> tuple[I32, I32]:
        sizes = np.array([tasks.size for tasks in self._plans], np.int32)
        plans = np.zeros((sizes.size, int(sizes.max(initial=0))), np.int32)
        for tasks, row in zip(self._plans, plans, strict=True):
            row[: tasks.size] = tasks
        return plans, sizes

    def _timed(self, fleet: Fleet, vehicle: int, tasks: I32) -> tuple[Work, int]:
        work = work_for(tasks.size)
        return work, times_of(fleet, vehicle, tasks, work)

    def _cost(self, vehicle: int) -> int:
        tasks = self._plans[vehicle]
        work, _ = self._timed(self._fleet, vehicle, tasks)
        return cost_of_plan(self._fleet, tasks, work)

    def _stands(self, tasks: I32) -> I64:
        rows = self._fleet.requests[tasks >> 1]
        return np.asarray(np.where(tasks & 1, rows[:, ALIGHTING], rows[:, BOARDING]))

    def _metres(self, tasks: I32, start: int, end: int) -> int:
        rows = self._fleet.requests[tasks >> 1]
        places = np.concatenate(
            [[start], np.where(tasks & 1, rows[:, DROP_OFF], rows[:, PICKUP]), [end]]
        )
        return int(self._fleet.metres[places[:-1], places[1:]].sum())

    def _refusal(self, fleet: Fleet, vehicle: int) -> Refusal:
        row = len(self.requests)
        load = fleet.requests[row, -KINDS:]
        if (load > fleet.vehicles[vehicle, CAPACITY : CAPACITY + KINDS]).any():
            return Refusal.CAPACITY
        alone = np.array([2 * row, 2 * row + 1], np.int32)
        _, verdict = self._timed(fleet, vehicle, alone)
        if verdict == FEASIBLE:
            return Refusal.PROMISE
        if verdict == LATE and self._ends_before(fleet, vehicle, row):
            return Refusal.SHIFT
        return REFUSALS[verdict]

    def _ends_before(self, fleet: Fleet, vehicle: int, row: int) -> bool:
        """Say whether a request begins after the vehicle's shift ends, or ends before it begins."""
        asked = fleet.requests[row]
        begins, ends = fleet.vehicles[vehicle, READY], fleet.vehicles[vehicle, END_UNTIL]
        return bool(asked[PICKUP_UNTIL] < begins or asked[PICKUP_FROM] > ends)

    def _widened(self) -> dict[int, int]:
        """Widen the windows that plans break already; return by how much promises are broken."""
        late: dict[int, int] = {}
        for vehicle, tasks in enumerate(self._plans):
            _, verdict = self._timed(self._fleet, vehicle, tasks)
            if verdict != FEASIBLE and tasks.size:
                late |= self._widen(vehicle, tasks)
        return late

    def _widen(self, vehicle: int, tasks: I32) -> dict[int, int]:
        """Widen the windows of one plan to its earliest schedule."""
        fleet = self._fleet
        ends = {PICKUP_UNTIL: ~tasks & 1, DROP_OFF_UNTIL: tasks & 1}
        rows = np.unique(tasks >> 1)
        promised = fleet.requests.copy()
        for column in (PICKUP_UNTIL, DROP_OFF_UNTIL, MAX_RIDE):
            fleet.requests[rows, column] = NEVER
        kept = fleet.vehicles[vehicle].copy()
        fleet.vehicles[vehicle, [END_UNTIL, RANGE, MAX_DURATION]] = NEVER
        n_rests, fleet.n_rests[vehicle] = fleet.n_rests[vehicle], 0
        work, _ = self._timed(fleet, vehicle, tasks)
        begins = work.begins[: tasks.size]
        late: dict[int, int] = {}
        for column, mine in ends.items():
            at = np.flatnonzero(mine)
            row = tasks[at] >> 1
            fleet.requests[row, column] = np.maximum(promised[row, column], begins[at])
            for one, by in zip(
                row.tolist(), (begins[at] - promised[row, column]).tolist(), strict=True
            ):
                if by > 0:
                    late[one] = max(late.get(one, 0), by)
        for one in rows.tolist():
            ridden = fleet.requests[one, DROP_OFF_UNTIL] - fleet.requests[one, PICKUP_FROM]
            fleet.requests[one, MAX_RIDE] = max(promised[one, MAX_RIDE], ridden)
            for column in (PICKUP_UNTIL, DROP_OFF_UNTIL):
                if fleet.requests[one, column] == NEVER:
                    fleet.requests[one, column] = promised[one, column]
        fleet.vehicles[vehicle] = kept
        fleet.vehicles[vehicle, END_UNTIL] = max(kept[END_UNTIL], work.begins[tasks.size])
        if work.hops[: tasks.size + 1].sum() > 0:
            fleet.vehicles[vehicle, RANGE] = max(
                kept[RANGE], self._metres(tasks, int(kept[PLACE]), int(kept[END_PLACE]))
            )
        fleet.n_rests[vehicle] = n_rests
        _, verdict = self._timed(fleet, vehicle, tasks)
        if verdict == NO_REST:
            fleet.n_rests[vehicle] = 0
        return late


def _insertion(vehicle: int, row: I64) -> Insertion:
    columns = [
        PICKUP_AT, DROP_OFF_AT, COST, ADDED_DRIVE, ADDED_M, PICKUP_TIME, DROP_OFF_TIME,
        PICKUP_LATEST,
    ]  # fmt: skip
    return Insertion(vehicle, *(int(row[column]) for column in columns))
