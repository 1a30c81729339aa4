"""Shared vehicles of the running installation: in plans, on the map, and as of this moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from booking.domain.calendar import Span
from kommit.bootstrap.supply import SharedVehicles, SupplyNow
from routing.sharing.supply import (
    FareCap,
    PricingPlan,
    Rate,
    ReturnConstraint,
    SharingSystem,
    Station,
    Supply,
    Vehicle,
    VehicleType,
    Zone,
)
from routing.street.profile import Profile
from tests.support.fleets import boxes
from tests.support.server import World
from tests.support.shop import NOON, MovableClock


def system(name: str = "s", **traits) -> SharingSystem:
    return SharingSystem(name, "Name", "Op", "Europe/Berlin", {}, {}, **traits)


def gathered(*given: SharingSystem | None) -> tuple[SharedVehicles, list[SharingSystem | None]]:
    told = list(given)

    def sources() -> list[Callable[[], SharingSystem | None]]:
        return [lambda n=n: told[n] for n in range(len(told))]  # type: ignore[misc]

    return SharedVehicles([sources], MovableClock()), told


def test_nothing_new_is_the_same_supply() -> None:
    shared, told = gathered(system("a"), None)
    first = shared.gather()
    assert [one.id for one in first.supply.systems] == ["a"]
    told[0] = system("a")
    assert shared.gather() is first
    told[1] = system("b", vehicles=(Vehicle("v", "t", 51.0, 7.0),))
    second = shared.gather()
    assert second.supply.number > first.supply.number
    assert len(second.supply.systems) == 2
    told[0] = None
    assert [one.id for one in shared.gather().supply.systems] == ["b"]


def test_of_two_systems_with_one_id_the_first_is_believed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shared, _ = gathered(system("a"), replace(system("a"), name="Other"))
    for _ in range(3):
        assert [one.name for one in shared.gather().supply.systems] == ["Name"]
    assert len([one for one in caplog.messages if "called a" in one]) == 1


@pytest.mark.parametrize("edge", ["start", "end"])
def test_a_zone_that_begins_or_ends_is_news(edge: str) -> None:
    begins = int(NOON.timestamp()) + 60
    shared, _ = gathered(system(zones=(Zone((), **{edge: begins}),)))
    clock = shared._clock
    first = shared.gather()
    clock.at = NOON.replace(second=59)  # type: ignore[attr-defined]
    assert shared.gather() is first
    clock.at = NOON.replace(minute=1)  # type: ignore[attr-defined]
    second = shared.gather()
    assert second.moment == begins
    assert second.supply.number > first.supply.number
    assert shared.gather() is second


# --- over HTTP


def gather(world: World) -> None:
    """Let the installation look at its sources, as its job does every few seconds."""
    for job in world.kommit.listeners[-1].jobs:
        job.run()


def features(world: World, **asked: str) -> list[dict[str, Any]]:
    answer = world.client.get("/v1/sharing/vehicles", params={"bbox": "7.4,51.8,7.6,51.9"} | asked)
    assert answer.status_code == 200, answer.text
    return [each["properties"] | each["geometry"] for each in answer.json()["features"]]


def test_own_fleets_appear_as_they_are_now(world: World) -> None:
    assert world.client.get("/v1/sharing/systems").json() == {"systems": []}
    world.services.fleets.put(*boxes(closure=[]), "file")
    gather(world)
    (told,) = world.client.get("/v1/sharing/systems").json()["systems"]
    assert (told["id"], told["own"], told["open"], told["stations"], told["vehicles"]) == (
        "boxes",
        True,
        True,
        2,
        3,
    )
    assert told["vehicle_types"][0]["form_factor"] == "cargo_bicycle"
    assert told["plans"][0]["per_min"] == [{"start": 0, "end": None, "interval": 60, "rate": 100.0}]
    assert (told["plans"][0]["cap"], told["plans"][0]["reservation_per_min"]) == (None, 0)
    meadow, market = features(world)
    assert (meadow["name"], meadow["available"], meadow["capacity"]) == ("Meadow", 2, 2)
    assert meadow["coordinates"] == [7.48, 51.85]
    assert (market["available"], market["docks"], market["returning"]) == (1, 0, False)


def test_a_rented_vehicle_is_no_longer_counted(world: World) -> None:
    world.services.fleets.put(*boxes(closure=[]), "file")
    fleets, now = world.services.fleets, world.clock.now()
    vehicle = next(one for one in fleets.system("boxes").vehicles if one.station == "market")
    taken = Span(now, now + timedelta(hours=2))
    world.services.reservations.reserve(uuid4(), "boxes", vehicle.id, taken)
    gather(world)
    counts = {each["name"]: (each["available"], each["renting"]) for each in features(world)}
    assert counts == {"Meadow": (2, True), "Market": (0, False)}


DEAR_PLAN = PricingPlan(
    "p",
    "P",
    "EUR",
    100,
    per_km=(Rate(0, 500, 1, 3),),
    reservation_milli_per_min=2_500,
    fare_cap=FareCap(720, 900),
    has_surge=True,
)
SCOOTER = VehicleType(
    "e", "Roller", "scooter_standing", "electric", Profile.SCOOTER, ReturnConstraint.FREE_FLOATING
)


def test_free_vehicles_of_others_and_only_those_of_the_box(world: World) -> None:
    free = SharingSystem(
        "free",
        "Free",
        "Op",
        "Europe/Berlin",
        {"e": SCOOTER},
        {"S": Station("S", "Square", 51.85, 7.5, docks={"": 2, "e": 1})},
        (
            Vehicle("near", "e", 51.85, 7.5, range_m=9000),
            Vehicle("far", "e", 52.85, 7.5),
            Vehicle("docked", "e", 51.85, 7.5, station="S"),
        ),
        hours=((0, 10),),
        plans={"p": DEAR_PLAN},
    )
    world.kommit.services.network.supply(SupplyNow(Supply((free,), 1), 0))
    station, vehicle = features(world, system="free")
    assert (station["kind"], station["docks"], station["renting"]) == ("station", 3, False)
    assert station["form_factors"] == ["scooter_standing"]
    assert (vehicle["id"], vehicle["range_m"], vehicle["name"]) == ("near", 9000, "Roller")
    (told,) = world.client.get("/v1/sharing/systems").json()["systems"]
    assert told["open"] is False
    assert told["plans"][0]["per_km"] == [{"start": 0, "end": 3, "interval": 1, "rate": 0.5}]
    plan = told["plans"][0]
    assert plan["cap"] == {"minutes": 720, "most": {"amount": 900, "currency": "EUR"}}
    assert (plan["reservation_per_min"], plan["surge"], plan["taxes_on_top"]) == (2.5, True, False)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "bbox"),
        ({"bbox": "7,51,6,52"}, "west must not be above east"),
        ({"bbox": "7,51,8,52", "system": "nobody"}, "there are: none"),
    ],
)
def test_strange_questions(world: World, asked: dict[str, str], says: str) -> None:
    answer = world.client.get("/v1/sharing/vehicles", params=asked)
    assert answer.status_code == 422
    assert says in answer.text
