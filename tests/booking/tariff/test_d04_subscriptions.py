"""D04: what subscriptions cover: fares, surcharges and rentals."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from booking.domain.chain import ChainLeg, LegMode
from booking.domain.errors import NotOnSale
from booking.domain.money import Money
from booking.domain.offers import Price, PriceLine
from booking.domain.passengers import Passenger, PassengerCategory, TravelClass
from booking.domain.pricing.books import SubscriptionBook
from booking.domain.pricing.subscription import Cover, Kind, Subscription
from booking.domain.pricing.vat import VatShare, vat_split
from booking.domain.tariff import Scope, Surcharge
from tests.booking.trips import (
    BOESENSELL,
    EIGHT,
    MUENSTER,
    RAIL,
    SENDEN,
    SUBSCRIPTIONS,
    chain,
    commute,
    net_of_legs,
    pricer,
    rental,
    ride,
    shuttle,
    westfalen,
)

HOUR = timedelta(hours=1)
ADULT = Passenger(PassengerCategory.ADULT, 0)
LOOP = replace(westfalen(), surcharges={"senden:kommit-shuttle": Surcharge(100)})


def holder(*subscriptions: str, **more: object) -> Passenger:
    return replace(ADULT, subscriptions=subscriptions, **more)  # type: ignore[arg-type]


def test_the_deutschlandticket_covers_all_rides_and_names_itself() -> None:
    price = pricer(westfalen()).price(commute(), [holder("deutschlandticket")])
    assert price.total.minor == 0
    assert [(line.leg, line.rule, line.product, line.agency_id) for line in price.lines] == [
        (1, "subscription", "deutschlandticket", "rvm:taxi-senden"),
        (2, "subscription", "deutschlandticket", "rvm:rvm"),
        (3, "subscription", "deutschlandticket", "db:eurobahn"),
    ]
    assert price.lines[0].text == "covered by Deutschlandticket, adult, T85 (Taxi Senden)"


def test_then_only_the_surcharge_is_asked() -> None:
    trip = chain(shuttle(BOESENSELL, SENDEN), ride("X90", SENDEN, MUENSTER, EIGHT + HOUR))
    price = pricer(LOOP).price(trip, [holder("deutschlandticket")])
    assert price.total.minor == 100
    assert [(line.leg, line.rule, line.amount.minor) for line in price.lines] == [
        (0, "subscription", 0),
        (0, "surcharge", 100),
        (1, "subscription", 0),
    ]


def test_with_both_subscriptions_nothing_is_asked() -> None:
    price = pricer(LOOP).price(
        chain(shuttle(BOESENSELL, SENDEN)), [holder("deutschlandticket", "kommit-abo")]
    )
    assert price.total.minor == 0
    assert [(line.rule, line.amount.minor, line.product) for line in price.lines] == [
        ("subscription", 0, "deutschlandticket"),
        ("surcharge", 100, "eezy-westfalen/surcharge"),
        ("subscription-surcharge", -100, "kommit-abo"),
    ]


def test_it_covers_its_passenger_alone() -> None:
    trip = chain(ride("X90", SENDEN, MUENSTER))
    plain = pricer(westfalen()).price(trip, [ADULT]).total
    both = pricer(westfalen()).price(trip, [ADULT, replace(holder("deutschlandticket"), id=1)])
    assert both.total == plain
    assert [line.passenger for line in both.lines if line.rule == "subscription"] == [1]


def test_it_does_not_cover_rentals_first_class_or_bicycles() -> None:
    who = holder("deutschlandticket", bicycle=True, travel_class=TravelClass.FIRST)
    train = ride("RB", BOESENSELL, MUENSTER, agency=RAIL, mode=LegMode.RAIL)
    price = pricer(westfalen()).price(chain(train, rental(290)), [who])
    assert {(line.rule, line.leg) for line in price.lines} == {
        ("fare", 0),
        ("first-class", 0),
        ("bicycle", 0),
        ("plan", 1),
    }


def x90() -> ChainLeg:
    leg = ride("X90", SENDEN, MUENSTER)
    assert leg.ride is not None
    return replace(leg, ride=replace(leg.ride, route_id="senden:X90"))


def test_the_x90_ticket_covers_its_line_and_the_rest_is_sold() -> None:
    bus = ride("C12", BOESENSELL, SENDEN, EIGHT - HOUR)
    price = pricer(westfalen()).price(chain(bus, x90()), [holder("x90-monat")])
    assert price.total == pricer(westfalen()).price(chain(bus), [ADULT]).total
    assert [(line.leg, line.rule) for line in price.lines] == [(0, "fare"), (1, "subscription")]


def test_a_covered_leg_is_sold_with_the_others_where_that_is_cheaper() -> None:
    """A bus, the X90 and a train whose ends lie close together: one trip costs less than two."""
    bus = ride("C12", BOESENSELL, SENDEN, EIGHT - HOUR)
    train = ride("RB", MUENSTER, BOESENSELL, EIGHT + HOUR, agency=RAIL, mode=LegMode.RAIL)
    no_rule = replace(westfalen(), return_trips=None)
    price = pricer(no_rule).price(chain(bus, x90(), train), [holder("x90-monat")])
    assert price.total.minor == 140


# --- rentals


@pytest.mark.parametrize(
    ("minor", "asked"),
    [(290, 145), (291, 146), pytest.param(1800, 1300, id="at most 5 EUR off")],
)
def test_the_kommit_abo_takes_half_off_rentals(minor: int, asked: int) -> None:
    price = pricer(westfalen()).price(chain(rental(minor)), [holder("kommit-abo")])
    assert price.total.minor == asked
    assert [(line.rule, line.vat_permille) for line in price.lines] == [
        ("plan", 190),
        ("subscription-plan", 190),
    ]


@pytest.mark.parametrize(("minutes", "asked"), [(120, 0), (121, 2399)])
def test_the_scooter_subscription_covers_short_rentals(minutes: int, asked: int) -> None:
    trip = chain(rental(2399, minutes=minutes))
    assert pricer(westfalen()).price(trip, [holder("e-roller-abo")]).total.minor == asked
    other = chain(rental(290, system="senden-leihrad", mode=LegMode.BICYCLE))
    assert pricer(westfalen()).price(other, [holder("e-roller-abo")]).total.minor == 290


def test_a_rental_is_asked_for_once_and_of_whom_it_costs_least() -> None:
    group = [ADULT, replace(holder("e-roller-abo"), id=1), replace(holder("kommit-abo"), id=2)]
    price = pricer(westfalen()).price(chain(rental(290)), group)
    assert (price.total.minor, {line.passenger for line in price.lines}) == (0, {1})
    plain = pricer(westfalen()).price(chain(rental(290)), [ADULT, replace(ADULT, id=1)])
    assert [(line.passenger, line.rule, line.amount.minor) for line in plain.lines] == [
        (0, "plan", 290)
    ]
    assert plain.lines[0].text == "E-Roller, rental, Roller Senden (Demo-Roller)"
    assert plain.lines[0].product == "senden-roller/minute"


# --- what is refused


def test_an_unknown_subscription_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        NotOnSale, match=r"no subscription 'bahncard'; known are deutschlandticket, e-r"
    ):
        pricer(westfalen()).price(commute(), [holder("bahncard")])


def test_a_subscription_of_other_days_is_refused() -> None:
    early = chain(ride("X90", SENDEN, MUENSTER, datetime(2026, 5, 4, 6, tzinfo=UTC)))
    late = replace(
        SUBSCRIPTIONS.get("deutschlandticket", EIGHT), valid_from=EIGHT.date() + 24 * HOUR
    )
    prices = pricer(westfalen(), subscriptions=SubscriptionBook([late], "subscription"))
    with pytest.raises(NotOnSale, match="subscription deutschlandticket is valid on 2026-05-04"):
        prices.price(early, [holder("deutschlandticket")])


def test_the_dearest_cover_counts_once() -> None:
    plan = frozenset({Kind.PLAN})
    two = replace(
        SUBSCRIPTIONS.get("kommit-abo", EIGHT),
        covered=(Cover(plan, Scope(), 30), Cover(plan, Scope(), 60)),
    )
    assert isinstance(two, Subscription)
    assert two.off_minor(rental(), Kind.PLAN, 100) == 60
    assert two.off_minor(rental(), Kind.SURCHARGE, 100) == 0


# --- VAT


def test_vat_is_split_by_rate_and_exact_to_the_line() -> None:
    group = (replace(holder("kommit-abo"), bicycle=True), replace(ADULT, id=1))
    price = pricer(LOOP).price(
        chain(shuttle(BOESENSELL, SENDEN), *commute().legs, rental(333)), group
    )
    reduced, full = vat_split(price)
    assert (reduced.permille, full.permille) == (70, 190)
    assert reduced.gross_minor + full.gross_minor == price.total.minor
    for share in (reduced, full):
        assert share.net_minor + share.vat_minor == share.gross_minor
        lines = [line for line in price.lines if line.vat_permille == share.permille]
        assert share.vat_minor == sum(line.vat_minor for line in lines)
    assert full == VatShare(190, 141, 26, 167)
    assert set(net_of_legs(price).values()) >= {167}


def test_vat_is_rounded_once_for_each_line() -> None:
    """10 cents have 0.65 of VAT, so a whole cent each; 30 cents would have 1.96."""
    lines = [PriceLine("t", "p", 0, Money(10), leg=leg) for leg in range(3)]
    assert vat_split(Price.of_lines(lines)) == (VatShare(70, 27, 3, 30),)
