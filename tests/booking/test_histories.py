"""Random histories of two riders, a clock, crashes and silent providers: the theorem holds.

Hypothesis chooses what happens next; after every step the books and the places are checked.
"""

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

import pytest
from booking.adapters.payments.wallet import WalletPayments
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.store import SqlStore, SqlUnitOfWork
from booking.adapters.tables import OrderRow, PlaceHoldRow, WalletPaymentRow
from booking.domain.errors import BookingError, PaymentUnavailable
from booking.domain.holds import Span, most_taken
from booking.domain.ledger import AccountKind
from booking.domain.money import Money
from booking.domain.offers import Offer
from booking.service.orders import Orders
from booking.service.wallet import DEMO_GRANT
from tests.support.shop import NOON, MovableClock, Shop, offer, ride, ticket_of

PLACES = 2
FAR = NOON.replace(year=2027)
DEADLINE_H = 3


class Crash(BaseException):
    """The process ends here; nothing in the product may catch it."""


class FragileStore(SqlStore):
    """Crashes at a commit that is told in advance, before it or after it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database
        self.commits_left, self.after = -1, False

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


class Silent(WalletPayments):
    """The wallet, which now and then does what it is asked and gives no answer."""

    def __init__(self, store: SqlStore, clock: MovableClock) -> None:
        super().__init__(store, clock)
        self.calls_left = -1

    def _answer(self) -> None:
        self.calls_left -= 1
        if self.calls_left == 0:
            raise PaymentUnavailable("the answer was lost")

    def authorise(self, reference: str, key: str) -> None:
        super().authorise(reference, key)
        self._answer()

    def capture(self, reference: str, key: str) -> None:
        super().capture(reference, key)
        self._answer()

    def void(self, reference: str, key: str) -> None:
        super().void(reference, key)
        self._answer()


class Interrupted:
    """Lets a block end by a refusal or by a crash."""

    def __init__(self, store: FragileStore) -> None:
        self._store = store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self._store.commits_left = -1
        return isinstance(error, BookingError | Crash)


class Histories(RuleBasedStateMachine):
    orders_made = Bundle("orders_made")
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kommit-histories-"))
        path = self.folder / "kommit.db"
        shutil.copy(self.template, path)
        self.database = Database(f"sqlite:///{path}", durable=False)
        self.clock = MovableClock()
        self.store = FragileStore(self.database)
        self.shop = Shop(self.database, self.clock, SqlStore(self.database))
        self.payments = Silent(self.store, self.clock)
        self.orders = Orders(self.store, self.clock, {"wallet": self.payments}, ticket_of)
        self.dead: set[UUID] = set()

    def teardown(self) -> None:
        self.clock.move(days=30)
        self.payments.calls_left = -1
        self.orders.resume_all(self.clock.now())
        self.orders.expire_due(self.clock.now())
        self.shop.check_books()
        self.database.close()
        shutil.rmtree(self.folder)

    @initialize(money=st.sampled_from([1_250, 3_000, 20_000]))
    def open_the_shop(self, money: int) -> None:
        self.shop.quota(PLACES)
        self.riders = [self.shop.rider(money), self.shop.rider(20_000)]

    @rule(
        target=orders_made,
        rider=st.integers(0, 1),
        board=st.integers(0, 2),
        length=st.integers(1, 3),
        crash=st.sampled_from([0, 1]),
        after=st.booleans(),
    )
    def hold(self, rider: int, board: int, length: int, crash: int, after: bool) -> object:
        leaves = NOON.replace(hour=NOON.hour + DEADLINE_H)
        wanted: Offer = offer(
            ride(board=board, alight=board + length, leaves=leaves), expires_at=FAR
        )
        self.store.commits_left, self.store.after = crash, after
        with Interrupted(self.store):
            self.orders.hold(self.riders[rider], wanted)
        made = self.shop.scalars(select(OrderRow.id).where(OrderRow.offer_id == wanted.id))
        return multiple(*((rider, order_id, wanted) for order_id in made))

    @rule(made=orders_made)
    def hold_again(self, made: tuple[int, UUID, Offer]) -> None:
        """The same request once more, as after a lost answer."""
        rider, _, wanted = made
        with Interrupted(self.store):
            self.orders.hold(self.riders[rider], wanted)

    @rule(
        made=orders_made,
        crash=st.integers(0, 9),
        after=st.booleans(),
        silent=st.sampled_from([0, 0, 0, 1, 2]),
    )
    def pay(self, made: tuple[int, UUID, Offer], crash: int, after: bool, silent: int) -> None:
        self.store.commits_left, self.store.after = crash, after
        self.payments.calls_left = silent
        with Interrupted(self.store):
            self.orders.pay(made[1], self.riders[made[0]], "wallet")

    @rule(made=orders_made, crash=st.integers(0, 4), after=st.booleans())
    def cancel(self, made: tuple[int, UUID, Offer], crash: int, after: bool) -> None:
        self.store.commits_left, self.store.after = crash, after
        with Interrupted(self.store):
            self.orders.cancel(made[1], self.riders[made[0]])

    @rule(crash=st.integers(0, 6), after=st.booleans())
    def run_the_jobs(self, crash: int, after: bool) -> None:
        self.store.commits_left, self.store.after = crash, after
        with Interrupted(self.store):
            self.orders.resume_all(self.clock.now())
            self.orders.expire_due(self.clock.now())

    @rule(seconds=st.sampled_from([1, 29, 31, 300, 600, 3_600]))
    def wait(self, seconds: int) -> None:
        self.clock.move(seconds=seconds)

    @rule(minor=st.integers(1, 3_000))
    def top_up(self, minor: int) -> None:
        key = str(self.clock.now())
        for _ in range(2):
            self.shop.wallets.top_up(self.riders[0], Money(minor), key, DEMO_GRANT)

    @invariant()
    def the_books_balance(self) -> None:
        assert self.shop.wallets.ledger_difference() == 0

    @invariant()
    def money_is_held_for_live_orders_only(self) -> None:
        held = self.shop.scalars(
            select(WalletPaymentRow).where(WalletPaymentRow.state == "authorised")
        )
        assert self.shop.balance(AccountKind.WALLET_HOLD) == sum(p.amount_minor for p in held)
        alive = self._orders_in("held", "authorised", "confirmed")
        assert {payment.order_id for payment in held} <= alive

    @invariant()
    def captured_money_has_a_confirmed_order(self) -> None:
        taken = self.shop.scalars(
            select(WalletPaymentRow.order_id).where(WalletPaymentRow.state == "captured")
        )
        assert len(taken) == len(set(taken))
        assert set(taken) <= self._orders_in("confirmed")

    @invariant()
    def a_ticket_is_shown_for_captured_money_only(self) -> None:
        taken = self.shop.scalars(
            select(WalletPaymentRow.order_id).where(WalletPaymentRow.state == "captured")
        )
        for rider_id in getattr(self, "riders", []):
            sold = {order.id for order in self.orders.list_orders(rider_id) if order.is_sold}
            assert sold <= set(taken)

    @invariant()
    def no_segment_holds_more_than_it_has_places(self) -> None:
        rows = self.shop.scalars(select(PlaceHoldRow))
        live = [row for row in rows if row.until is None or row.until > self.clock.now()]
        spans = [Span(row.board, row.alight, row.places) for row in live]
        assert most_taken(spans, 0, 10) <= PLACES
        assert {row.order_id for row in rows if row.until is None} == self._orders_in("confirmed")

    @invariant()
    def what_is_over_stays_over(self) -> None:
        dead = self._orders_in("cancelled", "expired", "failed")
        assert self.dead <= dead
        self.dead = dead

    def _orders_in(self, *states: str) -> set[UUID]:
        return set(self.shop.scalars(select(OrderRow.id).where(OrderRow.state.in_(states))))


@pytest.mark.timeout(240)
def test_histories(migrated_sqlite: Path) -> None:
    Histories.template = migrated_sqlite
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
