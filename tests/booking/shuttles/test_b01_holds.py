"""A ride on demand stands in a plan from the hold on, for everybody, and leaves it again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from booking.domain.errors import (
    BookingDeadlinePassed,
    NotOnSale,
    PaymentDeclined,
    ShuttleNotFree,
    TooManyOpenRides,
)
from booking.domain.shuttles import RideState
from tests.support.shop import NOON, offer
from tests.support.shuttle_shop import (
    LEG,
    NOTICE,
    SEATS,
    SERVICE,
    ShuttleShop,
    shuttle_leg,
    shuttle_offer,
)


def test_hold_pay_and_ticket(shop: ShuttleShop) -> None:
    rider = shop.rider()
    held = shop.orders.hold(rider, wanted := shuttle_offer())
    (ride,) = shop.rides_of(held.id)
    assert (ride.state, ride.held_until) == (RideState.HELD, held.expires_at)
    assert shop.plans() == {ride.duty_id: [str(ride.id)] * 2}
    assert shop.orders.hold(rider, wanted).id == held.id, "a repeated hold is the same one"
    assert shop.plans() == {ride.duty_id: [str(ride.id)] * 2}

    shop.orders.pay(held.id, rider, "wallet")

    (ride,) = shop.rides_of(held.id)
    assert (ride.state, ride.held_until) == (RideState.BOOKED, None)
    assert len(ride.pin) == 4
    assert ride.pin.isdigit()
    leg = wanted.chain.legs[0]
    (view,) = shop.shuttles.rides(held.id, rider)
    assert view.eta_pickup is not None
    assert view.eta_drop_off is not None
    assert leg.departure <= view.eta_pickup <= ride.promise.pickup_until
    assert view.eta_drop_off <= leg.arrival


@pytest.mark.parametrize("end", ["cancelled", "expired", "declined"])
def test_what_is_given_up_leaves_the_plan(shop: ShuttleShop, end: str) -> None:
    rider = shop.rider(10)
    order = shop.orders.hold(rider, shuttle_offer())
    if end == "cancelled":
        shop.orders.cancel(order.id, rider)
    elif end == "expired":
        shop.clock.move(minutes=11)
        shop.orders.expire_due(shop.clock.now())
    else:
        with pytest.raises(PaymentDeclined):
            shop.orders.pay(order.id, rider, "wallet")
    (ride,) = shop.rides_of(order.id)
    assert ride.state is (RideState.EXPIRED if end == "expired" else RideState.CANCELLED)
    assert shop.plans() == {}


def test_a_hold_that_lapsed_is_free_at_once(shop: ShuttleShop) -> None:
    """Without any job: the next buyer finds the seats."""
    far = NOON + 2 * LEG
    for route in ("AF", "AF"):
        shop.orders.hold(shop.rider(), shuttle_offer(route, far, SEATS))
    with pytest.raises(ShuttleNotFree):
        shop.orders.hold(shop.rider(), shuttle_offer("AF", far, SEATS))
    shop.clock.move(minutes=11)
    assert shop.buy(shuttle_offer("AF", far, SEATS)).state is RideState.BOOKED


def test_two_riders_share_a_vehicle(shop: ShuttleShop) -> None:
    shop.vehicles = 1
    rides = [shop.buy(shuttle_offer("AC")) for _ in range(SEATS)]
    assert len({ride.duty_id for ride in rides}) == 1
    with pytest.raises(ShuttleNotFree):
        shop.buy(shuttle_offer("AC"))


def test_both_ends_of_a_chain(shop: ShuttleShop) -> None:
    """Two rides of one order are held together, or neither."""
    later = NOON + LEG + timedelta(hours=1)
    legs = shuttle_leg("A", "C", NOON + LEG), shuttle_leg("D", "F", later)
    rider = shop.rider()
    order = shop.orders.hold(rider, offer(*legs, expires_at=later))
    assert [ride.leg for ride in shop.rides_of(order.id)] == [0, 1]
    assert sum(map(len, shop.plans().values())) == 4
    for _ in range(3):
        shop.buy(shuttle_offer("DF", later))
    with pytest.raises(ShuttleNotFree):
        shop.orders.hold(
            rider,
            offer(
                shuttle_leg("A", "C", NOON + LEG + timedelta(minutes=30)),
                shuttle_leg("D", "F", later),
                expires_at=later,
            ),
        )
    assert len({ride for plan in shop.plans().values() for ride in plan}) == 5


def test_the_deadline_holds_on_both_sides(shop: ShuttleShop) -> None:
    departs = NOON + LEG
    wanted = shuttle_offer(departs=departs)
    shop.clock.at = departs - NOTICE + timedelta(seconds=1)
    with pytest.raises(BookingDeadlinePassed):
        shop.orders.hold(shop.rider(), wanted)
    shop.clock.at = departs - NOTICE
    order = shop.orders.hold(rider := shop.rider(), wanted)
    shop.clock.move(seconds=1)
    with pytest.raises(BookingDeadlinePassed):
        shop.orders.pay(order.id, rider, "wallet")
    shop.clock.at = order.expires_at
    shop.orders.expire_due(shop.clock.now())
    assert shop.plans() == {}


def test_the_definition_is_asked_again_at_the_hold(shop: ShuttleShop) -> None:
    """An offer that says no deadline, or a time without service, is not believed."""
    leg = replace(shuttle_leg("A", "C", NOON + timedelta(minutes=5)), latest_booking=None)
    with pytest.raises(BookingDeadlinePassed):
        shop.orders.hold(shop.rider(), offer(leg))
    night = NOON + timedelta(hours=14)
    with pytest.raises(NotOnSale, match="does not run"):
        shop.orders.hold(shop.rider(), shuttle_offer(departs=night))
    ahead = NOON + timedelta(days=30)
    with pytest.raises(BookingDeadlinePassed):
        shop.orders.hold(shop.rider(), shuttle_offer(departs=ahead))
    with pytest.raises(ShuttleNotFree):
        shop.orders.hold(shop.rider(), shuttle_offer(riders=SEATS + 1))


def test_one_account_holds_so_many_rides(shop: ShuttleShop) -> None:
    shop.max_open = 2
    rider = shop.rider(50_000)
    for hours in (1, 2):
        shop.buy(shuttle_offer(departs=NOON + timedelta(hours=hours)), rider)
    third = shuttle_offer(departs=NOON + timedelta(hours=3))
    with pytest.raises(TooManyOpenRides):
        shop.orders.hold(rider, third)
    shop.clock.move(minutes=100)
    shop.orders.hold(rider, third)


def test_a_rush_for_the_last_seats(shop: ShuttleShop) -> None:
    """Twelve buyers at once for four seats: four get one, and no two get the same."""
    buyers = 12
    riders = [shop.rider() for _ in range(buyers)]
    start = threading.Barrier(buyers)

    def buy(rider: object) -> str:
        start.wait()
        try:
            order = shop.orders.hold(rider, shuttle_offer("AF"))  # type: ignore[arg-type]
            return shop.orders.pay(order.id, rider, "wallet").state  # type: ignore[arg-type]
        except ShuttleNotFree:
            return "not free"

    with ThreadPoolExecutor(buyers) as pool:
        outcomes = list(pool.map(buy, riders))
    assert outcomes.count("confirmed") == 2 * SEATS
    assert outcomes.count("not free") == buyers - 2 * SEATS
    named = [ride for plan in shop.plans().values() for ride in plan]
    assert len(named) == 2 * len(set(named)) == 4 * SEATS
    assert shop.shuttles.version(SERVICE) >= 2 * SEATS
    shop.check_books()
