"""A rider reserves a cargo bicycle, opens its box, rides, and brings it back, by HTTP."""

from typing import Any

import pytest

from booking.adapters.locks.simulator import Fault
from booking.domain.fleets import VehicleState
from booking.domain.locks import LockPoint
from tests.support.fleets import FLEET, boxes
from tests.support.server import Rider, World


@pytest.fixture
def yard(any_world: World) -> World:
    any_world.services.fleets.put(*boxes(), "of the tests")
    any_world.clock.at = any_world.clock.at.replace(hour=6)  # 8:00 in Berlin, on 6 May 2024
    return any_world


def bicycles(world: World) -> dict[str, Any]:
    answer = world.client.get(f"/gbfs/{FLEET}/vehicle_status.json")
    return {one["vehicle_id"]: one for one in answer.json()["data"]["vehicles"]}


def bicycle(world: World, station: str = "meadow") -> str:
    return next(k for k, one in bicycles(world).items() if one["station_id"] == station)


def reserve(world: World, rider: Rider, vehicle: str, key: str | None = None, **times: str) -> Any:
    chosen = {"start": "2024-05-06T08:00:00+02:00", "end": "2024-05-06T11:30:00+02:00"} | times
    return rider.post("/v1/rentals", {"system": FLEET, "vehicle": vehicle} | chosen, key)


def slots(world: World, vehicle: str, **query: str) -> list[tuple[str, str]]:
    answer = world.client.get(f"/v1/fleets/{FLEET}/vehicles/{vehicle}/slots", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.json()["min_rental_s"] == 1800
    return [(one["start"], one["end"]) for one in answer.json()["slots"]]


def test_from_gbfs_to_the_return(yard: World) -> None:
    rider, vehicle = yard.rider(), bicycle(yard)
    made = reserve(yard, rider, vehicle)
    assert made.status_code == 201, made.text
    rental = made.json()
    assert (rental["state"], rental["price"]) == ("reserved", {"amount": 400, "currency": "EUR"})
    assert (rental["station"]["name"], rental["box"]) == ("Meadow", 1)
    path = f"/v1/rentals/{rental['id']}"
    for action, state in {"open": "active", "close": "active", "pause": "paused"}.items():
        assert rider.post(f"{path}/{action}").json()["state"] == state
    assert vehicle not in bicycles(yard), "who rides it is nobody's business"
    yard.clock.move(minutes=50)
    assert rider.post(f"{path}/open").json()["state"] == "active", "the pause ends"
    for action in ("close", "open", "close"):
        assert rider.post(f"{path}/{action}").status_code == 200
    returned = rider.post(f"{path}/return", {"station": "meadow"}).json()
    assert (returned["state"], returned["price"]["amount"]) == ("returned", 100)
    assert returned["ended_at"] == "2024-05-06T08:50:00+02:00"
    assert vehicle not in bicycles(yard), "it has another name now"
    assert len(bicycles(yard)) == 3
    assert rider.get("/v1/rentals").json()["rentals"] == [returned]
    assert rider.get(path).json() == returned
    assert yard.rider().get("/v1/rentals").json() == {"rentals": []}


def test_slots_by_the_regions_clocks(yard: World) -> None:
    vehicle = bicycle(yard)
    reserve(yard, yard.rider(), vehicle, start="2024-05-07T10:00:00Z", end="2024-05-07T11:00:00Z")
    assert slots(yard, vehicle, **{"from": "2024-05-07T00:00", "until": "2024-05-08T00:00"}) == [
        ("2024-05-07T06:00:00+02:00", "2024-05-07T11:45:00+02:00"),
        ("2024-05-07T13:15:00+02:00", "2024-05-07T22:00:00+02:00"),
    ]
    assert len(slots(yard, vehicle)) == 16, "two parts of one day, and fourteen whole ones"
    assert slots(yard, vehicle, **{"from": "2024-05-08T00:00", "until": "2024-05-07T00:00"}) == []


def test_the_same_key_reserves_once(yard: World) -> None:
    rider, vehicle = yard.rider(), bicycle(yard)
    answers = [reserve(yard, rider, vehicle, key="the-same-key") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert reserve(yard, rider, vehicle, key="another-key").status_code == 409


def test_a_stuck_door_shows_the_other_box(yard: World) -> None:
    first = next(
        one.public_id
        for one in yard.services.fleets.now(FLEET).vehicles
        if one.vehicle.id == "cb-1"
    )
    rider = yard.rider()
    rental = reserve(yard, rider, first).json()
    yard.services.rentals._locks.break_(LockPoint(FLEET, "cb-1", "meadow", 1), Fault.STUCK)
    opened = rider.post(f"/v1/rentals/{rental['id']}/open").json()
    assert (opened["state"], opened["box"]) == ("active", 2)
    assert opened["vehicle"] != first
    assert bicycles(yard)[first]["is_disabled"]


def test_what_was_given_back_is_free_again(yard: World) -> None:
    rider, vehicle = yard.rider(), bicycle(yard)
    rental = reserve(yard, rider, vehicle).json()
    assert rider.post(f"/v1/rentals/{rental['id']}/cancel").json()["state"] == "cancelled"
    assert reserve(yard, yard.rider(), vehicle).status_code == 201


def test_without_locks_nothing_is_opened_and_nothing_lost(yard: World) -> None:
    rider = yard.rider()
    rental = reserve(yard, rider, bicycle(yard)).json()
    yard.replace_services(rentals=None)
    answer = rider.post(f"/v1/rentals/{rental['id']}/open")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/rental-refused")
    assert rider.post(f"/v1/rentals/{rental['id']}/cancel").status_code == 200


def test_the_jobs_go_on_and_tidy_up(yard: World) -> None:
    rider = yard.rider()
    first = reserve(yard, rider, bicycle(yard, "market")).json()
    yard.services.rentals._locks.break_(LockPoint(FLEET, "cb-3", "market", 1), Fault.DEAD)
    answer = rider.post(f"/v1/rentals/{first['id']}/open")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert rider.get(f"/v1/rentals/{first['id']}").json()["under_way"] == "open"
    second = reserve(yard, rider, bicycle(yard)).json()
    yard.clock.move(hours=4)
    for job in yard.kommit.jobs.jobs:
        if job.name in {"go on with doors", "expire rentals"}:
            job.run()
    states = {one["id"]: one["state"] for one in rider.get("/v1/rentals").json()["rentals"]}
    assert states == {first["id"]: "failed", second["id"]: "expired"}
    seen = yard.services.fleets.now(FLEET).vehicles
    assert [one.vehicle.state for one in seen][-1] is VehicleState.MAINTENANCE
