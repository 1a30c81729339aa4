"""Walks between places and stops: on streets where they are known, as the crow flies elsewhere."""

from dataclasses import dataclass

import numpy as np

from kommit.kit.geo import distance_m, distances_m
from routing.journey import WalkLeg
from routing.query import Place
from routing.street.longways import ways_of
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.router import StreetRouter
from routing.street.way import StreetPath
from routing.timetable import I32, NONE, Timetable

DETOUR = 1.3
"""Way on foot over the crow's flight where no street is known; 1.2 to 1.4 in German towns."""


@dataclass(frozen=True, slots=True)
class StopWalks:
    """The stops within a walk of a place, each once."""

    stop: I32
    """(N,) stop index."""
    seconds: I32
    """(N,) walking time."""


class Footways:
    """Answers who can walk where; one for each image, safe to share between threads."""

    def __init__(self, timetable: Timetable, streets: StreetNetwork | None) -> None:
        self._stop_lat = np.asarray(timetable.stop_lat)
        self._stop_lon = np.asarray(timetable.stop_lon)
        self._timetable = timetable
        self._walker = (
            StreetRouter(streets, Profile.FOOT, self._stop_lat, self._stop_lon) if streets else None
        )
        self._ways = ways_of(streets, Profile.FOOT) or self._walker if streets else None
        self._off_streets = (
            ~self._walker.snapped if self._walker else np.ones(timetable.n_stops, bool)
        )

    def stops_near(
        self, place: Place, budget_s: int, speed_mps: float, *, backward: bool = False
    ) -> StopWalks:
        """Return the stops within ``budget_s`` on foot from ``place`` (to it, if ``backward``).

        A place that is a stop or station has its own platforms at no distance.
        """
        seconds = self._as_the_crow_flies(place, budget_s, speed_mps)
        if self._walker:
            reach = self._walker.reach(
                place.lat, place.lon, budget_s, backward=backward, speed_mps=speed_mps
            )
            seconds[reach.stop] = np.minimum(seconds[reach.stop], reach.seconds)
        seconds[self.platforms(place)] = 0
        near = np.flatnonzero(seconds <= budget_s).astype(np.int32)
        return StopWalks(near, seconds[near].astype(np.int32))

    def platforms(self, place: Place) -> I32:
        """Return the stops that ``place`` names; none if it is a mere position."""
        if place.stop is None:
            return np.empty(0, np.int32)
        return platforms_of(self._timetable, place.stop)

    def _as_the_crow_flies(self, place: Place, budget_s: int, speed_mps: float) -> I32:
        """Return (S,) walking seconds of the stops no street leads to; others are out of reach."""
        seconds = np.full(self._stop_lat.size, budget_s + 1, np.int32)
        on_streets = self._walker is not None and self._walker.is_near(place.lat, place.lon)
        asked = np.flatnonzero(self._off_streets) if on_streets else np.arange(seconds.size)
        metres = distances_m(
            np.float64(place.lat),
            np.float64(place.lon),
            self._stop_lat[asked],
            self._stop_lon[asked],
        )
        walks = np.ceil(metres * DETOUR / speed_mps)
        seconds[asked] = np.minimum(walks, budget_s + 1)
        return seconds

    def leg(
        self, origin: Place, destination: Place, departure: int, seconds: int, speed_mps: float
    ) -> WalkLeg:
        """Return the walk that takes ``seconds``, with its way."""
        path = self._path(origin, destination, 2 * seconds + 600, speed_mps)
        arrival = departure + seconds
        return _leg(origin, destination, departure, arrival, path)

    def direct(
        self, origin: Place, destination: Place, departure: int, budget_s: int, speed_mps: float
    ) -> WalkLeg | None:
        """Return the walk all the way, or None if it takes longer than ``budget_s``."""
        path = self._path(origin, destination, budget_s, speed_mps)
        seconds = path.seconds if path else _crow_s(origin, destination, speed_mps)
        if seconds > budget_s or (path is None and self._both_on_streets(origin, destination)):
            return None
        return _leg(origin, destination, departure, departure + seconds, path)

    def _both_on_streets(self, origin: Place, destination: Place) -> bool:
        return self._walker is not None and all(
            self._walker.is_near(place.lat, place.lon) for place in (origin, destination)
        )

    def _path(
        self, origin: Place, destination: Place, max_s: int, speed_mps: float
    ) -> StreetPath | None:
        if self._ways is None:
            return None
        ends = (origin.lat, origin.lon), (destination.lat, destination.lon)
        return self._ways.path(*ends, max_s, speed_mps=speed_mps)


def _crow_s(origin: Place, destination: Place, speed_mps: float) -> int:
    metres = distance_m(origin.lat, origin.lon, destination.lat, destination.lon)
    return int(np.ceil(metres * DETOUR / speed_mps))


def _leg(
    origin: Place, destination: Place, departure: int, arrival: int, path: StreetPath | None
) -> WalkLeg:
    if path is None:
        crow_m = distance_m(origin.lat, origin.lon, destination.lat, destination.lon)
        lat, lon = np.array([origin.lat, destination.lat]), np.array([origin.lon, destination.lon])
        return WalkLeg(
            origin,
            destination,
            departure,
            arrival,
            round(crow_m * DETOUR),
            lat,
            lon,
            on_streets=False,
        )
    return WalkLeg(
        origin, destination, departure, arrival, path.metres, path.lat, path.lon, path=path
    )


def place_of_stop(timetable: Timetable, stop: int) -> Place:
    """Return the place of a stop; of a boarding point, that of its stop."""
    known = int(timetable.stop_of[stop])
    return Place(float(timetable.stop_lat[known]), float(timetable.stop_lon[known]), known)


def platforms_of(timetable: Timetable, stop: int) -> I32:
    """Return a stop, its platforms if it is a station, and its twins in other feeds.

    Where trips leave from points of their own, with all of these.
    """
    children = np.flatnonzero(timetable.stop_station == stop)
    twins = timetable.twin_stop[timetable.twin_ptr[stop] : timetable.twin_ptr[stop + 1]]
    return timetable.points_at(np.concatenate([children, twins, [stop]]))


def station_of(timetable: Timetable, stop: int) -> int:
    """Return the station of a stop, or the stop itself where it has none."""
    station = int(timetable.stop_station[stop])
    return stop if station == NONE else station
