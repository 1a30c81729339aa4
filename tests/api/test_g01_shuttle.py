"""A chain with a shuttle, from the plan to the rating, over HTTP, on the demo region."""

import base64
from pathlib import Path
from typing import Any

import pytest

from booking.domain.staff import Role
from booking.tickets.phone import show
from tests.api.ticket_problems import bind, text
from tests.booking.tickets.phones import phone
from tests.support.server import Rider, World
from tests.support.server import world as open_world
from tests.support.shuttles import MAHNMAL, SERVICE, shuttles_of, staff, with_shuttle

HAMLET = "51.824162,7.522609"
"""Beside a stop in Ottmarsbocholt that few buses pass."""
LUDGERIPLATZ = "51.9556,7.6277"
TO_TOWN = {"from": HAMLET, "to": LUDGERIPLATZ, "depart": "2024-05-06T08:00"}


def book(world: World, rider: Rider, **asked: Any) -> dict[str, Any]:
    journey = with_shuttle(world, **(TO_TOWN | asked))[0]
    assert journey["bookable"], journey
    passengers = [{"category": "adult"}]
    offer = world.client.post(
        "/v1/offers", json={"journey": journey["token"], "passengers": passengers}
    )
    assert offer.status_code == 201, offer.text
    held = rider.post("/v1/orders", {"offer": offer.json()["offer"]})
    assert held.status_code == 201, held.text
    paid = rider.pay(held.json())
    assert paid.status_code == 200, paid.text
    order: dict[str, Any] = paid.json()
    return order


def test_a_shuttle_brings_riders_to_the_express_bus(shuttle_world: World) -> None:
    journey = with_shuttle(shuttle_world, **TO_TOWN)[0]
    shuttle, bus = journey["legs"][0], journey["legs"][1]
    ride = shuttle["on_demand"]
    assert (shuttle["mode"], bus["mode"]) == ("ON_DEMAND", "BUS")
    assert ride["service"]["id"] == SERVICE
    assert ride["own"]
    assert shuttle["departure"] <= ride["expected_pickup"] <= ride["pickup_until"]
    assert ride["expected_drop_off"] <= shuttle["arrival"] <= bus["departure"]
    assert journey["price"] == {"amount": 599, "currency": "EUR"}, "one fare for both, no surcharge"


def test_from_the_plan_to_the_rating(shuttle_world: World) -> None:
    world, rider = shuttle_world, shuttle_world.rider()
    order = book(world, rider)
    assert order["state"] == "confirmed"
    path = f"/v1/orders/{order['id']}"
    (ride,) = rider.get(f"{path}/rides").json()["rides"]
    assert (ride["state"], ride["leg"]) == ("booked", 0)
    assert ride["pickup_from"] <= ride["eta_pickup"] <= ride["pickup_until"]
    vehicle = with_vehicle_of(world, order)
    driver = staff(world, Role.DRIVER, "Dora", vehicle)
    world.clock.at = world.clock.at.replace(hour=6, minute=10)  # 8:10 in Berlin
    duty = driver.get("/v1/driver/duty").json()
    (task,) = duty["stops"][0]["tasks"]
    assert (task["action"], task["name"], task["party"]["seats"]) == ("pick_up", "Ada", 1)
    wrong = driver.post(
        "/v1/driver/events", {"type": "boarded", "ride": task["ride"], "pin": "12345"}
    )
    assert wrong.json()["type"] == "/problems/wrong-pin"
    boarded = driver.post(
        "/v1/driver/events", {"type": "boarded", "ride": task["ride"], "pin": ride["pin"]}
    )
    assert boarded.status_code == 200, boarded.text
    assert boarded.json()["on_board"] == 1
    early = rider.post(f"{path}/ratings", {"leg": 0, "stars": 5})
    assert early.json()["type"] == "/problems/illegal-ride"
    world.clock.move(minutes=12)
    done = driver.post("/v1/driver/events", {"type": "dropped_off", "ride": task["ride"]})
    assert (done.json()["stops"], done.json()["done"]) == ([], 1)
    rated = rider.post(f"{path}/ratings", {"leg": 0, "stars": 5, "comment": "on time"})
    assert rated.status_code == 201, rated.text
    (ride,) = rider.get(f"{path}/rides").json()["rides"]
    assert (ride["state"], ride["rating"]) == ("done", 5)


def with_vehicle_of(world: World, order: dict[str, Any]) -> str:
    """Return the vehicle in whose plan the first ride of an order stands."""
    fleet = staff(world, Role.DISPATCHER, f"Dispatcher of {order['id']}").get("/v1/agent/fleet")
    for vehicle in fleet.json()["vehicles"]:
        if vehicle["stops"]:
            name: str = vehicle["vehicle"]["id"]
            return name
    raise AssertionError(fleet.text)


