"""Rides on on-demand services within journeys, and why there are none."""

from pydantic import AwareDatetime, Field

from kommit.api.schemas.common import Shape
from routing.ondemand.service import Kind
from routing.ondemand.terms import Reason


class Words(Shape):
    """A sentence for people."""

    de: str
    en: str


class ServiceName(Shape):
    """An on-demand service."""

    id: str
    name: str
    kind: Kind
    color: str | None = Field(description="RRGGBB.")


class OnDemandBooking(Shape):
    """Until when and how a ride is booked."""

    latest: AwareDatetime
    message: str | None
    phone: str | None
    url: str | None


class OnDemandRide(Shape):
    """The ride that a leg is, as it is promised.

    Be at the pick-up at the leg's `departure`; you are picked up by `pickup_until`, and there by
    the leg's `arrival`. Later riders never move these.
    """

    service: ServiceName
    own: bool = Field(description="Whether it is booked here; else with its operator.")
    pickup_stop: str | None = Field(description="Id of a stop of the service; null: an address.")
    drop_off_stop: str | None
    pickup_until: AwareDatetime
    expected_pickup: AwareDatetime = Field(description="By the plan of this moment.")
    expected_drop_off: AwareDatetime
    booking: OnDemandBooking
    vehicle: str | None = Field(description="That would come by the plan of this moment.")


class Explained(Shape):
    """A ride that is not offered, and why."""

    service_id: str
    service_name: str
    code: Reason
    text: Words
    from_: str = Field(serialization_alias="from", description="Where it would pick up.")
    to: str
    at: AwareDatetime
    instead: str | None = Field(description="The scheduled ride that serves the wish.")
