"""A leg of another operator that is given back after the sale is given back to the operator too."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.foreign.tomp import TompOperator
from booking.adapters.tables import SagaRow
from booking.domain.orders import Order
from booking.service.marks import SagaKind
from tests.booking.test_foreign import SYSTEM, scooter_leg
from tests.booking.test_histories import Crash, FragileStore
from tests.support.shop import LEAVES, Shop, journal_of, offer, ride
from tests.support.tomp_operator import TompServer

BUS, SCOOTER = 0, 1


@pytest.fixture
def operator() -> Iterator[TompServer]:
    server = TompServer()
    yield server
    server.close()


def shop_of(database: Database, operator: TompServer, **how: object) -> Shop:
    return Shop(database, foreign={SYSTEM: TompOperator("Roller GmbH", operator.url)}, **how)


@pytest.fixture
def shop(database: Database, operator: TompServer) -> Shop:
    return shop_of(database, operator)


def bought(shop: Shop, passengers: int = 1) -> Order:
    """Buy a bus and then a scooter of somebody else."""
    scooter = scooter_leg(LEAVES + timedelta(minutes=25))
    rider = shop.rider()
    order = shop.orders.hold(rider, offer(ride(), scooter, passengers=passengers))
    return shop.orders.pay(order.id, rider, "wallet")


def go_on(shop: Shop, seconds: int = 0) -> int:
    shop.clock.move(seconds=seconds)
    return shop.after_sales.resume_all(shop.clock.now())


def release_of(shop: Shop) -> UUID:
    (release,) = shop.scalars(select(SagaRow.id).where(SagaRow.kind == SagaKind.RELEASE))
    return release


@pytest.mark.parametrize("legs", [(SCOOTER,), ()], ids=["the leg", "all"])
def test_the_operator_is_told(shop: Shop, operator: TompServer, legs: tuple[int, ...]) -> None:
    order = bought(shop)
    shop.after_sales.cancel(order.id, order.rider_id, legs)
    assert go_on(shop) == 1
    assert operator.bookings == {"option 1": "CANCELLED"}
    assert journal_of(shop, release_of(shop)) == ["?release", "release"]
    assert go_on(shop, 60) == 0, "it is told once"
    shop.check_books()


def test_nobody_is_told_of_a_leg_that_is_kept(shop: Shop, operator: TompServer) -> None:
    order = bought(shop)
    shop.after_sales.cancel(order.id, order.rider_id, (BUS,))
    assert go_on(shop) == 0
    assert operator.bookings == {"option 1": "CONFIRMED"}


def test_the_last_passenger_gives_it_back(shop: Shop, operator: TompServer) -> None:
    order = bought(shop, passengers=2)
    first, second = (passenger.id for passenger in order.offer.passengers)
    shop.after_sales.cancel(order.id, order.rider_id, (SCOOTER,), (first,))
    assert (go_on(shop), operator.bookings) == (0, {"option 1": "CONFIRMED"})
    shop.after_sales.cancel(order.id, order.rider_id, (SCOOTER,), (second,))
    assert (go_on(shop), operator.bookings) == (1, {"option 1": "CANCELLED"})


def test_what_is_given_back_later_tells_nobody_again(shop: Shop, operator: TompServer) -> None:
    order = bought(shop)
    shop.after_sales.cancel(order.id, order.rider_id, (SCOOTER,))
    shop.after_sales.cancel(order.id, order.rider_id, (BUS,))
    assert go_on(shop) == 1
    assert operator.bookings == {"option 1": "CANCELLED"}


@pytest.mark.parametrize("failures", [["500"], ["", "500"], ["", "drop"], ["drop", "", "drop"]])
def test_silence_is_overcome(shop: Shop, operator: TompServer, failures: list[str]) -> None:
    order = bought(shop)
    operator.failures = failures
    shop.after_sales.cancel(order.id, order.rider_id)
    go_on(shop)
    go_on(shop, 16)
    go_on(shop, 16)
    assert operator.bookings == {"option 1": "CANCELLED"}
    assert journal_of(shop, release_of(shop))[-1] == "release"


def test_an_operator_that_keeps_it_is_not_asked_for_ever(
    shop: Shop, operator: TompServer, caplog: pytest.LogCaptureFixture
) -> None:
    order = bought(shop)
    operator.refuses_to_cancel = True
    with caplog.at_level(logging.ERROR):
        refund = shop.after_sales.cancel(order.id, order.rider_id)
        assert go_on(shop) == 1
    assert "roller keeps option 1 of order" in caplog.text
    assert refund.amount.minor > 0, "the rider has it by our rules all the same"
    with shop.store.read() as uow:
        assert "too late" in uow.sagas.get(release_of(shop)).notes["refused"]
    assert go_on(shop, 60) == 0
    shop.check_books()


def test_a_change_gives_the_old_one_back_after_the_new_one_is_held(
    shop: Shop, operator: TompServer
) -> None:
    operator.vehicles = 2
    old = bought(shop)
    later = scooter_leg(LEAVES + timedelta(minutes=25))
    wanted = offer(ride(), later)
    new = shop.after_sales.change(old.id, old.rider_id, wanted)
    assert operator.bookings == {"option 1": "CONFIRMED", "option 2": "PENDING"}
    shop.orders.pay(new.id, old.rider_id, "wallet")
    go_on(shop)
    assert operator.bookings == {"option 1": "CANCELLED", "option 2": "CONFIRMED"}
    shop.check_books()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("commit", [1, 2, 3])
def test_a_crash_at_any_commit_is_overcome(
    database: Database, operator: TompServer, commit: int, after: bool
) -> None:
    """The commits are: the refund with ``?release``, the lease, ``release``."""
    shop, fragile = shop_of(database, operator), FragileStore(database)
    order = bought(shop)
    dying = shop_of(database, operator, clock=shop.clock, store=fragile, card=shop.card)
    fragile.commits_left, fragile.after = commit, after
    with suppress(Crash):
        dying.after_sales.cancel(order.id, order.rider_id)
        go_on(dying)
    assert fragile.commits_left <= 0, "it has crashed"
    go_on(shop)
    go_on(shop, 21)
    done = (commit, after) != (1, False)
    assert operator.bookings == {"option 1": "CANCELLED" if done else "CONFIRMED"}
    assert shop.states() == ["cancelled" if done else "confirmed"]
    shop.check_books()
