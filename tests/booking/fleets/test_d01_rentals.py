"""Renting through doors, on both databases: what opens, what does not, and what follows."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from booking.adapters.database import Database
from booking.adapters.locks.simulator import Fault, SimulatedLocks
from booking.domain.errors import BoxDidNotOpen, RentalBusy, RentalNotFound, RentalRefused
from booking.domain.fleets import VehicleState
from booking.domain.lock_errors import LockJammed, LockRefused, LockUnreachable
from booking.domain.locks import LockPoint, LockReport, LockState
from booking.domain.money import Money
from booking.domain.rentals import Action, Rental
from booking.service.rental_steps import Spot
from booking.service.rentals import Rentals
from tests.support.fleets import FLEET, Yard, document, span
from tests.support.shop import NOON

RIDER = UUID(int=7)
BOX_1, BOX_2 = (LockPoint(FLEET, f"cb-{n}", "meadow", n) for n in (1, 2))
BOX_3 = LockPoint(FLEET, "cb-3", "market", 1)


class Street(Yard):
    """A yard whose boxes are simulated."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.locks = SimulatedLocks(slow_s=0.05)
        self.rentals = Rentals(self.store, self.clock, self.locks)

    def act(self, rental: Rental, *words: str, spot: Spot | None = None) -> Rental:
        for word in words:
            rental = self.rentals.act(rental.id, RIDER, Action(word), spot)
        return rental

    def vehicle_state(self, vehicle_id: str) -> VehicleState:
        return self.vehicle(vehicle_id).state


@pytest.fixture
def street(database: Database) -> Street:
    street = Street(database)
    street.fill()
    return street


def test_a_bicycle_is_taken_ridden_and_brought_back(street: Street) -> None:
    before = street.public_id("cb-1")
    rental = street.act(street.reserve(rider=RIDER), "open")
    assert (rental.state, rental.opened_at) == ("active", NOON)
    assert street.vehicle_state("cb-1") is VehicleState.IN_USE
    assert street.fleets.system(FLEET).stations["meadow"].available == {"cargo": 1}
    with pytest.raises(RentalRefused, match="a rider has this vehicle"):
        street.fleets.set_state(FLEET, "cb-1", VehicleState.AVAILABLE)
    assert street.act(rental, "close", "pause").state == "paused"
    street.clock.move(hours=1, minutes=30)
    rental = street.act(rental, "resume", "close", "open", "close", "return")
    assert (rental.state, rental.price) == ("returned", Money(200)), "two started hours"
    vehicle = street.vehicle("cb-1")
    assert (vehicle.state, vehicle.station_id, vehicle.rentals) == ("available", "meadow", 1)
    assert street.public_id("cb-1") != before
    assert street.journal(rental.id)[:4] == ["reserved", "?open", "open", "?close"]
    assert street.journal(rental.id)[-2:] == ["?return", "return"]
    assert street.act(rental, "return").state == "returned", "twice is once"


def test_who_is_late_keeps_the_bicycle(street: Street) -> None:
    rental = street.act(street.reserve(span("4 14:00", "4 16:00"), rider=RIDER), "open")
    street.clock.move(hours=3)
    assert street.reservations.expire_due(street.clock.now()) == 0
    assert street.slots("cb-1", span("4 0:00", "5 0:00"))[0].start == NOON + timedelta(
        hours=3, minutes=15
    )
    assert street.act(rental, "close", "open", "close", "return").price == Money(300)


def test_who_is_early_has_it_from_then_on(street: Street) -> None:
    rental = street.reserve(span("4 16:00", "4 18:00"), rider=RIDER)
    street.clock.at = NOON + timedelta(minutes=110)
    street.act(rental, "open")
    (taken,) = (street.rental(rental.id).taken(street.clock.now()),)
    assert taken == span("4 15:50", "4 18:00")


def test_a_box_is_opened_when_it_is_time(street: Street) -> None:
    rental = street.reserve(span("4 16:00", "4 18:00"), rider=RIDER)
    for minutes, allowed in ((109, False), (110, True)):
        street.clock.at = NOON + timedelta(minutes=minutes)
        if allowed:
            assert street.act(rental, "open").state == "active"
        else:
            with pytest.raises(RentalRefused, match="can be opened from"):
                street.act(rental, "open")
    assert street.locks.times_opened(BOX_1) == 1


