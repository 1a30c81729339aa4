"""A rider checks in, is seen, checks out, and pays for what was ridden."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from booking.domain.cico import ALLOWED, TripState
from booking.domain.ledger import RECEIVABLE, vat
from booking.domain.passengers import group
from booking.domain.travel_errors import ClockWrong, IllegalTrip, TripNotFound, TripOverlaps
from booking.service.transactions import in_transaction
from tests.support.cico import MONDAY, Seen, Terminal, at

ONE = group(["adult"])


def test_from_check_in_to_the_bill(terminal: Terminal) -> None:
    rider = terminal.rider(1_000)
    trip, is_new = terminal.trips.check_in(rider, at("A"), ONE)
    assert (is_new, trip.state, trip.begin.at) == (True, TripState.CHECKED_IN, MONDAY)
    terminal.clock.move(minutes=20)
    billed = terminal.trips.check_out(trip.id, rider, at("B"))
    assert (billed.state, billed.price.total.minor, billed.means) == ("billed", 300, "wallet")
    assert [leg.ride.route_name for leg in billed.chain.rides] == ["X90"]
    assert terminal.money(rider) == (700, 0)
    assert (terminal.owed("demo:a1"), terminal.owed()) == (280, 300), "0.20 are VAT"
    assert (terminal.balance(RECEIVABLE), terminal.difference()) == (0, 0)
    assert terminal.events() == ["checked_in", "checked_out", "billed"]
    assert terminal.trips.get(trip.id, rider).price == billed.price


def test_checking_out_twice_bills_once(terminal: Terminal) -> None:
    rider = terminal.rider()
    first = terminal.travel(rider)
    terminal.clock.move(minutes=5)
    again = terminal.trips.check_out(first.id, rider, at("D"))
    assert (again.end, again.price) == (first.end, first.price)
    assert terminal.money(rider).wallet == 9_700


def test_checking_in_twice_is_one_trip(terminal: Terminal) -> None:
    rider = terminal.rider()
    trip, _ = terminal.trips.check_in(rider, at("A"), ONE)
    terminal.clock.move(minutes=3)
    same, is_new = terminal.trips.check_in(rider, at("B"), group(["adult", "child"]))
    assert (same.id, is_new, same.begin) == (trip.id, False, trip.begin)
    other, is_new = terminal.trips.check_in(terminal.rider(), at("B"), ONE)
    assert is_new, "another rider is on another trip"
    assert other.id != trip.id


def test_operators_are_owed_what_was_ridden_with_them(terminal: Terminal) -> None:
    trip = terminal.travel(terminal.rider(), "ABCD", who=("adult", "child"))
    assert trip.price.total.minor == 800 + 400, "the cap of 24 hours cuts 9.00 and 4.50"
    owed = [terminal.owed(f"demo:{name}") for name in ("a1", "a2")]
    assert min(owed) > 0
    assert terminal.owed() == 1_200
    assert terminal.balance(vat(70)) == 1_200 - sum(owed)


def test_an_empty_wallet_leaves_an_open_item(terminal: Terminal) -> None:
    rider = terminal.rider(299)
    trip = terminal.travel(rider)
    assert (trip.means, terminal.money(rider)) == ("invoice", (299, 300))


def test_times_of_phones_are_bounded_by_ours(terminal: Terminal) -> None:
    rider = terminal.rider()
    ahead = MONDAY + timedelta(seconds=90)
    trip, _ = terminal.trips.check_in(rider, at("A", ahead), ONE)
    assert trip.begin.at == MONDAY, "what a fast clock tells has happened by now"
    with pytest.raises(ClockWrong, match="181 s ahead"):
        terminal.trips.check_out(trip.id, rider, at("B", MONDAY + timedelta(seconds=181)))
    with pytest.raises(ClockWrong, match="too long ago"):
        terminal.trips.check_in(terminal.rider(), at("A", MONDAY - timedelta(hours=25)), ONE)
    with pytest.raises(ClockWrong, match="before its check-in"):
        terminal.trips.check_out(trip.id, rider, at("B", MONDAY - timedelta(minutes=1)))
    assert terminal.trips.get(trip.id, rider).state == "checked_in"


def test_nobody_is_on_two_trips_at_once(terminal: Terminal) -> None:
    rider = terminal.rider()
    first = terminal.travel(rider)  # 8:00 to 8:20
    terminal.clock.move(hours=1)
    within = first.begin.at + timedelta(minutes=10)
    with pytest.raises(TripOverlaps, match="from 2026-05-04T06:00:00"):
        terminal.trips.check_in(rider, at("B", within), ONE)
    before, _ = terminal.trips.check_in(rider, at("C", MONDAY - timedelta(hours=1)), ONE)
    with pytest.raises(TripOverlaps):
        terminal.trips.check_out(before.id, rider, at("A", within))
    ended = terminal.trips.check_out(before.id, rider, at("A", MONDAY))
    assert ended.state == "billed", "one may end when the next begins"
    later, is_new = terminal.trips.check_in(rider, at("B", first.end.at), ONE)
    assert is_new
    assert later.begin.at == first.end.at


def test_a_mistake_is_taken_back(terminal: Terminal) -> None:
    rider = terminal.rider()
    trip, _ = terminal.trips.check_in(rider, at("A"), ONE)
    terminal.clock.move(minutes=4)
    assert terminal.trips.cancel(trip.id, rider).state == "cancelled"
    assert terminal.trips.cancel(trip.id, rider).state == "cancelled", "twice is once"
    again, is_new = terminal.trips.check_in(rider, at("A", MONDAY), ONE)
    assert is_new, "a cancelled trip took no time"
    stayed = terminal.trips.check_out(again.id, rider, at("A"))
    assert (stayed.state, stayed.price) == ("cancelled", None), "checked out where it began"
    assert terminal.money(rider) == (10_000, 0)


def test_who_has_ridden_cannot_take_it_back(terminal: Terminal) -> None:
    rider = terminal.rider()
    trip, _ = terminal.trips.check_in(rider, at("A"), ONE)
    terminal.clock.move(minutes=4)
    terminal.trips.report(trip.id, rider, [at("B", terminal.clock.now())])
    with pytest.raises(IllegalTrip, match="within 5 minutes"):
        terminal.trips.cancel(trip.id, rider)
    other = terminal.rider()
    late, _ = terminal.trips.check_in(other, at("A"), ONE)
    terminal.clock.move(minutes=6)
    with pytest.raises(IllegalTrip):
        terminal.trips.cancel(late.id, other)
    waited = terminal.trips.check_out(late.id, other, at("A"))
    assert (waited.state, waited.price.total.minor) == ("billed", 0), "the bus did not come"
    assert waited.notices == ("no-ride",)


def test_what_no_trip_explains_is_billed_as_the_crow_flies(terminal: Terminal) -> None:
    rider = terminal.rider()
    trip, _ = terminal.trips.check_in(rider, at("A"), ONE)
    terminal.clock.move(hours=1)
    billed = terminal.trips.check_out(trip.id, rider, Seen(51.05, 7.5))
    assert set(billed.notices) == {"far-from-stops", "unassigned"}
    assert [leg.ride.agency_id for leg in billed.chain.rides] == ["unassigned"]
    assert terminal.owed() == billed.price.total.minor == 300
    assert terminal.owed("unassigned") == 280


def test_who_comes_back_was_somewhere(terminal: Terminal) -> None:
    rider = terminal.rider()
    trip = terminal.travel(rider, "ABA")
    assert trip.price.total.minor == 600
    terminal.matcher.rides = lambda _: ()
    lost = terminal.travel(rider, "ABA")
    assert len(lost.chain.legs) == 2, "through where it was farthest away"


def test_what_nobody_sells_costs_nothing(terminal: Terminal) -> None:
    trip = terminal.travel(terminal.rider(), who=["adult"] * 6)
    assert (trip.state, trip.price.total.minor, trip.notices) == ("billed", 0, ("not-on-sale",))


def test_sightings_come_late_twice_and_in_any_order(terminal: Terminal) -> None:
    rider = terminal.rider()
    trip, _ = terminal.trips.check_in(rider, at("A"), ONE)
    terminal.clock.move(minutes=30)
    moments = [MONDAY + timedelta(minutes=n) for n in (20, 10, -5)]
    batch = [at("C", moments[0]), at("B", moments[1]), at("D", moments[2])]
    assert terminal.trips.report(trip.id, rider, batch) == (2, 0, 1)
    batch.append(at("C", terminal.clock.now() + timedelta(hours=1)))
    assert terminal.trips.report(trip.id, rider, batch) == (0, 2, 2)
    billed = terminal.trips.check_out(trip.id, rider, at("D"))
    assert [leg.origin.name for leg in billed.chain.legs] == ["A", "B", "C"]
    beyond = [at("A", terminal.clock.now()), at("B", MONDAY + timedelta(minutes=5))]
    assert terminal.trips.report(trip.id, rider, beyond) == (1, 0, 1), "kept, and billed no more"
    assert terminal.trips.get(trip.id, rider).price == billed.price


def test_whoever_forgets_to_check_out_is_told(terminal: Terminal) -> None:
    rider = terminal.rider()
    trip, _ = terminal.trips.check_in(rider, at("A"), ONE)
    seen = MONDAY + timedelta(minutes=20)
    terminal.clock.move(minutes=20)
    terminal.trips.report(trip.id, rider, [at("B", seen)])
    terminal.clock.move(hours=5, minutes=59)
    assert terminal.trips.close_forgotten() == 0
    terminal.clock.move(minutes=1)
    assert terminal.trips.close_forgotten() == 1
    assert terminal.trips.close_forgotten() == 0
    closed = terminal.trips.get(trip.id, rider)
    assert (closed.state, closed.end.at, closed.notices) == ("billed", seen, ("no-check-out",))
    assert closed.price.total.minor == 300
    assert terminal.events()[1:] == ["abandoned", "billed"]


def test_a_late_check_out_corrects_the_bill(terminal: Terminal) -> None:
    rider = terminal.rider()
    trip, _ = terminal.trips.check_in(rider, at("A"), ONE)
    terminal.clock.move(hours=7)
    terminal.trips.close_forgotten()
    assert terminal.trips.get(trip.id, rider).price.total.minor == 0, "it was never seen to move"
    when = MONDAY + timedelta(minutes=40)
    corrected = terminal.trips.check_out(trip.id, rider, at("C", when))
    assert (corrected.price.total.minor, corrected.end.at, corrected.revision) == (500, when, 1)
    assert terminal.money(rider) == (9_500, 0)
    assert terminal.trips.check_out(trip.id, rider, at("C", when)).revision == 1
    assert terminal.difference() == 0


def test_a_dispute_is_decided_by_a_correction(terminal: Terminal) -> None:
    rider = terminal.rider()
    trip = terminal.travel(rider, "ABC")  # two rides
    assert trip.price.total.minor == 600
    assert terminal.trips.dispute(trip.id, rider, "I left at B").state == "disputed"
    fixed = terminal.billing.correct(trip.id, _spot(at("B", trip.begin.at + timedelta(minutes=20))))
    assert (fixed.state, fixed.price.total.minor, fixed.revision) == ("billed", 300, 1)
    assert terminal.money(rider) == (9_700, 0)
    assert terminal.owed() == 300
    none = terminal.billing.correct(trip.id, None)
    assert (none.price.total.minor, terminal.money(rider)) == (0, (10_000, 0))
    assert terminal.owed() == terminal.owed("demo:a1") == 0
    terminal.trips.dispute(trip.id, rider, "once more")
    assert terminal.billing.keep(trip.id).state == "billed"


def test_trips_are_their_riders(terminal: Terminal) -> None:
    rider, stranger = terminal.rider(), terminal.rider()
    trip = terminal.travel(rider)
    for ask in (terminal.trips.get, terminal.trips.cancel):
        with pytest.raises(TripNotFound):
            ask(trip.id, stranger)
    with pytest.raises(TripNotFound):
        terminal.trips.get(uuid4(), rider)
    assert terminal.trips.list_trips(stranger) == []
    second = terminal.travel(rider, "BA")
    assert [one.id for one in terminal.trips.list_trips(rider)] == [second.id, trip.id]
    assert [one.id for one in terminal.trips.list_trips(rider, before=second.id)] == [trip.id]


def test_movement_data_is_forgotten(terminal: Terminal) -> None:
    rider = terminal.rider()
    terminal.travel(rider, "ABC")
    terminal.clock.move(days=1)
    trip, _ = terminal.trips.check_in(rider, at("A"), ONE)
    terminal.clock.move(minutes=9)
    terminal.trips.report(trip.id, rider, [at("B", terminal.clock.now())])
    later = terminal.clock.now() + timedelta(days=1)
    dropped = [
        in_transaction(terminal.store, lambda uow: uow.trips.drop_sightings(later))
        for _ in range(2)
    ]
    assert dropped == [1, 0], "those of a trip under way are still needed"


def test_at_the_same_time_is_once(terminal: Terminal) -> None:
    rider = terminal.rider()
    with ThreadPoolExecutor(6) as pool:
        begun = list(pool.map(lambda _: terminal.trips.check_in(rider, at("A"), ONE), range(6)))
        assert len({trip.id for trip, _ in begun}) == 1
        assert sum(is_new for _, is_new in begun) == 1
        terminal.clock.move(minutes=20)
        trip = begun[0][0].id
        ended = list(pool.map(lambda _: terminal.trips.check_out(trip, rider, at("B")), range(6)))
    assert {one.state for one in ended} == {"billed"}
    assert terminal.money(rider).wallet == 9_700
    assert terminal.events().count("billed") == 1


def test_the_table_of_states() -> None:
    assert set(ALLOWED) == set(TripState)
    ends = {state for state, to in ALLOWED.items() if not to}
    assert ends == {TripState.CANCELLED}


def _spot(seen: Seen) -> object:
    from booking.domain.cico import Spot

    assert seen.at is not None
    return Spot(seen.at, seen.lat, seen.lon)
