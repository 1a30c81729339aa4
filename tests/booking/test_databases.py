"""What must be alike on SQLite and PostgreSQL, and what the migrations promise."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from booking.adapters import database as adapter
from booking.adapters.database import Database, is_collision, normal_url, upgrade
from booking.adapters.tables import AccountRow, Base, OrderRow, OutboxRow, PlaceHoldRow
from booking.domain.errors import StaleOrder
from booking.domain.ledger import AccountKind, source, transfer, wallet
from booking.domain.money import Money
from booking.service import transactions
from booking.service.ports import Conflict, UnitOfWork
from booking.service.transactions import in_transaction
from tests.support.databases import tampering
from tests.support.postgres import PostgresServer
from tests.support.shop import NOON, Shop, offer


def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_check_constraints_come_by_migration_too(database: Database) -> None:
    # Alembic does not compare these.
    inspector = inspect(database.engine)
    for table in Base.metadata.sorted_tables:
        made = {c["name"] for c in inspector.get_check_constraints(table.name)}
        known = {str(c.name) for c in table.constraints if str(c.name).startswith("ck_")}
        assert made == known, table.name


def test_upgrading_again_changes_nothing(database: Database) -> None:
    upgrade(database.engine)
    upgrade(database.engine)


def test_processes_that_start_together_upgrade_once(
    tmp_path: Path, request: pytest.FixtureRequest, database: Database
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if database.name == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.url(server.create())
    databases = [Database(url) for _ in range(12)]
    start = threading.Barrier(12)

    def open_and_upgrade(one: Database) -> None:
        start.wait()
        upgrade(one.engine)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(open_and_upgrade, databases))
    assert "orders" in inspect(databases[0].engine).get_table_names()
    for one in databases:
        one.close()


def test_moments_are_aware_and_in_utc(database: Database) -> None:
    summer = datetime(2026, 5, 4, 12, tzinfo=timezone(timedelta(hours=2)))
    with database.writers() as session:
        session.add(OutboxRow(subject="s", body={}, at=summer))
        session.commit()
    with database.readers() as session:
        (at,) = session.scalars(select(OutboxRow.at))
        assert (at, at.tzinfo) == (summer, UTC)
        assert session.scalars(select(OutboxRow).where(OutboxRow.at < summer)).all() == []
        session.add(OutboxRow(subject="s", body={}, at=summer.replace(tzinfo=None)))
        with pytest.raises(StatementError, match="needs its offset"):
            session.flush()


def test_the_database_itself_refuses_an_overdraft(database: Database) -> None:
    with database.writers() as session:
        session.add(AccountRow(kind="wallet", owner="x", currency="EUR", balance_minor=-1))
        with pytest.raises(IntegrityError, match="ck_account_floor"):
            session.flush()


def test_foreign_keys_are_kept(database: Database) -> None:
    row = PlaceHoldRow(
        order_id=uuid4(), trip_id="t", service_day=NOON.date(), board=0, alight=1, places=1
    )
    with database.writers() as session:
        session.add(row)
        with pytest.raises(IntegrityError):
            session.flush()


def test_what_is_not_committed_never_was(shop: Shop) -> None:
    rider = uuid4()
    entry = transfer("k", "t", NOON, Money(5), source("x"), wallet(rider))
    with shop.store.write() as uow:
        uow.ledger.book(entry)

    def break_off(uow: UnitOfWork) -> None:
        uow.ledger.book(entry)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_transaction(shop.store, break_off)
    assert shop.wallets.statement(rider).balance == Money(0)


def test_an_entry_is_booked_once(shop: Shop) -> None:
    rider = uuid4()
    for _ in range(2):
        shop.wallets.top_up(rider, Money(500), "k1", "x")
    shop.wallets.top_up(rider, Money(500), "k2", "x")
    assert shop.wallets.statement(rider).balance == Money(1_000)
    assert shop.balance(AccountKind.SOURCE) == -1_000
    with pytest.raises(ValueError, match="above zero in EUR"):
        shop.wallets.top_up(rider, Money(500, "CHF"), "k3", "x")


def test_a_wrong_ledger_is_noticed(shop: Shop) -> None:
    shop.rider(700)
    with tampering(shop.database) as session:
        session.execute(text("UPDATE posting SET amount_minor = 699 WHERE amount_minor = 700"))
    # One cent is missing in the entry, and one between the wallet and its postings.
    assert shop.wallets.ledger_difference() == 2


def test_many_top_ups_at_once_all_arrive(shop: Shop) -> None:
    rider = uuid4()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: shop.wallets.top_up(rider, Money(1), str(n % 30), "x"), range(60)))
    assert shop.wallets.statement(rider).balance == Money(30)
    assert shop.wallets.ledger_difference() == 0


def test_writers_take_turns_and_each_turn_ends(shop: Shop, database: Database) -> None:
    limit = 1 if database.name == "sqlite" else adapter.WRITERS
    inside, most = [0], [0]
    watch = threading.Lock()

    def work(uow: UnitOfWork) -> None:
        with watch:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.02)
        with watch:
            inside[0] -= 1
        if next(numbers) % 3 == 0:
            raise LookupError("a transaction that fails gives its turn back, too")

    numbers = itertools.count()
    with ThreadPoolExecutor(12) as pool:
        ends = [pool.submit(in_transaction, shop.store, work) for _ in range(36)]
        failed = [end.exception(timeout=60) for end in ends]
    assert most == [limit]
    assert sum(error is not None for error in failed) == 12


def test_who_stands_still_in_a_transaction_loses_its_locks(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.name != "postgresql":
        pytest.skip("SQLite's locks end with the process, and it has one")
    Shop(database).rider()
    monkeypatch.setattr(adapter, "IDLE_S", 1)
    stopped = Database(database.url)
    lock = select(AccountRow).with_for_update()
    with stopped.engine.connect() as connection, database.engine.begin() as other:
        connection.execute(lock)
        other.execute(lock)  # waits for the one that stands still
        with pytest.raises(DBAPIError, match="idle-in-transaction"):
            connection.execute(lock)
        connection.invalidate()
    stopped.close()


def test_a_lost_update_is_a_conflict_and_is_tried_again(shop: Shop) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, offer())
    attempts = []

    def work(uow: UnitOfWork) -> None:
        touched = uow.orders.get(order.id)
        touched.ticket = b"x"
        attempts.append(touched.version)
        if len(attempts) == 1:
            raise Conflict("as if another had been quicker")

    in_transaction(shop.store, work)
    assert len(attempts) == 2


def test_endless_conflicts_are_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "LONGEST_PAUSE_S", 0)
    calls = []

    def work(uow: UnitOfWork) -> None:
        calls.append(uow)
        raise Conflict("again")

    with pytest.raises(StaleOrder, match="too many others"):
        in_transaction(shop.store, work)
    assert len(calls) == transactions.ATTEMPTS


def test_a_stale_order_is_not_written(shop: Shop) -> None:
    """The version guards what no lock did: here the row is changed behind the order's back."""
    order = shop.orders.hold(shop.rider(), offer())

    def change_a_stale_order() -> None:
        with shop.store.write() as uow:
            uow.orders.get(order.id).ticket = b"too late"
            uow._session.execute(text("UPDATE orders SET version = version + 1"))
            uow.commit()

    with pytest.raises(Conflict):
        change_a_stale_order()
    assert shop.scalars(select(OrderRow.ticket)) == [None]