def test_the_ticket_opens_the_door_as_the_pin_does(shuttle_world: World) -> None:
    world, rider = shuttle_world, shuttle_world.rider()
    order = book(world, rider)
    ticket = rider.get(f"/v1/orders/{order['id']}/ticket").json()["ticket"]
    driver = staff(world, Role.DRIVER, "Dora", with_vehicle_of(world, order))
    world.clock.at = world.clock.at.replace(hour=6, minute=10)
    (task,) = driver.get("/v1/driver/duty").json()["stops"][0]["tasks"]
    event = {"type": "boarded", "ride": task["ride"]}
    forged = driver.post("/v1/driver/events", event | {"ticket": ticket[:-8] + "AAAAAAAA"})
    assert forged.status_code == 409, forged.text
    assert driver.post("/v1/driver/events", event | {"ticket": ticket}).status_code == 200


def test_a_screenshot_of_a_ticket_boards_nobody(shuttle_world: World) -> None:
    world, rider = shuttle_world, shuttle_world.rider()
    path = f"/v1/orders/{(order := book(world, rider))['id']}"
    paper = rider.get(f"{path}/ticket").json()["ticket"]
    bound = bind(rider, path).json()["ticket"]
    driver = staff(world, Role.DRIVER, "Dora", with_vehicle_of(world, order))
    world.clock.at = world.clock.at.replace(hour=6, minute=10)
    (task,) = driver.get("/v1/driver/duty").json()["stops"][0]["tasks"]
    event = {"type": "boarded", "ride": task["ride"]}
    drawn = show(base64.urlsafe_b64decode(bound + "=="), phone(), world.clock.at)
    for ticket in (paper, bound):
        refused = driver.post("/v1/driver/events", event | {"ticket": ticket})
        assert refused.json()["type"] == "/problems/wrong-pin"
    world.clock.move(minutes=1)
    old = driver.post("/v1/driver/events", event | {"ticket": text(drawn)})
    assert old.json()["type"] == "/problems/wrong-pin"
    world.clock.move(minutes=-1)
    boarded = driver.post("/v1/driver/events", event | {"ticket": text(drawn)})
    assert boarded.status_code == 200, boarded.text


def test_a_rider_who_is_not_there_is_waited_for_as_promised(shuttle_world: World) -> None:
    world, rider = shuttle_world, shuttle_world.rider()
    order = book(world, rider)
    (ride,) = rider.get(f"/v1/orders/{order['id']}/rides").json()["rides"]
    driver = staff(world, Role.DRIVER, "Dora", with_vehicle_of(world, order))
    world.clock.at = world.clock.at.replace(hour=6, minute=10)
    (task,) = driver.get("/v1/driver/duty").json()["stops"][0]["tasks"]
    event = {"type": "no_show", "ride": task["ride"]}
    early = driver.post("/v1/driver/events", event)
    assert early.json()["type"] == "/problems/too-early-for-no-show"
    world.clock.at = world.clock.at.fromisoformat(ride["pickup_until"])
    assert driver.post("/v1/driver/events", event).json()["stops"] == []
    (ride,) = rider.get(f"/v1/orders/{order['id']}/rides").json()["rides"]
    assert (ride["state"], [n["code"] for n in ride["notices"]]) == ("no_show", ["no_show"])


def test_a_breakdown_sends_another_vehicle(shuttle_world: World) -> None:
    world, rider = shuttle_world, shuttle_world.rider()
    order = book(world, rider)
    broken = with_vehicle_of(world, order)
    driver = staff(world, Role.DRIVER, "Dora", broken)
    world.clock.at = world.clock.at.replace(hour=6, minute=0)
    assert driver.post("/v1/driver/events", {"type": "breakdown"}).status_code == 200
    (ride,) = rider.get(f"/v1/orders/{order['id']}/rides").json()["rides"]
    assert ride["state"] == "booked"
    assert ride["notices"][0]["code"] == "vehicle_changed"
    assert with_vehicle_of(world, order | {"id": "again"}) != broken


def test_staff_do_only_what_is_theirs(shuttle_world: World) -> None:
    world, rider = shuttle_world, shuttle_world.rider()
    driver = staff(world, Role.DRIVER, "Dora", "taxi-1")
    agent = staff(world, Role.DISPATCHER, "Anton")
    assert rider.get("/v1/driver/duty").status_code == 401
    assert driver.get("/v1/wallet").status_code == 401
    assert driver.get("/v1/agent/fleet").json()["type"] == "/problems/not-yours"
    assert agent.get("/v1/driver/duty").json()["type"] == "/problems/not-yours"
    order = book(world, rider)
    other = {"taxi-1": "taxi-2", "taxi-2": "taxi-1"}[with_vehicle_of(world, order)]
    stranger = staff(world, Role.DRIVER, "Stefan", other)
    ride = world.services.shuttles.rides(*owner_of(world, order))[0].ride.id
    stolen = stranger.post("/v1/driver/events", {"type": "arrived", "ride": str(ride)})
    assert stolen.json()["type"] == "/problems/ride-not-found"


