"""The wheelchair's times of a timetable's transfers; computed once for an image."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kommit.kit.geo import distances_m
from routing.pace import WALK_MPS
from routing.street.dijkstra import FAR
from routing.street.network import StreetNetwork
from routing.street.profile import REFERENCE_MPS, Profile
from routing.street.router import budget_dm, seconds_of
from routing.timetable import I32, Timetable
from routing.wheelchair.nets import WheelRouter, usable_router, verified_router
from routing.wheelchair.transfers import (
    BARRED,
    NO_WAY,
    WheelTransfers,
    transfer_origins,
    unknown_transfers,
)

I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

ROLL_BUDGET_S: Final = 10 * 60
"""As long as on foot, which is 600 m."""
SAME_PLACE_M: Final = 1.0
"""Stops that are no further apart are one place, such as a platform that comes in two feeds."""


class StationWays(NamedTuple):
    """What feeds say of N ways within stations, each pair of stops once."""

    origin: I64
    target: I64
    seconds: I64
    """In a wheelchair, or ``BARRED``."""


NO_STATION_WAYS: Final = StationWays(*(np.empty(0, np.int64) for _ in range(3)))


def wheel_transfers(
    timetable: Timetable,
    streets: StreetNetwork | None,
    inside: StationWays = NO_STATION_WAYS,
    advance: Callable[[int, int], None] | None = None,
) -> WheelTransfers:
    """Return the times of the transfers in a wheelchair.

    What the feed says of ways within stations counts first; then streets, where both stops are at
    one; else nothing is known but the time on foot. Changing at one place needs no way. No transfer
    is quicker than on foot, or than the feed demands.
    """
    tt, nothing_known = timetable, unknown_transfers(timetable)
    here, there = tt.stop_of[transfer_origins(tt)], tt.stop_of[tt.transfer_stop]
    usable_s, verified_s = nothing_known.usable_s.copy(), nothing_known.verified_s.copy()
    apart = _metres(tt, here, there) > SAME_PLACE_M
    if streets is not None:
        placed, by_street = _by_streets(tt, streets, here, there, apart, advance)
        usable_s[placed], verified_s[placed] = by_street[:, placed]
    verified_s[~apart] = usable_s[~apart]
    told = _told(inside, here, there, tt.n_stops)
    usable_s = np.where(told == NO_WAY, usable_s, told)
    verified_s = np.where(told == NO_WAY, verified_s, told)
    return WheelTransfers(_at_least(usable_s, tt.transfer_s), _at_least(verified_s, tt.transfer_s))


def _at_least(seconds: I32, foot_s: I32) -> I32:
    return np.where(seconds >= 0, np.maximum(seconds, foot_s), seconds).astype(np.int32)


def _metres(tt: Timetable, here: I32, there: I32) -> npt.NDArray[np.float64]:
    lat, lon = np.asarray(tt.stop_lat), np.asarray(tt.stop_lon)
    return np.where(here == there, 0.0, distances_m(lat[here], lon[here], lat[there], lon[there]))


def _told(inside: StationWays, here: I32, there: I32, n_stops: int) -> I32:
    """Return (F,) what feeds say of the way of each transfer, ``NO_WAY`` where they are silent."""
    told = np.full(here.size, NO_WAY, np.int32)
    if inside.origin.size == 0:
        return told
    pairs = inside.origin * n_stops + inside.target
    order = np.argsort(pairs)
    wanted = here.astype(np.int64) * n_stops + there
    at = np.minimum(np.searchsorted(pairs[order], wanted), pairs.size - 1)
    found = pairs[order][at] == wanted
    told[found] = inside.seconds[order][at[found]]
    return told


def _by_streets(
    tt: Timetable,
    streets: StreetNetwork,
    here: I32,
    there: I32,
    apart: Mask,
    advance: Callable[[int, int], None] | None,
) -> tuple[Mask, I32]:
    """Return (F,) which transfers are between streets, and (2, F) usable and verified seconds."""
    stops = np.unique(np.concatenate([here[apart], there[apart]]))
    row = np.zeros(tt.n_stops, np.int32)
    row[stops] = np.arange(stops.size)
    lat, lon = np.asarray(tt.stop_lat)[stops], np.asarray(tt.stop_lon)[stops]
    routers = usable_router(streets, lat, lon), verified_router(streets, lat, lon)
    on_street = np.zeros(tt.n_stops, np.bool_)
    on_street[stops] = routers[0].snapped
    placed = apart & on_street[here] & on_street[there]
    found = np.full((2, here.size), NO_WAY, np.int32)
    order = np.flatnonzero(placed)
    order = order[np.argsort(here[order], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(here[order])) + 1)
    for n, group in enumerate(each for each in groups if each.size):
        for kind, router in enumerate(routers):
            origin, targets = int(row[here[group[0]]]), row[there[group]]
            found[kind, group] = _rolled_s(router, origin, targets)
        if advance is not None and n % 256 == 255:
            advance(n + 1, len(groups))
    return placed, found


def _rolled_s(router: WheelRouter, origin: int, targets: I32) -> I32:
    """Return seconds at the pace of the timetable's transfers, or ``NO_WAY``."""
    budget = budget_dm(ROLL_BUDGET_S, REFERENCE_MPS[Profile.WHEELCHAIR])
    cost = router.between_stops(origin, budget)[0][targets]
    seconds = np.maximum(seconds_of(np.where(cost < FAR, cost, 0), WALK_MPS), 1)
    return np.where(cost <= budget, seconds, NO_WAY).astype(np.int32)


def station_ways(all_ways: tuple[I64, I64], step_free: StationWays) -> StationWays:
    """Return the ways within stations; those that are not among ``step_free`` are barred.

    Parameters
    ----------
    all_ways
        Both ends of every way, on foot.
    """
    origin, target = all_ways
    width = max((int(column.max(initial=0)) for column in (*all_ways, step_free.target)), default=0)
    codes = np.unique(origin * (width + 1) + target)
    free = step_free.origin * (width + 1) + step_free.target
    seconds = np.full(codes.size, BARRED, np.int64)
    seconds[np.searchsorted(codes, free)] = step_free.seconds
    return StationWays(codes // (width + 1), codes % (width + 1), seconds)
