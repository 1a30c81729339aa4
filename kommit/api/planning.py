"""The question of a rider as the search takes it; the same for HTTP and the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kommit.api.cursor import cursor_of, turn_of
from kommit.api.errors import InvalidInput, OutsidePeriod
from kommit.api.inputs import place_of, place_of_stop, stop_of, unix_of
from kommit.api.network import Network
from kommit.api.wheelchair import Rolled, rolled
from kommit.api.wishes import (
    ANYTHING,
    Wishes,
    filter_of,
    shuttles_of,
    vehicles_of,
    walk_mps,
)
from routing.journey import Journey
from routing.ondemand.quotes import Refused
from routing.paging import Side, Turn
from routing.query import MAX_VIAS, PlanQuery, Preferences, TimeKind, Via

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
    cursor: str | None = None
    """Of another page of the same question."""
    wishes: Wishes = ANYTHING
    via: Sequence[str] = ()
    """Ids of stops on the way, in order."""
    via_stay_min: Sequence[int] = ()
    """How long to stay at each; nothing stands for no stay at all."""


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
    vias = vias_of(question, network)
    if origin == destination and not vias:
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
            max_rides=question.max_rides,
            max_walk_s=question.max_walk_min * 60,
            walk_mps=walk_mps(question.wishes),
            transfer_buffer_s=question.wishes.transfer_buffer_min * 60,
            rides=filter_of(question.wishes, network),
            vehicles=vehicles_of(question.wishes, network),
            shuttles=shuttles_of(question.wishes),
        ),
        vias=vias,
    )


def vias_of(question: Question, network: Network) -> tuple[Via, ...]:
    """Return the stops on the way of a question.

    Raises
    ------
    InvalidInput, StopNotFound
        If there are too many, stays are missing, or a stop is.
    """
    if len(question.via) > MAX_VIAS:
        raise InvalidInput(("query", "via"), f"give up to {MAX_VIAS}: {len(question.via)}")
    stays = question.via_stay_min or [0] * len(question.via)
    if len(stays) != len(question.via):
        message = f"give one for each via or none: {len(stays)} for {len(question.via)}"
        raise InvalidInput(("query", "via_stay_min"), message)
    places = (place_of_stop(network, stop_of(stop_id, network)) for stop_id in question.via)
    return tuple(Via(place, minutes * 60) for place, minutes in zip(places, stays, strict=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of journeys, and the cursors of the pages beside it."""

    journeys: list[Journey]
    earlier: str | None = None
    """None where no earlier page can be asked for."""
    later: str | None = None
    known: Rolled | None = None
    """What is known of the journeys in a wheelchair, and why there are none."""
    refused: Sequence[Refused] = ()
    """Shuttles that were asked for, and why they are not offered."""


def plan(question: Question, network: Network, now: datetime) -> Answer:
    """Answer a question that is asked at ``now``; raises as ``query_of`` and ``turn_of``."""
    query = query_of(question, network, now)
    turn = None if question.cursor is None else turn_of(question.cursor, question)
    if turn is not None and not _has_timetable(network, turn):
        raise OutsidePeriod("cursor", network.first_day, network.last_day)
    page = network.planner.page(query, turn)
    known = rolled(page.journeys, network, query, explain=turn is None)
    if page.span is None:
        return Answer(page.journeys, known=known, refused=page.refused)
    turns = Turn(Side.EARLIER, page.span.begin), Turn(Side.LATER, page.span.end)
    cursors = (cursor_of(question, t) if _has_timetable(network, t) else None for t in turns)
    earlier, later = cursors
    return Answer(page.journeys, earlier, later, known, page.refused)


def _has_timetable(network: Network, turn: Turn) -> bool:
    """Say whether there is a timetable for a day on that side of the edge."""
    if turn.side is Side.EARLIER:
        return turn.edge > network.day_start(network.first_day)
    return turn.edge < network.day_start(network.last_day + timedelta(1))
