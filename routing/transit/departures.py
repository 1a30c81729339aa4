"""The departure board of stops: the next vehicles riders may board there."""

from typing import NamedTuple

import numpy as np

from routing.filters import ANY_RIDE, RideFilter
from routing.jit import entry, part
from routing.timetable import I32, I64
from routing.transit.arrays import EVENT_AT, MARK_AT, N_SLOTS, RECORD, Lanes
from routing.transit.dayview import DAY_S, DayView, DayViews, day_of, day_start
from routing.transit.search import Integers

VIEW_DAYS = 2
"""Days a view is asked for at a time: the same views as most searches use."""
ROW = 5


class Departure(NamedTuple):
    """One vehicle leaving a stop."""

    time: int
    """Unix second at which it is expected to leave."""
    stop: int
    trip: int
    day: int
    """Index of the service day."""
    position: int
    """Position of the trip at which it stops here."""
    scheduled: int | None
    """Unix second of the timetable at this position; None where the timetable does not have it. A
    trip that goes another way may stop elsewhere at the position: see ``realtime.calls``."""


def next_departures(
    views: DayViews,
    stops: Integers,
    time: int,
    limit: int,
    horizon_s: int = 7 * DAY_S,
    *,
    wanted: RideFilter = ANY_RIDE,
) -> list[Departure]:
    """Return the next departures at or after a Unix second, in order of time.

    Vehicles that riders may not board, and those at the end of their trip, are left out.

    Parameters
    ----------
    views
        The day views of the image.
    stops
        Stop indices, such as all stops of a station.
    time
        Unix second.
    limit
        How many to return at most.
    horizon_s
        How far to look ahead where there are fewer.
    wanted
        Vehicles that it does not take, and stops that are closed to its wheelchair, are left out.
    """
    timetable = views.frame.timetable
    asked = np.asarray(stops, dtype=np.int64)
    if wanted.wheelchair:
        asked = asked[~wanted.chair.closed_stops(timetable.stop_wheelchair[asked])]
    ranks = views.frame.rank[asked]
    found: list[Departure] = []
    first, last = day_of(timetable, time), day_of(timetable, time + horizon_s)
    for day in range(first, last + 1, VIEW_DAYS):
        if len(found) >= limit or day > timetable.n_days + views.frame.lookback_days:
            break
        begin = max(time, day_start(timetable, day))
        found += _of_view(views.of_days(day, VIEW_DAYS), ranks, begin, limit - len(found), wanted)
    return found


def _of_view(
    view: DayView, ranks: I32, begin: int, limit: int, wanted: RideFilter
) -> list[Departure]:
    """Return the next departures of a view, each once however many through-runs it is part of."""
    lanes, room = view.forward.lanes, limit
    if wanted != ANY_RIDE:
        lanes = lanes._replace(records=view.forward.choose(wanted))
    while True:
        rows = np.empty((room, ROW), dtype=np.int64)
        n_found = board(lanes, ranks, begin - view.start, view.end - view.start, rows)
        found = dict.fromkeys(_departure(view, *row) for row in sorted(rows[:n_found].tolist()))
        if len(found) >= limit or n_found < room:
            return list(found)[:limit]
        room *= 2


def _departure(
    view: DayView, second: int, stop: int, trip: int, day: int, position: int
) -> Departure:
    trip, position = view.through.place(trip, position)
    scheduled = _scheduled(view, trip, day, position)
    return Departure(view.start + second, stop, trip, day, position, scheduled)


def _scheduled(view: DayView, trip: int, day: int, position: int) -> int | None:
    timetable = view.frame.timetable
    if trip >= timetable.trip_route.size:
        return None
    event = timetable.trip_event_ptr[trip] + position
    if event >= timetable.trip_event_ptr[trip + 1]:
        return None
    return int(timetable.day_epoch[view.terms.zone[trip], day] + timetable.event_departure[event])


@entry
def board(lanes: Lanes, ranks: I32, begin: int, end: int, rows: I64) -> int:
    """Write the earliest departures in ``[begin, end)``, in any order; return their number.

    ``rows`` is (limit, 5): second of the view, stop, trip, day, position. Once it is full, a
    departure displaces the latest one.
    """
    found = 0
    for rank in ranks:
        for pair in range(lanes.boarding_ptr[rank], lanes.boarding_ptr[rank + 1]):
            lane = lanes.boardings[2 * pair + 1] >> 6
            record = lane * RECORD
            word = lanes.boardings[2 * pair] - lanes.records[record + MARK_AT]
            position = (word << 6) + (lanes.boardings[2 * pair + 1] & 63)
            n_slots = lanes.records[record + N_SLOTS]
            column = lanes.records[record + EVENT_AT] + position * n_slots
            times = lanes.departures[column : column + n_slots]
            for slot in range(np.searchsorted(times, begin), n_slots):
                place = _place(rows, found, times[slot], end)
                if place < 0:
                    break
                at = lanes.slot_ptr[lane] + slot
                rows[place, 0], rows[place, 1] = times[slot], lanes.stop_order[rank]
                rows[place, 2], rows[place, 3] = lanes.slot_trip[at], lanes.slot_day[at]
                rows[place, 4] = position
                found = max(found, place + 1)
    return found


@part
def _place(rows: I64, found: int, time: int, end: int) -> int:
    """Return the row for a departure at ``time``, or -1 where it is too late for any."""
    if time >= end:
        return -1
    if found < rows.shape[0]:
        return found
    latest = int(np.argmax(rows[:, 0])) if rows.shape[0] else -1
    return latest if latest >= 0 and time < rows[latest, 0] else -1
