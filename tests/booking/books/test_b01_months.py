"""Months: reports tie to the ledger, a closed month never changes, corrections enter the next."""

import csv
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from booking.adapters.database import Database
from booking.adapters.store import SqlStore
from booking.adapters.tables import EntryRow, PostingRow
from booking.clearing.csv_file import to_csv
from booking.clearing.pdf import to_pdf
from booking.domain.clearing.errors import (
    BadMonth,
    BooksDiffer,
    MonthChanged,
    MonthNotClosable,
)
from booking.domain.clearing.months import month_after, month_start
from booking.domain.ledger import (
    RECEIVABLE,
    LineKind,
    deferred,
    payable,
    subsidies,
    transfer,
)
from booking.domain.ledger import (
    clearing as of_means,
)
from booking.domain.money import Money
from booking.domain.orders import Order
from booking.domain.postings import (
    SubscriptionSale,
    performed,
    refunded,
    sale,
    subscription_sold,
)
from booking.service.clearing import Clearing
from booking.service.ports import UnitOfWork
from booking.service.transactions import in_transaction
from tests.booking.books.conftest import Book
from tests.booking.books.selling import (
    BIKE,
    BUS,
    EIGHT,
    LINES,
    RULES,
    SHUTTLE,
    SOLD_AT,
    order_of,
    price_line,
    refund_of,
)
from tests.support.databases import tampering
from tests.support.shop import MovableClock

NOVEMBER, DECEMBER = "2026-11", "2026-12"
IN_DECEMBER = datetime(2026, 12, 3, 9, tzinfo=UTC)


def history(store: SqlStore, order_id: UUID) -> Any:
    with store.read() as uow:
        return uow.ledger.history(order_id)


def ridden(store: SqlStore, book: Book, *lines: Any, at: datetime = EIGHT) -> Order:
    """Return an order that was sold and ridden."""
    order = order_of(*lines)
    book(sale(order, RULES, SOLD_AT))
    book(performed(order, history(store, order.id), RULES, at))
    return order


def balance(store: SqlStore, account: Any) -> int:
    with store.read() as uow:
        return uow.ledger.balance(account, "EUR").minor


def test_months_begin_at_midnight_in_berlin() -> None:
    assert month_start("2026-12") == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert month_after("2026-12") == "2027-01"
    for wrong in ("2026-13", "2026-1", "November", "26-11"):
        with pytest.raises(BadMonth, match="is no month like 2026-11"):
            month_start(wrong)


def test_a_report_by_hand(store: SqlStore, clearing: Clearing, book: Book) -> None:
    order = ridden(store, book, price_line(1070), price_line(357, 2, product="plan"))
    book(refunded(refund_of(order, (1, 119)), history(store, order.id), RULES, EIGHT))
    report = clearing.report(BIKE, NOVEMBER)
    assert {kind: minor for kind, minor in report.of_kind().items() if minor} == {
        LineKind.FARE: 300,
        LineKind.REFUND: -100,
        LineKind.COMMISSION: -15,
        LineKind.COMMISSION_VAT: -3,
    }
    assert (report.earned, report.due, report.deferred, report.opening) == (182, 182, 0, 0)
    assert [tuple(each) for each in report.vat()] == [(190, 200, 38)]
    assert [tuple(each) for each in report.products()] == [("plan", "lastenrad", 2, 200, 38)]
    assert balance(store, payable(BIKE)) == 182
    drilled = report.lines[0]
    assert drilled.order_id == order.id
    assert (drilled.line.leg, drilled.line.passenger, str(drilled.line.day)) == (2, 0, "2026-11-16")
    assert clearing.operators(NOVEMBER) == [SHUTTLE, BIKE, BUS, "swms:swms"]
    assert clearing.report("swms:swms", NOVEMBER).lines[0].line.share == "x90-pool@2026-01"


def test_what_is_sold_and_not_ridden_is_deferred(clearing: Clearing, book: Book) -> None:
    book(sale(order_of(price_line(1070)), RULES, SOLD_AT))
    report = clearing.report(BUS, NOVEMBER)
    assert (report.earned, report.deferred, report.lines) == (0, 667, [])


