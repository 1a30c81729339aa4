"""The departure board: what leaves a stop next, as it is expected, and what does not come."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kommit.api.trips import Trips
from routing.realtime.calls import DatedCall, planned_calls
from routing.realtime.overlay import Overlay, Run
from routing.timetable import NO_PICKUP
from routing.transit.dayview import DayViews
from routing.transit.departures import next_departures

HORIZON_S: Final = 24 * 3600
"""How far a board looks ahead."""


class BoardRow(NamedTuple):
    """A vehicle that leaves a stop, or does not. Times are Unix seconds."""

    time: int
    """When it is expected to leave; where it does not, when it should have."""
    scheduled: int | None
    """None for a trip, or a way, that the timetable does not have."""
    stop: int
    scheduled_stop: int
    """Another one than ``stop`` where it leaves from another platform."""
    trip: int
    day: int
    """Index of the service day."""
    is_realtime: bool
    """Whether realtime tells of the trip."""
    is_cancelled: bool
    """Whether it does not run, or not stop here."""


class Board:
    """Departures by stop at one moment; immutable, safe to share between threads."""

    def __init__(self, views: DayViews, trips: Trips, overlay: Overlay | None) -> None:
        self._views, self._trips, self._overlay = views, trips, overlay

    def departures(self, stops: npt.NDArray[np.int32], at: int, limit: int) -> list[BoardRow]:
        """Return the next departures of any of ``stops`` from Unix second ``at`` on."""
        coming = [
            self._row(found.time, self._known(found.stop), found.trip, found.day, found.position)
            for found in next_departures(self._views, stops, at, limit, HORIZON_S)
        ]
        asked = frozenset(stops.tolist())
        gone = [
            row
            for stop in asked
            for row in self._gone.get(stop, ())
            if row.is_cancelled or row.stop not in asked
        ]
        rows = [row for row in [*coming, *gone] if at <= row.time < at + HORIZON_S]
        return sorted(rows, key=lambda row: (row.time, row.stop, row.trip))[:limit]

    def _known(self, stop: int) -> int:
        """Return the stop that a boarding point belongs to."""
        return int(self._views.frame.timetable.stop_of[stop])

    def _row(self, time: int, stop: int, trip: int, day: int, position: int) -> BoardRow:
        calls = self._trips.calls(trip, day)
        planned = calls.planned[position] if calls.planned is not None else None
        return BoardRow(
            time=time,
            scheduled=None if planned is None else planned.departure,
            stop=stop,
            scheduled_stop=stop if planned is None else planned.stop,
            trip=trip,
            day=day,
            is_realtime=calls.is_realtime,
            is_cancelled=False,
        )

    @cached_property
    def _gone(self) -> dict[int, list[BoardRow]]:
        """What leaves a stop by the timetable, but not really, by that stop."""
        gone: dict[int, list[BoardRow]] = defaultdict(list)
        if self._overlay is not None:
            for run in self._overlay.changed:
                for row in self._gone_of(run):
                    gone[row.scheduled_stop].append(row)
        return dict(gone)

    def _gone_of(self, run: Run) -> Iterator[BoardRow]:
        """Return a row for each planned call of a trip at which nobody can board it now."""
        expected = self._trips.calls(run.trip, run.day).expected
        planned = planned_calls(self._views.frame.timetable, run.trip, run.day)
        for position, call in enumerate(planned[:-1]):
            if call.flags & NO_PICKUP:
                continue
            instead = _stop_instead(run, expected, position, call)
            row = self._row(call.departure, call.stop, run.trip, run.day, position)
            if instead is None:
                yield row._replace(scheduled=call.departure, is_cancelled=True)
            elif instead != call.stop:
                yield row._replace(time=expected[position].departure, stop=instead)


def _stop_instead(
    run: Run, expected: Sequence[DatedCall], position: int, call: DatedCall
) -> int | None:
    """Return where riders may board a trip instead of a planned call, or None: nowhere."""
    if run.is_another_way:
        return call.stop if any(each.stop == call.stop for each in expected[:-1]) else None
    if not run.stops or run.flags[position] & NO_PICKUP:
        return None
    return expected[position].stop
