"""Riders, drivers and agents at a demo in which it is the morning of a day with shuttles."""

from datetime import datetime, timedelta

from playwright.sync_api import Browser, Page

from tests.browser.visit import PHONE, Visit

HAMLET = "Senden, Ottmarsbocholt Heide"
"""A stop of the shuttle, where no bus stops early enough."""
CITY = "Münster, Ludgeriplatz"
SECRET = "kommit-demo"
VEHICLES = ("taxi-1", "taxi-2")


class At(Visit):
    """A visit whose browser's clock shows the demo's time."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        moment: datetime,
        path: str = "",
        size: dict[str, int] = PHONE,
    ) -> None:
        super().__init__(browser, site, size)
        self._context.clock.install(time=moment + timedelta(minutes=2))
        self.page.goto(f"{site}/{path}")

    def ask(self, start: str, end: str) -> None:
        """Search a journey for now."""
        self.choose_place("Start", start)
        self.choose_place("Ziel", end)
        self.press("Verbindung suchen")
        self.page.locator(".journey, .empty").first.wait_for()

    def book_shuttle(self) -> None:
        """Buy the first journey with a shuttle from the hamlet to the city."""
        self.ask(HAMLET, CITY)
        self.page.locator(".journey", has_text="kommit-Shuttle").first.click()
        self.heading("Ihre Verbindung")
        self.book()
        self.register()
        self.hold()
        self.pay()
        self.page.locator(".shuttle-ride[data-state='booked']").wait_for()

    def tell_where(self, lat: float, lon: float) -> None:
        """Let the browser know where it is from now on."""
        self._context.grant_permissions(["geolocation"])
        self._context.set_geolocation({"latitude": lat, "longitude": lon})
        self.page.reload()


def sign_in(staff: At, name: str) -> Page:
    """Sign a driver or an agent in."""
    staff.page.get_by_label("Name").fill(name)
    staff.page.get_by_label("Kennwort").fill(SECRET)
    staff.press("Anmelden")
    return staff.page


def busy_driver(browser: Browser, site: str, moment: datetime) -> At:
    """Sign in the driver who has something to do."""
    for vehicle in VEHICLES:
        driver = At(browser, site, moment, "driver/")
        page = sign_in(driver, vehicle)
        page.locator(".next-stop, .card:has-text('nichts zu tun')").first.wait_for()
        if page.locator(".next-stop").count():
            return driver
        driver.close()
    raise AssertionError("no driver has anything to do")
