"""Trips as answers name them: those of the timetable, and those that realtime added to it."""

from functools import lru_cache, partial
from typing import Final

from feeds.image.catalogue import Catalogue, TripInfo
from feeds.realtime.state import NamedTrip, Realtime
from routing.realtime.calls import trip_calls
from routing.timetable import NONE, Timetable

REMEMBERED: Final = 1024
"""Trips whose calls are remembered: those of the answers of a few moments."""


class Trips:
    """What the trips that journeys name are called, and how they run."""

    def __init__(self, catalogue: Catalogue, timetable: Timetable, realtime: Realtime) -> None:
        self._catalogue, self._timetable, self._realtime = catalogue, timetable, realtime
        self._n_trips = timetable.trip_route.size
        self.calls = lru_cache(REMEMBERED)(partial(trip_calls, timetable, realtime.overlay))
        """Returns how a trip (its index) runs on a day, and how it was planned. Unix seconds."""

    def is_added(self, trip: int) -> bool:
        """Say whether the timetable does not have a trip."""
        return trip >= self._n_trips

    def info(self, trip: int) -> TripInfo:
        """Return what a trip is called; an added one goes where its last stop is."""
        return self._added_info(trip) if self.is_added(trip) else self._catalogue.trip(trip)

    def route(self, trip: int) -> int:
        """Return the route index of a trip."""
        overlay = self._realtime.overlay
        if overlay is not None and self.is_added(trip):
            return overlay.added[trip - self._n_trips].route
        return int(self._timetable.trip_route[trip])

    def rule(self, trip: int) -> int:
        """Return the booking rule of a trip, or ``NONE``."""
        overlay = self._realtime.overlay
        if overlay is not None and self.is_added(trip):
            return overlay.added[trip - self._n_trips].rule
        return int(self._timetable.trip_booking_rule[trip])

    def find(self, trip_id: str) -> int | None:
        """Return the index of the trip with a scoped id, or None."""
        for k, added in enumerate(self._realtime.added):
            if added.id == trip_id:
                return self._n_trips + k
        return self._catalogue.find_trip(trip_id)

    def _added_info(self, trip: int) -> TripInfo:
        named: NamedTrip = self._realtime.added[trip - self._n_trips]
        like = None if named.name.like == NONE else self._catalogue.trip(named.name.like)
        headsign = named.name.headsign or (like.headsign if like else self._last_stop(trip))
        return TripInfo(
            id=named.id,
            headsign=headsign,
            short_name=named.name.short_name or (like.short_name if like else None),
            direction_id=like.direction_id if like else None,
        )

    def _last_stop(self, trip: int) -> str | None:
        overlay = self._realtime.overlay
        assert overlay is not None  # noqa: S101 - it has the trip
        return self._catalogue.stop(overlay.added[trip - self._n_trips].stops[-1]).name
