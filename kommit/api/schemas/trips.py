"""Trips by check-in and check-out, and what days and months came to."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.domain.best_price import Period
from booking.domain.cico import TripState
from booking.domain.passengers import MAX_PASSENGERS, TravelClass
from booking.service.trips import MOST_SIGHTINGS
from kommit.api.schemas.common import Money, Request, Shape
from kommit.api.schemas.offers import BreakdownLine, Passenger, SoldJourney

Latitude = Annotated[float, Field(ge=-90, le=90, description="WGS84 degrees.")]
Longitude = Annotated[float, Field(ge=-180, le=180, description="WGS84 degrees.")]
StopId = Annotated[
    str | None, Field(max_length=200, description="Feed-scoped id: of a beacon or code at a stop.")
]
PhoneTime = Annotated[
    AwareDatetime | None,
    Field(
        description="By the phone's clock, up to 24 hours ago and 2 minutes ahead of ours; "
        "without it: now."
    ),
]


class Here(Request):
    """Where a rider is, and when that was."""

    lat: Latitude
    lon: Longitude
    stop_id: StopId = None
    at: PhoneTime = None


class CheckIn(Here):
    """A trip begins."""

    passengers: list[Passenger] = Field(
        default=[],
        max_length=MAX_PASSENGERS,
        description="Who travels, the rider first; without it: one adult.",
    )
    bicycle: bool = Field(default=False, description="Of a rider who travels alone.")
    travel_class: TravelClass = Field(
        default=TravelClass.SECOND, alias="class", description="Of a rider who travels alone."
    )


class Sighting(Request):
    """Where a phone or a vehicle saw the rider."""

    lat: Latitude
    lon: Longitude
    at: AwareDatetime = Field(description="By the phone's or vehicle's clock.")
    stop_id: StopId = None
    vehicle: str | None = Field(
        default=None,
        max_length=200,
        description="Feed-scoped id of the trip, or the label of the vehicle of a beacon.",
    )


Sightings = Annotated[list[Sighting], Field(min_length=1, max_length=MOST_SIGHTINGS)]


class Reported(Shape):
    """What became of a batch of sightings."""

    new: int
    known: int = Field(description="A place at that moment was known already.")
    ignored: int = Field(
        description="Before the check-in, after the check-out, or at times that cannot be."
    )


class Dispute(Request):
    """What was wrong with a bill, in the rider's words."""

    text: str = Field(min_length=1, max_length=1000)


class Place(Shape):
    """Where and when a trip began or ended."""

    at: AwareDatetime
    lat: float
    lon: float
    stop_id: str | None


class Notice(Shape):
    """Something that the rider must know of a trip."""

    code: Literal["far-from-stops", "no-check-out", "no-ride", "not-on-sale", "unassigned"]
    text: str


class Trip(Shape):
    """A trip by check-in and check-out."""

    id: UUID
    state: TripState
    begin: Place
    end: Place | None
    passengers: list[Passenger]
    journey: SoldJourney | None = Field(description="What was ridden, once it is billed.")
    price: Money | None = Field(description="What it was billed; days and months may give back.")
    breakdown: list[BreakdownLine]
    paid_by: str | None = Field(description="`wallet`, or `invoice`: the next monthly one.")
    revision: int = Field(description="How often the bill was corrected.")
    notices: list[Notice]
    ticket_url: str | None = Field(description="Path of what inspectors are shown meanwhile.")


class Trips(Shape):
    """A rider's trips, newest first."""

    trips: list[Trip]


class CheckInTicket(Shape):
    """What an inspector is shown: signed by the ticket keys, good for a few minutes."""

    document: str = Field(description="The signed bytes, base64url.")
    trip_id: UUID
    since: AwareDatetime = Field(description="When we heard of the check-in.")
    issued_at: AwareDatetime
    valid_until: AwareDatetime


class Statement(Shape):
    """What the journeys that began in a day or month came to by one tariff."""

    id: UUID
    tariff: str
    period: Period
    begins: AwareDatetime
    ends: AwareDatetime
    full: Money = Field(description="By single fares, without caps.")
    paid: Money = Field(description="Before this statement.")
    due: Money = Field(description="After it: the best price.")
    credit: Money = Field(description="What it gave back.")
    product: str = Field(description="`as-paid`, or the subscription that would be cheaper.")
    revision: int = Field(description="Corrections of the same period count on from 0.")


class Statements(Shape):
    """A rider's statements, newest first."""

    statements: list[Statement]
