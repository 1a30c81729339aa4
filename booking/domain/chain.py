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


class Carrier(NamedTuple):
    """Who carries riders on a leg, and under which name."""

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

    @property
    def carrier(self) -> Carrier | None:
        """Who carries the rider, or None where nobody does."""
        if self.ride is not None:
            return Carrier(self.ride.route_name, self.ride.agency_id, self.ride.agency_name)
        if self.shuttle is not None:
            shuttle = self.shuttle
            return Carrier(shuttle.service_name, shuttle.agency_id, shuttle.agency_name)
        return None


@dataclass(frozen=True, slots=True)
class Chain:
    """A door-to-door chain: what is offered, priced, held, paid and ticketed as one thing."""

    image_id: str
    """The network image that the chain came from."""
    legs: tuple[ChainLeg, ...]

    @property
    def rides(self) -> tuple[ChainLeg, ...]:
        """The legs on a vehicle that others drive: of the timetable, or on demand."""
        return tuple(leg for leg in self.legs if leg.carrier is not None)

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
