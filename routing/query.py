"""What a rider asks: from where, to where, when, and how much walking and changing is all right."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from routing.filters import ANY_RIDE, RideFilter
from routing.ondemand.wishes import ANY_SHUTTLE, ShuttleWishes
from routing.pace import WALK_MPS
from routing.sharing.wishes import USUAL, VehicleWishes

MAX_VIAS: Final = 3


class TimeKind(StrEnum):
    """Which end of the journey the rider's time fixes."""

    DEPART = "depart"
    ARRIVE = "arrive"


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, or a stop or station of the timetable when ``stop`` is given.

    ``lat`` and ``lon`` are WGS84 degrees and always set; ``stop`` is an index of the timetable.
    """

    lat: float
    lon: float
    stop: int | None = None


@dataclass(frozen=True, slots=True)
class Via:
    """A stop or station on the way; ``routing.transit.stopovers.TransitVia`` says what counts."""

    place: Place
    """With a ``stop``."""
    stay_s: int = 0
    """How long the rider wants to be there at least; 0 allows to ride through."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a rider travels; the defaults are what most people accept."""

    max_rides: int = 6
    """Vehicles boarded at most, 1 to 8."""
    max_walk_s: int = 15 * 60
    """Walking to the first stop, and from the last one, each at most this long."""
    max_direct_walk_s: int = 45 * 60
    """A walk all the way is shown up to this long."""
    walk_mps: float = WALK_MPS
    """Walking speed; transfers take accordingly longer or shorter (``routing.pace``)."""
    transfer_buffer_s: int = 0
    """Time to spare at each change of vehicles, on top of what it takes."""
    rides: RideFilter = ANY_RIDE
    """What every ride must be."""
    vehicles: VehicleWishes = USUAL
    """Which shared vehicles are rented, and whether the rider has one of their own."""
    shuttles: ShuttleWishes = ANY_SHUTTLE
    """Which on-demand services are taken, and how many travel."""


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """A door-to-door question. Times are Unix seconds."""

    origin: Place
    destination: Place
    time: int
    """Earliest departure (``DEPART``) or latest arrival (``ARRIVE``)."""
    kind: TimeKind = TimeKind.DEPART
    window_s: int = 2 * 3600
    """All good journeys that leave (``DEPART``) or arrive (``ARRIVE``) within this span."""
    now: int | None = None
    """When the question is asked: rides whose booking deadline has passed are not answered."""
    preferences: Preferences = field(default_factory=Preferences)
    vias: tuple[Via, ...] = ()
    """Up to ``MAX_VIAS``, in this order; nobody walks all the way then."""
