"""Own vehicles: free slots, rentals and their doors."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.domain.rentals import Action, RentalState
from kommit.api.schemas.common import Money, Request, Shape
from kommit.api.schemas.orders import PaymentRequest

ID = Annotated[str, Field(min_length=1, max_length=64)]


class Slot(Shape):
    """A time in which a vehicle is free."""

    start: AwareDatetime
    end: AwareDatetime


class Slots(Shape):
    """When a vehicle is free, in order."""

    slots: list[Slot]
    min_rental_s: int = Field(description="A rental takes at least so long.")
    max_rental_s: int = Field(description="And at most so long.")


class RentalRequest(Request):
    """A vehicle to be reserved."""

    system: Annotated[ID, Field(description="`system_id` of the fleet.")]
    vehicle: Annotated[ID, Field(description="`vehicle_id` as GBFS tells it at this moment.")]
    start: AwareDatetime
    end: AwareDatetime
    payment: PaymentRequest = Field(
        default=PaymentRequest(means="wallet"), description="By the wallet, unless it says so."
    )


class ReturnSpot(Request):
    """Where a vehicle is brought. One that comes back to its own box needs nothing."""

    station: ID | None = None
    lat: Annotated[float | None, Field(ge=-90, le=90)] = None
    lon: Annotated[float | None, Field(ge=-180, le=180)] = None


class RentalStation(Shape):
    """Where a vehicle is picked up."""

    id: str
    name: str
    lat: float
    lon: float


class Rental(Shape):
    """A vehicle for a rider for a time. It has a price, and is not paid here yet."""

    id: UUID
    state: RentalState
    system: str
    system_name: str
    vehicle: str = Field(description="Its public id now; another after the rental.")
    vehicle_type: str
    station: RentalStation | None
    box: int | None = Field(description="Number of the box at the station.")
    start: AwareDatetime
    end: AwareDatetime
    price: Money = Field(
        description="Of the reserved time; once returned, of the time it took; none if it failed."
    )
    created_at: AwareDatetime
    opened_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    under_way: Action | None = Field(description="What a lock was told and has not answered yet.")


class Rentals(Shape):
    """A rider's rentals, newest first."""

    rentals: list[Rental]