def test_the_files_say_the_same(store: SqlStore, clearing: Clearing, book: Book) -> None:
    order = ridden(store, book, price_line(1070), price_line(357, 2, product="=cmd()"))
    report = clearing.report(BIKE, NOVEMBER)
    rows = list(csv.DictReader(io.StringIO(to_csv(report).decode())))
    lines = [row for row in rows if row["order"]]
    assert {row["order"] for row in lines} == {str(order.id)}
    cents = sum(round(float(row["amount"]) * 100) for row in lines)
    (due,) = [row for row in rows if row["kind"] == "due"]
    assert cents == round(float(due["amount"]) * 100) == report.due
    assert lines[0]["product"] == "'=cmd()", "no table program takes it for a formula"
    assert to_pdf(report).startswith(b"%PDF-")
    assert to_pdf(report) == to_pdf(report)


def test_lines_that_do_not_tie_are_no_report(
    store: SqlStore, database: Database, clearing: Clearing, book: Book
) -> None:
    ridden(store, book, price_line(1070))
    with tampering(database) as session:
        entry = session.scalars(select(EntryRow).where(EntryRow.key.like("%performed%"))).one()
        entry.lines = [line | {"minor": line["minor"] + 1} for line in entry.lines or ()]
    with pytest.raises(BooksDiffer, match=f"payable:{BUS} by -1 minor units, deferred:{BUS} by -1"):
        clearing.report(BUS, NOVEMBER)
    with pytest.raises(BooksDiffer):
        clearing.check()


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(LINES, LINES)
def test_any_sales_tie(
    store: SqlStore, clearing: Clearing, book: Book, one: Any, other: Any
) -> None:
    for lines in (one, other):
        order = ridden(store, book, *lines)
        for n, line in enumerate(lines[:2]):
            half = refund_of(order, (n, int(line.amount.minor / 2)))
            book(refunded(half, history(store, order.id), RULES, EIGHT))
    assert clearing.check() == 0
    owed = sum(clearing.report(each, NOVEMBER).due for each in clearing.operators(NOVEMBER))
    assert owed == sum(balance(store, payable(each)) for each in clearing.operators(NOVEMBER))


# --- closing


def test_a_month_closes_once_it_is_over(
    store: SqlStore, clearing: Clearing, clock: MovableClock, book: Book
) -> None:
    ridden(store, book, price_line(1070))
    with pytest.raises(MonthNotClosable, match="2026-11 is not over yet"):
        clearing.close(NOVEMBER)
    clock.at = month_start(DECEMBER)
    closed = clearing.close(NOVEMBER)
    assert closed.hash is not None
    assert len(closed.hash) == 64
    assert clearing.report(BUS, NOVEMBER).closed_at == clock.at
    with pytest.raises(MonthNotClosable, match="2026-11 is closed since 2026-11-30"):
        clearing.close(NOVEMBER)
    with pytest.raises(MonthNotClosable, match="2026-10 is closed"):
        clearing.close("2026-10")
    assert clearing.check() == 1


def test_older_months_close_first(clearing: Clearing, clock: MovableClock, book: Book) -> None:
    book(sale(order_of(price_line(10)), RULES, SOLD_AT - timedelta(days=40)))
    book(sale(order_of(price_line(10)), RULES, SOLD_AT))
    clock.at = IN_DECEMBER
    with pytest.raises(MonthNotClosable, match="2026-10 is still open: close it first"):
        clearing.close(NOVEMBER)
    clearing.close("2026-10")
    clearing.close(NOVEMBER)
    assert [one.month for one in clearing.months()] == ["2026-10", NOVEMBER]


