"""Services on days, and the second at which each day begins."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from feeds.gtfs.calendar import aligned, day_epochs, service_days
from feeds.gtfs.validate import load_feed
from feeds.report import Findings
from tests.support.gtfs import gtfs_zip

WEEK = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
DATES = "service_id,date,exception_type\n"


def running(path: Path, service: str = "daily") -> list[str]:
    """Return the days on which a service runs, as ``Mo 01-31``."""
    days = service_days(load_feed(path, Findings()))
    row = days.active[days.services.tolist().index(service)]
    dates = [date.fromordinal(days.first_day + int(i)) for i in np.flatnonzero(row)]
    return [f"{day:%a %m-%d}" for day in dates]


def test_weekdays_between_two_dates(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path, calendar=WEEK + "daily,1,0,0,0,0,1,0,20240101,20240113")
    assert running(path) == ["Mon 01-01", "Sat 01-06", "Mon 01-08", "Sat 01-13"]


def test_exceptions_add_and_remove(tmp_path: Path) -> None:
    path = gtfs_zip(
        tmp_path,
        calendar=WEEK + "daily,1,0,0,0,0,0,0,20240101,20240115",
        calendar_dates=DATES + "daily,20240108,2\ndaily,20231231,1\ndaily,20240120,1\n",
    )
    assert running(path) == ["Sun 12-31", "Mon 01-01", "Mon 01-15", "Sat 01-20"]


def test_dates_alone(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path, calendar="", calendar_dates=DATES + "daily,20240229,1")
    assert running(path) == ["Thu 02-29"]


def test_weeks_alone_span_only_days_that_run(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path, calendar=WEEK + "daily,0,0,0,0,0,0,1,20240101,20240131")
    days = service_days(load_feed(path, Findings()))
    assert date.fromordinal(days.first_day) == date(2024, 1, 7)
    assert days.active.shape == (1, 22)


def test_days_are_set_into_a_wider_span(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path, calendar="", calendar_dates=DATES + "daily,20240229,1")
    days = service_days(load_feed(path, Findings()))
    assert aligned(days, days.first_day - 2, 4).tolist() == [[0, 0, 1, 0]]


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2024, 1, 15), "Europe/Berlin", datetime(2024, 1, 14, 23, tzinfo=UTC)),
        (date(2024, 7, 15), "Europe/Berlin", datetime(2024, 7, 14, 22, tzinfo=UTC)),
        # Noon minus 12 h: on the days of change that is 1:00 and 23:00 of the wall clock.
        (date(2024, 3, 31), "Europe/Berlin", datetime(2024, 3, 30, 22, tzinfo=UTC)),
        (date(2024, 10, 27), "Europe/Berlin", datetime(2024, 10, 26, 23, tzinfo=UTC)),
        (date(2024, 10, 27), "UTC", datetime(2024, 10, 27, tzinfo=UTC)),
    ],
)
def test_a_day_begins_twelve_hours_before_noon(day: date, zone: str, expected: datetime) -> None:
    assert day_epochs([zone], day.toordinal(), 1).tolist() == [[int(expected.timestamp())]]


def test_zones_are_rows(tmp_path: Path) -> None:
    epochs = day_epochs(["Europe/Berlin", "Europe/London"], date(2024, 3, 30).toordinal(), 3)
    assert (epochs[1] - epochs[0]).tolist() == [3600, 3600, 3600]
    assert np.diff(epochs[0]).tolist() == [82_800, 86_400]
