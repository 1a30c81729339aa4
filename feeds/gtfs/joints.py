"""Whether a vehicle goes on from one trip to the next in a way that is of use to riders."""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from kommit.kit.geo import distances_m
from routing.timetable import NONE, Timetable

NEAR_M: Final = 200.0
"""A vehicle starts where it ended if it is not further away than this."""
MAX_LAYOVER_S: Final = 1800
"""Longest stand between two trips of a block through which riders stay."""


class Joints:
    """Looks at pairs of trips of one feed."""

    def __init__(self, timetable: Timetable) -> None:
        self._tt = timetable
        first, last = timetable.trip_event_ptr[:-1], timetable.trip_event_ptr[1:] - 1
        self._leaves = timetable.event_departure[first]
        self._arrives = timetable.event_arrival[last]
        self._zone = timetable.agency_zone[timetable.route_agency[timetable.trip_route]]
        self._turns_back = cache(self._find_turn)
        self._is_near = cache(lambda one, other: bool(self._near((one,), (other,))))

    def order(self, trip: int) -> tuple[int, int, int]:
        """Return what a vehicle's trips are sorted by."""
        return int(self._leaves[trip]), int(self._arrives[trip]), trip

    def in_time(self, one: int, other: int) -> bool:
        """Say whether a vehicle can run one trip and then the other."""
        return bool(
            self._arrives[one] <= self._leaves[other]
            and self._zone[one] == self._zone[other]
            and self.order(one) < self.order(other)
        )

    def goes_on(self, one: int, other: int) -> bool:
        """Say whether riders of one trip have a reason to stay for the other."""
        if not self.in_time(one, other):
            return False
        if self._leaves[other] - self._arrives[one] > MAX_LAYOVER_S:
            return False
        before, after = self._stops(one), self._stops(other)
        return self._is_near(before[-1], after[0]) and not self._turns_back(before, after)

    def end_alike(self, one: int, other: int) -> bool:
        """Say whether two trips end at the same place."""
        return self._is_near(self._stops(one)[-1], self._stops(other)[-1])

    def _stops(self, trip: int) -> tuple[int, ...]:
        return tuple(self._tt.event_stop[slice(*self._tt.trip_event_ptr[trip : trip + 2])].tolist())

    def _near(self, some: tuple[int, ...], others: tuple[int, ...]) -> npt.NDArray[np.bool_]:
        """Return (len(some), len(others)) whether stops are a short walk or less apart."""
        one, other = np.array(some)[:, None], np.array(others)[None, :]
        lat, lon, station = self._tt.stop_lat, self._tt.stop_lon, self._tt.stop_station
        close = distances_m(lat[one], lon[one], lat[other], lon[other]) <= NEAR_M
        same = (station[one] == station[other]) & (station[one] != NONE)
        return np.asarray(close | same | (one == other))

    def _find_turn(self, before: tuple[int, ...], after: tuple[int, ...]) -> bool:
        """Say whether the way out of the joint is the way in, up to where either ends.

        Stops on both sides of a street are near, and one side may have some that the other has
        not, as long as they are near one of its stops.
        """
        near = self._near(before, after)
        back, on = len(before) - 1, 0
        while back > 0 and on < len(after) - 1:
            if near[back - 1, on + 1]:
                back, on = back - 1, on + 1
            elif near[back - 1, on]:
                back -= 1
            elif near[back, on + 1]:
                on += 1
            else:
                return False
        return True
