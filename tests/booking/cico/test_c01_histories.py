"""Random histories of two riders with phones that tell late, twice and in any order; and crashes.

Hypothesis chooses what happens next. After every step the books balance, every trip has one bill,
and what operators are owed is what riders paid. In the end, everything is closed: no 24 hours and
no month are above the caps, and nobody paid more than the single fares.
"""

import shutil
import tempfile
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from booking.adapters.database import Database
from booking.adapters.store import SqlStore, SqlUnitOfWork
from booking.adapters.travel_tables import SpentRow, TripRow
from booking.domain.cico import TripState
from booking.domain.errors import BookingError
from booking.domain.ledger import RECEIVABLE
from booking.domain.money import Money
from booking.domain.passengers import group
from booking.domain.refunds import Refund, RefundLine, RefundReason
from booking.service.books import Books
from booking.service.spending import credited, record_spent, take_back
from booking.service.transactions import in_transaction
from kommit.kit.ids import uuid7
from tests.booking.cico.test_b01_closing import order
from tests.support.cico import BERLIN, DAY, DAY_CAP, MONTH_CAP, Terminal, at
from tests.support.databases import empty
from tests.support.shop import MovableClock

GROUPS = (("adult",), ("adult", "adult"), ("adult", "child"))
START = datetime.fromisoformat("2026-05-29T10:00:00+02:00")
"""So that histories cross the end of a month."""


class Crash(BaseException):
    """The process ends here; nothing in the product may catch it."""


