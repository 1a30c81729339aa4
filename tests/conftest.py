"""What holds for all tests."""

import fcntl
import os
from pathlib import Path

import pytest

from tests.support.shuttles import build_senden


@pytest.fixture(scope="session")
def senden_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo region's network, built once for all processes of a run."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    image = root / "senden"
    with (root / "senden.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not image.exists():
            build_senden(image)
    return image


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that ask for a long time-out begin first, so that nobody waits for them alone."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
