"""Until when a ride can be booked, on both sides of each deadline."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from kommit.kit.clock import service_day_epoch
from routing.booking_rules import PRIOR_DAYS, REAL_TIME, SAME_DAY, BookingRule
from routing.timetable import NONE

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 3, 27)
EPOCHS = np.array([service_day_epoch(FIRST + timedelta(days=d), BERLIN) for d in range(5)])


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp())


REAL = BookingRule(REAL_TIME, NONE, NONE, NONE, NONE)
HOUR = BookingRule(SAME_DAY, 60, NONE, NONE, NONE)
DAY_BEFORE_AT_SIX_PM = BookingRule(PRIOR_DAYS, NONE, 1, 18 * 3600, NONE)
TWO_WEEKS_AT_MOST = BookingRule(SAME_DAY, 30, NONE, NONE, 14 * 24 * 60)


@pytest.mark.parametrize(
    ("rule", "last"),
    [
        pytest.param(REAL, "2026-03-30T10:00", id="until it leaves"),
        pytest.param(HOUR, "2026-03-30T09:00", id="an hour before"),
        # the clocks went forward on the 29th: six in the evening is still six
        pytest.param(DAY_BEFORE_AT_SIX_PM, "2026-03-29T18:00", id="the evening before"),
    ],
)
def test_the_last_second_to_book(rule: BookingRule, last: str) -> None:
    departure = at("2026-03-30T10:00")

    assert rule.latest_booking(departure, EPOCHS, day=3) == at(last)
    assert rule.is_open(at(last), departure, EPOCHS, day=3)
    assert not rule.is_open(at(last) + 1, departure, EPOCHS, day=3)


def test_a_deadline_before_the_first_day_of_the_timetable_is_still_known() -> None:
    assert DAY_BEFORE_AT_SIX_PM.latest_booking(at("2026-03-27T10:00"), EPOCHS, day=0) == at(
        "2026-03-26T18:00"
    )


def test_a_deadline_after_the_departure_is_the_departure() -> None:
    same_evening = BookingRule(PRIOR_DAYS, NONE, 0, 18 * 3600, NONE)
    departure = at("2026-03-28T10:00")
    assert same_evening.latest_booking(departure, EPOCHS, day=1) == departure


def test_nothing_is_booked_too_early() -> None:
    departure = at("2026-03-30T10:00")
    fortnight = 14 * 24 * 3600
    assert not TWO_WEEKS_AT_MOST.is_open(departure - fortnight - 1, departure, EPOCHS, day=3)
    assert TWO_WEEKS_AT_MOST.is_open(departure - fortnight, departure, EPOCHS, day=3)


def test_a_rule_is_read_from_its_row() -> None:
    assert BookingRule.of_row(np.array([1, 60, -1, -1, -1], dtype=np.int32)) == HOUR