class FragileStore(SqlStore):
    """Crashes at a commit that is told in advance, before it or after it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database, self.commits_left, self.after = database, -1, False

    def write(self) -> SqlUnitOfWork:
        return FragileUnitOfWork(self, self._database)


class FragileUnitOfWork(SqlUnitOfWork):
    def __init__(self, store: FragileStore, database: Database) -> None:
        super().__init__(database.writers(), writes=True)
        self._store = store

    def commit(self) -> None:
        self._store.commits_left -= 1
        crashes = self._store.commits_left == 0
        if crashes and not self._store.after:
            raise Crash
        super().commit()
        if crashes:
            raise Crash


class Histories(RuleBasedStateMachine):
    make_database: Any
    """Returns a new database."""

    def __init__(self) -> None:
        super().__init__()
        self.database, self.folder = self.make_database()
        self.clock = MovableClock(START)
        self.store = FragileStore(self.database)
        self.terminal = Terminal(self.database, self.clock, self.store)
        self.trips: list[tuple[UUID, UUID]] = []
        self.orders: list[Any] = []
        self.bought_ahead = False

    def teardown(self) -> None:
        if hasattr(self, "riders"):
            self.clock.move(days=3)
            self.settle()
            self.clock.move(days=40)
            self.settle()
            self.check_caps()
        self.database.close()
        if self.folder is not None:
            shutil.rmtree(self.folder)

    def settle(self) -> None:
        """Let the jobs do what they have to do, twice: the second time there is nothing left."""
        jobs = self.terminal
        for _ in range(2):
            before = [self.terminal.money(rider) for rider in self.riders]
            jobs.trips.close_forgotten()
            jobs.trips.bill_all()
            jobs.closing.close_days()
            jobs.closing.close_months()
        assert before == [self.terminal.money(rider) for rider in self.riders]
        self.the_books_are_right()

    @initialize(money=st.sampled_from([0, 500, 20_000]))
    def begin(self, money: int) -> None:
        self.riders = [self.terminal.rider(money), self.terminal.rider(20_000)]

    def tried(self, work: Any, crash: int = 0, *, after: bool = False) -> Any:
        """Do something that may be refused, or in which the process dies at a commit."""
        self.store.commits_left, self.store.after = crash or -1, after
        try:
            return work()
        except (BookingError, Crash):
            return None
        finally:
            self.store.commits_left = -1

    @rule(
        who=st.integers(0, 1),
        stop=st.sampled_from("ABCD"),
        ago=st.integers(-1, 600),
        of=st.sampled_from(GROUPS),
    )
    def check_in(self, who: int, stop: str, ago: int, of: Any) -> None:
        rider, when = self.riders[who], self.clock.now() - timedelta(minutes=ago)
        made = self.tried(lambda: self.terminal.trips.check_in(rider, at(stop, when), group(of)))
        if made is not None and made[1]:
            self.trips.append((made[0].id, rider))

    @rule(
        n=st.integers(0, 99),
        stop=st.sampled_from("ABCDX"),
        minutes=st.lists(st.integers(-30, 600), max_size=3),
    )
    def report(self, n: int, stop: str, minutes: list[int]) -> None:
        if self.trips:
            trip, rider = self.trips[n % len(self.trips)]
            batch = [at(stop, self.clock.now() - timedelta(minutes=ago)) for ago in minutes]
            self.terminal.trips.report(trip, rider, batch)

    @rule(
        n=st.integers(0, 99),
        stop=st.sampled_from("ABCDX"),
        ago=st.integers(0, 600),
        crash=st.integers(0, 2),
        after=st.booleans(),
    )
    def check_out(self, n: int, stop: str, ago: int, crash: int, after: bool) -> None:
        if self.trips:
            trip, rider = self.trips[-1 - n % min(len(self.trips), 3)]
            when = self.clock.now() - timedelta(minutes=ago)
            self.tried(
                lambda: self.terminal.trips.check_out(trip, rider, at(stop, when)),
                crash,
                after=after,
            )

    @rule(n=st.integers(0, 99))
    def cancel(self, n: int) -> None:
        if self.trips:
            trip, rider = self.trips[n % len(self.trips)]
            self.tried(lambda: self.terminal.trips.cancel(trip, rider))

    @rule(
        who=st.integers(0, 1), way=st.sampled_from(["AB", "AD", "ABCD"]), of=st.sampled_from(GROUPS)
    )
    def travel(self, who: int, way: str, of: Any) -> None:
        """Check in, ride and check out as it should be."""
        rider = self.riders[who]
        trip = self.tried(lambda: self.terminal.travel(rider, way, 10, of))
        if trip is not None:
            self.trips.append((trip.id, rider))

    @rule(n=st.integers(0, 99), is_right=st.booleans())
    def dispute(self, n: int, is_right: bool) -> None:
        if self.trips:
            trip, rider = self.trips[-1 - n % min(len(self.trips), 3)]
            if self.tried(lambda: self.terminal.trips.dispute(trip, rider, "no")) is not None:
                if is_right:
                    self.terminal.billing.correct(trip, None)
                else:
                    self.terminal.billing.keep(trip)

    @rule(
        who=st.integers(0, 1),
        minor=st.integers(100, 900),
        hours=st.integers(-20, 60),
        n=st.integers(1, 2),
    )
    def buy_ahead(self, who: int, minor: int, hours: int, n: int) -> None:
        """Sell an order at a price that was promised before anything else was bought."""
        rider, when = self.riders[who], self.clock.now() + timedelta(hours=hours)
        made = order(rider, minor, when, n)

        def work(uow: Any) -> None:
            uow.orders.add(made)
            Books().sold(uow, made, self.clock.now())
            self.terminal.accounts.charge(uow, rider, made.price, f"pay:{made.id}")
            record_spent(uow, made)

        in_transaction(self.store, work)
        self.orders.append(made)
        self.bought_ahead = True

    @rule(n=st.integers(0, 99))
    def refund(self, n: int) -> None:
        """Give back what is left of an order's first line."""
        if not self.orders:
            return
        sold = self.orders[n % len(self.orders)]

        def work(uow: Any) -> None:
            kept = uow.orders.get(sold.id)
            left = kept.left_of(0)
            assert left == sold.offer.price.lines[0].amount - credited(uow, sold.id).get(
                0, Money(0)
            ) or (sold in self.given_back)
            if sold in self.given_back or not left.minor:
                return
            refund = Refund(
                uuid7(),
                sold.id,
                self.clock.now(),
                RefundReason.CANCELLED,
                (RefundLine(0, left),),
                legs=(0,),
                passengers=(0,),
            )
            kept.refunds.append(refund)
            Books().refunded(uow, kept, refund, self.clock.now())
            self.terminal.accounts.credit(uow, sold.rider_id, refund.amount, f"back:{refund.id}")
            take_back(uow, kept, refund)

        in_transaction(self.store, work)
        self.given_back.append(sold)

    @property
    def given_back(self) -> list[Any]:
        return self.__dict__.setdefault("_given_back", [])

    @rule(minutes=st.sampled_from([1, 10, 60, 400, 1_500]))
    def wait(self, minutes: int) -> None:
        self.clock.move(minutes=minutes)

    @rule(
        crash=st.integers(0, 3),
        after=st.booleans(),
        job=st.sampled_from(["days", "months", "bill", "forgotten"]),
    )
    def job(self, crash: int, after: bool, job: str) -> None:
        jobs = {
            "days": self.terminal.closing.close_days,
            "months": self.terminal.closing.close_months,
            "bill": self.terminal.trips.bill_all,
            "forgotten": self.terminal.trips.close_forgotten,
        }
        self.tried(jobs[job], crash, after=after)

    @invariant()
    def the_books_are_right(self) -> None:
        if not hasattr(self, "riders"):
            return
        assert self.terminal.difference() == 0
        assert self.terminal.balance(RECEIVABLE) == 0
        assert self.terminal.owed() == self.spent_by_all()

    @invariant()
    def trips_are_billed_once(self) -> None:
        with self.database.readers() as session:
            for row in session.scalars(select(TripRow)):
                assert (row.price is not None) == (row.state in {"billed", "disputed"}), row.state
                assert row.state != TripState.CANCELLED or row.price_minor is None

    @invariant()
    def trips_alone_never_exceed_caps(self) -> None:
        if hasattr(self, "riders") and not self.bought_ahead:
            self.check_caps()

    def spent_by_all(self) -> int:
        with self.database.readers() as session:
            return int(session.scalars(select(func.coalesce(func.sum(SpentRow.minor), 0))).one())

    def check_caps(self) -> None:
        """Assert that nobody has paid more than caps and single fares allow."""
        with self.database.readers() as session:
            rows = list(session.scalars(select(SpentRow)))
        slots: dict[Any, list[Any]] = defaultdict(list)
        for row in rows:
            slots[row.rider_id, row.slot].append(row)
        for (_, slot), lines in slots.items():
            share = 1 if slot.startswith("adult") else 2
            assert sum(row.minor for row in lines) <= sum(row.full_minor for row in lines)
            for first in lines:
                day = sum(r.minor for r in lines if first.at <= r.at < first.at + DAY)
                assert day <= DAY_CAP // share, f"{slot} from {first.at}"
                month = first.at.astimezone(BERLIN).strftime("%Y-%m")
                of_month = (r for r in lines if r.at.astimezone(BERLIN).strftime("%Y-%m") == month)
                assert sum(r.minor for r in of_month) <= MONTH_CAP // share, f"{slot} in {month}"
            by_source: dict[UUID, int] = defaultdict(int)
            for row in lines:
                by_source[row.source] += row.minor
            assert min(by_source.values()) >= 0, "nobody gets back more than was paid"


def _run(make: Any, examples: int, steps: int) -> None:
    class Machine(Histories):
        make_database = staticmethod(make)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),  # to shrink histories on a database takes minutes
        ),
    )


def test_histories_on_sqlite(migrated_sqlite: Path) -> None:
    def make() -> tuple[Database, Path]:
        folder = Path(tempfile.mkdtemp(prefix="kommit-cico-"))
        shutil.copy(migrated_sqlite, folder / "kommit.db")
        return Database(f"sqlite:///{folder / 'kommit.db'}", durable=False), folder

    _run(make, 30, 30)


@pytest.mark.postgres
def test_histories_on_postgres(postgres_url: str) -> None:
    def make() -> tuple[Database, None]:
        empty(postgres_url)
        return Database(postgres_url, durable=False, pool_size=2), None

    _run(make, 8, 25)
