"""Reserving own vehicles on both databases: taken once, held, extended, given back, expired."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest

from booking.adapters.database import Database
from booking.domain.calendar import Span
from booking.domain.errors import (
    FleetNotFound,
    RentalNotFound,
    RentalRefused,
    SlotNotFree,
    VehicleNotFound,
)
from booking.domain.fleets import VehicleState
from booking.domain.money import Money
from booking.service.reservations import HOLD_FOR
from tests.support.fleets import FLEET, Yard, at, boxes, span
from tests.support.shop import NOON


@pytest.fixture
def yard(database: Database) -> Yard:
    return Yard(database).fill()


def test_a_fleet_is_kept_as_its_file_says(yard: Yard) -> None:
    zone = {
        "polygon": [[[51.8, 7.4], [51.9, 7.4], [51.9, 7.5]]],
        "types": ["cargo"],
        "end_allowed": False,
    }
    fleet, vehicles = boxes(zone=[zone])
    assert yard.fleets.put(fleet, vehicles, "another file")
    assert yard.fleets.fleet(FLEET) == fleet
    assert [one.vehicle for one in yard.fleets.now(FLEET).vehicles] == list(vehicles)


def test_reading_a_file_again_moves_no_vehicle(yard: Yard) -> None:
    yard.change("cb-1", battery_percent=12, state=VehicleState.MAINTENANCE)
    fleet, vehicles = boxes()
    assert not yard.fleets.put(fleet, vehicles, "file []"), "the same file"
    assert yard.fleets.put(fleet, vehicles, "a new one")
    assert yard.vehicle("cb-1").battery_percent == 12
    assert yard.vehicle("cb-1").state is VehicleState.MAINTENANCE


def test_a_slot_is_taken_once(yard: Yard) -> None:
    rental = yard.reserve(span("5 10:00", "5 13:30"))
    assert (rental.state, rental.price) == ("reserved", Money(400)), "four started hours"
    assert yard.slots("cb-1", span("5 0:00", "6 0:00")) == (
        span("5 6:00", "5 9:45"),
        span("5 13:45", "5 22:00"),
    )
    with pytest.raises(SlotNotFree, match="somebody else"):
        yard.reserve(span("5 13:30", "5 14:30"))
    assert yard.reserve(span("5 13:45", "5 14:30")).state == "reserved"
    assert yard.reserve(span("5 10:00", "5 13:30"), "cb-2").state == "reserved"


def test_of_forty_riders_one_gets_the_slot(yard: Yard) -> None:
    """Their times differ and overlap, so no unique key could see to it."""
    public_id, start = yard.public_id("cb-1"), threading.Barrier(20)

    def rush(number: int) -> str:
        if number < 20:
            start.wait()
        wanted = Span(at("5 10:00"), at("5 11:00") + timedelta(minutes=number))
        try:
            return yard.reservations.reserve(uuid4(), FLEET, public_id, wanted).state
        except SlotNotFree:
            return "not free"

    with ThreadPoolExecutor(20) as pool:
        outcomes = Counter(pool.map(rush, range(40)))
    assert outcomes == {"reserved": 1, "not free": 39}
    assert yard.states() == ["reserved"]


def test_rushing_for_a_day_leaves_no_two_rentals_that_meet(yard: Yard) -> None:
    public_id = yard.public_id("cb-1")

    def rush(number: int) -> None:
        begin = at("6 6:00") + timedelta(minutes=37 * number % 840)
        try:
            yard.reservations.reserve(
                uuid4(), FLEET, public_id, Span(begin, begin + timedelta(minutes=45))
            )
        except SlotNotFree:
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(rush, range(60)))
    with yard.store.read() as uow:
        taken = sorted(rental.span for rental in uow.rentals.live(FLEET, "cb-1"))
    assert len(taken) >= 8
    gaps = [later.start - one.end for one, later in pairwise(taken)]
    assert min(gaps) >= timedelta(minutes=15)


def test_a_hold_lapses_unless_it_is_confirmed(yard: Yard) -> None:
    rider = uuid4()
    lost = yard.reserve(rider=rider, hold=True)
    kept = yard.reserve(vehicle="cb-2", rider=rider, hold=True)
    assert yard.reservations.confirm(kept.id, rider).state == "reserved"
    assert yard.reservations.confirm(kept.id, rider).state == "reserved"
    yard.clock.at += HOLD_FOR
    with pytest.raises(RentalRefused, match="held until"):
        yard.reservations.confirm(lost.id, rider)
    assert yard.slots("cb-1", span("4 0:00", "5 0:00")) == (span("4 14:10", "4 22:00"),)
    assert yard.reserve(span("4 14:30", "4 15:30")).state == "reserved", "free before the job comes"
    assert yard.reservations.expire_due(yard.clock.now()) == 1
    assert yard.rental(lost.id).state == "expired"
    assert yard.journal(lost.id) == ["held", "expired"]


def test_what_nobody_picks_up_expires_at_its_end(yard: Yard) -> None:
    rental = yard.reserve()
    yard.clock.at = rental.span.end - timedelta(seconds=1)
    assert yard.reservations.expire_due(yard.clock.now()) == 0
    yard.clock.at = rental.span.end
    assert yard.reservations.expire_due(yard.clock.now()) == 1
    assert yard.rental(rental.id).state == "expired"


def test_a_rental_is_extended_if_nobody_else_comes(yard: Yard) -> None:
    rider = uuid4()
    rental = yard.reserve(span("4 14:00", "4 16:00"), rider=rider)
    assert yard.reservations.extend(rental.id, rider, at("4 18:30")).price == Money(500)
    yard.reserve(span("4 19:00", "4 20:00"))
    with pytest.raises(SlotNotFree, match="somebody else"):
        yard.reservations.extend(rental.id, rider, at("4 18:50"))
    with pytest.raises(SlotNotFree, match="closed"):
        yard.reservations.extend(yard.reserve(vehicle="cb-2", rider=rider).id, rider, at("4 22:30"))
    with pytest.raises(SlotNotFree, match="later"):
        yard.reservations.extend(rental.id, rider, at("4 18:00"))
    assert yard.rental(rental.id).span == span("4 14:00", "4 18:30")


def test_what_is_given_back_is_free_at_once(yard: Yard) -> None:
    rider = uuid4()
    rental = yard.reserve(rider=rider)
    assert yard.reservations.cancel(rental.id, rider).state == "cancelled"
    assert yard.reservations.cancel(rental.id, rider).state == "cancelled"
    assert yard.journal(rental.id) == ["reserved", "cancel"]
    assert yard.reserve().state == "reserved"


def test_nobody_sees_the_rentals_of_others(yard: Yard) -> None:
    rental = yard.reserve(rider=(rider := uuid4()))
    with pytest.raises(RentalNotFound):
        yard.reservations.cancel(rental.id, uuid4())
    with pytest.raises(RentalNotFound):
        yard.reservations.get(rental.id, uuid4())
    assert [one.id for one in yard.reservations.list_rentals(rider)] == [rental.id]


def test_unknown_names_are_refused(yard: Yard) -> None:
    with pytest.raises(VehicleNotFound):
        yard.reservations.reserve(uuid4(), FLEET, "cb-1", span("5 10:00", "5 12:00"))
    with pytest.raises(FleetNotFound):
        yard.fleets.now("nobody")


@pytest.mark.parametrize("state", [VehicleState.DISABLED, VehicleState.MAINTENANCE])
def test_what_is_out_of_service_is_not_rented(yard: Yard, state: VehicleState) -> None:
    yard.fleets.set_state(FLEET, "cb-1", state)
    with pytest.raises(SlotNotFree, match="out of service"):
        yard.reserve()
    assert yard.slots("cb-1", span("5 0:00", "6 0:00")) == ()


def test_batteries_are_reported(yard: Yard) -> None:
    yard.fleets.report_battery(FLEET, "cb-2", 40)
    (vehicle,) = [one for one in yard.fleets.system(FLEET).vehicles if one.range_m == 20_000]
    assert vehicle.id == yard.public_id("cb-2")
    with pytest.raises(ValueError, match="0 to 100"):
        yard.fleets.report_battery(FLEET, "cb-2", 101)


def test_the_search_is_told_of_this_moment(yard: Yard) -> None:
    yard.reserve(span("4 14:00", "4 16:00"))
    yard.reserve(span("4 18:00", "4 20:00"), "cb-2")
    system = yard.fleets.system(FLEET)
    assert system.is_own
    assert {name: dict(one.available) for name, one in system.stations.items()} == {
        "meadow": {"cargo": 1},
        "market": {"cargo": 1},
    }
    by_id = {one.id: one for one in system.vehicles}
    assert by_id.keys() == {yard.public_id("cb-2"), yard.public_id("cb-3")}
    assert by_id[yard.public_id("cb-2")].available_until == at("4 17:45").timestamp()
    first = next(slot for slot in system.slots if slot.vehicle == yard.public_id("cb-1"))
    assert (first.station, first.start, first.end) == (
        "meadow",
        at("4 16:15").timestamp(),
        at("4 22:00").timestamp(),
    )
    assert max(slot.end or 0 for slot in system.slots) == at("18 22:00").timestamp()
    assert system.plans["hour"].price_minor(3 * 3600, 0) == 300


def test_at_night_there_are_slots_and_no_vehicles(yard: Yard) -> None:
    yard.clock.at = NOON + timedelta(hours=10)
    system = yard.fleets.system(FLEET)
    assert system.vehicles == ()
    assert not any(one.is_renting or one.available for one in system.stations.values())
    assert system.slots


AT_ONCE = {"rules": {"days_ahead": 0, "min_rental_min": 30, "reserve_ahead": False}}


def test_what_is_not_reserved_ahead_is_told_by_its_hours(database: Database) -> None:
    yard = Yard(database).fill(**AT_ONCE)
    yard.clock.at = NOON + timedelta(hours=10)  # midnight in Berlin
    system = yard.fleets.system(FLEET)
    assert system.slots == ()
    assert {vehicle.available_until for vehicle in system.vehicles} == {None}
    assert system.stations["meadow"].available == {"cargo": 2}
    assert all(station.is_renting for station in system.stations.values())
    opens, closes = at("5 6:00").timestamp(), at("5 22:00").timestamp()
    assert system.is_open(int(opens), int(closes))
    assert not system.is_open(int(opens) - 1, int(opens) + 60)
    assert not system.is_open(int(closes) - 60, int(closes) + 1)


def test_a_fleet_that_never_closes_has_no_hours(database: Database) -> None:
    yard = Yard(database).fill(**AT_ONCE, hours=[], closure=[])
    assert yard.fleets.system(FLEET).hours is None


def test_who_rides_now_has_the_vehicle(database: Database) -> None:
    yard = Yard(database).fill(**AT_ONCE)
    yard.reserve(span("4 14:00", "4 16:00"), "cb-1")
    there = {one.id for one in yard.fleets.system(FLEET).vehicles}
    assert there == {yard.public_id("cb-2"), yard.public_id("cb-3")}


def test_slots_change_with_the_minutes_and_not_with_the_seconds(yard: Yard) -> None:
    yard.clock.at = NOON + timedelta(seconds=1)
    first = yard.fleets.system(FLEET)
    yard.clock.at = NOON + timedelta(seconds=59)
    assert yard.fleets.system(FLEET) == first
    yard.clock.at = NOON + timedelta(seconds=61)
    assert yard.fleets.system(FLEET) != first


def test_each_fleet_is_a_source(yard: Yard) -> None:
    (source,) = yard.fleets.sources()
    system = source()
    assert system is not None
    assert system.id == FLEET
