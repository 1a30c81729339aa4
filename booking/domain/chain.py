"""The chain of legs as booking sees it: ids, places and times, never routing's indices."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class LegMode(StrEnum):
    """What carries the rider on a leg."""

    WALK = "WALK"
    TRAM = "TRAM"
    SUBWAY = "SUBWAY"
    RAIL = "RAIL"
    BUS = "BUS"
    FERRY = "FERRY"
    CABLE_CAR = "CABLE_CAR"
    COACH = "COACH"
    ON_DEMAND = "ON_DEMAND"
    BICYCLE = "BICYCLE"
    CARGO_BICYCLE = "CARGO_BICYCLE"
    SCOOTER = "SCOOTER"
    CAR = "CAR"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class ChainPoint:
    """Where a leg starts or ends. ``stop_id`` is feed-scoped (``rvm:1234``) or None at a door."""

    name: str
    lat: float
    lon: float
    stop_id: str | None = None


@dataclass(frozen=True, slots=True)
class TripRef:
    """The dated trip a ride leg uses, and the part of it that is ridden."""

    trip_id: str
    """Feed-scoped."""
    service_day: date
    board: int
    """0-based position in the trip's stop events at which the rider boards."""
    alight: int
    route_id: str
    """Feed-scoped."""
    route_name: str
    agency_id: str
    """Feed-scoped: the operator that carries and is paid."""
    agency_name: str


@dataclass(frozen=True, slots=True)
class ShuttleRef:
    """The ride on an on-demand service that a leg uses, as it is promised.

    The rider is at the pick-up at the leg's departure, is picked up by ``pickup_until``, and there
    by the leg's arrival.
    """

    service_id: str
    """Feed-scoped; ``routing.ondemand.service.OnDemandService.id``."""
    service_name: str
    relation_id: str
    pickup_stop: str | None
    """Within the service; None: the address where the leg begins."""
    drop_off_stop: str | None
    pickup_until: datetime
    agency_id: str
    """Feed-scoped: the operator that carries and is paid."""
    agency_name: str


@dataclass(frozen=True, slots=True)
class RentalRef:
    """The rental of a shared vehicle that a leg is: a ride on it, or a slot of a calendar.

    The rider fetches it at the leg's departure and has it back by the leg's arrival.
    """

    system_id: str
    """Of the sharing system, as ``GET /v1/sharing/systems`` names it; an own fleet's id."""
    system_name: str
    agency_id: str
    """Feed-scoped: the operator that rents it out and is paid."""
    agency_name: str
    vehicle_type: str
    """Id within the system."""
    vehicle_type_name: str
    price_minor: int
    """By its pricing plan, for the time and way of the leg."""
    currency: str
    plan: str | None = None
    """Id of the pricing plan."""
    vehicle: str | None = None
    """Public id of one vehicle; None: any of the type at the station."""
    pick_up_station: str | None = None
    return_station: str | None = None
    """Where it is brought; the pick-up station for a round trip, None: it is left in its zone."""
    is_own: bool = True
    """Whether the system is one of our own fleets; otherwise its operator is asked over TOMP."""


def sharing_agency(system_id: str) -> str:
    """Return the feed-scoped id by which the operator of a sharing system is paid."""
    return f"sharing:{system_id}"


class Carrier(NamedTuple):
    """Who carries riders on a leg or rents the vehicle out, and under which name."""

    line: str
    agency_id: str
    """Feed-scoped."""
    agency_name: str


@dataclass(frozen=True, slots=True)
class ChainLeg:
    """One leg. Times are aware."""

    mode: LegMode
    origin: ChainPoint
    destination: ChainPoint
    departure: datetime
    arrival: datetime
    distance_m: int
    ride: TripRef | None = None
    """None for a walk, and for a vehicle that the rider rides."""
    latest_booking: datetime | None = None
    """Until when this leg must be committed (booking rule), or None."""
    shuttle: ShuttleRef | None = None
    """Where an on-demand service carries the rider; ``ride`` is None then."""
    rental: RentalRef | None = None
    """Where the leg is on a rented vehicle; ``ride`` and ``shuttle`` are None then."""
    earliest_booking: datetime | None = None
    """From when on this leg can be committed: a vehicle is kept only so long; None: at any time."""

    @property
    def carrier(self) -> Carrier | None:
        """Who is paid for the leg, or None for a walk or an own vehicle."""
        if self.ride is not None:
            return Carrier(self.ride.route_name, self.ride.agency_id, self.ride.agency_name)
        if self.shuttle is not None:
            shuttle = self.shuttle
            return Carrier(shuttle.service_name, shuttle.agency_id, shuttle.agency_name)
        if self.rental is not None:
            rental = self.rental
            return Carrier(rental.system_name, rental.agency_id, rental.agency_name)
        return None


@dataclass(frozen=True, slots=True)
class Chain:
    """A door-to-door chain: what is offered, priced, held, paid and ticketed as one thing."""

    image_id: str
    """The network image that the chain came from."""
    legs: tuple[ChainLeg, ...]

    @property
    def sold(self) -> tuple[tuple[int, "ChainLeg"], ...]:
        """The legs that somebody is paid for, with their positions in the chain."""
        return tuple((at, leg) for at, leg in enumerate(self.legs) if leg.carrier is not None)

    @property
    def rides(self) -> tuple[ChainLeg, ...]:
        """The legs on a vehicle that others drive: of the timetable, or on demand."""
        return tuple(leg for leg in self.legs if leg.ride is not None or leg.shuttle is not None)

    @property
    def rentals(self) -> tuple[tuple[int, "ChainLeg"], ...]:
        """The legs on a rented vehicle, with their positions in the chain."""
        return tuple((at, leg) for at, leg in enumerate(self.legs) if leg.rental is not None)

    @property
    def shuttles(self) -> tuple[tuple[int, "ChainLeg"], ...]:
        """The legs on an on-demand service, with their positions in the chain."""
        return tuple((at, leg) for at, leg in enumerate(self.legs) if leg.shuttle is not None)

    @property
    def departure(self) -> datetime:
        """When the rider sets out."""
        return self.legs[0].departure

    @property
    def arrival(self) -> datetime:
        """When the rider is there."""
        return self.legs[-1].arrival
