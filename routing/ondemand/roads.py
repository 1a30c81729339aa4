"""Driving between the places of a service: on streets where they are known, estimated elsewhere."""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from kommit.kit.geo import distances_m
from routing.dispatch.model import NO_ROAD
from routing.street.climb import FAR
from routing.street.graph import F64, I32
from routing.street.longways import LongWays, ways_of
from routing.street.network import StreetNetwork
from routing.street.profile import REFERENCE_MPS, Profile
from routing.street.router import StreetRouter
from routing.street.way import StreetPath

LONGEST_S: Final = 2 * 3600
"""A drive within a service takes no longer."""
CROW_FACTOR: Final = 1.4
"""Way by road over the crow's flight where no street is known; 1.3 to 1.5 in rural Germany."""
ROWS_KEPT: Final = 1024

Point = tuple[float, float]
"""Latitude and longitude, WGS84 degrees."""


class Drives(NamedTuple):
    """Free-flow drives between N origins and M goals."""

    seconds: I32
    """(N, M) rounded up, ``NO_ROAD`` where there is no way."""
    metres: I32
    """(N, M), ``NO_ROAD`` where there is no way."""


class Roads:
    """Drives between fixed places, and to and from others; safe to share between threads.

    Parameters
    ----------
    streets
        None estimates every drive as the crow flies.
    lat, lon
        (P,) WGS84 degrees of the fixed places.
    """

    def __init__(self, streets: StreetNetwork | None, lat: F64, lon: F64) -> None:
        self.lat, self.lon = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
        has_cars = streets is not None and Profile.CAR in streets.nets
        self._network = streets if has_cars else None
        self._long = ways_of(streets, Profile.CAR) if streets and has_cars else None
        self._near = (
            StreetRouter(streets, Profile.CAR, self.lat, self.lon) if streets and has_cars else None
        )
        self.rows = lru_cache(ROWS_KEPT)(self._rows)
        self.between = lru_cache(4 * ROWS_KEPT)(self._between)

    @property
    def off_road(self) -> I32:
        """The fixed places that no street is close to: nobody is picked up there."""
        if self._near is None:
            return np.empty(0, np.int32)
        return np.flatnonzero(~self._near.snapped).astype(np.int32)

    def among(self) -> Drives:
        """Return the (P, P) drives between all fixed places."""
        if self._long is not None:
            return _table(self._long, (self.lat, self.lon), (self.lat, self.lon))
        rows = [self._row((lat, lon), backward=False) for lat, lon in self._points()]
        seconds, metres = (
            np.array(part, np.int32).reshape(self.lat.size, self.lat.size)
            for part in ([row.seconds for row in rows], [row.metres for row in rows])
        )
        return Drives(seconds, metres)

    def path(self, origin: Point, goal: Point) -> StreetPath | None:
        """Return the way of a drive, or None where none is known."""
        ways = self._long or self._near
        return None if ways is None else ways.path(origin, goal, LONGEST_S)

    def _rows(self, point: Point) -> tuple[Drives, Drives]:
        """Return the (1, P) drives from a point to all fixed places, and (P, 1) from these."""
        if self._long is not None:
            here = np.array([point[0]]), np.array([point[1]])
            there = self.lat, self.lon
            return _table(self._long, here, there), _table(self._long, there, here)
        ahead, back = (self._row(point, backward=backward) for backward in (False, True))
        return (
            Drives(ahead.seconds[None, :], ahead.metres[None, :]),
            Drives(back.seconds[:, None], back.metres[:, None]),
        )

    def _between(self, origin: Point, goal: Point) -> tuple[int, int]:
        """Return seconds and metres of the drive between two points."""
        if origin == goal:
            return 0, 0
        if self._near is None:
            found = _as_the_crow_flies(origin, np.array([goal[0]]), np.array([goal[1]]))
            return int(found.seconds[0]), int(found.metres[0])
        path = self.path(origin, goal)
        return (NO_ROAD, NO_ROAD) if path is None else (path.seconds, path.metres)

    def _row(self, point: Point, *, backward: bool) -> Drives:
        """Return the (P,) drives from a point to the fixed places, or from them to it."""
        if self._near is None:
            return _as_the_crow_flies(point, self.lat, self.lon)
        reach = self._near.reach(*point, LONGEST_S, backward=backward)
        found = Drives(*(np.full(self.lat.size, NO_ROAD, np.int32) for _ in range(2)))
        found.seconds[reach.stop], found.metres[reach.stop] = reach.seconds, reach.metres
        here = np.flatnonzero((self.lat == point[0]) & (self.lon == point[1]))
        on_road = here[~np.isin(here, self.off_road)]
        found.seconds[on_road] = found.metres[on_road] = 0
        return found

    def _points(self) -> list[Point]:
        return list(zip(self.lat.tolist(), self.lon.tolist(), strict=True))


def _table(ways: LongWays, origins: tuple[F64, F64], goals: tuple[F64, F64]) -> Drives:
    table = ways.table(origins, goals)
    same = (origins[0][:, None] == goals[0]) & (origins[1][:, None] == goals[1])
    far = table.seconds == FAR
    seconds = np.where(far, NO_ROAD, np.where(same, 0, table.seconds))
    metres = np.where(far, NO_ROAD, np.where(same, 0, table.metres))
    return Drives(seconds.astype(np.int32), metres.astype(np.int32))


def _as_the_crow_flies(point: Point, lat: F64, lon: F64) -> Drives:
    metres = distances_m(np.float64(point[0]), np.float64(point[1]), lat, lon) * CROW_FACTOR
    seconds = np.ceil(metres / REFERENCE_MPS[Profile.CAR])
    return Drives(seconds.astype(np.int32), np.rint(metres).astype(np.int32))
