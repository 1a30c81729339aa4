"""The audit log: facts come with what they tell of, one sealer chains them, nothing can be changed."""

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from booking.adapters.book_tables import AuditInboxRow, AuditRow
from booking.adapters.database import Database
from booking.adapters.store import SqlStore
from booking.adapters.tables import OutboxRow, RiderRow
from booking.domain.accounts import Rider
from booking.domain.audit import (
    NO_HASH,
    START,
    AuditEntry,
    AuditFact,
    AuditHead,
    AuditKind,
    canonical,
    pseudonym,
    sealed,
    verify,
)
from booking.domain.clearing.errors import AuditBroken
from booking.domain.money import Money
from booking.service.audit import AuditLog
from booking.service.ports import UnitOfWork
from booking.service.transactions import in_transaction
from booking.tickets.audit_heads import SignedHead, read_heads
from booking.tickets.errors import BadSignature, KeysUnusable
from tests.booking.tickets.keys import RING
from tests.support.databases import tampering
from tests.support.shop import NOON, MovableClock, Shop, offer


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOON)


@pytest.fixture
def log(store: SqlStore, clock: MovableClock) -> AuditLog:
    return AuditLog(store, clock, RING)


def append(store: SqlStore, *numbers: int) -> None:
    def work(uow: UnitOfWork) -> None:
        for n in numbers:
            at = NOON + timedelta(seconds=n)
            uow.audit.append(AuditKind.TICKET_ISSUED, f"order:{n}", {"version": n}, at)

    in_transaction(store, work)


# --- the chain itself


def chain(n: int) -> list[AuditEntry]:
    entries, head = [], START
    for i in range(n):
        fact = AuditFact.of(AuditKind.TICKET_ISSUED, f"order:{i}", {"version": i}, NOON)
        entries.append(sealed(fact, head))
        head = AuditHead(entries[-1].position, entries[-1].hash)
    return entries


def test_a_hash_by_hand() -> None:
    (entry,) = chain(1)
    text_ = (
        f'{NO_HASH}\n1\n2026-05-04T12:00:00.000000+00:00\nticket.issued\norder:0\n{{"version":0}}'
    )
    assert entry.hash == hashlib.sha256(text_.encode()).hexdigest()
    assert (entry.position, entry.previous_hash) == (1, NO_HASH)


def test_an_untouched_chain_is_whole() -> None:
    entries = chain(20)
    assert all(one.hash == other.previous_hash for one, other in pairwise(entries))
    head = AuditHead(20, entries[-1].hash)
    assert verify(entries, heads=[head, AuditHead(7, entries[6].hash), START]) == head
    assert verify(entries[5:], AuditHead(5, entries[4].hash)) == head
    assert verify([]) == START


FIELDS = st.sampled_from(["position", "at", "kind", "subject", "body", "previous_hash", "hash"])


@given(st.integers(0, 9), FIELDS, st.data())
def test_any_changed_byte_is_found_where_it_is(n: int, field: str, data: st.DataObject) -> None:
    entries = chain(10)
    before: Any = getattr(entries[n], field)
    if isinstance(before, str):
        at = data.draw(st.integers(0, len(before) - 1))
        other = data.draw(st.characters(codec="ascii").filter(lambda c: c != before[at]))
        after: Any = before[:at] + other + before[at + 1 :]
    elif isinstance(before, datetime):
        after = before + timedelta(microseconds=1)
    else:
        after = before + data.draw(st.integers(1, 5))
    entries[n] = entries[n]._replace(**{field: after})
    with pytest.raises(AuditBroken) as broken:
        verify(entries)
    assert broken.value.position == n + 1


@given(st.integers(0, 9), st.integers(0, 9), st.sampled_from(["drop", "swap", "insert", "repeat"]))
def test_what_was_dropped_moved_or_put_in_is_found(n: int, m: int, how: str) -> None:
    entries = chain(10)
    if how == "drop":
        del entries[n]
    elif how == "swap":
        if n == m:
            return
        entries[n], entries[m] = entries[m], entries[n]
    elif how == "insert":
        fact = AuditFact.of("ticket.issued", "order:x", {}, NOON)
        before = START if n == 0 else AuditHead(n, entries[n - 1].hash)
        entries.insert(n, sealed(fact, before))
    else:
        entries.insert(n, entries[n])
    if how == "drop" and n == 9:
        assert verify(entries).position == 9, "only who holds a head notices that the end is gone"
        with pytest.raises(AuditBroken, match="ends here, and a published head is at 10"):
            verify(entries, heads=[AuditHead(10, chain(10)[-1].hash)])
        return
    with pytest.raises(AuditBroken) as broken:
        verify(entries)
    assert broken.value.position in {min(n, m) + 1, n + 1, n + 2}


