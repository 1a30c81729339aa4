"""The tour runs on both databases."""

from tests.support.databases import (
    database_url,
    migrated_sqlite,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_url,
)

__all__ = [
    "database_url",
    "migrated_sqlite",
    "postgres_server",
    "postgres_template",
    "postgres_url",
    "sqlite_url",
]
