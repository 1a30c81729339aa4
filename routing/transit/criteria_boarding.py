"""Which riders board a lane, and which of its trips."""

from routing.jit import helper, part
from routing.timetable import NONE
from routing.transit.criteria_bags import (
    COST,
    COSTS,
    FULL,
    LABEL,
    NEXT,
    NOW,
    RIDER,
    RIDERS_ROOM,
    RIDES,
    SET_OUT,
    TIME,
    Costs,
    costs_at,
    cover,
    minus,
    plus,
    times,
    write_costs,
)
from routing.transit.criteria_scene import RISKY_S, TIGHT_S, Scene, Spot, last_boarding, risk_points
from routing.transit.kernel import NO_SLOT, Lane, earliest_slot
from routing.transit.workspace import BOARD_FROM, BOARD_UNTIL


@helper
def slot_from(scene: Scene, lane: Lane, position: int, ready: int) -> int:
    """Return the first usable slot that departs at ``ready`` or later, or ``NO_SLOT``."""
    column, departures = lane.event_at + position * lane.n_slots, scene.lanes.departures
    first, end = column + lane.first_slot, column + lane.end_slot
    if end <= first or departures[end - 1] < ready:
        return NO_SLOT
    return earliest_slot(departures, first, end, ready) - column


@part
def catches_better(
    scene: Scene, stop: int, label: int, departure: int, costs: Costs, rides: int
) -> bool:
    """Say whether another rider at the stop makes the same departure at no higher costs.

    Of two with the same costs the one who was there first is the better.
    """
    bags = scene.bags
    other = bags.heads[stop]
    while other != NONE:
        first = other * LABEL
        spare_s = departure - bags.labels[first + TIME]
        if other != label and spare_s >= 0 and bags.labels[first + RIDES] <= rides:
            points = risk_points(bags.labels[first + RIDES], spare_s)
            theirs = plus(costs_at(bags.labels, first + COST), times(scene.weights.risk, points))
            if cover(theirs, costs) and (other < label or not cover(costs, theirs)):
                return True
        other = bags.labels[first + NEXT]
    return False


@part
def take_aboard(
    scene: Scene, n_riders: int, slot: int, costs: Costs, label: int, position: int
) -> int:
    """Seat a rider unless one of no later slot has no higher costs; return how many sit there."""
    riders, kept = scene.bags.riders, 0
    for rider in range(n_riders):
        at = rider * RIDER
        theirs = costs_at(riders, at + 1)
        if riders[at] <= slot and cover(theirs, costs):
            return n_riders
    for rider in range(n_riders):
        at = rider * RIDER
        if slot <= riders[at] and cover(costs, costs_at(riders, at + 1)):
            continue
        for field in range(RIDER):
            riders[kept * RIDER + field] = riders[at + field]
        kept += 1
    if kept == scene.bags.counters[RIDERS_ROOM]:
        scene.bags.counters[FULL] = 1
        return kept
    seat = kept * RIDER
    riders[seat], riders[seat + 4], riders[seat + 5] = slot, label, position
    write_costs(riders, seat + 1, costs)
    return kept + 1


@part
def board(scene: Scene, lane: Lane, spot: Spot, label: int, n_riders: int) -> int:
    """Let a rider board; return how many sit in the lane.

    Where risk counts, that is up to three of its trips: the next one, and those that leave more
    time to spare.
    """
    bags, windows = scene.bags, scene.work.windows
    first, rides = label * LABEL, spot.ride - 1
    ready, costs = int(bags.labels[first + TIME]), costs_at(bags.labels, first + COST)
    last = min(last_boarding(scene, spot.stop, spot.ride), int(windows[lane.window + BOARD_UNTIL]))
    risk = scene.weights.risk
    choices = 3 if rides > 0 and risk.first + risk.second + risk.third > 0 else 1
    for choice in range(choices):
        spare_s = 0 if choice == 0 else RISKY_S if choice == 1 else TIGHT_S
        from_s = max(ready + spare_s, int(windows[lane.window + BOARD_FROM]))
        slot = slot_from(scene, lane, spot.position, from_s)
        if slot == NO_SLOT:
            break
        departure = scene.lanes.departures[lane.event_at + spot.position * lane.n_slots + slot]
        if departure > last:
            break
        paid = plus(costs, times(risk, risk_points(rides, departure - ready)))
        if not catches_better(scene, spot.stop, label, departure, paid, rides):
            aboard = plus(paid, fare_less_way(scene, lane, spot))
            n_riders = take_aboard(scene, n_riders, slot, aboard, label, spot.position)
    return n_riders


@helper
def fare_less_way(scene: Scene, lane: Lane, spot: Spot) -> Costs:
    """Return what to add at boarding, so that adding the way from the lane's start is right."""
    boarding = costs_at(scene.costs.boarding, spot.lane * COSTS)
    return minus(boarding, costs_at(scene.costs.riding, (lane.stop_at + spot.position) * COSTS))


@part
def board_all(scene: Scene, lane: Lane, spot: Spot, n_riders: int) -> int:
    """Let everybody board who got ready at the stop after the last round."""
    bags = scene.bags
    label = bags.heads[spot.stop]
    while label != NONE:
        first = label * LABEL
        fresh = bags.labels[first + SET_OUT] == bags.counters[NOW]
        if fresh and bags.labels[first + RIDES] == spot.ride - 1:
            n_riders = board(scene, lane, spot, label, n_riders)
        label = bags.labels[first + NEXT]
    return n_riders
