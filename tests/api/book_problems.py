"""Real requests that provoke each problem of the books, for ``test_c01_problems.py``."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import update

from booking.adapters.tables import EntryRow
from tests.api.test_h02_webhooks import office
from tests.support.databases import tampering
from tests.support.server import World

CASES: dict[str, Callable[[World], Any]] = {}


def case(provoke: Callable[[World], Any]) -> Callable[[World], Any]:
    CASES[provoke.__name__.replace("_", "-")] = provoke
    return provoke


@case
def bad_month(world: World) -> Any:
    return office(world).get("/v1/operator/clearing/2024-13")


@case
def books_differ(world: World) -> Any:
    rider = world.rider()
    assert rider.pay(rider.hold()).status_code == 200
    with tampering(world.kommit.database) as session:
        session.execute(update(EntryRow).values(lines=None))
    return office(world).get("/v1/operator/clearing/2024-05")
