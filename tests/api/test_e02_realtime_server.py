"""A real server listens to a real address: what it tells is in the answers within a second."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from feeds.realtime.decode import TripRelationship
from tests.support.realtime import Station, at, message, trip
from tests.support.server import ANGER, CAMP, ServerProcess

BERLIN = ZoneInfo("Europe/Berlin")
STALE_S = 3
TOMORROW = datetime.now(BERLIN).date() + timedelta(days=1)
EIGHT = int(datetime(TOMORROW.year, TOMORROW.month, TOMORROW.day, 8, tzinfo=BERLIN).timestamp())
DAY = TOMORROW.strftime("%Y%m%d")


class Listener:
    """The server as somebody who asks it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str, **query: str) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}?{urlencode(query)}") as answer:
            return json.load(answer)

    def source(self) -> Any:
        return self.get("/v1/health")["realtime"][0]

    def first(self) -> tuple[str, str]:
        """Return trip and arrival of the first journey after half past seven."""
        asked = {"from": ANGER, "to": CAMP, "depart": f"{TOMORROW}T07:30"}
        asked = {key: value.replace("tiny:", "today:") for key, value in asked.items()}
        [leg] = self.get("/v1/plan", **asked)["journeys"][0]["legs"]
        return leg["trip_id"].removeprefix("today:"), leg["arrival"][11:16]

    def board(self) -> list[tuple[str, bool, int | None]]:
        rows = self.get("/v1/stops/today:anger/departures", at=f"{TOMORROW}T07:30", limit="2")
        return [
            (row["trip_id"].removeprefix("today:"), row["cancelled"], row["delay_s"])
            for row in rows["departures"]
        ]


@pytest.fixture
def station() -> Station:
    return Station()


@pytest.fixture
def server(station: Station, today_image: Path, tmp_path: Path) -> Iterator[Listener]:
    with station.on_air() as address:
        process = ServerProcess(
            KOMMIT_MODE="demo",
            KOMMIT_IMAGE=str(today_image),
            KOMMIT_DATA_DIR=str(tmp_path),
            KOMMIT_TARIFF="eezy-westfalen",
            KOMMIT_REALTIME=f"today={address}",
            KOMMIT_REALTIME_EVERY_S="0.2",
            KOMMIT_REALTIME_STALE_S=str(STALE_S),
        )
        process.wait()
        yield Listener(process.url)
        log = process.stop()
        assert "Traceback" not in log
        assert "secret" not in log, "the key of the address"


def wait_until(seen: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 30
    while not seen():
        assert time.monotonic() < give_up, "it never came"
        time.sleep(0.1)


def test_from_the_feed_to_the_rider(station: Station, server: Listener) -> None:
    planned = ("out8", "08:20")
    wait_until(lambda: server.source()["status"] == "failing")  # no bytes are no message
    assert server.first() == planned

    def tell(*entities: dict[str, Any]) -> None:
        station.data = message(*entities, timestamp=int(datetime.now(UTC).timestamp()))

    tell(trip("out8", at("anger", 120), day=DAY))
    wait_until(lambda: server.first() == ("out8", "08:22"))
    assert server.board() == [("out8", False, 120), ("out9", False, None)]

    tell(trip("out8", day=DAY, relationship=TripRelationship.CANCELED))
    wait_until(lambda: server.first() == ("out9", "09:20"))
    assert server.board() == [("out8", True, None), ("out9", False, None)]

    calls = at("anger", when=EIGHT - 900), at("camp", when=EIGHT - 300)
    extra = trip("extra", *calls, day=DAY, relationship=TripRelationship.NEW, route_id="R90")
    tell(extra)
    wait_until(lambda: server.first() == ("extra", "07:55"))

    station.data = b"\xff\xffgarbage"
    wait_until(lambda: server.source()["status"] == "failing")
    assert server.first() == ("extra", "07:55"), "what is known holds"
    assert "no GTFS Realtime message" in server.source()["error"]

    tell(extra)
    wait_until(lambda: server.source()["status"] == "ok")
    station.status = 500  # the feed's server breaks down
    wait_until(lambda: server.source()["status"] == "failing")
    assert server.first() == ("extra", "07:55")
    assert server.source()["error"] == "127.0.0.1 answers with status 500."
    wait_until(lambda: server.source()["status"] == "stale")
    wait_until(lambda: server.first() == planned)