@pytest.mark.parametrize("word", ["close", "pause", "resume", "return"])
def test_before_it_is_opened_nothing_else_is_done(street: Street, word: str) -> None:
    with pytest.raises(RentalRefused, match="is reserved takes no"):
        street.act(street.reserve(rider=RIDER), word)


def test_other_riders_open_nothing(street: Street) -> None:
    with pytest.raises(RentalNotFound):
        street.act(street.reserve(rider=uuid4()), "open")
    assert street.locks.times_opened(BOX_1) == 0


def test_it_comes_back_to_its_own_box_with_the_door_closed(street: Street) -> None:
    rental = street.act(street.reserve(rider=RIDER), "open")
    with pytest.raises(RentalRefused, match="its own box: Meadow"):
        street.act(rental, "return", spot=Spot("market"))
    with pytest.raises(LockRefused, match="close the door first"):
        street.act(rental, "return")
    with pytest.raises(LockRefused, match="not in the box"):
        street.act(rental, "close", "return")
    assert street.rental(rental.id).state == "active"
    assert street.journal(rental.id)[-2:] == ["?return", "!"]
    assert street.act(rental, "open", "close", "return", spot=Spot("meadow")).state == "returned"


# --- the door does not open


def test_a_stuck_door_moves_the_rental_to_the_next_bicycle(street: Street) -> None:
    street.locks.break_(BOX_1, Fault.STUCK)
    rental = street.act(street.reserve(rider=RIDER), "open")
    assert (rental.state, rental.vehicle_id) == ("active", "cb-2")
    assert street.vehicle_state("cb-1") is VehicleState.MAINTENANCE
    assert street.vehicle_state("cb-2") is VehicleState.IN_USE
    assert street.journal(rental.id) == ["reserved", "?open", "!", "move", "?open", "open"]
    assert street.locks.times_opened(BOX_2) == 1


def test_without_another_one_it_ends_and_costs_nothing(street: Street) -> None:
    street.locks.break_(BOX_3, Fault.STUCK)
    rental = street.reserve(vehicle="cb-3", rider=RIDER)
    with pytest.raises(BoxDidNotOpen, match="nothing is charged"):
        street.act(rental, "open")
    ended = street.rental(rental.id)
    assert (ended.state, ended.price, ended.task) == ("failed", Money(0), None)
    assert street.vehicle_state("cb-3") is VehicleState.MAINTENANCE
    assert street.journal(rental.id)[-2:] == ["!", "failed"]


def test_all_doors_of_a_place_may_be_stuck(street: Street) -> None:
    for box in (BOX_1, BOX_2):
        street.locks.break_(box, Fault.STUCK)
    with pytest.raises(BoxDidNotOpen):
        street.act(street.reserve(rider=RIDER), "open")
    assert {street.vehicle_state(f"cb-{n}") for n in (1, 2)} == {VehicleState.MAINTENANCE}
    assert street.vehicle_state("cb-3") is VehicleState.AVAILABLE


def test_nobody_is_moved_to_what_another_has_reserved(street: Street) -> None:
    other = street.reserve(span("4 15:00", "4 16:00"), vehicle="cb-2")
    street.locks.break_(BOX_1, Fault.STUCK)
    with pytest.raises(BoxDidNotOpen):
        street.act(street.reserve(rider=RIDER), "open")
    assert street.rental(other.id).vehicle_id == "cb-2"


def test_a_bicycle_that_is_not_back_is_replaced_and_not_blamed(street: Street) -> None:
    late = street.act(street.reserve(span("4 14:00", "4 16:00"), rider=RIDER), "open")
    mine = street.reserve(span("4 17:00", "4 18:00"), rider=RIDER)
    street.clock.at = NOON + timedelta(hours=2, minutes=55)
    with pytest.raises(RentalRefused, match="not back yet"):
        street.act(mine, "open")
    street.clock.move(minutes=5)
    assert street.act(mine, "open").vehicle_id == "cb-2"
    assert street.vehicle_state("cb-1") is VehicleState.IN_USE
    assert street.rental(late.id).state == "active"


def test_a_door_that_jams_on_the_way_ends_nothing(street: Street) -> None:
    rental = street.act(street.reserve(rider=RIDER), "open", "close")
    street.locks.break_(BOX_1, Fault.STUCK)
    with pytest.raises(LockJammed):
        street.act(rental, "open")
    street.locks.break_(BOX_1, None)
    assert street.act(rental, "open", "close", "return").state == "returned"


