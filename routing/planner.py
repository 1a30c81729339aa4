"""Door to door: walk, rides, walk; and the walk all the way, as one Pareto set of journeys."""

from dataclasses import replace

from routing.composer import Composer
from routing.footways import Footways, StopWalks
from routing.journey import Journey
from routing.query import PlanQuery, TimeKind
from routing.street.graph import StreetGraph
from routing.timetable import Timetable
from routing.transit.bounds import Bounds
from routing.transit.search import TransitJourney, TransitQuery, TransitSearch


class Planner:
    """Answers door-to-door questions on one image; safe to share between threads."""

    def __init__(
        self, timetable: Timetable, streets: StreetGraph | None, bounds: Bounds | None = None
    ) -> None:
        self.timetable = timetable
        self.transit = TransitSearch(timetable, bounds=bounds)
        self.footways = Footways(timetable, streets)

    def plan(self, query: PlanQuery) -> list[Journey]:
        """Return the good journeys, earliest departure first.

        Good is: no other journey leaves no earlier, arrives no later and needs no more rides; a
        walk could start at any time. Where nothing leaves (arrives) within the window, the next
        journeys after (before) it are answered instead, up to a day away.
        """
        composer = Composer(self.timetable, self.footways, query)
        walk = self._direct_walk(query)
        journeys = [
            composer.journey(found)
            for found in self._rides(query)
            if walk is None or found.arrival - found.departure < _duration_s(walk)
        ]
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
        if leg is not None and query.kind is TimeKind.ARRIVE:
            took_s = leg.arrival - leg.departure
            leg = replace(leg, departure=query.time - took_s, arrival=query.time)
        return None if leg is None else Journey((leg,))


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


def _duration_s(journey: Journey) -> int:
    return journey.arrival - journey.departure
