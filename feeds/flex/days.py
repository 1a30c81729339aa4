"""On which days trips run: ``calendar.txt`` and ``calendar_dates.txt`` as ``ServiceDays``."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from feeds.flex.rows import LINE, Row, Tables, by_key, grouped
from feeds.gtfs.calendar import ADDED
from feeds.gtfs.schema import WEEKDAYS
from feeds.report import Findings
from routing.ondemand.service import ServiceDays

FROM_EVER: Final = date(2000, 1, 1)
"""Stands in files for services without a first day."""
FOR_EVER: Final = date(2099, 12, 31)
"""Stands in files for services without a last day."""


def read_days(tables: Tables, findings: Findings) -> dict[str, ServiceDays]:
    """Return the days of each ``service_id``; rows with impossible dates are left out."""
    return days_of(tables.calendar, tables.calendar_dates, findings)


def days_of(
    calendar: Iterable[Row], calendar_dates: Iterable[Row], findings: Findings
) -> dict[str, ServiceDays]:
    """Return the days of each ``service_id`` of the rows of the two files."""
    weeks = by_key(calendar, "service_id", "calendar.txt", findings)
    exceptions = grouped(calendar_dates, "service_id")
    found = {}
    for service in dict.fromkeys([*weeks, *exceptions]):
        week = _week(weeks.get(service), findings)
        dated = [row for row in exceptions.get(service, ()) if row["date"] > 0]
        days = {
            is_added: frozenset(
                date.fromordinal(row["date"])
                for row in dated
                if (row["exception_type"] == ADDED) is is_added
            )
            for is_added in (True, False)
        }
        found[service] = ServiceDays(*week, added=days[True], removed=days[False])
    return found


def _week(row: dict[str, int] | None, findings: Findings) -> tuple[frozenset[int], date, date]:
    nothing = (frozenset[int](), date.min, date.max)
    if row is None:
        return nothing
    if not 0 < row["start_date"] <= row["end_date"]:
        findings.warn(
            "bad-date",
            f"The service “{row['service_id']}” has no start_date, or one after its end_date; "
            "the row was left out.",
            "calendar.txt", row=row[LINE],
        )  # fmt: skip
        return nothing
    first, last = (date.fromordinal(row[field]) for field in ("start_date", "end_date"))
    weekdays = frozenset(n for n, name in enumerate(WEEKDAYS) if row[name] == 1)
    first = date.min if first <= FROM_EVER else first
    return weekdays, first, date.max if last >= FOR_EVER else last
