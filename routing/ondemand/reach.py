"""The ways with a service between a door and the stops of the timetable, as they are promised.

Their length does not depend on the fleet: it is what the service promises at its best. That makes
it a lower bound for the search; ``routing.ondemand.quotes`` finds what the fleet really promises.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from routing.dispatch.model import NO_ROAD
from routing.ondemand.fleet import Spot
from routing.ondemand.network import Ends, ServiceGround
from routing.ondemand.rides import boarding_s, promised_s
from routing.ondemand.service import Capacity, Limits
from routing.pace import WALK_MPS
from routing.sharing.found import NEVER
from routing.timetable import I32


class ShuttleWay(NamedTuple):
    """A way by a service; who takes it walks at both ends, or not at all."""

    ground: ServiceGround
    pickup: Spot
    drop_off: Spot
    walk_s: int
    ride_s: int
    """What is promised at best: pick-up window, boarding, the longest ride, getting off."""
    last_walk_s: int
    drive_s: int
    """Of the direct drive."""
    length_m: int

    @property
    def seconds(self) -> int:
        """All of it."""
        return self.walk_s + self.ride_s + self.last_walk_s


@dataclass(frozen=True, eq=False)
class ShuttleFound:
    """The quickest ways of one service between a door and all stops, S in all."""

    ground: ServiceGround
    party: Capacity
    seconds: I32
    """(S,) of the whole way, or ``NEVER``."""
    walk_s: I32
    """(S,) between the door and the spot near it; this and what follows where there is a way."""
    near: tuple[Spot, ...]
    """Spots near the door."""
    near_at: I32
    """(S,) which of them."""
    far_at: I32
    """(S,) row of ``ServiceTimes.spots`` near the stop."""
    backward: bool = False
    """Whether ways lead from the stops to the door."""

    def way(self, stop: int) -> ShuttleWay:
        """Return the way of a stop that has one."""
        near = self.near[int(self.near_at[stop])]
        far = self.ground.times.spots[int(self.far_at[stop])]
        ends = (far, near) if self.backward else (near, far)
        walk_s, seconds = int(self.walk_s[stop]), int(self.seconds[stop])
        drive_s, metres = self.ground.times.drive(*ends)
        ride_s = ride_seconds(self.ground.service.limits, self.party, drive_s)
        first, last = walk_s, seconds - ride_s - walk_s
        if self.backward:
            first, last = last, first
        return ShuttleWay(self.ground, *ends, first, ride_s, last, drive_s, metres)


def ride_seconds(limits: Limits, party: Capacity, drive_s: int) -> int:
    """Return what a ride takes as promised at best, getting off included."""
    return promised_s(limits, party, drive_s) + boarding_s(limits, party)


def rides_seconds(limits: Limits, party: Capacity, drive_s: I32) -> I32:
    """Return what rides take as ``ride_seconds`` has it, ``NEVER`` where there is no road."""
    fixed = limits.pickup_window_s + 2 * boarding_s(limits, party) + limits.detour_s
    taken = (drive_s * limits.detour_factor).astype(np.int64) + fixed
    return np.where(drive_s >= NO_ROAD, NEVER, taken).astype(np.int32)


def reached(
    ground: ServiceGround,
    point: tuple[float, float],
    walk_mps: float,
    party: Capacity,
    n_stops: int,
    *,
    backward: bool = False,
) -> ShuttleFound:
    """Return the quickest ways from a door to all stops (``backward``: from them to it)."""
    ends = ground.ends(point, walk_mps, backward=backward)
    link = ground.link_in if backward else ground.link_out
    seconds = np.full(n_stops, NEVER, np.int32)
    none = np.zeros(n_stops, np.int32)
    if not ends.spots or not link.place.size:
        return ShuttleFound(ground, party, seconds, none, ends.spots, none, none, backward)
    places = np.unique(link.place)
    table = _table(ground, ends, places, party, backward=backward)
    nearest = np.argmin(table, axis=0).astype(np.int32)
    best = np.full(len(ground.times.spots), NEVER, np.int64)
    source = np.zeros(len(ground.times.spots), np.int32)
    best[places], source[places] = table[nearest, np.arange(places.size)], nearest
    walked = np.ceil(link.seconds * max(WALK_MPS / walk_mps, 1.0)).astype(np.int64)
    total = np.minimum(best[link.place] + walked, NEVER)
    order = np.lexsort((link.place, total, link.stop))
    first = np.ones(order.size, np.bool_)
    first[1:] = link.stop[order][1:] != link.stop[order][:-1]
    chosen = order[first]
    stop, place = link.stop[chosen], link.place[chosen]
    near_at, far_at, walk_s = none.copy(), none.copy(), none.copy()
    seconds[stop], near_at[stop], far_at[stop] = total[chosen], source[place], place
    walk_s[stop] = ends.walk_s[source[place]]
    return ShuttleFound(ground, party, seconds, walk_s, ends.spots, near_at, far_at, backward)


def _table(
    ground: ServiceGround, ends: Ends, places: I32, party: Capacity, *, backward: bool
) -> I32:
    """Return (N, P) walk and ride between spots near a door and places, or ``NEVER``."""
    rows = []
    for spot, walk_s in zip(ends.spots, ends.walk_s.tolist(), strict=True):
        drive_s = _drives(ground, spot, places, backward=backward)
        ride_s = rides_seconds(ground.service.limits, party, drive_s).astype(np.int64)
        allowed = ground.may_ride(spot, places, backward=backward)
        rows.append(np.where(allowed & (ride_s < NEVER), ride_s + walk_s, NEVER))
    return np.array(rows, np.int64).astype(np.int32)


def _drives(ground: ServiceGround, spot: Spot, places: I32, *, backward: bool) -> I32:
    times = ground.times
    here = times.place_of(spot)
    if here is not None:
        base = times.base.seconds
        return np.asarray(base[places, here] if backward else base[here, places])
    table, last = times.with_others((spot,)).seconds, len(times.spots)
    return np.asarray(table[places, last] if backward else table[last, places])
