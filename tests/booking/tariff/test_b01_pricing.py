"""B01: what a chain costs, and who is owed which part."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.chain import ChainPoint
from booking.domain.errors import NotOnSale
from booking.domain.money import Money
from booking.domain.offers import Price, PriceLine
from booking.domain.passengers import group
from booking.domain.pricing.ways import crow_fly_mm, split_cents
from tests.booking.trips import (
    BOESENSELL,
    EIGHT,
    HOME,
    MUENSTER,
    OFFICE,
    OTTMARSBOCHOLT,
    SENDEN,
    away,
    chain,
    commute,
    net_of_legs,
    pricer,
    ride,
    vrs,
    walk,
    westfalen,
)

ADULT = group(["adult"])


def euros(*rides_and_walks: object, categories: tuple[str, ...] = ("adult",)) -> int:
    trip = chain(*rides_and_walks)  # type: ignore[arg-type]
    return pricer(westfalen()).price(trip, group(categories)).total.minor


def test_the_published_example_over_real_ground() -> None:
    trip = chain(ride("X90", SENDEN, away(SENDEN, 2_100)))
    assert pricer(vrs()).price(trip, ADULT).total == Money(210)


@given(
    km=st.integers(1, 60), bearing=st.floats(0, 360), lat=st.floats(47, 55), lon=st.floats(6, 15)
)
def test_exactly_on_a_kilometre_starts_no_further_one(
    km: int, bearing: float, lat: float, lon: float
) -> None:
    """Whatever the float error of the geodesic and of the coordinates (some nanometres)."""
    origin = ChainPoint("origin", lat, lon)
    trip = chain(ride("X90", origin, away(origin, km * 1_000, bearing)))
    assert pricer(westfalen()).price(trip, ADULT).total.minor == 140 + 27 * km


def test_senden_to_muenster() -> None:
    """15.3 km by geodesic: 16 started kilometres."""
    assert crow_fly_mm(SENDEN, MUENSTER) == pytest.approx(15_300_000, abs=100_000)
    assert euros(ride("X90", SENDEN, MUENSTER)) == 140 + 16 * 27


def test_only_the_ends_count_not_the_way() -> None:
    direct = euros(ride("X90", SENDEN, MUENSTER))
    detour = euros(
        ride("C12", SENDEN, BOESENSELL),
        ride("RB42", BOESENSELL, MUENSTER, EIGHT + timedelta(hours=1)),
    )
    assert direct == detour


def test_walks_are_free() -> None:
    with_walks = euros(walk(HOME, SENDEN), ride("X90", SENDEN, MUENSTER), walk(MUENSTER, OFFICE))
    assert with_walks == euros(ride("X90", SENDEN, MUENSTER))


def test_a_group_pays_for_each() -> None:
    adult, child = (
        euros(ride("X90", SENDEN, MUENSTER), categories=(one,)) for one in ("adult", "child")
    )
    family = euros(
        ride("X90", SENDEN, MUENSTER), categories=("adult", "adult", "child", "child", "child")
    )
    assert family == 2 * adult + 3 * child


def test_every_passenger_has_a_line_for_every_leg() -> None:
    bought = pricer(westfalen()).price(commute(), group(["adult", "child"]))
    assert [(line.passenger, line.leg, line.agency_id) for line in bought.lines] == [
        (passenger, leg, agency)
        for passenger in (0, 1)
        for leg, agency in ((1, "rvm:taxi-senden"), (2, "rvm:rvm"), (3, "db:eurobahn"))
    ]
    first = bought.lines[0]
    assert first.text == "eezy Westfalen, adult, 17 km, T85 (Taxi Senden)"
    assert (first.product, first.rule, first.vat_permille) == ("eezy-westfalen/single", "fare", 70)


def test_legs_are_paid_by_the_distance_ridden() -> None:
    """6.4, 8.1 and 10.5 km: the adult's 5.99 EUR splits as a pocket calculator says."""
    trip = commute()
    way = [crow_fly_mm(leg.origin, leg.destination) for _, leg in trip.sold]
    bought = pricer(westfalen()).price(trip, ADULT)
    assert bought.total == Money(599)
    for line, mm in zip(bought.lines, way, strict=True):
        assert abs(line.amount.minor - 599 * mm / sum(way)) < 1


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        pytest.param(100, [1, 1, 4], (17, 17, 66), id="equal fractions: earlier rides first"),
        pytest.param(10, [5, 3, 2], (5, 3, 2), id="nothing left over"),
        pytest.param(1, [1, 9], (0, 1), id="the largest fraction, not the first"),
        pytest.param(7, [0, 0], (4, 3), id="no distance at all"),
        pytest.param(0, [3, 4], (0, 0), id="nothing to split"),
        pytest.param(5, [0, 7], (0, 5), id="no cent without distance"),
    ],
)
def test_split(amount: int, weights: list[int], parts: tuple[int, ...]) -> None:
    assert split_cents(amount, weights) == parts


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, []), (1, [2, -1])])
def test_what_cannot_be_split(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot split"):
        split_cents(amount, weights)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**9), min_size=1, max_size=8))
def test_a_split_sums_and_is_within_a_cent_of_the_exact_share(
    amount: int, weights: list[int]
) -> None:
    parts = split_cents(amount, weights)
    assert sum(parts) == amount
    assert min(parts) >= 0
    if whole := sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part * whole - amount * weight) < whole


@given(st.integers(0, 60_000_000), st.integers(0, 60_000_000))
def test_a_longer_way_is_never_cheaper(one_mm: int, other_mm: int) -> None:
    shorter, longer = sorted([one_mm, other_mm])
    for tariff in (westfalen(), vrs()):
        for category in tariff.categories:
            assert tariff.fare_minor(category, shorter) <= tariff.fare_minor(category, longer)


@given(
    st.lists(st.sampled_from(["adult", "child"]), min_size=1, max_size=9),
    st.lists(st.floats(0, 40_000), min_size=1, max_size=4),
)
def test_a_price_is_the_sum_of_its_lines(categories: list[str], metres: list[float]) -> None:
    legs = [
        ride("X90", SENDEN, away(SENDEN, distance), agency=(f"a:{i % 3}", f"A{i % 3}"))
        for i, distance in enumerate(metres)
    ]
    bought = pricer(westfalen()).price(chain(*legs), group(categories))
    assert sum(line.amount.minor for line in bought.lines) == bought.total.minor
    assert min(net_of_legs(bought).values()) >= 0
    assert {line.passenger for line in bought.lines} == set(range(len(categories)))


def test_a_price_whose_lines_do_not_sum_cannot_be() -> None:
    with pytest.raises(ValueError, match="sum to"):
        Price(Money(100), (PriceLine("a", "b", 0, Money(99)),))


def test_nothing_to_sell() -> None:
    with pytest.raises(NotOnSale, match="a walk costs nothing"):
        pricer(westfalen()).price(chain(walk(HOME, OTTMARSBOCHOLT)), ADULT)
    with pytest.raises(NotOnSale, match="1 to 9 passengers"):
        pricer(westfalen()).price(commute(), ())


def test_a_tariff_does_not_sell_outside_its_days() -> None:
    trip = chain(ride("X90", SENDEN, MUENSTER, datetime(2020, 1, 1, 8, tzinfo=UTC)))
    with pytest.raises(NotOnSale, match="eezy-westfalen is valid on 2020-01-01"):
        pricer(westfalen()).price(trip, ADULT)
