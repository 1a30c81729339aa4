"""A rider holds, pays, cancels, or lets it be; on both databases."""

from datetime import timedelta
from uuid import uuid4

import pytest

from booking.domain.errors import (
    BookingDeadlinePassed,
    HoldExpired,
    IllegalTransition,
    NoPlacesLeft,
    NotEnoughMoney,
    NotPaidYet,
    OfferExpired,
    OfferTaken,
    OrderNotFound,
    PaymentDeclined,
    UnknownMeans,
)
from booking.domain.ledger import AccountKind, deferred, vat
from booking.domain.money import Money
from booking.domain.order_states import OrderState
from booking.domain.orders import PaymentState
from tests.support.shop import LEAVES, NOON, Shop, journal_of, offer, ride, ticket_of

WHOLE_JOURNAL = ["hold", "authorise", "commit", "capture"]


def test_a_rider_holds_and_pays(shop: Shop) -> None:
    rider = shop.rider(2_000)
    wanted = offer(passengers=2)

    held = shop.orders.hold(rider, wanted)
    assert (held.state, held.expires_at) == (OrderState.HELD, NOON + timedelta(minutes=10))
    paid = shop.orders.pay(held.id, rider, "wallet")

    assert paid.state is OrderState.CONFIRMED
    assert paid.payment is not None
    assert paid.payment.state is PaymentState.CAPTURED
    assert paid.offer == wanted, "what was promised is kept to the letter"
    assert shop.orders.ticket(held.id, rider) == ticket_of(held)
    assert journal_of(shop, held.id) == WHOLE_JOURNAL
    statement = shop.wallets.statement(rider)
    assert (statement.balance, statement.held) == (Money(750), Money(0))
    assert [line.amount.minor for line in statement.entries] == [-1250, 2000]
    shop.check_books()


def test_operators_are_owed_their_lines_of_the_price(shop: Shop) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, offer(price=Money(1000)))
    shop.orders.pay(order.id, rider, "wallet")

    with shop.store.read() as uow:
        owed = [uow.ledger.balance(deferred(a), "EUR").minor for a in ("demo:a1", "demo:a2")]
        taxed = uow.ledger.balance(vat(70), "EUR").minor
    assert (owed, taxed) == ([667 - 44, 333 - 22], 44 + 22)


def test_a_trip_may_be_free(shop: Shop) -> None:
    rider = shop.rider(0)
    order = shop.orders.hold(rider, offer(price=Money(0)))
    assert shop.orders.pay(order.id, rider, "wallet").is_sold
    shop.check_books()


def test_holding_and_paying_twice_sells_once(shop: Shop) -> None:
    rider, wanted = shop.rider(), offer()
    first, second = shop.orders.hold(rider, wanted), shop.orders.hold(rider, wanted)
    assert first.id == second.id
    shop.orders.pay(first.id, rider, "wallet")
    assert shop.orders.pay(first.id, rider, "wallet").is_sold
    assert shop.wallets.statement(rider).balance == Money(10_000 - 1250)
    assert [order.id for order in shop.orders.list_orders(rider)] == [first.id]
    with pytest.raises(OfferTaken):
        shop.orders.hold(uuid4(), wanted)


def test_orders_are_listed_newest_first(shop: Shop) -> None:
    rider = shop.rider()
    ids = []
    for _ in range(3):
        ids.append(shop.orders.hold(rider, offer()).id)
        shop.clock.move(seconds=1)
    shop.orders.hold(shop.rider(), offer())
    assert [order.id for order in shop.orders.list_orders(rider)] == ids[::-1]
    page = shop.orders.list_orders(rider, limit=2)
    assert [order.id for order in page] == [ids[2], ids[1]]
    rest = shop.orders.list_orders(rider, limit=2, before=page[-1].id)
    assert [order.id for order in rest] == [ids[0]]


def test_somebody_elses_order_does_not_exist(shop: Shop) -> None:
    order = shop.orders.hold(shop.rider(), offer())
    stranger = shop.rider()
    for touch in (
        lambda: shop.orders.get(order.id, stranger),
        lambda: shop.orders.pay(order.id, stranger, "wallet"),
        lambda: shop.orders.cancel(order.id, stranger),
        lambda: shop.orders.ticket(order.id, stranger),
        lambda: shop.orders.get(uuid4(), stranger),
    ):
        with pytest.raises(OrderNotFound):
            touch()


