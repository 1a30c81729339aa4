"""Numbers by which trips of different feeds are known to be the same vehicle."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from routing.timetable import Timetable

I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]

_ODD: Final = np.array(
    [0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB], dtype=np.uint64
)
"""Multipliers of the mixing function splitmix64 (Steele, Lea and Flood 2014)."""
_SHIFTS: Final = np.array([30, 27, 31], dtype=np.uint64)


def fingerprints(tt: Timetable, place: I64) -> U64:
    """(T,) equal for trips of the same way and the same minutes at both ends, else different.

    Two different trips are taken for one with a probability of 2^-64.

    Parameters
    ----------
    place
        (S,) number of each stop's place, equal for joined stops.

    Notes
    -----
    All places count in their order, and the minutes of the first departure and the last arrival:
    times in between are interpolated, rounded and rested in another way by every feed. Minutes are
    those of the service day on the clocks of the agency's time zone; zones whose clocks agree count
    as one.
    """
    first, last = tt.trip_event_ptr[:-1], tt.trip_event_ptr[1:] - 1
    order = np.arange(tt.event_stop.size) - np.repeat(first, np.diff(tt.trip_event_ptr))
    way = np.add.reduceat(_mixed(_mixed(place[tt.event_stop]) + _as_unsigned(order)), first)
    clock = np.unique(tt.day_epoch, axis=0, return_inverse=True)[1].ravel()
    zone = clock[tt.agency_zone[tt.route_agency[tt.trip_route]]]
    mark = way
    for value in (tt.event_departure[first] // 60, tt.event_arrival[last] // 60, zone):
        mark = _mixed(mark + _as_unsigned(value))
    return mark


def _as_unsigned(values: npt.NDArray[np.signedinteger[Any]]) -> U64:
    return values.astype(np.uint64)


def _mixed(values: I64 | U64) -> U64:
    """Return numbers that look random, equal for equal ones (splitmix64; wraps around)."""
    mixed = values.astype(np.uint64) + _ODD[0]
    for odd, shift in zip(_ODD[1:], _SHIFTS[:-1], strict=True):
        mixed = (mixed ^ (mixed >> shift)) * odd
    return np.asarray(mixed ^ (mixed >> _SHIFTS[-1]), dtype=np.uint64)
