"""Real requests that provoke each problem of redress, for ``test_c01_problems.py``."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.api.test_h02_webhooks import office
from tests.support.server import World

CASES: dict[str, Callable[[World], Any]] = {}


def case(provoke: Callable[[World], Any]) -> Callable[[World], Any]:
    CASES[provoke.__name__.replace("_", "-")] = provoke
    return provoke


@case
def redress_refused(world: World) -> Any:
    rider = world.rider()
    order = rider.pay(rider.hold()).json()
    return rider.post(f"/v1/orders/{order['id']}/redress", {"kind": "refund"})


@case
def complaint_not_found(world: World) -> Any:
    path = f"/v1/operator/complaints/{uuid4()}/answer"
    return office(world).post(path, {"text": "We look into it."})


@case
def complaint_refused(world: World) -> Any:
    rider = world.rider()
    order = rider.pay(rider.hold()).json()
    body = {"leg": 0, "category": "other", "text": "It has not come yet."}
    return rider.post(f"/v1/orders/{order['id']}/complaints", body)
