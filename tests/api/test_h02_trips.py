"""A phone checks in, is seen, checks out, over HTTP; days are closed; subscriptions cover rides."""

import base64
from datetime import timedelta
from typing import Any

from booking.tickets.aztec import from_png
from booking.tickets.check_in import verify_check_in
from tests.support.server import World

ANGER = {"lat": 51.800, "lon": 7.400}
BRINK = {"lat": 51.8501, "lon": 7.480}
CAMP = {"lat": 51.900, "lon": 7.560}


def at_bus_time(world: World) -> None:
    """It is 7:58 in Berlin on 6 May 2024: the bus leaves Anger at 8:00, and is in Camp at 8:20."""
    world.clock.at = world.clock.at.replace(hour=5, minute=58)


def ride(world: World, rider: Any, **more: Any) -> dict[str, Any]:
    """Ride the bus from Anger to Camp."""
    trip = rider.post("/v1/trips/check-in", ANGER | more).json()
    world.clock.move(minutes=23)
    answer = rider.post(f"/v1/trips/{trip['id']}/check-out", CAMP)
    assert answer.status_code == 200, answer.text
    ended: dict[str, Any] = answer.json()
    return ended


def test_from_check_in_to_check_out(any_world: World) -> None:
    at_bus_time(any_world)
    rider = any_world.rider(5_000)
    begun = rider.post("/v1/trips/check-in", ANGER)
    assert begun.status_code == 201, begun.text
    trip = begun.json()
    assert (trip["state"], trip["begin"]["at"]) == ("checked_in", "2024-05-06T07:58:00+02:00")
    assert rider.post("/v1/trips/check-in", BRINK).status_code == 200, "one is on the way already"
    path = f"/v1/trips/{trip['id']}"
    seen = [BRINK | {"at": "2024-05-06T08:10:00+02:00"}, ANGER | {"at": "2024-05-06T07:00:00Z"}]
    any_world.clock.move(minutes=23)
    assert rider.post(f"{path}/sightings", seen).json() == {"new": 1, "known": 0, "ignored": 1}
    assert rider.post(f"{path}/sightings", seen).json() == {"new": 0, "known": 1, "ignored": 1}
    ended = rider.post(f"{path}/check-out", CAMP).json()
    assert (ended["state"], ended["paid_by"], ended["notices"]) == ("billed", "wallet", [])
    (leg,) = ended["journey"]["legs"]
    assert (leg["route_name"], leg["agency_name"], leg["mode"]) == ("90", "Kommitbus", "BUS")
    assert leg["departure"] == "2024-05-06T08:00:00+02:00"
    assert ended["price"]["amount"] == 140 + 16 * 27, "15.6 km as the crow flies"
    assert {line["rule"] for line in ended["breakdown"]} == {"fare"}
    balance = rider.get("/v1/wallet").json()["balance"]["amount"]
    assert balance == 5_000 - ended["price"]["amount"]
    assert rider.get(path).json() == ended
    assert rider.get("/v1/trips").json() == {"trips": [ended]}


