"""The readable sources of a region: ``stops.csv``, ``lines.toml`` and ``areas.toml``, typed."""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

from kommit.kit.clock import parse_hms
from kommit.regions.errors import SourceError


@dataclass(frozen=True, slots=True)
class Stop:
    """One row of ``stops.csv``; fields are those of GTFS but for the last."""

    stop_id: str
    stop_name: str
    stop_lat: float
    stop_lon: float
    location_type: int = 0
    parent_station: str = ""
    platform_code: str = ""
    wheelchair_boarding: int = 0
    source: str = "hafas"
    """``hafas`` (real name and position) or ``illustrative``."""

    def row(self) -> tuple[str, ...]:
        """Return the cells of its CSV row."""
        return (
            self.stop_id,
            self.stop_name,
            f"{self.stop_lat:.6f}",
            f"{self.stop_lon:.6f}",
            str(self.location_type),
            self.parent_station,
            self.platform_code,
            str(self.wheelchair_boarding),
            self.source,
        )


STOP_COLUMNS = tuple(field.name for field in fields(Stop))


class Call(NamedTuple):
    """A stop of a line, and the minute after departure at which it is reached, where known."""

    stop_id: str
    minute: int | None


class Departures(NamedTuple):
    """Trips of a line in one direction on some days."""

    direction: int
    days: str
    """``mo-fr``, ``sa``, ``so``, ``daily`` or several of them with commas; see ``service_days``."""
    times_s: tuple[int, ...]
    """Departure from the first stop, seconds of the service day."""
    published: bool
    """Whether headway and hours are as published, or illustrative."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line and its trips."""

    id: str
    agency: str
    short_name: str
    long_name: str
    route_type: int
    color: str
    text_color: str
    description: str
    calls: tuple[Call, ...]
    return_stops: Mapping[str, str]
    """Stops that the way back uses instead: the other platform of a station."""
    departures: tuple[Departures, ...]
    booking_rule: str
    on_demand: bool
    """Whether its trips run only when booked."""
    detour: float
    """Length of the way over the crow-fly distance."""
    speed_kmh: float
    """Cruising speed between stops."""
    wheelchair: int


@dataclass(frozen=True, slots=True)
class Lines:
    """The content of ``lines.toml``."""

    agencies: tuple[Mapping[str, str], ...]
    booking_rules: tuple[Mapping[str, Any], ...]
    lines: tuple[Line, ...]
    attributions: tuple[Mapping[str, Any], ...]
    feed_info: Mapping[str, str]


def read_toml(path: Path, *required: str) -> dict[str, Any]:
    """Read a TOML file that has at least the tables ``required``; errors name the file."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as reason:
        raise SourceError(f"{path}: {reason}") from reason
    missing = [name for name in required if name not in content]
    if missing:
        raise SourceError(f"{path}: there is no [[{missing[0]}]]")
    return content


def read_areas(path: Path) -> dict[str, Any]:
    """Read what ``areas.toml`` says of settlements and streets."""
    return read_toml(path, "settlement", "street")


def read_extract(path: Path) -> dict[str, Any]:
    """Read what ``areas.toml`` says of the stops that belong to a region."""
    tables = ("extract", "extract_also", "extract_names", "extract_parents", "illustrative_stop")
    return read_toml(path, *tables)


def read_stops(path: Path) -> list[Stop]:
    """Read ``stops.csv``."""
    if not path.is_file():
        raise SourceError(f"{path}: there is no such file")
    with path.open(encoding="utf-8", newline="") as file:
        return [_stop(path, number, row) for number, row in enumerate(csv.DictReader(file), 2)]


def _stop(path: Path, number: int, row: Mapping[str, str]) -> Stop:
    try:
        return Stop(
            stop_id=row["stop_id"],
            stop_name=row["stop_name"],
            stop_lat=float(row["stop_lat"]),
            stop_lon=float(row["stop_lon"]),
            location_type=int(row["location_type"]),
            parent_station=row["parent_station"],
            platform_code=row["platform_code"],
            wheelchair_boarding=int(row["wheelchair_boarding"]),
            source=row["source"],
        )
    except (KeyError, ValueError) as reason:
        raise SourceError(f"{path}, row {number}: {reason}") from reason


def read_lines(path: Path) -> Lines:
    """Read ``lines.toml``."""
    content = read_toml(path, "agency", "booking_rule", "line", "attribution", "feed_info")
    return Lines(
        agencies=tuple(content["agency"]),
        booking_rules=tuple(content["booking_rule"]),
        lines=tuple(_line(path, row) for row in content["line"]),
        attributions=tuple(content["attribution"]),
        feed_info=content["feed_info"],
    )


def _line(path: Path, row: Mapping[str, Any]) -> Line:
    try:
        return Line(
            id=row["id"],
            agency=row["agency"],
            short_name=row["short_name"],
            long_name=row["long_name"],
            route_type=row["route_type"],
            color=row["color"],
            text_color=row["text_color"],
            description=row["description"],
            calls=tuple(_call(call) for call in row["stops"]),
            return_stops=row.get("return_stops", {}),
            departures=tuple(_departures(entry) for entry in row["departures"]),
            booking_rule=row.get("booking_rule", ""),
            on_demand=row.get("on_demand", False),
            detour=row.get("detour", 1.25),
            speed_kmh=row.get("speed_kmh", 40.0),
            wheelchair=row.get("wheelchair", 1),
        )
    except (KeyError, TypeError, ValueError) as reason:
        raise SourceError(f"{path}, line {row.get('id', '?')}: {reason}") from reason


def _call(call: str | list[Any]) -> Call:
    return Call(call, None) if isinstance(call, str) else Call(call[0], call[1])


def _departures(entry: Mapping[str, Any]) -> Departures:
    if "times" in entry:
        times = tuple(parse_hms(time) for time in entry["times"])
    else:
        first, last = parse_hms(entry["first"]), parse_hms(entry["last"])
        times = tuple(range(first, last + 1, 60 * entry["every_min"]))
    published = entry.get("published", False)
    return Departures(entry["direction"], entry["days"], times, published)
