"""A terminal for check-ins on each database."""

import pytest

from booking.adapters.database import Database
from tests.support.cico import Terminal


@pytest.fixture
def terminal(database: Database) -> Terminal:
    return Terminal(database)
