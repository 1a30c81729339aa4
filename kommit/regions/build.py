"""Builds a region's timetable and streets from its sources, and says whether they are current."""

from collections.abc import Mapping
from pathlib import Path

from kommit.regions.archive import zip_bytes
from kommit.regions.gtfs import gtfs_files
from kommit.regions.pbf import pbf_bytes
from kommit.regions.sources import Line, Stop, read_lines, read_stops, read_toml
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
    net, ways = build_streets(stops, lines.lines, read_toml(folder / "areas.toml"))
    return {
        f"{folder.name}-gtfs.zip": zip_bytes(gtfs_files(stops, lines)),
        f"{folder.name}-streets.osm.pbf": pbf_bytes(net, ways),
    }


def build_streets(
    stops: list[Stop], lines: tuple[Line, ...], areas: Mapping[str, object]
) -> tuple[StreetNet, list[Way]]:
    """Return the illustrative street network, with roads along the lines that always run."""
    on_roads = [line for line in lines if line.route_type == BUS and not line.on_demand]
    net = build_net(stops, on_roads, areas)
    return net, build_ways(net, stops, on_roads, areas)


def stale_files(folder: Path, built: Mapping[str, bytes]) -> list[str]:
    """Return the names of built files whose committed bytes differ or are not there."""
    paths = {name: folder / name for name in built}
    return [
        name
        for name, path in paths.items()
        if not path.is_file() or path.read_bytes() != built[name]
    ]
