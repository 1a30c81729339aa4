"""``kommit clearing``, ``kommit ledger`` and ``kommit audit``, as an accountant types them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from booking.adapters.database import Database
from booking.adapters.store import SqlStore
from booking.domain.audit import AuditKind
from booking.domain.clearing.months import month_start
from booking.domain.clearing.rules import ClearingRules
from booking.domain.ledger import month_of
from booking.domain.postings import performed, sale
from booking.service.transactions import in_transaction
from tests.booking.books.selling import BIKE, BUS, order_of, price_line
from tests.cli.conftest import Kommit
from tests.support.databases import tampering

LAST_MONTH = month_of(month_start(month_of(datetime.now(UTC))) - timedelta(days=1))
THEN = month_start(LAST_MONTH) + timedelta(days=3)


@pytest.fixture
def database(kommit: Kommit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A demo's database in which a journey was sold and ridden last month."""
    monkeypatch.setenv("KOMMIT_MODE", "demo")
    assert kommit("db", "upgrade").exit_code == 0
    opened = Database(f"sqlite:///{tmp_path / 'var' / 'kommit.db'}")
    store, rules = SqlStore(opened), ClearingRules()
    order = order_of(price_line(1070), price_line(357, 2, product="plan"))
    in_transaction(store, lambda uow: uow.ledger.book(sale(order, rules, THEN)))
    with store.read() as uow:
        earned = performed(order, uow.ledger.history(order.id), rules, THEN)
    assert earned is not None
    in_transaction(store, lambda uow: uow.ledger.book(earned))
    for n in range(3):
        with store.write() as uow:
            uow.audit.append(AuditKind.TICKET_ISSUED, f"order:{n}", {}, THEN)
            uow.commit()
    yield opened
    opened.close()


def test_a_month_is_shown_exported_closed_and_paid(
    kommit: Kommit, database: Database, tmp_path: Path
) -> None:
    shown = kommit("clearing", "show", LAST_MONTH).output
    assert BUS in shown
    assert "due so far" in shown
    exported = kommit("clearing", "export", LAST_MONTH, "--operator", BIKE, "--out", tmp_path / "o")
    assert exported.output.split() == [
        str(tmp_path / "o" / f"{LAST_MONTH}-lastenrad-verein{suffix}")
        for suffix in (".csv", ".pdf")
    ]
    early = kommit("clearing", "pay-out", LAST_MONTH, BUS)
    assert (early.exit_code, "is still open" in early.output) == (1, True)
    closed = kommit("clearing", "close", LAST_MONTH)
    assert f"{LAST_MONTH} is closed" in closed.output
    assert "10.00 EUR" in kommit("clearing", "pay-out", LAST_MONTH, BUS).output
    again = kommit("clearing", "close", LAST_MONTH)
    assert (again.exit_code, "is closed since" in again.output) == (1, True)
    assert "difference 0, 1 closed months" in kommit("ledger", "check").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "2026-13"], "'2026-13' is no month like 2026-11"),
        (["export", LAST_MONTH, "--operator", "x:y"], "nothing moved for x:y"),
        (["close", month_of(datetime.now(UTC))], "is not over yet"),
    ],
)
def test_what_cannot_be_done_is_said(
    kommit: Kommit, database: Database, words: list[str], said: str
) -> None:
    answer = kommit("clearing", *words)
    assert (answer.exit_code, said in " ".join(answer.output.split())) == (1, True)


def test_a_wrong_ledger_is_named(kommit: Kommit, database: Database) -> None:
    with tampering(database) as session:
        session.execute(text("UPDATE posting SET amount_minor = amount_minor + 1"))
    answer = kommit("ledger", "check")
    assert answer.exit_code == 1
    assert "the ledger by" in answer.output


def test_the_log_is_sealed_verified_and_held_by_a_head(
    kommit: Kommit, database: Database, tmp_path: Path
) -> None:
    waiting = kommit("audit", "verify").output
    assert "up to position 0" in waiting
    assert "3 facts wait to be sealed" in waiting
    assert "3 facts were sealed" in kommit("audit", "seal").output
    heads = tmp_path / "heads.jsonl"
    heads.write_text(kommit("audit", "head").output)
    whole = kommit("audit", "verify", "--head", heads)
    assert "up to position 3" in whole.output
    assert "1 published heads fit" in whole.output
    assert kommit("audit", "verify", "--from", 2).exit_code == 0
    with tampering(database) as session:
        session.execute(text("DELETE FROM audit WHERE position = 3"))
    assert kommit("audit", "verify").exit_code == 0
    cut = kommit("audit", "verify", "--head", heads)
    assert (cut.exit_code, "a published head is at 3" in cut.output) == (1, True)
    with tampering(database) as session:
        session.execute(text("UPDATE audit SET body = '[]' WHERE position = 1"))
    broken = kommit("audit", "verify")
    assert (broken.exit_code, "broken at position 1" in broken.output) == (1, True)
