"""The map draws streets and the chosen journey, from this server alone."""

import numpy as np
import pytest

from booking.tickets.png import read_png
from tests.browser.conftest import MakeVisit
from tests.browser.visit import DESKTOP, Visit

pytestmark = pytest.mark.browser


def shades(rider: Visit) -> int:
    """Count the different grey values of the map as it is seen."""
    canvas = rider.wait_for_map()
    return int(np.unique(read_png(canvas.screenshot())).size)


def test_the_base_map_is_drawn_from_our_own_tiles(visit: MakeVisit) -> None:
    rider = visit(size=DESKTOP)
    rider.wait_for_map()
    rider.page.wait_for_timeout(500)
    assert rider.tiles.count(200) >= 2
    assert shades(rider) > 20


def test_an_open_journey_changes_the_map(visit: MakeVisit) -> None:
    rider = visit(size=DESKTOP)
    rider.search()
    rider.open_bookable()
    canvas = rider.wait_for_map()
    rider.page.wait_for_timeout(1500)
    with_journey = read_png(canvas.screenshot())
    rider.page.locator(".brand").click()
    rider.press("Start: Eingabe löschen")
    rider.press("Ziel: Eingabe löschen")
    rider.page.wait_for_timeout(1500)
    assert np.mean(with_journey != read_png(canvas.screenshot())) > 0.001


def test_a_tap_on_the_map_sets_the_start(visit: MakeVisit) -> None:
    rider = visit(size=DESKTOP)
    rider.wait_for_map().click(position={"x": 300, "y": 300})
    rider.press("Von hier")
    assert rider.page.get_by_role("combobox", name="Start").input_value() != ""


def test_illustrative_streets_and_sources_are_told(visit: MakeVisit) -> None:
    rider = visit()
    rider.see("Straßen nur zur Veranschaulichung")
    rider.page.get_by_text("Datenquellen").click()
    rider.see("OpenStreetMap")


def test_the_page_works_where_no_map_can_be_drawn(visit: MakeVisit) -> None:
    rider = visit(service_workers="block")  # it would hand out the copy that it keeps
    rider.page.route("**/maplibre-gl.mjs", lambda route: route.abort())
    rider.page.reload()
    rider.see("Die Karte kann in diesem Browser nicht gezeichnet werden.")
    rider.search()
    rider.forgive("ERR_FAILED")
    rider.forgive("Service Worker")
