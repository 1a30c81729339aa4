"""Offers: what a journey costs, for whom and until when."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from booking.domain.chain import Chain, ChainLeg, ChainPoint, LegMode
from booking.domain.offers import PriceLine
from booking.domain.passengers import MAX_PASSENGERS, PassengerCategory, TravelClass
from kommit.api.schemas.common import Money, Point, Request, Shape

MAX_TOKEN_CHARS = 20_000


class Passenger(Request):
    """Somebody who travels."""

    model_config = ConfigDict(from_attributes=True)

    category: PassengerCategory
    subscriptions: list[Annotated[str, Field(max_length=64)]] = Field(
        default=[],
        max_length=8,
        description="Ids of subscriptions that this passenger carries and can show.",
        examples=[["deutschlandticket"]],
    )
    travel_class: TravelClass = TravelClass.SECOND
    bicycle: bool = Field(default=False, description="Whether a bicycle is taken along.")


class RentalWish(Request):
    """An own vehicle for a time, sold with the journey or alone."""

    system: Annotated[str, Field(max_length=64)]
    vehicle: Annotated[str, Field(max_length=64, description="Its id as GBFS tells it now.")]
    start: AwareDatetime
    end: AwareDatetime


class OfferRequest(Request):
    """A journey of ``/v1/plan``, vehicles for a time, or both; and who travels."""

    journey: str | None = Field(
        default=None, max_length=MAX_TOKEN_CHARS, description="``token`` of a journey."
    )
    rentals: list[RentalWish] = Field(default=[], max_length=4)
    passengers: list[Passenger] = Field(min_length=1, max_length=MAX_PASSENGERS)


class Vat(Shape):
    """The VAT that is in an amount."""

    permille: int = Field(description="Rate: 70 is 7 percent.")
    amount: int = Field(description="Minor units of the amount's currency.")


class BreakdownLine(Shape):
    """A part of a price."""

    text: str
    product: str
    passenger: int = Field(description="Position in ``passengers``, from 0.")
    leg: int | None = Field(description="Position in the journey's ``legs``; null: all of it.")
    rule: str = Field(description="The rule of the product: ``fare``, ``subscription``, …")
    agency_id: str | None = Field(description="The operator whose revenue it is.")
    amount: Money
    vat: Vat

    @classmethod
    def of(cls, line: PriceLine) -> Self:
        """Return the shape of a price line."""
        return cls(
            text=line.text,
            product=line.product,
            passenger=line.passenger,
            leg=line.leg,
            rule=line.rule,
            agency_id=line.agency_id,
            amount=Money.of(line.amount),
            vat=Vat(permille=line.vat_permille, amount=line.vat_minor),
        )


class SoldRental(Shape):
    """The vehicle of a leg that is rented."""

    system_id: str
    system_name: str
    vehicle_type_name: str
    pick_up_station: str | None
    return_station: str | None


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
    rental: SoldRental | None = Field(default=None, description="Legs on a rented vehicle.")

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
            rental=SoldRental.model_validate(leg.rental) if leg.rental else None,
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
