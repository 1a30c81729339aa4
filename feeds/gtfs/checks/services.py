"""Services run on real days, clocks are real, and frequencies repeat."""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from feeds.gtfs.calendar import is_time_zone, service_days
from feeds.gtfs.checks.leave_out import leave_out, report
from feeds.gtfs.checks.references import ON_DEMAND_TRIP
from feeds.gtfs.checks.times import without_trips
from feeds.gtfs.keys import positions
from feeds.gtfs.read import Feed
from feeds.report import Findings, Severity

MAX_CELLS: Final = 500_000_000
"""Services times days; a national feed has some ten million."""
MAX_RUN_EVENTS: Final = 20_000_000
"""Stop events that ``frequencies.txt`` may stand for; a metropolis has 5 million in all."""


def check_calendar(feed: Feed, findings: Findings) -> Feed:
    """Leave out rows with impossible dates."""
    weeks, dates = feed.calendar, feed.calendar_dates
    start, end = weeks.start_date.to_numpy(), weeks.end_date.to_numpy()
    weeks = leave_out(
        weeks,
        (start <= 0) | (end < start),
        findings,
        code="bad-date",
        message="The service “{value}” has no start_date, or one after its end_date; "
        "the row was left out.",
        file="calendar.txt",
        field="service_id",
    )
    dates = leave_out(
        dates,
        (dates.date.to_numpy() <= 0)
        | (dates.exception_type.to_numpy() == 0)
        | dates.service_id.isna().to_numpy(),
        findings,
        code="bad-date",
        message="The service “{value}” needs a date and an exception_type of 1 or 2; "
        "the row was left out.",
        file="calendar_dates.txt",
        field="service_id",
    )
    return _within_reason(replace(feed, calendar=weeks, calendar_dates=dates), findings)


def _within_reason(feed: Feed, findings: Findings) -> Feed:
    days = np.concatenate([feed.calendar.end_date, feed.calendar.start_date])
    days = np.concatenate([days, feed.calendar_dates.date])
    ids = feed.calendar.service_id.nunique() + feed.calendar_dates.service_id.nunique()
    if days.size and ids * (int(days.max()) - int(days.min()) + 1) > MAX_CELLS:
        findings.error("too-many-days", "The services span too many days to be stored.")
    return feed


def check_time_zones(feed: Feed, findings: Findings) -> Feed:
    """Report agencies whose clock is unknown: no time of theirs could be told."""
    unknown = [not is_time_zone(zone) for zone in feed.agency.agency_timezone]
    report(
        feed.agency,
        np.array(unknown, dtype=np.bool_),
        findings,
        "unknown-time-zone",
        "“{value}” is not a time zone: write it like Europe/Berlin.",
        "agency.txt",
        "agency_timezone",
        Severity.ERROR,
    )
    if feed.agency.empty:
        findings.error("no-agency", "The feed needs at least one agency.", "agency.txt")
    return feed


def check_frequencies(feed: Feed, findings: Findings) -> Feed:
    """Leave out trips whose repetition makes no sense."""
    frame = feed.frequencies
    start, end = frame.start_time.to_numpy(), frame.end_time.to_numpy()
    bad = (start < 0) | (end < start) | (frame.headway_secs.to_numpy() <= 0)
    report(
        frame,
        bad,
        findings,
        "bad-frequency",
        "The trip “{value}” repeats in a way that makes no sense and was left out: "
        "it needs a start_time, a later end_time, and headway_secs above 0.",
        "frequencies.txt",
        "trip_id",
    )
    _report_explosion(feed, frame[~bad], findings)
    return without_trips(feed, frame.trip_id[bad]) if bad.any() else feed


def _report_explosion(feed: Feed, frequencies: pd.DataFrame, findings: Findings) -> None:
    duration = (frequencies.end_time - frequencies.start_time).to_numpy().astype(np.int64)
    runs = duration // frequencies.headway_secs.to_numpy() + 1
    trip = positions(feed.stop_times.trip_id, feed.trips.trip_id)
    sizes = np.bincount(trip, minlength=len(feed.trips))
    events = int((runs * sizes[positions(frequencies.trip_id, feed.trips.trip_id)]).sum())
    if events > MAX_RUN_EVENTS:
        findings.error(
            "too-many-runs",
            f"The file stands for {events} stop events: check headway_secs, which is in seconds.",
            "frequencies.txt",
        )


def check_that_something_runs(feed: Feed, findings: Findings) -> Feed:
    """Report a feed in which no trip runs on any day, unless it is one of on-demand services."""
    days = service_days(feed)
    used = np.unique(positions(feed.trips.service_id, days.services))
    if not len(feed.trips) and findings.count(code=ON_DEMAND_TRIP):
        return feed
    if not len(feed.trips):
        findings.error("no-trips", "No trip is left that could be ridden.", "trips.txt")
    elif not days.active[used].any():
        findings.error(
            "empty-calendar",
            "No trip runs on any day: give its services days in calendar.txt "
            "or calendar_dates.txt.",
            "calendar.txt",
        )
    return feed
