"""GBFS of all versions becomes a sharing system; one bad entry costs one entry."""

import json
from pathlib import Path
from typing import Any

import pytest

from feeds.errors import GbfsUnreadable
from feeds.gbfs import read_document, read_folder, read_system
from feeds.gbfs.zones import STATIONS_ONLY
from feeds.report import Findings
from routing.sharing.supply import ReturnConstraint, SharingSystem, Slot
from routing.street.profile import Profile
from tests.support.shared import shared_data

NOON = 1_780_000_000
SQUARE = [[11.0, 49.0], [11.2, 49.0], [11.2, 49.2], [11.0, 49.2], [11.0, 49.0]]
HOLE = [[11.05, 49.05], [11.1, 49.05], [11.1, 49.1], [11.05, 49.05]]
STATION = {"station_id": "a", "name": [{"text": "Markt", "language": "de"}], "lat": 49.1, "lon": 11}
STATUS = {
    "station_id": "a",
    "is_installed": True,
    "is_renting": True,
    "is_returning": True,
    "num_vehicles_available": 2,
    "num_docks_available": 3,
}
BIKE = {"vehicle_type_id": "bike", "form_factor": "bicycle", "propulsion_type": "human"}
VEHICLE = {"vehicle_id": "v", "vehicle_type_id": "bike", "lat": 49.1, "lon": 11.1}
SYSTEM = {"system_id": "s", "name": "Rad", "timezone": "Europe/Berlin"}


def content(data: dict[str, Any], version: str = "3.0") -> bytes:
    envelope = {"last_updated": NOON, "ttl": 60, "version": version, "data": data}
    return json.dumps(envelope).encode()


def system(findings: Findings | None = None, **files: Any) -> SharingSystem:
    every = {"system_information": SYSTEM} | files
    documents = {name: read_document(name, content(data)) for name, data in every.items()}
    return read_system("rad", documents, Findings() if findings is None else findings)


def fences(*features: Any, **more: Any) -> dict[str, Any]:
    collection = {"type": "FeatureCollection", "features": list(features)}
    return {"geofencing_zones": collection} | more


def feature(rings: Any, **rule: Any) -> dict[str, Any]:
    geometry = {"type": "MultiPolygon", "coordinates": [rings]}
    return {"type": "Feature", "geometry": geometry, "properties": {"rules": [rule]}}


def test_a_docked_system_without_types_lends_bicycles() -> None:
    found = system(
        station_information={"stations": [STATION]}, station_status={"stations": [STATUS]}
    )
    (kind,) = found.types.values()
    assert (kind.profile, kind.return_constraint) == (Profile.BICYCLE, ReturnConstraint.ANY_STATION)
    station = found.stations["a"]
    assert (station.name, station.available, station.docks) == ("Markt", {kind.id: 2}, {"": 3})


def test_vehicles_that_stand_free_can_be_left_free() -> None:
    taken = VEHICLE | {"vehicle_id": "w", "is_reserved": True}
    broken = VEHICLE | {"vehicle_id": "x", "is_disabled": True}
    found = system(
        vehicle_types={"vehicle_types": [BIKE]},
        vehicle_status={"vehicles": [VEHICLE, taken, broken]},
    )
    assert [vehicle.id for vehicle in found.vehicles] == ["v"]
    assert found.types["bike"].return_constraint is ReturnConstraint.FREE_FLOATING


def test_slots_of_reserve_ahead_vehicles() -> None:
    span = {"from": "2026-11-24T08:00:00+01:00", "until": "2026-11-24T10:00:00+01:00"}
    row = {"vehicle_id": "v", "vehicle_type_id": "bike", "station_id": "a"}
    findings = Findings()
    found = system(
        findings,
        vehicle_types={"vehicle_types": [BIKE]},
        station_information={"stations": [STATION]},
        station_status={"stations": [STATUS]},
        vehicle_availability={
            "vehicles": [
                row | {"availabilities": [span, {"from": span["until"]}]},
                row | {"availabilities": [{"from": span["until"], "until": span["from"]}]},
                row | {"station_id": "nowhere", "availabilities": [span]},
            ]
        },
    )
    start = 1_795_503_600
    assert found.slots == (
        Slot("v", "bike", "a", start, start + 7200),
        Slot("v", "bike", "a", start + 7200, None),
    )
    assert findings.count(code="bad-slot") == 2


