"""Real requests that provoke each problem of means of payment, for ``test_c01_problems.py``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from booking.domain.money import Money
from booking.domain.payments.vouchers import Promotion
from tests.support.server import World

CASES: dict[str, Callable[[World], Any]] = {}


def case(provoke: Callable[[World], Any]) -> Callable[[World], Any]:
    CASES[provoke.__name__.replace("_", "-")] = provoke
    return provoke


def promote(world: World, **change: Any) -> None:
    now = world.clock.now()
    made: dict[str, Any] = {
        "id": "autumn",
        "title": "Autumn",
        "funder": "county",
        "value": Money(200),
        "budget": Money(10_000),
        "valid_from": now,
        "valid_until": now + timedelta(days=30),
    }
    world.services.payments.vouchers.add(Promotion(**made | change), ["SENDEN-24"])


@case
def bad_bank_details(world: World) -> Any:
    body = {"iban": "DE89 3704 0044 0532 0130 01", "holder": "Ada"}
    return world.rider().post("/v1/riders/me/mandates", body)


@case
def voucher_not_found(world: World) -> Any:
    return world.rider().post("/v1/riders/me/vouchers", {"code": "NOBODY"})


@case
def voucher_refused(world: World) -> Any:
    promote(world)
    rider = world.rider()
    rider.post("/v1/riders/me/vouchers", {"code": "SENDEN-24"})
    return rider.post("/v1/riders/me/vouchers", {"code": "SENDEN-24"})


@case
def means_not_found(world: World) -> Any:
    return world.rider().get("/v1/riders/me/invoices/KM-2024-000001")


@case
def webhook_refused(world: World) -> Any:
    from booking.adapters.payments.stripe_webhooks import StripeWebhooks

    world.services.payments.webhooks._readers["stripe"] = StripeWebhooks(["whsec_x"])
    headers = {"Stripe-Signature": "t=1,v1=00"}
    return world.client.post("/v1/webhooks/stripe", content=b"{}", headers=headers)
