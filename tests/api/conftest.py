"""What the tests of the API share: one small image, and an installation for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cards import local_stripe  # noqa: F401 - a fixture
from tests.support.databases import *  # noqa: F403 - all its fixtures
from tests.support.server import World, tiny_image
from tests.support.server import today_image as make_today_image
from tests.support.server import world as open_world
from tests.support.shuttles import senden


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_image(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def today_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_today_image(tmp_path_factory.mktemp("today"))


@pytest.fixture
def world(image: Path, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """An installation on SQLite."""
    with open_world(image, sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def any_world(image: Path, database_url: str, tmp_path: Path) -> Iterator[World]:
    """An installation on SQLite, and then one on PostgreSQL."""
    with open_world(image, database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def shuttle_world(senden_image: Path, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """The demo region with its shuttle, on SQLite."""
    with senden(senden_image, sqlite_url, tmp_path) as opened:
        yield opened
