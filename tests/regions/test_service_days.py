"""Public holidays of North Rhine-Westphalia run as Sundays."""

from datetime import date, timedelta

import pytest

from kommit.regions.errors import SourceError
from kommit.regions.service_days import (
    easter_sunday,
    exceptions,
    holidays,
    parse_days,
    running_as,
)

SUNDAY = 6


@pytest.mark.parametrize(
    "easter",
    [
        # Dates of Easter as published (U.S. Naval Observatory), the earliest and latest among them.
        date(1818, 3, 22),
        date(1943, 4, 25),
        date(1954, 4, 18),  # where Gauss's rule needs its exceptions
        date(1981, 4, 19),
        date(2000, 4, 23),
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2038, 4, 25),
        date(2049, 4, 18),
        date(2076, 4, 19),
    ],
)
def test_easter(easter: date) -> None:
    assert easter_sunday(easter.year) == easter


def test_holidays_of_2025_as_published() -> None:
    assert sorted(holidays(2025)) == [
        date(2025, 1, 1),
        date(2025, 4, 18),  # Good Friday
        date(2025, 4, 20),
        date(2025, 4, 21),
        date(2025, 5, 1),
        date(2025, 5, 29),  # Ascension
        date(2025, 6, 8),
        date(2025, 6, 9),  # Whit Monday
        date(2025, 6, 19),  # Corpus Christi
        date(2025, 10, 3),
        date(2025, 11, 1),
        date(2025, 12, 25),
        date(2025, 12, 26),
    ]


def test_a_holiday_runs_as_a_sunday_and_the_next_day_as_itself() -> None:
    assert running_as(date(2025, 6, 19)) == SUNDAY, "Corpus Christi, a Thursday"
    assert running_as(date(2025, 6, 20)) == date(2025, 6, 20).weekday()


@pytest.mark.parametrize(
    ("text", "weekdays"),
    [
        ("mo-fr", {0, 1, 2, 3, 4}),
        ("sa", {5}),
        ("so", {6}),
        ("sa,so", {5, 6}),
        ("daily", set(range(7))),
        ("mo,we,fr-so", {0, 2, 4, 5, 6}),
    ],
)
def test_days(text: str, weekdays: set[int]) -> None:
    assert parse_days(text) == weekdays


@pytest.mark.parametrize("text", ["", "mo-xx", "Monday"])
def test_days_that_are_none_are_named(text: str) -> None:
    with pytest.raises(SourceError, match="days are given as"):
        parse_days(text)


@pytest.mark.parametrize("days", ["mo-fr", "sa", "so", "sa,so", "daily"])
def test_weekdays_and_exceptions_together_say_when_a_service_runs(days: str) -> None:
    weekdays, first, last = parse_days(days), date(2024, 1, 1), date(2030, 12, 31)
    changed = dict(exceptions(weekdays, first, last))
    for day in (first + timedelta(n) for n in range((last - first).days + 1)):
        assert changed.get(day, day.weekday() in weekdays) == (running_as(day) in weekdays)
