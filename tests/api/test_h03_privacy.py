"""H03: a rider takes everything along, and leaves."""

from typing import Any

from tests.support.server import Rider, World


def remove(world: World, rider: Rider, **body: Any) -> Any:
    return world.client.request(
        "DELETE", "/v1/riders/me", json={"password": "a password"} | body, headers=rider.headers
    )


def test_a_rider_takes_everything_along_and_leaves(any_world: World) -> None:
    world, rider = any_world, any_world.rider()
    order = rider.hold()
    paid = rider.pay(order).json()
    me = rider.get("/v1/riders/me").json()
    found = rider.get("/v1/riders/me/export").json()
    assert (found["account"]["id"], found["account"]["email"]) == (me["id"], me["email"])
    assert [one["id"] for one in found["orders"]] == [order["id"]]
    assert sum(one["amount_minor"] for one in found["money"]) == 5000 - paid["price"]["amount"]
    assert len(found["sessions"]) == 1
    assert "saga" in found["other"]
    refused = remove(world, rider)
    assert refused.json()["type"] == "/problems/removal-refused"
    assert f"order {order['id']} is still to be travelled" in refused.json()["detail"]
    assert "are in the wallet" in refused.json()["detail"]
    world.clock.move(hours=8)
    world.services.orders.resume_all(world.clock.now())
    assert remove(world, rider, password="another").json()["type"] == "/problems/bad-credentials"
    removed = remove(world, rider, pay_out=True)
    assert removed.status_code == 200, removed.text
    assert removed.json()["pseudonym"] == me["id"]
    assert removed.json()["paid_out"]["amount"] == 5000 - paid["price"]["amount"]
    assert removed.json()["receipt"]
    assert rider.get("/v1/riders/me").status_code == 401
    login = {"email": me["email"], "password": "a password"}
    assert world.client.post("/v1/sessions", json=login).status_code == 401
    assert world.client.post("/v1/riders", json=login | {"name": "Ada"}).status_code == 201


def test_nobody_is_removed_without_a_session_or_password(world: World) -> None:
    assert world.client.get("/v1/riders/me/export").status_code == 401
    assert (
        world.client.request("DELETE", "/v1/riders/me", json={"password": "x"}).status_code == 401
    )
    rider = world.rider(0)
    assert world.client.request("DELETE", "/v1/riders/me", headers=rider.headers).status_code == 422
    assert remove(world, rider).status_code == 200
