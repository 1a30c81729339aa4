"""A rider at the page: what they do, in their words, and what the browser noticed meanwhile."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1360, "height": 850}
BERLIN = ZoneInfo("Europe/Berlin")
PASSWORD = "correct horse battery"

START = "Senden, Wilhelm-Haverkamp-Str."
END = "Münster, Ludgeriplatz"


def next_tuesday() -> str:
    """A day with a full timetable, at least one day ahead: ``YYYY-MM-DD``."""
    tomorrow = datetime.now(BERLIN).date() + timedelta(days=1)
    return (tomorrow + timedelta(days=(1 - tomorrow.weekday()) % 7)).isoformat()


class Visit:
    """One rider's browser: a fresh profile, watched."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        size: dict[str, int] = PHONE,
        locale: str = "de-DE",
        **options: Any,
    ) -> None:
        self.site = site
        self._context = browser.new_context(
            viewport=size,
            locale=locale,
            timezone_id="Europe/Berlin",
            device_scale_factor=1,
            **options,
        )
        self._context.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.posts: list[Request] = []
        self.tiles: list[int] = []
        self.page: Page = self._context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._context.on("request", self._asked)
        self._context.on("response", self._answered)
        self.page.goto(site)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        host = urlsplit(request.url).netloc
        if host and host != urlsplit(self.site).netloc:
            self.foreign.append(request.url)
        if request.method == "POST":
            self.posts.append(request)

    def _answered(self, response: Response) -> None:
        if "/tiles/" in response.url:
            self.tiles.append(response.status)

    def forgive(self, part: str) -> None:
        """Expect complaints with ``part`` in them: at least one must have come."""
        kept = [text for text in self.complaints if part not in text]
        assert len(kept) < len(self.complaints), f"no complaint about {part!r}: {self.complaints}"
        self.complaints = kept

    def go_offline(self, offline: bool = True) -> None:
        self._context.set_offline(offline)

    def close(self) -> None:
        self._context.close()

    # --- what a rider does

    def see(self, text: str) -> Locator:
        """Wait until ``text`` is to be seen."""
        shown = self.page.get_by_text(text).first
        shown.wait_for()
        return shown

    def heading(self, text: str) -> None:
        self.page.get_by_role("heading", level=1, name=text).wait_for()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose_place(self, label: str, text: str) -> None:
        """Type into a place field and take the first suggestion."""
        box = self.page.get_by_role("combobox", name=label)
        box.fill(text)
        self.page.get_by_role("listbox", name=label).get_by_role("option").first.click()

    def search(self, start: str = START, end: str = END, time: str = "08:00") -> None:
        """Ask for journeys on a day with a full timetable."""
        self.choose_place("Start", start)
        self.choose_place("Ziel", end)
        self.page.get_by_role("radio", name="Abfahrt").check()
        self.page.get_by_label("Datum").fill(next_tuesday())
        self.page.get_by_label("Uhrzeit").fill(time)
        self.press("Verbindung suchen")
        self.page.locator(".journey, .empty").first.wait_for()

    def open_bookable(self) -> None:
        """Open the first journey with a price."""
        self.page.locator(".journey", has=self.page.locator(".price:not(.muted)")).first.click()
        self.heading("Ihre Verbindung")

    def book(self) -> None:
        """From an open journey to the offer."""
        self.page.get_by_role("link", name="Ticket buchen").click()
        self.see("Gesamt")

    def register(self) -> None:
        self.page.get_by_label("Name").fill("Ada Lüdinghaus")
        self.page.get_by_label("E-Mail-Adresse").fill(f"{uuid.uuid4()}@kommit.example")
        self.page.get_by_label("Passwort").fill(PASSWORD)
        self.press("Konto anlegen")

    def hold(self) -> None:
        self.press("Weiter zur Zahlung")
        self.heading("Bezahlen")

    def pay(self) -> None:
        """Fill the wallet and pay what is held."""
        self.press("+ 20 €")
        self.page.get_by_role("button", name="bezahlen").and_(
            self.page.locator("button:not([aria-disabled])")
        ).click()
        self.see("Gebucht. Gute Fahrt!")

    def buy(self) -> str:
        """Everything from the search to the ticket; returns the order's id."""
        self.search()
        self.open_bookable()
        self.book()
        self.register()
        self.hold()
        self.pay()
        self.page.get_by_role("img", name="Aztec-Code").wait_for()
        return self.page.url.rsplit("/", 1)[1]

    def wait_for_map(self) -> Locator:
        """Wait until the map has drawn everything it loads."""
        self.page.locator(".map[data-ready=true]").wait_for(timeout=60_000)
        return self.page.locator(".map-canvas")
