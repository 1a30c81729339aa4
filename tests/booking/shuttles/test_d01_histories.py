"""Random histories of riders, drivers, delays and breakdowns: no promise is broken for nothing.

Hypothesis chooses what happens next; after every step the stored plans are compiled and checked.
"""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from booking.adapters.database import Database
from booking.domain.errors import BookingError, ShuttleNotFree
from booking.domain.orders import Order
from booking.domain.shuttles import PLANNED, DriverEvent, RideState, ShuttleRide
from booking.service.shuttle_plans import Plans, read_plans, unix
from booking.service.upkeep import Upkeep
from routing.ondemand.board import compiled, inserted
from routing.ondemand.fleet import Action, FleetNow, Spot
from routing.ondemand.rides import ride_of
from routing.ondemand.service import Capacity
from tests.support.shop import MovableClock
from tests.support.shuttle_shop import (
    KEYS,
    SEATS,
    SERVICE,
    STOPS,
    ShuttleShop,
    demo_network,
    shuttle_offer,
)

GROUND = demo_network().grounds[SERVICE]
ROUTES = [a + b for a in STOPS for b in STOPS if a != b]


class Histories(RuleBasedStateMachine):
    orders_made = Bundle("orders_made")
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kommit-shuttles-"))
        path = self.folder / "kommit.db"
        shutil.copy(self.template, path)
        self.database = Database(f"sqlite:///{path}", durable=False)
        self.clock = MovableClock()
        self.shop = ShuttleShop(self.database, self.clock)
        self.rider = self.shop.rider(1_000_000)
        self.upkeep = Upkeep(self.shop.store, self.clock, self.shop.world)
        self.promised: dict[UUID, tuple[object, ...]] = {}
        self.failed_vehicles: set[str] = set()
        self.is_behind = False

    def teardown(self) -> None:
        self.shop.check_books()
        self.database.close()
        shutil.rmtree(self.folder)

    # --- riders

    @rule(
        target=orders_made,
        route=st.sampled_from(ROUTES),
        minutes=st.integers(10, 90),
        riders=st.integers(1, SEATS),
    )
    def hold(self, route: str, minutes: int, riders: int) -> object:
        wanted = shuttle_offer(route, self.clock.now() + timedelta(minutes=minutes), riders)
        free = self.search_finds(route, minutes, riders)
        try:
            order = self.shop.orders.hold(self.rider, wanted)
        except ShuttleNotFree:
            assert not free, "what the search finds can be held at that instant"
            return multiple()
        assert free, "what the search does not find cannot be held"
        (ride,) = self.shop.rides_of(order.id)
        self.promised[ride.id] = ride.promise
        return order

    def search_finds(self, route: str, minutes: int, riders: int) -> bool:
        """Ask the fleet as the search does."""
        begin = unix(self.clock.now())
        fleet = self.shop.shuttles.fleet(SERVICE, begin - 3_600, begin + 6 * 3_600)
        leg = shuttle_offer(route, self.clock.now() + timedelta(minutes=minutes), riders)
        (one,) = leg.chain.legs
        assert one.shuttle is not None
        ends = [GROUND.service.stops[stop] for stop in route]
        asked = ride_of(
            GROUND.service,
            "asked",
            *(Spot(end.lat, end.lon, end.id) for end in ends),
            unix(one.departure),
            unix(one.shuttle.pickup_until),
            unix(one.arrival),
            Capacity(riders),
        )
        return isinstance(inserted(fleet, GROUND.times, asked), FleetNow)

    @rule(order=orders_made)
    def pay(self, order: Order) -> None:
        self.attempt(lambda: self.shop.orders.pay(order.id, self.rider, "wallet"))

    @rule(order=orders_made)
    def cancel(self, order: Order) -> None:
        self.attempt(lambda: self.shop.orders.cancel(order.id, self.rider))

    # --- time and jobs

    @rule(seconds=st.sampled_from([20, 120, 300, 660]))
    def wait(self, seconds: int) -> None:
        self.clock.move(seconds=seconds)

    @rule()
    def run_the_jobs(self) -> None:
        self.shop.orders.expire_due(self.clock.now())
        self.upkeep.rescue()

    @rule(seed=st.integers(0, 5))
    def improve(self, seed: int) -> None:
        before = self.cost()
        self.upkeep.improve(0.02, seed)
        assert self.cost() <= before

    def cost(self) -> int:
        plans = self.plans()
        return compiled(plans.now, GROUND.times).board.cost

    # --- drivers

    @rule(vehicle=st.integers(0, 1), on_time=st.booleans())
    def drive_on(self, vehicle: int, on_time: bool) -> None:
        """The driver does what is next, at the time that the plan has for it or at once."""
        tasks = self.shop.driving.vehicles(SERVICE)[vehicle].tasks
        if not tasks:
            return
        task = tasks[0]
        if on_time:
            self.clock.at = max(self.clock.at, task.end)
        self.is_behind |= self.clock.at > task.end
        done = "boarded" if task.action is Action.PICK_UP else "dropped_off"
        pin = self.shop.ride(task.ride).pin
        self.attempt(
            lambda: self.shop.driving.report(
                KEYS[vehicle], DriverEvent(done, task.ride.id, pin=pin)
            )
        )

    @rule(vehicle=st.integers(0, 1))
    def miss(self, vehicle: int) -> None:
        tasks = self.shop.driving.vehicles(SERVICE)[vehicle].tasks
        if tasks:
            self.is_behind |= self.clock.at > tasks[0].end
            event = DriverEvent("no_show", tasks[0].ride.id)
            self.attempt(lambda: self.shop.driving.report(KEYS[vehicle], event))

    @rule(vehicle=st.integers(0, 1), minutes=st.integers(1, 30))
    def run_late(self, vehicle: int, minutes: int) -> None:
        self.failed_vehicles.add(KEYS[vehicle].vehicle_id)
        event = DriverEvent("delay", minutes=minutes)
        self.attempt(lambda: self.shop.driving.report(KEYS[vehicle], event))

    @rule(vehicle=st.integers(0, 1))
    def break_down(self, vehicle: int) -> None:
        self.failed_vehicles.add(KEYS[vehicle].vehicle_id)
        self.attempt(lambda: self.shop.driving.report(KEYS[vehicle], DriverEvent("breakdown")))

    @rule(vehicle=st.integers(0, 1))
    def repair(self, vehicle: int) -> None:
        self.attempt(lambda: self.shop.driving.report(KEYS[vehicle], DriverEvent("repaired")))

    # --- what holds after every step

    @invariant()
    def every_planned_ride_is_in_exactly_one_plan(self) -> None:
        plans, now = self.shop.plans(), self.clock.now()
        for ride in self.all_rides():
            duties = [duty for duty, names in plans.items() if str(ride.id) in names]
            if ride.is_planned(now):
                stops = 1 if ride.state is RideState.ON_BOARD else 2
                assert duties == [ride.duty_id]
                assert plans[duties[0]].count(str(ride.id)) == stops
            elif ride.state not in PLANNED:
                assert duties == []

    @invariant()
    def no_ride_of_a_dead_order_is_in_a_plan(self) -> None:
        with self.shop.store.read() as uow:
            for ride in self.all_rides():
                if ride.is_planned(self.clock.now()):
                    assert uow.orders.get(ride.order_id).is_live

    @invariant()
    def no_vehicle_is_fuller_than_it_may_be(self) -> None:
        plans = self.plans()
        for duty in plans.kept.duties:
            load = sum(
                ride.party.seats
                for ride in plans.rides.values()
                if ride.duty_id == duty.id and ride.state is RideState.ON_BOARD
            )
            for stop in duty.plan:
                sign = 1 if stop.action is Action.PICK_UP else -1
                load += sign * plans.rides[stop.ride].party.seats
                assert 0 <= load <= SEATS
            assert load == 0

    @invariant()
    def promises_stay_unless_a_vehicle_failed(self) -> None:
        if self.failed_vehicles:
            return
        for ride in self.all_rides():
            assert ride.promise == self.promised[ride.id]
            assert ride.state is not RideState.FAILED

    @invariant()
    def plans_keep_every_promise_unless_a_driver_is_behind(self) -> None:
        """Drivers who do as planned never break one; who reports late has fallen behind."""
        if self.failed_vehicles or self.is_behind:
            return
        plans = self.plans()
        assert compiled(plans.kept, GROUND.times).board.late() == ()

    # --- how

    def attempt(self, action: object) -> None:
        try:
            action()  # type: ignore[operator]
        except BookingError:
            return

    def plans(self) -> Plans:
        with self.shop.store.read() as uow:
            now = self.clock.now()
            span = now - timedelta(hours=2), now + timedelta(hours=6)
            return read_plans(uow, GROUND, *span, now)

    def all_rides(self) -> list[ShuttleRide]:
        with self.shop.store.read() as uow:
            return list(uow.shuttles.rides(str(key) for key in self.promised))


@pytest.mark.timeout(240)
def test_histories(migrated_sqlite: Path) -> None:
    Histories.template = migrated_sqlite
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
