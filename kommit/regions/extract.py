"""Takes a region's stops out of the list of stations ``db-hafas-stations``.

The list names a stop "Mahnmal, Senden (Westf)", has one entry for every platform ("Busbahnhof
Bussteig 2/B") and several for some stops. What comes out follows GTFS: "Senden, Mahnmal" once,
platforms below their station.
"""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kommit.kit.geo import distance_m
from kommit.regions.errors import SourceError
from kommit.regions.sources import STOP_COLUMNS, Stop

PLATFORM = re.compile(r"^(?P<name>.+?) Bussteig (?P<code>\S+)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of stations."""

    id: str
    name: str
    lat: float
    lon: float
    weight: float
    """How much is going on there, in the list's own measure."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Keep the stops of ``town`` that lie within ``radius_m`` of a point, and call it ``name``."""

    town: str
    name: str
    lat: float
    lon: float
    radius_m: float

    def holds(self, entry: Entry) -> bool:
        """Say whether the entry is of this town and within the circle."""
        suffix = entry.name.rpartition(", ")[2]
        # The list cuts names at 42 characters: "…, Senden (West" is Senden as well.
        of_town = len(suffix) >= 4 and self.town.startswith(suffix)
        return of_town and distance_m(self.lat, self.lon, entry.lat, entry.lon) <= self.radius_m


def read_entries(path: Path) -> list[Entry]:
    """Read the list of stations, a JSON array."""
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
        return [_entry(row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as reason:
        raise SourceError(f"{path}: not a list of stations: {reason}") from reason


def _entry(row: Mapping[str, Any]) -> Entry:
    place = row["location"]
    lat, lon = float(place["latitude"]), float(place["longitude"])
    return Entry(str(row["id"]), str(row["name"]), lat, lon, float(row.get("weight", 0.0)))


def extract_stops(entries: Iterable[Entry], areas: Mapping[str, Any]) -> list[Stop]:
    """Return the region's stops, stations before their platforms, sorted by name and id.

    Parameters
    ----------
    areas
        Content of the region's ``areas.toml``.
    """
    circles = [
        Circle(c["town"], c["name"], c["center"][0], c["center"][1], c["radius_m"])
        for c in areas["extract"]
    ]
    also, skip = set(areas["extract_also"]["ids"]), set(areas["extract_also"]["skip"])
    found: dict[str, list[Stop]] = defaultdict(list)
    weights: dict[str, float] = {}
    for entry in entries:
        circle = next((c for c in circles if c.holds(entry)), None)
        if entry.id in skip or (circle is None and entry.id not in also):
            continue
        stop = _stop(entry, circle, areas["extract_names"])
        weights[stop.stop_id] = entry.weight
        found[stop.stop_name].append(stop)
    parents: Mapping[str, str] = areas["extract_parents"]
    listed = [s for name in sorted(found) for s in _merge(found[name], weights, parents)]
    stops = [*listed, *(_illustrative(row) for row in areas["illustrative_stop"])]
    return _with_stations(stops)


def _stop(entry: Entry, circle: Circle | None, names: Mapping[str, str]) -> Stop:
    inner, _, suffix = entry.name.rpartition(", ")
    town = circle.name if circle else suffix.split(" (")[0]
    platform = PLATFORM.match(inner)
    base = platform["name"] if platform else inner
    name = names.get(entry.id, f"{town}, {base}")
    code = platform["code"] if platform else ""
    return Stop(entry.id, name, entry.lat, entry.lon, platform_code=code, source="hafas")


def _merge(
    stops: Sequence[Stop], weights: Mapping[str, float], parents: Mapping[str, str]
) -> list[Stop]:
    """Keep one entry of a name (the busiest), or a station and its platforms."""
    platforms = [s for s in stops if s.platform_code]
    plain = sorted(
        (s for s in stops if not s.platform_code), key=lambda s: (-weights[s.stop_id], s.stop_id)
    )[:1]
    name = stops[0].stop_name
    if not platforms:
        return [replace(s, parent_station=parents.get(name, "")) for s in plain]
    parent = parents.get(name) or (plain[0].stop_id if plain else "")
    children = [replace(s, parent_station=parent, wheelchair_boarding=1) for s in platforms]
    return plain + sorted(children, key=lambda s: s.platform_code)


def _illustrative(row: Mapping[str, Any]) -> Stop:
    lat, lon = row["position"]
    return Stop(
        row["stop_id"],
        row["stop_name"],
        lat,
        lon,
        parent_station=row.get("parent_station", ""),
        wheelchair_boarding=row.get("wheelchair_boarding", 0),
        source="illustrative",
    )


def _with_stations(stops: Sequence[Stop]) -> list[Stop]:
    """Mark as station what others belong to."""
    stations = {s.parent_station for s in stops} - {""}
    return [
        replace(s, location_type=1, wheelchair_boarding=1) if s.stop_id in stations else s
        for s in stops
    ]


def stops_csv(stops: Iterable[Stop]) -> str:
    """Return the stops as the text of a ``stops.csv``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(STOP_COLUMNS)
    writer.writerows(stop.row() for stop in stops)
    return out.getvalue()
