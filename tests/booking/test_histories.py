"""Random histories of two riders, a clock, crashes and silent providers: the theorem holds.

Riders hold, pay by wallet or card, confirm with their bank, give back legs and passengers, change
to another time, and let it be. Hypothesis chooses what happens next; after every step the books,
the provider and the places are checked against each other.
"""

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

import pytest
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
from booking.adapters.tables import OrderRow, PlaceHoldRow, RefundRow
from booking.domain.errors import BookingError
from booking.domain.holds import Span, most_taken
from booking.domain.ledger import AccountKind
from booking.domain.money import Money
from booking.domain.offers import Offer
from booking.domain.orders import Order
from booking.service.till import Wish
from booking.service.wallet import DEMO_GRANT
from tests.support.provider import MEANS, OutsideProvider
from tests.support.shop import NOON, SOLD, MovableClock, Shop, offer, ride

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


Made = tuple[int, UUID, Offer]
MEANS_OF_PAYMENT = st.sampled_from(["wallet", MEANS])
CRASH = st.integers(0, 6)


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
        self.card = OutsideProvider(limit=5_000)
        self.shop = Shop(self.database, self.clock, SqlStore(self.database), card=self.card)
        self.desk = Shop(self.database, self.clock, self.store, card=self.card)
        self.dead: set[UUID] = set()

    def teardown(self) -> None:
        self.card.calls_left = -1
        for _ in range(2):
            self.clock.move(days=30)
            self._run_jobs()
        self.shop.check_books()
        assert self.card.reserved == {}
        assert not self.shop.scalars(select(RefundRow).where(RefundRow.state == "pending"))
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
        passengers=st.integers(1, 2),
        means=st.sampled_from([None, None, "wallet", MEANS]),
        crash=st.integers(0, 3),
        after=st.booleans(),
    )
    def hold(
        self,
        rider: int,
        board: int,
        length: int,
        passengers: int,
        means: str | None,
        crash: int,
        after: bool,
    ) -> object:
        wanted = self._offer(board, length, passengers)
        self._fragile(crash, after)
        with Interrupted(self.store):
            self.desk.orders.hold(self.riders[rider], wanted, wish=Wish(means) if means else None)
        return self._made(rider, wanted)

    @rule(made=orders_made)
    def hold_again(self, made: Made) -> None:
        """The same request once more, as after a lost answer."""
        rider, _, wanted = made
        with Interrupted(self.store):
            self.desk.orders.hold(self.riders[rider], wanted)

    @rule(
        made=orders_made,
        means=MEANS_OF_PAYMENT,
        crash=CRASH,
        after=st.booleans(),
        silent=st.sampled_from([0, 0, 0, 1, 2]),
    )
    def pay(self, made: Made, means: str, crash: int, after: bool, silent: int) -> None:
        self._fragile(crash, after)
        self.card.calls_left = silent
        with Interrupted(self.store):
            self.desk.orders.pay(made[1], self.riders[made[0]], means)
        self.card.calls_left = -1

    @rule(asks=st.booleans())
    def the_bank_asks(self, asks: bool) -> None:
        self.card.challenges = asks

    @rule(made=orders_made, times=st.integers(1, 2), crash=CRASH, after=st.booleans())
    def the_rider_confirms(self, made: Made, times: int, crash: int, after: bool) -> None:
        """The bank's answer is told by the provider, perhaps twice, perhaps too late."""
        for reference, charge in self.card.charges.items():
            if charge.order_id == made[1]:
                if charge.state == "opened":
                    self.card.confirm(reference)
                for _ in range(times):
                    self._fragile(crash, after)
                    with Interrupted(self.store):
                        self.desk.orders.payment_news(reference)

    @rule(made=orders_made, crash=CRASH, after=st.booleans())
    def release(self, made: Made, crash: int, after: bool) -> None:
        self._fragile(crash, after)
        with Interrupted(self.store):
            self.desk.orders.cancel(made[1], self.riders[made[0]])

    @rule(
        made=orders_made,
        passengers=st.sampled_from([(), (0,), (1,)]),
        crash=CRASH,
        after=st.booleans(),
        silent=st.sampled_from([0, 0, 1]),
    )
    def give_back(
        self, made: Made, passengers: tuple[int, ...], crash: int, after: bool, silent: int
    ) -> None:
        self._fragile(crash, after)
        self.card.calls_left = silent
        with Interrupted(self.store):
            rider = self.riders[made[0]]
            self.desk.after_sales.cancel(made[1], rider, passengers=passengers)
        self.card.calls_left = -1

    @rule(
        target=orders_made,
        made=orders_made,
        board=st.integers(0, 2),
        passengers=st.integers(1, 2),
        crash=CRASH,
        after=st.booleans(),
    )
    def change(self, made: Made, board: int, passengers: int, crash: int, after: bool) -> object:
        wanted = self._offer(board, 1, passengers)
        self._fragile(crash, after)
        with Interrupted(self.store):
            self.desk.after_sales.change(made[1], self.riders[made[0]], wanted)
        return self._made(made[0], wanted)

    @rule(crash=CRASH, after=st.booleans())
    def run_the_jobs(self, crash: int, after: bool) -> None:
        self._fragile(crash, after)
        with Interrupted(self.store):
            self._run_jobs()

    @rule(seconds=st.sampled_from([1, 19, 21, 300, 600, 3_600]))
    def wait(self, seconds: int) -> None:
        self.clock.move(seconds=seconds)

    @rule(minor=st.integers(1, 3_000))
    def top_up(self, minor: int) -> None:
        key = str(self.clock.now())
        for _ in range(2):
            self.shop.wallets.top_up(self.riders[0], Money(minor), key, DEMO_GRANT)

    # --- what always holds

    @invariant()
    def the_books_balance(self) -> None:
        assert self.shop.wallets.ledger_difference() == 0

    @invariant()
    def money_is_held_for_live_orders_only(self) -> None:
        rows = self._rows("authorised")
        held = sum(
            minor for row in rows for means, minor, _ in row.payment_parts if means == "wallet"
        )
        assert self.shop.balance(AccountKind.WALLET_HOLD) == held
        alive = self._ids("held", "authorised", "confirmed")
        assert set(self.card.reserved) <= alive

    @invariant()
    def captured_money_has_a_sold_order(self) -> None:
        taken = [one for one in self.card.charges.values() if one.state == "captured"]
        assert len(taken) == len({one.order_id for one in taken})
        assert {one.order_id for one in taken} <= self._ids(*SOLD, "cancelled")
        for order in self._orders("cancelled"):
            assert not order.parts

    @invariant()
    def nothing_is_refunded_twice(self) -> None:
        for order in self._orders(*SOLD, "cancelled"):
            assert all(order.left_of(n).minor >= 0 for n, _ in enumerate(order.offer.price.lines))
        for charge in self.card.charges.values():
            assert charge.state != "captured" or charge.kept >= 0

    @invariant()
    def a_ticket_is_shown_for_captured_money_only(self) -> None:
        for order in self._orders(*SOLD):
            if order.is_sold and order.payment and order.payment.means == MEANS:
                own = [part for part in order.payment.parts if part.means == MEANS]
                assert not own or self.card.of(order.id)[0].state == "captured"

    @invariant()
    def no_segment_holds_more_than_it_has_places(self) -> None:
        rows = self.shop.scalars(select(PlaceHoldRow))
        live = [row for row in rows if row.until is None or row.until > self.clock.now()]
        spans = [Span(row.board, row.alight, row.places) for row in live]
        assert most_taken(spans, 0, 10) <= PLACES
        kept = {row.order_id: row.places for row in rows if row.until is None}
        assert kept == {order.id: order.riders_on(0) for order in self._orders(*SOLD)}

    @invariant()
    def an_order_and_the_one_in_its_place_are_never_both_sold(self) -> None:
        sold = {order.id: order for order in self._orders(*SOLD)}
        assert not {order.replaces for order in sold.values()} & set(sold)

    @invariant()
    def what_is_over_stays_over(self) -> None:
        dead = self._ids("released", "cancelled", "expired", "failed")
        assert self.dead <= dead
        self.dead = dead

    # --- how

    def _offer(self, board: int, length: int, passengers: int) -> Offer:
        leaves = NOON.replace(hour=NOON.hour + DEADLINE_H)
        leg = ride(board=board, alight=board + length, leaves=leaves)
        return offer(leg, passengers=passengers, expires_at=FAR)

    def _made(self, rider: int, wanted: Offer) -> object:
        made = self.shop.scalars(select(OrderRow.id).where(OrderRow.offer_id == wanted.id))
        return multiple(*((rider, order_id, wanted) for order_id in made))

    def _fragile(self, crash: int, after: bool) -> None:
        self.store.commits_left, self.store.after = crash, after

    def _run_jobs(self) -> None:
        now = self.clock.now()
        self.desk.orders.resume_all(now)
        self.desk.orders.expire_due(now)
        self.desk.after_sales.resume_all(now)
        self.desk.orders.advance_due(now)

    def _rows(self, *states: str) -> list[OrderRow]:
        return self.shop.scalars(select(OrderRow).where(OrderRow.state.in_(states)))

    def _ids(self, *states: str) -> set[UUID]:
        return {row.id for row in self._rows(*states)}

    def _orders(self, *states: str) -> list[Order]:
        with self.shop.store.read() as uow:
            return [uow.orders.get(order_id) for order_id in sorted(self._ids(*states))]


@pytest.mark.timeout(280)
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
