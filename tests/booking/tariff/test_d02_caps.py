"""D02: caps of 24 hours and of the month, when buying and when billed afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.domain.chain import LegMode
from booking.domain.offers import Price
from booking.domain.passengers import Passenger, PassengerCategory, TravelClass, group
from booking.domain.pricing.caps import (
    CappedFare,
    Travelled,
    capped,
    most_in_a_day,
    retrospective,
)
from booking.domain.pricing.crow_fly import CrowFlyTariff
from booking.domain.spending import NOTHING_SPENT, Spending, Spent
from booking.domain.tariff import Caps, CategoryRule, Rounding
from tests.booking.trips import (
    BOESENSELL,
    EIGHT,
    MUENSTER,
    RAIL,
    SENDEN,
    SHIPPED,
    away,
    chain,
    net_of_legs,
    pricer,
    ride,
    vrs,
    westfalen,
)

HOUR = timedelta(hours=1)
ADULT = Passenger(PassengerCategory.ADULT, 0)
FIRST = replace(ADULT, travel_class=TravelClass.FIRST)


def paid(minor: int, at: datetime, slot: str = "adult-0", tariff: str = "eezy-westfalen") -> Spent:
    return Spent(slot, tariff, at, minor)


def asked(fare: int, *spent: Spent, slot: str = "adult-0", at: datetime = EIGHT) -> CappedFare:
    return capped(fare, slot, at, Spending(None, spent), westfalen())


# --- one fare


@pytest.mark.parametrize(
    ("hours", "net"),
    [
        pytest.param(0, 200, id="the same moment"),
        pytest.param(23.9, 200, id="the day before, not 24 hours ago"),
        pytest.param(24, 500, id="24 hours ago"),
        pytest.param(-23.9, 200, id="bought before, for tomorrow"),
        pytest.param(-24, 500, id="24 hours later"),
    ],
)
def test_a_day_has_24_hours(hours: float, net: int) -> None:
    assert asked(500, paid(2800, EIGHT - hours * HOUR)).net_minor == net


def test_hours_are_real_ones_when_clocks_are_put_back() -> None:
    """25 October 2026 has 25 hours: from 8:00 on the day before, 24 hours end at 7:00."""
    berlin = ZoneInfo("Europe/Berlin")
    before = paid(3000, datetime(2026, 10, 24, 8, tzinfo=berlin))
    seven = asked(500, before, at=datetime(2026, 10, 25, 7, tzinfo=berlin))
    half_past_six = asked(500, before, at=datetime(2026, 10, 25, 6, 30, tzinfo=berlin))
    assert (seven.net_minor, half_past_six.net_minor) == (500, 0)


def test_any_24_hours_that_hold_the_journey_count() -> None:
    """20 EUR 20 hours before and 25 EUR 20 hours after: not in the same 24 hours."""
    spent = paid(2000, EIGHT - 20 * HOUR), paid(2500, EIGHT + 20 * HOUR)
    assert most_in_a_day(spent, EIGHT) == 2500
    assert asked(800, *spent).net_minor == 500


@pytest.mark.parametrize(
    ("at", "net"),
    [
        pytest.param(datetime(2026, 5, 31, 21, 59, tzinfo=UTC), 100, id="23:59 in Senden: May"),
        pytest.param(datetime(2026, 5, 31, 22, 0, tzinfo=UTC), 500, id="midnight in Senden: June"),
        pytest.param(datetime(2026, 4, 30, 22, 0, tzinfo=UTC), 100, id="May has begun in Senden"),
        pytest.param(datetime(2026, 4, 30, 21, 59, tzinfo=UTC), 500, id="April"),
    ],
)
def test_a_month_is_that_of_the_tariffs_zone(at: datetime, net: int) -> None:
    assert asked(500, paid(6200, EIGHT + 72 * HOUR), at=at).net_minor == net


@pytest.mark.parametrize(
    ("day", "cap"),
    [
        ("2022-06-01", None),
        ("2023-05-01", 4900),
        ("2024-12-31", 4900),
        ("2025-01-01", 5800),
        ("2026-01-01", 6300),
    ],
)
def test_the_cap_of_the_month_by_its_date(day: str, cap: int | None) -> None:
    tariff = SHIPPED.get("eezy-westfalen", datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    assert tariff.caps == Caps(3000, None, cap)


def test_children_have_half_the_caps_and_slots_of_their_own() -> None:
    assert westfalen().caps_of(PassengerCategory.CHILD) == Caps(1500, None, 3150)
    assert asked(500, paid(1400, EIGHT, "child-0"), slot="child-0").net_minor == 100
    assert asked(500, paid(3000, EIGHT, "adult-0"), slot="adult-1").net_minor == 500


def test_another_tariff_or_currency_does_not_count() -> None:
    others = (
        paid(3000, EIGHT, tariff="eezy-vrs"),
        Spent("adult-0", "eezy-westfalen", EIGHT, 3000, "NOK"),
    )
    assert asked(500, *others).net_minor == 500


def test_the_day_is_cut_before_the_month() -> None:
    spent = paid(2900, EIGHT), paid(3350, EIGHT - 48 * HOUR)
    bill = asked(500, *spent)
    assert (bill.day_cut_minor, bill.month_cut_minor, bill.net_minor) == (400, 50, 50)


def test_first_class_has_a_cap_of_its_own() -> None:
    """VRS: 25.00 EUR, in first class 37.50 EUR with supplements."""
    tariff = vrs()
    day = capped(3000, "adult-0", EIGHT, NOTHING_SPENT, tariff, 1500)
    assert (day.net_fare_minor, day.net_supplement_minor) == (2500, 1250)
    spent = (
        paid(2500, EIGHT, tariff="eezy-vrs"),
        paid(1000, EIGHT, "adult-0/first-class", "eezy-vrs"),
    )
    more = capped(1000, "adult-0", EIGHT, Spending(None, spent), tariff, 500)
    assert (more.net_fare_minor, more.net_supplement_minor) == (0, 250)


def test_the_supplement_of_westfalen_is_not_capped_and_does_not_count() -> None:
    bill = capped(1000, "adult-0", EIGHT, Spending(None, (paid(3000, EIGHT),)), westfalen(), 500)
    assert (bill.net_fare_minor, bill.net_supplement_minor) == (0, 500)
    first = paid(3000, EIGHT, "adult-0/first-class")
    assert asked(1000, first).net_minor == 1000


# --- in prices


def test_a_cap_is_shown_and_no_leg_is_below_zero() -> None:
    trip = chain(
        ride("C12", SENDEN, BOESENSELL),
        ride("RB42", BOESENSELL, MUENSTER, EIGHT + HOUR, agency=RAIL, mode=LegMode.RAIL),
    )
    prices = pricer(westfalen())
    bought = prices.price(trip, [ADULT], Spending(None, (paid(2700, EIGHT - HOUR),)))
    assert bought.total.minor == 300
    assert [(line.leg, line.rule) for line in bought.lines] == [
        (0, "fare"),
        (0, "cap-24h"),
        (1, "fare"),
        (1, "cap-24h"),
    ]
    assert bought.lines[1].text == "eezy Westfalen, adult, cap of 24 hours"
    assert bought.lines[1].agency_id == "rvm:rvm"
    assert min(net_of_legs(bought).values()) > 0
    assert {line.amount.minor < 0 for line in bought.lines if line.rule == "cap-24h"} == {True}
    free = prices.price(trip, [ADULT], Spending(None, (paid(6300, EIGHT - 30 * HOUR),)))
    assert free.total.minor == 0
    assert set(net_of_legs(free).values()) == {0}
    assert {line.rule for line in free.lines} == {"fare", "cap-month"}


COUNTED_IN = {
    "fare": "{}",
    "cap-24h": "{}",
    "cap-month": "{}",
    "first-class": "{}/first-class",
    "cap-24h-first": "{}/first-class",
}


def spent_of(price: Price, at: datetime, tariff: str) -> list[Spent]:
    """Return what caps count of one adult's price, as whoever keeps it does."""
    return [
        Spent(COUNTED_IN[line.rule].format("adult-0"), tariff, at, line.amount.minor)
        for line in price.lines
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 96), st.floats(1, 80), st.booleans()), min_size=1, max_size=8)
)
def test_journeys_bought_in_any_order_stay_under_the_caps(
    journeys: list[tuple[int, float, bool]],
) -> None:
    """Bought as listed, travelled at the hours of the list; what was paid before is counted."""
    tariff = replace(westfalen(), caps=Caps(2500, 3750, 4000))
    prices = pricer(tariff)
    spent: list[Spent] = []
    for hour, km, first in journeys:
        at = EIGHT + hour * HOUR
        train = ride("RB", SENDEN, away(SENDEN, km * 1000), at, agency=RAIL, mode=LegMode.RAIL)
        who = FIRST if first else ADULT
        price = prices.price(chain(train), [who], Spending(None, tuple(spent)))
        spent += spent_of(price, at, tariff.id)
        assert min(net_of_legs(price).values()) >= 0
    fares = [one for one in spent if one.slot == "adult-0"]
    assert sum(one.minor for one in fares) <= 4000
    for hour, _, _ in journeys:
        begin = EIGHT + hour * HOUR
        assert sum(one.minor for one in fares if begin <= one.at < begin + 24 * HOUR) <= 2500


