"""Receipts, missed connections, ratings and complaints over HTTP, with realtime of the moment."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from feeds.realtime.decode import TripRelationship
from tests.api.test_e01_realtime import listening
from tests.api.test_h02_webhooks import office
from tests.support.realtime import Radio, at, trip
from tests.support.server import DORF, Rider, World
from tests.support.server import world as open_world

MINUTE = 60
LATE_BUS = trip("out8", at("camp", 45 * MINUTE))
"""There at 9:05, and the taxi leaves at 9:00."""


@pytest.fixture
def radio(image: Path, database_url: str, tmp_path: Path) -> Iterator[Radio]:
    """An installation that listens to a file, on both databases."""
    path = tmp_path / "realtime.pb"
    with open_world(image, database_url, tmp_path, **listening(path)) as world:
        yield Radio(world, path)


def to_dorf(rider: Rider) -> str:
    """Buy the bus at 8:00 and the taxi at 9:00; return the path of the order."""
    paid = rider.pay(rider.hold(to=DORF))
    assert paid.json()["state"] == "confirmed", paid.text
    return f"/v1/orders/{paid.json()['id']}"


def redress(rider: Rider, order: str) -> Any:
    answer = rider.get(f"{order}/redress")
    assert answer.status_code == 200, answer.text
    return answer.json()


def options(rider: Rider, order: str) -> dict[str, Any]:
    return {one["kind"]: one for one in redress(rider, order)["redress_options"]}


def watch(world: World) -> None:
    (job,) = [one for one in world.kommit.jobs.jobs if one.name == "watch journeys"]
    job.run()


def test_a_missed_connection_is_paid_back(radio: Radio) -> None:
    world, rider = radio.world, radio.world.rider()
    order = to_dorf(rider)
    assert redress(rider, order)["incident"] is None
    radio.tell(LATE_BUS)
    world.clock.at += timedelta(minutes=70)  # 8:10 in Berlin

    found = redress(rider, order)
    taxi = len(rider.get(order).json()["journey"]["legs"]) - 1
    incident = found["incident"]
    assert (incident["leg"], incident["kind"], incident["line"]) == (taxi, "missed", "T1")
    assert incident["late_s"] == 5 * MINUTE
    kinds = options(rider, order)
    assert set(kinds) == {"refund", "alternative", "guarantee"}
    assert kinds["refund"]["legs"] == [taxi]
    way = kinds["alternative"]
    assert (way["origin"]["name"], way["destination"]["name"]) == ("Camp", "Dorf")
    assert way["depart"] == "2024-05-06T09:05:00+02:00"
    assert way["ticket_valid_until"] == "2024-05-06T11:15:00+02:00"
    journeys = world.client.get(way["plan_url"]).json()["journeys"]
    assert journeys[0]["departure"] == "2024-05-06T11:00:00+02:00"

    key, body = str(uuid4()), {"kind": "refund"}
    claimed = rider.post(f"{order}/redress", body, key)
    assert claimed.status_code == 201, claimed.text
    assert claimed.json()["granted"] == kinds["refund"]["amount"]
    again = rider.post(f"{order}/redress", body, key)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (claimed.json(), "true")
    other = {"kind": "guarantee", "amount": {"amount": 900, "currency": "EUR"}, "receipt": "7"}
    assert rider.post(f"{order}/redress", other).json()["type"] == "/problems/redress-refused"
    found = redress(rider, order)
    assert found["claim"] == claimed.json()
    assert [one["kind"] for one in found["redress_options"]] == ["alternative"]
    refunds = rider.get(order).json()["refunds"]
    assert [(one["reason"], one["state"]) for one in refunds] == [("missed", "done")]


def test_what_the_job_saw_counts_when_the_news_are_gone(radio: Radio) -> None:
    world, rider = radio.world, radio.world.rider()
    order = to_dorf(rider)
    radio.tell(trip("taxi9", relationship=TripRelationship.CANCELED))
    watch(world)
    radio.tell()
    world.clock.at += timedelta(days=3)
    assert redress(rider, order)["incident"]["kind"] == "cancelled"
    body = {"kind": "guarantee", "amount": {"amount": 4000, "currency": "EUR"}, "receipt": "7/24"}
    claimed = rider.post(f"{order}/redress", body)
    assert claimed.status_code == 201, claimed.text
    assert claimed.json()["granted"] == {"amount": 3000, "currency": "EUR"}
    assert claimed.json()["receipt"] == "7/24"
    wallet = rider.get("/v1/wallet").json()
    assert "mobility guarantee" in [line["text"] for line in wallet["entries"]]


def test_a_skipped_stop_is_a_cancelled_leg_and_a_late_bus_is_late(radio: Radio) -> None:
    rider = radio.world.rider()
    order = to_dorf(rider)
    radio.tell(trip("out8", at("anger", 19 * MINUTE)))
    assert redress(rider, order)["incident"] is None
    radio.tell(trip("out8", at("anger", 20 * MINUTE)))
    found = redress(rider, order)["incident"]
    assert (found["leg"], found["kind"], found["late_s"]) == (0, "late", 20 * MINUTE)
    radio.tell(trip("out8", at("anger", schedule_relationship=1)))
    assert redress(rider, order)["incident"]["kind"] == "cancelled"


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "guarantee"},
        {"kind": "guarantee", "amount": {"amount": 1, "currency": "EUR"}},
        {"kind": "refund", "receipt": "7"},
        {"kind": "alternative"},
    ],
)
def test_what_is_no_claim(world: World, body: dict[str, Any]) -> None:
    rider = world.rider()
    assert rider.post(f"{to_dorf(rider)}/redress", body).status_code == 422


def test_a_receipt_as_json_and_as_pdf(world: World) -> None:
    rider = world.rider()
    order = to_dorf(rider)
    rider.post(f"{order}/cancel", {"legs": [1]})
    receipt = rider.get(f"{order}/receipt").json()
    assert sum(line["amount"]["amount"] for line in receipt["lines"]) == receipt["total"]["amount"]
    assert sum(one["gross"] for one in receipt["vat"]) == receipt["total"]["amount"]
    assert {"sale", "refund"} == {line["kind"] for line in receipt["lines"]}
    assert [leg["line"] for leg in receipt["legs"]] == ["90", "T1"]
    assert receipt["payment"][0]["means"] == "wallet"
    pdf = rider.get(f"{order}/receipt.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-1.")
    assert world.rider().get(f"{order}/receipt").status_code == 404


def test_every_leg_is_rated_and_complained_of_to_its_operator(world: World) -> None:
    rider = world.rider()
    order = to_dorf(rider)
    assert rider.post(f"{order}/ratings", {"leg": 0, "stars": 5}).status_code == 409
    world.clock.at += timedelta(minutes=90)  # 8:30 in Berlin
    assert rider.post(f"{order}/ratings", {"leg": 0, "stars": 5}).status_code == 201
    body = {"leg": 0, "category": "cleanliness", "text": "Mud on the seats"}
    made = rider.post(f"{order}/complaints", body)
    assert made.status_code == 201, made.text
    mine, others = office(world, "tiny:A1"), office(world, "tiny:A2")
    (seen,) = mine.get("/v1/operator/complaints?state=open").json()["complaints"]
    assert (seen["text"], seen["line"], seen["state"]) == ("Mud on the seats", "90", "open")
    assert not {"rider_id", "email", "name"} & seen.keys()
    assert others.get("/v1/operator/complaints").json() == {"complaints": []}
    path = f"/v1/operator/complaints/{seen['id']}/answer"
    assert others.post(path, {"text": "Not ours"}).status_code == 404
    assert rider.post(path, {"text": "Hello"}).status_code == 401
    assert mine.post(path, {"text": "Sorry", "close": True}).json()["state"] == "closed"
    (told,) = rider.get(f"{order}/complaints").json()["complaints"]
    assert (told["answer"], told["state"]) == ("Sorry", "closed")
    assert world.rider().get(f"{order}/complaints").status_code == 404
