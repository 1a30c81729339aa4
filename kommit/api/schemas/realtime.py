"""What is known of the moment: alerts, vehicles, and where the news comes from."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from kommit.api.schemas.common import Shape


class Text(Shape):
    """A text in one language."""

    language: str | None = Field(description="BCP 47, or null where the feed does not say.")
    text: str


class Period(Shape):
    """A span of time, open where a side is null."""

    start: AwareDatetime | None = Field(alias="from")
    until: AwareDatetime | None


class Informed(Shape):
    """Whom an alert informs: what fits everything that is not null."""

    agency_id: str | None
    route_id: str | None
    route_type: int | None = Field(description="As in GTFS `routes.txt`.")
    trip_id: str | None
    service_day: date | None
    stop_id: str | None


class Alert(Shape):
    """Something riders should know."""

    id: str = Field(description="Feed-scoped.")
    severity: str | None = Field(examples=["WARNING"], description="`INFO`, `WARNING`, `SEVERE`.")
    cause: str | None = Field(examples=["CONSTRUCTION"], description="As in GTFS Realtime.")
    effect: str | None = Field(examples=["DETOUR"], description="As in GTFS Realtime.")
    header: list[Text]
    description: list[Text]
    url: list[Text]
    periods: list[Period] = Field(description="When it is active; empty: as long as it is told.")


class InformingAlert(Alert):
    """An alert with all that it informs."""

    informed: list[Informed]


class Alerts(Shape):
    """Alerts that are active or will be."""

    alerts: list[InformingAlert]


class VehicleAt(Shape):
    """Where the vehicle of a ride is."""

    id: str = Field(description="Feed-scoped.")
    label: str | None = Field(description="What riders read on it.")
    lat: float = Field(description="WGS84 degrees.")
    lon: float = Field(description="WGS84 degrees.")
    bearing: float | None = Field(description="Degrees clockwise from north.")
    at: AwareDatetime | None = Field(description="When it was there.")


class VehicleProperties(Shape):
    """What is known of a vehicle on the map."""

    id: str
    label: str | None
    bearing: float | None
    speed_mps: float | None
    at: AwareDatetime | None
    route_id: str | None
    route_name: str | None
    trip_id: str | None
    service_day: date | None


class VehiclePoint(Shape):
    """A GeoJSON point."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float] = Field(description="Longitude and latitude.")


class VehicleFeature(Shape):
    """A vehicle as a GeoJSON feature."""

    type: Literal["Feature"] = "Feature"
    geometry: VehiclePoint
    properties: VehicleProperties


class Vehicles(Shape):
    """Vehicles as a GeoJSON feature collection."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[VehicleFeature]
    truncated: bool = Field(description="Whether there are more than one answer holds.")


class FindingCount(Shape):
    """How often something of a message could not be used as it was told."""

    code: str = Field(examples=["unknown-trip"])
    count: int


class RealtimeSource(Shape):
    """How it stands with one source of realtime messages."""

    scope: str = Field(description="Of the feed that it tells of.")
    name: str = Field(description="Host or file; addresses may carry keys and are not told.")
    status: Literal["ok", "waiting", "failing", "stale"] = Field(
        description="`waiting`: no message yet. `failing`: the last attempt failed, the message "
        "before it still holds. `stale`: the last good message is too old and does not hold."
    )
    last_message: AwareDatetime | None = Field(description="Of the last good message.")
    age_s: int | None = Field(description="Seconds since then.")
    error: str | None = Field(description="What went wrong last, if it did.")
    trips: int = Field(description="Trips that run otherwise than planned, by this source.")
    vehicles: int
    alerts: int
    findings: list[FindingCount]
