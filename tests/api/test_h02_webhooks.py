"""H02: an operator's office looks after its webhooks, and is told of what it sold."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import Rider, World
from tests.support.server import world as open_world
from tests.support.webhook_receiver import WebhookReceiver

SECRET = "a secret of the office"


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    server = WebhookReceiver()
    yield server
    server.close()


def office(world: World, agency: str = "tiny:A1") -> Rider:
    """Sign somebody of an operator's office in."""
    name = f"Office of {agency}"
    world.services.staff.add_operator(name, SECRET, agency)
    answer = world.client.post("/v1/staff/sessions", json={"name": name, "secret": SECRET})
    assert answer.json()["role"] == "operator"
    assert answer.json()["agency_id"] == agency
    return Rider(world, answer.json()["token"])


def run(world: World, *names: str) -> None:
    """Let jobs do what they would do within a second."""
    for jobs in world.kommit.listeners:
        for job in jobs.jobs:
            if job.name in names:
                job.run()


def create(at_work: Rider, url: str, *events: str) -> Any:
    answer = at_work.post("/v1/operator/webhooks", {"url": url, "events": list(events) or ["*"]})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_sale_arrives_and_can_be_asked_for_again(
    any_world: World, receiver: WebhookReceiver
) -> None:
    world, at_work = any_world, office(any_world)
    made = create(at_work, receiver.url, "order.*")
    receiver.secrets.append(made["secret"])
    path = f"/v1/operator/webhooks/{made['id']}"
    (listed,) = at_work.get("/v1/operator/webhooks").json()["webhooks"]
    assert listed == {key: value for key, value in made.items() if key != "secret"}
    assert at_work.post(f"{path}/test").status_code == 202
    rider = world.rider()
    order = rider.hold()
    rider.pay(order)
    run(world, "tell of facts", "send messages")
    assert sorted(receiver.types) == ["order.confirmed", "webhook.test"]
    sale = next(one for one in receiver.received if one.content["type"] == "order.confirmed")
    assert sale.content["data"]["order_id"] == order["id"]
    assert sale.content["data"]["gross"] == order["price"]
    deliveries = at_work.get(f"{path}/deliveries").json()["deliveries"]
    told = next(one for one in deliveries if one["type"] == "order.confirmed")
    assert (told["webhook_id"], told["content"]) == (sale.id, sale.content)
    assert (told["attempts"], told["next_at"]) == (1, None)
    assert at_work.get(f"{path}/deliveries?limit=1").json()["deliveries"] == deliveries[:1]
    older = at_work.get(f"{path}/deliveries?before={deliveries[0]['id']}").json()["deliveries"]
    assert older == deliveries[1:]
    again = at_work.post(f"{path}/deliveries/{told['id']}/redeliver")
    assert again.status_code == 202, again.text
    run(world, "send messages")
    assert receiver.received[-1].id == sale.id
    assert world.client.delete(path, headers=at_work.headers).status_code == 204
    assert at_work.get("/v1/operator/webhooks").json() == {"webhooks": []}
    assert at_work.get(f"{path}/deliveries").json()["type"] == "/problems/webhook-not-found"


def test_a_disabled_webhook_can_be_enabled(any_world: World, receiver: WebhookReceiver) -> None:
    at_work = office(any_world)
    made = create(at_work, receiver.url)
    path = f"/v1/operator/webhooks/{made['id']}"
    receiver.secrets, receiver.failures = [made["secret"]], ["410"]
    at_work.post(f"{path}/test")
    run(any_world, "send messages")
    (disabled,) = at_work.get("/v1/operator/webhooks").json()["webhooks"]
    assert disabled["disabled_at"] is not None
    assert "wants no more messages" in disabled["note"]
    assert at_work.post(f"{path}/test").json()["type"] == "/problems/bad-webhook"
    enabled = at_work.post(f"{path}/enable").json()
    assert (enabled["disabled_at"], enabled["note"]) == (None, None)


def test_only_the_operators_office_may(any_world: World, receiver: WebhookReceiver) -> None:
    world = any_world
    mine, other, rider = office(world), office(world, "tiny:A2"), world.rider()
    made = create(mine, receiver.url)
    path = f"/v1/operator/webhooks/{made['id']}"
    assert rider.get("/v1/operator/webhooks").status_code == 401
    assert other.get("/v1/operator/webhooks").json() == {"webhooks": []}
    for call in ("test", "enable"):
        assert other.post(f"{path}/{call}").json()["type"] == "/problems/webhook-not-found"
    assert mine.get("/v1/driver/duty").json()["type"] == "/problems/not-yours"
    assert mine.get("/v1/agent/fleet").json()["type"] == "/problems/not-yours"


def test_production_calls_no_machine_of_ours(
    image: Path, sqlite_url: str, tmp_path: Path, receiver: WebhookReceiver
) -> None:
    with open_world(image, sqlite_url, tmp_path) as world:
        at_work = office(world)
        webhooks = world.services.webhooks
        world.replace_services(webhooks=type(webhooks)(webhooks.store, webhooks.clock))
        answer = at_work.post("/v1/operator/webhooks", {"url": receiver.url, "events": ["*"]})
    assert answer.json()["type"] == "/problems/bad-webhook"
    assert "https" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [{"url": "https://a.example/", "events": []}, {"events": ["*"]}, {"url": 1, "events": ["*"]}],
)
def test_requests_that_cannot_be(world: World, body: dict[str, Any]) -> None:
    assert office(world).post("/v1/operator/webhooks", body).status_code == 422