def test_a_return_trip_is_capped_as_a_whole() -> None:
    there, back = ride("X90", SENDEN, MUENSTER), ride("X90", MUENSTER, SENDEN, EIGHT + HOUR)
    bought = pricer(westfalen()).price(
        chain(there, back), group(["adult"]), Spending(None, (paid(2400, EIGHT),))
    )
    assert bought.total.minor == 600


# --- billed afterwards

SMALL = replace(westfalen(), caps=Caps(1000, 1500, 2500))
MOMENTS = st.integers(0, 24 * 45).map(lambda hours: datetime(2026, 5, 1, tzinfo=UTC) + hours * HOUR)
SECOND_CLASS = st.builds(Travelled, MOMENTS, st.integers(0, 900), st.just(0), st.just(value=False))
JOURNEYS = st.lists(SECOND_CLASS, max_size=14)
PAID = st.lists(
    st.builds(lambda at, minor: paid(minor, at), MOMENTS, st.integers(0, 400)), max_size=3
)


def bills(
    journeys: list[Travelled], spent: list[Spent] | None = None, tariff: CrowFlyTariff = SMALL
) -> tuple[CappedFare, ...]:
    return retrospective(journeys, "adult-0", lambda _: tariff, Spending(None, tuple(spent or ())))


def total(journeys: list[Travelled], spent: list[Spent] | None = None) -> int:
    return sum(bill.net_minor for bill in bills(journeys, spent))


