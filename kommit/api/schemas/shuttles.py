"""Rides on demand: for their riders, for drivers and for telephone agents."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.domain.shuttles import RideState, ShuttleState
from booking.domain.staff import Role
from kommit.api.schemas.common import Money, Point, Request, Shape
from kommit.api.schemas.offers import Passenger
from kommit.api.schemas.on_demand import ServiceName, Words
from kommit.api.schemas.orders import Order
from routing.ondemand.service import Kind

TEXT = Annotated[str, Field(min_length=1, max_length=120)]


# --- services


class ServiceHours(Shape):
    """When a service carries riders."""

    days: list[int] = Field(description="0 is Monday.")
    start: str = Field(description="`HH:MM`; after midnight it goes on, `25:00`.")
    end: str


class ServiceBooking(Shape):
    """How a service is booked."""

    latest_min: int | None = Field(description="Minutes before the pick-up; null: days before.")
    message: str | None
    phone: str | None
    url: str | None


class ServiceArea(Shape):
    """Where riders get on and off."""

    id: str
    name: str
    freedom: str = Field(description="`stop_to_stop`, `one_end_free` or `door_to_door`.")


class ServiceLimits(Shape):
    """What riders are promised."""

    max_walk_m: int
    pickup_window_s: int
    max_party: int
    max_days_ahead: int


class Service(Shape):
    """An on-demand service."""

    id: str
    name: str
    kind: Kind
    operator: str
    own: bool = Field(description="Whether it is booked here.")
    time_zone: str
    color: str | None
    areas: list[ServiceArea]
    limits: ServiceLimits
    hours: list[ServiceHours]
    booking: ServiceBooking | None
    stops: int
    vehicles: int | None = Field(description="Null where others dispatch them.")
    attribution: list[str]


class Services(Shape):
    """All on-demand services."""

    services: list[Service]


# --- riders


class ShuttleAt(Shape):
    """The vehicle that comes."""

    name: str | None
    lat: float | None
    lon: float | None
    at: AwareDatetime | None


class RideNotice(Shape):
    """What a rider is told."""

    code: str
    text: Words


class Ride(Shape):
    """A ride of an order."""

    leg: int = Field(description="Position in the order's journey, from 0.")
    state: RideState
    pin: str = Field(description="For the driver, instead of the ticket.")
    service: ServiceName
    vehicle: ShuttleAt | None = Field(description="From half an hour before the pick-up on.")
    pickup: Point
    drop_off: Point
    pickup_from: AwareDatetime
    pickup_until: AwareDatetime
    arrival_until: AwareDatetime
    eta_pickup: AwareDatetime | None
    eta_drop_off: AwareDatetime | None
    notices: list[RideNotice]
    rating: int | None


class Rides(Shape):
    """The rides of an order, in the order of its legs."""

    rides: list[Ride]


class RatingRequest(Request):
    """What a rider thinks of a ride."""

    leg: int = Field(ge=0, le=100)
    stars: int = Field(ge=1, le=5)
    comment: str | None = Field(default=None, max_length=1000)


class Rated(Shape):
    """What was kept."""

    leg: int
    stars: int


# --- staff


class StaffSessionRequest(Request):
    """Name and secret of somebody who works for a service."""

    name: TEXT
    secret: Annotated[str, Field(min_length=1, max_length=256)]


class StaffSession(Shape):
    """A session of staff."""

    token: str
    role: Role
    name: str
    service_id: str
    vehicle_id: str | None
    agency_id: str | None = None
    """Of the operator for whose office somebody works."""


class Party(Shape):
    """Places that a group takes."""

    seats: int
    wheelchairs: int
    bicycles: int
    luggage: int


class Task(Shape):
    """What is done at a stop."""

    ride: UUID
    action: Literal["pick_up", "drop_off"]
    name: str
    party: Party
    state: RideState
    pickup_from: AwareDatetime
    pickup_until: AwareDatetime
    arrival_until: AwareDatetime
    pay_on_board: Money | None
    phone: str | None


class DutyStop(Shape):
    """A stop of a duty; several groups may get on and off there."""

    name: str
    lat: float
    lon: float
    arrive: AwareDatetime
    depart: AwareDatetime
    tasks: list[Task]


class DutyVehicle(Shape):
    """A vehicle and what it does."""

    id: str
    name: str
    state: ShuttleState
    lat: float | None = None
    lon: float | None = None
    at: AwareDatetime | None = None


class DutyService(Shape):
    """For whom it is driven."""

    id: str
    name: str


class Duty(Shape):
    """What is left of a vehicle's duty; the first stop is the next."""

    service: DutyService
    vehicle: DutyVehicle
    begin: AwareDatetime | None
    end: AwareDatetime | None
    delay_s: int
    stops: list[DutyStop]
    on_board: int
    done: int


class EventRequest(Request):
    """What a driver reports."""

    type: Literal[
        "arrived",
        "boarded",
        "dropped_off",
        "no_show",
        "delay",
        "break_begin",
        "break_end",
        "breakdown",
        "repaired",
    ]
    ride: UUID | None = None
    pin: str | None = Field(default=None, max_length=8)
    ticket: str | None = Field(default=None, max_length=2000, description="base64url.")
    minutes: int | None = Field(default=None, ge=1, le=240)


class PositionRequest(Request):
    """Where a vehicle is."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    at: AwareDatetime | None = None
    bearing: float | None = Field(default=None, ge=0, lt=360)
    speed_mps: float | None = Field(default=None, ge=0, le=100)


# --- agents


class AgentBookingRequest(Request):
    """A journey that is booked on the telephone."""

    journey: str = Field(max_length=20_000)
    passengers: list[Passenger] = Field(min_length=1, max_length=6)
    name: TEXT
    phone: Annotated[str, Field(min_length=5, max_length=40)]


class Confirmed(Shape):
    """What the agent says, and what it is made of."""

    pickup: Point
    pickup_from: AwareDatetime
    pickup_until: AwareDatetime
    arrival_until: AwareDatetime
    say: Words


class AgentBooking(Shape):
    """A booking that an agent made."""

    order: Order
    name: str
    phone: str
    pin: str | None
    confirmed: Confirmed | None


class AgentBookings(Shape):
    """Bookings, newest first."""

    bookings: list[AgentBooking]


class FleetOverview(Shape):
    """All vehicles of a service."""

    vehicles: list[Duty]
