"""On which days a service runs: weekdays, and public holidays of North Rhine-Westphalia.

A public holiday runs as a Sunday, whatever weekday it is.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from kommit.regions.errors import SourceError

WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "so")
SUNDAY = 6


def easter_sunday(year: int) -> date:
    """Return Easter of the Gregorian calendar (Meeus, Jones and Butcher's algorithm)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """Return the public holidays of North Rhine-Westphalia (Feiertagsgesetz NW, paragraph 2)."""
    easter = easter_sunday(year)
    fixed = ((1, 1), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26))
    moving = (-2, 0, 1, 39, 49, 50, 60)
    """Days after Easter: Good Friday, Easter, Ascension, Whitsun, Corpus Christi."""
    return frozenset(
        [date(year, month, day) for month, day in fixed]
        + [easter + timedelta(days) for days in moving]
    )


def running_as(day: date) -> int:
    """Return the weekday (0 is Monday) whose timetable runs on ``day``."""
    return SUNDAY if day in holidays(day.year) else day.weekday()


def parse_days(text: str) -> frozenset[int]:
    """Return the weekdays of ``mo-fr``, ``sa,so``, ``daily`` and the like.

    Raises
    ------
    SourceError
        If ``text`` names no weekdays.
    """
    if text == "daily":
        return frozenset(range(7))
    days: set[int] = set()
    try:
        for part in text.split(","):
            first, _, last = part.partition("-")
            days |= set(range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1))
    except ValueError:
        raise SourceError(f"days are given as mo-fr, sa,so or daily, not {text!r}") from None
    return frozenset(days)


def exceptions(days: frozenset[int], first: date, last: date) -> Iterator[tuple[date, bool]]:
    """Yield the holidays on which a service differs from its weekday, and whether it runs."""
    for year in range(first.year, last.year + 1):
        for day in sorted(holidays(year)):
            runs = SUNDAY in days
            if first <= day <= last and runs != (day.weekday() in days):
                yield day, runs
