"""The departure board: what leaves a stop next, straight from the timetable's arrays."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.timetable import I64, NO_PICKUP, Timetable

HORIZON_S: Final = 24 * 3600
"""How far a board looks ahead."""
DAYS_BACK: Final = 2
"""A trip may leave this many days after the midnight its service day began with."""


class NextDeparture(NamedTuple):
    """A vehicle that leaves a stop."""

    time: int
    """Unix second."""
    event: int
    """Index of the stop event."""
    trip: int
    day: int
    """Index of the service day."""


class Board:
    """Departures by stop; immutable, safe to share between threads."""

    def __init__(self, timetable: Timetable) -> None:
        self._tt = timetable
        leaves = np.asarray(timetable.event_flags) & NO_PICKUP == 0
        leaves[timetable.trip_event_ptr[1:] - 1] = False  # nobody boards where a trip ends
        events = np.flatnonzero(leaves)
        stops = np.asarray(timetable.event_stop)[events]
        self._events = events[np.argsort(stops, kind="stable")]
        self._ptr = np.concatenate(
            [[0], np.cumsum(np.bincount(stops, minlength=timetable.n_stops))]
        )

    def departures(self, stops: npt.NDArray[np.int32], at: int, limit: int) -> list[NextDeparture]:
        """Return the next departures of any of ``stops`` from Unix second ``at`` on."""
        events = np.concatenate([self._events[self._ptr[s] : self._ptr[s + 1]] for s in stops])
        trips = np.searchsorted(self._tt.trip_event_ptr, events, side="right") - 1
        found = [self._on_day(events, trips, day, at) for day in self._days(at)]
        times, at_events, of_trips, days = (
            np.concatenate(column) if found else np.empty(0, np.int64)
            for column in (zip(*found, strict=True) if found else ((), (), (), ()))
        )
        soonest = np.lexsort((at_events, times))[:limit].tolist()
        return [
            NextDeparture(*(int(column[i]) for column in (times, at_events, of_trips, days)))
            for i in soonest
        ]

    def _days(self, at: int) -> range:
        first = int(np.searchsorted(self._tt.day_epoch[0], at, side="right")) - 1
        return range(max(first - DAYS_BACK, 0), min(first + 3, self._tt.n_days))

    def _on_day(self, events: I64, trips: I64, day: int, at: int) -> tuple[I64, I64, I64, I64]:
        """Return times, events, trips and days of what leaves within the horizon."""
        tt = self._tt
        zones = tt.agency_zone[tt.route_agency[tt.trip_route[trips]]]
        times = tt.day_epoch[zones, day] + tt.event_departure[events]
        runs = tt.service_active[tt.trip_service[trips], day] == 1
        mine = np.flatnonzero(runs & (times >= at) & (times < at + HORIZON_S))
        return times[mine], events[mine], trips[mine], np.full(mine.size, day, np.int64)
