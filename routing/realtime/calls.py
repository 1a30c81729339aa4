"""The calls of one trip on one service day: as the timetable plans them, and as they are expected.

Times are Unix seconds.
"""

from typing import NamedTuple

from routing.realtime.overlay import Overlay, Run
from routing.timetable import I32, Timetable


class DatedCall(NamedTuple):
    """A vehicle at a stop of its trip."""

    stop: int
    """As riders know it, no boarding point."""
    arrival: int
    departure: int
    flags: int
    """``NO_PICKUP`` | ``NO_DROP_OFF``."""


class TripCalls(NamedTuple):
    """A trip on a day. ``planned`` and ``expected`` go position by position where both are known.

    A trip that was replaced by another way has other stops, and nothing planned to compare them
    with.
    """

    expected: tuple[DatedCall, ...]
    """Empty where the trip is cancelled."""
    planned: tuple[DatedCall, ...] | None
    """None for a trip, or a way, that the timetable does not have."""
    is_realtime: bool
    """Whether realtime tells of the trip at all."""

    @property
    def is_cancelled(self) -> bool:
        """Whether the trip does not run."""
        return not self.expected


def trip_calls(timetable: Timetable, overlay: Overlay | None, trip: int, day: int) -> TripCalls:
    """Return how a trip that a journey names runs on a day.

    Parameters
    ----------
    overlay
        That the journey was found under, or None.
    trip
        Trip index, of an added trip as ``Overlay`` counts them.
    day
        Index of the service day.
    """
    run = overlay.run(trip, day) if overlay is not None else None
    is_added = trip >= timetable.trip_route.size
    planned = None if is_added else planned_calls(timetable, trip, day)
    if run is None:
        assert planned is not None  # noqa: S101 - overlays know their added trips
        return TripCalls(planned, planned, is_realtime=False)
    epoch = _epoch(timetable, run.route if is_added else None, trip, day)
    expected = _calls_of(run, epoch, timetable.stop_of)
    return TripCalls(expected, None if run.is_another_way else planned, is_realtime=True)


def planned_calls(timetable: Timetable, trip: int, day: int) -> tuple[DatedCall, ...]:
    """Return what the timetable says of a trip on a day, whether or not it runs on it."""
    events = slice(*timetable.trip_event_ptr[trip : trip + 2])
    epoch = _epoch(timetable, None, trip, day)
    return tuple(
        DatedCall(stop, epoch + arrival, epoch + departure, flags)
        for stop, arrival, departure, flags in zip(
            timetable.stop_of[timetable.event_stop[events]].tolist(),
            timetable.event_arrival[events].tolist(),
            timetable.event_departure[events].tolist(),
            timetable.event_flags[events].tolist(),
            strict=True,
        )
    )


def _calls_of(run: Run, epoch: int, stop_of: I32) -> tuple[DatedCall, ...]:
    return tuple(
        DatedCall(stop, epoch + arrival, epoch + departure, flags)
        for stop, arrival, departure, flags in zip(
            stop_of[list(run.stops)].tolist(), run.arrivals, run.departures, run.flags, strict=True
        )
    )


def _epoch(timetable: Timetable, route: int | None, trip: int, day: int) -> int:
    """Return the Unix second at which the service day of a trip starts."""
    route = int(timetable.trip_route[trip]) if route is None else route
    zone = timetable.agency_zone[timetable.route_agency[route]]
    return int(timetable.day_epoch[zone, day])
