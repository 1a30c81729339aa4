"""Real requests that provoke each problem of orders, for ``test_c01_problems.py``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from booking.domain.outside_errors import ForeignRefused, ForeignUnavailable
from tests.support.provider import OutsideProvider
from tests.support.server import Rider, World

CASES: dict[str, Callable[[World], Any]] = {}


def case(provoke: Callable[[World], Any]) -> Callable[[World], Any]:
    CASES[provoke.__name__.replace("_", "-")] = provoke
    return provoke


def sold(world: World) -> tuple[Rider, str]:
    """Return a rider, and the path of an order that is sold."""
    rider = world.rider()
    order = rider.hold()
    assert rider.pay(order).status_code == 200
    return rider, f"/v1/orders/{order['id']}"


@case
def not_cancellable(world: World) -> Any:
    rider, path = sold(world)
    world.clock.move(days=1)
    return rider.post(f"{path}/cancel")


@case
def quote_changed(world: World) -> Any:
    rider, path = sold(world)
    return rider.post(f"{path}/cancel", {"expected": {"amount": 1, "currency": "EUR"}})


@case
def offer_not_yours(world: World) -> Any:
    one, another = world.rider(), world.rider()
    token = next(each["token"] for each in world.plan() if each["bookable"])
    body = {"journey": token, "passengers": [{"category": "adult"}]}
    offer = world.client.post("/v1/offers", json=body, headers=one.headers).json()["offer"]
    return another.post("/v1/orders", {"offer": offer})


@case
def payment_challenged(world: World) -> Any:
    card = OutsideProvider(challenges=True)
    world.services.orders._till.outside["card"] = card
    world.replace_services(payment_means=("wallet", "card"))
    rider = world.rider()
    return rider.post(f"/v1/orders/{rider.hold()['id']}/payment", {"means": "card"})


class Silent:
    """An operator that gives one answer only."""

    def __init__(self, answer: Exception) -> None:
        self.answer = answer

    def open(self, asked: object) -> str:
        raise self.answer


def foreign(world: World, answer: Exception) -> Any:
    """Hold a scooter of another operator, who answers so."""
    from booking.domain.passengers import Passenger, PassengerCategory
    from tests.booking.test_foreign import SYSTEM, scooter_at

    world.services.orders._saga._foreign[SYSTEM] = Silent(answer)
    begin = world.clock.now() + timedelta(hours=1)
    chain = scooter_at(begin)
    adult = (Passenger(PassengerCategory.ADULT, 0),)
    _, token = world.services.offers.make(chain, adult)
    return world.rider().post("/v1/orders", {"offer": token})


@case
def operator_refused(world: World) -> Any:
    return foreign(world, ForeignRefused("Roller GmbH refuses: nothing is left"))


@case
def operator_unavailable(world: World) -> Any:
    return foreign(world, ForeignUnavailable("Roller GmbH gives no answer"))
