"""What the tests of booking share."""

import pytest

from booking.adapters.database import Database
from tests.support.cards import local_stripe
from tests.support.databases import (
    database,
    database_url,
    migrated_sqlite,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_url,
)
from tests.support.shop import Shop

__all__ = [
    "database",
    "database_url",
    "local_stripe",
    "migrated_sqlite",
    "postgres_server",
    "postgres_template",
    "postgres_url",
    "sqlite_url",
]


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)
