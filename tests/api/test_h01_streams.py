"""H01: a phone is told that an order changed, by one look a second for all phones together."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import uvicorn
from sqlalchemy import event

from kommit.api.routes import events as event_routes
from kommit.api.streams import MOST_OF_A_RIDER
from tests.api.test_d01_killed import Caller
from tests.support.server import Rider, ServerProcess, World
from tests.support.streams import EventStream


@contextmanager
def serving(world: World) -> Iterator[str]:
    """Serve an installation on a real socket; its jobs do not run."""
    config = uvicorn.Config(
        world.app, port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    world.services.streams.end_all()
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def url(any_world: World) -> Iterator[str]:
    with serving(any_world) as address:
        yield address


OPEN: list[EventStream] = []


@pytest.fixture(autouse=True)
def _hang_up() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


def listen(url: str, token: str, last_id: str | None = None) -> EventStream:
    OPEN.append(EventStream(url, token, last_id))
    return OPEN[-1]


def stream(url: str, rider: Rider, order: dict[str, Any] | None = None, **more: Any) -> EventStream:
    path = "/v1/events" if order is None else f"/v1/orders/{order['id']}/events"
    return listen(url + path, rider.token, **more)


def test_everybody_who_listens_is_told_of_every_change(any_world: World, url: str) -> None:
    world, streams = any_world, any_world.services.streams
    ada, bob = world.rider(), world.rider()
    order = ada.hold()
    phones = [stream(url, ada, order) for _ in range(3)]
    all_of_ada, all_of_bob = stream(url, ada), stream(url, bob)
    for phone in phones:
        phone.until(lambda one: one.of("order") != [] and one.of("rides") != [])
        assert phone.of("order") == [ada.get(f"/v1/orders/{order['id']}").json()]
        assert phone.of("rides") == [{"rides": []}]
        assert phone.headers["Content-Type"].startswith("text/event-stream")
    all_of_ada.until(lambda one: len(one.events) == 1)
    streams.look()
    ada.pay(order)
    streams.look()
    for phone in phones:
        phone.until(lambda one: len(one.of("order")) == 2)
        assert phone.of("order")[-1] == ada.get(f"/v1/orders/{order['id']}").json()
        assert phone.of("order")[-1]["state"] == "confirmed"
        ids = [int(one.last_id) for one in phone.events if one.event == "order"]
        assert ids[1] > ids[0]
    all_of_ada.until(lambda one: len(one.events) == 2)
    told = all_of_ada.of("order")
    assert [one["state"] for one in told] == ["held", "confirmed"]
    assert {one["id"] for one in told} == {order["id"]}
    assert told[-1]["version"] == int(phones[0].last_id or 0)
    another = ada.hold()
    streams.look()
    all_of_ada.until(lambda one: len(one.events) == 3)
    assert all_of_ada.of("order")[-1]["id"] == another["id"]
    assert all_of_bob.events == []
    streams.look()
    time.sleep(0.1)
    assert len(phones[0].events) == 3, "nothing changed, nothing is told"


def test_who_comes_back_is_told_what_has_changed_since(any_world: World, url: str) -> None:
    world, streams = any_world, any_world.services.streams
    rider = world.rider()
    order = rider.hold()
    first, every = stream(url, rider, order), stream(url, rider)
    first.until(lambda one: one.of("order") != [])
    every.until(lambda one: one.events != [])
    first.close()
    every.close()
    again, all_again = (
        stream(url, rider, order, last_id=first.last_id),
        stream(url, rider, last_id=every.last_id),
    )
    again.until(lambda one: one.of("rides") != [])
    streams.look()
    time.sleep(0.1)
    assert (again.of("order"), all_again.events) == ([], [])
    rider.pay(order)
    later = stream(url, rider, order, last_id=first.last_id)
    later.until(lambda one: one.of("order") != [])
    assert later.of("order")[0]["state"] == "confirmed"
    all_later = stream(url, rider, last_id=every.last_id)
    all_later.until(lambda one: one.events != [])


def test_the_stream_of_an_order_that_is_over_ends_and_is_not_asked_for_again(
    any_world: World, url: str
) -> None:
    world, rider = any_world, any_world.rider()
    order = rider.hold()
    phone = stream(url, rider, order)
    phone.until(lambda one: one.of("order") != [])
    rider.post(f"/v1/orders/{order['id']}/cancel")
    world.services.streams.look()
    phone.until(lambda one: one.is_over)
    assert [one["state"] for one in phone.of("order")] == ["held", "released"]
    fresh = stream(url, rider, order)
    fresh.until(lambda one: one.is_over)
    assert [one["state"] for one in fresh.of("order")] == ["released"]
    assert stream(url, rider, order, last_id=fresh.last_id).status == 204


def test_a_phone_that_hangs_up_is_forgotten(
    any_world: World, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_routes, "KEEP_OPEN_EVERY_S", 0.1)
    world, rider = any_world, any_world.rider()
    streams, order = world.services.streams, rider.hold()
    phones = [stream(url, rider, order) for _ in range(5)]
    for phone in phones:
        phone.until(lambda one: one.comments > 1)
    assert streams.count == 5
    for phone in phones:
        phone.close()
    give_up = time.monotonic() + 5
    while streams.count:
        assert time.monotonic() < give_up, streams.count
        time.sleep(0.02)


def test_signing_out_ends_the_streams_of_that_session(any_world: World, url: str) -> None:
    world, rider = any_world, any_world.rider()
    order = rider.hold()
    streams = [stream(url, rider, order), stream(url, rider)]
    for one in streams:
        one.until(lambda each: each.events != [])
    world.client.delete("/v1/sessions", headers=rider.headers)
    world.services.streams.look()
    for one in streams:
        one.until(lambda each: each.is_over)


def test_strangers_are_told_nothing(any_world: World, url: str) -> None:
    rider, stranger = any_world.rider(), any_world.rider()
    order = rider.hold()
    assert stream(url, stranger, order).status == 404
    nobody = listen(url + "/v1/events", "no token")
    assert nobody.status == 401
    assert any_world.services.streams.count == 0
    assert any_world.client.get("/v1/events").json()["type"] == "/problems/not-signed-in"


def test_one_rider_has_only_so_many_streams(any_world: World, url: str) -> None:
    rider, other = any_world.rider(), any_world.rider()
    open_ones = [stream(url, rider) for _ in range(MOST_OF_A_RIDER)]
    assert {one.status for one in open_ones} == {200}
    refused = stream(url, rider)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "30")
    assert stream(url, other).status == 200


def test_a_look_asks_as_much_for_two_hundred_phones_as_for_one(any_world: World) -> None:
    """And reads a changed order once, however many listen to it."""
    import asyncio

    from kommit.api.listeners import Listener, Subject

    world, streams = any_world, any_world.services.streams
    riders = [world.rider() for _ in range(12)]
    orders = [(rider, rider.hold()) for rider in riders]
    asked: list[str] = []
    engine = world.kommit.database.engine

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    def session_of(rider: Rider) -> str:
        from booking.service.accounts import token_hash

        return token_hash(rider.token)

    async def check() -> None:
        def open_listeners(many: list[tuple[Rider, dict[str, Any]]]) -> None:
            for rider, order in many:
                rider_id = world.services.accounts.rider_of(rider.token).id
                for _ in range(9):
                    subject = Subject(rider_id, UUID(order["id"]))
                    streams.open(Listener(subject, session_of(rider)))
                    streams.open(Listener(Subject(rider_id), session_of(rider)))

        open_listeners(orders[:1])
        streams.look()
        event.listen(engine, "before_cursor_execute", note)
        streams.look()
        for_few = len(asked)
        event.remove(engine, "before_cursor_execute", note)
        open_listeners(orders[1:])
        assert streams.count == 12 * 18
        streams.look()
        event.listen(engine, "before_cursor_execute", note)
        asked.clear()
        streams.look()
        assert len(asked) == for_few <= 6
        event.remove(engine, "before_cursor_execute", note)
        orders[0][0].pay(orders[0][1])
        event.listen(engine, "before_cursor_execute", note)
        asked.clear()
        assert streams.look() == 18
        assert len(asked) == for_few + 3, "the order, its refunds, and the rider's list"
        event.remove(engine, "before_cursor_execute", note)

    asyncio.run(check())


def test_what_is_read_first_never_replaces_what_was_read_later() -> None:
    import asyncio

    from kommit.api.listeners import Listener, News, Subject

    async def check() -> None:
        listener = Listener(Subject(uuid4()), "session")
        listener.tell([News("order", "a", "new", stamp=2)], "2")
        listener.tell([News("order", "a", "old", stamp=1)], "1")
        listener.tell([News("order", "b", "other", stamp=3)])
        flush = await listener.next(1)
        assert flush is not None
        assert flush.text() == ("event: order\ndata: new\n\nid: 2\nevent: order\ndata: other\n\n")
        listener.tell([News("order", "a", "new", stamp=4)], "3")
        assert await listener.next(0.05) is None, "told already, just so"
        listener.end()
        assert await listener.next(1) is not None
        assert listener.is_over

    asyncio.run(check())


def test_one_order_that_cannot_be_told_keeps_no_other_waiting(any_world: World, url: str) -> None:
    world, streams = any_world, any_world.services.streams
    ada, bob = world.rider(), world.rider()
    orders = [(rider, rider.hold()) for rider in (ada, bob)]
    phones = [stream(url, rider, order) for rider, order in orders]
    for phone in phones:
        phone.until(lambda one: one.of("order") != [])
    plain = streams._voice
    broken = UUID(orders[0][1]["id"])

    class Broken:
        rides, news = plain.rides, plain.news

        def order(self, order_id: UUID, rider_id: UUID) -> Any:
            if order_id == broken:
                raise ZeroDivisionError
            return plain.order(order_id, rider_id)

    streams._voice = Broken()
    for rider, order in orders:
        rider.pay(order)
    streams.look()
    phones[1].until(lambda one: len(one.of("order")) == 2)
    streams._voice = plain
    streams.look()
    phones[0].until(lambda one: len(one.of("order")) == 2)


def test_rides_are_told_while_they_change(shuttle_world: World) -> None:
    from booking.domain.staff import Role
    from tests.api.test_g01_shuttle import book, staff, with_vehicle_of

    world, rider = shuttle_world, shuttle_world.rider()
    order = book(world, rider)
    driver = staff(world, Role.DRIVER, "Dora", with_vehicle_of(world, order))
    with serving(world) as url:
        phone = stream(url, rider, order)
        phone.until(lambda one: one.of("rides") != [])
        world.services.streams.look()
        world.clock.at = world.clock.at.replace(hour=6, minute=10)
        driver.post("/v1/driver/position", {"lat": 51.85, "lon": 7.48})
        world.services.streams.look()
        phone.until(lambda one: len(one.of("rides")) > 1)
        assert phone.of("rides")[-1]["rides"][0]["vehicle"]["lat"] == 51.85
        (task,) = driver.get("/v1/driver/duty").json()["stops"][0]["tasks"]
        pin = phone.of("rides")[-1]["rides"][0]["pin"]
        driver.post("/v1/driver/events", {"type": "boarded", "ride": task["ride"], "pin": pin})
        world.services.streams.look()
        phone.until(lambda one: one.of("rides")[-1]["rides"][0]["state"] == "on_board")
        assert not phone.is_over


def test_two_servers_on_one_database_tell_each_others_riders(
    today_image: Path, database_url: str, tmp_path: Path
) -> None:
    """Real processes: what is bought through one is told by the other, and both stop at once."""
    environment = {
        "KOMMIT_MODE": "demo",
        "KOMMIT_IMAGE": str(today_image),
        "KOMMIT_DATABASE_URL": database_url,
        "KOMMIT_DATA_DIR": str(tmp_path),
        "KOMMIT_TARIFF": "eezy-westfalen",
        "KOMMIT_ARGON2": "cheap",
    }
    servers = [ServerProcess(**environment) for _ in range(2)]
    try:
        for server in servers:
            server.wait(within_s=240)
        first, second = (Caller(server.url) for server in servers)
        body = {"email": "ada@kommit.example", "password": "a password", "name": "Ada"}
        first.token = second.token = first("/v1/riders", body)["token"]
        phones = [listen(server.url + "/v1/events", first.token) for server in servers * 3]
        first("/v1/wallet/top-ups", {"amount": {"amount": 5000, "currency": "EUR"}})
        order = hold(first)
        first(f"/v1/orders/{order['id']}/payment", {"means": "wallet"})
        for phone in phones:
            phone.until(
                lambda one: one.of("order") != [] and one.of("order")[-1]["state"] == "confirmed"
            )
        began = time.monotonic()
        for server in servers:
            server.stop()
        for phone in phones:
            phone.until(lambda one: one.is_over)
        assert time.monotonic() - began < 15
    finally:
        for server in servers:
            server.end()


def hold(call: Caller) -> Any:
    from datetime import UTC, datetime, timedelta

    when = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT07:50")
    plan = call(f"/v1/plan?from=today:anger&to=today:camp&depart={when}")
    token = next(one["token"] for one in plan["journeys"] if one["bookable"])
    offer = call("/v1/offers", {"journey": token, "passengers": [{"category": "adult"}]})
    return call("/v1/orders", {"offer": offer["offer"]})
