"""Real requests that provoke each problem of rides on demand, for ``test_c01_problems.py``."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from booking.domain.staff import Role
from tests.support.server import Rider, World
from tests.support.shuttles import (
    SECRET,
    TINY_RIDE,
    ride_of_shuttle,
    serve,
    tiny_service,
    with_shuttle,
)

CASES: dict[str, Callable[[World], Any]] = {}


def case(provoke: Callable[[World], Any]) -> Callable[[World], Any]:
    CASES[provoke.__name__.replace("_", "-")] = provoke
    return provoke


def driver(world: World, role: Role = Role.DRIVER) -> Rider:
    """Return somebody who works for the tiny shuttle."""
    serve(world, tiny_service())
    vehicle = "car-1" if role is Role.DRIVER else None
    world.services.staff.add(role, "Dora", SECRET, "tiny:shuttle", vehicle)
    answer = world.client.post("/v1/staff/sessions", json={"name": "Dora", "secret": SECRET})
    return Rider(world, answer.json()["token"])


def booked(world: World) -> tuple[Rider, str]:
    """Return a driver, and the ride that is in their plan."""
    at_work, rider = driver(world), world.rider(9000)
    rider.pay(ride_of_shuttle(world, rider))
    world.clock.at = world.clock.at.replace(hour=5, minute=40)
    duty = at_work.get("/v1/driver/duty").json()
    return at_work, duty["stops"][0]["tasks"][0]["ride"]


def tokens(world: World, count: int) -> list[str]:
    """Return as many offers of the same ride."""
    serve(world, tiny_service())
    journey = with_shuttle(world, **TINY_RIDE)[0]
    body = {"journey": journey["token"], "passengers": [{"category": "adult"}] * 2}
    return [world.client.post("/v1/offers", json=body).json()["offer"] for _ in range(count)]


@case
def shuttle_not_free(world: World) -> Any:
    first, second = tokens(world, 2)
    world.rider().post("/v1/orders", {"offer": first})
    return world.rider().post("/v1/orders", {"offer": second})


@case
def too_many_open_rides(world: World) -> Any:
    first, second = tokens(world, 2)
    rider = world.rider()
    rider.post("/v1/orders", {"offer": first})
    return rider.post("/v1/orders", {"offer": second})


@case
def wrong_pin(world: World) -> Any:
    at_work, ride = booked(world)
    return at_work.post("/v1/driver/events", {"type": "boarded", "ride": ride, "pin": "none"})


@case
def too_early_for_no_show(world: World) -> Any:
    at_work, ride = booked(world)
    return at_work.post("/v1/driver/events", {"type": "no_show", "ride": ride})


@case
def illegal_ride(world: World) -> Any:
    at_work, ride = booked(world)
    return at_work.post("/v1/driver/events", {"type": "dropped_off", "ride": ride})


@case
def ride_not_found(world: World) -> Any:
    at_work, _ = booked(world)
    return at_work.post("/v1/driver/events", {"type": "arrived", "ride": str(uuid4())})


@case
def no_duty(world: World) -> Any:
    at_work = driver(world)
    at_work.post("/v1/driver/events", {"type": "breakdown"})
    return at_work.get("/v1/driver/duty")


@case
def not_yours(world: World) -> Any:
    return driver(world, Role.DISPATCHER).get("/v1/driver/duty")