@given(JOURNEYS)
def test_no_24_hours_and_no_month_cost_more_than_the_caps(journeys: list[Travelled]) -> None:
    billed = list(zip(journeys, bills(journeys), strict=True))
    for first, _ in billed:
        window = [
            bill.net_minor for one, bill in billed if first.at <= one.at < first.at + 24 * HOUR
        ]
        assert sum(window) <= 1000
        month = [
            bill.net_minor
            for one, bill in billed
            if one.at.astimezone(SMALL.zone).month == first.at.astimezone(SMALL.zone).month
        ]
        assert sum(month) <= 2500
    assert all(0 <= bill.net_minor <= one.fare_minor for one, bill in billed)


@given(JOURNEYS, SECOND_CLASS, PAID)
def test_another_journey_never_lowers_what_is_paid(
    journeys: list[Travelled], another: Travelled, spent: list[Spent]
) -> None:
    assert total([*journeys, another], spent) >= total(journeys, spent)


@given(JOURNEYS, PAID, st.randoms(use_true_random=False))
def test_the_order_of_reports_does_not_matter(
    journeys: list[Travelled], spent: list[Spent], random: object
) -> None:
    mixed = list(journeys)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert total(mixed, spent) == total(journeys, spent)


@given(
    st.lists(st.integers(0, 900), min_size=1, max_size=8),
    JOURNEYS,
    st.randoms(use_true_random=False),
)
def test_the_order_of_a_days_fares_does_not_matter(
    fares: list[int], others: list[Travelled], random: object
) -> None:
    """Where the day touches no other within 24 hours, as of somebody who rests the day before."""
    begin = datetime(2026, 5, 10, 6, tzinfo=UTC)
    far = [one for one in others if abs(one.at - begin) > 40 * HOUR]
    mixed = list(fares)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    days = (
        [Travelled(begin + i * HOUR, fare) for i, fare in enumerate(day)] for day in (fares, mixed)
    )
    one, other = (total([*far, *day]) for day in days)
    assert one == other


