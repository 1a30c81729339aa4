"""The whole way of a rider, on both databases: plan, offer, order, payment, ticket, inspection."""

import base64
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kommit.cli.main import app as cli
from tests.support.server import World


def test_from_plan_to_a_ticket_that_an_inspector_accepts(any_world: World, tmp_path: Path) -> None:
    world = any_world
    signed_up = world.client.post(
        "/v1/riders",
        json={"email": "Ada@Kommit.Example", "password": "correct horse", "name": " Ada  L. "},
    )
    assert signed_up.status_code == 201
    assert signed_up.json()["rider"]["email"] == "ada@kommit.example"
    headers = {"Authorization": f"Bearer {signed_up.json()['token']}"}
    assert world.client.get("/v1/riders/me", headers=headers).json()["name"] == "Ada L."

    def post(path: str, body: object, key: str) -> dict[str, object]:
        answer = world.client.post(path, json=body, headers=headers | {"Idempotency-Key": key})
        assert answer.is_success, answer.text
        found: dict[str, object] = answer.json()
        return found

    post("/v1/wallet/top-ups", {"amount": {"amount": 2000, "currency": "EUR"}}, "top-up-1")
    offer = world.offer("adult", "child")
    assert offer["price"] == {"amount": 572 + 286, "currency": "EUR"}
    assert sum(line["amount"]["amount"] for line in offer["breakdown"]) == 858
    order = post("/v1/orders", {"offer": offer["offer"]}, "order-01")
    assert (order["state"], order["payment"], order["ticket_url"]) == ("held", None, None)
    assert order["journey"] == offer["journey"]
    paid = post(f"/v1/orders/{order['id']}/payment", {"means": "wallet"}, "payment-1")
    price = offer["price"]
    assert (paid["state"], paid["payment"]) == (
        "confirmed",
        {
            "means": "wallet",
            "state": "captured",
            "parts": [{"means": "wallet", "amount": price}],
            "action": None,
        },
    )
    wallet = world.client.get("/v1/wallet", headers=headers).json()
    assert (wallet["balance"]["amount"], wallet["held"]["amount"]) == (2000 - 858, 0)

    ticket = world.client.get(str(paid["ticket_url"]), headers=headers).json()
    png = world.client.get(f"{paid['ticket_url']}.png", headers=headers)
    svg = world.client.get(f"{paid['ticket_url']}.svg", headers=headers)
    assert (png.headers["content-type"], svg.headers["content-type"]) == (
        "image/png",
        "image/svg+xml",
    )
    (tmp_path / "ticket.png").write_bytes(png.content)
    (tmp_path / "keys.json").write_text(world.client.get("/v1/ticket-keys").text)
    for shown in (str(tmp_path / "ticket.png"), ticket["ticket"]):
        inspected = inspect(shown, tmp_path / "keys.json", ticket["valid_from"])
        assert inspected["order_id"] == order["id"]
        assert inspected["passengers"] == {"adult": 1, "child": 1}

    broken = bytearray(base64.urlsafe_b64decode(ticket["ticket"] + "=="))
    broken[40] ^= 1
    text = base64.urlsafe_b64encode(broken).rstrip(b"=").decode()
    refused = verify(text, tmp_path / "keys.json", ticket["valid_from"])
    assert (refused.exit_code, "NOT VALID" in refused.output) == (1, True)


def verify(ticket: str, keys: Path, at: str, *more: str):  # type: ignore[no-untyped-def]
    return CliRunner().invoke(
        cli, ["ticket", "verify", ticket, "--keys", str(keys), "--at", at, *more]
    )


def inspect(ticket: str, keys: Path, at: str) -> dict[str, object]:
    result = verify(ticket, keys, at, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.output)
    return found


def test_orders_are_listed_newest_first_and_only_ones_own(any_world: World) -> None:
    ada, bob = any_world.rider(), any_world.rider()
    first = ada.hold()
    any_world.clock.move(minutes=1)
    second = ada.hold()
    assert [one["id"] for one in ada.get("/v1/orders").json()["orders"]] == [
        second["id"],
        first["id"],
    ]
    assert bob.get("/v1/orders").json() == {"orders": []}
    assert bob.get(f"/v1/orders/{first['id']}").status_code == 404
    assert bob.pay(first).status_code == 404
    assert ada.get(f"/v1/orders/{first['id']}").json()["state"] == "held"


def test_a_hold_can_be_given_back(any_world: World) -> None:
    rider = any_world.rider()
    order = rider.hold()
    cancelled = rider.post(f"/v1/orders/{order['id']}/cancel").json()
    assert (cancelled["state"], cancelled["ticket_url"]) == ("released", None)
    assert rider.pay(order).json()["type"] == "/problems/illegal-transition"


def test_too_little_money_fails_the_order_and_charges_nothing(any_world: World) -> None:
    rider = any_world.rider(cents=100)
    order = rider.hold()
    refused = rider.pay(order)
    assert (refused.status_code, refused.json()["type"]) == (402, "/problems/not-enough-money")
    assert rider.get(f"/v1/orders/{order['id']}").json()["state"] == "failed"
    wallet = rider.get("/v1/wallet").json()
    assert (wallet["balance"]["amount"], wallet["held"]["amount"]) == (100, 0)


def test_times_of_orders_are_the_regions(any_world: World) -> None:
    order = any_world.rider().hold()
    assert order["created_at"] == "2024-05-06T07:00:00+02:00"
    assert order["expires_at"] == "2024-05-06T07:10:00+02:00"
    assert order["journey"]["departure"] == "2024-05-06T08:00:00+02:00"


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/wallet", "/v1/riders/me"])
def test_what_is_a_riders_own_needs_a_session(world: World, path: str) -> None:
    answer = world.client.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_session_ends(world: World) -> None:
    rider = world.rider()
    assert world.client.delete("/v1/sessions", headers=rider.headers).status_code == 204
    assert rider.get("/v1/riders/me").status_code == 401


def test_money_of_a_demo_is_play_money(world: World) -> None:
    world.replace_services(is_demo=False)
    body = {"amount": {"amount": 500, "currency": "EUR"}}
    answer = world.rider(cents=0).post("/v1/wallet/top-ups", body)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/top-ups-closed")
