"""The dispatcher's board: vehicles with their plans, and what becomes of another request.

Immutable: an insertion gives another board. A plan that breaks a window already (a vehicle was
late) is kept: what cannot be kept any more is widened to what the plan gives, everything else still
binds, and ``late`` says for whom.
"""

import functools
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

import numpy as np

from routing.dispatch.arrays import (
    ALIGHTING,
    BOARDING,
    CAPACITY,
    END_UNTIL,
    PICKUP_FROM,
    PICKUP_UNTIL,
    READY,
    Fleet,
    plan_of,
    request_row,
    request_rows,
    rest_rows,
    tasks_of,
    vehicle_rows,
)
from routing.dispatch.improving import search_plans
from routing.dispatch.insertion import COST, FIELDS, best_of_all
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
from routing.dispatch.promises import metres_of, verdict_on, widen
from routing.dispatch.routes import Routes, leaves_at, prepare_all, routes_of
from routing.dispatch.schedule import (
    FAR,
    FEASIBLE,
    LATE,
    LONG_DUTY,
    LONG_RIDE,
    NO_REST,
    NO_WAY,
    work_for,
)

REFUSALS = {
    NO_WAY: Refusal.NO_ROAD,
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
    rests: tuple[tuple[int, int], ...] = ()
    """From when to when the driver rests."""


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

    @functools.cached_property
    def _routes(self) -> Routes:
        """The plans as insertion reads them; a plan that cannot be driven has room for nobody."""
        fleet, plans = self._fleet, self._plans
        room = max((tasks.size for tasks in plans), default=0)
        routes = routes_of(plans, room, np.arange(len(plans), dtype=np.int32))
        work = work_for(room, len(fleet.requests), fleet.rests.shape[1])
        verdicts = np.zeros(len(plans), np.int64)
        prepare_all(fleet, routes, work, verdicts)
        routes.loads[verdicts != FEASIBLE] = NEVER
        return routes

    @property
    def plans(self) -> tuple[tuple[Task, ...], ...]:
        """The plan of each vehicle."""
        return tuple(plan_of(tasks) for tasks in self._plans)

    @property
    def cost(self) -> int:
        """What all plans cost by the objective, in thousandths."""
        return int(self._routes.costs.sum())

    # --- asking

    def best(self, request: Request, most: int = 1) -> list[Insertion]:
        """Return the best insertion of up to ``most`` vehicles, the cheapest first."""
        fleet = self._with_row(request)
        found = np.zeros((len(self._plans), FIELDS), np.int64)
        routes = self._routes
        room = routes.tasks.shape[1] + 2
        work = work_for(room, len(fleet.requests), fleet.rests.shape[1])
        best_of_all(fleet, routes, len(self.requests), most == 1, work, found)
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
        fleet, tasks = self._fleet, self._plans[vehicle]
        work, _ = verdict_on(fleet, vehicle, tasks)
        n, ready = tasks.size, int(fleet.vehicles[vehicle, READY])
        begin = work.begins[:n].copy()
        ends = begin + self._stands(tasks)
        lasts = fleet.rests[vehicle, : fleet.n_rests[vehicle], 2]
        starts = work.starts[: lasts.size]
        arrive = begin.copy()
        for at, start in zip(work.rests.tolist(), starts.tolist(), strict=False):
            if at & 1 and at >> 1 < n:
                arrive[at >> 1] = min(int(arrive[at >> 1]), start)
        return Schedule(
            arrive=arrive,
            begin=begin,
            end=ends,
            leave=leaves_at(fleet, vehicle, work) if n else ready,
            depot=int(work.begins[n]),
            driven=int(work.hops[: n + 1].sum()) if n else 0,
            metres=metres_of(fleet, vehicle, tasks) if n else 0,
            rests=tuple(zip(starts.tolist(), (starts + lasts).tolist(), strict=True)),
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
        """Return a board whose plans cost no more, by large neighbourhood search.

        No window is broken, and whoever is in a plan stays in one; riders on board stay in their
        vehicle. The search ends after ``seconds`` or ``rounds``, whichever comes first (after one
        second if neither is given); with ``rounds`` alone, the same seed gives the same plans.
        """
        return self.planned((), seconds=seconds, rounds=rounds, seed=seed)

    def planned(
        self,
        pending: Sequence[int],
        *,
        seconds: float | None = None,
        rounds: int | None = None,
        seed: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> Self:
        """Return a board that also serves as many ``pending`` requests as are found places.

        They are indices of requests in no plan: all of them when a day is planned from nothing,
        those of a vehicle that broke down. Who is in a plan stays in one. As ``improved``;
        ``seconds`` are those of ``clock``.
        """
        if seconds is None and rounds is None:
            seconds = 1.0
        plans = search_plans(self._fleet, self._plans, pending, seconds, rounds, seed, clock)
        other = self._derived(self._fleet, self.requests, plans)
        served = sum(tasks.size for tasks in plans), -other.cost
        return other if served > (sum(tasks.size for tasks in self._plans), -self.cost) else self

    # --- how

    def _with_row(self, request: Request) -> Fleet:
        """Return the fleet with one more request, in arrays of its own."""
        row = np.array([request_row(request)], np.int64)
        return self._fleet._replace(requests=np.concatenate([self._fleet.requests, row]))

    def _stands(self, tasks: I32) -> I64:
        rows = self._fleet.requests[tasks >> 1]
        return np.asarray(np.where(tasks & 1, rows[:, ALIGHTING], rows[:, BOARDING]))

    def _refusal(self, fleet: Fleet, vehicle: int) -> Refusal:
        row = len(self.requests)
        load = fleet.requests[row, -KINDS:]
        if (load > fleet.vehicles[vehicle, CAPACITY : CAPACITY + KINDS]).any():
            return Refusal.CAPACITY
        alone = np.array([2 * row, 2 * row + 1], np.int32)
        _, verdict = verdict_on(fleet, vehicle, alone)
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
            if tasks.size and verdict_on(self._fleet, vehicle, tasks)[1] != FEASIBLE:
                late |= widen(self._fleet, vehicle, tasks)
        return late


def _insertion(vehicle: int, row: I64) -> Insertion:
    """Return a row of ``best_of_all``, whose columns are in another order."""
    cost, pickup_at, drop_off_at, *others = row.tolist()
    return Insertion(vehicle, pickup_at, drop_off_at, cost, *others)
