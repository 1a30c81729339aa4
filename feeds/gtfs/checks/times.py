"""Trips move forward in time. A trip that does not is left out as a whole: half of it would lie."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.keys import NOWHERE, positions
from feeds.gtfs.read import Feed
from feeds.gtfs.schema import BAD, MISSING
from feeds.report import Findings, Severity

I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def check_times(feed: Feed, findings: Findings) -> Feed:
    """Return the feed with stop times in travel order and only trips that can be ridden.

    Times that are given for arrival or departure only are used for both.
    """
    frame = _times_completed(in_travel_order(feed))
    trip = positions(frame.trip_id, feed.trips.trip_id)
    bad_trip = np.zeros(len(feed.trips), dtype=np.bool_)
    for row_bad, code, message in _troubles(frame, trip):
        fresh = row_bad & ~bad_trip[trip]
        bad_trip[trip[fresh]] = True
        _report(frame, trip, fresh, code, message, findings)
    frame = frame if not bad_trip.any() else frame[~bad_trip[trip]]
    return _without_stubs(replace(feed, stop_times=frame), bad_trip, findings)


def in_travel_order(feed: Feed) -> pd.DataFrame:
    """Return the stop times ordered by trip, as in ``trips.txt``, and ``stop_sequence``."""
    frame = feed.stop_times
    trip = positions(frame.trip_id, feed.trips.trip_id)
    rank = (trip << np.int64(32)) + frame.stop_sequence.to_numpy()
    if np.all(rank[1:] >= rank[:-1]):
        return frame
    return frame.iloc[np.argsort(rank, kind="stable")]


def _times_completed(frame: pd.DataFrame) -> pd.DataFrame:
    arrival, departure = frame.arrival_time.to_numpy(), frame.departure_time.to_numpy()
    return frame.assign(
        arrival_time=np.where(arrival == MISSING, departure, arrival),
        departure_time=np.where(departure == MISSING, arrival, departure),
    )


def _troubles(frame: pd.DataFrame, trip: I64) -> Iterator[tuple[Mask, str, str]]:
    """Yield which rows are in which trouble; O(rows) each."""
    arrival, departure = frame.arrival_time.to_numpy(), frame.departure_time.to_numpy()
    sequence = frame.stop_sequence.to_numpy()
    same_trip = np.zeros(len(frame), dtype=np.bool_)
    same_trip[1:] = trip[1:] == trip[:-1]
    yield (arrival == BAD) | (departure == BAD), "bad-time", "A time cannot be understood"
    yield sequence < 0, "bad-sequence", "The stop_sequence is missing or no number"
    repeated = same_trip & (sequence == np.roll(sequence, 1))
    yield repeated, "bad-sequence", "The stop_sequence is used twice in the trip"
    timed = arrival >= 0
    ends = ~same_trip | ~np.append(same_trip[1:], False)
    yield ends & ~timed, "missing-time", "The first and the last stop of a trip need a time"
    yield timed & (departure < arrival), "bad-time", "The departure is before the arrival"
    yield _runs_back(arrival, departure, trip), "bad-time", "The trip arrives before it departed"


def _runs_back(arrival: I64, departure: I64, trip: I64) -> Mask:
    """Say at which rows a trip arrives earlier than it left the last stop that has a time."""
    at = np.flatnonzero(arrival >= 0)
    back = np.zeros(arrival.size, dtype=np.bool_)
    same = trip[at[1:]] == trip[at[:-1]]
    back[at[1:]] = same & (arrival[at[1:]] < departure[at[:-1]])
    return back


def _report(
    frame: pd.DataFrame, trip: I64, bad: Mask, code: str, message: str, findings: Findings
) -> None:
    """Report the first bad row of each trip."""
    at = np.flatnonzero(bad)
    first = at[np.unique(trip[at], return_index=True)[1]]
    findings.add_rows(
        Severity.WARNING,
        code,
        f"{message}; the trip “{{value}}” was left out.",
        "stop_times.txt",
        frame.index.to_numpy()[first],
        frame.trip_id.to_numpy()[first],
    )


def _without_stubs(feed: Feed, reported: Mask, findings: Findings) -> Feed:
    """Leave out trips with fewer than two stops; those in ``reported`` have had their finding."""
    trip = positions(feed.stop_times.trip_id, feed.trips.trip_id)
    stub = np.bincount(trip, minlength=len(feed.trips)) < 2
    at = np.flatnonzero(stub & ~reported)
    findings.add_rows(
        Severity.WARNING,
        "short-trip",
        "The trip “{value}” has fewer than two stops and was left out.",
        "trips.txt",
        feed.trips.index.to_numpy()[at],
        feed.trips.trip_id.to_numpy()[at],
    )
    return _with_trips(feed, ~stub)


def _with_trips(feed: Feed, keep: Mask) -> Feed:
    if keep.all():
        return feed
    trips = feed.trips[keep]
    return replace(
        feed,
        trips=trips,
        stop_times=_of_trips(feed.stop_times, trips),
        frequencies=_of_trips(feed.frequencies, trips),
    )


def _of_trips(frame: pd.DataFrame, trips: pd.DataFrame) -> pd.DataFrame:
    kept: pd.DataFrame = frame[positions(frame.trip_id, trips.trip_id) != NOWHERE]
    return kept


def without_trips(feed: Feed, trip_ids: Any) -> Feed:
    """Return the feed without the trips of these ids, their stop times and frequencies."""
    return _with_trips(feed, ~feed.trips.trip_id.isin(trip_ids).to_numpy())
