"""A slow twin of the dispatcher: difference constraints, Bellman-Ford, every position tried."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from routing.dispatch.model import I32, LIVE, Objective, Request, Rest, Task, Vehicle

LEAVE, DEPOT, REST = "leave", "depot", "rest"


class Event(NamedTuple):
    """Something that the vehicle does at a place, no earlier and no later than."""

    what: Task | str
    place: int
    opens: int
    closes: int
    lasts: int


class Town(NamedTuple):
    """What plans are measured by."""

    drive: I32
    metres: I32
    requests: Sequence[Request]
    weights: Objective = LIVE


def event(town: Town, task: Task) -> Event:
    asked = town.requests[task.request]
    if task.is_drop_off:
        until = asked.drop_off_until
        return Event(task, asked.drop_off, asked.drop_off_from, until, asked.alighting)
    return Event(task, asked.pickup, asked.pickup_from, asked.pickup_until, asked.boarding)


def fits(town: Town, vehicle: Vehicle, plan: Sequence[Task]) -> bool:
    requests = town.requests
    boarded = {task.request for task in plan if not task.is_drop_off}
    for kind in range(4):
        load = sum(requests[t.request].load[kind] for t in plan if t.request not in boarded)
        for task in plan:
            load += requests[task.request].load[kind] * (-1 if task.is_drop_off else 1)
            if load > vehicle.capacity[kind]:
                return False
    return True


def with_rests(events: list[Event], rests: Sequence[Rest], since: int = 0) -> Iterator[list[Event]]:
    """Every way to rest in order with nobody on board, where the vehicle is or where it goes."""
    if not rests:
        yield events
        return
    for at in range(since, len(events) + 1):
        around = {events[k].place for k in (at - 1, at) if 0 <= k < len(events)}
        for place in around if is_empty(events, at) else ():
            asked = rests[0]
            rest = Event(REST, place, asked.begin_from, asked.begin_until, asked.lasts)
            yield from with_rests([*events[:at], rest, *events[at:]], rests[1:], at + 1)


def is_empty(events: Sequence[Event], at: int) -> bool:
    before = {e.what.request for e in events[:at] if isinstance(e.what, Task)}
    after = {e.what.request for e in events[at:] if isinstance(e.what, Task)}
    aboard = {e.what.request for e in events if isinstance(e.what, Task)} - {
        e.what.request for e in events if isinstance(e.what, Task) and not e.what.is_drop_off
    }
    return not before & after and not aboard & after


def begins(town: Town, vehicle: Vehicle, events: Sequence[Event]) -> list[int] | None:
    """The least beginnings of events, or None if a bound is broken."""
    at = {e.what: k for k, e in enumerate(events) if e.what != REST}
    bounds = [(at[DEPOT], at[LEAVE], -vehicle.max_duration)]
    for k in range(1, len(events)):
        way = int(town.drive[events[k - 1].place, events[k].place])
        bounds.append((k - 1, k, events[k - 1].lasts + way))
    for k, e in enumerate(events):
        if isinstance(e.what, Task) and e.what.is_drop_off and Task(e.what.request, False) in at:
            asked = town.requests[e.what.request]
            board = at[Task(e.what.request, False)]
            bounds.append((k, board, -asked.max_ride - asked.boarding))
    times = [max(e.opens, vehicle.ready) for e in events]
    for _ in range(len(events) + 1):
        raised = list(times)
        for a, b, least in bounds:
            raised[b] = max(raised[b], raised[a] + least)
        late = any(time > e.closes for time, e in zip(raised, events, strict=True))
        if late or raised[-1] + events[-1].lasts > vehicle.end_until:
            return None
        if raised == times:
            return times
        times = raised
    return None


def cost(town: Town, vehicle: Vehicle, plan: Sequence[Task]) -> int | None:
    """What a plan costs at least, None if it cannot be driven."""
    tasks = [event(town, task) for task in plan]
    places = [vehicle.place, *(task.place for task in tasks), vehicle.end_place]
    metres = int(town.metres[places[:-1], places[1:]].sum()) if plan else 0
    if not fits(town, vehicle, plan) or metres > vehicle.range_m:
        return None
    ends = [
        Event(name, place, 0, 2**60, 0) for name, place in ((LEAVE, places[0]), (DEPOT, places[-1]))
    ]
    costs = [
        cost_as_scheduled(town, events, times, places)
        for events in with_rests([ends[0], *tasks, ends[1]], sorted(vehicle.rests))
        if (times := begins(town, vehicle, events)) is not None
    ]
    return min(costs, default=None) if plan else (0 if costs else None)


def cost_as_scheduled(
    town: Town, events: Sequence[Event], times: Sequence[int], places: Sequence[int]
) -> int:
    weights = town.weights
    whole = weights.vehicle + weights.drive * int(town.drive[places[:-1], places[1:]].sum())
    for e, begin in zip(events, times, strict=True):
        if isinstance(e.what, Task):
            asked = town.requests[e.what.request]
            people = asked.load[0] + asked.load[1]
            if e.what.is_drop_off:
                whole += weights.ride * people * begin
            else:
                whole += weights.wait * people * (begin - asked.pickup_from)
                whole -= weights.ride * people * (begin + asked.boarding)
    return whole


def insertions(plan: Sequence[Task], request: int) -> Iterator[list[Task]]:
    """Every plan with a request put in."""
    for i in range(len(plan) + 1):
        for j in range(i, len(plan) + 1):
            yield [*plan[:i], Task(request, False), *plan[i:j], Task(request, True), *plan[j:]]


def added(town: Town, vehicle: Vehicle, plan: Sequence[Task], request: int) -> int | None:
    """What a request costs more where it is put best, None if it has no place."""
    before = cost(town, vehicle, plan)
    tried = (cost(town, vehicle, other) for other in insertions(plan, request))
    costs = [other for other in tried if other is not None]
    return min(costs) - before if costs and before is not None else None
