"""What calls at every stop, and how often: what a place is worth in a list of answers."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.modes import MODES, modes_of
from routing.timetable import Timetable

F64 = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Traffic(NamedTuple):
    """What happens at each of S stops; nothing at boarding points, but at their stops."""

    departures: F64
    """(S,) on a mean day."""
    has_mode: Flags
    """(S, len(MODES)) whether the mode calls there."""


def traffic_of(tt: Timetable) -> Traffic:
    """Count departures and modes of every stop."""
    n_events = np.diff(tt.trip_event_ptr)
    daily = np.asarray(tt.service_active).mean(axis=1)[tt.trip_service]
    events = np.repeat(daily, n_events)
    stop = np.asarray(tt.stop_of)[tt.event_stop]
    departures = np.bincount(stop, events, tt.n_stops).astype(np.float64)
    by_route = modes_of(tt.route_type)
    mode = np.repeat(by_route[tt.trip_route], n_events) if by_route.size else np.empty(0, np.int64)
    has_mode = np.zeros((tt.n_stops, len(MODES)), dtype=np.bool_)
    has_mode[stop, mode] = True
    return Traffic(departures, has_mode)
