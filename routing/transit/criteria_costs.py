"""What rides cost: money and CO2 by boarding and by distance, ready for the kernels.

Distances are those of the crow's flight from stop to stop along the trip, whole metres. The price
of a distance is rounded to whole units at each stop of the trip, counted from its first one; so
the parts of a ride add up to the ride, and the order of adding does not matter.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np

from kommit.kit.geo import distances_m
from routing.realtime.overlay import OverlaidViews
from routing.timetable import F64, I32, I64
from routing.transit.arrays import N_STOPS, RECORD, Lanes
from routing.transit.criteria_bags import COSTS
from routing.transit.dayview import DayViews

MAX_RATE: Final = 100_000
"""Highest cost of a boarding and of a kilometre: sums stay far from 2**31."""


class Criterion(StrEnum):
    """What a search can weigh besides departure, arrival and rides. Less is better of each."""

    PRICE = "price"
    """Money, minor units: of each boarding and each kilometre."""
    WALKING = "walking"
    """Seconds on foot: access, hops between stops, and egress. Changing within a stop is none."""
    CO2 = "co2"
    """Grams of each kilometre."""
    RELIABILITY = "reliability"
    """Risk points of the changes: 1 for less than five minutes to spare, 2 for less than two."""


class RideCosts(NamedTuple):
    """Costs of rides by route; R routes. Whole numbers, 0 to ``MAX_RATE``."""

    boarding_minor: I32
    """(R,) minor units of money for each boarding."""
    minor_per_km: I32
    """(R,) minor units of money for each kilometre."""
    grams_per_km: I32
    """(R,) grams of CO2 for each passenger kilometre."""

    def check(self, n_routes: int) -> None:
        """Refuse figures that are not one for each route, or out of bounds.

        Raises
        ------
        ValueError
            With a sentence that says which.
        """
        for name, figures in zip(self._fields, self, strict=True):
            if figures.shape != (n_routes,):
                raise ValueError(f"{name} needs {n_routes} figures, one for each route")
            if figures.size and not 0 <= int(figures.min()) <= int(figures.max()) <= MAX_RATE:
                raise ValueError(f"{name} must be 0 to {MAX_RATE} for each route")


class LaneCosts(NamedTuple):
    """Costs of riding the lanes of one direction of a day view, for the kernels."""

    boarding: I32
    """(L * 3,) costs of each boarding."""
    riding: I32
    """(P * 3,) costs of riding from the lane's first position to each."""


def no_costs(n_routes: int) -> RideCosts:
    """Return costs of nothing, for questions about walking and reliability."""
    return RideCosts(*(np.zeros(n_routes, dtype=np.int32) for _ in RideCosts._fields))


def ride_cost(boarding: int, per_km: int, lat: F64, lon: F64, board: int, alight: int) -> int:
    """Return the cost of a ride on a trip with stops at ``lat`` and ``lon``, as lanes have it."""
    along = _priced(per_km, np.concatenate(([0], np.cumsum(_segments_m(lat, lon)))))
    return int(boarding + along[alight] - along[board])


def lane_costs(
    costs: RideCosts,
    criteria: Sequence[Criterion],
    views: DayViews,
    forward: Lanes,
    sign: int,
) -> LaneCosts:
    """Return the costs of the lanes in one direction; the k-th criterion is the k-th cost.

    Parameters
    ----------
    costs
        By route.
    criteria
        At most three; those that rides do not cost anything of are 0.
    views
        Where the lanes come from.
    forward
        The lanes in real time, whatever the direction.
    sign
        1 for these lanes, -1 for their mirror.
    """
    route = _lane_routes(forward, trip_routes(views))
    first, lane = _positions(forward)
    along_m = _along_m(forward, views, first[lane])
    boarding = np.zeros((route.size, COSTS), dtype=np.int32)
    riding = np.zeros((forward.stops.size, COSTS), dtype=np.int32)
    for cost, criterion in enumerate(criteria):
        if criterion is Criterion.PRICE:
            boarding[:, cost] = costs.boarding_minor[route]
            riding[:, cost] = _priced(costs.minor_per_km[route][lane], along_m)
        elif criterion is Criterion.CO2:
            riding[:, cost] = _priced(costs.grams_per_km[route][lane], along_m)
    if sign < 0:
        riding = _mirrored(riding, first, lane)
    return LaneCosts(boarding.ravel(), np.ascontiguousarray(riding).ravel())


def trip_routes(views: DayViews) -> I32:
    """Return the route of every trip that lanes may name; of a through-run, its first part's."""
    routes = views.frame.ridden.trip_route
    if not isinstance(views, OverlaidViews):
        return routes
    more = [run.route for run in views.overlay.added]
    more += [int(routes[parts[0].trip]) for parts in views.overlay.through.rejoined]
    return np.append(routes, more).astype(np.int32)


def _lane_routes(lanes: Lanes, routes: I32) -> I32:
    """Return the (L,) route of each lane; the first one for lanes that have lost all trips."""
    first, end = lanes.slot_ptr[:-1], lanes.slot_ptr[1:]
    route = np.zeros(first.size, dtype=np.int32)
    has_trips = end > first
    route[has_trips] = routes[lanes.slot_trip[first[has_trips]]]
    return route


def _positions(lanes: Lanes) -> tuple[I64, I64]:
    """Return the (L+1,) first position of each lane and the (P,) lane of each position."""
    n_stops = lanes.records[N_STOPS::RECORD]
    first = np.concatenate(([0], np.cumsum(n_stops, dtype=np.int64)))
    return first, np.repeat(np.arange(n_stops.size), n_stops)


def _along_m(lanes: Lanes, views: DayViews, lane_first: I64) -> I64:
    """Return the (P,) metres from the lane's first position to each."""
    timetable = views.frame.timetable
    stops = views.frame.order[lanes.stops]
    metres = np.zeros(stops.size, dtype=np.int64)
    if stops.size:
        metres[1:] = np.cumsum(_segments_m(timetable.stop_lat[stops], timetable.stop_lon[stops]))
    along: I64 = metres - metres[lane_first]
    return along


def _segments_m(lat: F64, lon: F64) -> I64:
    """Return the whole metres between each two neighbours; 0 where no position is known."""
    metres = np.nan_to_num(distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:]))
    return np.rint(metres).astype(np.int64)


def _priced(per_km: I32 | int, along_m: I64) -> I64:
    priced: I64 = (np.asarray(per_km, dtype=np.int64) * along_m + 500) // 1000
    return priced


def _mirrored(riding: I32, first: I64, lane: I64) -> I32:
    """Return the costs along the mirrored lanes: those from the other end."""
    begin, last = first[lane], first[lane + 1] - 1
    position = np.arange(lane.size)
    mirrored: I32 = riding[last] - riding[begin + last - position]
    return mirrored
