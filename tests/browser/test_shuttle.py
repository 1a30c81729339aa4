"""A shuttle chain on the page: planned, booked, driven to its end by its driver, and rated."""

from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.shuttle_visit import HAMLET, At, sign_in
from tests.browser.visit import DESKTOP

pytestmark = pytest.mark.browser


def test_planned_booked_driven_and_rated(
    chromium: Browser, shuttle_site: str, morning: datetime, tmp_path: Path
) -> None:
    rider = At(chromium, shuttle_site, morning)
    rider.choose_place("Start", HAMLET)
    rider.choose_place("Ziel", "Münster, Ludgeriplatz")
    rider.press("Verbindung suchen")
    journey = rider.page.locator(".journey", has_text="kommit-Shuttle").first
    journey.click()
    rider.heading("Ihre Verbindung")
    promise = rider.page.locator(".leg", has_text="kommit-Shuttle").first.inner_text()
    assert "Seien Sie ab" in promise
    assert "spätestens um" in promise
    rider.page.screenshot(path=tmp_path / "leg.png", full_page=True)
    rider.book()
    rider.register()
    rider.hold()
    rider.pay()
    ride = rider.page.locator(".shuttle-ride[data-state='booked']")
    ride.wait_for()
    pin = ride.locator(".pin strong").inner_text()
    rider.page.screenshot(path=tmp_path / "booked.png", full_page=True)

    driver = None
    for vehicle in ("taxi-1", "taxi-2"):
        driver = At(chromium, shuttle_site, morning, "driver/")
        page = sign_in(driver, vehicle)
        page.locator(".next-stop, .card:has-text('nichts zu tun')").first.wait_for()
        if page.locator(".next-stop").count():
            break
        driver.close()
    assert driver is not None
    page = driver.page
    assert HAMLET in page.locator(".next-stop h2").inner_text()
    assert "Ada Lüdinghaus steigt ein" in page.locator(".task-who").inner_text()
    page.screenshot(path=tmp_path / "driver.png", full_page=True)
    page.get_by_label("PIN oder Ticketcode").fill("0000" if pin != "0000" else "1111")
    driver.press("Einsteigen lassen")
    driver.see("gehört nicht zu dieser Fahrt")
    page.get_by_label("PIN oder Ticketcode").fill(pin)
    driver.press("Einsteigen lassen")
    driver.press("Abgesetzt")
    driver.see("Im Moment ist nichts zu tun.")
    driver.forgive("409")
    assert driver.complaints == []
    driver.close()

    rider.page.locator(".shuttle-ride[data-state='done']").wait_for()
    rider.page.get_by_role("radio", name="4 Sterne").check(force=True)
    rider.page.get_by_label("Kommentar").fill("freundlich")
    rider.press("Bewertung senden")
    rider.see("Danke für 4 Sterne.")
    assert rider.complaints == []
    assert rider.foreign == []
    rider.close()


def test_an_agent_books_for_somebody_on_the_telephone(
    chromium: Browser, shuttle_site: str, morning: datetime, tmp_path: Path
) -> None:
    agent = At(chromium, shuttle_site, morning, "agent/", DESKTOP)
    page = sign_in(agent, "zentrale")
    page.locator("text=London-Taxi 1").wait_for()
    agent.choose_place("Von", HAMLET)
    agent.choose_place("Nach", "Münster, Ludgeriplatz")
    agent.press("Suchen")
    page.get_by_role("button", name="Buchen").first.click()
    page.get_by_label("Name").fill("Frau Küper")
    page.get_by_label("Telefonnummer").fill("02597 12345")
    page.locator("form", has=page.get_by_label("Telefonnummer")).get_by_role("button").click()
    said = page.locator(".say").inner_text()
    assert "Bitte seien Sie am" in said
    assert page.locator(".pin strong").inner_text() in said.replace(" ", "")
    agent.see("Frau Küper · 0259712345")
    page.screenshot(path=tmp_path / "agent.png", full_page=True)
    assert agent.complaints == []
    agent.close()
