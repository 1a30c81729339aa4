"""Ways with a vehicle of one's own: ridden to a stop and carried on board, or parked and left."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from routing.sharing.found import NEVER
from routing.sharing.ground import RENTAL_WALK_DM, Ground
from routing.sharing.parking import Parking
from routing.street.graph import F64, I32
from routing.street.longways import ways_of
from routing.street.profile import Profile
from routing.street.router import StreetRouter
from routing.street.way import StreetPath

PARK_S = 60
"""To lock a vehicle up where it stays."""
CARRIED = frozenset({Profile.BICYCLE})
"""What trips that take bicycles take."""


class OwnWay(NamedTuple):
    """A way with the rider's own vehicle."""

    profile: Profile
    ride_s: int
    """Parking included."""
    last_walk_s: int = 0
    """From the parking place."""
    parking: Parking | None = None
    """Where the vehicle stays; None: it stays with the rider."""

    @property
    def seconds(self) -> int:
        """All of it."""
        return self.ride_s + self.last_walk_s


@dataclass(frozen=True, eq=False)
class OwnFound:
    """Ways with one's own vehicle between a point and all stops, S in all."""

    profile: Profile
    seconds: I32
    """(S,) or ``NEVER``."""
    ride_s: I32
    """(S,)"""
    parking: tuple[Parking, ...] = ()
    parked: I32 | None = None
    """(S,) where; None where the vehicle is not left."""

    def way(self, stop: int) -> OwnWay:
        """Return the way of a stop that has one."""
        ride_s, seconds = int(self.ride_s[stop]), int(self.seconds[stop])
        parking = None if self.parked is None else self.parking[int(self.parked[stop])]
        return OwnWay(self.profile, ride_s, seconds - ride_s, parking)


class OwnVehicles:
    """Answers ways with own vehicles; safe to share between threads."""

    def __init__(self, ground: Ground, parking: Sequence[Parking] = ()) -> None:
        self._ground = ground
        self._parking = {
            profile: tuple(p for p in parking if p.profile is profile and p.has_room)
            for profile in Profile
        }
        self._to_stops = lru_cache(len(Profile))(self._stop_router)
        self._long_ways = lru_cache(len(Profile))(partial(ways_of, ground.network))
        self._to_parking = lru_cache(len(Profile))(self._parking_router)

    def ridden(
        self, profile: Profile, point: tuple[float, float], max_s: int, *, backward: bool = False
    ) -> OwnFound:
        """Return the ways on which the vehicle comes along to stops (``backward``: from them)."""
        reach = self._to_stops(profile).reach(*point, max_s, backward=backward)
        seconds = np.full(self._ground.n_stops, NEVER, np.int32)
        seconds[reach.stop] = reach.seconds
        return OwnFound(profile, seconds, seconds)

    def parked(
        self, profile: Profile, origin: tuple[float, float], max_s: int, walk_mps: float
    ) -> OwnFound:
        """Return the ways on which the vehicle is left at a parking place with room."""
        router, place, stop, dm = self._to_parking(profile)
        reach = router.reach(*origin, max_s)
        ride_s = np.full(len(self._parking[profile]) + 1, NEVER, np.int64)
        ride_s[reach.stop] = reach.seconds + PARK_S
        total = ride_s[place] + np.ceil(dm / (10.0 * walk_mps) - 1e-9).astype(np.int64)
        order = np.lexsort((total, stop))
        order = order[total[order] <= max_s]
        stops, first = np.unique(stop[order], return_index=True)
        columns = np.full((3, self._ground.n_stops), NEVER, np.int32)
        rows = order[first]
        columns[:, stops] = total[rows], ride_s[place[rows]], place[rows]
        return OwnFound(profile, columns[0], columns[1], self._parking[profile], columns[2])

    def path(
        self,
        profile: Profile,
        origin: tuple[float, float],
        goal: tuple[float, float],
        max_s: int,
    ) -> StreetPath | None:
        """Return the quickest way between two points, or None where it takes over ``max_s``."""
        ways = self._long_ways(profile) or self._to_stops(profile)
        return ways.path(origin, goal, max_s)

    def _stop_router(self, profile: Profile) -> StreetRouter:
        ground = self._ground
        return StreetRouter(ground.network, profile, ground.stop_lat, ground.stop_lon)

    def _parking_router(self, profile: Profile) -> tuple[StreetRouter, I32, I32, F64]:
        """Return ways to parking places, and walks from them: place, stop, effective dm."""
        lat = np.array([place.lat for place in self._parking[profile]], np.float64)
        lon = np.array([place.lon for place in self._parking[profile]], np.float64)
        reach = self._ground.stops_on_foot.reach
        walks = [
            reach(*point, RENTAL_WALK_DM, speed_mps=0.1)  # at 0.1 m/s, dm are seconds
            for point in zip(lat.tolist(), lon.tolist(), strict=True)
        ]
        place = np.repeat(np.arange(lat.size, dtype=np.int32), [w.stop.size for w in walks])
        empty = np.empty(0, np.int32)
        stop = np.concatenate([empty, *(walk.stop for walk in walks)])
        dm = np.concatenate([empty, *(walk.seconds for walk in walks)])
        return StreetRouter(self._ground.network, profile, lat, lon), place, stop, dm
