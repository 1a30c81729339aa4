"""Every problem there is: provoked by a real request, well formed, and with a page of its own."""

import re
import socket
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from booking.adapters.database import Database
from booking.adapters.store import SqlStore
from booking.domain.errors import StaleOrder
from booking.service.idempotency import fingerprint
from booking.service.transactions import in_transaction
from kommit.api.limits import RateLimit
from kommit.api.problem_table import ALL, problem_type_of
from kommit.api.problems import PAGES, response_of
from tests.api import (
    book_problems,
    event_problems,
    fleet_problems,
    order_problems,
    payment_problems,
    redress_problems,
    shuttle_problems,
    ticket_problems,
    travel_problems,
)
from tests.support.cards import GOOD_CARD, KEY
from tests.support.server import DORF, TO_CAMP, World
from tests.support.server import world as open_world

Case = Callable[[World], Any]
CASES: dict[str, Case] = (
    book_problems.CASES
    | event_problems.CASES
    | fleet_problems.CASES
    | order_problems.CASES
    | payment_problems.CASES
    | redress_problems.CASES
    | shuttle_problems.CASES
    | ticket_problems.CASES
    | travel_problems.CASES
)


def case(provoke: Case) -> Case:
    CASES[provoke.__name__.replace("_", "-")] = provoke
    return provoke


@case
def internal_error(world: World) -> Any:
    def broken() -> object:
        raise ZeroDivisionError("secret detail")

    world.replace_services(network=broken)
    return world.client.get("/v1/region")


@case
def bad_request(world: World) -> Any:
    return response_of_http(400)


@case
def not_found(world: World) -> Any:
    return world.client.get("/v1/nothing")


@case
def method_not_allowed(world: World) -> Any:
    return world.client.put("/v1/orders")


@case
def body_too_large(world: World) -> Any:
    return world.client.post("/v1/offers", content=b"x" * 70_000)


@case
def validation(world: World) -> Any:
    return world.client.post("/v1/offers", json={"journey": 1})


@case
def outside_period(world: World) -> Any:
    return world.client.get("/v1/plan", params=TO_CAMP | {"depart": "2030-01-01T00:00"})


@case
def stop_not_found(world: World) -> Any:
    return world.client.get("/v1/stops/nowhere/departures")


@case
def top_ups_closed(world: World) -> Any:
    world.replace_services(is_demo=False)
    return world.rider().post("/v1/wallet/top-ups", {"amount": {"amount": 1, "currency": "EUR"}})


@case
def too_many_requests(world: World) -> Any:
    world.replace_services(login_limit=RateLimit(0 + 1, 60))
    bad_credentials(world)
    return bad_credentials(world)


@case
def offer_forged(world: World) -> Any:
    body = {"journey": "x" * 40, "passengers": [{"category": "adult"}]}
    return world.client.post("/v1/offers", json=body)


@case
def offer_expired(world: World) -> Any:
    offer, rider = world.offer(), world.rider()
    world.clock.move(minutes=10)
    return rider.post("/v1/orders", {"offer": offer["offer"]})


@case
def offer_taken(world: World) -> Any:
    offer = world.offer()
    world.rider().post("/v1/orders", {"offer": offer["offer"]})
    return world.rider().post("/v1/orders", {"offer": offer["offer"]})


@case
def not_on_sale(world: World) -> Any:
    token = world.plan()[0]["token"]
    world.clock.move(hours=2)
    return world.client.post(
        "/v1/offers", json={"journey": token, "passengers": [{"category": "adult"}]}
    )


@case
def order_not_found(world: World) -> Any:
    return world.rider().get("/v1/orders/01a20742-a1c0-7df7-8df0-fe32204146ca")


@case
def illegal_transition(world: World) -> Any:
    rider = world.rider()
    order = rider.hold()
    rider.post(f"/v1/orders/{order['id']}/cancel")
    return rider.pay(order)


@case
def hold_expired(world: World) -> Any:
    rider = world.rider()
    order = rider.hold()
    world.clock.move(minutes=10)
    return rider.pay(order)


@case
def no_places_left(world: World) -> Any:
    limit_places(world, 1)
    world.rider().hold()
    return world.rider().post("/v1/orders", {"offer": world.offer()["offer"]})


@case
def booking_deadline_passed(world: World) -> Any:
    """A hold may outlive the deadline of a taxi; it cannot be paid then."""
    world.clock.move(minutes=55)
    rider = world.rider()
    order = rider.hold(to=DORF)
    world.clock.move(minutes=5, seconds=1)
    return rider.pay(order)


@case
def stale_order(world: World) -> Any:
    """Needs eight collisions in a row, so the answer alone is looked at."""
    return response_of(StaleOrder("too many others change the same thing"), "/v1/orders")


@case
def not_paid_yet(world: World) -> Any:
    rider = world.rider()
    return rider.get(f"/v1/orders/{rider.hold()['id']}/ticket")


@case
def not_enough_money(world: World) -> Any:
    rider = world.rider(cents=0)
    return rider.pay(rider.hold())


@case
def payment_declined(world: World) -> Any:
    rider = world.rider()
    return rider.pay(rider.hold(), means="stripe")  # without a card


@case
def unknown_means(world: World) -> Any:
    with without_stripe(world) as plain:
        rider = plain.rider()
        return rider.pay(rider.hold(), means="stripe")


