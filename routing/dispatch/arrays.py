"""Requests, vehicles and plans as arrays, as the kernels read them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from routing.dispatch.model import I32, I64, KINDS, Request, Task, Vehicle

PICKUP: Final = 0
DROP_OFF: Final = 1
PICKUP_FROM: Final = 2
PICKUP_UNTIL: Final = 3
DROP_OFF_FROM: Final = 4
DROP_OFF_UNTIL: Final = 5
MAX_RIDE: Final = 6
BOARDING: Final = 7
ALIGHTING: Final = 8
LOAD: Final = 9
"""Columns of ``Fleet.requests``; the load has ``KINDS`` of them."""

PLACE: Final = 0
READY: Final = 1
END_PLACE: Final = 2
END_UNTIL: Final = 3
RANGE: Final = 4
MAX_DURATION: Final = 5
CAPACITY: Final = 6
"""Columns of ``Fleet.vehicles``; the capacity has ``KINDS`` of them."""


class Fleet(NamedTuple):
    """N requests, V vehicles, P places. A task is ``2 * request``, plus 1 for the drop-off."""

    drive: I32
    """(P, P)"""
    metres: I32
    """(P, P)"""
    requests: I64
    """(N, 13)"""
    vehicles: I64
    """(V, 10)"""
    rests: I64
    """(V, K, 3) begin from, begin until, and how long."""
    n_rests: I32
    """(V,) how many of them."""
    weights: I64
    """(4,) the objective."""


def request_row(request: Request) -> list[int]:
    """Return a request as a row of ``Fleet.requests``."""
    return [*request[:7], request.boarding, request.alighting, *request.load]


def request_rows(requests: Sequence[Request]) -> I64:
    """Return requests as ``Fleet.requests``."""
    rows = [request_row(request) for request in requests]
    return np.array(rows, np.int64).reshape(-1, LOAD + KINDS)


def vehicle_rows(vehicles: Sequence[Vehicle]) -> I64:
    """Return vehicles as ``Fleet.vehicles``."""
    rows = [
        [v.place, v.ready, v.end_place, v.end_until, v.range_m, v.max_duration, *v.capacity]
        for v in vehicles
    ]
    return np.array(rows, np.int64).reshape(-1, CAPACITY + KINDS)


def rest_rows(vehicles: Sequence[Vehicle]) -> tuple[I64, I32]:
    """Return the rests of vehicles in order of time, and how many each has."""
    counts = np.array([len(v.rests) for v in vehicles], np.int32)
    rows = np.zeros((len(vehicles), max(int(counts.max(initial=0)), 1), 3), np.int64)
    for number, vehicle in enumerate(vehicles):
        for k, rest in enumerate(sorted(vehicle.rests)):
            rows[number, k] = rest
    return rows, counts


def tasks_of(plan: Sequence[Task]) -> I32:
    """Return a plan as tasks of the kernels."""
    return np.array([2 * task.request + task.is_drop_off for task in plan], np.int32)


def plan_of(tasks: I32) -> tuple[Task, ...]:
    """Return tasks of the kernels as a plan."""
    return tuple(Task(task >> 1, bool(task & 1)) for task in tasks.tolist())
