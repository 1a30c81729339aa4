"""The Senden region as it is committed."""

from pathlib import Path

import gtfs_kit
import pytest

from kommit.regions.region import REGIONS, Region, load_region


@pytest.fixture(scope="session")
def folder() -> Path:
    return REGIONS / "senden"


@pytest.fixture(scope="session")
def senden() -> Region:
    return load_region("senden")


@pytest.fixture(scope="session")
def feed(senden: Region) -> gtfs_kit.Feed:
    return gtfs_kit.read_feed(senden.feeds[0].path, dist_units="km")
