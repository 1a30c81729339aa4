"""What goes wrong is seen and made good: rules on chains, then money, on both databases."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from booking.adapters.book_tables import AuditInboxRow
from booking.adapters.redress_tables import IncidentRow
from booking.adapters.tables import OutboxRow
from booking.after_sales.reading import read_rules
from booking.domain.chain import Chain, ChainLeg, ChainPoint, LegMode, RentalRef, ShuttleRef
from booking.domain.errors import OrderNotFound
from booking.domain.ledger import AccountKind
from booking.domain.money import Money
from booking.domain.offers import Offer, Price, PriceLine
from booking.domain.order_states import OrderState
from booking.domain.orders import Order
from booking.domain.redress import (
    Incident,
    IncidentKind,
    LegForecast,
    RedressKind,
    incident_of,
)
from booking.domain.redress_errors import RedressRefused
from booking.domain.refunds import RefundReason
from booking.service.ports import UnitOfWork
from booking.service.redress import Redresses
from booking.service.transactions import in_transaction
from tests.support.provider import MEANS
from tests.support.shop import LEAVES, TICKETS, Shop, offer, ride

GUARANTEE = read_rules()[0].guarantee
MINUTE = timedelta(minutes=1)
FIRST = ride("demo:t1")
"""Leaves at LEAVES, 20 minutes."""
CHANGE = LEAVES + 25 * MINUTE
SECOND = ride("demo:t2", leaves=CHANGE)
SQUARE = ChainPoint("Markt", 51.9, 7.5)


def walk(begin: datetime, minutes: int) -> ChainLeg:
    return ChainLeg(LegMode.WALK, SQUARE, SQUARE, begin, begin + minutes * MINUTE, 200)


def runs(position: int, leg: ChainLeg, late: int = 0, longer: int = 0) -> LegForecast:
    """Return that a leg runs so many minutes late, and takes so many longer."""
    end = leg.arrival + (late + longer) * MINUTE
    return LegForecast(position, leg.departure + late * MINUTE, end)


def seen_of(*legs: ChainLeg, told: Sequence[LegForecast] = ()) -> Incident | None:
    return incident_of(Chain("image-1", legs), told, GUARANTEE)


CHAIN = (FIRST, walk(FIRST.arrival, 3), SECOND)
"""Two minutes are left at the change."""


def test_what_runs_as_sold_is_no_incident() -> None:
    assert seen_of(*CHAIN) is None
    assert seen_of(*CHAIN, told=[runs(0, FIRST), runs(2, SECOND)]) is None


@pytest.mark.parametrize(("late", "missed"), [(2, False), (3, True)])
def test_a_connection_is_missed_by_the_minute(late: int, missed: bool) -> None:
    found = seen_of(*CHAIN, told=[runs(0, FIRST, longer=late)])
    assert found == (Incident(2, IncidentKind.MISSED, 60) if missed else None)


def test_a_connection_that_is_late_too_is_not_missed() -> None:
    told = [runs(0, FIRST, longer=5), runs(2, SECOND, late=3)]
    assert seen_of(*CHAIN, told=told) is None
    told[1] = runs(2, SECOND, late=2)
    assert seen_of(*CHAIN, told=told) == Incident(2, IncidentKind.MISSED, 3 * 60)


def test_a_vehicle_that_is_expected_early_waits_until_it_is_planned_to_leave() -> None:
    assert seen_of(*CHAIN, told=[runs(2, SECOND, late=-4)]) is None
    assert seen_of(FIRST, told=[runs(0, FIRST, late=-1)]) is None


def test_what_does_not_run_is_cancelled() -> None:
    told = [LegForecast(2, None, None)]
    assert seen_of(*CHAIN, told=told) == Incident(2, IncidentKind.CANCELLED, 0)
    told = [runs(0, FIRST, late=30), LegForecast(2, None, None)]
    found = seen_of(*CHAIN, told=told)
    assert found == Incident(0, IncidentKind.LATE, 30 * 60), "the first leg comes first"


@pytest.mark.parametrize(("late", "counts"), [(19, False), (20, True)])
def test_a_late_vehicle_counts_from_twenty_minutes_on(late: int, counts: bool) -> None:
    found = seen_of(FIRST, told=[runs(0, FIRST, late=late)])
    assert found == (Incident(0, IncidentKind.LATE, late * 60) if counts else None)


def test_a_leg_that_was_given_back_is_not_looked_at_and_not_waited_for() -> None:
    told = [runs(0, FIRST, longer=30)]
    chain = Chain("image-1", CHAIN)
    assert incident_of(chain, told, GUARANTEE, legs={2}) is None
    assert incident_of(chain, told, GUARANTEE, legs={0, 2}) is not None


def test_a_shuttle_may_come_within_its_window_and_a_rental_keeps_its_length() -> None:
    window = CHANGE + 10 * MINUTE
    shuttle = replace(
        SECOND,
        ride=None,
        shuttle=ShuttleRef("s", "S", "r", None, None, window, "demo:a2", "S"),
    )
    assert seen_of(FIRST, shuttle, told=[runs(0, FIRST, longer=15)]) is None
    found = seen_of(FIRST, shuttle, told=[runs(0, FIRST, longer=16)])
    assert found == Incident(1, IncidentKind.MISSED, 60)
    bike = replace(
        walk(FIRST.arrival, 5),
        rental=RentalRef("f", "F", "demo:a3", "F", "bike", "Bike", 100, "EUR"),
    )
    assert seen_of(FIRST, bike, SECOND, told=[runs(0, FIRST)]) is None
    found = seen_of(FIRST, bike, SECOND, told=[runs(0, FIRST, longer=1)])
    assert found == Incident(2, IncidentKind.MISSED, 60)


def test_the_worst_is_kept() -> None:
    late = Incident(0, IncidentKind.LATE, 3000)
    missed = Incident(1, IncidentKind.MISSED, 60)
    assert missed.is_worse_than(late)
    assert not late.is_worse_than(missed)
    assert not late.is_worse_than(late)
    assert replace(late, late_s=3001).is_worse_than(late)


# --- with money


@dataclass
class Desk:
    """A shop whose vehicles run as a test says."""

    shop: Shop
    told: list[LegForecast] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.redress = Redresses(self.shop.after_sales, lambda _: self.told, TICKETS)
        self.rider = self.shop.rider(2_000)

    def sold(self, means: str = "wallet") -> Order:
        order = self.shop.orders.hold(self.rider, journey())
        return self.shop.orders.pay(order.id, self.rider, means)

    def miss(self) -> None:
        """Let the first bus arrive ten minutes late: eight minutes too late for the second."""
        self.told = [runs(0, FIRST, longer=10)]

    def watch(self) -> int:
        return self.redress.watch(self.shop.clock.now())

    def balance(self) -> int:
        return self.shop.wallets.statement(self.rider).balance.minor

    def told_of(self, order_id: UUID) -> int:
        wanted = select(OutboxRow).where(OutboxRow.subject == "order.disrupted")
        return sum(row.key == str(order_id) for row in self.shop.scalars(wanted))


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


def journey() -> Offer:
    """Return a journey whose first bus costs 6.00 and whose second one 4.00."""
    lines = (
        PriceLine("Fahrt", "single", 0, Money(600), "demo:a1", 0, "fare"),
        PriceLine("Fahrt", "single", 0, Money(400), "demo:a2", 2, "fare"),
    )
    return replace(offer(*CHAIN), price=Price.of_lines(lines))


def test_the_job_keeps_the_worst_once_and_tells_of_it(desk: Desk) -> None:
    order = desk.sold()
    desk.shop.clock.at = LEAVES - timedelta(hours=3)
    desk.miss()
    assert desk.watch() == 0, "that is too far ahead"
    desk.shop.clock.at = LEAVES - timedelta(hours=2)
    assert desk.watch() == 1
    assert desk.watch() == 0, "nothing new"
    desk.told = [runs(0, FIRST, longer=12)]
    assert desk.watch() == 1
    desk.told = []
    assert desk.watch() == 0
    (row,) = desk.shop.scalars(select(IncidentRow))
    assert (row.order_id, row.leg, row.kind, row.late_s) == (order.id, 2, "missed", 600)
    assert desk.told_of(order.id) == 1, "a minute more is no news"
    desk.told = [LegForecast(2, None, None)]
    assert desk.watch() == 1
    assert desk.told_of(order.id) == 2


def test_orders_that_are_over_are_left_alone(desk: Desk) -> None:
    desk.sold()
    desk.miss()
    desk.shop.clock.at = SECOND.arrival + timedelta(hours=1)
    assert desk.watch() == 0
    desk.shop.clock.move(minutes=-1)
    assert desk.watch() == 1, "the late vehicle is still under way"


@pytest.mark.parametrize("means", ["wallet", MEANS])
def test_what_is_missed_is_paid_back_in_full_and_at_once(desk: Desk, means: str) -> None:
    order = desk.sold(means)
    desk.miss()
    desk.shop.clock.at = LEAVES + 21 * MINUTE
    option = desk.redress.options(order.id, desk.rider).refund
    assert option is not None
    assert (option.legs, option.amount) == ((2,), Money(400))

    claim = desk.redress.refund(order.id, desk.rider)

    assert (claim.kind, claim.granted) == (RedressKind.REFUND, Money(400))
    after = desk.shop.orders.get(order.id, desk.rider)
    assert after.parts == ((0, 0),), "the first bus was ridden"
    assert [one.reason for one in after.refunds] == [RefundReason.MISSED]
    kept = 2_000 - desk.balance() if means == "wallet" else desk.shop.card.kept
    assert kept == 600
    with pytest.raises(RedressRefused, match="made good already"):
        desk.redress.refund(order.id, desk.rider)
    with pytest.raises(RedressRefused, match="made good already"):
        desk.redress.guarantee(order.id, desk.rider, Money(1_000), "Taxi 7")
    found = desk.redress.options(order.id, desk.rider)
    assert (found.refund, found.guarantee, found.claim) == (None, None, claim)
    desk.shop.check_books()


def test_a_claim_is_judged_by_what_was_seen(desk: Desk) -> None:
    order = desk.sold()
    desk.shop.clock.at = LEAVES
    with pytest.raises(RedressRefused, match="as it was sold"):
        desk.redress.refund(order.id, desk.rider)
    desk.miss()
    desk.watch()
    desk.told = []
    desk.shop.clock.move(days=10)
    desk.shop.orders.advance_due(desk.shop.clock.now())
    assert desk.redress.refund(order.id, desk.rider).granted == Money(400)
    assert desk.shop.orders.get(order.id, desk.rider).state is OrderState.ENDED
    desk.shop.check_books()


def test_claims_end(desk: Desk) -> None:
    order = desk.sold()
    desk.miss()
    desk.shop.clock.at = LEAVES
    desk.watch()
    desk.shop.clock.at = LEAVES + timedelta(days=14)
    assert desk.redress.options(order.id, desk.rider).guarantee is not None
    desk.shop.clock.move(seconds=1)
    found = desk.redress.options(order.id, desk.rider)
    assert (found.refund, found.guarantee, found.alternative) == (None, None, None)
    for claim in (
        lambda: desk.redress.refund(order.id, desk.rider),
        lambda: desk.redress.guarantee(order.id, desk.rider, Money(1_000), "Taxi 7"),
    ):
        with pytest.raises(RedressRefused, match="could be claimed until"):
            claim()
    assert desk.balance() == 1_000


def test_the_fare_of_a_late_vehicle_is_paid_back_until_it_leaves(desk: Desk) -> None:
    order = desk.sold()
    desk.told = [runs(0, FIRST, late=25)]
    desk.shop.clock.at = LEAVES + 25 * MINUTE
    option = desk.redress.options(order.id, desk.rider).refund
    assert option is not None
    assert option.amount == Money(1_000)
    desk.watch()
    desk.shop.clock.move(seconds=1)
    with pytest.raises(RedressRefused, match="too late to give this up"):
        desk.redress.refund(order.id, desk.rider)
    assert desk.redress.guarantee(order.id, desk.rider, Money(1_000), "Taxi 7").granted.minor


@pytest.mark.parametrize(("taxi", "granted"), [(2_450, 2_450), (3_000, 3_000), (4_210, 3_000)])
def test_a_taxi_is_paid_up_to_the_cap(desk: Desk, taxi: int, granted: int) -> None:
    order = desk.sold()
    desk.miss()
    desk.shop.clock.at = LEAVES + 21 * MINUTE  # 16:21 in Berlin
    claim = desk.redress.guarantee(order.id, desk.rider, Money(taxi), "Taxi 7")
    assert (claim.asked, claim.granted) == (Money(taxi), Money(granted))
    assert desk.balance() == 1_000 + granted
    assert desk.shop.balance(AccountKind.SUBSIDY) == -granted
    with pytest.raises(RedressRefused, match="made good already"):
        desk.redress.guarantee(order.id, desk.rider, Money(taxi), "Taxi 8")
    with pytest.raises(RedressRefused, match="made good already"):
        desk.redress.refund(order.id, desk.rider)
    facts = [row for row in desk.shop.scalars(select(AuditInboxRow)) if "redress" in row.kind]
    assert [(row.kind, row.subject) for row in facts] == [("redress.granted", f"order:{order.id}")]
    assert f'"granted_minor":{granted}' in facts[0].body
    desk.shop.check_books()


def test_at_night_taxis_may_cost_more() -> None:
    assert GUARANTEE.cap_at(16 * 3600) == 3_000
    assert GUARANTEE.cap_at(20 * 3600) == GUARANTEE.cap_at(3600) == 6_000


def test_what_is_no_price_of_a_taxi(desk: Desk) -> None:
    order = desk.sold()
    desk.miss()
    desk.shop.clock.at = LEAVES
    for amount in (Money(0), Money(-5), Money(500, "GBP")):
        with pytest.raises(RedressRefused, match="in EUR"):
            desk.redress.guarantee(order.id, desk.rider, amount, "Taxi 7")
    assert desk.balance() == 1_000


def test_where_the_rider_goes_on(desk: Desk) -> None:
    order = desk.sold()
    desk.miss()
    desk.shop.clock.at = LEAVES
    way = desk.redress.options(order.id, desk.rider).alternative
    assert way is not None
    assert (way.origin, way.destination) == (SECOND.origin, SECOND.destination)
    assert way.depart == FIRST.arrival + 13 * MINUTE, "ten minutes late, three on foot"
    assert way.ticket_valid_until == SECOND.arrival + timedelta(hours=2)
    desk.shop.clock.at = LEAVES + timedelta(hours=1)
    later = desk.redress.options(order.id, desk.rider).alternative
    assert later is not None
    assert later.depart == desk.shop.clock.now()


def test_a_strangers_journey_is_nobodys_business(desk: Desk) -> None:
    order, stranger = desk.sold(), desk.shop.rider()
    desk.miss()
    for touch in (desk.redress.options, desk.redress.refund):
        with pytest.raises(OrderNotFound):
            touch(order.id, stranger)
    with pytest.raises(OrderNotFound):
        desk.redress.guarantee(order.id, stranger, Money(1_000), "Taxi 7")


def test_what_was_given_back_before_is_not_paid_back_again(desk: Desk) -> None:
    order = desk.sold()
    desk.miss()
    desk.watch()
    desk.shop.clock.at = LEAVES + timedelta(minutes=-150)
    desk.shop.after_sales.cancel(order.id, desk.rider, legs=[2])
    desk.shop.clock.at = LEAVES
    assert desk.redress.options(order.id, desk.rider).refund is None
    assert desk.balance() == 1_400


def test_what_was_paid_back_by_itself_leaves_the_rest_missed(desk: Desk) -> None:
    order = desk.sold()

    def nobody_came(uow: UnitOfWork) -> None:
        sold, first = uow.orders.get(order.id), frozenset({(0, 0)})
        refund = desk.shop.after_sales.in_full(sold, first, RefundReason.NOT_CARRIED)
        assert refund is not None
        desk.shop.after_sales.give_back(uow, sold, first, refund, "me")

    in_transaction(desk.shop.store, nobody_came)
    desk.told = [LegForecast(0, None, None)]
    desk.shop.clock.at = LEAVES
    assert desk.redress.refund(order.id, desk.rider).granted == Money(400)
    assert desk.balance() == 2_000
    desk.shop.check_books()


def test_the_rules_of_the_day_say_the_rest() -> None:
    assert GUARANTEE.county == "kreis-coesfeld"
    assert datetime(2026, 5, 4, 14, tzinfo=UTC) == LEAVES
