"""Streets drawn as text, for tests that a reader can check with a finger.

Points are letters of a drawing, 100 m apart in both directions; each way is a word of letters,
with its tags behind it::

    A.B.C
    ..D..

    ABC name=High_Street
    BD highway=steps
"""

from pathlib import Path

import numpy as np
import osmium

from feeds.image.streets import compile_streets
from feeds.osm.read import read_streets
from kommit.kit.geo import M_PER_DEG_LAT
from routing.street.network import StreetNetwork

STEP_M = 100.0
LAT0, LON0 = 51.85, 7.48


class Drawing:
    """Where the letters of a drawing stand."""

    def __init__(self, text: str) -> None:
        drawn, ways = text.strip("\n").split("\n\n")
        rows = [line.strip() for line in drawn.splitlines()]
        step_lat = STEP_M / M_PER_DEG_LAT
        step_lon = step_lat / np.cos(np.radians(LAT0))
        self.points = {
            letter: (LAT0 - row * step_lat, LON0 + column / 2 * step_lon)
            for row, line in enumerate(rows)
            for column, letter in enumerate(line)
            if letter != "."
        }
        self.ways = [line.split() for line in ways.splitlines() if line.strip()]

    def at(self, letter: str) -> tuple[float, float]:
        """Return latitude and longitude of a letter."""
        return self.points[letter]

    def between(self, first: str, second: str, fraction: float) -> tuple[float, float]:
        """Return a point on the straight line between two letters."""
        (lat1, lon1), (lat2, lon2) = self.points[first], self.points[second]
        return lat1 + fraction * (lat2 - lat1), lon1 + fraction * (lon2 - lon1)

    def write(self, path: Path) -> Path:
        """Write the drawing as an OpenStreetMap file."""
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for letter, (lat, lon) in sorted(self.points.items()):
                node = osmium.osm.mutable.Node(id=ord(letter), location=(lon, lat))
                writer.add_node(node)
            for number, (letters, *tags) in enumerate(self.ways, start=1):
                pairs = {"highway": "residential"} | dict(tag.split("=") for tag in tags)
                nodes = [ord(letter) for letter in letters]
                writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=pairs))
        return path

    def network(self, folder: Path) -> StreetNetwork:
        """Return the network of the drawing, written to a folder and read."""
        return network_of(self.write(folder / "drawing.osm.pbf"))


def network_of(extract: Path) -> StreetNetwork:
    """Return the network of an extract."""
    return compile_streets(read_streets(extract))