def owner_of(world: World, order: dict[str, Any]) -> tuple[Any, Any]:
    """Return the ids of an order and of its rider."""
    from uuid import UUID

    with world.services.shuttles.store.read() as uow:
        found = uow.orders.get(UUID(order["id"]))
    return found.id, found.rider_id


def test_agents_book_for_people_without_an_account(shuttle_world: World) -> None:
    world = shuttle_world
    agent = staff(world, Role.DISPATCHER, "Anton")
    journey = with_shuttle(world, **TO_TOWN)[0]
    asked = {
        "journey": journey["token"],
        "passengers": [{"category": "adult"}],
        "name": "Frau Küper",
        "phone": "02597 123456",
    }
    booked = agent.post("/v1/agent/bookings", asked)
    assert booked.status_code == 201, booked.text
    body = booked.json()
    assert body["order"]["payment"]["means"] == "on_board"
    assert " ".join(body["pin"]) in body["confirmed"]["say"]["de"]
    listed = agent.get("/v1/agent/bookings?q=küper").json()["bookings"]
    assert [one["phone"] for one in listed] == ["02597123456"]
    cancelled = agent.post(f"/v1/agent/bookings/{body['order']['id']}/cancel")
    assert cancelled.status_code == 200, cancelled.text
    assert all(not v["stops"] for v in agent.get("/v1/agent/fleet").json()["vehicles"])


def test_deadlines_hold_in_search_and_hold_alike(shuttle_world: World) -> None:
    world, rider = shuttle_world, shuttle_world.rider()
    journey = with_shuttle(world, **TO_TOWN)[0]
    latest = shuttles_of(journey)[0]["on_demand"]["booking"]["latest"]
    at = type(world.clock.at).fromisoformat(latest)
    passengers = [{"category": "adult"}]
    body = {"journey": journey["token"], "passengers": passengers}
    offer = world.client.post("/v1/offers", json=body).json()["offer"]
    world.clock.at = at
    assert journey["departure"] in [one["departure"] for one in with_shuttle(world, **TO_TOWN)]
    world.clock.move(seconds=1)
    assert journey["departure"] not in [one["departure"] for one in with_shuttle(world, **TO_TOWN)]
    late = rider.post("/v1/orders", {"offer": offer})
    assert late.status_code in {409, 410}, late.text


def test_a_scheduled_bus_is_shown_instead(shuttle_world: World) -> None:
    asked = {"from": "senden:907846", "to": MAHNMAL, "depart": "2024-05-06T08:00"}
    stops = shuttle_world.client.get("/v1/on-demand/areas").json()["features"]
    near = next(stop for stop in stops if stop["properties"].get("name") == "Senden, Erlengrund")
    lon, lat = near["geometry"]["coordinates"]
    answer = shuttle_world.client.get(
        "/v1/plan", params=asked | {"from": f"{lat},{lon}", "explain": "true"}
    ).json()
    told = {one["code"]: one for one in answer["explain"]}
    assert told["parallel"]["instead"], told
    assert told["parallel"]["instead"] in told["parallel"]["text"]["en"]


def test_realtime_of_the_vehicles_is_published(shuttle_world: World) -> None:
    world, rider = shuttle_world, shuttle_world.rider()
    order = book(world, rider)
    vehicle = with_vehicle_of(world, order)
    driver = staff(world, Role.DRIVER, "Dora", vehicle)
    world.clock.at = world.clock.at.replace(hour=6, minute=0)
    sent = driver.post("/v1/driver/position", {"lat": 51.83, "lon": 7.52, "bearing": 90})
    assert sent.status_code == 204
    path = f"/v1/gtfs-rt/{SERVICE}"
    positions = world.client.get(f"{path}/vehicle_positions.pb?format=json").json()
    assert positions["entity"][0]["vehicle"]["vehicle"]["id"] == vehicle
    updates = world.client.get(f"{path}/trip_updates.pb?format=json").json()
    assert len(updates["entity"][0]["tripUpdate"]["stopTimeUpdate"]) == 2
    assert "Ada" not in str(updates)
    assert world.client.get("/v1/gtfs-rt/no/trip_updates.pb").status_code == 404


def test_a_definition_that_does_not_fit_the_timetable_leaves_the_rest_running(
    image: Path, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_world(image, sqlite_url, tmp_path, region="senden") as world:
        assert world.client.get("/v1/on-demand").json() == {"services": []}
        assert world.plan()
    assert "kommit-shuttle.toml [[area]] 1: stops: there is no stop" in caplog.text
