"""The timetable search with further criteria: plain search, bounds, search with bags."""

from operator import itemgetter
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from routing.filters import ANY_RIDE
from routing.pace import USUAL
from routing.query import TimeKind
from routing.timetable import Timetable
from routing.transit.bounds import Bounds
from routing.transit.criteria import WeighedJourney, Weighing
from routing.transit.criteria_bags import COSTS, BagsPool, Costs, with_more_room
from routing.transit.criteria_bounds import find_bounds
from routing.transit.criteria_costs import Criterion, LaneCosts, RideCosts, lane_costs, no_costs
from routing.transit.criteria_profile import ANCHOR, Asked, find_weighed
from routing.transit.criteria_scene import Weights
from routing.transit.dayview import DayView, DayViews, Direction
from routing.transit.profile import find_journeys
from routing.transit.search import TransitJourney, TransitQuery, TransitSearch, _journeys
from routing.transit.workspace import JOURNEY, Ends, Terms, Workspace, with_room

_DEPARTURE_THEN_ARRIVAL = itemgetter(0, 1)
KEPT: Final = 6
"""Choices of criteria whose costs are kept for each day view (VBB: 2 MB each)."""

_NO_BOUNDS = np.empty(0, dtype=np.uint16)
_Kept = dict[tuple[tuple[Criterion, ...], int], LaneCosts]


class _Course(NamedTuple):
    """The way a question is searched; times are seconds in the direction of ``ahead``."""

    view: DayView
    ahead: Direction
    behind: Direction
    """The other direction of time."""
    sources: Ends
    targets: Ends
    terms: Terms
    now_s: int | None