def test_the_same_key_answers_the_same(any_world: World) -> None:
    at_bus_time(any_world)
    rider = any_world.rider(5_000)
    answers = [rider.post("/v1/trips/check-in", ANGER, key="check-in-1") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    any_world.clock.move(minutes=23)
    path = f"/v1/trips/{answers[0].json()['id']}/check-out"
    ended = [rider.post(path, CAMP, key="check-out-1").json() for _ in range(2)]
    assert ended[0] == ended[1]
    assert len(rider.get("/v1/wallet").json()["entries"]) == 2, "cash, and one bill"


def test_what_an_inspector_sees(world: World) -> None:
    at_bus_time(world)
    rider = world.rider()
    trip = rider.post("/v1/trips/check-in", ANGER).json()
    shown = rider.get(trip["ticket_url"]).json()
    data = base64.urlsafe_b64decode(shown["document"] + "=" * (-len(shown["document"]) % 4))
    assert from_png(rider.get(trip["ticket_url"] + ".png").content) == data
    document = verify_check_in(data, world.services.tickets.public_keys, world.clock.now())
    assert (str(document.trip_id), document.place) == (trip["id"], "Anger")


def test_a_group_with_a_subscription(world: World) -> None:
    at_bus_time(world)
    rider = world.rider(5_000)
    owned = rider.post(
        "/v1/riders/me/subscriptions",
        {
            "product": "deutschlandticket",
            "number": "DT-0815",
            "from": "2024-05-01",
            "until": "2024-05-31",
        },
    )
    assert owned.status_code == 201, owned.text
    ended = ride(world, rider, passengers=[{"category": "adult"}, {"category": "child"}])
    by = {
        (line["passenger"], line["rule"]): line["amount"]["amount"] for line in ended["breakdown"]
    }
    assert by == {(0, "subscription"): 0, (1, "fare"): 286}
    assert ended["passengers"][0]["subscriptions"] == ["deutschlandticket"]
    ended_at_once = world.client.delete(
        f"/v1/riders/me/subscriptions/{owned.json()['id']}", headers=rider.headers
    )
    assert ended_at_once.json()["state"] == "withdrawn"
    world.clock.move(minutes=40)
    back = rider.post("/v1/trips/check-in", CAMP | {"class": "second", "bicycle": False}).json()
    world.clock.move(minutes=20)
    billed = rider.post(f"/v1/trips/{back['id']}/check-out", ANGER).json()
    assert billed["price"]["amount"] > 0


def test_days_are_stated(world: World) -> None:
    at_bus_time(world)
    rider = world.rider(5_000)
    for _ in range(8):
        trip = rider.post("/v1/trips/check-in", ANGER).json()
        world.clock.move(minutes=30)
        rider.post(f"/v1/trips/{trip['id']}/check-out", CAMP)
    spent = 5_000 - rider.get("/v1/wallet").json()["balance"]["amount"]
    assert spent == 3_000, "eight times 5.72 are cut by the cap of 30 EUR in 24 hours"
    world.clock.move(days=1)
    assert world.services.travel.closing.close_days() == 1
    (day,) = rider.get("/v1/riders/me/statements").json()["statements"]
    assert (day["tariff"], day["period"], day["revision"]) == ("eezy-westfalen", "day", 0)
    assert day["full"]["amount"] == 8 * 572
    assert (day["paid"], day["credit"]["amount"]) == (day["due"], 0)
    assert day["begins"] == "2024-05-06T00:00:00+02:00"


def test_a_trip_told_late_by_a_phone_without_network(world: World) -> None:
    at_bus_time(world)
    begin = world.clock.now()
    world.clock.move(hours=5)
    rider = world.rider(5_000)
    trip = rider.post("/v1/trips/check-in", ANGER | {"at": begin.isoformat()}).json()
    end = begin + timedelta(minutes=23)
    ended = rider.post(f"/v1/trips/{trip['id']}/check-out", CAMP | {"at": end.isoformat()}).json()
    assert ended["journey"]["legs"][0]["departure"] == "2024-05-06T08:00:00+02:00"


def test_taking_back_and_disputing(world: World) -> None:
    at_bus_time(world)
    rider = world.rider(5_000)
    trip = rider.post("/v1/trips/check-in", ANGER).json()
    assert rider.post(f"/v1/trips/{trip['id']}/cancel").json()["state"] == "cancelled"
    ended = ride(world, rider)
    disputed = rider.post(f"/v1/trips/{ended['id']}/dispute", {"text": "the bus broke down"})
    assert disputed.json()["state"] == "disputed"


def test_subscriptions_are_bought_and_cancelled(any_world: World) -> None:
    rider = any_world.rider(5_000)
    products = {
        one["id"]: one
        for one in any_world.client.get("/v1/subscription-products").json()["products"]
    }
    assert products["kommit-abo"]["price"] == {"amount": 1500, "currency": "EUR"}
    wanted = {"product": "kommit-abo", "means": "wallet"}
    bought = [rider.post("/v1/riders/me/subscriptions", wanted, key="buy-once") for _ in range(2)]
    assert bought[0].status_code == 201, bought[0].text
    made = bought[0].json()
    assert bought[1].json() == made
    assert (made["valid_from"], made["valid_until"]) == ("2024-05-06", "2024-05-31")
    assert (made["price"]["amount"], made["renews"]) == (1_258, True)
    assert rider.get("/v1/wallet").json()["balance"]["amount"] == 5_000 - 1_258
    path = f"/v1/riders/me/subscriptions/{made['id']}"
    ended = any_world.client.delete(path, headers=rider.headers).json()
    assert (ended["state"], ended["ends"], ended["renews"]) == ("cancelled", "2024-05-31", False)
    gone = any_world.client.delete(f"{path}?at_once=true", headers=rider.headers).json()
    assert gone["state"] == "withdrawn"
    assert rider.get("/v1/riders/me/subscriptions").json() == {"subscriptions": [gone]}
    assert rider.get("/v1/wallet").json()["balance"]["amount"] == 5_000 - 1_258 + 1_258 * 25 // 26
    half = rider.post("/v1/riders/me/subscriptions", {"product": "deutschlandticket"})
    assert half.status_code == 422
    assert half.json()["errors"][0]["loc"] == ["body", "number"]
