"""What nobody uses: harmless, but often the trace of a slip."""

from typing import Any

import numpy as np
import pandas as pd

from feeds.gtfs.checks.leave_out import report
from feeds.gtfs.checks.places import STOP
from feeds.gtfs.keys import NOWHERE, positions
from feeds.gtfs.read import Feed
from feeds.report import Findings, Severity


def check_usage(feed: Feed, findings: Findings) -> Feed:
    """Report stops without trips, routes without trips, trips without days' services."""
    boarding = feed.stops[feed.stops.location_type.to_numpy() == STOP]
    _report(boarding, "stops", "stop_id", feed.stop_times.stop_id, findings)
    _report(feed.routes, "routes", "route_id", feed.trips.route_id, findings)
    _report(feed.calendar, "calendar", "service_id", feed.trips.service_id, findings)
    return feed


def _report(
    frame: pd.DataFrame, table: str, key: str, users: "pd.Series[Any]", findings: Findings
) -> None:
    places = positions(users, frame[key])
    used = np.zeros(len(frame), dtype=np.bool_)
    used[places[places != NOWHERE]] = True
    report(
        frame,
        ~used,
        findings,
        "unused",
        f"No trip uses the {key} “{{value}}”.",
        f"{table}.txt",
        key,
        Severity.INFO,
    )
