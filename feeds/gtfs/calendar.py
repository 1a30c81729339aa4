"""Which service runs on which day, from ``calendar.txt`` and ``calendar_dates.txt`` or either."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.keys import positions
from feeds.gtfs.read import Feed
from feeds.gtfs.schema import WEEKDAYS
from kommit.kit.clock import service_day_epoch

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]

ADDED: Final = 1
"""``exception_type`` of a day on which a service runs in addition; 2 is the contrary."""


class ServiceDays(NamedTuple):
    """The days of a feed's services, cut to the days on which any of them runs."""

    services: "pd.Series[Any]"
    """(V,) categorical ids."""
    first_day: int
    """Proleptic ordinal of day 0; 0 where no service ever runs."""
    active: U8
    """(V, D) 1 where the service runs."""


def services(feed: Feed) -> "pd.Series[Any]":
    """Return the ids of all services, those of ``calendar.txt`` first, each once."""
    both = [feed.calendar.service_id.astype(object), feed.calendar_dates.service_id.astype(object)]
    ids = pd.concat(both).dropna().drop_duplicates().reset_index(drop=True)
    return pd.Series(pd.Categorical(ids))


def service_days(feed: Feed) -> ServiceDays:
    """Return the service days of a checked feed. O(V·D)."""
    ids = services(feed)
    bounds = np.concatenate(
        [feed.calendar.start_date, feed.calendar.end_date, feed.calendar_dates.date]
    )
    if not bounds.size:
        return ServiceDays(ids, 0, np.zeros((len(ids), 0), np.uint8))
    first, last = int(bounds.min()), int(bounds.max())
    active = np.zeros((len(ids), last - first + 1), dtype=np.uint8)
    _mark_weeks(active, feed.calendar, positions(feed.calendar.service_id, ids), first)
    _mark_dates(active, feed.calendar_dates, positions(feed.calendar_dates.service_id, ids), first)
    return _cut(ServiceDays(ids, first, active))


def _mark_weeks(active: U8, calendar: pd.DataFrame, service: I64, first: int) -> None:
    weekday = (first - 1 + np.arange(active.shape[1])) % 7
    runs = calendar[list(WEEKDAYS)].to_numpy(dtype=np.uint8)
    starts, ends = calendar.start_date.to_numpy() - first, calendar.end_date.to_numpy() - first
    for row, week, start, end in zip(service, runs, starts, ends, strict=True):
        active[row, start : end + 1] |= week[weekday[start : end + 1]]


def _mark_dates(active: U8, dates: pd.DataFrame, service: I64, first: int) -> None:
    active[service, dates.date.to_numpy() - first] = dates.exception_type.to_numpy() == ADDED


def _cut(days: ServiceDays) -> ServiceDays:
    running = np.flatnonzero(days.active.any(axis=0))
    if not running.size:
        return ServiceDays(days.services, 0, days.active[:, :0])
    first, last = int(running[0]), int(running[-1])
    return ServiceDays(days.services, days.first_day + first, days.active[:, first : last + 1])


def aligned(days: ServiceDays, first_day: int, n_days: int) -> U8:
    """Return (V, n_days) of ``days`` on a span that contains them, beginning at ``first_day``."""
    wide = np.zeros((days.active.shape[0], n_days), dtype=np.uint8)
    start = days.first_day - first_day if days.active.shape[1] else 0
    wide[:, start : start + days.active.shape[1]] = days.active
    return wide


def is_time_zone(name: str) -> bool:
    """Say whether ``name`` is a time zone such as ``Europe/Berlin``."""
    return name in _time_zones()


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def day_epochs(zones: Sequence[str], first_day: int, n_days: int) -> I64:
    """Return (Z, D) Unix seconds at which the GTFS clock of each day shows 0:00:00.

    About a microsecond a day: a demo feed that runs until 2099 costs 50 ms.
    """
    days = [date.fromordinal(first_day + day) for day in range(n_days)]
    rows = [[service_day_epoch(day, zone) for day in days] for zone in map(ZoneInfo, zones)]
    return np.array(rows, dtype=np.int64).reshape(len(zones), n_days)
