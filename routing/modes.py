"""Modes of transport: the one place that says what a GTFS ``route_type`` is to riders.

Basic types and the hundreds of the extended ones
(https://developers.google.com/transit/gtfs/reference/extended-route-types).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from routing.booking_rules import REAL_TIME, BookingRule
from routing.timetable import I16, I32, NONE, Timetable

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
ON_DEMAND: Final = MODES.index("ON_DEMAND")

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


def modes_of(route_type: I16) -> npt.NDArray[np.int64]:
    """Return the (R,) index into ``MODES`` of each route type."""
    kinds, which = np.unique(route_type, return_inverse=True)
    modes = np.array([MODES.index(mode_of(int(kind))) for kind in kinds], dtype=np.int64)
    return modes[which]


def ride_mode(timetable: Timetable, route: int, rule: int) -> str:
    """Return what runs a ride of a route; what runs only when it was booked is on demand."""
    if is_on_demand(timetable.booking_rules, rule):
        return MODES[ON_DEMAND]
    return mode_of(int(timetable.route_type[route]))


def is_on_demand(booking_rules: I32, rule: int) -> bool:
    """Say whether a ride with a row of ``booking_rules``, or ``NONE``, runs only when booked."""
    return rule != NONE and BookingRule.of_row(booking_rules[rule]).booking_type != REAL_TIME
