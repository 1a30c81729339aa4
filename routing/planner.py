"""Door to door: walk, rides, walk; and the walk all the way, as one Pareto set of journeys."""

from collections.abc import Iterable

import numpy as np

from routing.booking_rules import BookingRule
from routing.footways import Footways, StopWalks, place_of_stop
from routing.journey import Journey, Leg, RideLeg, WalkLeg
from routing.query import Place, PlanQuery, TimeKind
from routing.street.graph import StreetGraph
from routing.timetable import NONE, Timetable
from routing.transit.search import (
    TransitHop,
    TransitJourney,
    TransitQuery,
    TransitRide,
    TransitSearch,
)


class Planner:
    """Answers door-to-door questions on one image; safe to share between threads."""

    def __init__(self, timetable: Timetable, streets: StreetGraph | None) -> None:
        self.timetable = timetable
        self.transit = TransitSearch(timetable)
        self.footways = Footways(timetable, streets)

    def plan(self, query: PlanQuery) -> list[Journey]:
        """Return the good journeys, earliest departure first.

        Good is: no other journey leaves no earlier, arrives no later and needs no more rides.
        Where nothing leaves (arrives) within the window, the next journeys after (before) it are
        answered instead, up to a day away.
        """
        walk = self._direct_walk(query)
        rides = [self._journey(found, query) for found in self._rides(query)]
        journeys = [ride for ride in rides if walk is None or _duration(ride) < _duration(walk)]
        if walk is not None:
            journeys.append(walk)
        return sorted(journeys, key=lambda each: (each.departure, each.arrival, each.rides))

    def _rides(self, query: PlanQuery) -> list[TransitJourney]:
        preferences = query.preferences
        budget_s, speed_mps = preferences.max_walk_s, preferences.walk_mps
        access = self.footways.stops_near(query.origin, budget_s, speed_mps)
        egress = self.footways.stops_near(query.destination, budget_s, speed_mps, backward=True)
        if access.stop.size == 0 or egress.stop.size == 0:
            return []
        in_window = self.transit.search(_transit_query(query, access, egress, query.window_s))
        return in_window or self.transit.search(_transit_query(query, access, egress, 0))

    def _direct_walk(self, query: PlanQuery) -> Journey | None:
        preferences = query.preferences
        leg = self.footways.direct(
            query.origin,
            query.destination,
            query.time,
            preferences.max_direct_walk_s,
            preferences.walk_mps,
        )
        if leg is None:
            return None
        return Journey((leg if query.kind is TimeKind.DEPART else _ending_at(leg, query.time),))

    def _journey(self, found: TransitJourney, query: PlanQuery) -> Journey:
        """Put doors and ways on foot around and between the rides."""
        speed_mps = query.preferences.walk_mps
        first, last = found.legs[0], found.legs[-1]
        assert isinstance(first, TransitRide)  # noqa: S101 - the search never hops before boarding
        legs: list[Leg] = []
        if found.access_s > 0 or query.origin.stop is None:
            board = place_of_stop(self.timetable, first.from_stop)
            legs.append(
                self.footways.leg(query.origin, board, found.departure, found.access_s, speed_mps)
            )
        legs.extend(self._middle(found, speed_mps))
        if found.egress_s > 0 or query.destination.stop is None:
            alight = place_of_stop(self.timetable, last.to_stop)
            legs.append(
                self.footways.leg(
                    alight, query.destination, legs[-1].arrival, found.egress_s, speed_mps
                )
            )
        return Journey(tuple(legs))

    def _middle(self, found: TransitJourney, speed_mps: float) -> Iterable[Leg]:
        clock = found.departure + found.access_s
        for leg in found.legs:
            if isinstance(leg, TransitHop):
                yield self._transfer(leg, clock, speed_mps)
                clock += leg.seconds
            else:
                yield self._ride(leg)
                clock = leg.arrival

    def _transfer(self, hop: TransitHop, departure: int, speed_mps: float) -> WalkLeg:
        origin = place_of_stop(self.timetable, hop.from_stop)
        destination = place_of_stop(self.timetable, hop.to_stop)
        return self.footways.leg(origin, destination, departure, hop.seconds, speed_mps)

    def _ride(self, ride: TransitRide) -> RideLeg:
        return RideLeg(
            trip=ride.trip,
            day=ride.day,
            board=ride.board,
            alight=ride.alight,
            origin=place_of_stop(self.timetable, ride.from_stop),
            destination=place_of_stop(self.timetable, ride.to_stop),
            departure=ride.departure,
            arrival=ride.arrival,
            latest_booking=latest_booking(self.timetable, ride.trip, ride.day, ride.departure),
        )


def latest_booking(timetable: Timetable, trip: int, day: int, departure: int) -> int | None:
    """Return the Unix second until which a ride must be booked, or None where it need not be."""
    row = int(timetable.trip_booking_rule[trip])
    if row == NONE:
        return None
    rule = BookingRule.of_row(timetable.booking_rules[row])
    agency = int(timetable.route_agency[timetable.trip_route[trip]])
    zone = int(timetable.agency_zone[agency])
    return rule.latest_booking(departure, np.asarray(timetable.day_epoch[zone]), day)


def _transit_query(
    query: PlanQuery, access: StopWalks, egress: StopWalks, window_s: int
) -> TransitQuery:
    return TransitQuery(
        access=(access.stop, access.seconds),
        egress=(egress.stop, egress.seconds),
        time=query.time,
        kind=query.kind,
        window_s=window_s,
        max_rides=query.preferences.max_rides,
        now=query.now,
    )


def _ending_at(leg: WalkLeg, arrival: int) -> WalkLeg:
    return WalkLeg(
        origin=leg.origin,
        destination=leg.destination,
        departure=arrival - (leg.arrival - leg.departure),
        arrival=arrival,
        distance_m=leg.distance_m,
        lat=leg.lat,
        lon=leg.lon,
        steps=leg.steps,
        on_streets=leg.on_streets,
    )


def _duration(journey: Journey) -> int:
    return journey.arrival - journey.departure


def place_at(lat: float, lon: float) -> Place:
    """Return a door's place."""
    return Place(lat, lon)
