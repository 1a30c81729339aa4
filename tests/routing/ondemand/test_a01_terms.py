"""When services run, until when they are booked, and when shifts are: clocks, midnight, DST."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from routing.booking_rules import PRIOR_DAYS, REAL_TIME, SAME_DAY, BookingRule
from routing.ondemand.duties import duties_of
from routing.ondemand.service import (
    Area,
    Capacity,
    Limits,
    OnDemandService,
    Relation,
    ServiceDays,
    ServiceStop,
    ServiceVehicle,
    Shift,
    Terms,
    Window,
)
from routing.ondemand.terms import Permit, Reason, Ride, terms_of
from routing.timetable import NONE

ZONE = ZoneInfo("Europe/Berlin")
EVERY_DAY = ServiceDays(frozenset(range(7)))
H = 3600
BY_DAY = Window(6 * H, 22 * H)
HERE, THERE = frozenset({"here"}), frozenset({"there"})


def rule(kind: int = SAME_DAY, notice: int = NONE, last_day: int = NONE, until: int = NONE, earliest: int = NONE) -> BookingRule:  # fmt: skip
    return BookingRule(kind, notice, last_day, until, earliest)


def service(*rules: BookingRule, days: ServiceDays = EVERY_DAY, window: Window = BY_DAY, shifts: tuple[Shift, ...] = (), vehicles: int = 1) -> OnDemandService:  # fmt: skip
    """Return a service from here to there by some rules, one relation each."""
    return OnDemandService(
        id="x:shuttle",
        name="Shuttle",
        agency_id="x:a",
        agency_name="A",
        time_zone=str(ZONE),
        stops={key: ServiceStop(key, key, 51.8, 7.4 + n / 100) for n, key in enumerate("ab")},
        areas={"here": Area("here", "Here", ("a",)), "there": Area("there", "There", ("b",))},
        relations=tuple(
            Relation(f"r{n}", "here", "there", days, window, window, Terms(one))
            for n, one in enumerate(rules or (rule(REAL_TIME),))
        ),
        vehicles=tuple(
            ServiceVehicle(f"v{n}", f"V{n}", Capacity(4), 51.8, 7.4, shifts)
            for n in range(vehicles)
        ),
        limits=Limits(max_days_ahead=14),
    )


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


def ask(one: OnDemandService, pickup: str, now: str | None = None, ends: tuple[frozenset[str], frozenset[str]] = (HERE, THERE)) -> Permit | Reason:  # fmt: skip
    begin = at(pickup)
    return terms_of(one, Ride(*ends, begin, begin + 1200), None if now is None else at(now))


@pytest.mark.parametrize(
    ("booking", "last"),
    [
        (rule(REAL_TIME), "2026-05-05T10:00"),
        (rule(SAME_DAY, notice=60), "2026-05-05T09:00"),
        (rule(PRIOR_DAYS, last_day=1, until=18 * H), "2026-05-04T18:00"),
        (rule(PRIOR_DAYS, last_day=2), "2026-05-04T00:00"),
    ],
)
def test_deadlines_hold_to_the_second(booking: BookingRule, last: str) -> None:
    one = service(booking)
    permit = ask(one, "2026-05-05T10:00", last)
    assert isinstance(permit, Permit)
    assert permit.latest_booking == at(last)
    ride = Ride(HERE, THERE, at("2026-05-05T10:00"), at("2026-05-05T10:20"))
    assert terms_of(one, ride, at(last) + 1) is Reason.DEADLINE


def test_the_day_before_is_a_day_of_the_clock_on_the_day_clocks_change() -> None:
    permit = ask(service(rule(PRIOR_DAYS, last_day=1, until=12 * H)), "2026-03-29T10:00")
    assert isinstance(permit, Permit)
    assert permit.latest_booking == at("2026-03-28T12:00")


def test_nobody_books_too_early() -> None:
    assert (
        ask(service(rule(earliest=60)), "2026-05-05T10:00", "2026-05-05T08:59") is Reason.DEADLINE
    )
    assert isinstance(ask(service(), "2026-05-05T10:00", "2026-04-21T10:00"), Permit)
    assert ask(service(), "2026-05-05T10:00", "2026-04-21T09:59") is Reason.DEADLINE


def test_of_several_relations_the_one_that_can_be_booked_longest_counts() -> None:
    permit = ask(service(rule(notice=60), rule(notice=15)), "2026-05-05T10:00")
    assert isinstance(permit, Permit)
    assert permit.relation.id == "r1"


@pytest.mark.parametrize(
    ("pickup", "expected"),
    [("05:59", Reason.WINDOW), ("06:00", None), ("21:40", None), ("21:41", Reason.WINDOW)],
)
def test_both_ends_lie_in_the_windows(pickup: str, expected: Reason | None) -> None:
    found = ask(service(), f"2026-05-05T{pickup}")
    assert found is expected if expected else isinstance(found, Permit)


def test_a_window_past_midnight_belongs_to_the_day_before() -> None:
    fridays = ServiceDays(frozenset({4}))
    one = service(days=fridays, window=Window(20 * H, 26 * H))
    assert isinstance(ask(one, "2026-05-09T01:30"), Permit), (
        "Friday's, on Saturday at half past one"
    )
    assert ask(one, "2026-05-10T01:30") is Reason.WINDOW


def test_areas_are_asked_first() -> None:
    assert ask(service(), "2026-05-05T03:00", ends=(THERE, HERE)) is Reason.ZONE


def test_exceptions_win_over_the_week() -> None:
    day = date(2026, 5, 5)
    closed = service(days=ServiceDays(frozenset(range(7)), removed=frozenset({day})))
    extra = service(days=ServiceDays(frozenset(), added=frozenset({day})))
    assert ask(closed, "2026-05-05T10:00") is Reason.WINDOW
    assert isinstance(ask(extra, "2026-05-05T10:00"), Permit)


def shifts_of(one: OnDemandService, begin: str, end: str) -> list[tuple[int, int]]:
    return [(duty.ready, duty.until) for duty in duties_of(one, at(begin), at(end))]


def test_a_shift_over_midnight_is_one_duty() -> None:
    one = service(shifts=(Shift(EVERY_DAY, Window(20 * H, 26 * H)),))
    found = shifts_of(one, "2026-05-06T01:00", "2026-05-06T01:30")
    assert found == [(at("2026-05-05T20:00"), at("2026-05-06T02:00"))]


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-05-05", 24), ("2026-10-25", 25)]
)
def test_shifts_begin_and_end_when_clocks_say_so(day: str, hours: int) -> None:
    """Of a day of 23 or 25 hours: GTFS counts from noon minus 12 h."""
    one = service(shifts=(Shift(EVERY_DAY, Window(8 * H, 16 * H)),))
    assert shifts_of(one, f"{day}T09:00", f"{day}T09:00") == [
        (at(f"{day}T08:00"), at(f"{day}T16:00"))
    ]
    begin, after = at(f"{day}T00:00"), at(f"{day}T23:59") + 60
    assert after - begin == hours * H


def test_a_break_begins_early_enough_to_end_in_its_span() -> None:
    shift = Shift(EVERY_DAY, Window(8 * H, 16 * H), (Window(11 * H, 13 * H),), 1800)
    (duty,) = duties_of(service(shifts=(shift,)), at("2026-05-05T09:00"), at("2026-05-05T09:00"))
    (rest,) = duty.rests
    assert rest == (at("2026-05-05T11:00"), at("2026-05-05T12:30"), 1800)


def test_a_fleet_of_zero_has_no_duties() -> None:
    one = service(shifts=(Shift(EVERY_DAY, Window(0, 24 * H)),), vehicles=0)
    assert one.is_ours
    assert duties_of(one, at("2026-05-05T00:00"), at("2026-05-06T00:00")) == []
