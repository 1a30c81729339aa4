"""Which trip, day and stops of an image a trip update is about."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from feeds.gtfs.values import MAX_TIME_S
from feeds.image.catalogue import Catalogue
from feeds.image.sequences import Sequences
from feeds.realtime.decode import StopUpdate
from feeds.realtime.forecast import Calls
from kommit.kit.clock import format_hms, parse_hms
from routing.timetable import I64, Timetable

REMEMBERED: Final = 2**17
"""Identifiers of each kind whose place is remembered from one message to the next."""

_LAST_INSTANT: Final = 2**40
"""Greater than the Unix second of any day; messages may say what does not fit into 64 bits."""


class Finder:
    """Finds the trips and stops of one feed in an image. Thread-safe.

    Parameters
    ----------
    timetable
        Of the image.
    catalogue
        Of the image.
    scope
        Of the feed in the image.
    sequences
        Of the image. Without them, ``stop_sequence`` is taken to count from 1 or 0 where that
        fits the stops told of.
    """

    def __init__(
        self,
        timetable: Timetable,
        catalogue: Catalogue,
        scope: str,
        sequences: Sequences | None = None,
    ) -> None:
        self.timetable, self.scope = timetable, scope
        self._has_points = timetable.n_known_stops < timetable.n_stops
        self._sequences = sequences
        self.stop = lru_cache(REMEMBERED)(lambda key: catalogue.find_stop(f"{scope}:{key}"))
        """Index of the stop with a ``stop_id`` of the feed, or None."""
        self.day = lru_cache(REMEMBERED)(self._day)
        """Index of a ``YYYYMMDD``, or None where the timetable does not have that day."""
        self._trip = lru_cache(REMEMBERED)(lambda key: catalogue.find_trip(f"{scope}:{key}"))
        self.route = lru_cache(1)(lambda: _routes(timetable, catalogue, scope))
        """Returns the indices of the feed's routes by ``route_id``."""
        self.agency = lru_cache(1)(lambda: _agencies(timetable, catalogue, scope))
        """Returns the indices of the feed's agencies by ``agency_id``."""
        self._zone = timetable.agency_zone[timetable.route_agency]

    def trip(self, trip_id: str, start_time: str | None) -> int | None:
        """Return the trip with an id; of a trip by ``frequencies.txt``, the run of that start."""
        trip: int | None = self._trip(trip_id)
        if trip is None and start_time is not None:
            start = second_of(start_time)
            trip = None if start is None else self._trip(f"{trip_id}@{format_hms(start)}")
        return trip

    def _day(self, start_date: str) -> int | None:
        if len(start_date) != 8:
            return None
        try:
            year, month, day_of_month = start_date[:4], start_date[4:6], start_date[6:]
            ordinal = date(int(year), int(month), int(day_of_month)).toordinal()
        except ValueError:
            return None
        day = ordinal - int(self.timetable.first_day[0])
        return day if 0 <= day < self.timetable.n_days else None

    def nearest_day(self, trip: int, instant: int) -> int | None:
        """Return the service day on which a trip runs closest to a Unix second."""
        tt = self.timetable
        first, end = tt.trip_event_ptr[trip : trip + 2]
        days = np.flatnonzero(tt.service_active[tt.trip_service[trip]])
        epochs = self.epochs(int(tt.trip_route[trip]))[days]
        instant = min(instant, _LAST_INSTANT)
        wait = epochs + int(tt.event_departure[first]) - instant
        past = instant - epochs - int(tt.event_arrival[end - 1])
        return int(days[np.argmin(np.maximum(np.maximum(wait, past), 0))]) if days.size else None

    def runs_on(self, trip: int, day: int) -> bool:
        """Say whether the timetable has a trip run on a day."""
        return bool(self.timetable.service_active[self.timetable.trip_service[trip], day])

    def epochs(self, route: int) -> I64:
        """Return the (D,) Unix seconds at which the service days of a route start."""
        epochs: I64 = self.timetable.day_epoch[self._zone[route]]
        return epochs

    def calls(self, trip: int) -> Calls:
        """Return what the timetable says of a trip."""
        tt = self.timetable
        events = slice(*tt.trip_event_ptr[trip : trip + 2])
        return Calls(
            tt.event_stop[events].tolist(),
            tt.event_arrival[events].tolist(),
            tt.event_departure[events].tolist(),
            tt.event_flags[events].tolist(),
        )

    def known(self, stops: Sequence[int]) -> Sequence[int]:
        """Return the stops as messages name them: for boarding points, their stops."""
        if not self._has_points:
            return stops
        known: Sequence[int] = self.timetable.stop_of[list(stops)].tolist()
        return known

    def told(
        self, trip: int, stops: Sequence[int], updates: Sequence[StopUpdate]
    ) -> Mapping[int, StopUpdate]:
        """Return the updates by the position of the trip that each is about.

        What is about no position, or could be about several, is left out.
        """
        stops = self.known(stops)
        position_of = self._positions(trip, stops, updates)
        found: dict[int, StopUpdate] = {}
        for update in updates:
            stop = None if update.stop_id is None else self.stop(update.stop_id)
            if update.sequence is not None and position_of is not None:
                position = position_of.get(update.sequence)
            else:
                position = stops.index(stop) if stops.count(stop) == 1 else None
            if position is None or (update.stop_id is not None and stops[position] != stop):
                continue
            found[position] = update
        return found

    def _positions(
        self, trip: int, stops: Sequence[int], updates: Sequence[StopUpdate]
    ) -> Mapping[int, int] | None:
        """Return the positions of a trip by ``stop_sequence``, or None where they are unknown."""
        if all(update.sequence is None for update in updates):
            return None
        if self._sequences is not None:
            return self._sequences.positions(trip, len(stops))
        for origin in (1, 0):
            told = [
                (update.sequence - origin, update.stop_id)
                for update in updates
                if update.sequence is not None and update.stop_id is not None
            ]
            if told and all(
                0 <= at < len(stops) and stops[at] == self.stop(stop) for at, stop in told
            ):
                return {position + origin: position for position in range(len(stops))}
        return None


def second_of(time: str) -> int | None:
    """Return the seconds of a ``HH:MM:SS``, or None where it is none, or longer than a feed's."""
    try:
        second = parse_hms(time) if len(time) <= 10 else None
    except ValueError:
        return None
    return second if second is None or second <= MAX_TIME_S else None


def _routes(timetable: Timetable, catalogue: Catalogue, scope: str) -> Mapping[str, int]:
    return _unscoped((catalogue.route(k).id for k in range(timetable.route_type.size)), scope)


def _agencies(timetable: Timetable, catalogue: Catalogue, scope: str) -> Mapping[str, int]:
    return _unscoped((catalogue.agency(k).id for k in range(timetable.agency_zone.size)), scope)


def _unscoped(ids: Iterable[str], scope: str) -> Mapping[str, int]:
    """Return the indices of a feed's own ids among all."""
    mine = f"{scope}:"
    return {key.removeprefix(mine): k for k, key in enumerate(ids) if key.startswith(mine)}
