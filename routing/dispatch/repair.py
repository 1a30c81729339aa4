"""How a round of the search puts requests back into plans: cheapest first, or by regret.

Regret puts first who has the most to lose by being put later (Ropke, Pisinger 2006). What the best
place of a request in a plan costs is remembered, for most plans are as they were a while ago.
"""

from typing import Final

from routing.dispatch.arrays import Fleet
from routing.dispatch.borrowing import copy
from routing.dispatch.insertion import COST, DROP_OFF_AT, PICKUP_AT, Pair, best_in, put
from routing.dispatch.model import NEVER
from routing.dispatch.neighbourhood import DEEPEST, N_OUT, Search, chance, pick, touch
from routing.dispatch.schedule import Work
from routing.jit import part

GOLDEN: Final = -7046029254386353131
"""The golden ratio in 64 bits: spreads neighbouring numbers."""
FAR: Final = 2**50
"""More than any place costs."""


@part
def put_back(fleet: Fleet, search: Search, work: Work) -> bool:
    """Put requests back while there are places; say whether all plans can be driven."""
    n, n_vehicles = search.counts[N_OUT], search.now.sizes.size
    depth, noise = _manner(search, n_vehicles)
    for q in range(n):
        for vehicle in range(n_vehicles):
            _find(fleet, search, q, vehicle, noise, work)
    for _ in range(n):
        q = _next(search, n, depth)
        if q < 0:
            break
        vehicle = _cheapest(search, q)
        if not _put(fleet, search, q, vehicle, work):
            return False
        for other in range(n):
            if search.vehicle_of[search.out[other]] < 0:
                _find(fleet, search, other, vehicle, noise, work)
    return True


@part
def _manner(search: Search, n_vehicles: int) -> tuple[int, float]:
    """Choose how many places regret looks at (1: none), and how much costs are blurred."""
    depth = 1 + pick(search, min(DEEPEST, n_vehicles))
    return depth, (0.0 if chance(search) < 0.5 else 0.3 * chance(search))


@part
def _find(fleet: Fleet, search: Search, q: int, vehicle: int, noise: float, work: Work) -> None:
    """Fill the best place of an outside request in a plan."""
    now, row = search.now, search.out[q]
    search.costs[q, vehicle] = FAR
    if now.sizes[vehicle] == 0 and _is_second(search, vehicle):
        return
    key = now.keys[vehicle] ^ ((row + 1) * GOLDEN)
    known = search.memory[((key >> 32) ^ (key >> 9)) & (search.memory.shape[0] - 1)]
    if known[0] != key:
        good = best_in(fleet, vehicle, now, row, NEVER, work)
        known[0], known[1] = key, work.found[COST] if good else FAR
        known[2], known[3] = work.found[PICKUP_AT], work.found[DROP_OFF_AT]
    if known[1] < FAR:
        blur = 1.0 + noise * chance(search) if noise > 0.0 else 1.0
        search.costs[q, vehicle] = int(known[1] * blur)
        search.places[q, vehicle, 0], search.places[q, vehicle, 1] = known[2], known[3]


@part
def _is_second(search: Search, vehicle: int) -> bool:
    """Say whether a vehicle before is just like this one, and empty too."""
    now = search.now
    for other in range(now.twins[vehicle], vehicle):
        if now.twins[other] == now.twins[vehicle] and now.sizes[other] == 0:
            return True
    return False


@part
def _next(search: Search, n: int, depth: int) -> int:
    """Return who is put next, -1 if nobody left has a place."""
    chosen, most = -1, -NEVER
    for q in range(n):
        if search.vehicle_of[search.out[q]] >= 0:
            continue
        score = _score(search, q, depth)
        if score > most:
            chosen, most = q, score
    return chosen


@part
def _score(search: Search, q: int, depth: int) -> int:
    """Return how urgent it is to put a request; ``-NEVER`` if it has no place."""
    smallest = search.smallest
    smallest[:] = FAR
    for vehicle in range(search.costs.shape[1]):
        cost = search.costs[q, vehicle]
        for k in range(depth):
            if cost < smallest[k]:
                smallest[k], cost = cost, smallest[k]
    least = smallest[0]
    if least == FAR:
        return -NEVER
    if depth == 1:
        return int(-least)
    regret = -depth * least
    for k in range(depth):
        regret += search.smallest[k]
    return int(regret)


@part
def _cheapest(search: Search, q: int) -> int:
    cheapest = 0
    for vehicle in range(1, search.costs.shape[1]):
        if search.costs[q, vehicle] < search.costs[q, cheapest]:
            cheapest = vehicle
    return cheapest


@part
def _put(fleet: Fleet, search: Search, q: int, vehicle: int, work: Work) -> bool:
    """Put a request where it was found to be best; say whether the plan can be driven."""
    now, at = search.now, Pair(search.places[q, vehicle, 0], search.places[q, vehicle, 1])
    size = now.sizes[vehicle]
    put(now.tasks[vehicle], size, search.out[q], at, work.tasks)
    copy(work.tasks, size + 2, now.tasks[vehicle])
    now.sizes[vehicle] = size + 2
    return touch(fleet, search, vehicle, work)
