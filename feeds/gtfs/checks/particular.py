"""Transfers between particular routes or trips name ones that exist, and not too many."""

from typing import Final

import numpy as np
import pandas as pd

from feeds.gtfs.checks.leave_out import leave_out
from feeds.gtfs.keys import NOWHERE, positions
from feeds.gtfs.read import Feed
from feeds.gtfs.transfer_rows import PARTICULAR
from feeds.report import Findings

MAX_POINT_PAIRS: Final = 10_000_000
"""Pairs of boarding points of one stop, all stops together; a transfer each would be stored."""


def check_particular(feed: Feed, transfers: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Leave out rows that name routes or trips which are not there."""
    for field in PARTICULAR:
        keys = feed.routes.route_id if "route" in field else feed.trips.trip_id
        unknown = transfers[field].notna().to_numpy() & (
            positions(transfers[field], keys) == NOWHERE
        )
        transfers = leave_out(
            transfers,
            unknown,
            findings,
            code="dangling-reference",
            message=f"The {field} “{{value}}” does not exist or was left out, "
            "and so was this row: add what it means or remove the row.",
            file="transfers.txt",
            field=field,
        )
    _report_crowds(feed, transfers, findings)
    return transfers


def _report_crowds(feed: Feed, transfers: pd.DataFrame, findings: Findings) -> None:
    """Report rows that would split stops into more points than can be joined with each other."""
    named = np.concatenate([_named(feed, transfers, field) for field in PARTICULAR])
    station = positions(feed.stops.parent_station, feed.stops.stop_id)
    points = np.bincount(np.unique(named, axis=0)[:, 0], minlength=len(feed.stops))
    inherited = np.where(station == NOWHERE, 0, points[station]) if len(station) else 0
    pairs = int(((points + inherited + 1) ** 2 - 1).sum())
    if pairs > MAX_POINT_PAIRS:
        findings.error(
            "too-many-transfers",
            f"The rows for particular routes and trips stand for up to {pairs} transfers at "
            "single stops, too many to be stored: name fewer trips at a stop.",
            "transfers.txt",
        )


def _named(feed: Feed, transfers: pd.DataFrame, field: str) -> "np.ndarray":
    """(N, 3) each stop at which the field names something, what it names, and of which kind."""
    rows = transfers[transfers[field].notna()]
    stop = positions(rows[f"{field.partition('_')[0]}_stop_id"], feed.stops.stop_id)
    keys = feed.routes.route_id if "route" in field else feed.trips.trip_id
    kind = np.full(len(rows), "route" in field)
    return np.column_stack([stop, positions(rows[field], keys), kind]).astype(np.int64)