@case
def payment_in_progress(world: World) -> Any:
    rider = world.rider()
    order = rider.hold()
    rider.pay(order, means="stripe", payment_method=GOOD_CARD)  # nobody answers: it goes on later
    return rider.pay(order, means="stripe", payment_method=GOOD_CARD)


@case
def payment_unavailable(world: World) -> Any:
    rider = world.rider()
    return rider.pay(rider.hold(), means="stripe", payment_method=GOOD_CARD)


@case
def database_unavailable(world: World) -> Any:
    gone = Database("postgresql://nobody@127.0.0.1:1/gone")
    accounts = copy(world.services.accounts)
    accounts._store = SqlStore(gone)
    world.replace_services(accounts=accounts)
    answer = world.client.post("/v1/sessions", json={"email": "a@b.example", "password": "wrong"})
    assert answer.headers["Retry-After"] == "5"
    gone.close()
    return answer


@case
def account_exists(world: World) -> Any:
    body = {"email": "ada@kommit.example", "password": "correct horse", "name": "Ada"}
    world.client.post("/v1/riders", json=body)
    return world.client.post("/v1/riders", json=body)


@case
def bad_credentials(world: World) -> Any:
    return world.client.post("/v1/sessions", json={"email": "a@b.example", "password": "wrong"})


@case
def not_signed_in(world: World) -> Any:
    return world.client.get("/v1/wallet")


@case
def bad_account_data(world: World) -> Any:
    body = {"email": "not an address", "password": "correct horse", "name": "Ada"}
    return world.client.post("/v1/riders", json=body)


@case
def idempotency_in_progress(world: World) -> Any:
    rider = world.rider()
    body = b'{"offer":"x"}'
    owner = world.services.accounts.rider_of(rider.token)
    of_request = fingerprint((b"POST", b"/v1/orders", body))
    world.services.idempotency.begin(str(owner.id), "key-00001", of_request)
    headers = rider.headers | {"Idempotency-Key": "key-00001", "Content-Type": "application/json"}
    return world.client.post("/v1/orders", content=body, headers=headers)


@case
def idempotency_mismatch(world: World) -> Any:
    rider = world.rider()
    rider.post("/v1/orders", {"offer": "x"}, "key-00001")
    return rider.post("/v1/orders", {"offer": "y"}, "key-00001")


def limit_places(world: World, places: int) -> None:
    store = SqlStore(world.kommit.database)
    in_transaction(store, lambda uow: uow.places.set_quota(places, route_id="tiny:R90"))


def without_stripe(world: World) -> Any:
    settings = world.kommit.settings
    return open_world(settings.images, settings.database, settings.data_dir)


def response_of_http(status: int) -> Any:
    from starlette.exceptions import HTTPException

    return response_of(HTTPException(status), "/v1/orders")


@pytest.fixture
def stripe_world(image: Path, sqlite_url: str, tmp_path: Path) -> Any:
    """An installation whose Stripe listens at a port where nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    with open_world(
        image, sqlite_url, tmp_path, stripe_api_key=KEY, stripe_api_base=base
    ) as opened:
        yield opened


def body_of(answer: Any) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(answer.body if hasattr(answer, "body") else answer.content)
    return found


@pytest.mark.parametrize("problem", sorted(ALL, key=lambda one: one.slug), ids=lambda p: p.slug)
def test_problem(problem: Any, stripe_world: World) -> None:
    answer = CASES[problem.slug](stripe_world)
    body = body_of(answer)
    assert answer.status_code == problem.status, body
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"/problems/{problem.slug}"
    assert (body["title"], body["status"]) == (problem.title, problem.status)
    assert body["instance"].startswith("/")
    assert len(body["detail"]) > 10
    assert "secret" not in body["detail"]
    assert ("errors" in body) == (problem.status == 422)
    if problem.status in {429, 503} or problem.slug.endswith("in-progress"):
        assert int(answer.headers["retry-after"]) > 0


def test_every_problem_is_provoked() -> None:
    assert {problem.slug for problem in ALL} == set(CASES)


def test_every_problem_has_a_page_and_every_page_a_problem(world: World) -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == {problem.slug for problem in ALL}
    for problem in ALL:
        page = world.client.get(f"/problems/{problem.slug}")
        assert page.headers["content-type"] == "text/markdown; charset=utf-8"
        assert page.text.startswith(f"# {problem.title}\n")
        assert re.search(
            rf"^Status {problem.status}\b.*/problems/{problem.slug}", page.text, re.MULTILINE
        )


@pytest.mark.parametrize("slug", ["nothing", "../README", "..%2f..%2fREADME", "validation.md"])
def test_pages_that_are_not_there(world: World, slug: str) -> None:
    assert world.client.get(f"/problems/{slug}").status_code == 404


def test_a_refusal_never_repeats_what_was_sent(world: World) -> None:
    body = {"email": "a@b.example", "password": "hunter2", "name": "x" * 500}
    assert "hunter2" not in world.client.post("/v1/riders", json=body).text


def test_the_closest_error_wins() -> None:
    from booking.domain.errors import NotEnoughMoney
    from booking.domain.money import Money

    assert problem_type_of(NotEnoughMoney(Money(1))).slug == "not-enough-money"
