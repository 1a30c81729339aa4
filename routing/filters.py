"""Which rides a rider takes at all: routes, modes, operators, wheelchair, bicycle on board."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
import numpy.typing as npt

from routing.modes import MODES, ON_DEMAND, is_on_demand, modes_of
from routing.timetable import BIKES, I32, NO_WHEELCHAIR, NONE, U8, WHEELCHAIR, Timetable

Flags = npt.NDArray[np.bool_]

NOT_ACCESSIBLE: Final = 2
"""``Timetable.stop_wheelchair`` of a stop at which no vehicle can be boarded in a wheelchair."""
ACCESSIBLE: Final = 1
"""``Timetable.stop_wheelchair`` of a stop at which vehicles can be boarded in a wheelchair."""


class Chair(Enum):
    """Whether somebody comes in a wheelchair, and what they take."""

    NONE = 0
    ALLOW_UNKNOWN = 1
    """All that is not known to be impossible."""
    VERIFIED = 2
    """Only what is known to be possible."""

    def closed_stops(self, stop_wheelchair: U8) -> Flags:
        """Return (S,) at which stops the rider cannot board or alight."""
        if self is Chair.VERIFIED:
            return np.asarray(stop_wheelchair != ACCESSIBLE)
        return np.asarray((stop_wheelchair == NOT_ACCESSIBLE) & (self is not Chair.NONE))


@dataclass(frozen=True, slots=True)
class RideFilter:
    """What every ride of a journey must be, and must not be.

    Each ``only_…`` narrows what the others leave; None narrows nothing, and an empty set leaves
    nothing. Whatever is banned by any of ``banned_…`` is out. Routes and agencies are indices of
    the timetable, modes are those of ``routing.modes.MODES``.

    Raises
    ------
    ValueError
        If a mode is not one of ``MODES``.
    """

    only_routes: frozenset[int] | None = None
    only_modes: frozenset[str] | None = None
    only_agencies: frozenset[int] | None = None
    banned_routes: frozenset[int] = frozenset()
    banned_modes: frozenset[str] = frozenset()
    banned_agencies: frozenset[int] = frozenset()
    wheelchair: bool = False
    """Only trips and stops that the feed says can be used in a wheelchair. Ways between stops are
    looked at by ``routing.wheelchair``, not by the filter."""
    allow_unknown: bool = False
    """In a wheelchair: also trips and stops of which the feed says nothing."""
    bikes: bool = False
    """Only trips that the feed says take bicycles."""

    def __post_init__(self) -> None:
        unknown = (self.banned_modes | (self.only_modes or frozenset())).difference(MODES)
        if unknown:
            raise ValueError(f"there is no mode {', '.join(sorted(unknown))}: {', '.join(MODES)}")

    @property
    def chair(self) -> Chair:
        """What somebody in a wheelchair takes."""
        if not self.wheelchair:
            return Chair.NONE
        return Chair.ALLOW_UNKNOWN if self.allow_unknown else Chair.VERIFIED

    def allowed_rides(self, timetable: Timetable, route: I32, rule: I32, flags: U8) -> Flags:
        """Return (N,) whether each ride is taken.

        Parameters
        ----------
        timetable
            Of the rides.
        route, rule, flags
            (N,) route, booking rule or ``NONE``, and ``trip_flags`` of the rides.
        """
        needed = WHEELCHAIR * (self.chair is Chair.VERIFIED) | BIKES * self.bikes
        refused = NO_WHEELCHAIR * self.wheelchair
        allowed: Flags = (flags & (needed | refused)) == needed
        allowed &= self._allowed_routes(timetable)[route]
        if self.only_modes is not None or self.banned_modes:
            wanted = set(MODES if self.only_modes is None else self.only_modes)
            is_wanted = np.array([mode in wanted - self.banned_modes for mode in MODES])
            allowed &= is_wanted[_ride_modes(timetable, route, rule)]
        return allowed

    def _allowed_routes(self, timetable: Timetable) -> Flags:
        """Return (R,) whether a route and its agency are taken."""
        routes = _chosen(timetable.route_type.size, self.only_routes, self.banned_routes)
        agencies = _chosen(timetable.agency_zone.size, self.only_agencies, self.banned_agencies)
        return routes & agencies[timetable.route_agency]


ANY_RIDE: Final = RideFilter()
"""Excludes nothing."""


def _chosen(size: int, only: frozenset[int] | None, banned: frozenset[int]) -> Flags:
    chosen = np.full(size, only is None)
    if only is not None:
        chosen[list(only)] = True
    chosen[list(banned)] = False
    return chosen


def _ride_modes(timetable: Timetable, route: I32, rule: I32) -> npt.NDArray[np.int64]:
    rules = range(len(timetable.booking_rules))
    on_demand = [is_on_demand(timetable.booking_rules, one) for one in (*rules, NONE)]
    is_booked = np.array(on_demand, dtype=np.bool_)[rule]  # ``NONE`` is the last one
    return np.where(is_booked, ON_DEMAND, modes_of(timetable.route_type)[route])
