"""Real requests that provoke each problem of tickets, for ``test_c01_problems.py``."""

import base64
from collections.abc import Callable
from typing import Any

from tests.booking.tickets.phones import phone, raw
from tests.support.server import Rider, World

CASES: dict[str, Callable[[World], Any]] = {}


def case(provoke: Callable[[World], Any]) -> Callable[[World], Any]:
    CASES[provoke.__name__.replace("_", "-")] = provoke
    return provoke


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bought(world: World) -> tuple[Rider, str]:
    """Return a rider, and the address of an order that was paid."""
    rider = world.rider()
    order = rider.hold()
    assert rider.pay(order).status_code == 200
    return rider, f"/v1/orders/{order['id']}"


def bind(rider: Rider, order: str, number: int = 1) -> Any:
    return rider.post(f"{order}/device", {"public_key": text(raw(phone(number)))})


@case
def ticket_refused(world: World) -> Any:
    rider, order = bought(world)
    body = {"ticket": rider.get(f"{order}/ticket").json()["ticket"], "system": "s", "station": "t"}
    return world.client.post("/v1/boxes/open", json=body)


@case
def ticket_on_phone(world: World) -> Any:
    rider, order = bought(world)
    assert bind(rider, order).status_code == 200
    return rider.get(f"{order}/ticket.pdf")


@case
def too_many_phones(world: World) -> Any:
    rider, order = bought(world)
    return [bind(rider, order, number) for number in range(1, 21)][-1]


@case
def phone_key_unusable(world: World) -> Any:
    rider, order = bought(world)
    return rider.post(f"{order}/device", {"public_key": "AAAA"})


@case
def passes_not_offered(world: World) -> Any:
    from dataclasses import replace

    rider, order = bought(world)
    world.replace_services(ticketing=replace(world.services.ticketing, passes=None))
    return rider.get(f"{order}/ticket.pkpass")
