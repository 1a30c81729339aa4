"""Door to door: walk, rides, walk; and the walk all the way, as one Pareto set of journeys."""

from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from routing.composer import Composer
from routing.footways import Footways, StopWalks
from routing.journey import Journey
from routing.pace import pace_of
from routing.paging import NO_PAGE, Pager, Span, TransitPage, Turn
from routing.query import PlanQuery, TimeKind
from routing.street.network import StreetNetwork
from routing.timetable import Timetable
from routing.transit.bounds import Bounds
from routing.transit.dayview import DayViews
from routing.transit.search import TransitJourney, TransitQuery, TransitSearch
from routing.transit.stopovers import TransitVia


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a question's journeys."""

    journeys: list[Journey]
    """Earliest departure first."""
    span: Span | None
    """The span whose journeys these are, or None where there are no pages to turn: without a
    window, or without a stop in reach."""


class Planner:
    """Answers door-to-door questions on one image; safe to share between threads."""

    def __init__(
        self, timetable: Timetable, streets: StreetNetwork | None, bounds: Bounds | None = None
    ) -> None:
        self.timetable = timetable
        self.transit = TransitSearch(timetable, bounds=bounds)
        self.footways = Footways(timetable, streets)

    def under(self, views: DayViews) -> Self:
        """Return a planner that sees other views of the same timetable, such as overlaid ones.

        The rest is shared. A planner never changes its views, so an answer is that of one
        overlay from its first search to its last booking deadline.
        """
        other = copy(self)
        other.transit = copy(self.transit)
        other.transit.views = views
        return other

    def plan(self, query: PlanQuery) -> list[Journey]:
        """Return the journeys of the first page."""
        return self.page(query).journeys

    def page(self, query: PlanQuery, turn: Turn | None = None) -> Page:
        """Return the good journeys, earliest departure first, and the span that they are of.

        Good is: no other journey leaves no earlier, arrives no later and needs no more rides; a
        walk could start at any time, and stands on the first page. Where nothing leaves (arrives)
        within the window, the journeys of the next are answered instead, up to a day away.

        Parameters
        ----------
        query
            The question.
        turn
            Which page beside another is wanted, instead of the first.
        """
        walk = self._direct_walk(query)
        page = self._rides(query, turn)
        composer = Composer(self.timetable, self.footways, query, self.transit.views.terms)
        journeys = [
            composer.journey(found)
            for found in page.journeys
            if walk is None or found.arrival - found.departure < _duration_s(walk)
        ]
        if walk is not None and turn is None:
            journeys.append(walk)
        journeys.sort(key=lambda each: (each.departure, each.arrival, each.rides))
        return Page(journeys, page.span)

    def _rides(self, query: PlanQuery, turn: Turn | None) -> TransitPage:
        preferences = query.preferences
        budget_s, speed_mps = preferences.max_walk_s, preferences.walk_mps
        access = self.footways.stops_near(query.origin, budget_s, speed_mps)
        egress = self.footways.stops_near(query.destination, budget_s, speed_mps, backward=True)
        if access.stop.size == 0 or egress.stop.size == 0:
            return NO_PAGE
        asked = replace(_transit_query(query, access, egress), vias=self._vias(query))
        if query.window_s == 0:
            return TransitPage(self.transit.search(asked), None)
        pager = Pager(partial(self._window, asked), query.kind, query.window_s)
        return pager.first(query.time) if turn is None else pager.turn(*turn)

    def _vias(self, query: PlanQuery) -> tuple[TransitVia, ...]:
        stops = (self.footways.platforms(via.place).tolist() for via in query.vias)
        return tuple(map(TransitVia, map(tuple, stops), (via.stay_s for via in query.vias)))

    def _window(self, asked: TransitQuery, time: int, window_s: int) -> list[TransitJourney]:
        return self.transit.search(replace(asked, time=time, window_s=window_s))

    def _direct_walk(self, query: PlanQuery) -> Journey | None:
        if query.vias:
            return None
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


def _transit_query(query: PlanQuery, access: StopWalks, egress: StopWalks) -> TransitQuery:
    return TransitQuery(
        access=(access.stop, access.seconds),
        egress=(egress.stop, egress.seconds),
        time=query.time,
        kind=query.kind,
        window_s=query.window_s,
        max_rides=query.preferences.max_rides,
        now=query.now,
        filter=query.preferences.rides,
        pace=pace_of(query.preferences.walk_mps, query.preferences.transfer_buffer_s),
    )


def _duration_s(journey: Journey) -> int:
    return journey.arrival - journey.departure
