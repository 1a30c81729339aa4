"""What the tests of rides on demand share."""

import pytest

from booking.adapters.database import Database
from tests.support.shuttle_shop import ShuttleShop


@pytest.fixture
def shop(database: Database) -> ShuttleShop:
    return ShuttleShop(database)
