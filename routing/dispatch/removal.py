"""Which requests a round of the search takes out of the plans.

Related ones (Shaw 1998), those that cost most where they are (Ropke, Pisinger 2006), all of a
vehicle, neighbouring strings of plans (Christiaens, Vanden Berghe 2020), or just any.
"""

import math

from routing.dispatch.arrays import DROP_OFF, PICKUP, Fleet
from routing.dispatch.insertion import place_after, place_before
from routing.dispatch.model import NEVER
from routing.dispatch.neighbourhood import N_OUT, Search, chance, pick, touch
from routing.dispatch.schedule import Work
from routing.jit import helper, part


@part
def take_out(fleet: Fleet, search: Search, most: int, work: Work) -> bool:
    """Take up to ``most`` requests out; say whether the plans without them can be driven."""
    search.counts[N_OUT] = 0
    seed = search.loose[pick(search, search.loose.size)]
    kind = chance(search)
    if kind < 0.35:
        _related(fleet, search, seed, most)
    elif kind < 0.65:
        _strings(fleet, search, seed, most)
    elif kind < 0.8:
        _costly(fleet, search, most)
    elif kind < 0.9:
        _vehicles(search, seed, most)
    else:
        for _ in range(most):
            _drop(search, search.loose[pick(search, search.loose.size)])
    return _close_up(fleet, search, work)


@helper
def _drop(search: Search, request: int) -> None:
    """Take a request out, if it is in a plan and there is room for it."""
    vehicle = search.vehicle_of[request]
    if vehicle >= 0 and search.counts[N_OUT] < search.out.size // 2:
        search.out[search.counts[N_OUT]] = request
        search.counts[N_OUT] += 1
        search.vehicle_of[request] = -1
        search.touched[vehicle] = 1


@part
def _close_up(fleet: Fleet, search: Search, work: Work) -> bool:
    """Close the gaps of what was taken out."""
    now = search.now
    for vehicle in range(search.touched.size):
        if not search.touched[vehicle]:
            continue
        size = 0
        for k in range(now.sizes[vehicle]):
            task = now.tasks[vehicle, k]
            if search.vehicle_of[task >> 1] == vehicle:
                now.tasks[vehicle, size] = task
                size += 1
        now.sizes[vehicle] = size
        if not touch(fleet, search, vehicle, work):
            return False
    return True


@part
def _distance(fleet: Fleet, search: Search, one: int, other: int, time: float) -> float:
    """Return how far two requests are from being alike; ``time`` is how much time counts."""
    a, b = fleet.requests[one], fleet.requests[other]
    apart = fleet.drive[a[PICKUP], b[PICKUP]] + fleet.drive[a[DROP_OFF], b[DROP_OFF]]
    later = abs(search.times[one, 0] - search.times[other, 0])
    later += abs(search.times[one, 1] - search.times[other, 1])
    return float(apart + time * later)


@part
def _nearest(fleet: Fleet, search: Search, seed: int, time: float, noise: float) -> int:
    """Return the request in a plan that is most like another, blurred by noise; -1 if none is."""
    nearest, least = -1, float(NEVER)
    for request in search.loose:
        if search.vehicle_of[request] < 0 or request == seed:
            continue
        apart = _distance(fleet, search, seed, request, time) * (1.0 + noise * chance(search))
        if apart < least:
            nearest, least = request, apart
    return nearest


@helper
def _weight_of_time(search: Search) -> float:
    """Return how much time counts beside ways: any order of magnitude, since horizons differ."""
    return math.exp(-7.0 * chance(search))


@part
def _related(fleet: Fleet, search: Search, seed: int, most: int) -> None:
    time, noise = _weight_of_time(search), 3.0 * chance(search)
    _drop(search, seed)
    for _ in range(most - 1):
        if search.counts[N_OUT] > 0:
            seed = search.out[pick(search, search.counts[N_OUT])]
        request = _nearest(fleet, search, seed, time, noise)
        if request < 0:
            return
        _drop(search, request)


@part
def _strings(fleet: Fleet, search: Search, seed: int, most: int) -> None:
    """Take strings of tasks out around what is like the seed, until it is enough."""
    time, longest = _weight_of_time(search), 2 + pick(search, 10)
    request = seed
    while request >= 0 and search.counts[N_OUT] < most:
        vehicle = search.vehicle_of[request]
        if vehicle >= 0:
            _string(search, vehicle, request, 1 + pick(search, longest), most)
        request = _nearest(fleet, search, seed, time, 0.5)


@part
def _string(search: Search, vehicle: int, request: int, length: int, most: int) -> None:
    """Take out whoever has a task in a string around a task of a request."""
    tasks, size = search.now.tasks[vehicle], search.now.sizes[vehicle]
    end, at = 1 if chance(search) < 0.5 else 0, 0
    for k in range(size):
        if tasks[k] == 2 * request + end:
            at = k
    first = max(0, at - pick(search, length))
    _drop(search, request)
    for k in range(first, min(size, first + length)):
        if search.counts[N_OUT] < most and _is_loose(search, tasks[k] >> 1, vehicle):
            _drop(search, tasks[k] >> 1)


@helper
def _is_loose(search: Search, request: int, vehicle: int) -> bool:
    """Say whether a request is in a plan from its pick-up on; others are on board already."""
    tasks = search.now.tasks[vehicle]
    for k in range(search.now.sizes[vehicle]):  # noqa: SIM110 - kernels have no generators
        if tasks[k] == 2 * request:
            return True
    return False


@part
def _costly(fleet: Fleet, search: Search, most: int) -> None:
    """Take those out whose tasks are the longest ways round, blurred."""
    noise, saved = 0.2 + chance(search), search.saved
    for vehicle in range(search.now.sizes.size):
        _save(fleet, search, vehicle)
    for _ in range(most):
        worst, longest = -1, -1.0
        for request in search.loose:
            if search.vehicle_of[request] >= 0:
                blurred = saved[request] * (1.0 - noise * chance(search))
                if blurred > longest:
                    worst, longest = request, blurred
        if worst < 0:
            return
        _drop(search, worst)


@part
def _save(fleet: Fleet, search: Search, vehicle: int) -> None:
    """Note what a vehicle drives less without each request, its tasks each by itself."""
    tasks, size, hops = search.now.tasks[vehicle], search.now.sizes[vehicle], search.now.hops
    for k in range(size):
        before = place_before(fleet, vehicle, tasks, k)
        after = place_after(fleet, vehicle, tasks, size, k + 1)
        less = hops[vehicle, k] + hops[vehicle, k + 1] - fleet.drive[before, after]
        if tasks[k] & 1:
            search.saved[tasks[k] >> 1] += less
        else:
            search.saved[tasks[k] >> 1] = less


@part
def _vehicles(search: Search, seed: int, most: int) -> None:
    """Take out what a vehicle serves, from anywhere in its plan on."""
    vehicle = search.vehicle_of[seed]
    if vehicle < 0:
        return
    tasks, size = search.now.tasks[vehicle], search.now.sizes[vehicle]
    since = 0 if size <= 3 * most else pick(search, size)
    for k in range(since, size):
        if not tasks[k] & 1 and search.counts[N_OUT] < 2 * most:
            _drop(search, tasks[k] >> 1)
