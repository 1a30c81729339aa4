"""What the network knows: its health, region, places, stops and departures."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from booking.domain.chain import LegMode
from kommit.api.schemas.common import Point, Shape
from kommit.api.schemas.realtime import Alert, RealtimeSource

Longitude = Annotated[float, Field(description="WGS84 degrees.")]


class ImageSummary(Shape):
    """The network image that answers at this moment."""

    id: str = Field(description="Hash of its content.")
    name: str
    valid_from: date = Field(description="First service day.")
    valid_until: date = Field(description="Last service day; it counts.")


class Health(Shape):
    """Whether kommit can do its work."""

    status: Literal["ok", "degraded"]
    version: str
    image: ImageSummary
    database: Literal["ok", "unreachable"]
    realtime: list[RealtimeSource] = Field(
        description="Does not change `status`: without news, the timetable holds."
    )


class Title(Shape):
    """The name of a region for people."""

    de: str
    en: str


class Example(Shape):
    """A question that shows what the region can do; look both names up in ``/v1/places``."""

    origin: str = Field(alias="from", description="Name of a place.")
    destination: str = Field(alias="to", description="Name of a place.")


class Region(Shape):
    """What this installation serves."""

    name: str
    title: Title
    center: tuple[float, float] = Field(description="Longitude and latitude.")
    bbox: tuple[float, float, float, float] = Field(description="West, south, east, north.")
    time_zone: str = Field(examples=["Europe/Berlin"])
    valid_from: date
    valid_until: date
    attribution: list[str] = Field(description="Lines that must be shown with the data.")
    illustrative_streets: bool = Field(description="Whether the street network is made up.")
    payment_means: list[str] = Field(examples=[["wallet"]])
    examples: list[Example]


class Place(Shape):
    """A stop, station or street by its name."""

    id: str = Field(description="Id of the stop, or ``lat,lon``: what ``/v1/plan`` takes.")
    kind: Literal["stop", "station", "street", "coordinate"]
    name: str
    locality: str | None
    lat: float
    lon: float
    modes: list[LegMode] = Field(description="What stops here.")


class Places(Shape):
    """Places that match a text, best first."""

    places: list[Place]


class Geometry(Shape):
    """A GeoJSON point."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float] = Field(description="Longitude and latitude.")


class StopProperties(Shape):
    """What is known of a stop on the map."""

    id: str
    name: str
    modes: list[LegMode]


class StopFeature(Shape):
    """A stop as a GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    geometry: Geometry
    properties: StopProperties


class Stops(Shape):
    """Stops as a GeoJSON feature collection."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[StopFeature]
    truncated: bool = Field(description="Whether there are more stops than one answer holds.")


class Agency(Shape):
    """Who runs a route."""

    id: str
    name: str


class Route(Shape):
    """A line."""

    id: str = Field(description="Feed-scoped.", examples=["senden:X90"])
    short_name: str = Field(examples=["X90"])
    long_name: str
    color: str | None = Field(description="Six hexadecimal digits.", examples=["e2001a"])
    text_color: str | None = Field(description="Six hexadecimal digits.")
    agency: Agency


class Departure(Shape):
    """A vehicle that leaves a stop."""

    time: AwareDatetime = Field(
        description="As expected; where it is cancelled, as it was planned."
    )
    scheduled_time: AwareDatetime | None = Field(
        description="Null for a trip that the timetable does not have."
    )
    delay_s: int | None = Field(description="Negative where it is early; null without a forecast.")
    realtime: bool = Field(description="Whether there is news of the trip.")
    cancelled: bool = Field(description="It does not run, or does not stop here.")
    route: Route
    headsign: str | None
    trip_id: str
    service_day: date = Field(description="The day in the timetable, which may end after midnight.")
    stop: Point
    scheduled_stop: Point | None = Field(
        description="Where it leaves by the timetable, if that is elsewhere."
    )
    alerts: list[Alert]


class Departures(Shape):
    """The next departures of a stop, or of all stops of a station."""

    stop: Point
    alerts: list[Alert] = Field(description="About the stop as such.")
    departures: list[Departure]
