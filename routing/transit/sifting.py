"""Search only what a rider takes: the lanes, the stops, and the pace of changing vehicles."""

from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from routing.filters import ANY_RIDE, Chair, RideFilter
from routing.pace import USUAL, TransferPace
from routing.timetable import I32, U16
from routing.transit.arrays import Lanes
from routing.transit.bounds import Bounds
from routing.transit.dayview import Direction
from routing.transit.frame import Frame, Hops, hops_of
from routing.transit.workspace import Ends, Workspace

Seconds = TypeVar("Seconds", I32, U16)

KEPT: Final = 8
"""Ways remembered for each timetable."""
NO_CHANGE: Final = 2**30
"""``change_s`` of a stop at which nobody changes: no search looks so far."""


class Sifted(NamedTuple):
    """What one search works on."""

    lanes: Lanes
    work: Workspace


class Ways(NamedTuple):
    """How riders change vehicles: the parts of ``Lanes`` that are the same on every date."""

    hops: Hops
    hops_in: Hops
    change_s: I32
    bounds: Bounds
    haste_percent: int
    """Of ``Lanes.haste``: quick walkers beat the times that it was made of."""

    def on(self, lanes: Lanes, sign: int) -> Lanes:
        """Return the lanes with these ways; ``sign`` is -1 for mirrored lanes, else 1."""
        outward, inward = (self.hops, self.hops_in) if sign > 0 else (self.hops_in, self.hops)
        bounds = self.bounds.ahead if sign > 0 else self.bounds.back
        return lanes._replace(
            hop_ptr=outward.ptr,
            hops=outward.pairs,
            hop_in_ptr=inward.ptr,
            hops_in=inward.pairs,
            bounds=bounds.ravel(),
            haste=share(lanes.haste, self.haste_percent),
            change_s=self.change_s,
        )


class Sifter:
    """Narrows searches on one timetable; thread-safe. What nobody narrows costs nothing."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        stops = frame.timetable.stop_wheelchair
        self._closed = {chair: chair.closed_stops(stops) for chair in Chair}
        self._ways = lru_cache(KEPT)(self._find_ways)

    def sift(
        self,
        direction: Direction,
        work: Workspace,
        wanted: RideFilter | None,
        pace: TransferPace,
    ) -> Sifted:
        """Return what a search with a filter and a pace works on.

        ``work`` itself stays as it is: its records are replaced by a copy, so that it goes back
        to its pool without a trace of the filter.
        """
        lanes = direction.lanes
        if wanted is None and pace is USUAL:  # mostly, so not a comparison more
            return Sifted(lanes, work)
        if wanted is not None and wanted != ANY_RIDE:
            records = direction.choose(wanted)
            lanes, work = lanes._replace(records=records), work._replace(records=records.copy())
        if pace != USUAL or avoids_stops(wanted):
            lanes = self._ways(pace, chair_of(wanted)).on(lanes, direction.sign)
        return Sifted(lanes, work)

    def is_closed(self, wanted: RideFilter | None) -> npt.NDArray[np.bool_]:
        """Return (S,) at which stops a rider cannot get on or off, as far as is known."""
        return self._closed[chair_of(wanted)]

    def open_ends(self, ends: Ends, wanted: RideFilter | None) -> tuple[Ends, npt.NDArray[np.intp]]:
        """Return the ends that can be used in a wheelchair, and which of all they are."""
        kept = np.flatnonzero(~self.is_closed(wanted)[self._frame.order[ends.stops]])
        return Ends(ends.stops[kept], ends.seconds[kept]), kept

    def _find_ways(self, pace: TransferPace, chair: Chair) -> Ways:
        tt, rank = self._frame.timetable, self._frame.rank
        origin = np.repeat(np.arange(tt.n_stops), np.diff(tt.transfer_ptr))
        usual_s, target = self._transfers_s(chair), tt.transfer_stop
        seconds = pace.hop_s(usual_s, tt.transfer_m)
        change_s = pace.change_s(tt.stop_change_s)
        if chair is not Chair.NONE:
            closed = self._closed[chair]
            change_s[closed] = NO_CHANGE
            is_open = (usual_s >= 0) & ~(closed[origin] | closed[target])
            origin, target, seconds = origin[is_open], target[is_open], seconds[is_open]
        here, there = rank[origin], rank[target]
        at_least = min(pace.percent, 100)  # no part of a journey gets quicker than its walks
        return Ways(
            hops_of(here, there, seconds, tt.n_stops),
            hops_of(there, here, seconds, tt.n_stops),
            change_s[self._frame.order],
            Bounds._make(share(bound, at_least) for bound in self._frame.bounds),
            at_least,
        )

    def _transfers_s(self, chair: Chair) -> I32:
        """Return (F,) the time of the timetable's transfers, negative where there is no way.

        The same for everybody here. Bounds hold as long as no transfer is quicker than these.
        """
        del chair
        return self._frame.timetable.transfer_s


def share(seconds: Seconds, percent: int) -> Seconds:
    """Return a share of what takes some time at least, rounded down; as it is for 100 %."""
    if percent == 100:
        return seconds
    return (seconds.astype(np.int64) * percent // 100).astype(seconds.dtype)


def avoids_stops(wanted: RideFilter | None) -> bool:
    """Say whether a filter leaves out stops, and not only rides."""
    return wanted is not None and wanted.wheelchair


def chair_of(wanted: RideFilter | None) -> Chair:
    """Return what a filter says of wheelchairs."""
    return Chair.NONE if wanted is None else wanted.chair
