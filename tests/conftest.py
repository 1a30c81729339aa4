"""What holds for all tests."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that ask for a long time-out begin first, so that nobody waits for them alone."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
