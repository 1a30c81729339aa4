"""Builds a region's timetable and streets from its sources, and says whether they are current."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kommit.regions.archive import zip_bytes
from kommit.regions.errors import SourceError
from kommit.regions.gtfs import gtfs_files
from kommit.regions.pbf import pbf_bytes
from kommit.regions.sources import Line, Stop, read_areas, read_lines, read_stops
from kommit.regions.street_net import StreetNet, build_net
from kommit.regions.street_ways import Way, build_ways

BUS = 3
"""GTFS ``route_type`` of lines on roads."""


def build_region(folder: Path) -> dict[str, bytes]:
    """Return the built files of a region, by name.

    Parameters
    ----------
    folder
        Holds ``stops.csv``, ``lines.toml`` and ``areas.toml``; it gives the files their names.
    """
    stops, lines = read_stops(folder / "stops.csv"), read_lines(folder / "lines.toml")
    areas = read_areas(folder / "areas.toml")
    check_references(stops, lines.lines, areas)
    net, ways = build_streets(stops, lines.lines, areas)
    return {
        f"{folder.name}-gtfs.zip": zip_bytes(gtfs_files(stops, lines)),
        f"{folder.name}-streets.osm.pbf": pbf_bytes(net, ways),
    }


def check_references(
    stops: Sequence[Stop], lines: Iterable[Line], areas: Mapping[str, Any]
) -> None:
    """Refuse lines and streets that name a stop which ``stops.csv`` does not have."""
    known = {stop.stop_id for stop in stops}
    users = {f"line {line.id}": [call.stop_id for call in line.calls] for line in lines}
    users |= {f"street {street['name']}": street["stops"] for street in areas["street"]}
    for user, stop_ids in users.items():
        missing = [stop_id for stop_id in stop_ids if stop_id not in known]
        if missing:
            raise SourceError(f"{user}: stops.csv has no stop {', '.join(missing)}")


def build_streets(
    stops: Sequence[Stop], lines: Iterable[Line], areas: Mapping[str, Any]
) -> tuple[StreetNet, list[Way]]:
    """Return the illustrative street network, with main roads along the lines that always run."""
    on_roads = [line for line in lines if line.route_type == BUS]
    net = build_net(stops, on_roads, areas)
    return net, build_ways(net, stops, [line for line in on_roads if not line.on_demand], areas)


def stale_files(folder: Path, built: Mapping[str, bytes]) -> list[str]:
    """Return the names of built files whose committed bytes differ or are not there."""
    paths = {name: folder / name for name in built}
    return [
        name
        for name, path in paths.items()
        if not path.is_file() or path.read_bytes() != built[name]
    ]
