"""The question of a rider as the search takes it; the same for HTTP and the command line."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kommit.api.errors import InvalidInput
from kommit.api.inputs import place_of, unix_of
from kommit.api.network import Network
from routing.journey import Journey
from routing.query import PlanQuery, Preferences, TimeKind

HISTORY_S: Final = 24 * 3600
"""Questions about a time longer ago are about the timetable: nothing of it can be booked."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as it was written."""

    origin: str
    """``lat,lon`` or the id of a stop."""
    destination: str
    depart: datetime | None = None
    arrive: datetime | None = None
    window_min: int = 120
    max_rides: int = 6
    max_walk_min: int = 15


def query_of(question: Question, network: Network, now: datetime) -> PlanQuery:
    """Return the query of a question that is asked at ``now``.

    Raises
    ------
    InvalidInput, OutsidePeriod, StopNotFound
        If it cannot be answered as it is.
    """
    if question.depart is not None and question.arrive is not None:
        raise InvalidInput(("query", "arrive"), "give depart or arrive, not both")
    origin = place_of(question.origin, network, "from")
    destination = place_of(question.destination, network, "to")
    if origin == destination:
        raise InvalidInput(("query", "to"), "from and to are the same place")
    kind = TimeKind.DEPART if question.arrive is None else TimeKind.ARRIVE
    time = unix_of(question.arrive or question.depart or now, network, kind)
    asked_at = int(now.timestamp())
    return PlanQuery(
        origin=origin,
        destination=destination,
        time=time,
        kind=kind,
        window_s=question.window_min * 60,
        now=None if time < asked_at - HISTORY_S else asked_at,
        preferences=Preferences(
            max_rides=question.max_rides, max_walk_s=question.max_walk_min * 60
        ),
    )


def plan(question: Question, network: Network, now: datetime) -> list[Journey]:
    """Answer a question that is asked at ``now``; raises as ``query_of``."""
    return network.planner.plan(query_of(question, network, now))
