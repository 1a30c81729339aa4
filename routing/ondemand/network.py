"""On-demand services on the map: their stops beside those of the timetable, doors, and areas."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kommit.kit.geo import distances_m
from routing.footways import DETOUR, platforms_of
from routing.ondemand.fleet import Spot
from routing.ondemand.service import Area, Freedom, OnDemandService
from routing.ondemand.times import ServiceTimes
from routing.pace import WALK_MPS
from routing.sharing.zones import inside
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.router import StreetRouter
from routing.timetable import I32, Timetable

Bools = npt.NDArray[np.bool_]
StopOf = Callable[[str], int | None]
"""Returns the index of a stop of the timetable by its feed-scoped id, or None."""
DOORS_KEPT: Final = 256


class Link(NamedTuple):
    """Walks between stops of a service and those of the timetable; L in all."""

    place: I32
    """(L,) row of ``ServiceTimes.spots``."""
    stop: I32
    """(L,) stop of the timetable."""
    seconds: I32
    """(L,) on foot at the usual pace, 0 where they are one."""


class Ends(NamedTuple):
    """Where a rider may get on (or off) near a door; N in all."""

    spots: tuple[Spot, ...]
    walk_s: I32
    """(N,) between the door and the spot."""
    is_free: Bools
    """(N,) whether the spot is an address, not a stop."""


class ServiceGround:
    """One service on the map; immutable, safe to share between threads."""

    def __init__(
        self,
        service: OnDemandService,
        timetable: Timetable,
        streets: StreetNetwork | None,
        stop_of: StopOf,
    ) -> None:
        self.service = service
        self.times = ServiceTimes(service, streets)
        self.stop_index = {
            stop.id: index
            for stop in service.stops.values()
            if stop.stop_id is not None and (index := stop_of(stop.stop_id)) is not None
        }
        off_road = set(self.times.off_road)
        self.usable = np.array(
            [spot.stop is not None and spot.stop not in off_road for spot in self.times.spots]
        )
        self._walker = self._router(streets)
        self.link_out, self.link_in = self._links(timetable)
        self.allowed = self._allowed()
        self.ends = lru_cache(DOORS_KEPT)(self._ends)

    # --- areas

    def areas_at(self, spot: Spot) -> frozenset[str]:
        """Return the areas in which riders may get on or off at a spot."""
        return frozenset(area.id for area in self.service.areas.values() if self._holds(area, spot))

    def _holds(self, area: Area, spot: Spot) -> bool:
        if spot.stop is not None:
            return spot.stop in area.stops or _is_in(area, spot)
        return area.freedom is not Freedom.STOP_TO_STOP and self._is_address_of(area, spot)

    def _is_address_of(self, area: Area, spot: Spot) -> bool:
        if area.polygons:
            return _is_in(area, spot)
        stops = [self.service.stops[stop] for stop in area.stops]
        lat, lon = (np.array([getattr(stop, axis) for stop in stops]) for axis in ("lat", "lon"))
        metres = distances_m(np.float64(spot.lat), np.float64(spot.lon), lat, lon)
        return bool(metres.min(initial=np.inf) <= self.service.limits.max_walk_m)

    def may_pair(self, origin: Spot, destination: Spot) -> bool:
        """Say whether the freedom of the areas allows addresses at these ends."""
        free = [spot for spot in (origin, destination) if spot.stop is None]
        if len(free) < 2:
            return True
        return all(
            any(
                self.service.areas[area].freedom is Freedom.DOOR_TO_DOOR
                for area in self.areas_at(spot)
            )
            for spot in free
        )

    def _allowed(self) -> Bools:
        """Return (P, P) from which stop to which other some relation carries."""
        n = len(self.times.spots)
        areas = [self.areas_at(spot) if spot.stop else frozenset() for spot in self.times.spots]
        member = {
            area: np.array([area in held for held in areas], np.bool_)
            for area in self.service.areas
        }
        allowed = np.zeros((n, n), np.bool_)
        for relation in self.service.relations:
            allowed |= member[relation.origin][:, None] & member[relation.destination]
        allowed &= self.usable[:, None] & self.usable
        np.fill_diagonal(allowed, val=False)
        return allowed

    def may_ride(self, origin: Spot, goals: I32, *, backward: bool = False) -> Bools:
        """Return which of the fixed places some relation carries to from a spot (from them)."""
        here = self.times.place_of(origin)
        if here is not None:
            row = self.allowed[:, here] if backward else self.allowed[here]
            return np.asarray(row[goals], np.bool_)
        mine = self.areas_at(origin)
        areas = [self.areas_at(self.times.spots[at]) for at in goals.tolist()]
        pairs = {(r.origin, r.destination) for r in self.service.relations}
        found = [
            any((b, a) in pairs if backward else (a, b) in pairs for a in mine for b in other)
            for other in areas
        ]
        return np.asarray(np.array(found, np.bool_) & self.usable[goals])

    # --- walks

    def _ends(self, point: tuple[float, float], walk_mps: float, *, backward: bool = False) -> Ends:
        """Return where a rider at a door may get on (off), the door itself among them."""
        budget_s = int(self.service.limits.max_walk_m * DETOUR / walk_mps) + 1
        stops, seconds = self._near(point, budget_s, walk_mps, backward=backward)
        spots = [self.times.spots[at] for at in stops.tolist()]
        door = Spot(*point)
        if self.areas_at(door) and (self._walker is None or self._walker.is_near(*point)):
            spots.append(door)
            seconds = np.append(seconds, 0)
        free = np.array([spot.stop is None for spot in spots], np.bool_)
        return Ends(tuple(spots), seconds.astype(np.int32), free)

    def _near(
        self, point: tuple[float, float], budget_s: int, walk_mps: float, *, backward: bool
    ) -> tuple[I32, I32]:
        most_m = self.service.limits.max_walk_m
        lat, lon = self.times.roads.lat, self.times.roads.lon
        if self._walker is None:
            metres = distances_m(np.float64(point[0]), np.float64(point[1]), lat, lon)
            near = np.flatnonzero((metres <= most_m) & self.usable).astype(np.int32)
            return near, np.ceil(metres[near] * DETOUR / walk_mps).astype(np.int32)
        reach = self._walker.reach(*point, budget_s, backward=backward, speed_mps=walk_mps)
        good = (reach.metres <= most_m) & self.usable[reach.stop]
        return reach.stop[good], reach.seconds[good]

    def _router(self, streets: StreetNetwork | None) -> StreetRouter | None:
        if streets is None:
            return None
        return StreetRouter(streets, Profile.FOOT, self.times.roads.lat, self.times.roads.lon)

    def _links(self, timetable: Timetable) -> tuple[Link, Link]:
        """Return the walks from stops of the service to those of the timetable, and back."""
        most_s = int(self.service.limits.max_walk_m / WALK_MPS)
        platforms = {
            at: set(platforms_of(timetable, self.stop_index[spot.stop]).tolist())
            for at, spot in enumerate(self.times.spots)
            if spot.stop in self.stop_index and self.usable[at]
        }
        into: dict[int, list[tuple[int, int]]] = {}
        for stop, target, seconds in _transfers(timetable, most_s):
            into.setdefault(target, []).append((stop, seconds))
        out, back = [], []
        for at, mine in platforms.items():
            ahead = dict.fromkeys(mine, 0)
            behind = dict(ahead)
            for stop in mine:
                row = slice(timetable.transfer_ptr[stop], timetable.transfer_ptr[stop + 1])
                pairs = zip(
                    timetable.transfer_stop[row].tolist(),
                    timetable.transfer_s[row].tolist(),
                    strict=True,
                )
                _keep_quickest(ahead, pairs, most_s)
                _keep_quickest(behind, into.get(stop, ()), most_s)
            out += [(at, stop, seconds) for stop, seconds in ahead.items()]
            back += [(at, stop, seconds) for stop, seconds in behind.items()]
        return _link(out), _link(back)


class OnDemandNetwork:
    """All on-demand services of an image and a region; immutable, safe to share."""

    def __init__(
        self,
        services: Iterable[OnDemandService],
        timetable: Timetable,
        streets: StreetNetwork | None,
        stop_of: StopOf,
    ) -> None:
        self.grounds: Mapping[str, ServiceGround] = {
            service.id: ServiceGround(service, timetable, streets, stop_of) for service in services
        }

    @property
    def services(self) -> Mapping[str, OnDemandService]:
        """The services by their ids."""
        return {key: ground.service for key, ground in self.grounds.items()}

    def times(self, service_id: str) -> ServiceTimes:
        """Return the driving times of a service."""
        return self.grounds[service_id].times


def _is_in(area: Area, spot: Spot) -> bool:
    lat, lon = np.array([spot.lat]), np.array([spot.lon])
    return any(bool(inside(polygon, lat, lon)[0]) for polygon in area.polygons)


def _transfers(timetable: Timetable, most_s: int) -> Iterator[tuple[int, int, int]]:
    """Yield origin, target and seconds of the short transfers."""
    origin = np.repeat(np.arange(timetable.n_stops), np.diff(timetable.transfer_ptr))
    short = np.flatnonzero(timetable.transfer_s <= most_s)
    yield from zip(
        origin[short].tolist(),
        timetable.transfer_stop[short].tolist(),
        timetable.transfer_s[short].tolist(),
        strict=True,
    )


def _keep_quickest(known: dict[int, int], pairs: Iterable[tuple[int, int]], most_s: int) -> None:
    for stop, seconds in pairs:
        if seconds <= most_s:
            known[stop] = min(known.get(stop, seconds), seconds)


def _link(rows: list[tuple[int, int, int]]) -> Link:
    columns = np.array(rows, np.int32).reshape(-1, 3).T
    return Link(*(np.ascontiguousarray(column) for column in columns))
