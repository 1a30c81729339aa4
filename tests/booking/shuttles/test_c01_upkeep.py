"""The jobs: plans get better and never worse, late connections are met, nobody is stranded."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from booking.domain.chain import ChainLeg
from booking.domain.errors import ShuttleNotFree
from booking.domain.shuttles import DriverEvent, DutyState, RideState, ShuttleRide, VehicleKey
from booking.service import upkeep as upkeep_module
from booking.service.late_connections import LateConnections
from booking.service.ports import UnitOfWork
from booking.service.shuttle_plans import read_plans
from booking.service.transactions import in_transaction
from booking.service.upkeep import FORGOTTEN, Upkeep
from routing.ondemand.board import compiled
from routing.ondemand.fleet import Action
from tests.support.shop import NOON, offer, ride
from tests.support.shuttle_shop import (
    KEYS,
    LEG,
    SEATS,
    SERVICE,
    ShuttleShop,
    demo_network,
    shuttle_leg,
    shuttle_offer,
)

DEPARTS = NOON + LEG


@pytest.fixture
def upkeep(shop: ShuttleShop) -> Upkeep:
    return Upkeep(shop.store, shop.clock, shop.world)


def cost(shop: ShuttleShop) -> int:
    """Return what all plans of the day cost."""
    ground = demo_network().grounds[SERVICE]
    with shop.store.read() as uow:
        now = shop.clock.now()
        plans = read_plans(uow, ground, now, now + timedelta(hours=8), now)
    return compiled(plans.now, ground.times).board.cost


def other_duty(duty_id: str | None) -> str:
    """Return the duty of the other vehicle at the same time."""
    vehicle, begin = str(duty_id).split("@")
    other = next(key.vehicle_id for key in KEYS if key.vehicle_id != vehicle)
    return f"{other}@{begin}"


def make_worse(shop: ShuttleShop, rider: ShuttleRide) -> None:
    """Give a ride to the other vehicle, as nobody would who looks for the best."""
    goal = other_duty(rider.duty_id)

    def work(uow: UnitOfWork) -> None:
        uow.shuttles.lock(SERVICE)
        old = uow.shuttles.duties(SERVICE, [str(rider.duty_id)])[str(rider.duty_id)]
        rest = tuple(stop for stop in old.plan if stop[0] != str(rider.id))
        moved = tuple((str(rider.id), action) for action in Action)
        uow.shuttles.save_duty(SERVICE, replace(old, plan=rest))
        uow.shuttles.save_duty(SERVICE, DutyState(goal, moved))
        rider.duty_id = goal
        uow.shuttles.save_ride(rider)
        uow.shuttles.bump(SERVICE)

    in_transaction(shop.store, work)


def test_riders_are_brought_together_again(shop: ShuttleShop, upkeep: Upkeep) -> None:
    first, second = shop.buy(shuttle_offer("AC")), shop.buy(shuttle_offer("AC"))
    assert first.duty_id == second.duty_id
    best = cost(shop)
    make_worse(shop, second)
    assert cost(shop) > best

    assert upkeep.improve(0.2) == 1

    assert cost(shop) == best
    assert upkeep.improve(0.2) == 0, "there is nothing left to improve"
    first, second = shop.ride(first), shop.ride(second)
    assert first.duty_id == second.duty_id
    assert shop.plans().keys() == {first.duty_id}, "rides know the plans that they stand in"
    assert second.promise == shuttle_promise("AC")
    assert second.told == [], "nobody is told of a vehicle that they did not see yet"


def shuttle_promise(route: str) -> tuple[datetime, ...]:
    leg = shuttle_offer(route).chain.legs[0]
    assert leg.shuttle is not None
    return leg.departure, leg.shuttle.pickup_until, leg.arrival


def test_who_sees_the_vehicle_is_told_of_another(shop: ShuttleShop, upkeep: Upkeep) -> None:
    rides = [shop.buy(shuttle_offer("AC")) for _ in range(2)]
    shop.clock.at = DEPARTS - timedelta(minutes=20)
    for key in KEYS:
        shop.driving.position(key, 51.85, 7.53, shop.clock.now())
    make_worse(shop, rides[1])
    assert upkeep.improve(0.2) == 1
    assert ["vehicle_changed"] in [shop.ride(one).told for one in rides]


def test_what_was_improved_on_an_older_version_is_dropped(
    shop: ShuttleShop, upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody books while plans are being improved: the booking stays, the improvement goes."""
    rides = [shop.buy(shuttle_offer("AC")) for _ in range(2)]
    make_worse(shop, rides[1])
    real = upkeep_module.improved

    def slow(*args: object, **how: object) -> object:
        better = real(*args, **how)  # type: ignore[arg-type]
        rides.append(shop.buy(shuttle_offer("DF", DEPARTS + timedelta(hours=1))))
        return better

    monkeypatch.setattr(upkeep_module, "improved", slow)
    assert upkeep.improve(0.2) == 0
    named = {name for plan in shop.plans().values() for name in plan}
    assert named == {str(one.id) for one in rides}


def test_a_broken_vehicle_of_tomorrow(shop: ShuttleShop, upkeep: Upkeep) -> None:
    """Its riders keep their plan until an hour before the shift, and then get the other vehicle."""
    tomorrow = NOON + timedelta(hours=20)
    ride = shop.buy(shuttle_offer("AC", tomorrow))
    key = VehicleKey(SERVICE, str(ride.duty_id).split("@")[0])
    shop.driving.report(key, DriverEvent("breakdown"))
    assert upkeep.rescue() == 0
    shop.clock.at = NOON + timedelta(hours=16, minutes=30)
    assert upkeep.rescue() == 1
    now = shop.ride(ride)
    assert (now.state, now.duty_id, now.promise) == (
        RideState.BOOKED,
        other_duty(ride.duty_id),
        ride.promise,
    )
    assert now.told == ["vehicle_changed"]
    assert upkeep.rescue() == 0


