"""Ways in a wheelchair between doors and stops, and how much of each is verified."""

from dataclasses import replace

import numpy as np

from routing.footways import Footways, StopWalks
from routing.journey import WalkLeg
from routing.query import Place
from routing.street.network import StreetNetwork
from routing.street.way import StreetPath
from routing.street.ways import WheelchairState
from routing.timetable import I32, Timetable
from routing.wheelchair.nets import VERIFIED_SNAP_M, WheelRouter
from routing.wheelchair.transfers import BARRED, WheelTransfers, transfer_between


class WheelWays(Footways):
    """Answers who gets where in a wheelchair; safe to share between threads.

    Parameters
    ----------
    streets, router
        The streets and what finds ways on them; None where no street is known.
    transfers
        Of the timetable.
    verified
        The same of verified ways only; None for these themselves. They know no way without
        streets.
    """

    def __init__(
        self,
        timetable: Timetable,
        streets: StreetNetwork | None,
        router: WheelRouter | None,
        transfers: WheelTransfers,
        verified: "WheelWays | None" = None,
    ) -> None:
        self._stop_lat = np.asarray(timetable.stop_lat)
        self._stop_lon = np.asarray(timetable.stop_lon)
        self._timetable, self._streets, self._transfers = timetable, streets, transfers
        self._walker = self._ways = router
        self._verified = verified
        self._off_streets = np.ones(timetable.n_stops, bool) if router is None else ~router.snapped

    def stops_near(
        self, place: Place, budget_s: int, speed_mps: float, *, backward: bool = False
    ) -> StopWalks:
        """Return the stops in reach, as on foot; none that its station bars from ``place``."""
        near = super().stops_near(place, budget_s, speed_mps, backward=backward)
        barred = np.setdiff1d(self._barred(place, backward=backward), self.platforms(place))
        kept = ~np.isin(near.stop, barred)
        return StopWalks(near.stop[kept], near.seconds[kept])

    def leg(
        self, origin: Place, destination: Place, departure: int, seconds: int, speed_mps: float
    ) -> WalkLeg:
        """Return the way that takes ``seconds``, a verified one where it is no slower."""
        leg = super().leg(origin, destination, departure, seconds, speed_mps)
        return self._checked(leg, speed_mps)

    def direct(
        self, origin: Place, destination: Place, departure: int, budget_s: int, speed_mps: float
    ) -> WalkLeg | None:
        """Return the way from door to door, or None if there is none within ``budget_s``."""
        if self.is_barred(origin, destination):
            return None
        leg = super().direct(origin, destination, departure, budget_s, speed_mps)
        if leg is None or (self._verified is None and not leg.on_streets):
            return None
        return self._checked(leg, speed_mps)

    def way(
        self, origin: Place, destination: Place, max_s: int, speed_mps: float
    ) -> StreetPath | None:
        """Return the quickest way along streets, or None if there is none within ``max_s``."""
        return self._path(origin, destination, max_s, speed_mps)

    def is_barred(self, origin: Place, destination: Place) -> bool:
        """Say whether the feed tells that no step-free way leads from stop to stop."""
        return self.transfer_s(origin, destination)[0] == BARRED

    def transfer_s(self, origin: Place, destination: Place) -> tuple[int | None, int | None]:
        """Return the usable and verified times between two stops, None without a transfer."""
        if origin.stop is None or destination.stop is None:
            return None, None
        row = transfer_between(self._timetable, origin.stop, destination.stop)
        if row is None:
            return None, None
        return int(self._transfers.usable_s[row]), int(self._transfers.verified_s[row])

    def _as_the_crow_flies(self, place: Place, budget_s: int, speed_mps: float) -> I32:
        if self._verified is not None:
            return super()._as_the_crow_flies(place, budget_s, speed_mps)
        return np.full(self._stop_lat.size, budget_s + 1, np.int32)

    def _barred(self, place: Place, *, backward: bool) -> I32:
        """Return the stops that the feed bars from a stop, or to it."""
        tt = self._timetable
        if place.stop is None:
            return np.empty(0, np.int32)
        mine = np.isin(tt.stop_of, [place.stop])
        origin = np.repeat(np.arange(tt.n_stops), np.diff(tt.transfer_ptr))
        one, other = (tt.transfer_stop, origin) if backward else (origin, tt.transfer_stop)
        rows = mine[one] & (self._transfers.usable_s == BARRED)
        return tt.points_at(tt.stop_of[other[rows]])

    def _checked(self, leg: WalkLeg, speed_mps: float) -> WalkLeg:
        if self._verified is None:
            return replace(leg, unchecked_m=0)
        usable_s, verified_s = self.transfer_s(leg.origin, leg.destination)
        if usable_s is not None and usable_s == verified_s and usable_s >= 0:
            return replace(leg, unchecked_m=0)
        seconds = leg.arrival - leg.departure
        sure = self._verified.way(leg.origin, leg.destination, seconds, speed_mps)
        if sure is not None:
            way = {"lat": sure.lat, "lon": sure.lon, "distance_m": sure.metres, "path": sure}
            return replace(leg, **way, on_streets=True, unchecked_m=0)  # type: ignore[arg-type]
        return replace(leg, unchecked_m=self._unchecked_m(leg))

    def _unchecked_m(self, leg: WalkLeg) -> int:
        """Return the metres of a way of which not all is known; at least one."""
        if leg.path is None or self._streets is None:
            return max(leg.distance_m, 1)
        graph = self._streets.graph
        lengths = [
            (each.segment, abs(each.end - each.start) * graph.segment_length_dm[each.segment] / 10)
            for each in leg.path.stretches
        ]
        unknown = sum(
            metres
            for segment, metres in lengths
            if graph.segment_wheelchair[segment] != WheelchairState.VERIFIED
        )
        off_streets = leg.distance_m - sum(metres for _, metres in lengths)
        unknown += off_streets if off_streets > VERIFIED_SNAP_M else 0
        return max(round(float(unknown)), 1)
