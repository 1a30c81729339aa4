"""An answer of the search: a chain of legs with exact times. Times are Unix seconds."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.query import Place
from routing.sharing.parking import Parking
from routing.street.profile import Profile
from routing.street.way import StreetPath

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class WalkLeg:
    """A walk: access, transfer, egress, or the whole way."""

    origin: Place
    destination: Place
    departure: int
    arrival: int
    distance_m: int
    lat: F64
    """(N,) WGS84 degrees of the way on foot, N >= 2."""
    lon: F64
    """(N,) as ``lat``."""
    path: StreetPath | None = None
    """The streets walked along; None where none is known."""
    on_streets: bool = True
    """False where no street is known and the way is estimated as the crow flies."""
    unchecked_m: int | None = None
    """In a wheelchair: metres of which it is not known whether they can be used, 0 where all is
    verified. None on foot, where nobody has looked."""


@dataclass(frozen=True, slots=True)
class RideLeg:
    """A ride on one trip from one of its positions to a later one."""

    trip: int
    """Trip index of the timetable; added trips of an overlay count on from there."""
    day: int
    """Index of the service day."""
    board: int
    """Position in the trip's events at which the rider boards."""
    alight: int
    """Position at which the rider alights; greater than ``board``."""
    origin: Place
    destination: Place
    departure: int
    arrival: int
    latest_booking: int | None = None
    """Unix second until which the ride must be booked, or None where it need not be."""
    stay_seated: bool = False
    """Riders stay in the vehicle of the leg before, which goes on as this trip."""


@dataclass(frozen=True, slots=True)
class Rental:
    """The rental of a shared vehicle that a ``StreetLeg`` is."""

    system: str
    """Id of the ``SharingSystem``."""
    vehicle_type: str
    pick_up_station: str | None
    """None where the vehicle stands free."""
    return_station: str | None
    """None where it is left outside of stations."""
    vehicle: str | None
    """Id of the very vehicle, where it is known."""
    plan: str | None
    price_minor: int | None
    """By the pricing plan, from unlocking to locking; None without a plan."""
    currency: str | None
    slot_start: int | None = None
    """Unix second from which a vehicle that must be reserved is taken."""
    slot_end: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StreetLeg:
    """A way by bicycle, scooter or car of one's own, or rented: then with unlocking and locking."""

    profile: Profile
    origin: Place
    destination: Place
    departure: int
    arrival: int
    distance_m: int
    lat: F64
    """(N,) WGS84 degrees of the way, N >= 2."""
    lon: F64
    """(N,) as ``lat``."""
    path: StreetPath | None = None
    """The streets ridden along; None where none is known."""
    rental: Rental | None = None
    """None for an own vehicle."""
    parking: Parking | None = None
    """Where an own vehicle stays, at the destination (B+R, P+R)."""


@dataclass(frozen=True, slots=True, eq=False)
class OnDemandLeg:
    """A ride on an on-demand service, as it is promised.

    The rider is at the pick-up at ``departure``, is picked up by ``pickup_until``, and there by
    ``arrival``.
    """

    service: str
    """Id of the ``OnDemandService``."""
    relation: str
    """Id of the ``Relation`` by which it runs."""
    origin: Place
    """Where it picks up; ``stop`` is set where that is a stop of the timetable."""
    destination: Place
    pickup_stop: str | None
    """Id of the ``ServiceStop``; None: an address."""
    drop_off_stop: str | None
    departure: int
    arrival: int
    pickup_until: int
    expected_pickup: int
    """By the plan of this moment."""
    expected_drop_off: int
    distance_m: int
    lat: F64
    """(N,) WGS84 degrees of the direct way, N >= 2."""
    lon: F64
    """(N,) as ``lat``."""
    latest_booking: int
    """Unix second until which it must be booked."""
    vehicle: str | None = None
    """The vehicle that would take it, by the plan of this moment; None where others dispatch."""


Leg = WalkLeg | RideLeg | StreetLeg | OnDemandLeg


@dataclass(frozen=True, slots=True)
class Journey:
    """A chain of legs: each starts where and not before the previous one ends."""

    legs: tuple[Leg, ...]

    @property
    def departure(self) -> int:
        """Unix second at which the rider sets out."""
        return self.legs[0].departure

    @property
    def arrival(self) -> int:
        """Unix second at which the rider is there."""
        return self.legs[-1].arrival

    @property
    def rides(self) -> int:
        """Number of vehicles boarded, rented ones left out."""
        return sum(
            isinstance(leg, OnDemandLeg) or (isinstance(leg, RideLeg) and not leg.stay_seated)
            for leg in self.legs
        )

    @property
    def walk_m(self) -> int:
        """Metres on foot."""
        return sum(leg.distance_m for leg in self.legs if isinstance(leg, WalkLeg))