# --- no answer


def test_a_lost_answer_is_asked_for_again_and_the_door_moves_once(street: Street) -> None:
    street.locks.break_(BOX_1, Fault.LOST)
    rental = street.reserve(rider=RIDER)
    with pytest.raises(LockUnreachable):
        street.act(rental, "open")
    assert street.rental(rental.id).state == "reserved"
    street.locks.break_(BOX_1, None)
    street.locks.act(Action.CLOSE, BOX_1, "by hand")
    assert street.rentals.resume_all(street.clock.now()) == 0, "the lock is left alone for a while"
    street.clock.move(seconds=10)
    assert street.rentals.resume_all(street.clock.now()) == 1
    assert street.rental(rental.id).state == "active"
    assert street.locks.times_opened(BOX_1) == 1, "the same key does not open it again"


def test_the_rider_may_ask_again_at_once(street: Street) -> None:
    street.locks.break_(BOX_1, Fault.DEAD)
    rental = street.reserve(rider=RIDER)
    with pytest.raises(LockUnreachable):
        street.act(rental, "open")
    with pytest.raises(RentalRefused, match="being opened"):
        street.reservations.cancel(rental.id, RIDER)
    street.locks.break_(BOX_1, None)
    assert street.act(rental, "open").state == "active"


@pytest.mark.parametrize(
    ("fault", "vehicle", "opened"),
    [(Fault.LOST, "cb-1", 1), (Fault.DEAD, "cb-2", 0)],
    ids=["it had opened", "it had not"],
)
def test_after_a_minute_no_door_is_opened_any_more_but_looked_at(
    street: Street, fault: Fault, vehicle: str, opened: int
) -> None:
    street.locks.break_(BOX_1, fault)
    rental = street.reserve(rider=RIDER)
    with pytest.raises(LockUnreachable):
        street.act(rental, "open")
    street.locks.break_(BOX_1, None)
    street.clock.move(seconds=61)
    street.rentals.resume_all(street.clock.now())
    moved = street.rental(rental.id)
    assert (moved.state, moved.vehicle_id) == ("active", vehicle)
    assert street.locks.times_opened(BOX_1) == opened


@pytest.mark.parametrize(
    ("fault", "state"),
    [(Fault.LOST, "paused"), (Fault.DEAD, "active")],
    ids=["it did", "it did not"],
)
def test_a_lock_that_fell_silent_leaves_the_rider_free_to_try_again(
    street: Street, fault: Fault, state: str
) -> None:
    rental = street.act(street.reserve(rider=RIDER), "open", "close")
    street.locks.break_(BOX_1, fault)
    with pytest.raises(LockUnreachable):
        street.act(rental, "pause")
    with pytest.raises(RentalBusy):
        street.act(rental, "return")
    street.clock.move(seconds=61)
    if fault is Fault.LOST:
        street.locks.break_(BOX_1, None)
    street.rentals.resume_all(street.clock.now())
    found = street.rental(rental.id)
    assert (found.state, found.task) == (state, None)
    assert street.vehicle_state("cb-1") is VehicleState.IN_USE


def test_a_return_is_tried_until_it_is_answered_and_costs_no_waiting(street: Street) -> None:
    rental = street.act(street.reserve(rider=RIDER), "open", "close", "open", "close")
    street.clock.move(minutes=30)
    street.locks.break_(BOX_1, Fault.DEAD)
    with pytest.raises(LockUnreachable):
        street.act(rental, "return")
    street.clock.move(hours=5)
    assert street.rentals.resume_all(street.clock.now()) == 0
    street.locks.break_(BOX_1, None)
    street.clock.move(seconds=10)
    assert street.rentals.resume_all(street.clock.now()) == 1
    ended = street.rental(rental.id)
    assert (ended.state, ended.price) == ("returned", Money(100))
    assert ended.ended_at == NOON + timedelta(minutes=30)


def test_a_dead_box_is_given_up(street: Street) -> None:
    street.locks.break_(BOX_3, Fault.DEAD)
    rental = street.reserve(vehicle="cb-3", rider=RIDER)
    with pytest.raises(LockUnreachable):
        street.act(rental, "open")
    for _ in range(2):
        street.clock.move(seconds=40)
        street.rentals.resume_all(street.clock.now())
    assert street.rental(rental.id).state == "failed"
    assert street.vehicle_state("cb-3") is VehicleState.MAINTENANCE