def exhaustive(fares: list[tuple[int, int]], day: int, month: int) -> int:
    """Return the most that fares at hours can sum to within the caps, by trying all amounts."""

    def best(i: int, chosen: tuple[tuple[int, int], ...]) -> int:
        if i == len(fares):
            return sum(minor for _, minor in chosen)
        hour, fare = fares[i]
        found = -1
        for minor in range(fare + 1):
            more = (*chosen, (hour, minor))
            in_day = sum(amount for at, amount in more if hour - 24 < at <= hour)
            if in_day <= day and sum(amount for _, amount in more) <= month:
                found = max(found, best(i + 1, more))
        return found

    return best(0, ())


@given(
    st.lists(st.tuples(st.integers(0, 72), st.integers(0, 3)), min_size=1, max_size=5).map(sorted),
    st.integers(1, 6),
    st.integers(2, 9),
)
def test_what_is_billed_is_the_most_that_caps_allow(
    fares: list[tuple[int, int]], day: int, month: int
) -> None:
    """So caps take off no cent more than they must; a slow twin tries every amount."""
    tariff = replace(SMALL, caps=Caps(day, None, month))
    begin = datetime(2026, 5, 10, tzinfo=UTC)
    journeys = [Travelled(begin + hour * HOUR, fare) for hour, fare in fares]
    billed = sum(bill.net_minor for bill in bills(journeys, tariff=tariff))
    assert billed == exhaustive(fares, day, month)


@given(
    st.lists(
        st.builds(Travelled, MOMENTS, st.integers(0, 900), st.integers(0, 450), st.booleans()),
        max_size=10,
    )
)
def test_first_class_is_capped_with_its_supplements(journeys: list[Travelled]) -> None:
    billed = list(zip(journeys, bills(journeys), strict=True))
    for last, _ in billed:
        window = [bill for one, bill in billed if last.at - 24 * HOUR < one.at <= last.at]
        assert sum(bill.net_fare_minor for bill in window) <= 1000
    firsts = [(one, bill) for one, bill in billed if one.is_first]
    for first, _ in firsts:
        same = [bill.net_minor for one, bill in firsts if first.at <= one.at < first.at + 24 * HOUR]
        assert sum(same) <= 1500
    assert all(bill.net_supplement_minor >= 0 for _, bill in billed)


def test_a_month_is_billed_by_the_version_of_each_day() -> None:
    """December 2025 costs 58 EUR at most, January 2026 costs 63 EUR."""
    begin = datetime(2025, 12, 1, 12, tzinfo=UTC)
    journeys = [Travelled(begin + timedelta(days=day), 900) for day in range(62)]
    billed = retrospective(
        journeys, "adult-0", lambda at: SHIPPED.get("eezy-westfalen", at), NOTHING_SPENT
    )
    assert sum(bill.net_minor for bill in billed[:31]) == 5800
    assert sum(bill.net_minor for bill in billed[31:]) == 6300


def test_the_share_of_a_cap_is_rounded_by_the_rule_of_the_category() -> None:
    caps = Caps(per_24h=25)
    rounded = [caps.share(CategoryRule(50, rounding)).per_24h for rounding in Rounding]
    assert rounded == [13, 13, 12]
