"""What realtime makes of through-runs: taken apart, and joined again as their trips run."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from routing.timetable import NO_DROP_OFF, NO_PICKUP
from routing.transit.frame import Frame
from routing.transit.through import Part, planned_part

Told = Mapping[tuple[int, int], Part]
"""How trips run on days that realtime tells of; one without stops does not run."""


class Rejoined(NamedTuple):
    """What comes in place of the through-runs that realtime touches."""

    gone: list[tuple[int, int]]
    """Through-runs that do not run as the timetable says, by the number in slots, and the days."""
    alone: list[tuple[Part, int]]
    """Trips of theirs that run as planned, now for themselves, and the days."""
    joined: list[tuple[Sequence[Part], int]]
    """What is left of them: the parts of through-runs as they are expected, and the days."""


def rejoin(frame: Frame, told: Told) -> Rejoined:
    """Return what realtime makes of the timetable's through-runs.

    Nobody knows what becomes of a vehicle before and after a trip that is cancelled: the
    through-run ends there. It does, too, where a trip is told to leave before the vehicle of the
    one before arrives.
    """
    touched = sorted({(u, day) for trip, day in told for u in _through(frame, trip, day)})
    members = {(trip, day) for u, day in touched for trip in frame.through.trips(u)}
    pieces = dict.fromkeys(
        (piece, day)
        for u, day in touched
        for piece in _pieces([_part(frame, told, trip, day) for trip in frame.through.trips(u)])
    )
    return Rejoined(
        [(frame.through.n_trips + u, day) for u, day in touched],
        [
            (planned_part(frame.timetable, trip), day)
            for trip, day in sorted(members - told.keys())
            if not _runs_alone(frame, trip, day)
        ],
        [([_part(frame, told, trip, day) for trip in piece], day) for piece, day in pieces],
    )


def as_one(parts: Sequence[Part]) -> Part:
    """Return the parts in a row, with joints as ``transit.through`` writes them out."""
    rows = [[list(column) for column in part[1:]] for part in parts]
    for (_, arrivals, departures, flags), (_, later, leaves, rights) in pairwise(rows):
        departures[-1], later[0] = arrivals[-1], leaves[0]
        flags[-1] |= NO_PICKUP
        rights[0] |= NO_DROP_OFF
    return Part(parts[0].trip, *(list(chain.from_iterable(c)) for c in zip(*rows, strict=True)))


def _through(frame: Frame, trip: int, day: int) -> list[int]:
    tt = frame.timetable
    mine = frame.through.by_trip.get(trip, [])
    return [u for u in mine if tt.service_active[tt.through_service[u], day]]


def _runs_alone(frame: Frame, trip: int, day: int) -> bool:
    """Say whether the day views have the trip for itself."""
    return bool(frame.ridden.service_active[frame.ridden.trip_service[trip], day])


def _part(frame: Frame, told: Told, trip: int, day: int) -> Part:
    return told.get((trip, day)) or planned_part(frame.timetable, trip)


def _pieces(parts: Sequence[Part]) -> Iterator[tuple[int, ...]]:
    """Return the trips of each piece of a through-run that still holds together."""
    piece = [parts[0]]
    for part in parts[1:]:
        if not _holds(piece[-1], part):
            yield from _worth_joining(piece)
            piece = []
        piece.append(part)
    yield from _worth_joining(piece)


def _worth_joining(piece: Sequence[Part]) -> Iterator[tuple[int, ...]]:
    if len(piece) > 1:
        yield tuple(part.trip for part in piece)


def _holds(before: Part, after: Part) -> bool:
    both_run = len(before.stops) > 0 and len(after.stops) > 0
    return both_run and before.arrivals[-1] <= after.departures[0]