# --- at the same time


def test_of_many_who_open_one_does(street: Street) -> None:
    street.locks.break_(BOX_1, Fault.SLOW)
    rental, start = street.reserve(rider=RIDER), threading.Barrier(8)

    def open_it(_: int) -> str:
        start.wait()
        try:
            return street.act(rental, "open").state
        except RentalBusy:
            return "busy"

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(open_it, range(8)))
    assert outcomes["active"] >= 1
    assert set(outcomes) <= {"active", "busy"}
    assert street.journal(rental.id).count("!") == 0
    assert street.locks.times_opened(BOX_1) == 1


def test_two_who_are_moved_to_each_other_do_not_wait_crosswise(street: Street) -> None:
    for box in (BOX_1, BOX_2):
        street.locks.break_(box, Fault.STUCK)
    rentals = [street.reserve(vehicle=f"cb-{n}", rider=RIDER) for n in (1, 2)]
    start = threading.Barrier(2)

    def open_it(rental: Rental) -> str:
        start.wait()
        try:
            return street.act(rental, "open").state
        except BoxDidNotOpen:
            return "failed"

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(open_it, rentals)) == ["failed", "failed"]


def test_a_process_that_was_only_slow_changes_nothing_any_more(street: Street) -> None:
    """While its lock dawdles, its lease ends, another goes on, and it finds so."""

    class Slow(SimulatedLocks):
        def act(self, *_: object) -> LockReport:
            street.clock.move(seconds=31)
            assert street.rentals.resume_all(street.clock.now()) == 1
            return LockReport(LockState.OPEN, battery_percent=1)

    slow = Rentals(street.store, street.clock, Slow())
    rental = street.reserve(rider=RIDER)
    assert slow.act(rental.id, RIDER, Action.OPEN).state == "active"
    assert street.journal(rental.id).count("open") == 1
    assert street.vehicle("cb-1").battery_percent == 80


# --- stations and scooters


def other_fleet(street: Street, constraint: str, **changed: object) -> Rental:
    kind = document()["type"][0] | {"return_constraint": constraint}
    street.fill(type=[kind], **changed)
    rental = street.reserve(rider=RIDER)
    return street.act(rental, "open", "close")


def test_what_goes_to_any_station_goes_to_a_free_dock(database: Database) -> None:
    street = Street(database)
    vehicles = [one | {"slot": 0} for one in document()["vehicle"]]
    rental = other_fleet(street, "any_station", vehicle=vehicles)
    with pytest.raises(RentalRefused, match="say at which station"):
        street.act(rental, "return")
    with pytest.raises(RentalRefused, match="no free dock at Market"):
        street.act(rental, "return", spot=Spot("market"))
    with pytest.raises(RentalRefused, match="there is no station 'moon'"):
        street.act(rental, "return", spot=Spot("moon"))
    street.change("cb-3", station_id=None)
    assert street.act(rental, "return", spot=Spot("market")).state == "returned"
    vehicle = street.vehicle("cb-1")
    assert (vehicle.station_id, vehicle.lat, vehicle.lon) == ("market", 51.86, 7.49)


def test_what_stands_anywhere_is_left_within_its_zone(database: Database) -> None:
    street = Street(database)
    zone = {
        "polygon": [
            [[51.8, 7.4], [51.9, 7.4], [51.9, 7.5], [51.8, 7.5]],
            [[51.82, 7.42], [51.83, 7.42], [51.83, 7.43], [51.82, 7.43]],
        ]
    }
    vehicles = [one | {"slot": 0} for one in document()["vehicle"]]
    system = document()["system"] | {"end_allowed": False}
    rental = other_fleet(street, "free_floating", vehicle=vehicles, zone=[zone], system=system)
    for spot, reason in (
        (None, "by lat and lon"),
        (Spot(None, 51.95, 7.45), "outside of its zone"),
        (Spot(None, 51.825, 7.425), "outside of its zone"),
    ):
        with pytest.raises(RentalRefused, match=reason):
            street.act(rental, "return", spot=spot)
    assert street.act(rental, "return", spot=Spot(None, 51.85, 7.45)).state == "returned"
    assert (street.vehicle("cb-1").lat, street.vehicle("cb-1").station_id) == (51.85, None)