def test_there_is_no_ticket_before_the_money(shop: Shop) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, offer())
    with pytest.raises(NotPaidYet):
        shop.orders.ticket(order.id, rider)


def test_an_empty_wallet_fails_the_order_and_frees_its_places(shop: Shop) -> None:
    shop.quota(1)
    poor, rich = shop.rider(1_249), shop.rider(1_250)
    order = shop.orders.hold(poor, offer())

    with pytest.raises(NotEnoughMoney):
        shop.orders.pay(order.id, poor, "wallet")

    failed = shop.orders.get(order.id, poor)
    assert failed.state is OrderState.FAILED
    assert failed.payment is not None
    assert failed.payment.state is PaymentState.DECLINED
    assert failed.payment.note == "there is not enough money in the wallet for this"
    assert shop.wallets.statement(poor).balance == Money(1_249)
    with pytest.raises(PaymentDeclined, match="not enough money"):
        shop.orders.pay(order.id, poor, "wallet")
    again = shop.orders.hold(rich, offer())
    assert shop.orders.pay(again.id, rich, "wallet").is_sold
    shop.check_books()


def test_an_unknown_means_changes_nothing(shop: Shop) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, offer())
    with pytest.raises(UnknownMeans, match="there is wallet"):
        shop.orders.pay(order.id, rider, "seashells")
    assert journal_of(shop, order.id) == ["hold"]


def test_a_cancelled_hold_frees_its_place_and_its_offer(shop: Shop) -> None:
    shop.quota(1)
    rider, wanted = shop.rider(), offer()
    order = shop.orders.hold(rider, wanted)
    with pytest.raises(NoPlacesLeft):
        shop.orders.hold(shop.rider(), offer())

    assert shop.orders.cancel(order.id, rider).state is OrderState.RELEASED
    assert shop.orders.cancel(order.id, rider).state is OrderState.RELEASED

    assert journal_of(shop, order.id) == ["hold", "lapse"]
    with pytest.raises(IllegalTransition):
        shop.orders.pay(order.id, rider, "wallet")
    assert shop.orders.hold(rider, wanted).id != order.id


def test_what_is_sold_cannot_be_cancelled(shop: Shop) -> None:
    rider = shop.rider()
    order = shop.orders.hold(rider, offer())
    shop.orders.pay(order.id, rider, "wallet")
    with pytest.raises(IllegalTransition, match="confirmed cannot become released"):
        shop.orders.cancel(order.id, rider)
    assert shop.orders.get(order.id, rider).is_sold


@pytest.mark.parametrize("late_s", [-1, 0])
def test_a_hold_ends_to_the_second(shop: Shop, late_s: int) -> None:
    shop.quota(1)
    rider, next_rider = shop.rider(), shop.rider()
    order = shop.orders.hold(rider, offer())
    shop.clock.at = order.expires_at + timedelta(seconds=late_s)
    if late_s < 0:
        with pytest.raises(NoPlacesLeft):
            shop.orders.hold(next_rider, offer())
        assert shop.orders.pay(order.id, rider, "wallet").is_sold
        return
    # No job has run: the place is free because only live holds are counted.
    assert shop.orders.hold(next_rider, offer()).state is OrderState.HELD
    with pytest.raises(HoldExpired):
        shop.orders.pay(order.id, rider, "wallet")
    assert shop.orders.get(order.id, rider).state is OrderState.EXPIRED
    shop.check_books()


def test_what_is_sold_stays_sold_when_its_hold_would_have_ended(shop: Shop) -> None:
    shop.quota(1)
    rider = shop.rider()
    order = shop.orders.hold(rider, offer())
    shop.orders.pay(order.id, rider, "wallet")
    shop.clock.move(minutes=11)
    with pytest.raises(NoPlacesLeft):
        shop.orders.hold(shop.rider(), offer())


def test_the_job_expires_what_was_not_paid_and_nothing_else(shop: Shop) -> None:
    rider = shop.rider()
    late, paid = shop.orders.hold(rider, offer()), shop.orders.hold(rider, offer())
    shop.orders.pay(paid.id, rider, "wallet")
    shop.clock.move(minutes=5)
    early = shop.orders.hold(rider, offer())
    shop.clock.move(minutes=5)

    assert shop.orders.expire_due(shop.clock.now()) == 1
    assert shop.orders.expire_due(shop.clock.now()) == 0

    states = [shop.orders.get(order.id, rider).state for order in (late, paid, early)]
    assert states == [OrderState.EXPIRED, OrderState.CONFIRMED, OrderState.HELD]
    assert shop.places() == 2


