"""What calls at every stop, and how often: what a place is worth in a list of answers."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.timetable import Timetable

F64 = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MODES: Final = (
    "RAIL",
    "SUBWAY",
    "TRAM",
    "FERRY",
    "CABLE_CAR",
    "COACH",
    "BUS",
    "ON_DEMAND",
    "OTHER",
)
"""From heavy to light: the order in which a place lists them."""
_BASIC: Final = {
    0: "TRAM",
    1: "SUBWAY",
    2: "RAIL",
    3: "BUS",
    4: "FERRY",
    5: "CABLE_CAR",
    6: "CABLE_CAR",
    7: "RAIL",
    11: "BUS",
    12: "RAIL",
}
_HUNDREDS: Final = {
    1: "RAIL",
    2: "COACH",
    3: "RAIL",
    4: "SUBWAY",
    5: "SUBWAY",
    6: "SUBWAY",
    7: "BUS",
    8: "BUS",
    9: "TRAM",
    10: "FERRY",
    12: "FERRY",
    13: "CABLE_CAR",
    14: "RAIL",
}
"""Extended route types, by their hundreds."""
_DEMAND_BUS: Final = 715


def mode_of(route_type: int) -> str:
    """Return the mode of a GTFS ``route_type``, basic or extended."""
    if route_type == _DEMAND_BUS:
        return "ON_DEMAND"
    return _BASIC.get(route_type) or _HUNDREDS.get(route_type // 100, "OTHER")


class Traffic(NamedTuple):
    """What happens at each of S stops."""

    departures: F64
    """(S,) on a mean day."""
    has_mode: Flags
    """(S, len(MODES)) whether the mode calls there."""


def traffic_of(tt: Timetable) -> Traffic:
    """Count departures and modes of every stop."""
    n_events = np.diff(tt.trip_event_ptr)
    daily = np.asarray(tt.service_active).mean(axis=1)[tt.trip_service]
    events = np.repeat(daily, n_events)
    departures = np.bincount(tt.event_stop, events, tt.n_stops).astype(np.float64)
    by_route = np.array([MODES.index(mode_of(int(t))) for t in tt.route_type], dtype=np.int64)
    mode = np.repeat(by_route[tt.trip_route], n_events) if by_route.size else np.empty(0, np.int64)
    has_mode = np.zeros((tt.n_stops, len(MODES)), dtype=np.bool_)
    has_mode[tt.event_stop, mode] = True
    return Traffic(departures, has_mode)
