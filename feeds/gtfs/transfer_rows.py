"""The rows of ``transfers.txt``, written out for stops, the most specific first.

A row may be for all trips, or for those of a route or a single trip on either side. Of the rows
that fit two trips at two stops, the first of this order counts (GTFS reference, ``transfers.txt``):
both trips named; a trip and a route; a trip; both routes; a route; neither. Among equals, a row
between stops comes before one between stations, and then the one that comes first in the file.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.gtfs.checks.in_seat import is_in_seat
from feeds.gtfs.keys import positions
from feeds.gtfs.read import Feed
from feeds.gtfs.transfers import (
    DEFAULT_CHANGE_S,
    FORBIDDEN,
    Edges,
    known_walks,
    members_of,
    pairs_of,
)
from routing.timetable import NONE

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

TIMED: Final = 1
"""``transfer_type`` of a connection that is waited for."""
NOT_POSSIBLE: Final = 3
"""``transfer_type`` of a forbidden transfer."""
PARTICULAR: Final = ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id")
"""Columns that make a row one for particular routes or trips."""


class Rows(NamedTuple):
    """N rows between two stops each, in the order in which they count."""

    origin: I64
    target: I64
    from_route: I64
    """Route of the trips left, or ``NONE``: any, or told by the trip."""
    to_route: I64
    from_trip: I64
    """Row of ``trips.txt`` of the trip left, or ``NONE``: any."""
    to_trip: I64
    kind: I64
    """``transfer_type``."""
    minimum: I64
    """``min_transfer_time``, seconds; negative where none is given."""

    @property
    def particular(self) -> Mask:
        """(N,) whether the row is for particular routes or trips."""
        named = np.stack([self.from_route, self.to_route, self.from_trip, self.to_trip])
        return np.asarray((named != NONE).any(axis=0))

    def take(self, which: Mask | I64) -> "Rows":
        """Return some of the rows."""
        return Rows(*(column[which] for column in self))

    def moved(self, stops: int, routes: int, trips: int) -> "Rows":
        """Return the rows with the indices of a merged timetable: so many come before."""

        def past(column: I64, by: int) -> I64:
            return np.where(column == NONE, NONE, column + by)

        return self._replace(
            origin=self.origin + stops,
            target=self.target + stops,
            from_route=past(self.from_route, routes),
            to_route=past(self.to_route, routes),
            from_trip=past(self.from_trip, trips),
            to_trip=past(self.to_trip, trips),
        )


def rows_of(feed: Feed, stop_ids: "pd.Series[Any]", station: I64) -> Rows:
    """Return the rows of a checked feed, those between stations written out for their stops.

    Parameters
    ----------
    stop_ids
        Categorical series of the ids of the S stops.
    station
        (S,) index of each stop's station or ``NONE``.
    """
    table = feed.transfers[~is_in_seat(feed.transfers)]
    rows, usable = _as_written(feed, table, stop_ids)
    is_station = np.isin(np.arange(station.size), station[station != NONE])
    general = is_station[rows.origin] | is_station[rows.target]
    named = 3 * _count(rows.from_trip, rows.to_trip) + _count(rows.from_route, rows.to_route)
    order = np.lexsort((general, -named))
    return _between_stops(rows.take(order[usable[order]]), station)


def _as_written(feed: Feed, table: pd.DataFrame, stop_ids: "pd.Series[Any]") -> tuple[Rows, Mask]:
    """Return the rows, and which of them are about trips and routes that are still there."""
    keys = (feed.routes.route_id, feed.routes.route_id, feed.trips.trip_id, feed.trips.trip_id)
    named = [positions(table[field], ids) for field, ids in zip(PARTICULAR, keys, strict=True)]
    gone = [
        table[field].notna().to_numpy() & (at == NONE)
        for field, at in zip(PARTICULAR, named, strict=True)
    ]
    from_route, to_route, from_trip, to_trip = named
    rows = Rows(
        positions(table.from_stop_id, stop_ids),
        positions(table.to_stop_id, stop_ids),
        np.where(from_trip == NONE, from_route, NONE),
        np.where(to_trip == NONE, to_route, NONE),
        from_trip,
        to_trip,
        table.transfer_type.to_numpy().astype(np.int64),
        table.min_transfer_time.to_numpy().astype(np.int64),
    )
    return rows, ~np.any(gone, axis=0)


def _count(one: I64, other: I64) -> I64:
    return np.asarray((one != NONE).astype(np.int64) + (other != NONE))


def _between_stops(rows: Rows, station: I64) -> Rows:
    """Write out rows between stations; rows between stops stay as they are, in their place."""
    members = members_of(station)
    is_station = np.zeros(station.size, dtype=np.bool_)
    is_station[list(members)] = True
    general = np.flatnonzero(is_station[rows.origin] | is_station[rows.target])
    plain = np.setdiff1d(np.arange(rows.origin.size), general)
    flat = [np.column_stack([rows.origin[plain], rows.target[plain], plain])]
    for row in general.tolist():
        a, b = int(rows.origin[row]), int(rows.target[row])
        pairs = pairs_of(members.get(a, [a]), members.get(b, [b]))
        flat.append(np.column_stack([pairs, np.full(len(pairs), row)]))
    written = np.concatenate(flat)
    origin, target, row_of = written[np.argsort(written[:, 2], kind="stable")].T
    return rows.take(row_of)._replace(origin=origin, target=target)


def merged_rows(parts: Sequence[Rows]) -> Rows:
    """Return the rows of several feeds, one after the other; they have no stops in common."""
    return Rows(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def timed(rows: Rows, walks: Sequence[Edges], lat: F64, lon: F64) -> Edges:
    """Return the seconds that each row stands for.

    ``min_transfer_time`` counts wherever it is given. Without it, between two stops it is the walk
    that ``walks`` knows, or an estimate; at one stop, the usual time, and for a connection that is
    waited for (type 1) no time at all. Type 3 forbids.
    """
    walk = known_walks(rows.origin, rows.target, walks, lat, lon)
    is_change = rows.origin == rows.target
    change = np.where(rows.kind == TIMED, 0, DEFAULT_CHANGE_S)
    given = rows.minimum >= 0
    seconds = np.where(is_change, change, walk.seconds)
    seconds = np.where(given, rows.minimum, seconds)
    seconds = np.where(rows.kind == NOT_POSSIBLE, FORBIDDEN, seconds)
    metres = np.where(given | is_change, NONE, walk.metres)
    return Edges(rows.origin, rows.target, seconds, metres)
