"""A database and everything in which SQLite and PostgreSQL differ."""

import sqlite3
import time
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, Row, Table, create_engine, event, func, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from booking.adapters import (  # noqa: F401 - whoever upgrades knows these, too
    book_tables,
    fleet_tables,
    payment_tables,
    redress_tables,
    shuttle_tables,
    ticket_tables,
    travel_tables,
    webhook_tables,
)
from booking.adapters.tables import Base

_HOMES = [Path(__file__).parents[level] / "migrations" for level in (2, 1)]
MIGRATIONS: Final = next((home for home in _HOMES if home.is_dir()), _HOMES[0])
"""In a checkout beside the packages, in a wheel inside of ``booking``."""
BUSY_S: Final = 30
"""How long one who writes waits for others, or SQLite for another process, before giving up."""
IDLE_S: Final = 60
"""How long a transaction may stand still before PostgreSQL ends it: a process that was stopped, or
a machine that is gone, must not keep rows locked for ever. Ours last for milliseconds."""
WRITERS: Final = 3
"""How many threads of a process write to PostgreSQL at a time: more wait for each other's rows."""
WRITES: Final = "kommit_writes"
"""Execution option of connections that are going to write."""

UPGRADE_LOCK: Final = 0x6B6F6D6D6974
"""Number of the advisory lock under which PostgreSQL is upgraded: "kommit" in hexadecimal."""

PG_COLLISIONS: Final = frozenset({"40001", "40P01", "55P03", "23505"})
"""Serialization failure, deadlock, lock not available, unique violation."""
SQLITE_COLLISIONS: Final = frozenset(
    {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"}
    | {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
)


class Database:
    """An engine and its two kinds of sessions.

    Parameters
    ----------
    url
        ``sqlite:///FILE``, ``postgresql://…`` (psycopg is used for it).
    durable
        Wait until the disk has each commit. Tests may do without: a killed process loses nothing
        either way, only a power failure does.
    pool_size
        Connections kept open to PostgreSQL; as many again are opened under load.
    """

    def __init__(self, url: str | URL, *, durable: bool = True, pool_size: int = 10) -> None:
        self.url = normal_url(url)
        self.engine = _make_engine(self.url, durable=durable, pool_size=pool_size)
        known: dict[str, Any] = {"accounts": {}}
        self.turns = BoundedSemaphore(1 if self.name == "sqlite" else WRITERS)
        """Whoever writes has one; who waits for it locks nothing yet."""
        self.readers = sessionmaker(self.engine, expire_on_commit=False)
        writers = self.engine.execution_options(**{WRITES: True})
        self.writers = sessionmaker(writers, expire_on_commit=False, info=known)
        """``accounts`` in a session's ``info``: ids of accounts of the ledger by account and
        currency, shared by all sessions; accounts are never removed."""

    @property
    def name(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def normal_url(url: str | URL) -> URL:
    """Return the URL with the driver that kommit uses.

    Raises
    ------
    ValueError
        If it is no URL of SQLite or PostgreSQL, or an SQLite database without a file.
    """
    try:
        parsed = make_url(url)
    except Exception as error:
        raise ValueError(
            "a database URL looks like sqlite:///kommit.db or postgresql://…"
        ) from error
    backend = parsed.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise ValueError(f"kommit runs on SQLite and PostgreSQL, not on {backend}")
    if parsed.database in {None, "", ":memory:"}:
        raise ValueError("kommit keeps SQLite in a file (sqlite:///kommit.db): threads share it")
    return parsed


def _make_engine(url: URL, *, durable: bool, pool_size: int) -> Engine:
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, pool_size=pool_size, max_overflow=pool_size)
        statements = [f"SET idle_in_transaction_session_timeout = '{IDLE_S}s'"]
        if not durable:
            statements.append("SET synchronous_commit = off")
        _on_connect(engine, *statements)
        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_S}, pool_size=pool_size)
    _take_over_transactions(engine)
    event.listen(engine, "connect", _use_wal)
    _on_connect(
        engine,
        "PRAGMA foreign_keys = ON",
        f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}",
    )
    return engine


def _on_connect(engine: Engine, *statements: str) -> None:
    """Run statements on every new connection, outside any transaction."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        autocommit = getattr(connection, "autocommit", None)
        if autocommit is not None:
            connection.autocommit = True
        for statement in statements:
            connection.execute(statement)
        if autocommit is not None:
            connection.autocommit = autocommit


def _use_wal(connection: sqlite3.Connection, _record: object) -> None:
    """Let readers go on while somebody writes. The file remembers it.

    Switching needs the file to itself and does not wait for that by SQLite's busy timeout, so
    processes that open a new file together take turns here.
    """
    give_up = time.monotonic() + BUSY_S
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def _take_over_transactions(engine: Engine) -> None:
    """Begin transactions ourselves: Python's sqlite3 would begin them late and not for reads.

    A writer takes the lock at once (``IMMEDIATE``). If it read first and asked for the lock later,
    another could have written in between, and all it could do then is to fail.
    """

    @event.listens_for(engine, "connect")
    def leave_it_to_us(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_collision(error: BaseException) -> bool:
    """Say whether a transaction failed only because of another one, and may be tried again."""
    if isinstance(error, StaleDataError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return state in PG_COLLISIONS | SQLITE_COLLISIONS


def table_of(row: type[Base]) -> Table:
    """Return the table of a row's class: statements on it cost a third of those on the class."""
    table = row.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{row.__name__} is not a plain table")
    return table


def insert_once(session: Session, table: type[Base], values: dict[str, Any]) -> bool:
    """Insert a row unless one with its keys is there; return whether it was inserted."""
    return _inserted(session, table, values) is not None


def _inserted(session: Session, table: type[Base], values: dict[str, Any]) -> Row[Any] | None:
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(table).values(**values).on_conflict_do_nothing()
    return session.execute(statement.returning(*inspect(table).primary_key)).first()


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest version of its tables. May be repeated.

    Raises
    ------
    FileNotFoundError
        If the migrations are not where they belong.
    """
    if not (MIGRATIONS / "env.py").exists():
        raise FileNotFoundError(f"the migrations are missing, they belong in {MIGRATIONS}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            # Processes that start together wait here; on SQLite BEGIN IMMEDIATE sees to it.
            connection.execute(select(func.pg_advisory_xact_lock(UPGRADE_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
