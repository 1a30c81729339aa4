"""Vehicles and boxes in orders: held with everything else, settled by what was used."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from booking.adapters.locks.simulator import SimulatedLocks
from booking.domain.chain import Chain, ChainLeg
from booking.domain.clearing.rules import ClearingRules
from booking.domain.errors import NotCancellable, NotOnSale, SlotNotFree
from booking.domain.ledger import AccountKind
from booking.domain.money import Money
from booking.domain.offers import FULL_VAT_PERMILLE, Offer, Price, PriceLine
from booking.domain.orders import Order
from booking.domain.refunds import RefundReason
from booking.domain.rentals import Action, Rental, RentalState
from booking.service.charging import WalletOrInvoice
from booking.service.rental_offers import RentalOffers, RentalWish
from booking.service.rental_steps import Spot
from booking.service.rentals import Rentals
from booking.service.usage import Usage
from tests.support.fleets import FLEET, boxes, document
from tests.support.shop import NOON, Shop, offer, ride

FROM, UNTIL = NOON + timedelta(hours=3), NOON + timedelta(hours=6)
BOX_CENTS = 300
"""Three hours at 1.00 each."""


@pytest.fixture
def yard(shop: Shop) -> Shop:
    shop.fleets.put(*boxes(), "of the tests")
    return shop


def usage(shop: Shop) -> Usage:
    return Usage(shop.after_sales, WalletOrInvoice(shop.clock), ClearingRules(), lambda _: Money(0))


def box_leg(shop: Shop, start: datetime = FROM, end: datetime = UNTIL) -> ChainLeg:
    vehicle = next(
        one.public_id for one in shop.fleets.now(FLEET).vehicles if one.vehicle.id == "cb-3"
    )
    offers = RentalOffers(shop.store, shop.clock, shop.fleets)
    return offers.leg(RentalWish(FLEET, vehicle, start, end))


def bus_and_box(shop: Shop, start: datetime = FROM, end: datetime = UNTIL) -> Offer:
    """Return an offer of a bus for 6.00 and the box in the market afterwards."""
    return bus_and(box_leg(shop, start, end))


def bus_and(leg: ChainLeg) -> Offer:
    """Return an offer of a bus for 6.00 and a rental afterwards."""
    assert leg.rental is not None
    lines = (
        PriceLine("Fahrt", "single", 0, Money(600), "demo:a1", 0, "fare"),
        PriceLine(
            "Box",
            "plan",
            0,
            Money(leg.rental.price_minor),
            leg.rental.agency_id,
            1,
            "plan",
            FULL_VAT_PERMILLE,
        ),
    )
    return replace(offer(ride(), leg), price=Price.of_lines(lines))


def sold(shop: Shop, rider: UUID, wanted: Offer | None = None) -> Order:
    order = shop.orders.hold(rider, wanted or bus_and_box(shop))
    return shop.orders.pay(order.id, rider, "wallet")


def rental_of(shop: Shop, order: Order) -> Rental:
    with shop.store.read() as uow:
        (rental,) = uow.rentals.of_order(order.id)
        found: Rental = rental
        return found


def use(shop: Shop, order: Order, rider: UUID, begin: datetime) -> None:
    """Fetch the bicycle, bring it back a second before the slot's end, and settle."""
    rental, doors = rental_of(shop, order), Rentals(shop.store, shop.clock, SimulatedLocks())
    for moment in (begin, UNTIL - timedelta(seconds=1)):
        shop.clock.at = moment
        doors.act(rental.id, rider, Action.OPEN)
        doors.act(rental.id, rider, Action.CLOSE)
    doors.act(rental.id, rider, Action.RETURN, Spot("market"))
    usage(shop).settle_due(shop.clock.now())


def balance(shop: Shop, rider: UUID) -> int:
    return shop.wallets.statement(rider).balance.minor


def test_the_box_is_held_and_sold_with_the_bus(yard: Shop) -> None:
    rider = yard.rider(2_000)
    order = yard.orders.hold(rider, bus_and_box(yard))
    assert rental_of(yard, order).state is RentalState.HELD
    with pytest.raises(SlotNotFree, match="somebody else has it"):
        yard.orders.hold(yard.rider(), bus_and_box(yard, FROM - timedelta(hours=1)))
    assert yard.states() == ["held"], "the bus of the other order is free again, too"
    yard.orders.pay(order.id, rider, "wallet")
    assert rental_of(yard, order).state is RentalState.RESERVED
    assert balance(yard, rider) == 2_000 - 600 - BOX_CENTS
    yard.check_books()


@pytest.mark.parametrize("end", ["released", "expired", "given back"])
def test_what_is_not_kept_is_free_for_others(yard: Shop, end: str) -> None:
    rider = yard.rider(2_000)
    order = yard.orders.hold(rider, bus_and_box(yard))
    if end == "released":
        yard.orders.cancel(order.id, rider)
    elif end == "expired":
        yard.clock.move(minutes=11)
        yard.orders.expire_due(yard.clock.now())
    else:
        yard.orders.pay(order.id, rider, "wallet")
        yard.after_sales.cancel(order.id, rider, legs=[1])
    assert not rental_of(yard, order).is_live
    assert sold(yard, yard.rider(2_000)).is_sold
    yard.check_books()


