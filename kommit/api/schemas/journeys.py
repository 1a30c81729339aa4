"""A door-to-door journey as the rider sees it."""

from datetime import date

from pydantic import AwareDatetime, Field

from booking.domain.chain import LegMode
from kommit.api.schemas.common import Money, Point, Shape
from kommit.api.schemas.network import Route
from kommit.api.schemas.on_demand import Explained, OnDemandRide, Words
from kommit.api.schemas.realtime import Alert, VehicleAt
from routing.street.maneuvers import Maneuver
from routing.wheelchair.verdicts import Cause, Status


class Step(Shape):
    """An instruction on a way along streets, and how far it is from there to the next."""

    maneuver: Maneuver
    text: Words = Field(description="What to do, without a full stop.")
    street: str | None = Field(
        description="Name of the street that follows, or null where it has none."
    )
    distance_m: int = Field(description="To the next; those of all steps add up to the way.")
    duration_s: int = Field(description="To the next, on the move.")
    turn_deg: int = Field(description="Change of direction; negative is left.")
    lat: float = Field(description="WGS84 degrees.")
    lon: float = Field(description="WGS84 degrees.")


class StopCall(Point):
    """A stop on the way of a ride, with the vehicle's times there."""

    arrival: AwareDatetime | None = Field(description="As expected.")
    departure: AwareDatetime | None = Field(description="As expected.")
    scheduled_arrival: AwareDatetime | None = None
    scheduled_departure: AwareDatetime | None = None
    skipped: bool = Field(default=False, description="The vehicle does not stop here this time.")


class BookingNotice(Shape):
    """A ride that must be booked before it runs."""

    latest: AwareDatetime | None = Field(description="Until when.")
    message: str | None
    phone: str | None
    url: str | None


class RentalSystem(Shape):
    """Who rents out vehicles."""

    id: str
    name: str
    operator: str
    uris: dict[str, str] = Field(
        default={}, description="Where to rent, by platform: `web`, `ios`, `android`."
    )


class RentedType(Shape):
    """A kind of vehicle of one system."""

    id: str
    name: str
    form_factor: str = Field(description="As in GBFS.")
    propulsion: str = Field(description="As in GBFS.")


class RentalStation(Shape):
    """A station of a system."""

    id: str = Field(description="Within its system.")
    name: str


class Rental(Shape):
    """The rental that a leg is."""

    system: RentalSystem
    vehicle_type: RentedType
    vehicle: str | None = Field(description="Its id within the system, where it is known which.")
    pick_up: RentalStation | None = Field(description="Null where the vehicle stands free.")
    return_: RentalStation | None = Field(
        serialization_alias="return", description="Null where it is left outside of stations."
    )
    price: Money | None = Field(description="By the plan, from unlocking to locking.")
    plan: str | None
    slot_start: AwareDatetime | None = Field(
        default=None, description="A vehicle that must be reserved is free from here."
    )
    slot_end: AwareDatetime | None = None


class StepFreeReason(Shape):
    """Why a leg is not verified for a wheelchair."""

    code: Cause
    text: Words = Field(description="A plain sentence.")
    stop_ids: list[str] = Field(default=[], description="The stops that it is about.")


class StepFree(Shape):
    """What is known of a leg for a wheelchair; `refused` is never part of a journey."""

    status: Status = Field(
        description="`verified`: trip, stops and way are known to be usable. `unverified`: nothing"
        " speaks against it, but not all is known. Whether a lift runs today is not known."
    )
    reasons: list[StepFreeReason] = Field(default=[])


