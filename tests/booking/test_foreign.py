"""A leg of another operator is held, bought and given back with the order; real HTTP, TOMP 1.6."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from booking.adapters.database import Database
from booking.adapters.foreign.tomp import TompOperator
from booking.domain.chain import Chain, ChainLeg, ChainPoint, LegMode, RentalRef
from booking.domain.errors import BookingError, NotOnSale
from booking.domain.offers import Offer
from booking.domain.order_states import OrderState
from booking.domain.outside_errors import ForeignRefused
from booking.service.orders import Orders
from tests.booking.test_histories import Crash, FragileStore
from tests.support.provider import MEANS
from tests.support.shop import LEAVES, Shop, journal_of, offer, ride
from tests.support.tomp_operator import TompServer

SYSTEM = "roller"


@pytest.fixture
def operator() -> Iterator[TompServer]:
    server = TompServer()
    yield server
    server.close()


@pytest.fixture
def orders(shop: Shop, operator: TompServer) -> Orders:
    return orders_of(shop, operator)


def orders_of(shop: Shop, operator: TompServer) -> Orders:
    foreign = {SYSTEM: TompOperator("Roller GmbH", operator.url)}
    return Orders(shop.store, shop.clock, shop.selling, foreign=foreign)


def scooter_at(begin: datetime) -> Chain:
    """Return a ride on a scooter of somebody else."""
    return Chain("image-1", (scooter_leg(begin),))


def with_a_scooter() -> Offer:
    """Return an offer of a bus and then a scooter of somebody else."""
    return offer(ride(), scooter_leg(LEAVES + timedelta(minutes=25)))


def scooter_leg(begin: datetime) -> ChainLeg:
    return ChainLeg(
        LegMode.SCOOTER,
        ChainPoint("Bahnhof", 51.96, 7.63),
        ChainPoint("Büro", 51.97, 7.64),
        begin,
        begin + timedelta(minutes=8),
        1_400,
        rental=RentalRef(
            SYSTEM,
            "Roller",
            "sharing:roller",
            "Roller GmbH",
            "scooter",
            "E-Roller",
            250,
            "EUR",
            is_own=False,
        ),
    )


@pytest.mark.parametrize("means", ["wallet", MEANS])
def test_it_is_held_with_the_order_and_bought_with_it(
    shop: Shop, orders: Orders, operator: TompServer, means: str
) -> None:
    rider = shop.rider()
    held = orders.hold(rider, with_a_scooter())
    assert (held.state, operator.bookings) == (OrderState.HELD, {"option 1": "PENDING"})
    assert orders.pay(held.id, rider, means).is_sold
    assert operator.bookings == {"option 1": "CONFIRMED"}
    journal = journal_of(shop, held.id)
    assert journal.index("authorise") < journal.index("?confirm") < journal.index("commit")
    shop.check_books()


@pytest.mark.parametrize("end", ["released", "expired", "declined"])
def test_what_is_not_bought_is_given_back(
    shop: Shop, orders: Orders, operator: TompServer, end: str
) -> None:
    rider = shop.rider(100)
    held = orders.hold(rider, with_a_scooter())
    if end == "released":
        orders.cancel(held.id, rider)
    elif end == "expired":
        shop.clock.move(minutes=11)
        assert orders.expire_due(shop.clock.now()) == 1
    else:
        with pytest.raises(BookingError, match="not enough money"):
            orders.pay(held.id, rider, "wallet")
        shop.clock.move(minutes=11)
        orders.expire_due(shop.clock.now())
        orders.resume_all(shop.clock.now())
    assert operator.taken == 0
    assert shop.places() == 0
    shop.check_books()


def test_an_operator_that_keeps_its_leg_does_not_stop_the_rest(
    shop: Shop, orders: Orders, operator: TompServer, caplog: pytest.LogCaptureFixture
) -> None:
    rider = shop.rider()
    held = orders.hold(rider, with_a_scooter())
    operator.refuses_to_cancel = True
    orders.cancel(held.id, rider)
    assert (shop.states(), shop.places()) == (["released"], 0)
    assert f"roller keeps a leg of order {held.id}" in caplog.text
    with shop.store.read() as uow:
        assert "too late" in uow.sagas.get(held.id).notes["foreign-1-kept"]
    shop.check_books()


def test_an_operator_that_has_nothing_left_ends_the_order(
    shop: Shop, orders: Orders, operator: TompServer
) -> None:
    operator.vehicles = 0
    with pytest.raises(ForeignRefused, match="Roller GmbH refuses: no vehicle is left"):
        orders.hold(shop.rider(), with_a_scooter())
    assert (shop.states(), shop.places()) == (["failed"], 0)


def test_a_price_above_the_one_that_was_found_is_not_paid(
    shop: Shop, orders: Orders, operator: TompServer
) -> None:
    operator.price = 2.51
    with pytest.raises(ForeignRefused, match="at the price that was found"):
        orders.hold(shop.rider(), with_a_scooter())
    assert operator.bookings == {}


def test_an_operator_that_is_not_connected_sells_nothing(shop: Shop) -> None:
    with pytest.raises(NotOnSale, match="roller is not booked through us"):
        shop.orders.hold(shop.rider(), with_a_scooter())
    assert shop.states() == []


@pytest.mark.parametrize("silent", range(1, 6))
@pytest.mark.parametrize("how", ["500", "drop"])
def test_silence_at_any_call_is_overcome(
    shop: Shop, orders: Orders, operator: TompServer, silent: int, how: str
) -> None:
    """The calls are: plan, book, commit; a lost answer makes another one, a look at the booking."""
    rider, wanted = shop.rider(), with_a_scooter()
    operator.failures = ["", *[""] * (silent - 1), how][1:]
    order_id = None
    for _ in range(6):
        try:
            order_id = orders.hold(rider, wanted).id
            orders.pay(order_id, rider, "wallet")
        except BookingError:
            shop.clock.move(seconds=21)
            orders.resume_all(shop.clock.now())
    assert order_id is not None
    assert orders.get(order_id, rider).is_sold
    assert list(operator.bookings.values()).count("CONFIRMED") == 1
    assert operator.taken == 1, "whatever was planned twice holds nothing"
    shop.check_books()


@pytest.mark.parametrize("means", ["wallet", MEANS])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("commit", range(1, 12))
def test_a_crash_at_any_commit_is_overcome(
    database: Database, operator: TompServer, commit: int, after: bool, means: str
) -> None:
    """Whatever the moment: the leg is bought with the order, or nobody keeps anything."""
    fragile = FragileStore(database)
    shop = Shop(database)
    dying = Shop(database, shop.clock, fragile, card=shop.card)
    rider, wanted = shop.rider(), with_a_scooter()
    fragile.commits_left, fragile.after = commit, after
    try:
        order = orders_of(dying, operator).hold(rider, wanted, wish=None)
        orders_of(dying, operator).pay(order.id, rider, means)
    except Crash:
        pass
    for _ in range(3):
        shop.clock.move(seconds=21)
        orders_of(shop, operator).resume_all(shop.clock.now())
    shop.clock.move(minutes=11)
    orders_of(shop, operator).expire_due(shop.clock.now())
    shop.clock.move(seconds=21)
    orders_of(shop, operator).resume_all(shop.clock.now())
    sold = shop.states() == ["confirmed"]
    assert sold or set(shop.states()) <= {"expired"}
    assert operator.taken == sold
    assert shop.card.reserved == {}
    shop.check_books()
