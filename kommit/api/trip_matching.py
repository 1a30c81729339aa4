"""Which vehicles carried a rider who was seen here and there: fulfils ``TripMatcher``.

Two kinds of answers are tried: one ride on any trip that calls near both ends, and the journeys of
the search between them. Each is measured by how far it is from what was seen: when it leaves and
arrives, and where its vehicle was when the rider was seen. The nearest one is taken, if it is near
enough; else nothing explains what was seen.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from booking.domain.chain import ChainLeg, ChainPoint
from booking.domain.cico import Spot
from booking.service.trip_ports import NearStop
from kommit.api.journeys import chain_of, point_of_stop
from kommit.api.network import Network
from kommit.kit.geo import distances_m
from routing.journey import Journey, RideLeg, WalkLeg
from routing.query import Place, PlanQuery, Preferences
from routing.realtime.calls import DatedCall
from routing.timetable import NO_DROP_OFF

NEAR_M: Final = 400
"""Who is within so many metres of a stop may have boarded or alighted there."""
EARLY_S: Final = 3 * 60
"""A vehicle may have left so long before the check-in: people check in on board."""
LATE_S: Final = 10 * 60
"""A vehicle may have arrived so long after the check-out: people check out on board."""
AFTER_S: Final = 30 * 60
"""Nobody checks out later than this after alighting, for all we know."""
BOARDED: Final = 120
"""Departures that are looked at."""
LONGEST_S: Final = 6 * 3600
RIDE_COSTS_S: Final = 180
"""An explanation by another vehicle more must be nearer by so much."""
M_PER_S: Final = 10.0
"""So many metres beside the way are as bad as a second."""
LOST_M: Final = 1_500
"""Who was seen farther from a vehicle than this was not in it."""
SLACK_S: Final = 180
"""Vehicles are so early or late without telling."""
OTHER_VEHICLE_S: Final = 3_600
"""A beacon of another trip speaks against an explanation like this."""


class NetworkMatcher:
    """Explains trips by the network of the moment."""

    def __init__(self, network: Callable[[], Network]) -> None:
        self._network = network

    @property
    def image_id(self) -> str:
        """The network image of this moment."""
        return self._network().image.id

    def nearest(self, spot: Spot) -> NearStop | None:
        """Return the stop of a spot, or else the one next to it."""
        network = self._network()
        known = None if spot.stop_id is None else network.catalogue.find_stop(spot.stop_id)
        if known is not None:
            return NearStop(_point(network, known), 0)
        apart = _distances(network, spot)
        if not apart.size:
            return None
        stop = int(np.argmin(apart))
        return NearStop(_point(network, stop), round(float(apart[stop])))

    def rides(self, seen: Sequence[Spot]) -> tuple[ChainLeg, ...]:
        """Return the legs that explain where a rider was seen, or nothing."""
        network = self._network()
        seen = [_at_its_stop(network, spot) for spot in seen]
        begin, end = _unix(seen[0]), _unix(seen[-1])
        if not 0 <= end - begin <= LONGEST_S or not _has_timetable(network, seen):
            return ()
        found = [*_direct(network, seen), *_planned(network, seen)]
        scored = [
            (score, n)
            for n, one in enumerate(found)
            if (score := _score(network, one, seen)) is not None
        ]
        if not scored:
            return ()
        return chain_of(found[min(scored)[1]], network).legs


def _at_its_stop(network: Network, spot: Spot) -> Spot:
    """Return a spot with the place of its stop: a beacon knows better than a phone."""
    known = None if spot.stop_id is None else network.catalogue.find_stop(spot.stop_id)
    if known is None:
        return spot
    place = _place(network, known)
    return replace(spot, lat=place.lat, lon=place.lon)


def _direct(network: Network, seen: Sequence[Spot]) -> Iterator[Journey]:
    """Yield single rides from a stop near the check-in to one near the check-out."""
    at, until = _unix(seen[0]) - EARLY_S, _unix(seen[-1]) + LATE_S
    boarding, alighting = _stops_near(network, seen[0]), _stops_near(network, seen[-1])
    if not boarding or not alighting:
        return
    stops = np.unique(np.concatenate([network.platforms(stop) for stop in sorted(boarding)]))
    for row in network.board.departures(stops.astype(np.int32), at, BOARDED):
        if row.time > until or row.is_cancelled:
            continue
        calls = network.trips.calls(row.trip, row.day).expected
        board = next(
            (
                n
                for n, call in enumerate(calls)
                if (call.stop, call.departure) == (row.stop, row.time)
            ),
            None,
        )
        if board is None:
            continue
        for alight in range(board + 1, len(calls)):
            call = calls[alight]
            if call.stop in alighting and not call.flags & NO_DROP_OFF and call.arrival <= until:
                yield Journey((_ride(network, row.trip, row.day, board, alight, calls),))


def _ride(
    network: Network, trip: int, day: int, board: int, alight: int, calls: Sequence[DatedCall]
) -> RideLeg:
    origin, destination = (_place(network, calls[n].stop) for n in (board, alight))
    left, arrived = calls[board].departure, calls[alight].arrival
    return RideLeg(trip, day, board, alight, origin, destination, left, arrived)


def _planned(network: Network, seen: Sequence[Spot]) -> Iterator[Journey]:
    """Yield the search's journeys between both ends, by the timetable's rides alone."""
    begin, end = _unix(seen[0]), _unix(seen[-1])
    query = PlanQuery(
        origin=_end(network, seen[0]),
        destination=_end(network, seen[-1]),
        time=begin - EARLY_S,
        window_s=max(end - begin, EARLY_S),
        preferences=Preferences(max_walk_s=10 * 60, max_direct_walk_s=0),
    )
    if query.origin == query.destination:
        return
    for journey in network.planner.without_vehicles().plan(query):
        legs = journey.legs
        if all(isinstance(leg, RideLeg | WalkLeg) for leg in legs) and journey.rides:
            yield journey


def _score(network: Network, journey: Journey, seen: Sequence[Spot]) -> float | None:
    """Return how far a journey is from what was seen, in seconds; None: it was another one."""
    rides = [leg for leg in journey.legs if isinstance(leg, RideLeg)]
    begin, end = _unix(seen[0]), _unix(seen[-1])
    left, arrived = rides[0].departure - begin, rides[-1].arrival - end
    if left < -EARLY_S or not -AFTER_S <= arrived <= LATE_S:
        return None
    score = abs(left) / 2 + abs(arrived) + RIDE_COSTS_S * len(rides)
    for spot in seen:
        apart = _beside_m(network, rides, spot)
        if apart is not None and apart > LOST_M:
            return None
        score += (apart or 0) / M_PER_S
        if spot.vehicle is not None:
            ids = {network.trips.info(ride.trip).id for ride in rides}
            score += 0 if spot.vehicle in ids else OTHER_VEHICLE_S
    return score


def _beside_m(network: Network, rides: Sequence[RideLeg], spot: Spot) -> float | None:
    """Return how far a spot is from the vehicle that the rider should have been in.

    None where the rider was in none then.
    """
    at = _unix(spot)
    for ride in rides:
        if not ride.departure - SLACK_S <= at <= ride.arrival + SLACK_S:
            continue
        calls = network.trips.calls(ride.trip, ride.day).expected[ride.board : ride.alight + 1]
        tt = network.timetable
        stops = [call.stop for call in calls]
        times = np.array([[call.arrival, call.departure] for call in calls]).ravel()[1:-1]
        lat, lon = (np.repeat(part[stops], 2)[1:-1] for part in (tt.stop_lat, tt.stop_lon))
        moments = at + np.arange(-SLACK_S, SLACK_S + 1, 30)
        where = np.interp(moments, times, lat), np.interp(moments, times, lon)
        return float(distances_m(*where, np.float64(spot.lat), np.float64(spot.lon)).min())
    return None


def _stops_near(network: Network, spot: Spot) -> set[int]:
    """Return the stops, as riders know them, at which somebody at a spot may board or alight."""
    near = {int(stop) for stop in np.flatnonzero(_distances(network, spot) <= NEAR_M)}
    known = None if spot.stop_id is None else network.catalogue.find_stop(spot.stop_id)
    if known is not None:
        near |= {int(network.timetable.stop_of[stop]) for stop in network.platforms(known)}
    return near


def _distances(network: Network, spot: Spot) -> npt.NDArray[np.float64]:
    """(S,) metres from a spot to each stop that riders know."""
    tt = network.timetable
    known = slice(0, tt.n_known_stops)
    return distances_m(
        tt.stop_lat[known], tt.stop_lon[known], np.float64(spot.lat), np.float64(spot.lon)
    )


def _end(network: Network, spot: Spot) -> Place:
    known = None if spot.stop_id is None else network.catalogue.find_stop(spot.stop_id)
    return Place(spot.lat, spot.lon) if known is None else _place(network, known)


def _place(network: Network, stop: int) -> Place:
    tt = network.timetable
    return Place(float(tt.stop_lat[stop]), float(tt.stop_lon[stop]), stop)


def _point(network: Network, stop: int) -> ChainPoint:
    point = point_of_stop(network, stop)
    return ChainPoint(point.name, point.lat, point.lon, point.stop_id)


def _unix(spot: Spot) -> int:
    return int(spot.at.timestamp())


def _has_timetable(network: Network, seen: Sequence[Spot]) -> bool:
    days = (spot.at.astimezone(network.zone).date() for spot in (seen[0], seen[-1]))
    return all(network.first_day <= day <= network.last_day for day in days)
