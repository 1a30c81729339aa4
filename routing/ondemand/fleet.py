"""The fleet of a service at one moment, as the database tells it: duties, rides, and their plans.

Immutable. Search and hold compile it the same way (``routing.ondemand.board``), so what the search
offers is what the hold finds. Times are Unix seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from routing.ondemand.service import Capacity


class Spot(NamedTuple):
    """Where a vehicle stops, or is; WGS84 degrees."""

    lat: float
    lon: float
    stop: str | None = None
    """Id of a ``ServiceStop``; None: an address, a depot, or on the road."""


class Action(IntEnum):
    """What happens at a stop of a plan."""

    PICK_UP = 0
    DROP_OFF = 1


class PlannedStop(NamedTuple):
    """One entry of a duty's plan, in the order in which it is driven."""

    ride: str
    action: Action


@dataclass(frozen=True, slots=True)
class BookedRide:
    """What a rider was promised, or is being offered; no later rider moves its windows."""

    id: str
    pickup: Spot
    drop_off: Spot
    pickup_from: int
    """The rider is there from then on; nobody is picked up earlier."""
    pickup_until: int
    """Promised: picked up at the latest then."""
    drop_off_until: int
    """Promised: there at the latest then."""
    max_ride_s: int
    load: Capacity
    boarding_s: int
    alighting_s: int
    drop_off_from: int = 0


class Rest(NamedTuple):
    """A break that is still to be taken: begins within a span and lasts."""

    begin_from: int
    begin_until: int
    lasts_s: int


@dataclass(frozen=True, slots=True)
class Duty:
    """One shift of one vehicle, and what is left of it."""

    id: str
    """Like ``taxi-1@1700000000``: vehicle, and Unix second at which the shift begins."""
    vehicle: str
    at: Spot
    """Where the vehicle is at ``ready``: its depot before the shift."""
    ready: int
    """When it can leave from there: shift begin, or now, or the end of what it is doing."""
    until: int
    """It must be at its depot by then."""
    depot: Spot
    capacity: Capacity
    range_m: int | None
    """What its battery still allows at ``ready``; None: not limited."""
    plan: tuple[PlannedStop, ...] = ()
    """Riders on board are dropped off without a pick-up before."""
    rests: tuple[Rest, ...] = ()
    charged_m_a_min: int = 0


@dataclass(frozen=True, slots=True)
class FleetNow:
    """All duties of a service that touch a span, at one moment."""

    service: str
    version: int
    """Grows with every change of any plan: what was found on an older one is found again."""
    moment: int
    duties: tuple[Duty, ...]
    rides: Mapping[str, BookedRide]
    """All that the plans name."""
