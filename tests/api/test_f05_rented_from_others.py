"""F05: vehicles of other operators in a running installation, from their server to riders' plans."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds.image.build import FeedInput, build_image
from kommit.regions.region import load_region
from kommit.settings import SettingsError, load_settings
from tests.support.gbfs_operator import Operator, rfc3339, station_at
from tests.support.server import World
from tests.support.server import world as open_world
from tests.support.web import served


@pytest.fixture
def installation(image: Path, sqlite_url: str, tmp_path: Path) -> Iterator[tuple[World, Operator]]:
    feed = tmp_path / "feed"
    feed.mkdir()
    with served(feed) as base:
        operator = Operator(feed, base)
        sharing = f"rad={base}/gbfs.json"
        with open_world(
            image, sqlite_url, tmp_path, sharing=sharing, sharing_every_s=0.1
        ) as opened:
            yield opened, operator


def go_on(world: World) -> list[dict[str, Any]]:
    for listener in world.kommit.listeners:
        for job in listener.jobs:
            if job.name != "publish the head of the audit log":  # its keys are of another year
                job.run()
    systems: list[dict[str, Any]] = world.client.get("/v1/sharing/systems").json()["systems"]
    return systems


def test_riders_see_them_while_they_are_fresh(installation: tuple[World, Operator]) -> None:
    world, _ = installation
    (before,) = world.client.get("/v1/sharing/feeds").json()["feeds"]
    assert (before["id"], before["status"], before["version"]) == ("rad", "waiting", None)
    (system,) = go_on(world)
    assert (system["id"], system["name"], system["vehicles"], system["own"]) == (
        "rad",
        "Rad",
        3,
        False,
    )
    box = {"bbox": "7.4,51.8,7.6,51.9"}
    (station,) = world.client.get("/v1/sharing/vehicles", params=box).json()["features"]
    assert station["properties"]["available"] == 3
    world.clock.at += timedelta(minutes=6)
    assert go_on(world) == []
    (after,) = world.client.get("/v1/sharing/feeds").json()["feeds"]
    assert (after["status"], after["age_s"]) == ("stale", 360)


def test_systems_are_named_in_settings(tmp_path: Path) -> None:
    settings = load_settings(
        sharing="a=https://a.example/gbfs.json b=/feeds/b", sharing_headers="a=X-Key: 1"
    )
    assert [(one.scope, one.address) for one in settings.sharing] == [
        ("a", "https://a.example/gbfs.json"),
        ("b", "/feeds/b"),
    ]
    assert settings.sharing_headers_of("a") == {"X-Key": "1"}
    assert settings.sharing_headers_of("b") == {}
    with pytest.raises(SettingsError, match="SCOPE=URL"):
        load_settings(sharing="https://a.example/gbfs.json")


def test_plans_rent_them_while_they_are_fresh(tmp_path: Path, sqlite_url: str) -> None:
    region, goal = load_region("senden"), (51.87, 7.5)
    feeds = [FeedInput(feed.scope, feed.path) for feed in region.feeds]
    build_image(feeds, region.streets, tmp_path / "image", region="senden")
    folder = tmp_path / "feed"
    folder.mkdir()
    question = {"from": "51.8576,7.4905", "to": "51.87,7.5", "depart": "2026-12-01T08:00"}
    with served(folder) as base:
        operator = Operator(folder, base)
        stations = [station_at("a", 51.8576, 7.4905), station_at("b", *goal)]
        operator.tell("station_information", {"stations": stations})
        shared = {"sharing": f"rad={base}/gbfs.json", "sharing_every_s": 0.1}
        with open_world(
            tmp_path / "image", sqlite_url, tmp_path, region="senden", **shared
        ) as world:
            world.clock.at = datetime(2026, 12, 1, 6, 55, tzinfo=UTC)
            now = int(world.clock.at.timestamp())
            status = {"num_vehicles_available": 3, "num_docks_available": 5, "is_installed": True}
            status |= {"is_renting": True, "is_returning": True, "last_reported": rfc3339(now)}
            told = [status | {"station_id": station["station_id"]} for station in stations]
            operator.tell("station_status", {"stations": told}, updated=now)

            def rented() -> set[str]:
                journeys = world.client.get("/v1/plan", params=question).json()["journeys"]
                rentals = [leg["rental"] for one in journeys for leg in one["legs"]]
                return {rental["system"]["id"] for rental in rentals if rental}

            go_on(world)
            assert "rad" in rented()
            world.clock.at += timedelta(minutes=6)
            go_on(world)
            assert "rad" not in rented()
