"""Both databases for the tests: one with all tables and no rows for each test.

Import all fixtures where they are wanted (a ``conftest.py``). ``database`` runs a test once on SQLite and once on PostgreSQL; ``sqlite_url`` and ``postgres_url``
give just an address.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from booking.adapters.database import Database, upgrade
from booking.adapters.tables import Base
from tests.support.postgres import CannotStartError, PostgresServer


def migrate(url: str) -> None:
    """Bring the database at ``url`` to the newest version."""
    database = Database(url, durable=False)
    upgrade(database.engine)
    database.close()


def empty(url: str) -> None:
    """Remove every row, and whoever is still connected from an earlier test."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        rows = (f"DELETE FROM {table.name}" for table in reversed(Base.metadata.sorted_tables))
        # As a replica does: without the triggers that keep the books as they are.
        connection.execute("; ".join(["SET session_replication_role = replica", *rows]))


@contextmanager
def tampering(database: Database) -> Iterator[Session]:
    """Open a session as somebody with the rights of the database's owner: no trigger stops them."""
    with database.writers() as session:
        triggers: list[tuple[str, str]] = []
        if database.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            triggers = [(name, sql) for name, sql in session.execute(text(found))]
            for name, _ in triggers:
                session.execute(text(f"DROP TRIGGER {name}"))
        yield session
        session.flush()
        for _, sql in triggers:
            session.execute(text(sql.replace(":", "\\:")))
        session.commit()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    try:
        server = PostgresServer()
    except (CannotStartError, OSError, subprocess.CalledProcessError) as reason:
        pytest.skip(f"no PostgreSQL for the tests: {reason}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a database with all tables."""
    name = postgres_server.create()
    migrate(postgres_server.url(name))
    return name


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> str:
    """The same database for each test, emptied: ten times quicker than a new one for each."""
    url = postgres_server.url(postgres_template)
    empty(url)
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "kommit.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, durable=False)
    yield database
    database.close()
