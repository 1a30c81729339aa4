"""A real feed with its real messages, from the file to plans and boards."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feeds.image.build import FeedInput, build_image
from tests.support.realtime import Radio
from tests.support.server import World
from tests.support.server import world as open_world
from tests.support.shared import shared_data

pytestmark = pytest.mark.shared

SNAPSHOTS = [1768510993, 1768511023, 1768511053]
"""Unix seconds at which they were taken; a Thursday, 16:03 in Kingston."""


@pytest.fixture(scope="module")
def kingston(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("images") / "kingston"
    build_image([FeedInput("kt", shared_data("gtfs-rt", "kingston", "gtfs.zip"))], None, out)
    return out


@pytest.fixture
def radio(kingston: Path, sqlite_url: str, tmp_path: Path) -> Iterator[Radio]:
    path = tmp_path / "rt.pb"
    chosen = {"realtime": f"kt={path}", "realtime_every_s": Radio.EVERY_S}
    with open_world(kingston, sqlite_url, tmp_path, **chosen) as world:
        world.clock.at = datetime.fromtimestamp(SNAPSHOTS[0], UTC)
        yield Radio(world, path)


def snapshot(at: int) -> bytes:
    return shared_data(
        "gtfs-rt", "kingston", f"tripupdates_capture_{at}_veh_{at - 5}_tu_{at - 5}.pb"
    ).read_bytes()


def rows(world: World) -> list[dict[str, Any]]:
    """Return the boards of all stops with departures in realtime, as far as they are asked for."""
    found: list[dict[str, Any]] = []
    for stop in range(0, world.services.network().timetable.n_stops, 10):
        stop_id = world.services.network().catalogue.stop(stop).id
        answer = world.client.get(f"/v1/stops/{stop_id}/departures", params={"limit": 5})
        assert answer.status_code == 200, answer.text
        found += answer.json()["departures"]
    return found


@pytest.mark.parametrize("at", SNAPSHOTS)
def test_every_trip_is_known(radio: Radio, at: int) -> None:
    radio.world.clock.at = datetime.fromtimestamp(at, UTC)
    status = radio.send(snapshot(at))
    assert (status["status"], status["age_s"], status["error"]) == ("ok", 5, None)
    assert status["trips"] in range(264, 270)
    assert {one["code"] for one in status["findings"]} <= {"backwards"}


def test_boards_and_plans_show_what_is_expected(radio: Radio) -> None:
    radio.send(snapshot(SNAPSHOTS[0]))
    found = rows(radio.world)
    late = [row for row in found if row["realtime"] and (row["delay_s"] or 0) >= 120]
    assert len(late) > 10
    row = late[0]
    assert datetime.fromisoformat(row["time"]) > datetime.fromisoformat(row["scheduled_time"])
    network = radio.world.services.network()
    calls = network.trips.calls(
        network.catalogue.find_trip(row["trip_id"]),
        network.day_of(datetime.fromisoformat(row["service_day"]).date()),
    )
    last = network.catalogue.stop(calls.expected[-1].stop).id
    asked = {"from": row["stop"]["stop_id"], "to": last, "depart": row["time"]}
    answer = radio.world.client.get("/v1/plan", params=asked)
    assert answer.status_code == 200, answer.text
    rides = [leg for one in answer.json()["journeys"] for leg in one["legs"] if leg["trip_id"]]
    [same, *_] = [leg for leg in rides if leg["trip_id"] == row["trip_id"]]
    assert same["departure_delay_s"] == row["delay_s"]
    assert same["departure"] == row["time"]