def test_a_county_tops_up_before_the_month_closes(
    store: SqlStore, clearing: Clearing, clock: MovableClock, book: Book
) -> None:
    ridden(store, book, price_line(1070))
    clock.at = IN_DECEMBER
    clearing.close(NOVEMBER)
    report = clearing.report("swms:swms", NOVEMBER)
    assert report.total(LineKind.FARE) == 333
    assert report.total(LineKind.SUBSIDY) == 500_000 - 333
    assert report.due == 500_000
    two_on_the_shuttle = 900
    owed = balance(store, subsidies("kreis-coesfeld"))
    assert owed == -(500_000 - 333) - two_on_the_shuttle


def test_a_refund_of_a_closed_month_enters_the_next_and_names_it(
    store: SqlStore, clearing: Clearing, clock: MovableClock, book: Book
) -> None:
    order = ridden(store, book, price_line(1070))
    clock.at = IN_DECEMBER
    before = clearing.close(NOVEMBER)
    book(refunded(refund_of(order, (0, 535)), history(store, order.id), RULES, IN_DECEMBER))
    # Told late: the entry is dated in November and enters December.
    late = ridden(store, book, price_line(107), at=EIGHT)
    report = clearing.report(BUS, DECEMBER)
    assert [line.line.kind for line in report.corrections] == [LineKind.REFUND, LineKind.FARE]
    (back, fare) = report.corrections
    assert back.corrects == f"{order.id}:performed:1"
    assert back.corrected_month == NOVEMBER
    assert back.line.amount == Money(-334), "half of 10.00 without VAT, 667 of 1000 of that"
    assert fare.order_id == late.id
    rows = csv.DictReader(io.StringIO(to_csv(report).decode()))
    assert next(rows)["of_month"] == NOVEMBER
    assert report.opening == clearing.report(BUS, NOVEMBER).due == 667
    assert clearing.check() == 1
    assert clearing.months()[0] == before


def test_what_is_due_is_paid_once(
    store: SqlStore, clearing: Clearing, clock: MovableClock, book: Book
) -> None:
    ridden(store, book, price_line(1070))
    with pytest.raises(MonthNotClosable, match="is still open: what is due may change"):
        clearing.pay_out(BUS, NOVEMBER)
    clock.at = IN_DECEMBER
    clearing.close(NOVEMBER)
    assert clearing.pay_out(BUS, NOVEMBER) == clearing.pay_out(BUS, NOVEMBER) == Money(667)
    assert balance(store, payable(BUS)) == 0
    report = clearing.report(BUS, DECEMBER)
    assert (report.opening, report.total(LineKind.PAY_OUT), report.due) == (667, -667, 0)


def test_a_subscription_is_earned_in_its_month(
    store: SqlStore, clearing: Clearing, clock: MovableClock, book: Book
) -> None:
    card, over = uuid4(), month_start(DECEMBER)
    sold = SubscriptionSale(card, "abo", BUS, Money(6300), 70, month_start(NOVEMBER).date(), over)
    book(subscription_sold(sold, RULES, SOLD_AT))
    clock.at = over - timedelta(seconds=1)
    assert clearing.earn_due() == 0
    clock.at = IN_DECEMBER
    clearing.close(NOVEMBER)
    assert clearing.report(BUS, NOVEMBER).earned == 5888
    assert balance(store, deferred(BUS)) == 0
    assert clearing.earn_due() == 0


def test_closing_that_was_broken_off_is_completed(
    store: SqlStore, clearing: Clearing, clock: MovableClock, book: Book
) -> None:
    ridden(store, book, price_line(1070))
    clock.at = IN_DECEMBER
    in_transaction(store, lambda uow: uow.clearing.close(NOVEMBER, DECEMBER, clock.at))
    assert clearing.months()[0].hash is None
    assert clearing.close(NOVEMBER).hash == clearing.months()[0].hash
    assert clearing.months()[0].hash is not None


# --- what the database itself keeps


def test_what_was_written_stays(
    store: SqlStore, database: Database, clearing: Clearing, clock: MovableClock, book: Book
) -> None:
    ridden(store, book, price_line(1070))
    clock.at = IN_DECEMBER
    clearing.close(NOVEMBER)
    for statement in (
        "UPDATE posting SET amount_minor = 0",
        "DELETE FROM posting",
        "UPDATE entry SET text = 'x'",
        "DELETE FROM entry",
        "UPDATE ledger_month SET hash = 'x'",
        "UPDATE ledger_month SET next_month = '2026-13'",
        "DELETE FROM ledger_month",
    ):
        with database.writers() as session, pytest.raises(IntegrityError, match="stays"):
            session.execute(text(statement))