def test_who_chains_everything_anew_is_caught_by_a_head_outside() -> None:
    """The attack that no chain resists by itself."""
    published = AuditHead(4, chain(6)[3].hash)
    entries, head = [], START
    for i in range(6):
        fact = AuditFact.of("ticket.issued", f"order:{i}", {"version": 9 if i == 2 else i}, NOON)
        entries.append(sealed(fact, head))
        head = AuditHead(entries[-1].position, entries[-1].hash)
    assert verify(entries).position == 6
    with pytest.raises(AuditBroken, match="position 4: a head that was published earlier"):
        verify(entries, heads=[published])


# --- what goes in


def test_the_same_content_has_one_text() -> None:
    assert canonical({"b": [1, None, True], "a": "ü"}) == '{"a":"\\u00fc","b":[1,null,true]}'
    for wrong in ({"a": 1.5}, {1: "x"}, {"a": {"b": {2}}}, {"a": NOON}):
        with pytest.raises(ValueError, match="audit log"):
            canonical(wrong)


@pytest.mark.parametrize(
    ("kind", "subject", "body"),
    [
        ("Ticket", "order:1", {}),
        ("ticket.issued\nx.y", "order:1", {}),
        ("ticket.issued", "order 1", {}),
        ("ticket.issued", "order:1\n", {}),
        ("ticket.issued", "order:1", {"email": "x"}),
        ("ticket.issued", "order:1", {"of": [{"name": "Anna"}]}),
        ("ticket.issued", "order:1", {"note": "write to anna@example.org"}),
        ("ticket.issued", "order:1", {"note": "x" * 5_000}),
    ],
)
def test_what_must_not_go_in(kind: str, subject: str, body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="audit log"):
        AuditFact.of(kind, subject, body, NOON)


def test_a_person_is_a_keyed_hash() -> None:
    assert pseudonym(b"key", "anna") == pseudonym(b"key", "anna") != pseudonym(b"other", "anna")
    assert len(pseudonym(b"key", "anna")) == 32


# --- on a database


def test_facts_are_sealed_in_order(store: SqlStore, log: AuditLog) -> None:
    append(store, *range(1, 6))
    assert log.lag().waiting == 5
    assert log.seal() == 5
    append(store, 6)
    assert (log.seal(), log.seal()) == (1, 0)
    assert log.verify().position == 6
    assert log.verify(after=3).position == 6
    assert log.lag() == (0, None)
    with store.read() as uow:
        assert [entry.position for entry in uow.audit.entries(2)] == [3, 4, 5, 6]


def test_a_fact_is_gone_with_its_transaction(store: SqlStore, log: AuditLog) -> None:
    with store.write() as uow:
        uow.audit.append("ticket.issued", "order:1", {}, NOON)
    assert log.lag().waiting == 0


def test_many_seal_and_append_at_once(store: SqlStore, log: AuditLog, database: Database) -> None:
    start = threading.Barrier(8)

    def work(n: int) -> None:
        start.wait()
        for i in range(10):
            append(store, 100 * n + i)
            log.seal()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    log.seal()
    assert log.verify().position == 80
    with database.readers() as session:
        assert len(set(session.scalars(select(AuditRow.subject)))) == 80


