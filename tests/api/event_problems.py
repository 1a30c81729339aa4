"""Real requests that provoke each problem of webhooks, for ``test_c01_problems.py``."""

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
def bad_webhook(world: World) -> Any:
    body = {"url": "ftp://operator.example/", "events": ["*"]}
    return office(world).post("/v1/operator/webhooks", body)


@case
def webhook_not_found(world: World) -> Any:
    return office(world).post(f"/v1/operator/webhooks/{uuid4()}/test")


@case
def removal_refused(world: World) -> Any:
    rider = world.rider()
    return world.client.request(
        "DELETE", "/v1/riders/me", json={"password": "a password"}, headers=rider.headers
    )
