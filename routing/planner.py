"""Door to door: walk, rides, walk; and the walk all the way, as one Pareto set of journeys."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

import numpy as np

from routing.chains import ChainSearch
from routing.composer import Composer
from routing.filters import Chair
from routing.footways import Footways
from routing.journey import Journey
from routing.ondemand.between import ShuttleBetween
from routing.ondemand.network import OnDemandNetwork
from routing.ondemand.quotes import Refused
from routing.ondemand.search import Fleets, OnDemand
from routing.pace import pace_of
from routing.paging import NO_PAGE, Pager, Span, TransitPage, Turn
from routing.query import PlanQuery, TimeKind
from routing.sharing.between import Between
from routing.sharing.ground import Ground
from routing.sharing.own import OwnVehicles
from routing.sharing.parking import Parking
from routing.sharing.rental_search import RentalSearch
from routing.sharing.stock import classes_of
from routing.sharing.supply import Supply
from routing.street.network import StreetNetwork
from routing.timetable import Timetable
from routing.transit.bounds import Bounds
from routing.transit.dayview import DayViews
from routing.transit.search import Offsets, TransitJourney, TransitQuery, TransitSearch
from routing.transit.stopovers import TransitVia
from routing.wheelchair.rolling import Rolling
from routing.wheelchair.transfers import WheelTransfers


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a question's journeys."""

    journeys: list[Journey]
    """Earliest departure first."""
    span: Span | None
    """The span whose journeys these are, or None where there are no pages to turn: without a
    window, or without a stop in reach."""
    refused: tuple[Refused, ...] = ()
    """Shuttles that were asked for, and why they are not offered."""


class Planner:
    """Answers door-to-door questions on one image; safe to share between threads."""

    def __init__(
        self,
        timetable: Timetable,
        streets: StreetNetwork | None,
        bounds: Bounds | None = None,
        wheel_transfers: WheelTransfers | None = None,
    ) -> None:
        self.timetable = timetable
        self.rolling = Rolling(timetable, streets, wheel_transfers)
        self.transit = TransitSearch(timetable, bounds=bounds)
        self.footways = Footways(timetable, streets)
        stops = np.asarray(timetable.stop_lat), np.asarray(timetable.stop_lon)
        self._ground = None if streets is None else Ground(streets, *stops)
        self.own = None if self._ground is None else OwnVehicles(self._ground)
        self.rentals: RentalSearch | None = None
        self.between: Between | None = None
        self.on_demand: OnDemand | None = None

    def under(self, views: DayViews) -> Self:
        """Return a planner that sees other views of the same timetable, such as overlaid ones.

        The rest is shared. A planner never changes its views, so an answer is that of one
        overlay from its first search to its last booking deadline.
        """
        other = copy(self)
        other.transit = copy(self.transit)
        other.transit.views = views
        return other

    def with_supply(self, supply: Supply, moment: int) -> Self:
        """Return a planner that also rents the vehicles of a supply, as it is at a Unix second.

        What does not depend on the supply is shared. Without streets, nothing is rented.
        """
        other = copy(self)
        other.rentals = other.between = None
        if self._ground is not None:
            other.rentals = RentalSearch(self._ground, classes_of(supply, moment))
            other.rentals.prepare()
            other.between = Between(self.timetable, other.rentals)
        return other

    def with_parking(self, parking: Sequence[Parking]) -> Self:
        """Return a planner that knows where riders may park vehicles of their own."""
        other = copy(self)
        other.own = None if self._ground is None else OwnVehicles(self._ground, parking)
        return other

    def with_services(self, network: OnDemandNetwork) -> Self:
        """Return a planner that also knows on-demand services; those of others are offered."""
        other, frame = copy(self), self.transit.views.frame
        between = (
            ShuttleBetween(self.timetable, frame, ground) for ground in network.grounds.values()
        )
        other.on_demand = OnDemand(network, tuple(between))
        return other

    def with_fleets(self, fleets: Fleets) -> Self:
        """Return a planner that also offers the services whose fleets are asked for their plans."""
        if self.on_demand is None:
            return self
        other = copy(self)
        other.on_demand = replace(self.on_demand, fleets=fleets)
        return other

    def without_vehicles(self) -> Self:
        """Return a planner that takes nothing but the timetable's rides."""
        other = copy(self)
        other.rentals = other.between = other.own = other.on_demand = None
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
        chair = query.preferences.rides.chair
        if chair is not Chair.NONE:
            return self.rolling.planner(self, chair)._page(query, turn)  # noqa: SLF001 - a planner
        return self._page(query, turn)

    def _page(self, query: PlanQuery, turn: Turn | None) -> Page:
        walk = self._direct_walk(query)
        journeys, span, refused = self._found(query, turn)
        if walk is not None:
            journeys = [one for one in journeys if _duration_s(one) < _duration_s(walk)]
            journeys += [walk] if turn is None else []
        journeys.sort(key=lambda each: (each.departure, each.arrival, each.rides))
        return Page(journeys, span, refused)

    def _found(
        self, query: PlanQuery, turn: Turn | None
    ) -> tuple[list[Journey], Span | None, tuple[Refused, ...]]:
        """Return all journeys but the walk."""
        if self._has_vehicles_for(query):
            search = ChainSearch(self, query)
            return *search.page(turn), tuple(search.refused)
        page = self._rides(query, turn)
        composer = Composer(self.timetable, self.footways, query, self.transit.views.terms)
        return [composer.journey(found) for found in page.journeys], page.span, ()

    def _has_vehicles_for(self, query: PlanQuery) -> bool:
        wishes = query.preferences.vehicles
        rents = self.rentals is not None and wishes.rentals and bool(self.rentals.fleets)
        shuttles = self.on_demand is not None and query.preferences.shuttles.wanted
        return rents or shuttles or (wishes.own is not None and self.own is not None)

    def transit_query(
        self, query: PlanQuery, access: Offsets, egress: Offsets, time: int, window_s: int
    ) -> TransitQuery:
        """Return the question between stops for a span."""
        asked = _transit_query(query, access, egress)
        return replace(asked, vias=self._vias(query), time=time, window_s=window_s)

    def _rides(self, query: PlanQuery, turn: Turn | None) -> TransitPage:
        preferences = query.preferences
        budget_s, speed_mps = preferences.max_walk_s, preferences.walk_mps
        access = self.footways.stops_near(query.origin, budget_s, speed_mps)
        egress = self.footways.stops_near(query.destination, budget_s, speed_mps, backward=True)
        if access.stop.size == 0 or egress.stop.size == 0:
            return NO_PAGE
        ends = (access.stop, access.seconds), (egress.stop, egress.seconds)
        asked = replace(_transit_query(query, *ends), vias=self._vias(query))
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


def _transit_query(query: PlanQuery, access: Offsets, egress: Offsets) -> TransitQuery:
    return TransitQuery(
        access=access,
        egress=egress,
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