STATEMENTS = {
    "UPDATE audit SET body = '{\"version\":9}' WHERE position = 4": 4,
    "UPDATE audit SET subject = 'order:9' WHERE position = 5": 5,
    "DELETE FROM audit WHERE position = 2": 2,
    "UPDATE audit SET position = position + 1 WHERE position = 10": 10,
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_tampering_is_refused_and_if_forced_is_found(
    store: SqlStore, log: AuditLog, database: Database, statement: str
) -> None:
    append(store, *range(1, 11))
    log.seal()
    with database.writers() as session, pytest.raises(IntegrityError, match="stays as it is"):
        session.execute(text(statement.replace(":", "\\:")))
    assert log.verify().position == 10
    with tampering(database) as session:
        session.execute(text(statement.replace(":", "\\:")))
    with pytest.raises(AuditBroken) as broken:
        log.verify()
    assert broken.value.position == STATEMENTS[statement]


def test_a_fact_in_the_inbox_cannot_be_changed(
    store: SqlStore, log: AuditLog, database: Database
) -> None:
    append(store, 1)
    with database.writers() as session, pytest.raises(IntegrityError, match="stays as it is"):
        session.execute(text("UPDATE audit_inbox SET kind = 'x'"))


def test_a_sealer_that_stands_still_is_an_alarm(
    store: SqlStore, log: AuditLog, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    append(store, 1)
    assert log.watch()
    clock.move(seconds=70)
    assert not log.watch()
    assert "1 facts wait for the audit log" in caplog.text
    log.seal()
    assert log.watch()


def test_sales_leave_their_facts(shop: Shop, store: SqlStore, log: AuditLog) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, offer())
    shop.orders.pay(order.id, rider, "wallet")
    log.seal()
    with store.read() as uow:
        entries = list(uow.audit.entries(0))
    assert [entry.kind for entry in entries] == ["wallet.topped-up", "order.confirmed"]
    sold = json.loads(entries[1].body)
    assert sold["minor"] == 1250
    assert sold["means"] == [["wallet", 1250]]
    ticket = shop.orders.ticket(order.id, rider)
    assert sold["ticket"] == hashlib.sha256(ticket).hexdigest()
    everything = " ".join(f"{entry.subject} {entry.body}" for entry in entries)
    assert str(rider) not in everything


def test_deleting_a_person_leaves_the_log_whole(
    shop: Shop, store: SqlStore, log: AuditLog, database: Database
) -> None:
    rider = Rider(shop.rider(), "anna@example.org", "Anna", NOON)
    in_transaction(store, lambda uow: uow.riders.add(rider, "hash"))
    order = shop.orders.hold(rider.id, offer(price=Money(500)))
    shop.orders.pay(order.id, rider.id, "wallet")
    log.seal()
    before = log.verify()
    with database.writers() as session:
        session.execute(text("DELETE FROM rider"))
        session.execute(text("UPDATE orders SET offer = '{}', ticket = NULL"))
        session.commit()
        assert session.scalars(select(func.count()).select_from(RiderRow)).one() == 0
    assert log.verify() == before


# --- heads


def test_a_head_is_signed_and_kept_outside(
    store: SqlStore, log: AuditLog, database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    path = tmp_path / "outside" / "heads.jsonl"
    assert not log.publish(path), "there is nothing yet"
    append(store, 1, 2)
    log.seal()
    assert (log.publish(path), log.publish(path)) == (True, False)
    append(store, 3)
    log.seal()
    clock.move(hours=1)
    log.publish(path)
    heads = list(read_heads(path, RING.public))
    assert [head.position for head in heads] == [2, 3]
    assert log.verify(heads=[head.head for head in heads]).position == 3
    with database.readers() as session:
        told = session.scalars(select(OutboxRow.body).where(OutboxRow.subject == "audit.head"))
        assert [body["position"] for body in told] == [2, 3]


def test_a_head_that_was_changed_is_refused(store: SqlStore, log: AuditLog, tmp_path: Path) -> None:
    append(store, 1)
    log.seal()
    document = log.head().to_document()
    assert SignedHead.of_document(document, "x").head == log.verify()
    path = tmp_path / "heads.jsonl"
    path.write_text(json.dumps(document | {"position": 2}) + "\n")
    with pytest.raises(BadSignature):
        list(read_heads(path, RING.public))
    for wrong in ("{}", "nonsense", "[1]"):
        path.write_text(wrong)
        with pytest.raises(KeysUnusable, match=r"heads\.jsonl: line 1"):
            list(read_heads(path, RING.public))
    with pytest.raises(KeysUnusable, match="cannot be read"):
        list(read_heads(tmp_path / "none", RING.public))


def test_a_tail_that_was_cut_off_is_found_by_a_head(
    store: SqlStore, log: AuditLog, database: Database
) -> None:
    append(store, 1, 2, 3)
    log.seal()
    head = log.head().head
    with tampering(database) as session:
        session.execute(text("DELETE FROM audit WHERE position = 3"))
    assert log.verify().position == 2
    with pytest.raises(AuditBroken, match="ends here, and a published head is at 3"):
        log.verify(heads=[head])
    with pytest.raises(AuditBroken, match="position 3: there is no such entry"):
        log.verify(after=3)


def test_times_are_told_in_utc(store: SqlStore, log: AuditLog, database: Database) -> None:
    append(store, 1)
    with database.readers() as session:
        assert session.scalars(select(AuditInboxRow.at)).one().tzinfo is UTC
