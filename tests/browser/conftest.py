"""A real server of the Senden demo, a real headless Chromium, and an eye on all that it does."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.visit import BERLIN, Visit, next_tuesday
from tests.support.server import ServerProcess

KOMMIT = Path(sys.executable).parent / "kommit"
START_WITHIN_S = 240
"""On a cold machine the search is compiled before the first answer."""
CHROMIUM_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
]

MakeVisit = Callable[..., Visit]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not installed: apt-get install --no-install-recommends chromium")
    return path


@contextmanager
def demo(image: Path, folder: Path, **environment: str) -> Iterator[str]:
    """Serve a fresh ``kommit demo`` with the region's image, and give its address."""
    server = ServerProcess(
        "demo",
        KOMMIT_DATA_DIR=str(folder),
        KOMMIT_IMAGE=str(image),
        KOMMIT_ARGON2="cheap",
        **environment,
    )
    try:
        server.wait(START_WITHIN_S)
        yield server.url
    finally:
        server.stop()


@pytest.fixture(scope="session")
def site(
    chromium_path: str, senden_image: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a fresh ``kommit demo``."""
    assert chromium_path
    with demo(senden_image, tmp_path_factory.mktemp("demo")) as url:
        yield url


@pytest.fixture(scope="session")
def morning() -> datetime:
    """Early on a day with a full timetable: shuttles run then, whenever tests do."""
    return datetime.fromisoformat(f"{next_tuesday()}T07:25").replace(tzinfo=BERLIN)


@pytest.fixture(scope="module")
def shuttle_site(
    chromium_path: str,
    senden_image: Path,
    morning: datetime,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of a demo in which it is that morning; its vehicles are free."""
    assert chromium_path
    now = {"KOMMIT_DEMO_AT": morning.isoformat()}
    with demo(senden_image, tmp_path_factory.mktemp("shuttle"), **now) as url:
        yield url


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    # Its event loop lives in this thread until it is closed: other tests want theirs.
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[MakeVisit]:
    """Open the page as a new rider; what the browser complained about fails the test at its end."""
    visits: list[Visit] = []

    def open_page(**options: object) -> Visit:
        visits.append(Visit(chromium, site, **options))
        return visits[-1]

    yield open_page
    for one in visits:
        one.close()
    for one in visits:
        assert one.foreign == [], "the page asked another host"
        assert one.complaints == [], "the browser complained"
