"""Why nothing was answered in a wheelchair: what keeps the journeys of a laxer question from it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from routing.filters import Chair, RideFilter
from routing.journey import Journey
from routing.query import PlanQuery
from routing.sharing.wishes import VehicleWishes
from routing.wheelchair.verdicts import REFUSING, Judge, Reason, distinct

if TYPE_CHECKING:
    from routing.planner import Planner

MOST_JOURNEYS: Final = 3
"""So many journeys are looked at."""
MOST_REASONS: Final = 8


class Refusal(NamedTuple):
    """Why a question of somebody in a wheelchair has no answer."""

    unknown_would_do: bool
    """There are journeys of which not all is known; the reasons say what."""
    reasons: tuple[Reason, ...]
    """None where no journey is found on foot, either."""


def refusal_of(planner: "Planner", query: PlanQuery) -> Refusal:
    """Return why a question has no answer in a wheelchair.

    Journeys that are not verified are looked for first, then those on foot.
    """
    rides = query.preferences.rides
    if rides.chair is Chair.VERIFIED:
        journeys = _asked(planner, query, replace(rides, allow_unknown=True))
        if journeys:
            return Refusal(unknown_would_do=True, reasons=_reasons(planner, query, journeys))
    on_foot = _asked(planner, query, replace(rides, wheelchair=False))
    found = _reasons(planner, query, on_foot)
    refused = tuple(reason for reason in found if reason.cause in REFUSING)
    return Refusal(unknown_would_do=False, reasons=refused)


def _asked(planner: "Planner", query: PlanQuery, rides: RideFilter) -> Sequence[Journey]:
    vehicles = VehicleWishes(rentals=False)
    preferences = replace(query.preferences, rides=rides, vehicles=vehicles)
    return planner.page(replace(query, preferences=preferences)).journeys[:MOST_JOURNEYS]


def _reasons(
    planner: "Planner", query: PlanQuery, journeys: Sequence[Journey]
) -> tuple[Reason, ...]:
    judge = judge_of(planner, query)
    reasons = [
        reason
        for journey in journeys
        for verdict in judge.verdicts(journey)
        for reason in verdict.reasons
    ]
    return tuple(distinct(reasons)[:MOST_REASONS])


def judge_of(planner: "Planner", query: PlanQuery) -> Judge:
    """Return who judges the journeys of a question."""
    wishes = query.preferences
    flags = planner.transit.views.terms.flags
    return Judge(planner.timetable, planner.rolling, flags, wishes.walk_mps, wishes.max_walk_s)
