"""Searches to make for one question, what becomes of their journeys, and what is left out then."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from routing.choosing import Candidate
from routing.ondemand.reach import ShuttleFound, ShuttleWay
from routing.query import TimeKind
from routing.sharing.doors import Doors
from routing.sharing.found import NEVER
from routing.transit.search import TransitJourney

Bans = frozenset[tuple[str, int]]
"""Services that are left out at stops of the timetable."""


class Task(NamedTuple):
    """A search to make: journeys that leave (arrive) in a span, without some ways."""

    kind: TimeKind
    begin: int
    end: int
    access: Bans = frozenset()
    egress: Bans = frozenset()
    with_hops: bool = True


class Ways(NamedTuple):
    """The ways of one journey: to its first ride, from its last, and between."""

    access: ShuttleWay | None
    egress: ShuttleWay | None
    between: tuple[tuple[ShuttleWay, int, int], ...]
    """With the end of the ride before, and the beginning of the ride after."""


class Verdict(NamedTuple):
    """What became of a journey, and what of it was refused or is worse than at best."""

    journey: TransitJourney
    candidate: Candidate | None
    bad_access: bool = False
    bad_egress: bool = False
    bad_between: bool = False

    @property
    def is_worse(self) -> bool:
        """Whether others may be better."""
        return self.bad_access or self.bad_egress or self.bad_between


def without(found: ShuttleFound, bans: Bans) -> ShuttleFound:
    """Return the ways of a service without those that are banned."""
    mine = [stop for service, stop in bans if service == found.ground.service.id]
    if not mine:
        return found
    seconds = found.seconds.copy()
    seconds[mine] = NEVER
    return replace(found, seconds=seconds)


def named(doors: Doors[ShuttleWay], ends: Iterable[int]) -> Bans:
    """Return the services and stops of some ends of doors."""
    ways = ((doors.way(at), int(doors.stop[at])) for at in ends)
    return frozenset(
        (way.ground.service.id, stop) for way, stop in ways if isinstance(way, ShuttleWay)
    )