class Leg(Shape):
    """One part of a journey, on foot or on one vehicle."""

    mode: LegMode
    origin: Point
    destination: Point
    departure: AwareDatetime = Field(description="As expected.")
    arrival: AwareDatetime = Field(description="As expected.")
    duration_s: int
    distance_m: int = Field(description="Rides: as the crow flies from stop to stop.")
    geometry: str = Field(description="Encoded polyline of precision 6.")
    on_streets: bool | None = Field(
        default=None, description="Walks: false where no street is known and the way is estimated."
    )
    wheelchair: StepFree | None = Field(
        default=None, description="Where the question was about a wheelchair."
    )
    steps: list[Step] = Field(
        default=[], description="On streets: from setting out to being there."
    )
    co2_g: int = Field(description="Grams of CO2 equivalents for one passenger.")
    energy_wh: int | None = Field(
        default=None, description="Vehicles on streets: taken from battery or tank."
    )
    rental: Rental | None = Field(
        default=None, description="Of rented vehicles; null for the rider's own."
    )
    on_demand: OnDemandRide | None = Field(
        default=None, description="Rides that an on-demand service runs for its riders alone."
    )
    parked: bool = Field(
        default=False, description="Whether an own vehicle stays at the leg's destination."
    )
    route: Route | None = Field(default=None, description="Rides only.")
    headsign: str | None = None
    trip_id: str | None = Field(default=None, description="Feed-scoped; rides only.")
    service_day: date | None = None
    stops: list[StopCall] = Field(
        default=[], description="Rides: every stop from boarding to alighting."
    )
    booking: BookingNotice | None = None
    stay_seated: bool = Field(
        default=False, description="Rides: the vehicle of the leg before goes on; no change."
    )
    realtime: bool = Field(default=False, description="Whether there is news of the ride.")
    added: bool = Field(default=False, description="Whether the timetable does not have the trip.")
    scheduled_departure: AwareDatetime | None = Field(
        default=None, description="Null on foot and where the timetable has no such ride."
    )
    scheduled_arrival: AwareDatetime | None = None
    departure_delay_s: int | None = Field(
        default=None, description="Negative where it is early; null without a forecast."
    )
    arrival_delay_s: int | None = None
    scheduled_origin: Point | None = Field(
        default=None, description="Where it leaves by the timetable, if that is elsewhere."
    )
    scheduled_destination: Point | None = None
    vehicle: VehicleAt | None = Field(default=None, description="Where the vehicle is by now.")
    alerts: list[Alert] = Field(default=[], description="About the ride, while it runs.")


class Journey(Shape):
    """A chain of legs from door to door."""

    departure: AwareDatetime
    arrival: AwareDatetime
    duration_s: int
    transfers: int = Field(description="Changes of vehicle.")
    walk_m: int
    co2_g: int = Field(description="Grams of CO2 equivalents for one passenger.")
    price: Money | None = Field(
        description="For one adult, rentals included; null where a part of it is not known."
    )
    bookable: bool = Field(description="Whether an offer can be had at this moment.")
    token: str | None = Field(description="What ``POST /v1/offers`` takes; null if not bookable.")
    legs: list[Leg]


class Paging(Shape):
    """Cursors of the pages beside this one; null where the timetable ends."""

    earlier: str | None = None
    later: str | None = None


class Notice(Shape):
    """Something that an answer does not promise, though the question was about it."""

    code: str = Field(
        description="`no-ride-fits`, `bike-space-unknown`, `rentals-elsewhere`; in a wheelchair"
        " `ways-unverified`, `stops-unverified`, `trips-unverified`, and where there is no journey"
        " `unknown-left-out` and the codes of legs' reasons; more may follow."
    )
    text: str = Field(description="A plain sentence.")
    words: Words | None = Field(default=None, description="The same in two languages.")
    stop_ids: list[str] = Field(default=[], description="The stops that it is about.")


class Plan(Shape):
    """Journeys that are good in departure, arrival or number of rides; earliest departure first."""

    image: str = Field(description="The network image that they come from.")
    journeys: list[Journey]
    paging: Paging = Paging()
    notices: list[Notice] = Field(
        default=[], description="What was asked for and cannot be promised."
    )
    explain: list[Explained] | None = Field(
        default=None, description="If asked for: rides of on-demand services that are not offered."
    )