def test_the_box_is_given_back_by_its_own_rules(yard: Shop) -> None:
    rider = yard.rider(2_000)
    order = sold(yard, rider)
    quote = yard.after_sales.quote(order.id, rider, legs=[1])
    assert (quote.paid.minor, quote.amount.minor) == (300, 150), "half, less than a day before"
    yard.after_sales.cancel(order.id, rider, legs=[1], expected=quote.amount)
    assert balance(yard, rider) == 2_000 - 600 - 150
    yard.check_books()


@pytest.mark.parametrize(("used_h", "costs"), [(1, 100), (3, 300), (5, 500)])
def test_what_was_used_is_what_is_paid(yard: Shop, used_h: int, costs: int) -> None:
    rider = yard.rider(2_000)
    order = sold(yard, rider)
    rental, doors = rental_of(yard, order), Rentals(yard.store, yard.clock, SimulatedLocks())
    yard.clock.at = FROM
    doors.act(rental.id, rider, Action.OPEN)
    with pytest.raises(NotCancellable, match="fetched already"):
        yard.after_sales.cancel(order.id, rider, legs=[1])
    doors.act(rental.id, rider, Action.CLOSE)
    yard.clock.at = FROM + timedelta(hours=used_h) - timedelta(seconds=1)
    doors.act(rental.id, rider, Action.OPEN)
    doors.act(rental.id, rider, Action.CLOSE)
    doors.act(rental.id, rider, Action.RETURN, Spot("market"))
    for _ in range(2):
        usage(yard).settle_due(yard.clock.now())
    assert balance(yard, rider) == 2_000 - 600 - costs
    reasons = [one.reason for one in yard.orders.get(order.id, rider).refunds]
    assert reasons == ([RefundReason.UNUSED] if costs < BOX_CENTS else [])
    assert yard.wallets.ledger_difference() == 0
    assert yard.balance(AccountKind.RECEIVABLE) == 0


@pytest.mark.parametrize(("late_min", "costs"), [(0, 400), (3, 430)])
def test_what_was_reserved_is_kept_when_it_was_used(yard: Shop, late_min: int, costs: int) -> None:
    (plan,) = document()["plan"]
    dear = plan | {"reservation_minor": 100, "reservation_milli_per_min": 10_000}
    yard.fleets.put(*boxes(plan=[dear]), "with reservations")
    rider = yard.rider(2_000)
    order = sold(yard, rider)
    assert balance(yard, rider) == 2_000 - 600 - 400, "three hours and a reservation"
    use(yard, order, rider, FROM + timedelta(minutes=late_min))
    assert balance(yard, rider) == 2_000 - 600 - costs
    assert yard.orders.get(order.id, rider).refunds == []


def test_the_way_that_was_sold_is_kept_when_it_was_used(yard: Shop) -> None:
    (plan,) = document()["plan"]
    by_way = plan | {"per_km": [{"rate_milli": 50_000, "interval": 1}]}
    yard.fleets.put(*boxes(plan=[by_way]), "with kilometres")
    leg = box_leg(yard)
    assert leg.rental is not None
    far = replace(leg, distance_m=2_300, rental=replace(leg.rental, price_minor=300 + 3 * 50))
    rider = yard.rider(2_000)
    order = sold(yard, rider, bus_and(far))
    use(yard, order, rider, FROM)
    assert balance(yard, rider) == 2_000 - 600 - 450
    assert yard.orders.get(order.id, rider).refunds == []


def test_a_box_that_does_not_open_costs_nothing(yard: Shop) -> None:
    rider = yard.rider(2_000)
    order = sold(yard, rider)
    rental = rental_of(yard, order)
    rental.move(RentalState.FAILED)
    with yard.store.write() as uow:
        uow.rentals.save(rental)
        uow.commit()
    usage(yard).settle_due(yard.clock.now())
    after = yard.orders.get(order.id, rider)
    assert [one.reason for one in after.refunds] == [RefundReason.NOT_CARRIED]
    assert after.parts == ((0, 0),)
    assert balance(yard, rider) == 2_000 - 600
    yard.check_books()


def test_a_slot_is_not_sold_into_a_ride(yard: Shop) -> None:
    offers = RentalOffers(yard.store, yard.clock, yard.fleets)
    journey = Chain("image-1", (ride(),))
    vehicle = yard.fleets.now(FLEET).vehicles[0].public_id
    during = journey.departure + timedelta(minutes=5)
    wish = RentalWish(FLEET, vehicle, during, during + timedelta(hours=1))
    with pytest.raises(NotOnSale, match="on another leg"):
        offers.chain(journey, [wish])
    with pytest.raises(NotOnSale, match="name a journey"):
        offers.chain(None, [])
