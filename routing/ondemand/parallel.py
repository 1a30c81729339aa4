"""The parallel-line rule: no shuttle where a scheduled ride serves the wish without a change.

As LOOPmünster has had it since August 2021, decided for each request: the bus is shown instead.
"""

from dataclasses import replace
from typing import NamedTuple

from routing.footways import Footways
from routing.ondemand.fleet import Spot
from routing.ondemand.quotes import Windows
from routing.ondemand.service import ParallelRule
from routing.pace import WALK_MPS
from routing.query import Place, TimeKind
from routing.transit.search import TransitQuery, TransitRide, TransitSearch


class Parallel(NamedTuple):
    """The scheduled ride that serves a wish."""

    trip: int
    day: int
    departure: int
    arrival: int


class ParallelLines:
    """Looks for scheduled rides beside shuttles; for one question."""

    def __init__(self, footways: Footways, transit: TransitSearch, asked: TransitQuery) -> None:
        self._footways, self._transit, self._asked = footways, transit, asked

    def find(
        self, rule: ParallelRule, pickup: Spot, drop_off: Spot, windows: Windows, *, arrive: bool
    ) -> Parallel | None:
        """Return a ride without a change that is as good, or None.

        Parameters
        ----------
        arrive
            Whether the rider must be there at the end of the windows; else they want to leave.
        """
        walks_s = int(rule.max_walk_m / WALK_MPS)
        near = self._footways.stops_near
        here = near(Place(pickup.lat, pickup.lon), walks_s, WALK_MPS)
        there = near(Place(drop_off.lat, drop_off.lon), walks_s, WALK_MPS, backward=True)
        if not here.stop.size or not there.stop.size:
            return None
        took_s = windows.drop_off_until - windows.pickup_from
        begin = windows.drop_off_until if arrive else windows.pickup_from
        asked = replace(
            self._asked,
            access=(here.stop, here.seconds),
            egress=(there.stop, there.seconds),
            kind=TimeKind.ARRIVE if arrive else TimeKind.DEPART,
            time=begin if arrive else begin - rule.max_shift_s,
            window_s=rule.max_shift_s if arrive else 2 * rule.max_shift_s,
            max_rides=1,
            vias=(),
        )
        for found in self._transit.search(asked):
            if found.arrival - found.departure <= took_s * rule.max_slower:
                first = found.legs[0]
                assert isinstance(first, TransitRide)  # noqa: S101 - a journey begins with a ride
                return Parallel(first.trip, first.day, first.departure, first.arrival)
        return None
