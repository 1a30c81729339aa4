"""How far one gets, and how long it takes to many places."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from kommit.api.schemas.common import Request, Shape

Ring = list[tuple[float, float]]


class BandGeometry(Shape):
    """A GeoJSON multipolygon."""

    type: Literal["MultiPolygon"] = "MultiPolygon"
    coordinates: list[list[Ring]] = Field(
        description="Longitude and latitude; outer rings counter-clockwise, holes clockwise."
    )


class BandProperties(Shape):
    """What is known of a band."""

    minutes: int
    area_km2: float
    stops: int = Field(description="Stops that a ride gets to within that time.")


class BandFeature(Shape):
    """The area that is reached within a time; it holds those of shorter times."""

    type: Literal["Feature"] = "Feature"
    geometry: BandGeometry
    properties: BandProperties


class Isochrone(Shape):
    """Areas as a GeoJSON feature collection, the largest first, so that it is drawn first."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[BandFeature]
    mode: str
    depart: AwareDatetime | None = Field(description="Of rides; null on streets alone.")
    attribution: list[str] = Field(description="Lines that must be shown with the data.")


class Goal(Request):
    """A place, and what it counts for."""

    lat: float = Field(ge=-90, le=90, description="WGS84 degrees.")
    lon: float = Field(ge=-180, le=180, description="WGS84 degrees.")
    weight: float = Field(default=1.0, ge=0, le=1e12, description="Inhabitants, jobs, …")


class TimesAsked(Request):
    """From one place to many, or from many to one."""

    origin: Annotated[str, Field(alias="from", min_length=1, max_length=300)]
    to: list[Goal] = Field(min_length=1, max_length=500)
    mode: str = "transit"
    depart: datetime | None = Field(default=None, description="Of rides. Default: now.")
    minutes: list[Annotated[int, Field(ge=1, le=120)]] = Field(
        default=[15, 30, 45, 60], min_length=1, max_length=8, description="Bands."
    )
    reverse: bool = Field(default=False, description="From the many to the one; not by rides.")


class Within(Shape):
    """What is reached within a time."""

    minutes: int
    goals: int
    weight: float = Field(description="Sum over the goals that are reached.")


class Times(Shape):
    """Seconds to each goal, and what is reached in all."""

    seconds: list[int | None] = Field(description="Null beyond the longest band.")
    within: list[Within]
