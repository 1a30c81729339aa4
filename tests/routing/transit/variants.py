"""Ask the same question in every way the search can answer it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing.query import TimeKind
from routing.transit.reference import Answer, answers
from routing.transit.search import TransitJourney, TransitQuery, TransitSearch

DAY_S = 86_400
Variant = Callable[[TransitSearch, TransitQuery], list[TransitJourney]]


def departing(search: TransitSearch, query: TransitQuery) -> list[TransitJourney]:
    """By a range search over the departures."""
    return search.search(query)


def arriving(search: TransitSearch, query: TransitQuery) -> list[TransitJourney]:
    """By the mirrored range search over all arrivals, of which those in the window are kept."""
    mirrored = replace(query, kind=TimeKind.ARRIVE, time=query.time + DAY_S, window_s=DAY_S)
    end = query.time + query.window_s
    return [j for j in search.search(mirrored) if query.time <= j.departure < end]


def one_by_one(search: TransitSearch, query: TransitQuery) -> list[TransitJourney]:
    """By earliest arrivals: after each journey found, ask again from a second later."""
    found: set[TransitJourney] = set()
    second, end = query.time, query.time + query.window_s
    while second < end:
        now = search.search(replace(query, time=second, window_s=0))
        found.update(now)
        second = 1 + min((j.departure for j in now), default=end)
    best = [j for j in found if not any(criteria(o).beats(criteria(j)) for o in found)]
    return sorted(j for j in best if j.departure < end)


VARIANTS = [departing, arriving, one_by_one]
every_variant = pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v.__name__)


def criteria(journey: TransitJourney) -> Answer:
    return Answer(journey.departure, journey.arrival, journey.rides)


def agrees_with_reference(search: TransitSearch, query: TransitQuery) -> bool:
    """Say whether the search and its slow twin find the same criteria."""
    found = [criteria(journey) for journey in search.search(query)]
    if query.window_s == 0 and query.kind is TimeKind.DEPART:
        found = [answer._replace(departure=query.time) for answer in found]
    elif query.window_s == 0:
        found = [answer._replace(arrival=query.time) for answer in found]
    return len(set(found)) == len(found) and set(found) == answers(
        search.views.frame.timetable, query
    )
