"""When an own vehicle is free: hours, closures, rentals, horizon, and days of 23 and 25 hours."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.calendar import Calendar, Closure, Opening, Span, merged, without
from booking.domain.errors import SlotNotFree
from booking.domain.fleets import check_slot, free_slots
from tests.support.fleets import at, boxes, span
from tests.support.shop import NOON

FLEET, _ = boxes()
BERLIN = "Europe/Berlin"


def slots(taken: list[Span], window: Span) -> list[tuple[str, str]]:
    """Return free slots by Berlin's clocks."""
    found = free_slots(FLEET, taken, NOON, window)
    return [tuple(f"{t + timedelta(hours=2):%-d %-H:%M}" for t in one) for one in found]


def test_a_free_day_is_its_opening_hours() -> None:
    assert slots([], span("5 0:00", "7 0:00")) == [("5 6:00", "5 22:00"), ("6 6:00", "6 22:00")]


def test_nothing_is_free_before_now() -> None:
    assert slots([], span("4 0:00", "5 0:00")) == [("4 14:00", "4 22:00")]


def test_a_rental_takes_its_time_and_a_quarter_of_an_hour_around_it() -> None:
    taken = [span("5 10:00", "5 12:00")]
    assert slots(taken, span("5 0:00", "6 0:00")) == [("5 6:00", "5 9:45"), ("5 12:15", "5 22:00")]


def test_what_is_shorter_than_the_shortest_rental_is_no_slot() -> None:
    taken = [span("5 6:30", "5 12:00"), span("5 13:00", "5 22:00")]
    assert slots(taken, span("5 0:00", "6 0:00")) == [("5 12:15", "5 12:45")]
    taken[1] = span("5 12:59", "5 22:00")
    assert slots(taken, span("5 0:00", "6 0:00")) == []


def test_the_fourteenth_day_is_the_last() -> None:
    assert slots([], span("17 12:00", "31 0:00")) == [
        ("17 12:00", "17 22:00"),
        ("18 6:00", "18 22:00"),
    ]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (span("4 14:00", "4 14:29"), "at least 30 minutes"),
        (span("4 14:00", "5 14:01"), "at most 24 hours"),
        (span("4 13:54", "4 15:00"), "in the past"),
        (span("5 5:59", "5 8:00"), "closed"),
        (span("4 21:00", "5 7:00"), "closed"),
        (span("18 21:00", "19 1:00"), "14 days ahead"),
        (span("5 11:00", "5 12:00"), "somebody else"),
        (span("5 9:00", "5 9:46"), "somebody else"),
    ],
)
def test_a_refusal_says_why(wanted: Span, reason: str) -> None:
    with pytest.raises(SlotNotFree, match=reason):
        check_slot(FLEET, [span("5 10:00", "5 12:00")], NOON, wanted)


@pytest.mark.parametrize(
    "wanted", [("4 13:56", "4 15:00"), ("5 9:00", "5 9:45"), ("5 6:00", "5 8:00")]
)
def test_what_fits_is_taken(wanted: tuple[str, str]) -> None:
    check_slot(FLEET, [span("5 10:00", "5 12:00")], NOON, span(*wanted))


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 11, 30), False),
        (date(2026, 12, 1), True),
        (date(2028, 2, 29), True),
        (date(2027, 3, 1), False),
    ],
)
def test_the_winter_pause_comes_every_year(day: date, closed: bool) -> None:
    assert any(closure.covers(day) for closure in FLEET.calendar.closures) is closed


def test_a_closure_of_one_year_does_not_come_again() -> None:
    fair = Closure(date(2026, 5, 9), date(2026, 5, 10))
    assert fair.covers(date(2026, 5, 10))
    assert not fair.covers(date(2027, 5, 10))


def test_no_slot_reaches_into_the_winter_pause() -> None:
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    window = Span(now, now + timedelta(days=30))
    assert [one.end for one in free_slots(FLEET, [], now, window)] == [
        datetime(2026, 11, 29, 21, tzinfo=UTC),
        datetime(2026, 11, 30, 21, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 4), 24)],
)
def test_a_day_is_as_long_as_it_is(day: date, hours: int) -> None:
    calendar = Calendar(BERLIN, (Opening(day.weekday(), 0, 24 * 60),))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    (open_span,) = calendar.open_spans(Span(noon - timedelta(days=2), noon + timedelta(days=2)))
    assert open_span.end - open_span.start == timedelta(hours=hours)


def test_opening_hours_follow_the_clocks_through_the_change() -> None:
    calendar = Calendar(BERLIN, tuple(Opening(day, 6 * 60, 22 * 60) for day in range(7)))
    window = Span(datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))
    before, after = calendar.open_spans(window)
    assert (before.start.hour, after.start.hour) == (4, 5)


def test_without_hours_it_is_open_over_midnight() -> None:
    fleet = replace(FLEET, calendar=Calendar(BERLIN))
    assert free_slots(fleet, [], NOON, span("4 20:00", "5 8:00")) == (span("4 20:00", "5 8:00"),)


minutes = st.integers(0, 300)
spans = (
    st.tuples(minutes, minutes)
    .filter(lambda pair: pair[0] < pair[1])
    .map(
        lambda pair: Span(
            at("4 14:00") + timedelta(minutes=pair[0]), at("4 14:00") + timedelta(minutes=pair[1])
        )
    )
)


@given(st.lists(spans, max_size=6), st.lists(spans, max_size=6))
def test_taking_out_leaves_just_what_is_in_the_one_and_not_in_the_other(
    given_spans: list[Span], taken: list[Span]
) -> None:
    left = without(merged(given_spans), taken)
    for minute in range(300):
        moment = at("4 14:00") + timedelta(minutes=minute)
        within = [
            any(s.start <= moment < s.end for s in many) for many in (given_spans, taken, left)
        ]
        assert within[2] == (within[0] and not within[1])
