"""How long the vehicles of one service drive, as its promises reckon with it."""

from collections.abc import Sequence

import numpy as np

from routing.dispatch.model import I32, NO_ROAD
from routing.ondemand.fleet import Spot
from routing.ondemand.roads import Drives, Roads
from routing.ondemand.service import OnDemandService, TravelRules
from routing.street.network import StreetNetwork
from routing.street.way import StreetPath


class ServiceTimes:
    """Driving times between the stops of a service and any other spots; safe to share.

    Free flow of the streets times ``TravelRules.factor`` and the largest of ``hourly``: promises of
    one plan must not depend on when somebody looks at it, so they hold at the slowest hour.
    """

    def __init__(
        self, service: OnDemandService, streets: StreetNetwork | None, drives: Drives | None = None
    ) -> None:
        self.service = service
        stops = service.stops.values()
        depots = sorted({(v.lat, v.lon) for v in service.vehicles or ()})
        self.spots = tuple(
            [Spot(stop.lat, stop.lon, stop.id) for stop in stops]
            + [Spot(lat, lon) for lat, lon in depots]
        )
        lat, lon = (np.array([spot[axis] for spot in self.spots], np.float64) for axis in (0, 1))
        self.roads = Roads(streets, lat, lon)
        self._index = {(spot.lat, spot.lon): at for at, spot in reversed([*enumerate(self.spots)])}
        self._by_stop = {spot.stop: at for at, spot in enumerate(self.spots) if spot.stop}
        self.free_flow = self.roads.among() if drives is None else drives
        self.base = Drives(self._slowed(self.free_flow.seconds), self.free_flow.metres)

    @property
    def off_road(self) -> tuple[str, ...]:
        """Ids of the stops that no street is close to."""
        return tuple(s for at in self.roads.off_road.tolist() if (s := self.spots[at].stop))

    def place_of(self, spot: Spot) -> int | None:
        """Return the row of ``base`` of a spot, or None if it is none of the fixed ones."""
        if spot.stop is not None:
            return self._by_stop[spot.stop]
        return self._index.get((spot.lat, spot.lon))

    def with_others(self, others: Sequence[Spot]) -> Drives:
        """Return ``base`` with a further row and column for each of some spots."""
        if not others:
            return self.base
        n, m = len(self.spots), len(others)
        seconds, metres = (np.empty((n + m, n + m), np.int32) for _ in range(2))
        seconds[:n, :n], metres[:n, :n] = self.base
        for k, spot in enumerate(others, n):
            ahead, back = self.roads.rows((spot.lat, spot.lon))
            seconds[k, :n], seconds[:n, k] = (
                self._slowed(ahead.seconds[0]),
                self._slowed(back.seconds[:, 0]),
            )
            metres[k, :n], metres[:n, k] = ahead.metres[0], back.metres[:, 0]
            for j, other in enumerate(others, n):
                direct_s, direct_m = self.roads.between(spot[:2], other[:2])
                seconds[k, j] = self._slowed(np.array([direct_s], np.int32))[0]
                metres[k, j] = direct_m
        return Drives(seconds, metres)

    def drive(self, origin: Spot, goal: Spot) -> tuple[int, int]:
        """Return seconds and metres of one drive, ``NO_ROAD`` where there is no way."""
        here, there = self.place_of(origin), self.place_of(goal)
        if here is not None and there is not None:
            return int(self.base.seconds[here, there]), int(self.base.metres[here, there])
        seconds, metres = self.roads.between(origin[:2], goal[:2])
        return int(self._slowed(np.array([seconds], np.int32))[0]), metres

    def path(self, origin: Spot, goal: Spot) -> StreetPath | None:
        """Return the direct way between two spots, or None where no street is known."""
        return self.roads.path(origin[:2], goal[:2])

    def _slowed(self, seconds: I32) -> I32:
        factor = safe_factor(self.service.travel)
        return np.where(seconds >= NO_ROAD, NO_ROAD, np.ceil(seconds * factor)).astype(np.int32)


def safe_factor(travel: TravelRules) -> float:
    """Return how much longer than free flow drives take at the slowest hour."""
    return travel.factor * max((factor for _, factor in travel.hourly), default=1.0)
