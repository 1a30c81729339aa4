"""What can be found by name: stops, stations and streets."""

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """What a place is."""

    STOP = "stop"
    STATION = "station"
    STREET = "street"
    COORDINATE = "coordinate"


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the index knows it. Degrees are WGS84."""

    id: str
    """The stop's id, or ``lat,lon``."""
    kind: PlaceKind
    name: str
    locality: str | None
    lat: float
    lon: float
    modes: tuple[str, ...] = ()
    """What calls there: ``RAIL``, ``BUS`` and so on; the heaviest first."""
    other_names: tuple[str, ...] = ()
    """Names of its platforms, where they differ."""
    departures: float = 0.0
    """Departures on a mean day."""


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """An answer of the search, better ones with a higher ``score``."""

    id: str
    kind: PlaceKind
    name: str
    locality: str | None
    lat: float
    lon: float
    modes: tuple[str, ...]
    score: float


def point_id(lat: float, lon: float) -> str:
    """Return the id of a place that is no stop; a tenth of a metre is kept."""
    return f"{lat:.6f},{lon:.6f}"
