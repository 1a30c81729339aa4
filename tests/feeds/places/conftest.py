"""The Senden demo region, ready to be searched."""

from pathlib import Path

import numpy as np
import osmium
import pytest

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from feeds.places.index import PlaceIndex
from feeds.places.stops import stop_places
from feeds.places.streets import Pieces, street_places
from kommit.regions.region import load_region


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> NetworkImage:
    """Return the region's timetable as an image; without streets it is built in no time."""
    out = Path(tmp_path_factory.mktemp("images")) / "senden"
    build_image([FeedInput(*feed) for feed in load_region("senden").feeds], None, out)
    return load_image(out)


@pytest.fixture(scope="session")
def street_pieces() -> Pieces:
    """Return the first point of every named way of the region's street extract."""
    ways = osmium.FileProcessor(str(load_region("senden").streets)).with_locations()
    rows = [
        (way.tags["name"], way.nodes[0].lat, way.nodes[0].lon)
        for way in ways
        if way.is_way() and "name" in way.tags
    ]
    names, lat, lon = zip(*rows, strict=True)
    return Pieces(names, np.arange(len(names)), np.array(lat), np.array(lon))


@pytest.fixture(scope="session")
def senden(image: NetworkImage, street_pieces: Pieces) -> PlaceIndex:
    stops = stop_places(image.timetable, image.catalogue)
    return PlaceIndex([*stops, *street_places(street_pieces, stops)])
