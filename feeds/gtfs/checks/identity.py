"""Every row has its identifier, and no other row has the same."""

from dataclasses import replace
from typing import Any, Final

import pandas as pd

from feeds.gtfs.checks.leave_out import leave_out, report
from feeds.gtfs.read import Feed
from feeds.report import Findings, Severity

_KEYS: Final = (
    ("stops", "stop_id"),
    ("routes", "route_id"),
    ("trips", "trip_id"),
    ("calendar", "service_id"),
    ("booking_rules", "booking_rule_id"),
    ("levels", "level_id"),
    ("pathways", "pathway_id"),
)

_NOT_RIDDEN: Final = frozenset({"levels", "pathways"})
"""Tables that a timetable can do without: of rows with the same identifier, the first is meant."""


def check_identity(feed: Feed, findings: Findings) -> Feed:
    """Leave out rows without identifier; identifiers used twice are mostly errors."""
    changed: dict[str, Any] = {}
    for table, key in _KEYS:
        frame: pd.DataFrame = getattr(feed, table)
        changed[table] = leave_out(
            frame,
            frame[key].isna().to_numpy(),
            findings,
            code="missing-id",
            message=f"The row has no {key} and was left out: give it one.",
            file=f"{table}.txt",
        )
        _report_duplicates(changed[table], table, key, findings)
    _report_duplicates(feed.agency, "agency", "agency_id", findings)
    return replace(feed, **changed)


def _report_duplicates(frame: pd.DataFrame, table: str, key: str, findings: Findings) -> None:
    report(
        frame,
        frame[key].duplicated().to_numpy(),
        findings,
        "duplicate-id",
        f"“{{value}}” is the {key} of an earlier row, too: make it unique.",
        f"{table}.txt",
        key,
        Severity.WARNING if table in _NOT_RIDDEN else Severity.ERROR,
    )
