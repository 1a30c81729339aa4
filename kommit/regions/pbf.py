"""Writes a street network as an OSM file."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import osmium
from osmium.osm import mutable

from kommit.regions.street_net import StreetNet
from kommit.regions.street_ways import Way

MARK = {"source": "kommit illustrative", "note": "illustrative"}
"""Tags that tell these ways from surveyed ones."""


def pbf_bytes(net: StreetNet, ways: Iterable[Way]) -> bytes:
    """Return the network as ``.osm.pbf``; its bytes depend on the network alone.

    Blocks are not compressed (builds of zlib differ in the bytes they make), and neither times nor
    versions are written.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "streets.osm.pbf"
        file = osmium.io.File(str(path), "pbf,pbf_compression=none,add_metadata=false")
        header = osmium.io.Header()
        header.set("generator", "kommit")
        with osmium.SimpleWriter(file, header=header) as writer:
            for i, (lat, lon) in enumerate(zip(net.lat.tolist(), net.lon.tolist(), strict=True), 1):
                writer.add_node(mutable.Node(id=i, location=(lon, lat)))
            for i, way in enumerate(ways, 1):
                nodes = [point + 1 for point in way.points]
                writer.add_way(mutable.Way(id=i, nodes=nodes, tags=_tags(way)))
        return path.read_bytes()


def _tags(way: Way) -> dict[str, str]:
    name = {"name": way.name} if way.name else {}
    return {"highway": way.highway, **name, **MARK}
