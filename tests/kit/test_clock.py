"""GTFS clock times and service days."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kommit.kit.clock import DAY_S, format_hms, parse_hms, service_day_epoch

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(date(2026, 3, 28), 24, id="an ordinary day"),
        pytest.param(date(2026, 3, 29), 23, id="the clocks go forward"),
        pytest.param(date(2026, 10, 25), 25, id="the clocks go back"),
    ],
)
def test_a_service_day_starts_twelve_hours_before_noon(day: date, hours: int) -> None:
    start = service_day_epoch(day, BERLIN)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=BERLIN)
    midnight = datetime(day.year, day.month, day.day, tzinfo=BERLIN)

    assert start + DAY_S // 2 == noon.timestamp()
    assert start == midnight.timestamp() + (hours - 24) * 3600


def test_a_time_after_the_clocks_went_forward_reads_as_printed() -> None:
    start = service_day_epoch(date(2026, 3, 29), BERLIN)
    eight = datetime.fromtimestamp(start + parse_hms("8:05"), UTC).astimezone(BERLIN)
    assert (eight.hour, eight.minute) == (8, 5)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("8:05", 29_100), ("08:05:07", 29_107), ("28:43:00", 103_380), ("0:00", 0)],
)
def test_times_are_read(text: str, seconds: int) -> None:
    assert parse_hms(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "8", "8:60", "8:05:60", "-1:00", "8:05:00:00", "a:bc", "\u0668:\u0660\u0665"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|59"):
        parse_hms(text)


@given(st.integers(0, 60 * 3600))
def test_times_survive_the_way_to_text_and_back(second: int) -> None:
    assert parse_hms(format_hms(second)) == second
