"""The compiled timetable of an image: every trip of every feed as flat arrays, no objects.

Indices are dense and 0-based; the ids behind them live in ``feeds.image.catalogue``. Event times
are GTFS seconds of the trip's service day; ``day_epoch`` turns them into Unix seconds.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

I16 = npt.NDArray[np.int16]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]
F64 = npt.NDArray[np.float64]

NO_PICKUP: Final = 1
"""Bit of ``event_flags``: riders may not board here."""
NO_DROP_OFF: Final = 2
"""Bit of ``event_flags``: riders may not alight here."""

WHEELCHAIR: Final = 1
"""Bit of ``trip_flags``: ``wheelchair_accessible`` is 1."""
BIKES: Final = 2
"""Bit of ``trip_flags``: ``bikes_allowed`` is 1."""
NO_WHEELCHAIR: Final = 4
"""Bit of ``trip_flags``: ``wheelchair_accessible`` is 2; with neither bit it is not known."""

NONE: Final = -1
"""An index that points nowhere."""


class Timetable(NamedTuple):
    """All trips of an image.

    Shapes use S stops (boarded ones and stations alike), W twins, T trips, E stop events, V
    services, D days, Z time zones, R routes, A agencies, F transfers, B booking rules, U
    through-runs with P parts. Every trip has at least two events, in travel order, with times that
    never run backwards.

    A *through-run* is a vehicle's trips one after the other, ridden as one: riders may stay in
    their seats from a trip to the next. Its parts have the same service days, time zone, and no
    booking rule; each leaves its first stop when the one before is at its last, or later.
    """

    stop_lat: F64
    """(S,) WGS84 degrees."""
    stop_lon: F64
    """(S,) WGS84 degrees."""
    stop_station: I32
    """(S,) index of the station (``parent_station``) a stop belongs to, or ``NONE``."""
    stop_change_s: I32
    """(S,) seconds a rider needs between alighting and boarding at the same stop."""
    stop_wheelchair: U8
    """(S,) ``wheelchair_boarding``, a stop's or else its station's: 0 unknown, 1 yes, 2 no."""
    stop_of: I32
    """(S,) the stop that riders know: itself for the stops of the feeds, which come first. After
    them come *boarding points*: where changing depends on the trips, those with the same rules
    have a point of their own at the same place, with transfers from and to it."""

    twin_ptr: I32
    """(S+1,) where the twins of each stop start."""
    twin_stop: I32
    """(W,) stops of other feeds that are the same place; of a station, its platforms as well. Who
    is at the stop boards there without a walk; a change to them is a transfer like any other."""

    trip_event_ptr: I64
    """(T+1,) where the events of each trip start."""
    trip_route: I32
    """(T,) route index."""
    trip_service: I32
    """(T,) service index."""
    trip_flags: U8
    """(T,) ``WHEELCHAIR`` | ``BIKES`` | ``NO_WHEELCHAIR``."""
    trip_booking_rule: I32
    """(T,) row of ``booking_rules`` that boarding this trip needs, or ``NONE``."""

    event_stop: I32
    """(E,) stop index."""
    event_arrival: I32
    """(E,) seconds of the service day; interpolated where the feed gave none."""
    event_departure: I32
    """(E,) seconds of the service day, never before the arrival."""
    event_flags: U8
    """(E,) ``NO_PICKUP`` | ``NO_DROP_OFF``."""

    service_active: U8
    """(V, D) 1 where the service runs on the day; through-runs have services of their own."""
    first_day: I32
    """(1,) proleptic ordinal (``date.toordinal``) of day 0."""
    day_epoch: I64
    """(Z, D) Unix second of "noon minus 12 h" of each day in each time zone."""

    route_type: I16
    """(R,) GTFS ``route_type``, extended types included."""
    route_agency: I32
    """(R,) agency index."""
    agency_zone: I32
    """(A,) row of ``day_epoch``."""

    transfer_ptr: I32
    """(S+1,) where the transfers leaving each stop start."""
    transfer_stop: I32
    """(F,) stop reached; never the stop itself."""
    transfer_s: I32
    """(F,) walking time, seconds; ascending within a stop. Used as one hop, never chained."""
    transfer_m: I32
    """(F,) walking distance, metres; ``NONE`` where the feed gave only a time."""

    through_ptr: I64
    """(U+1,) where the parts of each through-run start."""
    through_trip: I32
    """(P,) trip index; the parts of a through-run in order of travel, two at least."""
    through_service: I32
    """(U,) service index: the days on which exactly these trips are one vehicle's."""

    booking_rules: I32
    """(B, 5) one ``routing.booking_rules.BookingRule`` a row, ``NONE`` where not set."""

    @property
    def n_stops(self) -> int:
        """Number of stops, stations, and boarding points of stops."""
        return int(self.stop_lat.size)

    @property
    def n_known_stops(self) -> int:
        """Number of stops and stations that riders know: all but the boarding points."""
        return int(np.count_nonzero(self.stop_of == np.arange(self.n_stops)))

    def points_at(self, stops: npt.NDArray[np.integer]) -> I32:
        """Return the stops, each once, with all their boarding points."""
        known = self.n_known_stops
        points = known + np.flatnonzero(np.isin(self.stop_of[known:], stops))
        return np.unique(np.concatenate([stops, points])).astype(np.int32)

    @property
    def n_days(self) -> int:
        """Number of days between the first and last service day."""
        return int(self.service_active.shape[1])