def test_what_only_reads_cannot_commit(shop: Shop) -> None:
    with shop.store.read() as uow, pytest.raises(TypeError, match="only reads"):
        uow.commit()


def test_every_move_leaves_an_event_in_its_transaction(shop: Shop) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, offer())
    shop.orders.pay(order.id, rider, "wallet")
    bodies = shop.scalars(select(OutboxRow.body).order_by(OutboxRow.id))
    assert [body["state"] for body in bodies] == ["held", "authorised", "confirmed"]
    assert {body["order_id"] for body in bodies} == {str(order.id)}


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgresql://u:p@h/d", "postgresql+psycopg"),
        ("postgres://u:p@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg"),
        ("sqlite:///kommit.db", "sqlite"),
    ],
)
def test_urls_as_people_write_them(url: str, driver: str) -> None:
    assert normal_url(url).drivername == driver


@pytest.mark.parametrize("url", ["mysql://h/d", "sqlite://", "sqlite:///:memory:", "kommit.db"])
def test_urls_that_cannot_be_used(url: str) -> None:
    with pytest.raises(ValueError, match=r"kommit|looks like"):
        normal_url(url)


def test_other_errors_are_no_collisions() -> None:
    assert not is_collision(ValueError("x"))


def test_a_missing_migration_folder_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("booking.adapters.database.MIGRATIONS", tmp_path)
    with pytest.raises(FileNotFoundError, match="the migrations are missing"):
        upgrade(database.engine)
