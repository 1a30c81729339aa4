"""The real RufBus of Angermünde with a train beside it: others dispatch it, deadlines are kept."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from feeds.image.build import FeedInput, build_image
from tests.support.server import World, world
from tests.support.shared import shared_data
from tests.support.shuttles import shuttles_of

pytestmark = pytest.mark.shared


def rows(folder: Path, file: str) -> list[str]:
    return (folder / file).read_text("utf-8").splitlines()


def append(folder: Path, file: str, **values: str) -> None:
    """Append a row to a file of the feed, fields by their names."""
    with (folder / file).open("a", encoding="utf-8") as out:
        columns = rows(folder, file)[0].split(",")
        out.write(",".join(values.get(column, "") for column in columns) + "\n")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feed as it is, with a train at 18:40 from one of its stops to a place far away."""
    folder = tmp_path_factory.mktemp("rufbus")
    shutil.copytree(shared_data("flex", "vbb_flex_2025"), folder / "feed")
    feed = folder / "feed"
    feed.chmod(0o755)
    for file in feed.iterdir():
        file.chmod(0o644)
    append(feed, "stops.txt", stop_id="far", stop_name="Berlin", stop_lat="52.5", stop_lon="13.4")
    append(feed, "routes.txt", route_id="RE3", agency_id="93", route_short_name="RE3",
           route_long_name="Berlin", route_type="2")  # fmt: skip
    append(feed, "trips.txt", route_id="RE3", service_id="flex-weekdays", trip_id="re3")
    for order, (stop, time) in enumerate([(near(feed), "18:40:00"), ("far", "19:40:00")], 1):
        append(feed, "stop_times.txt", trip_id="re3", stop_sequence=str(order), stop_id=stop,
               arrival_time=time, departure_time=time)  # fmt: skip
    build_image([FeedInput("ruf", feed)], None, folder / "image", region="ruf")
    return folder / "image"


def near(feed: Path) -> str:
    """Return a stop of the group around Angermünde."""
    return next(row.split(",")[1] for row in rows(feed, "location_group_stops.txt") if "476" in row)


@pytest.fixture
def rufbus(image: Path, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    with world(image, sqlite_url, tmp_path) as opened:
        opened.clock.at = datetime.fromisoformat("2023-05-09T15:00+02:00")
        yield opened


def chains(world: World, **asked: str) -> list[dict[str, Any]]:
    """Return the journeys with a RufBus from a village to the train, on a Tuesday evening."""
    stops = world.client.get("/v1/on-demand/areas").json()["features"]
    village = next(
        one for one in stops if one["properties"].get("name", "").startswith("Crussow, Zur Eiche")
    )
    lon, lat = village["geometry"]["coordinates"]
    question = {"from": f"{lat},{lon}", "to": "52.5,13.4", "arrive": "2023-05-09T20:00"}
    answer = world.client.get("/v1/plan", params=question | asked)
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["journeys"] if shuttles_of(one)]


def test_all_lines_are_there_and_booked_with_their_operator(rufbus: World) -> None:
    services = rufbus.client.get("/v1/on-demand").json()["services"]
    assert len(services) == 5
    assert {one["own"] for one in services} == {False}
    assert {one["booking"]["latest_min"] for one in services} == {60}


def test_the_deadline_holds_on_both_sides(rufbus: World) -> None:
    journey = chains(rufbus)[0]
    (leg,) = shuttles_of(journey)
    booking = leg["on_demand"]["booking"]
    latest = datetime.fromisoformat(booking["latest"])
    begins = datetime.fromisoformat(leg["departure"])
    assert (begins - latest).total_seconds() == 3600
    assert booking["phone"] == "+49 3332 442 755"
    assert leg["arrival"] <= journey["legs"][-1]["departure"]
    assert (journey["bookable"], journey["token"]) == (False, None)
    rufbus.clock.at = latest
    assert chains(rufbus)[0]["departure"] == journey["departure"]
    rufbus.clock.move(seconds=1)
    assert chains(rufbus) == []


def test_nobody_is_sent_to_it_outside_of_its_hours(rufbus: World) -> None:
    assert chains(rufbus, arrive="2023-05-09T17:00") == []