class CriteriaSearch(TransitSearch):
    """A timetable search that can weigh more than time and rides. Thread-safe.

    Parameters
    ----------
    timetable
        The compiled timetable.
    views
        Its day views, where there are some already.
    bounds
        Those of the image, where there are some.
    costs
        Of rides, by route; without, price and CO2 are 0.
    """

    def __init__(
        self,
        timetable: Timetable,
        views: DayViews | None = None,
        bounds: Bounds | None = None,
        costs: RideCosts | None = None,
    ) -> None:
        super().__init__(timetable, views, bounds)
        n_routes = timetable.route_type.size
        self._ride_costs = costs or no_costs(n_routes)
        self._ride_costs.check(n_routes)
        self._bags = BagsPool(timetable.n_stops)
        self._lane_costs: WeakKeyDictionary[DayView, _Kept] = WeakKeyDictionary()

    def weigh(self, query: TransitQuery, weighing: Weighing) -> list[WeighedJourney]:
        """Return the good journeys near those that ``search`` answers, by departure and arrival.

        Raises
        ------
        ValueError
            If access or egress name a stop that does not exist or a negative time, or if there is
            a via, a filter, or another pace than the usual: these are not weighed with yet.
        """
        if query.pace != USUAL or query.filter not in (None, ANY_RIDE):
            raise ValueError("criteria are not weighed together with a filter or a pace yet")
        if query.vias:
            raise ValueError("criteria are not weighed together with vias yet")
        views = self.views  # one overlay for the whole question
        course = self._course(views, query)
        costs = self._costs_of(views, course, weighing.criteria)
        work = course.ahead.pool.take()
        self._restrict(course, course.ahead, work)
        n_anchors, work = _anchors(course, work)
        if n_anchors == 0:
            course.ahead.pool.give(work)
            return []
        asked = _asked(course, query, weighing, _journeys(work, n_anchors, course.view.through))
        bounds = course.behind.pool.take()
        self._restrict(course, course.behind, bounds)
        _bound(course, bounds, work, asked)
        found = self._weighed(course, work, bounds, costs, weighing, asked)
        course.behind.pool.give(bounds)
        return found

    def _course(self, views: DayViews, query: TransitQuery) -> _Course:
        access, egress = self._offsets(query.access), self._offsets(query.egress)
        reach_s = query.window_s + query.max_duration_s
        departs = query.kind is TimeKind.DEPART
        first = query.time if departs else query.time - reach_s
        view = views.covering(first, first + reach_s)
        ahead, behind = view.forward, view.mirrored
        if not departs:
            ahead, behind, access, egress = behind, ahead, egress, access
        begin = (query.time - view.start) * ahead.sign
        terms = Terms(
            begin, query.window_s, query.max_rides, query.max_duration_s, ahead.sign, view.start
        )
        now_s = None if query.now is None else query.now - view.start
        return _Course(view, ahead, behind, access, egress, terms, now_s)

    def _restrict(self, course: _Course, direction: Direction, work: Workspace) -> None:
        bookable = course.view.bookable
        self._rules.restrict(direction.lanes, bookable, work, course.now_s, direction.sign)

    def _costs_of(
        self, views: DayViews, course: _Course, criteria: tuple[Criterion, ...]
    ) -> LaneCosts:
        kept = self._lane_costs.setdefault(course.view, {})
        key = criteria, course.ahead.sign
        costs = kept.get(key)
        if costs is None:
            lanes, sign = course.view.forward.lanes, course.ahead.sign
            costs = lane_costs(self._ride_costs, criteria, views, lanes, sign)
            if len(kept) >= KEPT:
                kept.clear()
            kept[key] = costs
        return costs

    def _weighed(
        self,
        course: _Course,
        work: Workspace,
        bounds: Workspace,
        costs: LaneCosts,
        weighing: Weighing,
        asked: Asked,
    ) -> list[WeighedJourney]:
        lanes, bags = course.ahead.lanes, self._bags.take()
        weights = _weights(weighing, asked.terms.max_rides)
        n_found = find_weighed(lanes, work, bags, bounds.labels, costs, weights, asked)
        while n_found < 0:
            bags, work = with_more_room(bags), with_room(work, 2 * work.journeys.size // JOURNEY)
            n_found = find_weighed(lanes, work, bags, bounds.labels, costs, weights, asked)
        costs_found = bags.found[: n_found * COSTS].reshape(-1, COSTS).tolist()
        journeys = _journeys(work, n_found, course.view.through)
        self._bags.give(bags)
        course.ahead.pool.give(work)
        weighed = [
            WeighedJourney(journey, dict(zip(weighing.criteria, values, strict=False)))
            for journey, values in zip(journeys, costs_found, strict=True)
        ]
        return sorted(weighed, key=lambda each: _DEPARTURE_THEN_ARRIVAL(each.journey))


def _anchors(course: _Course, work: Workspace) -> tuple[int, Workspace]:
    """Search plainly; return the number of journeys, and the workspace that holds them.

    Without bounds, since what is too late for the plain search may be in time for this one; its
    labels must tell how early riders can be, and not just those who are the quickest.
    """
    lanes = course.ahead.lanes._replace(bounds=_NO_BOUNDS)
    sources, targets, terms = course.sources, course.targets, course.terms
    n_journeys = find_journeys(lanes, work, sources, targets, terms)
    while n_journeys < 0:
        work = with_room(work, 2 * work.journeys.size // JOURNEY)
        n_journeys = find_journeys(lanes, work, sources, targets, terms)
    return n_journeys, work


def _asked(
    course: _Course, query: TransitQuery, weighing: Weighing, journeys: list[TransitJourney]
) -> Asked:
    """Return the question, with what is near the journeys of the plain search."""
    terms, slack = course.terms, weighing.slack
    most_rides = min(query.max_rides, max(each.rides for each in journeys) + slack.rides)
    anchors = np.empty((len(journeys), ANCHOR), dtype=np.int64)
    for row, journey in zip(anchors, journeys, strict=True):
        near_s = slack.of(journey)
        first, last = journey.departure - near_s, journey.arrival + near_s
        if terms.sign < 0:
            first, last = -last, -first
        row[0] = first - terms.sign * terms.epoch if query.window_s else terms.begin
        row[1] = last - terms.sign * terms.epoch
        row[2] = min(most_rides, journey.rides + slack.rides)
    terms = terms._replace(max_rides=most_rides)
    return Asked(course.sources, course.targets, terms, anchors.ravel())


def _bound(course: _Course, bounds: Workspace, work: Workspace, asked: Asked) -> None:
    """Leave in ``bounds`` until when every stop is of use for a journey near an anchor."""
    earliest, latest, _ = asked.anchors.reshape(-1, ANCHOR).T
    begin = max(course.terms.begin, int(earliest.min()))
    find_bounds(
        course.behind.lanes,
        bounds,
        work,
        course.sources,
        course.targets,
        asked.terms._replace(begin=begin),
        int(latest.max()),
    )


def _weights(weighing: Weighing, max_rides: int) -> Weights:
    """Return what the kernels need to know of the criteria.

    Riders are compared by steps when they get ready after each ride but the last, and at the
    destination. Half of a quantum may be lost on the way, and what remains at the destination.
    """
    criteria = weighing.criteria
    walking = [int(criterion is Criterion.WALKING) for criterion in criteria]
    risk = [int(criterion is Criterion.RELIABILITY) for criterion in criteria]
    quanta, changes = [weighing.quanta[criterion] for criterion in criteria], max_rides - 1
    grain = [max(1, quantum // max(2 * changes, 1)) for quantum in quanta]
    # comparing by steps of n loses n - 1 at most
    end = [quantum - changes * (n - 1) for quantum, n in zip(quanta, grain, strict=True)]
    return Weights(
        Costs(*_padded(walking, 0)),
        Costs(*_padded(risk, 0)),
        Costs(*_padded(grain, 1)),
        Costs(*_padded(end, 1)),
    )


def _padded(values: list[int], filler: int) -> list[int]:
    return values + [filler] * (COSTS - len(values))