def test_a_vehicle_that_is_no_longer_in_the_definition(shop: ShuttleShop, upkeep: Upkeep) -> None:
    rides = [shop.buy(shuttle_offer("AF", riders=SEATS)) for _ in KEYS]
    shop.vehicles = 1
    assert upkeep.rescue() == 1
    left = [shop.ride(one) for one in rides]
    assert {one.duty_id for one in left if one.state is RideState.BOOKED} == set(shop.plans())
    assert {str(one.duty_id).split("@")[0] for one in left} == {"red"}
    stays, goes = sorted(one.told for one in left)
    assert (stays, "delayed" in goes) == ([], True), "two groups, one vehicle"


def test_plans_that_nobody_reported_on_are_closed(shop: ShuttleShop, upkeep: Upkeep) -> None:
    ride = shop.buy()
    begin = datetime.fromtimestamp(int(str(ride.duty_id).split("@")[1]), NOON.tzinfo)
    shop.clock.at = begin + FORGOTTEN - timedelta(seconds=1)
    assert upkeep.tidy() == 0
    shop.clock.move(seconds=1)
    assert upkeep.tidy() == 1
    assert shop.ride(ride).state is RideState.FAILED
    assert shop.plans() == {}


# --- late connections

BUS_ARRIVES = DEPARTS - timedelta(minutes=2)


def after_a_bus(shop: ShuttleShop) -> ShuttleRide:
    """Return a booked ride from A to C, two minutes' walk after a bus."""
    leg = shuttle_leg("A", "C", DEPARTS)
    bus = replace(ride(leaves=NOON + timedelta(minutes=18)), arrival=BUS_ARRIVES)
    walk = replace(bus, ride=None, departure=BUS_ARRIVES, arrival=DEPARTS)
    rider = shop.rider()
    order = shop.orders.hold(rider, offer(bus, walk, leg, expires_at=DEPARTS))
    shop.orders.pay(order.id, rider, "wallet")
    return shop.rides_of(order.id)[0]


def late(shop: ShuttleShop, minutes: float) -> LateConnections:
    """Return the job, with a bus that is some minutes late."""

    def expected(leg: ChainLeg) -> datetime:
        return leg.arrival + timedelta(minutes=minutes)

    return LateConnections(shop.store, shop.clock, shop.world, expected)


def test_the_shuttle_waits_within_the_promise(shop: ShuttleShop) -> None:
    was = after_a_bus(shop)
    assert late(shop, 0).repair() == 0
    assert late(shop, 6).repair() == 1
    now = shop.ride(was)
    assert now.promise == was.promise._replace(pickup_from=DEPARTS + timedelta(minutes=6))
    assert now.told == ["connection_late"]
    assert late(shop, 6).repair() == 0, "it was moved already"
    key = VehicleKey(SERVICE, str(now.duty_id).split("@")[0])
    pickup = shop.driving.duty(key).tasks[0]
    assert pickup.begin >= DEPARTS + timedelta(minutes=6), "the driver sees it too"


def test_beyond_the_promise_there_is_a_new_one(shop: ShuttleShop) -> None:
    was = after_a_bus(shop)
    assert late(shop, 25).repair() == 1
    now = shop.ride(was)
    assert now.promise == tuple(moment + timedelta(minutes=25) for moment in was.promise)
    assert now.told == ["delayed", "connection_late"]


def test_waiting_breaks_no_other_promise(shop: ShuttleShop) -> None:
    """The vehicle is taken by a full group right after: the late rider comes after it."""
    shop.vehicles = 1
    was = after_a_bus(shop)
    others = shop.buy(shuttle_offer("CA", DEPARTS + timedelta(minutes=8), SEATS))
    assert late(shop, 9).repair() == 1
    assert shop.ride(others).promise == others.promise
    ground = demo_network(vehicles=1).grounds[SERVICE]
    with shop.store.read() as uow:
        plans = read_plans(uow, ground, DEPARTS, DEPARTS, shop.clock.now())
    assert compiled(plans.kept, ground.times).board.late() == ()
    assert shop.ride(was).promise.pickup_from >= DEPARTS + timedelta(minutes=9)


def test_a_connection_that_no_vehicle_can_meet_stays(shop: ShuttleShop) -> None:
    """Two hours are too late; the rider keeps the ride that was promised."""
    was = after_a_bus(shop)
    assert late(shop, 120).repair() == 0
    assert shop.ride(was).promise == was.promise


def test_a_delay_breaks_a_promise_and_the_rider_is_told(shop: ShuttleShop) -> None:
    ride = shop.buy()
    key = VehicleKey(SERVICE, str(ride.duty_id).split("@")[0])
    shop.clock.at = DEPARTS
    shop.driving.report(key, DriverEvent("delay", minutes=30))
    assert shop.ride(ride).told == ["delayed"]


def test_a_breakdown_of_a_held_ride_is_not_sold(shop: ShuttleShop) -> None:
    """The only vehicle breaks between hold and payment: the order fails, and nobody pays."""
    shop.vehicles = 1
    rider = shop.rider()
    order = shop.orders.hold(rider, shuttle_offer())
    shop.driving.report(KEYS[0], DriverEvent("breakdown"))
    with pytest.raises(ShuttleNotFree):
        shop.orders.pay(order.id, rider, "wallet")
    assert shop.states() == ["failed"]
    assert shop.plans() == {}
    shop.check_books()
