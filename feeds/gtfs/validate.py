"""All checks of a feed in their order, and the decision whether it may be used."""

from pathlib import Path
from typing import Final

from feeds.errors import FeedRejected
from feeds.fares.read import read_fares
from feeds.gtfs.archive import LIMITS, Limits, open_archive
from feeds.gtfs.checks.booking import check_booking_rules
from feeds.gtfs.checks.identity import check_identity
from feeds.gtfs.checks.pathways import check_pathways
from feeds.gtfs.checks.places import check_places
from feeds.gtfs.checks.references import ON_DEMAND_TRIP, check_references
from feeds.gtfs.checks.services import (
    check_calendar,
    check_frequencies,
    check_that_something_runs,
    check_time_zones,
)
from feeds.gtfs.checks.times import check_times
from feeds.gtfs.checks.usage import check_usage
from feeds.gtfs.read import Feed, read_feed
from feeds.progress import SILENT, Progress
from feeds.report import Findings

CHECKS: Final = (
    check_identity,
    check_time_zones,
    check_calendar,
    check_places,
    check_references,
    check_pathways,
    check_booking_rules,
    check_frequencies,
    check_times,
    check_that_something_runs,
    check_usage,
)
"""In this order: what a check leaves out is missing for the next."""

MAX_LOST_SHARE: Final = 0.1
"""A feed that loses more of its trips than this is not a timetable riders should trust."""


def check_feed(path: Path, *, progress: Progress = SILENT, limits: Limits = LIMITS) -> Findings:
    """Read and check a feed; return everything that was found.

    Raises
    ------
    FeedUnreadable
        If there is no readable archive.
    """
    findings = Findings()
    validate(read_feed(path, findings, limits=limits, progress=progress), findings, progress)
    with open_archive(path, limits) as archive:
        read_fares(archive, "checked", findings)
    return findings


def load_feed(
    path: Path, findings: Findings, *, progress: Progress = SILENT, limits: Limits = LIMITS
) -> Feed:
    """Read and check a feed; return its tables without what had to be left out.

    Raises
    ------
    FeedUnreadable
        If there is no readable archive.
    FeedRejected
        If the findings contain an error.
    """
    feed = validate(read_feed(path, findings, limits=limits, progress=progress), findings, progress)
    if findings.has_errors:
        raise FeedRejected(feed.name, findings)
    return feed


def validate(feed: Feed, findings: Findings, progress: Progress = SILENT) -> Feed:
    """Run every check; stop at the first that finds an error, since the next would be misled."""
    progress.step(f"checking {feed.name}")
    trips = len(feed.trips)
    for done, check in enumerate(CHECKS):
        if findings.has_errors:
            return feed
        feed = check(feed, findings)
        progress.advance(done + 1, len(CHECKS))
    _report_loss(trips, len(feed.trips), findings)
    return feed


def _report_loss(before: int, after: int, findings: Findings) -> None:
    before -= findings.count(code=ON_DEMAND_TRIP)
    lost = before - after
    if before and lost > MAX_LOST_SHARE * before:
        findings.error(
            "too-much-lost",
            f"{lost} of {before} trips had to be left out, more than a tenth: "
            "correct the warnings first.",
            "trips.txt",
        )