def test_nothing_enters_a_closed_month_by_hand(
    store: SqlStore, database: Database, clearing: Clearing, clock: MovableClock, book: Book
) -> None:
    ridden(store, book, price_line(1070))
    clock.at = IN_DECEMBER
    clearing.close(NOVEMBER)
    values = {"key": "by hand", "text": "t", "at": EIGHT, "month": NOVEMBER}
    with database.writers() as session:
        if database.name == "sqlite":
            with pytest.raises(IntegrityError, match="the month is closed"):
                session.execute(insert(EntryRow).values(values))
        else:
            session.execute(insert(EntryRow).values(values))
            months = select(EntryRow.month).where(EntryRow.key == "by hand")
            assert session.scalars(months).one() == DECEMBER
    with database.writers() as session:
        old = session.scalars(select(PostingRow).limit(1)).one()
        account = session.scalars(text("SELECT max(id) FROM account")).one()
        side = {"entry_id": old.entry_id, "account_id": account, "amount_minor": 0}
        with pytest.raises(IntegrityError, match="the month is closed"):
            session.execute(insert(PostingRow).values(side | {"currency": "EUR"}))


def test_a_closed_month_that_was_changed_is_noticed(
    store: SqlStore, database: Database, clearing: Clearing, clock: MovableClock, book: Book
) -> None:
    ridden(store, book, price_line(1070))
    clock.at = IN_DECEMBER
    clearing.close(NOVEMBER)
    with tampering(database) as session:
        session.execute(text("UPDATE entry SET text = 'another' WHERE text = 'sale'"))
    with pytest.raises(MonthChanged, match="changed since they were closed: 2026-11"):
        clearing.check()


def test_booking_and_closing_at_once(
    store: SqlStore, database: Database, clearing: Clearing, clock: MovableClock
) -> None:
    """Thirty-two threads book November while it closes: what came too late is in December."""
    clock.at = IN_DECEMBER
    start, late = threading.Barrier(33), threading.Event()

    def sell(n: int) -> None:
        entry = transfer(f"k{n}", "t", EIGHT, Money(1), RECEIVABLE, of_means("x"))
        start.wait()

        def work(uow: UnitOfWork) -> None:
            uow.ledger.book(entry)
            late.wait(0.05 * (n % 4))  # some have booked and not committed yet when it closes

        in_transaction(store, work)

    def close() -> Any:
        start.wait()
        late.wait(0.02)
        return clearing.close(NOVEMBER)

    with ThreadPoolExecutor(33) as pool:
        closing = pool.submit(close)
        list(pool.map(sell, range(32)))
        closed = closing.result()
    with database.readers() as session:
        months = list(session.scalars(select(EntryRow.month)))
    assert len([month for month in months if month in {NOVEMBER, DECEMBER}]) >= 32
    assert clearing.check() == 1
    assert clearing.months()[0].hash == closed.hash


def test_who_books_makes_closing_wait(
    store: SqlStore, database: Database, clearing: Clearing, clock: MovableClock
) -> None:
    if database.name == "sqlite":
        pytest.skip("SQLite has one writer anyhow")
    clock.at = IN_DECEMBER
    with ThreadPoolExecutor(1) as pool, store.write() as uow:
        uow.ledger.book(transfer("k", "t", EIGHT, Money(1), RECEIVABLE, of_means("x")))
        closing = pool.submit(clearing.close, NOVEMBER)
        with pytest.raises(TimeoutError):
            closing.result(timeout=0.5)
        uow.commit()
        closing.result(timeout=10)
    with database.readers() as session:
        assert list(session.scalars(select(EntryRow.month).where(EntryRow.key == "k"))) == [
            NOVEMBER
        ]
