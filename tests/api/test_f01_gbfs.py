"""Own fleets as GBFS: without errors to the validator, and read by independent clients."""

import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pybikes
import pytest
from gbfs.client import GBFSClient
from gbfs_validator import validate_feed

from booking.domain.calendar import Calendar, Closure, Opening, Span
from booking.domain.fleets import VehicleState
from booking.service.transactions import in_transaction
from kommit.api.gbfs import opening_hours
from kommit.bootstrap.fleets import FleetUnusable, load_fleets
from kommit.regions.region import load_region
from tests.support.fleets import FLEET, boxes
from tests.support.server import ServerProcess, World

VERSIONS = {"": "3.0", "2.3/": "2.3", "3.1-RC/": "3.1-RC3"}
SYSTEMS = ("senden-lastenrad", "senden-leihrad", "senden-roller")


@pytest.fixture(scope="module")
def server(today_image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo of Senden, as ``make demo`` runs it, but with a smaller timetable."""
    process = ServerProcess(
        KOMMIT_MODE="demo",
        KOMMIT_REGION="senden",
        KOMMIT_IMAGE=str(today_image),
        KOMMIT_DATA_DIR=str(tmp_path_factory.mktemp("fleets")),
    )
    process.wait()
    yield process.url
    process.stop()


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("folder", ["", "2.3/", "3.1-RC/"])
def test_the_validator_finds_nothing(server: str, system: str, folder: str) -> None:
    docked = system != "senden-roller"
    report = validate_feed(
        f"{server}/gbfs/{system}/{folder}gbfs.json", docked=docked, freefloating=not docked
    )
    wrong = [one for one in report["files"] if one["hasErrors"]]
    assert report["summary"]["errorsCount"] == 0, wrong
    assert report["summary"]["version"]["validated"] == VERSIONS[folder]
    read = {one["file"] for one in report["files"] if one["exists"]}
    vehicles = "free_bike_status.json" if folder == "2.3/" else "vehicle_status.json"
    names = ("system_information", "vehicle_types", "station_information", "station_status")
    assert {f"{name}.json" for name in names} | {vehicles} <= read
    assert ("geofencing_zones.json" in read) is not docked
    assert ("vehicle_availability.json" in read) is (folder == "3.1-RC/" and "lastenrad" in system)


@pytest.mark.parametrize("system", SYSTEMS)
def test_gbfs_client_reads_every_feed(server: str, system: str) -> None:
    """It knows languages of 2.x only."""
    client = GBFSClient(f"{server}/gbfs/{system}/2.3/gbfs.json", language="de")
    client._posix_to_datetime_func = lambda second: datetime.fromtimestamp(second, UTC)
    assert "free_bike_status" in client.feed_names
    for name in client.feed_names:
        assert client.request_feed(name)["data"], name
    information = client.request_feed("system_information")
    assert abs(information["last_updated"] - datetime.now(UTC)) < timedelta(hours=1, minutes=1)
    assert client.request_feed("system_information")["data"]["system_id"] == system


def test_pybikes_reads_stations_and_vehicles(server: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own
        stations = _pybikes(f"{server}/gbfs/senden-leihrad/gbfs.json").stations
        boxes = _pybikes(f"{server}/gbfs/senden-lastenrad/gbfs.json").stations
        scooters = _pybikes(f"{server}/gbfs/senden-roller/2.3/gbfs.json").vehicles
    assert {one.name: (one.bikes, one.free) for one in stations} == {
        "Senden Busbahnhof": (3, 5),
        "Senden Mahnmal": (2, 4),
        "Senden Schlosspark": (1, 5),
        "Bösensell Bahnhof": (3, 5),
    }
    assert {one.name.split()[-1] for one in boxes} == {
        "Musikerviertel",
        "Hagenkamp",
        "Drachenwiese",
    }
    assert len(scooters) == 4


def _pybikes(url: str) -> Any:
    from pybikes.gbfs import Gbfs

    system = Gbfs("kommit", {"system": "kommit", "city": "Senden"}, url)
    system.update(pybikes.PyBikesScraper())
    return system


@pytest.fixture
def boxes_world(any_world: World) -> World:
    fleet, vehicles = boxes()
    any_world.services.fleets.put(fleet, vehicles, "of the tests")
    any_world.clock.at = any_world.clock.at.replace(hour=6, minute=0)  # 8:00 in Berlin
    return any_world


def get(world: World, file: str, **headers: str) -> Any:
    answer = world.client.get(f"/gbfs/{FLEET}/{file}.json", headers=headers)
    assert answer.status_code in {200, 304}, answer.text
    return answer


def vehicles_of(world: World, file: str = "vehicle_status") -> dict[str, Any]:
    return {one["vehicle_id"]: one for one in get(world, file).json()["data"]["vehicles"]}


def public_id(world: World, vehicle_id: str) -> str:
    seen = world.services.fleets.now(FLEET).vehicles
    return next(one.public_id for one in seen if one.vehicle.id == vehicle_id)


def change(world: World, vehicle_id: str, **fields: Any) -> None:
    def work(uow: Any) -> None:
        vehicle = uow.fleets.vehicle(FLEET, vehicle_id)
        for name, value in fields.items():
            setattr(vehicle, name, value)
        uow.fleets.save(vehicle)

    in_transaction(world.services.fleets._store, work)


def test_the_same_state_has_the_same_bytes_until_the_feed_is_renewed(boxes_world: World) -> None:
    first = get(boxes_world, "vehicle_status")
    assert first.headers["cache-control"] == "public, max-age=30"
    assert first.headers["access-control-allow-origin"] == "*"
    boxes_world.clock.move(seconds=20)
    again = get(boxes_world, "vehicle_status", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "public, max-age=10"
    boxes_world.clock.move(seconds=10)
    later = get(boxes_world, "vehicle_status", **{"If-None-Match": first.headers["etag"]})
    assert later.status_code == 200
    assert later.json()["last_updated"] > first.json()["last_updated"]


def test_what_changes_is_seen_at_once(boxes_world: World) -> None:
    known = get(boxes_world, "vehicle_status").headers["etag"]
    boxes_world.services.fleets.report_battery(FLEET, "cb-1", 50)
    answer = get(boxes_world, "vehicle_status", **{"If-None-Match": known})
    assert answer.status_code == 200
    vehicle = vehicles_of(boxes_world)[public_id(boxes_world, "cb-1")]
    assert (vehicle["current_fuel_percent"], vehicle["current_range_meters"]) == (0.5, 25_000)


def test_no_operators_id_is_published_and_ids_change_with_each_rental(boxes_world: World) -> None:
    before = set(vehicles_of(boxes_world))
    assert not any(re.search("cb-", name) for name in before)
    change(boxes_world, "cb-1", rentals=1)
    after = set(vehicles_of(boxes_world))
    assert len(after - before) == 1
    assert len(after & before) == 2


def test_who_is_out_is_not_listed_and_who_is_broken_is_disabled(boxes_world: World) -> None:
    change(boxes_world, "cb-1", state=VehicleState.IN_USE)
    change(boxes_world, "cb-2", state=VehicleState.MAINTENANCE)
    listed = vehicles_of(boxes_world)
    assert public_id(boxes_world, "cb-1") not in listed
    assert listed[public_id(boxes_world, "cb-2")]["is_disabled"]
    status = get(boxes_world, "station_status").json()["data"]["stations"][0]
    assert (status["num_vehicles_available"], status["num_vehicles_disabled"]) == (0, 1)
    assert status["num_docks_available"] == 1, "the box of the one that is out"


def test_a_reservation_is_seen_now_and_as_a_gap_in_the_slots(boxes_world: World) -> None:
    now, name = boxes_world.clock.now(), public_id(boxes_world, "cb-1")
    boxes_world.services.reservations.reserve(
        uuid4(), FLEET, name, Span(now, now + timedelta(hours=2))
    )
    assert vehicles_of(boxes_world)[name]["is_reserved"]
    slots = vehicles_of(boxes_world, "3.1-RC/vehicle_availability")[name]["availabilities"]
    assert slots[0] == {"from": "2024-05-06T08:15:00Z", "until": "2024-05-06T20:00:00Z"}
    other = public_id(boxes_world, "cb-2")
    slots = vehicles_of(boxes_world, "3.1-RC/vehicle_availability")[other]["availabilities"]
    assert slots[0]["from"] == "2024-05-06T06:00:00Z"
    assert len(slots) == 15


def test_in_the_winter_pause_nothing_is_available(boxes_world: World) -> None:
    boxes_world.clock.at = boxes_world.clock.at.replace(month=12)
    assert all(one["is_disabled"] for one in vehicles_of(boxes_world).values())
    stations = get(boxes_world, "station_status").json()["data"]["stations"]
    assert not any(one["is_renting"] or one["num_vehicles_available"] for one in stations)


@pytest.mark.parametrize(
    "path",
    [
        "nobody/gbfs.json",
        f"{FLEET}/geofencing_zones.json",
        f"{FLEET}/gbfs.xml",
        f"{FLEET}/vehicle_availability.json",
    ],
)
def test_what_is_not_there_is_a_problem(boxes_world: World, path: str) -> None:
    answer = boxes_world.client.get(f"/gbfs/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_opening_hours_are_written_as_in_openstreetmap() -> None:
    fleet, _ = boxes()
    assert opening_hours(fleet.calendar) == "Mo-Su 06:00-22:00; Dec 01-Feb 29 off"
    fair = Closure(fleet.calendar.closures[0].last, fleet.calendar.closures[0].last)
    shop = Calendar("Europe/Berlin", (Opening(0, 480, 720), Opening(2, 480, 720)), (fair,))
    assert opening_hours(shop) == "Mo,We 08:00-12:00; 2024 Feb 29-2024 Feb 29 off"
    assert opening_hours(Calendar("Europe/Berlin")) == "24/7"


def test_a_fleet_file_that_cannot_be_is_a_plain_sentence(world: World, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[system]\n")
    with pytest.raises(FleetUnusable, match=r"bad.toml \[system\]: id: is missing"):
        load_fleets(world.services.fleets, [tmp_path / "bad.toml"])


def test_the_demo_regions_fleets_are_loaded_once(any_world: World) -> None:
    fleets, region = any_world.services.fleets, load_region("senden")
    for _ in range(2):
        load_fleets(fleets, region.fleets)
        assert fleets.list_ids() == list(SYSTEMS)
    assert len(fleets.now("senden-leihrad").vehicles) == 9
