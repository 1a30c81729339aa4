"""A fleet as it is at a later moment, if its vehicles drive as scheduled.

A vehicle that has left for a stop is not diverted: it gets there, and does there what is planned.
Until it leaves, its plan is open.
"""

from dataclasses import replace

from routing.ondemand.board import Compiled, compiled
from routing.ondemand.fleet import Action, Duty, FleetNow
from routing.ondemand.times import ServiceTimes


def advanced(fleet: FleetNow, times: ServiceTimes, now: int) -> FleetNow:
    """Return the fleet at Unix second ``now``: stops that are driven to have left the plans.

    What is left of a plan is always its end, so the stops that are gone can be put before it again.
    """
    if all(duty.ready >= now for duty in fleet.duties):
        return replace(fleet, moment=now)
    board = compiled(fleet, times)
    duties = tuple(
        _advanced(fleet, number, duty, board, times, now)
        for number, duty in enumerate(fleet.duties)
    )
    return replace(fleet, moment=now, duties=duties)


def _advanced(
    fleet: FleetNow, number: int, duty: Duty, board: Compiled, times: ServiceTimes, now: int
) -> Duty:
    schedule = board.board.schedule(number)
    at, ready, driven_m, gone = duty.at, duty.ready, 0, 0
    for stop, begin, end in zip(
        duty.plan, schedule.begin.tolist(), schedule.end.tolist(), strict=True
    ):
        ride = fleet.rides[stop.ride]
        goal = ride.pickup if stop.action is Action.PICK_UP else ride.drop_off
        drive_s, metres = times.drive(at, goal)
        if max(ready, begin - drive_s) > now:
            break
        at, ready, driven_m, gone = goal, end, driven_m + metres, gone + 1
    left = None if duty.range_m is None else max(duty.range_m - driven_m, 0)
    rests = tuple(rest for rest in duty.rests if rest.begin_until > now)
    return replace(
        duty, at=at, ready=max(ready, now), plan=duty.plan[gone:], range_m=left, rests=rests
    )