def test_an_offer_can_be_taken_again_after_its_hold_expired(shop: Shop) -> None:
    rider, wanted = shop.rider(), offer()
    first = shop.orders.hold(rider, wanted)
    shop.clock.move(minutes=10)
    second = shop.orders.hold(rider, wanted)
    assert second.id != first.id
    assert shop.orders.get(first.id, rider).state is OrderState.EXPIRED


def test_an_offer_expires(shop: Shop) -> None:
    wanted = offer()
    shop.clock.at = wanted.expires_at
    with pytest.raises(OfferExpired):
        shop.orders.hold(shop.rider(), wanted)


@pytest.mark.parametrize(
    ("latest", "last_chance"),
    [
        pytest.param(NOON + timedelta(minutes=5), NOON + timedelta(minutes=5), id="booking rule"),
        pytest.param(None, LEAVES, id="departure"),
    ],
)
def test_the_deadline_at_the_hold(shop: Shop, latest: object, last_chance: object) -> None:
    leg = ride(latest=latest)
    far = NOON + timedelta(days=1)
    shop.clock.at = last_chance
    shop.orders.hold(shop.rider(), offer(leg, expires_at=far))
    shop.clock.move(seconds=1)
    with pytest.raises(BookingDeadlinePassed, match="X90 from Marktplatz"):
        shop.orders.hold(shop.rider(), offer(leg, expires_at=far))


@pytest.mark.parametrize("late_s", [0, 1])
def test_the_deadline_at_the_commit(shop: Shop, late_s: int) -> None:
    deadline = NOON + timedelta(minutes=5)
    rider = shop.rider()
    order = shop.orders.hold(rider, offer(ride("demo:t2"), ride(latest=deadline)))
    shop.clock.at = deadline + timedelta(seconds=late_s)
    if late_s == 0:
        assert shop.orders.pay(order.id, rider, "wallet").is_sold
        return
    with pytest.raises(BookingDeadlinePassed):
        shop.orders.pay(order.id, rider, "wallet")
    assert shop.balance(AccountKind.WALLET_HOLD) == 0


def test_a_group_needs_as_many_places(shop: Shop) -> None:
    shop.quota(3)
    shop.orders.hold(shop.rider(), offer(passengers=2))
    with pytest.raises(NoPlacesLeft, match="has 1 places left on this part, not 2"):
        shop.orders.hold(shop.rider(), offer(passengers=2))
    assert shop.places() == 2, "a refused order holds nothing"
    shop.orders.hold(shop.rider(), offer(passengers=1))


def test_a_seat_is_sold_again_from_where_it_is_left(shop: Shop) -> None:
    shop.quota(1)
    shop.orders.hold(shop.rider(), offer(ride(board=0, alight=2)))
    shop.orders.hold(shop.rider(), offer(ride(board=2, alight=5)))
    for board, alight in ((0, 1), (1, 3), (4, 5), (0, 5)):
        with pytest.raises(NoPlacesLeft):
            shop.orders.hold(shop.rider(), offer(ride(board=board, alight=alight)))
    shop.orders.hold(shop.rider(), offer(ride(board=5, alight=6)))


def test_a_full_second_leg_holds_no_place_on_the_first(shop: Shop) -> None:
    shop.quota(5, "demo:t1")
    shop.quota(0, "demo:t2")
    with pytest.raises(NoPlacesLeft, match="demo:t2"):
        shop.orders.hold(shop.rider(), offer(ride("demo:t1"), ride("demo:t2")))
    assert shop.places() == 0


def test_a_route_limits_its_trips_unless_the_trip_has_its_own_quota(shop: Shop) -> None:
    from booking.service.transactions import in_transaction

    in_transaction(shop.store, lambda uow: uow.places.set_quota(0, route_id="demo:r1"))
    with pytest.raises(NoPlacesLeft):
        shop.orders.hold(shop.rider(), offer(ride("demo:t1")))
    shop.quota(1, "demo:t2")
    shop.orders.hold(shop.rider(), offer(ride("demo:t2")))
    in_transaction(shop.store, lambda uow: uow.places.set_quota(1, route_id="demo:r1"))
    shop.orders.hold(shop.rider(), offer(ride("demo:t1")))
