"""D01: return trips, long trips, first class and bicycles of tariffs by distance."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.chain import ChainLeg, ChainPoint, LegMode
from booking.domain.passengers import Passenger, PassengerCategory, TravelClass
from booking.domain.pricing.crow_fly import ReturnTripRule, Step, trips_of
from booking.domain.pricing.ways import Rides
from booking.domain.spending import Spending, Spent
from booking.domain.tariff import CategoryRule, Rounding
from tests.booking.trips import (
    EIGHT,
    MUENSTER,
    RAIL,
    SENDEN,
    away,
    chain,
    net_of_legs,
    pricer,
    rental,
    ride,
    vrs,
    walk,
    westfalen,
)

ADULT = Passenger(PassengerCategory.ADULT, 0)
FIRST = replace(ADULT, travel_class=TravelClass.FIRST)
CYCLIST = replace(ADULT, bicycle=True)


def at_km(km: float) -> ChainPoint:
    """Return a point on a straight line from Senden."""
    return SENDEN if km == 0 else away(SENDEN, km * 1000)


def line(*kms: float, minutes: int = 20, **kind: object) -> tuple[ChainLeg, ...]:
    """Return rides from one place on the line to the next."""
    return tuple(
        ride(f"L{i}", at_km(a), at_km(b), EIGHT + timedelta(minutes=30 * i), minutes, **kind)  # type: ignore[arg-type]
        for i, (a, b) in enumerate(pairwise(kms))
    )


def fare(*kms: float) -> int:
    return pricer(westfalen()).price(chain(*line(*kms)), [ADULT]).total.minor


def single(km: int) -> int:
    return 140 + 27 * km


@pytest.mark.parametrize(
    ("kms", "trips"),
    [
        pytest.param((0, 10, 0), [10, 10], id="there and back"),
        pytest.param((0, 4, 10, 4, 0), [10, 10], id="split at the farthest transfer, not others"),
        pytest.param((0, 10, 4), [10, 6], id="ends nearer than half of the way"),
        pytest.param((0, 10, 5), [5], id="ends half of the way from where it began: one way"),
        pytest.param((0, 10, 6), [6], id="a detour is none"),
        pytest.param((0, 3, 10), [10], id="straight on"),
        pytest.param((0, 10, 0, 10, 0), [10, 10], id="the first of equally far transfers"),
        pytest.param((0, 10, 2, 10), [10], id="ends as far as it ever was"),
    ],
)
def test_return_trips_are_split_at_the_farthest_transfer(
    kms: tuple[float, ...], trips: list[int]
) -> None:
    assert fare(*kms) == sum(map(single, trips))


def test_the_parts_of_a_return_trip_are_looked_at_likewise() -> None:
    """0-10-2-8-0 km: split at 10; of the rest, 10-2-8-0 is one way."""
    rides: Rides = list(enumerate(line(0, 10, 2, 8, 0)))
    parts = trips_of(rides, westfalen())
    assert [[at for at, _ in part] for part in parts] == [[0], [1, 2, 3]]
    assert trips_of(rides, replace(westfalen(), return_trips=None)) == [rides]
    twice: Rides = list(enumerate(line(0, 10, 0, 10, 0)))
    assert [len(part) for part in trips_of(twice, westfalen())] == [1, 3]


@given(st.lists(st.floats(0, 30), min_size=2, max_size=6), st.integers(1, 100))
def test_no_part_of_a_split_trip_is_a_return_trip(kms: list[float], percent: int) -> None:
    rides: Rides = list(enumerate(line(*kms)))
    tariff = replace(westfalen(), return_trips=ReturnTripRule(percent))
    parts = trips_of(rides, tariff)
    assert [one for part in parts for one in part] == rides
    assert all(trips_of(part, tariff) == [part] for part in parts)


def test_a_trip_is_not_taken_apart_to_be_cheaper() -> None:
    """0-9-5-0 km: split at 9 km, although 0-9 and 9-0 cost more than 0-9-5 and 5-0 would."""
    assert fare(0, 9, 5, 0) == single(9) + single(9) > single(5) + single(5)


def test_riders_begin_anew_after_a_rental() -> None:
    """A bus of a kilometre, 15 km on a scooter, another kilometre: two short trips."""
    first, last = (
        ride("A", at_km(0), at_km(1)),
        ride("B", at_km(16), at_km(17), EIGHT + timedelta(hours=2)),
    )
    scooter = rental(500, EIGHT + timedelta(hours=1))
    bought = pricer(westfalen()).price(chain(first, scooter, last), [ADULT])
    assert bought.total.minor == 2 * single(1) + 500
    without = pricer(westfalen()).price(chain(first, walk(at_km(1), at_km(16)), last), [ADULT])
    assert without.total.minor == single(17)


def test_a_trip_is_sold_as_two_when_its_time_is_over() -> None:
    """VRS: 360 minutes from boarding to alighting."""
    there = ride("A", at_km(0), at_km(5))
    for minutes, trips in ((360, [8]), (361, [5, 3])):
        left = EIGHT + timedelta(minutes=minutes - 20)
        bought = pricer(vrs()).price(chain(there, ride("B", at_km(5), at_km(8), left)), [ADULT])
        assert bought.total.minor == sum(150 + 20 * km for km in trips)
    lasting = ride("C", at_km(0), at_km(8), minutes=500)
    assert pricer(vrs()).price(chain(lasting), [ADULT]).total.minor == 150 + 20 * 8


# --- first class


@pytest.mark.parametrize("km", [1, 2, 3, 10, 40])
def test_first_class_of_vrs_is_what_it_publishes(km: int) -> None:
    """2.25 EUR and 0.30 EUR per started kilometre."""
    train = ride("RB", at_km(0), at_km(km), agency=RAIL, mode=LegMode.RAIL)
    assert pricer(vrs()).price(chain(train), [FIRST]).total.minor == 225 + 30 * km
    assert pricer(vrs()).price(chain(train), [ADULT]).total.minor == 150 + 20 * km


def test_there_is_no_first_class_on_a_bus() -> None:
    bus = ride("X90", at_km(0), at_km(5))
    train = ride(
        "RB", at_km(5), at_km(8), EIGHT + timedelta(hours=1), agency=RAIL, mode=LegMode.RAIL
    )
    assert pricer(vrs()).price(chain(bus), [FIRST]).total.minor == 150 + 20 * 5
    both = pricer(vrs()).price(chain(bus, train), [FIRST])
    assert both.total.minor == 225 + 30 * 8
    assert [(one.leg, one.rule) for one in both.lines] == [
        (0, "fare"),
        (1, "fare"),
        (1, "first-class"),
    ]
    assert both.lines[2].text == "eezy VRS, adult, first class, RB (eurobahn)"


def test_half_a_cent_of_a_supplement_is_rounded_by_its_rule() -> None:
    """1.67 EUR in first class: half of it is 0.835."""
    train = chain(ride("RB", at_km(0), at_km(1), agency=RAIL, mode=LegMode.RAIL))
    for rounding, cents in ((Rounding.HALF_UP, 84), (Rounding.UP, 84), (Rounding.DOWN, 83)):
        tariff = replace(westfalen(), first_class=CategoryRule(50, rounding))
        assert pricer(tariff).price(train, [FIRST]).total.minor == 167 + cents


# --- bicycles


def test_a_bicycle_costs_a_flat_price_for_24_hours() -> None:
    trip = chain(*line(0, 5, 9))
    prices = pricer(westfalen())
    bought = prices.price(trip, [CYCLIST])
    assert bought.total.minor == single(9) + 500
    assert {one.rule for one in bought.lines} == {"fare", "bicycle"}
    for hours, asked in ((1, 0), (23, 0), (24, 500), (48, 500)):
        paid = Spent("adult-0/bicycle", "eezy-westfalen", EIGHT - timedelta(hours=hours), 500)
        again = prices.price(trip, [CYCLIST], Spending(None, (paid,)))
        assert again.total.minor == single(9) + asked
        assert min(net_of_legs(again).values()) >= 0


def test_a_bicycle_does_not_count_to_the_cap_and_is_not_capped() -> None:
    paid = Spent("adult-0", "eezy-westfalen", EIGHT, 3000)
    bought = pricer(westfalen()).price(chain(*line(0, 5)), [CYCLIST], Spending(None, (paid,)))
    assert bought.total.minor == 500


# --- steps


def test_steps_and_what_lies_beyond_them() -> None:
    tariff = replace(
        westfalen(), base_minor=0, steps=(Step(2, 560), Step(4, 700)), per_started_km_minor=30
    )
    fares = [tariff.full_fare_minor(round(km * 1_000_000)) for km in (0, 1, 2, 2.1, 4, 4.5, 6)]
    assert fares == [560, 560, 560, 700, 700, 730, 760]


def test_muenster_stays_muenster() -> None:
    """The known way of all other tests, beside the line: 15.3 km."""
    bought = pricer(westfalen()).price(chain(ride("X90", SENDEN, MUENSTER)), [ADULT])
    assert bought.total.minor == single(16)
