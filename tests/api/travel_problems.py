"""Real requests that provoke each problem of trips and subscriptions, for ``test_c01_problems``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.support.server import Rider, World

CASES: dict[str, Callable[[World], Any]] = {}
NOBODY = "01a20742-a1c0-7df7-8df0-fe32204146ca"
ANGER = {"lat": 51.800, "lon": 7.400}
CAMP = {"lat": 51.900, "lon": 7.560}


def case(provoke: Callable[[World], Any]) -> Callable[[World], Any]:
    CASES[provoke.__name__.replace("_", "-")] = provoke
    return provoke


def travelled(world: World) -> tuple[Rider, str]:
    """Return a rider, and the trip from Anger to Camp that they have just ended."""
    rider = world.rider()
    trip = rider.post("/v1/trips/check-in", ANGER).json()["id"]
    world.clock.move(minutes=20)
    assert rider.post(f"/v1/trips/{trip}/check-out", CAMP).json()["state"] == "billed"
    return rider, trip


@case
def trip_not_found(world: World) -> Any:
    return world.rider().get(f"/v1/trips/{NOBODY}")


@case
def trip_overlaps(world: World) -> Any:
    rider, _ = travelled(world)
    within = world.clock.now() - timedelta(minutes=5)
    return rider.post("/v1/trips/check-in", ANGER | {"at": within.isoformat()})


@case
def clock_wrong(world: World) -> Any:
    ahead = world.clock.now() + timedelta(hours=1)
    return world.rider().post("/v1/trips/check-in", ANGER | {"at": ahead.isoformat()})


@case
def illegal_trip(world: World) -> Any:
    rider, trip = travelled(world)
    return rider.get(f"/v1/trips/{trip}/ticket")


@case
def subscription_not_found(world: World) -> Any:
    rider = world.rider()
    path = f"/v1/riders/me/subscriptions/{NOBODY}"
    return world.client.delete(path, headers=rider.headers)


@case
def unknown_subscription(world: World) -> Any:
    wanted = {"product": "bahncard", "means": "wallet"}
    return world.rider().post("/v1/riders/me/subscriptions", wanted)


@case
def bad_subscription(world: World) -> Any:
    wanted = {"product": "deutschlandticket", "means": "wallet"}
    return world.rider().post("/v1/riders/me/subscriptions", wanted)
