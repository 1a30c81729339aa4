"""Shuttles on the map, the reasons for none, and that no page of theirs has a barrier."""

from datetime import datetime
from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.browser.pixels import place_on, seen, share_of
from tests.browser.shuttle_visit import CITY, HAMLET, At, busy_driver, sign_in
from tests.browser.test_everybody_can_use_it import violations

pytestmark = pytest.mark.browser

SHUTTLE = "#0b7a75"
"""The service's own colour: `regions/senden/shuttles`."""
WINDOW = {"width": 960, "height": 640}
REACH_PX = 5
DRAWN_MS = 1500
WHERE = (51.8090, 7.5320)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def stops(rider: At, *, virtual: bool) -> list[tuple[float, float]]:
    """Return where the API says that the shuttle stops: (lat, lon)."""
    answer = rider.page.request.get(f"{rider.site}/v1/on-demand/areas").json()
    return [
        (one["geometry"]["coordinates"][1], one["geometry"]["coordinates"][0])
        for one in answer["features"]
        if one["properties"].get("virtual") is virtual
    ]


def marked(rider: At, places: list[tuple[float, float]]) -> int:
    """Count the places that are in the service's colour on the map as it is seen."""
    rider.page.wait_for_timeout(DRAWN_MS)
    picture = seen(rider.page.locator(".map"))
    spots = [place_on(rider.page, lat, lon) for lat, lon in places]
    return sum(
        share_of(picture[y - REACH_PX : y + REACH_PX, x - REACH_PX : x + REACH_PX], SHUTTLE) > 0
        for x, y in spots
        if x > REACH_PX and y > REACH_PX
    )


def test_stops_are_shown_when_they_are_wanted(
    chromium: Browser, shuttle_site: str, morning: datetime
) -> None:
    rider = At(chromium, shuttle_site, morning, size=WINDOW)
    rider.wait_for_map()
    own, scheduled = stops(rider, virtual=True), stops(rider, virtual=False)
    switch = rider.page.get_by_role("button", name="Haltestellen und Gebiete der Shuttles")
    assert switch.get_attribute("aria-pressed") == "false"
    assert marked(rider, own + scheduled) == 0
    switch.click()
    assert switch.get_attribute("aria-pressed") == "true"
    assert marked(rider, own) >= 3
    assert marked(rider, scheduled) >= 3
    assert violations(rider) == []
    rider.page.reload()
    rider.wait_for_map()
    assert marked(rider, own) >= 3  # the choice is remembered
    assert rider.complaints == []
    rider.close()


def test_the_results_tell_why_there_is_no_shuttle(
    chromium: Browser, shuttle_site: str, morning: datetime
) -> None:
    rider = At(chromium, shuttle_site, morning)
    rider.search(HAMLET, "Senden, Mahnmal", "23:30")
    why = rider.page.locator(".why")
    why.locator("summary", has_text="Warum kein Shuttle?").click()
    reason = why.locator("li[data-code=window]")
    reason.wait_for()
    assert "kommit-Shuttle (Demo) fährt um diese Zeit nicht" in reason.inner_text()
    assert "fährt ohne Umstieg" in why.locator("li[data-code=parallel]").inner_text()
    assert violations(rider) == []
    assert rider.complaints == []
    rider.close()


def test_where_a_shuttle_goes_nothing_is_asked(
    chromium: Browser, shuttle_site: str, morning: datetime
) -> None:
    rider = At(chromium, shuttle_site, morning)
    rider.ask(HAMLET, CITY)
    assert rider.page.locator(".journey", has_text="kommit-Shuttle").count() > 0
    assert rider.page.locator(".why").count() == 0
    rider.close()


def barriers(visit: At) -> list[str]:
    """Return what axe-core finds on the present view by day and by night."""
    found = []
    for scheme in SCHEMES:
        visit.page.emulate_media(color_scheme=scheme)
        found += violations(visit)
    return found


def test_the_shuttle_that_is_waited_for_is_on_the_map_and_no_page_has_a_barrier(
    chromium: Browser, shuttle_site: str, morning: datetime
) -> None:
    rider = At(chromium, shuttle_site, morning)
    rider.book_shuttle()
    assert barriers(rider) == []
    assert not rider.page.locator(".map").is_visible()
    driver = busy_driver(chromium, shuttle_site, morning)
    assert barriers(driver) == []
    driver.tell_where(*WHERE)
    rider.page.locator(".shuttle-ride[data-located]").wait_for()
    rider.wait_for_map()
    rider.page.wait_for_timeout(DRAWN_MS)
    x, y = place_on(rider.page, *WHERE)
    box = rider.page.locator(".map").bounding_box()
    assert box is not None
    assert 0 < x < box["width"]
    assert 0 < y < box["height"]
    assert barriers(rider) == []
    assert rider.complaints == driver.complaints == []
    driver.close()
    rider.close()


def test_no_page_of_the_agents_has_a_barrier(
    chromium: Browser, shuttle_site: str, morning: datetime
) -> None:
    agent = At(chromium, shuttle_site, morning, "agent/")
    agent.page.get_by_label("Kennwort").wait_for()
    assert barriers(agent) == []
    sign_in(agent, "zentrale").locator("text=London-Taxi 1").wait_for()
    assert barriers(agent) == []
    assert agent.complaints == []
    agent.close()
