"""Shared vehicles of this moment: systems, stations, vehicles."""

from typing import Literal

from pydantic import AwareDatetime, Field

from kommit.api.schemas.common import Money, Shape
from kommit.api.schemas.journeys import RentalSystem, RentedType
from kommit.api.schemas.network import Geometry
from kommit.api.schemas.realtime import FindingCount


class RentalRate(Shape):
    """What each started interval costs from some minute or kilometre on."""

    start: int = Field(description="Minute or kilometre from which it is charged.")
    end: int | None = Field(description="Up to which; null: to the end.")
    interval: int = Field(description="Minutes or kilometres; 0: charged once, at `start`.")
    rate: float = Field(description="Minor units for each started interval.")


class RentalCap(Shape):
    """At most so much for so many minutes of a rental, again and again."""

    minutes: int
    most: Money


class RentalPlan(Shape):
    """What a rental costs."""

    id: str
    name: str
    base: Money = Field(description="For every rental.")
    reservation: Money
    reservation_per_min: float = Field(
        description="For each started minute of a reservation, in minor units."
    )
    cap: RentalCap | None = Field(description="Null where there is none.")
    surge: bool = Field(description="Whether more is asked when demand is high.")
    taxes_on_top: bool
    most: Money | None = Field(description="No rental costs more; null where that is not said.")
    per_min: list[RentalRate]
    per_km: list[RentalRate]


class SystemType(RentedType):
    """A kind of vehicle of a system."""

    return_constraint: str = Field(description="As in GBFS.", examples=["any_station"])
    max_range_m: int | None = Field(description="On a full battery; null: nothing limits it.")
    plan: str | None = Field(description="Id of its plan.")


class SharingSystem(RentalSystem):
    """One operator's shared vehicles."""

    own: bool = Field(description="Whether its vehicles are reserved and opened here.")
    open: bool = Field(description="Whether rentals may begin now, by its hours.")
    attribution: list[str] = Field(description="Lines that must be shown with the data.")
    vehicle_types: list[SystemType]
    plans: list[RentalPlan]
    stations: int = Field(description="How many there are.")
    vehicles: int = Field(description="How many can be rented now.")


class SharingSystems(Shape):
    """All systems that are believed at this moment."""

    systems: list[SharingSystem]


class SharedProperties(Shape):
    """A station, or a vehicle that stands free."""

    kind: Literal["station", "vehicle"]
    id: str = Field(description="Within its system; that of a vehicle may change with rentals.")
    system_id: str
    system_name: str
    name: str = Field(description="Of the station, or of the vehicle's type.")
    form_factors: list[str] = Field(description="Of what can be rented here, as in GBFS.")
    renting: bool = Field(description="Whether something can be rented here now.")
    returning: bool = Field(description="Whether something can be returned here now.")
    available: int = Field(description="Vehicles that can be rented now.")
    available_by_type: dict[str, int] = Field(description="The same by vehicle type id.")
    docks: int | None = Field(description="Free docks; null: any number may be returned.")
    capacity: int | None
    range_m: int | None = Field(description="What the battery of a vehicle allows now.")
    available_until: AwareDatetime | None = Field(
        description="When a vehicle must be back, if somebody waits for it."
    )


class SharedFeature(Shape):
    """A station or vehicle as a GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    geometry: Geometry
    properties: SharedProperties


class SharedFeatures(Shape):
    """Stations and vehicles as a GeoJSON feature collection."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[SharedFeature]
    truncated: bool = Field(description="Whether there are more than one answer holds.")


class SharingFeed(Shape):
    """How it stands with one operator's feed."""

    id: str = Field(description="Of the system here.")
    name: str = Field(description="Host or file; addresses may carry keys and are not told.")
    version: str | None = Field(description="Of GBFS.")
    status: Literal["ok", "waiting", "failing", "stale"] = Field(
        description="`waiting`: nothing whole was read yet. `failing`: a file could not be read the"
        " last time, the one before still holds. `stale`: counts are too old; nothing is offered."
    )
    age_s: int | None = Field(description="Of the oldest count or list of vehicles.")
    error: str | None = Field(description="What went wrong last, if it did.")
    stations: int
    vehicles: int
    findings: list[FindingCount]


class SharingFeeds(Shape):
    """The feeds of other operators."""

    feeds: list[SharingFeed]
