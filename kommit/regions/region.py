"""What a region is: its name and place, feeds, streets, tariffs and attribution."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kommit.regions.errors import RegionNotFoundError, SourceError

REGIONS = Path(__file__).parent
"""Where the regions that ship with kommit lie."""


class RegionFeed(NamedTuple):
    """A GTFS feed; its ids read ``scope:gtfs_id`` everywhere."""

    scope: str
    path: Path


class NamedPoint(NamedTuple):
    """A place in an example query; WGS84 degrees."""

    name: str
    lat: float
    lon: float


class Example(NamedTuple):
    """A query that shows what the region can do."""

    origin: NamedPoint
    destination: NamedPoint


class Operator(NamedTuple):
    """Who runs lines in the region."""

    agency_id: str
    """Feed-scoped."""
    name: str
    illustrative: bool
    """Whether name and services are made up."""


@dataclass(frozen=True)
class Region:
    """What kommit serves; read from a ``region.json``."""

    name: str
    title: Mapping[str, str]
    """By language, ``de`` and ``en``."""
    center: tuple[float, float]
    """Longitude and latitude."""
    bbox: tuple[float, float, float, float]
    """West, south, east, north."""
    time_zone: ZoneInfo
    feeds: tuple[RegionFeed, ...]
    streets: Path | None
    """An OSM extract, ``.osm.pbf``."""
    illustrative_streets: bool
    illustrative_timetable: bool
    tariffs: tuple[str, ...]
    """Ids of the tariffs that price chains here; the best price over all of them is asked."""
    quotas: Mapping[str, int]
    """Places that can be sold on each trip of a route, by feed-scoped route id; others sell
    without limit."""
    examples: tuple[Example, ...]
    attribution: tuple[str, ...]
    """Lines that must be shown with the data."""
    operators: tuple[Operator, ...]
    fleets: tuple[Path, ...] = ()
    """Files of own fleets that a demo of the region begins with: all of its folder ``fleets``."""
    shuttles: tuple[Path, ...] = ()
    """Definitions of own on-demand services: all of its folder ``shuttles``."""


def load_region(name_or_path: str | Path) -> Region:
    """Return the region that ships with kommit under this name, or lies in this folder.

    Raises
    ------
    RegionNotFoundError
        If there is no ``region.json``.
    SourceError
        If it lacks something, names files that are not there, or has a value that cannot be.
    """
    folder = REGIONS / name_or_path
    if not (folder / "region.json").is_file():
        folder = Path(name_or_path)
    path = folder / "region.json"
    if not path.is_file():
        shipped = ", ".join(sorted(p.parent.name for p in REGIONS.glob("*/region.json")))
        raise RegionNotFoundError(
            f"no region {name_or_path}: there is no {path}; kommit ships with: {shipped}"
        )
    try:
        return _region(folder, json.loads(path.read_text("utf-8")))
    except KeyError as missing:
        raise SourceError(f"{path}: {missing} is missing") from missing
    except (TypeError, ValueError, ZoneInfoNotFoundError) as reason:
        raise SourceError(f"{path}: {reason}") from reason


def _region(folder: Path, content: Mapping[str, Any]) -> Region:
    west, south, east, north = map(float, content["bbox"])
    lon, lat = map(float, content["center"])
    if not (west <= lon <= east and south <= lat <= north):
        raise ValueError("center [lon, lat] must lie within bbox [west, south, east, north]")
    streets = content["streets"]
    return Region(
        name=folder.resolve().name,
        title={language: content["title"][language] for language in ("de", "en")},
        center=(lon, lat),
        bbox=(west, south, east, north),
        time_zone=ZoneInfo(content["time_zone"]),
        feeds=tuple(RegionFeed(f["scope"], _file(folder, f["path"])) for f in content["feeds"]),
        streets=_file(folder, streets["path"]) if streets else None,
        illustrative_streets=bool(streets and streets["illustrative"]),
        illustrative_timetable=bool(content["illustrative_timetable"]),
        tariffs=_texts("tariffs", content["tariffs"]),
        quotas={route: _places(route, n) for route, n in content["quotas"].items()},
        examples=tuple(Example(_point(e["from"]), _point(e["to"])) for e in content["examples"]),
        attribution=tuple(map(str, content["attribution"])),
        operators=tuple(Operator(**operator) for operator in content["operators"]),
        fleets=tuple(sorted((folder / "fleets").glob("*.toml"))),
        shuttles=tuple(sorted((folder / "shuttles").glob("*.toml"))),
    )


def _file(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise ValueError(f"names {name}, but there is no such file in {folder}")
    return path


def _places(route: str, n: Any) -> int:
    if not isinstance(n, int) or n < 0:
        raise ValueError(f"the quota of {route} is a number of places, not {n!r}")
    return n


def _texts(key: str, found: Any) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError(f"{key} is a list of texts, not {found!r}")
    return tuple(found)


def _point(content: Mapping[str, Any]) -> NamedPoint:
    return NamedPoint(str(content["name"]), float(content["lat"]), float(content["lon"]))
