"""Real requests that provoke each problem of own fleets, for ``test_c01_problems.py``."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from booking.adapters.locks.simulator import Fault
from booking.domain.locks import LockPoint
from tests.support.fleets import boxes
from tests.support.server import World

CASES: dict[str, Callable[[World], Any]] = {}


def case(provoke: Callable[[World], Any]) -> Callable[[World], Any]:
    CASES[provoke.__name__.replace("_", "-")] = provoke
    return provoke


def boxed(world: World) -> tuple[Any, str]:
    """Return a rider, and a rental of the bicycle in the market's box for the next two hours."""
    world.clock.at = world.clock.at.replace(hour=6)
    world.services.fleets.put(*boxes(), "of the tests")
    rider, now = world.rider(), world.clock.now()
    answer = rider.post("/v1/rentals", rental_of(world, now, now + timedelta(hours=2)))
    return rider, f"/v1/rentals/{answer.json()['id']}"


def rental_of(world: World, start: datetime, end: datetime, name: str = "") -> dict[str, str]:
    seen = world.services.fleets.now("boxes").vehicles
    (vehicle,) = (one.public_id for one in seen if one.vehicle.id == "cb-3")
    times = {"start": start.isoformat(), "end": end.isoformat()}
    return {"system": "boxes", "vehicle": name or vehicle} | times


def fault(world: World, fault: Fault) -> None:
    locks = world.services.rentals._locks
    locks.break_(LockPoint("boxes", "cb-3", "market", 1), fault)


@case
def vehicle_not_found(world: World) -> Any:
    rider, _ = boxed(world)
    now = world.clock.now()
    return rider.post("/v1/rentals", rental_of(world, now, now + timedelta(hours=2), "cb-3"))


@case
def rental_not_found(world: World) -> Any:
    return world.rider().get("/v1/rentals/01a20742-a1c0-7df7-8df0-fe32204146ca")


@case
def slot_not_free(world: World) -> Any:
    rider, _ = boxed(world)
    now = world.clock.now()
    return rider.post("/v1/rentals", rental_of(world, now, now + timedelta(hours=1)))


@case
def rental_refused(world: World) -> Any:
    rider, rental = boxed(world)
    return rider.post(f"{rental}/return")


@case
def lock_unreachable(world: World) -> Any:
    rider, rental = boxed(world)
    fault(world, Fault.DEAD)
    return rider.post(f"{rental}/open")


@case
def rental_busy(world: World) -> Any:
    rider, rental = boxed(world)
    rider.post(f"{rental}/open")
    fault(world, Fault.DEAD)
    rider.post(f"{rental}/close")
    return rider.post(f"{rental}/pause")


@case
def box_did_not_open(world: World) -> Any:
    rider, rental = boxed(world)
    fault(world, Fault.STUCK)
    return rider.post(f"{rental}/open")


@case
def lock_jammed(world: World) -> Any:
    rider, rental = boxed(world)
    rider.post(f"{rental}/open")
    fault(world, Fault.STUCK)
    return rider.post(f"{rental}/close")


@case
def lock_refused(world: World) -> Any:
    rider, rental = boxed(world)
    rider.post(f"{rental}/open")
    return rider.post(f"{rental}/return")


@case
def fleet_not_found(world: World) -> Any:
    return world.client.get("/gbfs/nobody/gbfs.json")
