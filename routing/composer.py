"""From what the timetable search found to a door-to-door journey: doors, ways and transfers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

import numpy as np

from routing.booking_rules import BookingRule
from routing.footways import Footways, place_of_stop
from routing.journey import Journey, Leg, RideLeg, WalkLeg
from routing.query import Place, PlanQuery
from routing.timetable import NONE, Timetable
from routing.transit.dayview import TripTerms
from routing.transit.search import TransitHop, TransitJourney, TransitRide

DoorLegs = Callable[[Place, Place, int], Iterable[Leg]]
"""Returns the legs between two places from a second on."""


class Composer:
    """Composes the journeys of one question; each way on foot is looked up once."""

    def __init__(
        self, timetable: Timetable, footways: Footways, query: PlanQuery, terms: TripTerms
    ) -> None:
        self._timetable = timetable
        self._terms = terms
        self._footways = footways
        self._query = query
        staying = (footways.platforms(via.place) for via in query.vias if via.stay_s > 0)
        self._staying = {int(stop) for stops in staying for stop in stops}
        self._ways: dict[tuple[Place, Place, int], WalkLeg] = {}
        self.rented: Callable[[TransitHop], DoorLegs | None] = _never
        """Says which transfers are no walks, and writes their legs."""

    def journey(
        self, found: TransitJourney, access: DoorLegs | None = None, egress: DoorLegs | None = None
    ) -> Journey:
        """Put the doors, and the ways from and to them, around the rides.

        ``access`` and ``egress`` write the ways that are not on foot.
        """
        legs = list(self._rides_and_transfers(found))
        origin, destination = self._query.origin, self._query.destination
        if access is not None:
            legs[:0] = access(origin, legs[0].origin, found.departure)
        elif found.access_s > 0 or origin.stop is None:
            first_stop = legs[0].origin
            legs.insert(0, self._walk(origin, first_stop, found.departure, found.access_s))
        if egress is not None:
            legs += egress(legs[-1].destination, destination, legs[-1].arrival)
        elif found.egress_s > 0 or destination.stop is None:
            last_stop = legs[-1].destination
            legs.append(self._walk(last_stop, destination, legs[-1].arrival, found.egress_s))
        return Journey(tuple(legs))

    def _rides_and_transfers(self, found: TransitJourney) -> Iterator[Leg]:
        ready = found.departure + found.access_s
        for leg, after in zip_longest(found.legs, found.legs[1:]):
            if isinstance(leg, TransitRide):
                yield self._ride(leg)
                ready = leg.arrival
            elif isinstance(after, TransitRide) and self._is_walk(leg):
                rented = self.rented(leg)
                if rented is not None:
                    yield from rented(self._stop(leg.from_stop), self._stop(leg.to_stop), ready)
                else:
                    yield self._transfer(leg, ready, after.departure)

    def _is_walk(self, hop: TransitHop) -> bool:
        """Say whether a transfer leads away; between two points of one stop nobody walks."""
        return self._stop(hop.from_stop) != self._stop(hop.to_stop)

    def _transfer(self, hop: TransitHop, ready: int, until: int) -> WalkLeg:
        """Return the walk between two rides; who stays where it starts, sets out late."""
        if hop.from_stop in self._staying and hop.to_stop not in self._staying:
            ready = until - self._query.preferences.transfer_buffer_s - hop.seconds
        return self._walk(self._stop(hop.from_stop), self._stop(hop.to_stop), ready, hop.seconds)

    def _ride(self, ride: TransitRide) -> RideLeg:
        return RideLeg(
            trip=ride.trip,
            day=ride.day,
            board=ride.board,
            alight=ride.alight,
            origin=self._stop(ride.from_stop),
            destination=self._stop(ride.to_stop),
            departure=ride.departure,
            arrival=ride.arrival,
            latest_booking=latest_booking(self._timetable, self._terms, ride),
            stay_seated=ride.stay_seated,
        )

    def _walk(self, origin: Place, destination: Place, departure: int, seconds: int) -> WalkLeg:
        key = origin, destination, seconds
        if key not in self._ways:
            speed_mps = self._query.preferences.walk_mps
            self._ways[key] = self._footways.leg(origin, destination, 0, seconds, speed_mps)
        return replace(self._ways[key], departure=departure, arrival=departure + seconds)

    def _stop(self, stop: int) -> Place:
        return place_of_stop(self._timetable, stop)


def _never(_: TransitHop) -> None:
    """Say that a transfer is a walk."""


def latest_booking(timetable: Timetable, terms: TripTerms, ride: TransitRide) -> int | None:
    """Return the Unix second until which a ride must be booked, or None where it need not be."""
    row = int(terms.rule[ride.trip])
    if row == NONE:
        return None
    rule = BookingRule.of_row(timetable.booking_rules[row])
    epochs = np.asarray(timetable.day_epoch[terms.zone[ride.trip]])
    return rule.latest_booking(ride.departure, epochs, ride.day)
