"""What operators should know about feeds that go into one image together."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from feeds.gtfs.compile import Compiled, Merged
from feeds.gtfs.names import Texts
from feeds.merging.duplicates import Duplicates, LinePair, duplicates_of, without
from feeds.merging.on_duplicates import OnDuplicates
from feeds.merging.twins import one_places
from feeds.places.fold import words
from feeds.report import Findings
from routing.timetable import Timetable

I64 = npt.NDArray[np.int64]

JOIN_WORDS: Final = {
    "same_quay": "by the global id of a platform",
    "same_station": "by the global id of a station",
    "other_quay": "as platforms of one station",
    "near_name": "by distance and name",
}


_ADVICE: Final = {
    OnDuplicates.REPORT: "Riders see each twice: leave the line out of one feed, or build with "
    "--duplicates drop to keep those of {a}.",
    OnDuplicates.DROP: "Those of {b} were dropped.",
}


class Reviewed(NamedTuple):
    """The timetable of several feeds, and what they have in common."""

    compiled: Compiled
    lines: Sequence[LinePair]
    """Lines that come in two feeds."""
    dropped: dict[str, int]
    """By scope: trips that do not run on the days on which an earlier feed has them; only those
    scopes that lost any."""


def review(
    merged: Merged, scopes: Sequence[str], on_duplicates: OnDuplicates, findings: Findings
) -> Reviewed:
    """Compare the feeds of ``scopes``, in the order in which they were merged."""
    (tt, names), stops, joins = merged.compiled, merged.stops, merged.joins
    if len(scopes) < 2:
        return Reviewed(merged.compiled, (), {})
    agency_feed = _feed_of(names.agency_id, scopes)
    _report_joins(joins.by_rule(), findings)
    _report_agencies(names.agency_name, agency_feed, scopes, findings)
    _report_zones(names.agency_time_zone, agency_feed, scopes, findings)
    trip_feed = agency_feed[tt.route_agency[tt.trip_route]]
    _report_days(tt, trip_feed, scopes, findings)
    duplicates = duplicates_of(tt, names, agency_feed, one_places(stops, joins)[tt.stop_of])
    _report_lines(duplicates, tt, scopes, on_duplicates, findings)
    if on_duplicates is OnDuplicates.REPORT:
        return Reviewed(merged.compiled, duplicates.pairs, {})
    lost = np.bincount(trip_feed[duplicates.trips], minlength=len(scopes))
    dropped = {scope: n for scope, n in zip(scopes, lost.tolist(), strict=True) if n}
    _report_dropped(dropped, findings)
    return Reviewed(Compiled(without(tt, duplicates), names), duplicates.pairs, dropped)


def _feed_of(ids: Texts, scopes: Sequence[str]) -> I64:
    """Return the index of the feed that each id is of."""
    return np.array([scopes.index(text.partition(":")[0]) for text in ids], dtype=np.int64)


def _report_joins(by_rule: dict[str, int], findings: Findings) -> None:
    said = [f"{n} {JOIN_WORDS[rule]}" for rule, n in by_rule.items() if n]
    findings.info(
        "joined-stops",
        f"Pairs of stops that are the same place in two feeds: {', '.join(said) or 'none'}.",
        "stops.txt",
    )


def _report_agencies(names: Texts, feed: I64, scopes: Sequence[str], findings: Findings) -> None:
    feeds_of: dict[str, dict[int, str]] = {}
    for name, its_feed in zip(names, feed.tolist(), strict=True):
        feeds_of.setdefault("".join(words(name)), {}).setdefault(its_feed, name)
    for feeds in feeds_of.values():
        for a, b in combinations(sorted(feeds), 2):
            findings.info(
                "same-agency",
                f"“{feeds[b]}” is an agency of feed {scopes[a]} and of feed {scopes[b]}: "
                "see whether one of both feeds contains the other.",
                "agency.txt",
            )


def _report_zones(zones: Texts, feed: I64, scopes: Sequence[str], findings: Findings) -> None:
    by_feed = [sorted(set(zones[feed == i])) for i in range(len(scopes))]
    for a, b in combinations(range(len(scopes)), 2):
        if by_feed[a] != by_feed[b]:
            findings.info(
                "different-time-zones",
                f"Feed {scopes[a]} gives times of {', '.join(by_feed[a])}, feed {scopes[b]} of "
                f"{', '.join(by_feed[b])}: correct agency_timezone if that is not so.",
                "agency.txt",
            )


def _report_days(tt: Timetable, trip_feed: I64, scopes: Sequence[str], findings: Findings) -> None:
    services = [np.unique(tt.trip_service[trip_feed == i]) for i in range(len(scopes))]
    runs = [tt.service_active[rows].any(axis=0) for rows in services]
    timed = [i for i in range(len(scopes)) if runs[i].any()]  # others have on-demand services only
    for a, b in combinations(timed, 2):
        if not (runs[a] & runs[b]).any():
            findings.warn(
                "no-common-day",
                f"Feed {scopes[a]} runs from {_span(tt, runs[a])}, feed {scopes[b]} from "
                f"{_span(tt, runs[b])}: they share no day, and nobody can change between them. "
                "Take feeds of the same period.",
                "calendar.txt",
            )


def _span(tt: Timetable, runs: npt.NDArray[np.bool_]) -> str:
    days = np.flatnonzero(runs)
    return f"{_date(tt, int(days[0]))} to {_date(tt, int(days[-1]))}"


def _date(tt: Timetable, day: int) -> date:
    return date.fromordinal(int(tt.first_day[0]) + day)


def _report_lines(
    duplicates: Duplicates,
    tt: Timetable,
    scopes: Sequence[str],
    on_duplicates: OnDuplicates,
    findings: Findings,
) -> None:
    advice = _ADVICE[on_duplicates]
    for pair in duplicates.pairs:
        name, other = pair.names
        a, b = scopes[pair.earlier.feed], scopes[pair.later.feed]
        findings.warn(
            "duplicate-line",
            f"Line {name} of feed {a} and line {other} of feed {b}: {pair.same} of {pair.trips} "
            f"trips of {_date(tt, pair.day)} are the same. {advice.format(a=a, b=b)}",
            "routes.txt",
        )


def _report_dropped(dropped: dict[str, int], findings: Findings) -> None:
    for scope, n in dropped.items():
        findings.info(
            "dropped-trips",
            f"{n} trips of feed {scope} do not run on the days on which an earlier feed has them.",
            "trips.txt",
        )
