"""F04: GBFS of other operators: asked for, believed while it is fresh, and read back from our own."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kommit.bootstrap.sharing import STANDING_EVERY_S, SharingFeed
from routing.sharing.zones import Fence
from tests.support.fleets import boxes
from tests.support.gbfs_operator import NOW, Operator
from tests.support.server import EARLY, World
from tests.support.shop import MovableClock
from tests.support.web import served


class Polled:
    """A feed whose rhythm does not matter: everything is asked for each time."""

    def __init__(self, address: str, **how: Any) -> None:
        self.clock = MovableClock(EARLY)
        self.feed = SharingFeed("rad", address, self.clock, 0.1, **how)

    def poll(self) -> Any:
        for file in (self.feed._discovery, *self.feed._files.values()):
            file.rhythm._due = 0.0
        self.feed.poll()
        for file in self.feed._files.values():
            file.rhythm._due = 0.0
        return self.feed.status()


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    with served(tmp_path) as base:
        yield Operator(tmp_path, base)


def available(polled: Polled) -> int:
    system = polled.feed.system()
    assert system is not None
    return sum(system.stations["a"].available.values())


def test_counts_follow_the_operator(operator: Operator) -> None:
    polled = Polled(f"{operator.base}/gbfs.json")
    assert polled.feed.status().status == "waiting"
    assert polled.feed.system() is None
    assert polled.poll().status == "ok"
    assert available(polled) == 3
    operator.counts(1)
    status = polled.poll()
    assert available(polled) == 1
    assert (status.version, status.stations, status.name) == ("3.0", 1, "127.0.0.1")


@pytest.mark.parametrize(
    "broken", ["<html>Wartung</html>", '{"data": {"stations": [', "[]", '{"version": "9.0"}', ""]
)
def test_what_is_broken_changes_nothing_until_it_is_good_again(
    operator: Operator, broken: str
) -> None:
    polled = Polled(f"{operator.base}/gbfs.json")
    polled.poll()
    operator.write("station_status", broken)
    status = polled.poll()
    assert status.status == "failing"
    assert "station_status" in (status.error or "")
    assert available(polled) == 3
    operator.counts(2)
    assert polled.poll().status == "ok"
    assert available(polled) == 2


def test_a_file_that_is_gone_is_asked_for_more_and_more_rarely(operator: Operator) -> None:
    feed = SharingFeed("rad", f"{operator.base}/gbfs.json", MovableClock(EARLY), 10)
    feed.poll()
    status = feed._files["station_status"]
    (operator.folder / "station_status.json").unlink()
    for wait_s in (20, 40, 80, 160, 300, 300):
        status.rhythm._due = 0.0
        feed.poll()
        assert status.rhythm._due - time.monotonic() == pytest.approx(wait_s, abs=3)
    assert feed.status().status == "failing"
    assert "404" in (feed.status().error or "")
    operator.counts(2)
    status.rhythm._due = 0.0
    feed.poll()
    assert feed.status().status == "ok"
    assert status.rhythm._due - time.monotonic() == pytest.approx(10, abs=3)


@pytest.mark.parametrize(("ttl", "limit_s"), [(0, 300), (10, 300), (120, 600)])
def test_old_counts_are_not_offered(operator: Operator, ttl: int, limit_s: int) -> None:
    operator.counts(3, ttl=ttl)
    polled = Polled(f"{operator.base}/gbfs.json")
    polled.poll()
    polled.clock.at = EARLY + timedelta(seconds=limit_s)
    assert polled.feed.system() is not None
    polled.clock.at += timedelta(seconds=1)
    assert polled.feed.status().status == "stale"
    assert polled.feed.system() is None
    operator.counts(2, ttl=ttl, updated=NOW + limit_s)
    assert polled.poll().status == "ok"


def test_a_clock_that_runs_ahead_makes_nothing_younger_than_now(operator: Operator) -> None:
    operator.counts(3, updated=NOW + 86_400)
    polled = Polled(f"{operator.base}/gbfs.json")
    assert polled.poll().age_s == 0
    polled.clock.at += timedelta(minutes=6)
    assert polled.feed.status().status == "stale", "it came six minutes ago"


def test_counts_that_cannot_be_read_into_the_system_make_it_no_younger(operator: Operator) -> None:
    polled = Polled(f"{operator.base}/gbfs.json")
    polled.poll()
    operator.tell("system_information", {"timezone": "Europe/Berlin"})
    polled.clock.at += timedelta(minutes=6)
    operator.counts(0, updated=NOW + 360)
    status = polled.poll()
    assert (status.status, status.age_s) == ("stale", 360)
    assert "name" in (status.error or "")
    assert polled.feed.system() is None


def test_a_feed_that_names_its_files_no_longer_gets_old(operator: Operator) -> None:
    polled = Polled(f"{operator.base}/gbfs.json")
    polled.poll()
    url = f"{operator.base}/station_information.json"
    operator.tell("gbfs", {"feeds": [{"name": "station_information", "url": url}]})
    polled.poll()
    polled.clock.at += timedelta(minutes=6)
    assert polled.poll().status == "stale"


def test_vehicle_ids_may_rotate(operator: Operator) -> None:
    names = ("system_information", "vehicle_status")
    feeds = [{"name": name, "url": f"{operator.base}/{name}.json"} for name in names]
    operator.tell("gbfs", {"feeds": feeds})
    polled = Polled(f"{operator.base}/gbfs.json")
    for vehicle_id in ("one", "two"):
        vehicle = {"vehicle_id": vehicle_id, "lat": 51.85, "lon": 7.48}
        told = vehicle | {"is_reserved": False, "is_disabled": False}
        operator.tell("vehicle_status", {"vehicles": [told]})
        assert polled.poll().status == "ok"
        system = polled.feed.system()
        assert system is not None
        assert [one.id for one in system.vehicles] == [vehicle_id]


def test_a_zone_that_cannot_be_read_lets_nobody_leave_a_vehicle_anywhere(
    operator: Operator,
) -> None:
    zones = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": None}]}
    operator.tell("geofencing_zones", {"geofencing_zones": zones, "global_rules": []})
    names = [path.stem for path in operator.folder.glob("*.json") if path.stem != "gbfs"]
    feeds = [{"name": name, "url": f"{operator.base}/{name}.json"} for name in names]
    operator.tell("gbfs", {"feeds": feeds})
    (operator.folder / "geofencing_zones.json").rename(operator.folder / "later")
    polled = Polled(f"{operator.base}/gbfs.json")
    assert polled.poll().status == "waiting", "its zones are not known yet"
    (operator.folder / "later").rename(operator.folder / "geofencing_zones.json")
    assert ("bad-zone", 1) in polled.poll().findings
    system = polled.feed.system()
    assert system is not None
    rules = Fence(system, "bicycle", NOW).rules_at(np.array([51.85]), np.array([7.48]))
    told = (rules.may_start, rules.may_pass, rules.may_end, rules.may_end_docked)
    assert [bool(one[0]) for one in told] == [True, True, False, True]


def test_files_that_come_and_go(operator: Operator) -> None:
    polled = Polled(f"{operator.base}/gbfs.json")
    polled.poll()
    operator.tell("vehicle_status", {"vehicles": []})
    names = [path.stem for path in operator.folder.glob("*.json") if path.stem != "gbfs"]
    feeds = [{"name": name, "url": f"{operator.base}/{name}.json"} for name in names]
    operator.tell("gbfs", {"feeds": feeds})
    assert polled.poll().status == "ok"
    assert "vehicle_status" in polled.feed._files
    assert available(polled) == 3


def test_a_feed_cannot_make_us_read_our_own_files(operator: Operator) -> None:
    secret = operator.folder / "station_status.json"
    feeds = [
        {"name": "system_information", "url": f"{operator.base}/system_information.json"},
        {"name": "station_status", "url": str(secret)},
    ]
    operator.tell("gbfs", {"feeds": feeds})
    status = Polled(f"{operator.base}/gbfs.json").poll()
    assert "none of the web" in (status.error or "")
    assert status.status == "waiting"


def test_what_stands_is_asked_for_rarely(operator: Operator) -> None:
    feed = SharingFeed("rad", f"{operator.base}/gbfs.json", MovableClock(EARLY), 0.1)
    feed.poll()
    left = feed._files["station_information"].rhythm._due - time.monotonic()
    assert left > STANDING_EVERY_S - 5
    assert feed._files["station_status"].rhythm._due - time.monotonic() < 11


# --- our own feeds, read again

DEAR = {
    "id": "hour",
    "name": "Hour",
    "per_min": [{"rate_milli": 100_000, "interval": 60}],
    "reservation_minor": 50,
    "reservation_milli_per_min": 2_500,
    "fare_cap": {"minutes": 720, "minor": 900},
    "surge": True,
    "taxable": True,
}


@pytest.mark.parametrize("version", ["", "2.3/", "3.1-RC/"])
def test_what_we_publish_is_what_we_know(world: World, tmp_path: Path, version: str) -> None:
    world.services.fleets.put(*boxes(closure=[], plan=[DEAR]), "file")
    own = world.services.fleets.system("boxes")
    base = f"/gbfs/boxes/{version}"
    named = json.loads(json.dumps(world.client.get(f"{base}gbfs.json").json()["data"]))
    feeds = named["feeds"] if "feeds" in named else next(iter(named.values()))["feeds"]
    for feed in [*feeds, {"name": "gbfs", "url": f"{base}gbfs.json"}]:
        answer = world.client.get(feed["url"])
        assert answer.status_code == 200, feed
        (tmp_path / f"{feed['name']}.json").write_bytes(answer.content)
    polled = Polled(str(tmp_path))
    assert polled.poll().status == "ok", polled.feed.status()
    read = polled.feed.system()
    assert read is not None
    assert (read.name, read.operator, read.time_zone) == (own.name, own.operator, own.time_zone)
    assert read.types.keys() == own.types.keys()
    assert read.types["cargo"].profile is own.types["cargo"].profile
    assert read.types["cargo"].max_range_m == own.types["cargo"].max_range_m
    plan = read.plans["hour"]
    assert (plan.has_surge, plan.is_taxable) == (True, True)
    if version == "3.1-RC/":
        assert plan == own.plans["hour"]
        assert plan.price_minor(24 * 3600, 0) == 1800
    else:
        assert plan == replace(
            own.plans["hour"], fare_cap=None, reservation_minor=0, reservation_milli_per_min=0
        )
    for station_id, station in own.stations.items():
        found = read.stations[station_id]
        assert (found.name, found.lat, found.lon) == (station.name, station.lat, station.lon)
        assert dict(found.available) == dict(station.available)
        assert (found.is_renting, found.is_returning) == (station.is_renting, station.is_returning)
    ours = {vehicle.id: vehicle for vehicle in own.vehicles}
    assert {vehicle.id for vehicle in read.vehicles} == ours.keys()
    for vehicle in read.vehicles:
        assert (vehicle.type, vehicle.station) == ("cargo", ours[vehicle.id].station)
    if version == "3.1-RC/":
        assert {(s.vehicle, s.end) for s in read.slots} >= {
            (s.vehicle, s.end) for s in own.slots[1:3]
        }