def test_zones_keep_their_holes_and_are_closed() -> None:
    shut = feature([SQUARE, HOLE], ride_end_allowed=False, maximum_speed_kph=18)
    found = system(geofencing_zones=fences(shut, feature([SQUARE[:-1]], ride_allowed=False)))
    first, second = found.zones
    assert [len(ring) for ring in first.polygons[0]] == [5, 4]
    assert (first.start_allowed, first.end_allowed, first.max_speed_mps) == (True, False, 5.0)
    assert second.polygons[0][0][0] == second.polygons[0][0][-1] == (49.0, 11.0)
    assert (second.start_allowed, second.end_allowed) == (False, False)


def test_rules_outside_of_zones() -> None:
    plain = system(geofencing_zones=fences(global_rules=[{"ride_end_allowed": False}]))
    assert (plain.zones, plain.default_end_allowed) == ((), False)
    typed = {"vehicle_type_ids": ["bike"], "ride_end_allowed": False}
    (zone,) = system(geofencing_zones=fences(global_rules=[typed])).zones
    assert zone.types == {"bike"}


@pytest.mark.parametrize(
    "rings",
    [[], [[]], [SQUARE[:2]], [[[11, 91], [11, 49], [12, 49]]], [[["x", 49]]], "x", [[11, 49]]],
)
def test_a_zone_that_is_none_costs_one_zone(rings: Any) -> None:
    findings = Findings()
    found = system(findings, geofencing_zones=fences(feature(rings), feature([SQUARE])))
    assert findings.count(code="bad-zone") == 1
    whole, rest = found.zones
    assert whole.polygons != rest.polygons
    assert rest == STATIONS_ONLY, "what could not be read may have forbidden to leave vehicles"


@pytest.mark.parametrize(
    "wrong",
    [
        {"lat": 0, "lon": 0},
        {"lat": 91},
        {"lat": "north"},
        {"lon": None},
        {"lon": True},
        {"vehicle_id": ""},
        {"vehicle_id": []},
        {"vehicle_type_id": "ghost"},
        {"current_range_meters": -1},
        {"current_range_meters": 10**400},
        {"available_until": "soon"},
        {"is_disabled": "no"},
    ],
)
def test_a_bad_vehicle_costs_one_vehicle(wrong: dict[str, Any]) -> None:
    findings = Findings()
    found = system(
        findings,
        vehicle_types={"vehicle_types": [BIKE]},
        vehicle_status={"vehicles": [VEHICLE | wrong, 7, VEHICLE | {"vehicle_id": "good"}]},
    )
    assert [vehicle.id for vehicle in found.vehicles] == ["good"]
    assert findings.count(code="bad-vehicle") == 2


@pytest.mark.parametrize(
    ("station", "status", "code"),
    [
        ({}, {"num_vehicles_available": -1}, "bad-status"),
        ({}, {"vehicle_types_available": [3]}, "bad-status"),
        ({}, {"station_id": "other"}, "no-status"),
        ({"capacity": "many"}, {}, "bad-station"),
        ({"lat": 100}, {}, "bad-station"),
    ],
)
def test_a_bad_station_is_not_used(station: Any, status: Any, code: str) -> None:
    findings = Findings()
    found = system(
        findings,
        station_information={"stations": [STATION | station, STATION | {"station_id": "b"}]},
        station_status={"stations": [STATUS | status, STATUS | {"station_id": "b"}]},
    )
    assert [one.id for one in found.stations.values() if one.is_renting] == ["b"]
    assert findings.count(code=code) == 1


