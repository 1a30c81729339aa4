"""A rider sees what is known of the moment: delays, alerts, stops that are not served."""

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import demo
from tests.browser.test_everybody_can_use_it import violations
from tests.browser.visit import END, START, Visit, next_tuesday
from tests.support.realtime import alert, at, message, put, trip, vehicle

pytestmark = pytest.mark.browser

DAY_S = 86_400


class Announcer:
    """A demo that listens to a file, and what the file says."""

    def __init__(self, url: str, path: Path) -> None:
        self.url, self._path = url, path

    def get(self, path: str, **query: str) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}?{urlencode(query)}") as answer:
            return json.load(answer)

    def ride(self) -> Any:
        """Return the first ride of the rider's question."""
        ids = [self.get("/v1/places", q=name)["places"][0]["id"] for name in (START, END)]
        asked = {"from": ids[0], "to": ids[1], "depart": f"{next_tuesday()}T08:00"}
        legs = self.get("/v1/plan", **asked)["journeys"][0]["legs"]
        return next(leg for leg in legs if leg["trip_id"])

    def tell(self, *entities: dict[str, Any]) -> None:
        """Write a message about the first ride and wait until plans tell of it."""
        put(self._path, message(*entities, timestamp=int(time.time())))
        give_up = time.monotonic() + 30
        while not self.ride()["realtime"]:
            assert time.monotonic() < give_up
            time.sleep(0.1)


@pytest.fixture(scope="module")
def announcer(
    chromium_path: str, senden_image: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Announcer]:
    assert chromium_path
    folder = tmp_path_factory.mktemp("live")
    put(folder / "rt.pb", message())
    live = {
        "KOMMIT_REALTIME": f"senden={folder / 'rt.pb'}",
        "KOMMIT_REALTIME_EVERY_S": "0.2",
        "KOMMIT_REALTIME_STALE_S": str(DAY_S),
    }
    with demo(senden_image, folder, **live) as url:
        yield Announcer(url, folder / "rt.pb")


@pytest.fixture
def rider(chromium: Browser, announcer: Announcer) -> Iterator[Visit]:
    visit = Visit(chromium, announcer.url)
    yield visit
    visit.close()
    assert visit.complaints == [], "the browser complained"
    assert visit.foreign == [], "the page asked another host"


def test_delays_alerts_and_skipped_stops_are_shown(announcer: Announcer, rider: Visit) -> None:
    ride = announcer.ride()
    trip_id = ride["trip_id"].partition(":")[2]
    day = ride["service_day"].replace("-", "")
    stops = [stop["stop_id"].partition(":")[2] for stop in ride["stops"]]
    announcer.tell(
        trip(
            trip_id,
            at(stops[0], 420),
            at(stops[1], schedule_relationship=1),
            day=day,
        ),
        alert(
            "detour",
            {"route_id": ride["route"]["id"].partition(":")[2]},
            text="Umleitung über die Gartenstraße",
            effect=4,
        ),
        vehicle("bus 7", 51.85, 7.48, trip_id=trip_id, start_date=day),
    )

    rider.search()
    first = rider.page.locator(".journey").first
    assert "+7" in first.inner_text()
    assert "Hinweis" in first.inner_text()
    assert violations(rider) == []

    first.click()
    rider.heading("Ihre Verbindung")
    late = rider.page.locator(".legs .delay-late")
    assert "+7" in late.first.inner_text()
    assert "7 Minuten später" in (late.first.text_content() or "")
    red, ink = (
        late.first.evaluate("e => getComputedStyle(e).color"),
        rider.page.locator(".node-name").first.evaluate("e => getComputedStyle(e).color"),
    )
    assert red != ink
    rider.see("Umleitung über die Gartenstraße")
    rider.see("Fahrzeug um")
    for summary in rider.page.locator(".legs summary").all():
        summary.click()
    assert rider.page.locator(".calls s").count() == 1
    rider.see("hält heute nicht")
    assert violations(rider) == []

    rider.page.reload()
    rider.heading("Ihre Verbindung")
    rider.press("English")
    rider.page.locator(".delay-late").first.wait_for()
    rider.see("Vehicle seen at")
