"""Two hundred buyers rush for the last ten places, on both databases."""

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.tables import OrderRow, PlaceHoldRow
from booking.domain.errors import NoPlacesLeft
from booking.domain.holds import Span, most_taken
from booking.domain.ledger import AccountKind
from booking.service.ports import Store
from tests.support.dying import COMMITS_EXIT, PROCESSES
from tests.support.shop import PRICE, Shop, offer, ride

BUYERS = 200
THREADS = 40
PLACES = 10


def try_to_buy(shop: Shop, rider_id: UUID, start: threading.Barrier | None = None) -> str:
    if start is not None:
        start.wait()
    try:
        order = shop.orders.hold(rider_id, offer())
        return shop.orders.pay(order.id, rider_id, "wallet").state
    except NoPlacesLeft:
        return "no places left"


def check_ten_were_sold(shop: Shop) -> None:
    assert shop.states() == ["confirmed"] * PLACES
    assert len(shop.paid()) == PLACES
    assert shop.places() == PLACES
    shares = shop.balance(AccountKind.DEFERRED) + shop.balance(AccountKind.VAT)
    assert shares == PLACES * PRICE.minor
    assert shop.balance(AccountKind.WALLET) == BUYERS * 2_000 - PLACES * PRICE.minor
    tickets = shop.scalars(select(OrderRow.ticket))
    assert len(set(tickets)) == PLACES
    shop.check_books()


def test_ten_of_two_hundred_threads_buy(shop: Shop) -> None:
    shop.quota(PLACES)
    riders = [shop.rider(2_000) for _ in range(BUYERS)]
    start = threading.Barrier(THREADS)

    with ThreadPoolExecutor(THREADS) as pool:
        first = [pool.submit(try_to_buy, shop, rider, start) for rider in riders[:THREADS]]
        rest = [pool.submit(try_to_buy, shop, rider) for rider in riders[THREADS:]]
        outcomes = Counter(future.result() for future in first + rest)

    assert outcomes == {"confirmed": PLACES, "no places left": BUYERS - PLACES}
    check_ten_were_sold(shop)


def rush(url: str, riders: list[UUID]) -> None:
    """Be one process of several, with threads of its own; exit with the number of its tickets."""
    shop = Shop(Database(url, durable=False, pool_size=5))
    with ThreadPoolExecutor(10) as pool:
        outcomes = Counter(pool.map(lambda rider: try_to_buy(shop, rider), riders))
    assert set(outcomes) <= {"confirmed", "no places left"}
    os._exit(COMMITS_EXIT + outcomes["confirmed"])


def test_ten_of_two_hundred_buy_from_four_processes(shop: Shop, database_url: str) -> None:
    shop.quota(PLACES)
    riders = [shop.rider(2_000) for _ in range(BUYERS)]
    processes = [
        PROCESSES.Process(target=rush, args=(database_url, riders[part::4])) for part in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    sold = [(process.exitcode or 0) - COMMITS_EXIT for process in processes]
    assert sum(sold) == PLACES
    check_ten_were_sold(shop)


def test_no_segment_is_sold_twice(shop: Shop) -> None:
    """Forty riders want changing parts of two trips, in either order; none ends in a deadlock."""
    shop.quota(3, "demo:t1")
    shop.quota(3, "demo:t2")

    def buy(number: int) -> str:
        board = number % 4
        trips = ("demo:t1", "demo:t2") if number % 2 else ("demo:t2", "demo:t1")
        legs = [ride(trip, board, board + 1 + number % 3) for trip in trips]
        rider = shop.rider(2_000)
        try:
            order = shop.orders.hold(rider, offer(*legs))
            return shop.orders.pay(order.id, rider, "wallet").state
        except NoPlacesLeft:
            return "no places left"

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(buy, range(40)))

    assert outcomes["confirmed"] >= 3
    for trip in ("demo:t1", "demo:t2"):
        rows = shop.scalars(select(PlaceHoldRow).where(PlaceHoldRow.trip_id == trip))
        spans = [Span(row.board, row.alight, row.places) for row in rows]
        assert most_taken(spans, 0, 10) == 3, "full, and not fuller"
    shop.check_books()


def test_two_requests_pay_one_order_once(shop: Shop) -> None:
    rider = shop.rider(10_000)
    order = shop.orders.hold(rider, offer())
    start = threading.Barrier(8)

    def pay(_: int) -> str:
        start.wait()
        try:
            return shop.orders.pay(order.id, rider, "wallet").state
        except Exception as refusal:  # noqa: BLE001 - the kind of refusal is what is asserted
            return type(refusal).__name__

    with ThreadPoolExecutor(8) as pool:
        outcomes = set(pool.map(pay, range(8)))
    assert "confirmed" in outcomes
    assert outcomes <= {"confirmed", "PaymentInProgress"}
    assert shop.balance(AccountKind.WALLET) == 10_000 - PRICE.minor


def test_one_offer_makes_one_order_however_often_it_is_sent(shop: Shop) -> None:
    rider, wanted = shop.rider(), offer()
    start = threading.Barrier(8)

    def hold(_: int) -> UUID:
        start.wait()
        return shop.orders.hold(rider, wanted).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(hold, range(8)))) == 1
    assert shop.states() == ["held"]


def test_a_wallet_is_never_overdrawn(shop: Shop) -> None:
    rider = shop.rider(3 * PRICE.minor)
    orders = [shop.orders.hold(rider, offer()) for _ in range(8)]

    def pay(order_id: UUID) -> str:
        try:
            return shop.orders.pay(order_id, rider, "wallet").state
        except Exception as refusal:  # noqa: BLE001 - the kind of refusal is what is asserted
            return type(refusal).__name__

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(pay, [order.id for order in orders]))
    assert outcomes == {"confirmed": 3, "NotEnoughMoney": 5}
    assert shop.wallets.statement(rider).balance.minor == 0
    shop.check_books()


@pytest.fixture
def store(shop: Shop) -> Store:
    store: Store = shop.store
    return store


def test_readers_do_not_wait_for_a_writer(store: Store, shop: Shop) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, offer())
    with store.write() as uow:
        uow.orders.get(order.id)
        uow.places.release(order.id)
        assert shop.orders.get(order.id, rider).id == order.id
