"""Offers: what a journey costs, for whom and until when."""

from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from booking.domain.chain import Chain, ChainLeg, ChainPoint, LegMode
from booking.domain.offers import PriceLine
from booking.domain.passengers import MAX_PASSENGERS, PassengerCategory
from kommit.api.schemas.common import Money, Point, Request, Shape

MAX_TOKEN_CHARS = 20_000


class Passenger(Request):
    """Somebody who travels."""

    model_config = ConfigDict(from_attributes=True)

    category: PassengerCategory


class OfferRequest(Request):
    """A journey of ``/v1/plan`` and who travels."""

    journey: str = Field(max_length=MAX_TOKEN_CHARS, description="``token`` of a journey.")
    passengers: list[Passenger] = Field(min_length=1, max_length=MAX_PASSENGERS)


class BreakdownLine(Shape):
    """A part of a price."""

    text: str
    product: str
    passenger: int = Field(description="Position in ``passengers``, from 0.")
    amount: Money

    @classmethod
    def of(cls, line: PriceLine) -> Self:
        """Return the shape of a price line."""
        return cls(
            text=line.text,
            product=line.product,
            passenger=line.passenger,
            amount=Money.of(line.amount),
        )


class SoldLeg(Shape):
    """One leg of what is sold."""

    mode: LegMode
    origin: Point
    destination: Point
    departure: AwareDatetime
    arrival: AwareDatetime
    route_name: str | None
    agency_name: str | None
    latest_booking: AwareDatetime | None
    pickup_until: AwareDatetime | None = Field(
        default=None, description="Rides on demand: picked up from `departure` until then."
    )

    @classmethod
    def of(cls, leg: ChainLeg) -> Self:
        """Return the shape of a leg."""
        return cls(
            mode=leg.mode,
            origin=_point(leg.origin),
            destination=_point(leg.destination),
            departure=leg.departure,
            arrival=leg.arrival,
            route_name=leg.carrier.line if leg.carrier else None,
            agency_name=leg.carrier.agency_name if leg.carrier else None,
            latest_booking=leg.latest_booking,
            pickup_until=leg.shuttle.pickup_until if leg.shuttle else None,
        )


class SoldJourney(Shape):
    """What is sold: a chain from door to door."""

    departure: AwareDatetime
    arrival: AwareDatetime
    legs: list[SoldLeg]

    @classmethod
    def of(cls, chain: Chain) -> Self:
        """Return the shape of a chain."""
        legs = [SoldLeg.of(leg) for leg in chain.legs]
        return cls(departure=chain.departure, arrival=chain.arrival, legs=legs)


class Offer(Shape):
    """A price that is promised until ``expires_at``."""

    offer: str = Field(description="What ``POST /v1/orders`` takes.")
    id: UUID
    expires_at: AwareDatetime
    price: Money
    breakdown: list[BreakdownLine]
    passengers: list[Passenger]
    journey: SoldJourney


def _point(point: ChainPoint) -> Point:
    return Point(name=point.name, lat=point.lat, lon=point.lon, stop_id=point.stop_id)
