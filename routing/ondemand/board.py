"""A fleet of one moment as the dispatcher's numbers, and its answers as a fleet again.

The one bridge between what the database keeps and what is searched: plans, holds, re-optimisation
and the drivers' times all go over it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from routing.dispatch.board import Board
from routing.dispatch.model import NEVER, Insertion, Refusal, Request, Rest, Task, Vehicle
from routing.ondemand.fleet import Action, BookedRide, Duty, FleetNow, PlannedStop, Spot
from routing.ondemand.times import ServiceTimes


class Compiled(NamedTuple):
    """A fleet as a board; requests are the rides, vehicles the duties, in their order."""

    board: Board
    places: dict[tuple[float, float, str | None], int]
    """Rows of the tables by spot, for all spots that were asked about."""
    ride_ids: tuple[str, ...]
    duty_ids: tuple[str, ...]

    def place_of(self, spot: Spot) -> int:
        """Return the row of a spot that was named when the fleet was compiled."""
        return self.places[spot]

    def request_of(self, ride: BookedRide) -> Request:
        """Return a ride between known spots as the dispatcher's request."""
        return _request(ride, self.places)


class TimedStop(NamedTuple):
    """A stop of a plan, and when it is expected. Unix seconds."""

    stop: PlannedStop
    arrive: int
    begin: int
    """When boarding or alighting begins."""
    end: int


def compiled(fleet: FleetNow, times: ServiceTimes, extra: Sequence[Spot] = ()) -> Compiled:
    """Return the board of a fleet, with some more spots that requests may name."""
    rides = list(fleet.rides.values())
    spots = {spot for ride in rides for spot in (ride.pickup, ride.drop_off)}
    spots |= {spot for duty in fleet.duties for spot in (duty.at, duty.depot)} | set(extra)
    places, others = _placed(sorted(spots, key=_by_place), times)
    drives = times.with_others(others)
    row_of = {ride.id: row for row, ride in enumerate(rides)}
    board = Board(
        drives.seconds,
        drives.metres,
        [_vehicle(duty, places) for duty in fleet.duties],
        [_request(ride, places) for ride in rides],
        [
            [Task(row_of[stop.ride], stop.action is Action.DROP_OFF) for stop in duty.plan]
            for duty in fleet.duties
        ],
    )
    ids = tuple(ride.id for ride in rides), tuple(duty.id for duty in fleet.duties)
    return Compiled(board, places, *ids)


def inserted(
    fleet: FleetNow, times: ServiceTimes, ride: BookedRide
) -> FleetNow | tuple[Refusal, ...]:
    """Return the fleet with a ride in the plan that takes it best, or why each duty refuses it."""
    now = compiled(fleet, times, (ride.pickup, ride.drop_off))
    request = now.request_of(ride)
    found = now.board.best(request)
    if not found:
        return now.board.why_not(request)
    return with_ride(fleet, ride, found[0])


def with_ride(fleet: FleetNow, ride: BookedRide, insertion: Insertion) -> FleetNow:
    """Return the fleet with a ride inserted as its board said."""
    duty = fleet.duties[insertion.vehicle]
    plan = list(duty.plan)
    plan.insert(insertion.drop_off_at, PlannedStop(ride.id, Action.DROP_OFF))
    plan.insert(insertion.pickup_at, PlannedStop(ride.id, Action.PICK_UP))
    duties = list(fleet.duties)
    duties[insertion.vehicle] = replace(duty, plan=tuple(plan))
    return replace(fleet, duties=tuple(duties), rides={**fleet.rides, ride.id: ride})


def without(fleet: FleetNow, ride_id: str) -> FleetNow:
    """Return the fleet without a ride."""
    duties = (
        replace(duty, plan=tuple(stop for stop in duty.plan if stop.ride != ride_id))
        for duty in fleet.duties
    )
    rides = {key: ride for key, ride in fleet.rides.items() if key != ride_id}
    return replace(fleet, duties=tuple(duties), rides=rides)


def improved(
    fleet: FleetNow,
    times: ServiceTimes,
    *,
    seconds: float | None = None,
    rounds: int | None = None,
    seed: int = 0,
) -> FleetNow:
    """Return the fleet with plans that cost less, if any are found; no window moves."""
    now = compiled(fleet, times)
    better = now.board.improved(seconds=seconds, rounds=rounds, seed=seed)
    if better.cost >= now.board.cost:
        return fleet
    duties = (
        replace(duty, plan=tuple(_stop(task, now.ride_ids) for task in plan))
        for duty, plan in zip(fleet.duties, better.plans, strict=True)
    )
    return replace(fleet, duties=tuple(duties))


def schedule(fleet: FleetNow, times: ServiceTimes, duty_id: str) -> list[TimedStop]:
    """Return when the stops of a duty are expected."""
    now = compiled(fleet, times)
    number = now.duty_ids.index(duty_id)
    found = now.board.schedule(number)
    rows = zip(
        fleet.duties[number].plan,
        found.arrive.tolist(),
        found.begin.tolist(),
        found.end.tolist(),
        strict=True,
    )
    return [TimedStop(*row) for row in rows]


def _placed(
    spots: Sequence[Spot], times: ServiceTimes
) -> tuple[dict[tuple[float, float, str | None], int], list[Spot]]:
    """Return the row of each spot, and those that need rows of their own."""
    places: dict[tuple[float, float, str | None], int] = {}
    others: dict[tuple[float, float], int] = {}
    listed: list[Spot] = []
    for spot in spots:
        place = times.place_of(spot)
        if place is None:
            place = others.setdefault(spot[:2], len(times.spots) + len(listed))
            if place == len(times.spots) + len(listed):
                listed.append(spot)
        places[spot] = place
    return places, listed


def _by_place(spot: Spot) -> tuple[float, float, str]:
    return spot.lat, spot.lon, spot.stop or ""


def _vehicle(duty: Duty, places: dict[tuple[float, float, str | None], int]) -> Vehicle:
    return Vehicle(
        place=places[duty.at],
        ready=duty.ready,
        end_place=places[duty.depot],
        end_until=duty.until,
        capacity=duty.capacity,
        range_m=NEVER if duty.range_m is None else duty.range_m,
        rests=tuple(Rest(*rest) for rest in duty.rests),
    )


def _request(ride: BookedRide, places: dict[tuple[float, float, str | None], int]) -> Request:
    return Request(
        pickup=places[ride.pickup],
        drop_off=places[ride.drop_off],
        pickup_from=ride.pickup_from,
        pickup_until=ride.pickup_until,
        drop_off_from=ride.drop_off_from,
        drop_off_until=ride.drop_off_until,
        max_ride=ride.max_ride_s,
        load=ride.load,
        boarding=ride.boarding_s,
        alighting=ride.alighting_s,
    )


def _stop(task: Task, ride_ids: Sequence[str]) -> PlannedStop:
    action = Action.DROP_OFF if task.is_drop_off else Action.PICK_UP
    return PlannedStop(ride_ids[task.request], action)
