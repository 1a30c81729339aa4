"""Days on which banks of SEPA settle: TARGET's calendar (ECB, since 2002)."""

from datetime import date, timedelta


def easter(year: int) -> date:
    """Return Easter Sunday, by the Gregorian rule (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def is_target_day(day: date) -> bool:
    """Say whether TARGET is open: no weekend, and none of its six holidays."""
    if day.weekday() >= 5 or (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)}:
        return False
    return (day - easter(day.year)).days not in {-2, 1}


def target_day_from(day: date) -> date:
    """Return the first day from ``day`` on at which TARGET is open."""
    while not is_target_day(day):
        day += timedelta(days=1)
    return day
