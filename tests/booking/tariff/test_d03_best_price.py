"""D03: the best price over all products, against a slow twin that tries every way to buy."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.chain import Chain, ChainPoint, LegMode
from booking.domain.errors import NotOnSale
from booking.domain.passengers import Passenger, PassengerCategory, TravelClass
from booking.domain.pricing.best import Market, Sale, best_way, bought_for
from booking.domain.pricing.books import AnyTariff
from booking.domain.pricing.caps import room_of
from booking.domain.pricing.flat import FlatTariff, Per
from booking.domain.pricing.products import FareProduct
from booking.domain.pricing.ways import Rides
from booking.domain.spending import NOTHING_SPENT, Spending, Spent
from booking.domain.tariff import EVERYWHERE, BadTariff, Caps, Scope
from tests.booking.trips import (
    BOESENSELL,
    EIGHT,
    MUENSTER,
    OTTMARSBOCHOLT,
    RAIL,
    RVM,
    SENDEN,
    SHIPPED,
    SUBSCRIPTIONS,
    TAXI,
    away,
    chain,
    commute,
    net_of_legs,
    pricer,
    rental,
    ride,
    shuttle,
    vrs,
    westfalen,
)
from tests.support.examples import examples

ADULT = Passenger(PassengerCategory.ADULT, 0)
HOUR = timedelta(hours=1)
PLACES = (OTTMARSBOCHOLT, SENDEN, BOESENSELL, MUENSTER, away(SENDEN, 3_000))
AGENCIES = (RVM, TAXI, RAIL)


def flat(
    name: str,
    minor: int,
    per: Per = Per.TRIP,
    scope: Scope = EVERYWHERE,
    cap: int | None = None,
) -> FlatTariff:
    base = westfalen()
    return FlatTariff(
        id=name,
        version="1",
        name=name,
        currency="EUR",
        zone=base.zone,
        valid_from=base.valid_from,
        valid_until=None,
        product="flat",
        product_text=name,
        categories=base.categories,
        scope=scope,
        caps=Caps(per_24h=cap),
        price_minor=minor,
        per=per,
    )


RAIL_ONLY = Scope(modes=frozenset({LegMode.RAIL}))
BUS_ONLY = Scope(modes=frozenset({LegMode.BUS, LegMode.ON_DEMAND}))
TARIFFS: tuple[AnyTariff, ...] = (
    westfalen(),
    replace(vrs(), caps=Caps(400, 500, 900)),
    replace(flat("night", 90, Per.RIDE), scope=BUS_ONLY),
    flat("single", 180, Per.RIDE),
    flat("rail", 220, Per.TRIP, RAIL_ONLY),
    flat("day", 650, Per.TRIP, cap=650),
)
CARRIED = ("deutschlandticket", "x90-monat", "kommit-abo", "e-roller-abo")


# --- what can be bought


@st.composite
def chains(draw: st.DrawFn, most: int = 5) -> Chain:
    """Return chains of rides, shuttles and rentals, one after the other."""
    legs = []
    for i in range(draw(st.integers(1, most))):
        origin, destination = draw(st.sampled_from(PLACES)), draw(st.sampled_from(PLACES))
        at = EIGHT + i * HOUR
        kind = draw(st.sampled_from(["bus", "rail", "rail", "shuttle", "rental"]))
        legs.append(_leg(kind, origin, destination, at, draw(st.sampled_from(AGENCIES))))
    return chain(*legs)


def _leg(kind: str, origin: ChainPoint, destination: ChainPoint, at: Any, agency: Any) -> Any:
    if kind == "rental":
        return rental(departure=at)
    if kind == "shuttle":
        return shuttle(origin, destination, at)
    mode = LegMode.RAIL if kind == "rail" else LegMode.BUS
    return ride("X90", origin, destination, at, agency=agency, mode=mode)


PASSENGERS = st.builds(
    Passenger,
    st.sampled_from(PassengerCategory),
    st.just(0),
    st.lists(st.sampled_from(CARRIED), max_size=2, unique=True).map(tuple),
    st.sampled_from(TravelClass),
    st.booleans(),
)
SPENT = st.builds(
    Spent,
    st.sampled_from(["adult-0", "child-0", "adult-0/first-class", "adult-0/bicycle"]),
    st.sampled_from([tariff.id for tariff in TARIFFS]),
    st.integers(-48, 48).map(lambda hours: EIGHT + hours * HOUR),
    st.integers(0, 1500),
)
SPENDING = st.lists(SPENT, max_size=4).map(lambda spent: Spending(None, tuple(spent)))
CHOICES = st.lists(st.sampled_from(TARIFFS), min_size=1, max_size=4, unique_by=lambda one: one.id)


# --- the slow twin


def ways_of(rides: Rides, market: Market) -> Iterator[tuple[Sale, ...]]:
    """Yield every partition of rides into runs with every choice of products."""
    n = len(rides)
    for cuts in product([False, True], repeat=n - 1):
        ends = [i + 1 for i, is_cut in enumerate(cuts) if is_cut] + [n]
        runs = list(zip([0, *ends[:-1]], ends, strict=True))
        for chosen in product(range(len(market.products)), repeat=len(runs)):
            yield from _sold(rides, market, runs, chosen)


def _sold(
    rides: Rides, market: Market, runs: list[tuple[int, int]], chosen: Sequence[int]
) -> Iterator[tuple[Sale, ...]]:
    sales = []
    for k, ((i, j), at) in enumerate(zip(runs, chosen, strict=True)):
        one = market.products[at]
        quote = one.quote(rides[i:j], market.passenger)
        torn = k > 0 and chosen[k - 1] == at and one.sells_one_trip and i not in market.breaks
        if quote is None or torn:
            return
        sales.append(Sale(at, rides[i:j], quote))
    yield tuple(sales)


def rank(sales: tuple[Sale, ...], market: Market) -> tuple[int, int, Any]:
    ends = [sale.rides[-1][0] for sale in sales]
    order = [(sale.product, -end) for sale, end in zip(sales, ends, strict=True)]
    return bought_for(sales, market).total_minor, len(sales), order


@examples(120)
@given(chains(), PASSENGERS, SPENDING, CHOICES)
def test_it_is_what_trying_all_ways_finds(
    trip: Chain, passenger: Passenger, spending: Spending, tariffs: list[AnyTariff]
) -> None:
    rides = [(at, leg) for at, leg in trip.sold if leg.rental is None]
    if not rides:
        return
    carried = [SUBSCRIPTIONS.get(one, EIGHT) for one in passenger.subscriptions]
    offered: list[FareProduct] = [*carried, *tariffs]
    rooms = {one.id: room_of(one, f"{passenger.category}-0", EIGHT, spending) for one in tariffs}
    breaks = frozenset(i for i in range(1, len(rides)) if rides[i][0] - rides[i - 1][0] > 1)
    market = Market(offered, passenger, rooms, breaks)
    found = best_way(rides, market)
    ways = list(ways_of(rides, market))
    if not ways:
        assert found is None
        return
    best = min(ways, key=lambda sales: rank(sales, market))
    assert found is not None
    assert (found.total_minor, found.sales) == (rank(best, market)[0], best)


# --- properties of prices


@examples(60)
@given(chains(), st.lists(PASSENGERS, min_size=1, max_size=3), SPENDING)
def test_lines_sum_and_every_sold_leg_has_one(
    trip: Chain, passengers: list[Passenger], spending: Spending
) -> None:
    group = numbered(passengers)
    price = pricer(*TARIFFS).price(trip, group, spending)
    assert sum(line.amount.minor for line in price.lines) == price.total.minor
    assert min(net_of_legs(price).values()) >= 0
    keys = [(line.passenger, line.leg, line.rule) for line in price.lines]
    assert len(keys) == len(set(keys))
    legs = {line.leg for line in price.lines}
    assert legs == {at for at, _ in trip.sold}
    rides = {at for at, leg in trip.sold if leg.rental is None}
    for one in group:
        mine = {line.leg for line in price.lines if line.passenger == one.id}
        assert rides <= mine
    for line in price.lines:
        assert line.leg is not None
        carrier = trip.legs[line.leg].carrier
        assert carrier is not None
        assert line.agency_id == carrier.agency_id
        assert line.vat_permille == (190 if trip.legs[line.leg].rental else 70)
    assert pricer(*TARIFFS).price(trip, group, spending) == price


@examples(60)
@given(chains(), PASSENGERS, SPENDING, CHOICES, st.sampled_from(TARIFFS))
def test_another_product_never_raises_the_price(
    trip: Chain, passenger: Passenger, spending: Spending, tariffs: list[AnyTariff], more: AnyTariff
) -> None:
    """Bicycles aside: those cost what the first tariff says that takes them."""
    who = replace(passenger, bicycle=False)
    if more.id in {one.id for one in tariffs}:
        return
    try:
        before = pricer(*tariffs).price(trip, [who], spending).total
    except NotOnSale:
        return
    assert pricer(*tariffs, more).price(trip, [who], spending).total <= before
    assert pricer(more, *tariffs).price(trip, [who], spending).total <= before


@examples(60)
@given(chains(), PASSENGERS, SPENDING, st.sampled_from(CARRIED))
def test_another_subscription_never_raises_the_price(
    trip: Chain, passenger: Passenger, spending: Spending, more: str
) -> None:
    prices = pricer(*TARIFFS)
    richer = replace(passenger, subscriptions=(*passenger.subscriptions, more))
    before = prices.price(trip, [passenger], spending).total
    assert prices.price(trip, [richer], spending).total <= before


@examples(40)
@given(chains(), st.lists(PASSENGERS, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_passengers_does_not_matter(
    trip: Chain, passengers: list[Passenger], random: Any
) -> None:
    mixed = list(passengers)
    random.shuffle(mixed)
    prices = pricer(*TARIFFS)
    assert (
        prices.price(trip, numbered(mixed)).total == prices.price(trip, numbered(passengers)).total
    )


def numbered(passengers: Sequence[Passenger]) -> tuple[Passenger, ...]:
    return tuple(replace(one, id=at) for at, one in enumerate(passengers))


# --- examples


def test_the_cheaper_product_is_taken_for_each_part() -> None:
    """A flat fare of 1.80 EUR for the first bus, the rest by distance."""
    bus = flat("bus", 180, Per.RIDE, Scope(routes=frozenset({"rvm:t85"})))
    price = pricer(westfalen(), bus).price(commute(), [ADULT])
    assert [(line.leg, line.product) for line in price.lines] == [
        (1, "eezy-westfalen/single"),
        (2, "eezy-westfalen/single"),
        (3, "eezy-westfalen/single"),
    ]
    cheap = flat("bus", 20, Per.RIDE, Scope(routes=frozenset({"rvm:t85"})))
    price = pricer(westfalen(), cheap).price(commute(), [ADULT])
    assert price.lines[0].product == "bus/flat"
    assert price.total.minor == 20 + 140 + 27 * 16


def test_a_day_ticket_replaces_singles_and_holds_for_24_hours() -> None:
    day = flat("day", 500, cap=500)
    prices = pricer(westfalen(), day)
    price = prices.price(commute(), [ADULT])
    assert {line.product for line in price.lines} == {"day/flat"}
    assert price.total.minor == 500
    again = prices.price(commute(), [ADULT], Spending(None, (Spent("adult-0", "day", EIGHT, 500),)))
    assert again.total.minor == 0
    next_day = Spent("adult-0", "day", EIGHT - 24 * HOUR, 500)
    assert prices.price(commute(), [ADULT], Spending(None, (next_day,))).total.minor == 500


def test_of_equal_prices_the_one_with_fewer_runs_then_the_earlier() -> None:
    two = chain(ride("A", SENDEN, MUENSTER), ride("B", MUENSTER, SENDEN, EIGHT + HOUR))
    rides, whole, same = flat("rides", 100, Per.RIDE), flat("whole", 200), flat("same", 200)
    products = {line.product for line in pricer(rides, whole, same).price(two, [ADULT]).lines}
    assert products == {"whole/flat"}
    products = {line.product for line in pricer(same, rides, whole).price(two, [ADULT]).lines}
    assert products == {"same/flat"}


def test_a_tariff_at_its_cap_beats_a_cheap_flat_fare() -> None:
    """The plain way is dearer, yet the caps leave 10 cents of it only."""
    spending = Spending(None, (Spent("adult-0", "eezy-westfalen", EIGHT, 2990),))
    price = pricer(westfalen(), flat("bus", 100)).price(commute(), [ADULT], spending)
    assert price.total.minor == 10
    assert {line.product for line in price.lines} == {"eezy-westfalen/single"}


def test_a_tariff_at_its_cap_of_first_class_beats_another() -> None:
    """10 cents are left of the cap of VRS; its supplement alone would be dearer than Westfalen."""
    spending = Spending(None, (Spent("adult-0", "eezy-vrs", EIGHT, 3740),))
    far = away(SENDEN, 40_000)
    train = chain(ride("RB", SENDEN, far, agency=RAIL, mode=LegMode.RAIL))
    first = replace(ADULT, travel_class=TravelClass.FIRST)
    cheap = replace(westfalen(), per_started_km_minor=1)
    price = pricer(cheap, replace(vrs(), caps=Caps(None, 3750, None))).price(
        train, [first], spending
    )
    assert price.total.minor == 10
    assert {line.product for line in price.lines} == {"eezy-vrs/single"}


def test_the_buergerbus_has_its_own_fare() -> None:
    at = [SHIPPED.get(one, EIGHT) for one in ("eezy-westfalen", "buergerbus-senden")]
    bus = ("senden:buergerbus", "Bürgerbus Senden")
    price = pricer(*at).price(chain(ride("BB", SENDEN, OTTMARSBOCHOLT, agency=bus)), [ADULT])
    assert price.total.minor == 200
    assert price.lines[0].text == "Bürgerbus Senden, one ride, adult, BB (Bürgerbus Senden)"


def test_a_leg_that_nobody_sells_is_named() -> None:
    rail = flat("rail", 220, Per.TRIP, RAIL_ONLY)
    with pytest.raises(
        NotOnSale, match="sells T85 from Ottmarsbocholt, Kirche to adult passengers"
    ):
        pricer(rail).price(commute(), [ADULT])
    adults = replace(
        westfalen(),
        categories={PassengerCategory.ADULT: westfalen().categories[PassengerCategory.ADULT]},
    )
    with pytest.raises(NotOnSale, match="to child passengers"):
        pricer(adults).price(commute(), [Passenger(PassengerCategory.CHILD, 0)])


def test_one_chain_one_currency() -> None:
    scooter = rental()
    assert scooter.rental is not None
    foreign = replace(scooter, rental=replace(scooter.rental, currency="NOK"))
    with pytest.raises(NotOnSale, match="one currency, not in EUR and NOK"):
        pricer(westfalen()).price(chain(ride("X90", SENDEN, MUENSTER), foreign), [ADULT])
    assert pricer(westfalen()).price(chain(foreign), [ADULT]).total.currency == "NOK"


def test_labels_name_tariffs_and_plans() -> None:
    prices = pricer(westfalen(), flat("day", 500))
    assert prices.label(commute()) == "eezy-westfalen@2026-01, day@1"
    both = chain(*commute().legs, rental(), rental())
    assert prices.label(both) == "eezy-westfalen@2026-01, day@1, senden-roller/minute"
    assert prices.label(chain(rental())) == "senden-roller/minute"
    rail = flat("rail", 220, Per.TRIP, RAIL_ONLY)
    bus = chain(ride("X90", SENDEN, MUENSTER))
    assert pricer(westfalen(), rail).label(bus) == "eezy-westfalen@2026-01"


def test_an_unknown_tariff_is_a_mistake_of_the_installation() -> None:
    with pytest.raises(BadTariff, match="no tariff 'mars', only buergerbus-senden, eezy-vrs"):
        type(pricer())(SHIPPED, ["mars"])


def test_a_tariff_of_other_days_is_left_out() -> None:
    old = replace(flat("old", 1), valid_until=westfalen().valid_from)
    price = pricer(westfalen(), old).price(commute(), [ADULT], NOTHING_SPENT)
    assert {line.product for line in price.lines} == {"eezy-westfalen/single"}