def test_of_stations_with_one_id_the_first_counts() -> None:
    findings = Findings()
    found = system(
        findings,
        station_information={"stations": [STATION, STATION | {"lat": 48}]},
        station_status={"stations": [STATUS]},
    )
    assert found.stations["a"].lat == 49.1
    assert findings.count(code="duplicate-id") == 1


def test_mopeds_have_no_streets() -> None:
    findings = Findings()
    moped = BIKE | {"form_factor": "moped"}
    found = system(
        findings,
        vehicle_types={"vehicle_types": [moped]},
        vehicle_status={"vehicles": [VEHICLE]},
    )
    assert (found.types, found.vehicles) == ({}, ())
    assert (findings.count(), findings.count(code="no-streets")) == (1, 1)


def test_addresses_of_other_schemes_are_not_told() -> None:
    hostile = SYSTEM | {"url": "javascript:alert(1)"}
    assert system(system_information=hostile).rental_uris == {}


def test_a_negative_price_is_left_out() -> None:
    plan = {"plan_id": "p", "name": "P", "currency": "EUR", "price": 1.15}
    found = system(system_pricing_plans={"plans": [plan, plan | {"plan_id": "q", "price": -1}]})
    assert {key: value.base_minor for key, value in found.plans.items()} == {"p": 115}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"<html>404</html>", "is no JSON"),
        (b'{"data": {', "is no JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b"\xff\xfe", "UTF-8"),
        (b"[]", "no JSON object"),
        (b'{"last_updated": NaN, "data": {}}', "number that is none"),
        (b'{"last_updated": 1, "version": "9.0", "data": {}}', "'9.0'"),
        (b'{"last_updated": "yesterday", "data": {}}', "last_updated"),
        (b'{"last_updated": 1}', "no object named data"),
    ],
)
def test_a_file_that_is_none_is_named(text: bytes, words: str) -> None:
    with pytest.raises(GbfsUnreadable, match=r"^station_status\.json") as caught:
        read_document("station_status", text)
    assert words in str(caught.value)


def test_a_byte_order_mark_is_no_harm() -> None:
    assert read_document("x", b"\xef\xbb\xbf" + content({})).last_updated == NOON


@pytest.mark.parametrize("wrong", [{"timezone": "Mars/Base"}, {"timezone": "../x"}, {"name": 3}])
def test_a_system_without_name_or_time_zone_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(GbfsUnreadable, match="system_information"):
        system(system_information=SYSTEM | wrong)


def test_a_file_missing_from_a_folder_is_a_finding(tmp_path: Path) -> None:
    names = ("system_information", "station_status", "free_bike_status")
    feeds = [{"name": name, "url": f"https://x/{name}"} for name in names]
    (tmp_path / "gbfs.json").write_bytes(content({"de": {"feeds": feeds}}, "2.3"))
    (tmp_path / "system_information.json").write_bytes(content(SYSTEM, "2.3"))
    bike = {"bike_id": "1", "lat": 49, "lon": 11, "is_reserved": 0, "is_disabled": 0}
    (tmp_path / "free_bike_status.json").write_bytes(content({"bikes": [bike]}, "2.3"))
    findings = Findings()
    found = read_folder("rad", tmp_path, findings)
    assert [vehicle.id for vehicle in found.vehicles] == ["1"]
    assert findings.count(code="bad-file") == 1


@pytest.mark.shared
@pytest.mark.parametrize("name", ["duplicate-stations-v3", "lillestrombysykkel", "mybuxi/v2.3"])
def test_real_feeds_by_a_plain_count(name: str) -> None:
    folder = shared_data("gbfs", name)
    rows = json.loads((folder / "station_information.json").read_text())["data"]["stations"]
    status = json.loads((folder / "station_status.json").read_text())["data"]["stations"]
    bikes = {row["station_id"]: row for row in reversed(status)}
    found = read_folder("x", folder, Findings())
    assert found.stations.keys() == {row["station_id"] for row in rows}
    for key, station in found.stations.items():
        row = bikes[key]
        told = row.get("num_vehicles_available", row.get("num_bikes_available"))
        assert sum(station.available.values()) == told
