"""Streets in an image: reading the extract, and the walks that it allows between stops."""

from typing import Final

import numpy as np
import numpy.typing as npt

from feeds.gtfs.compile import Walks
from feeds.gtfs.transfers import Edges

F64 = npt.NDArray[np.float64]

WALK_BUDGET_S: Final = 10 * 60
"""Riders change between stops that are no further apart than this on foot."""
OSM_ATTRIBUTION: Final = "© OpenStreetMap contributors (ODbL)"

try:
    from routing.street.footpaths import footpaths
    from routing.street.graph import StreetGraph

    from feeds.osm.read import Streets, read_streets
except ImportError:
    from typing import Any

    Streets = StreetGraph = Any
    read_streets = footpaths = None


def walks_on(graph: StreetGraph) -> Walks:
    """Return the walks between stops that ``graph`` allows within ``WALK_BUDGET_S``."""

    def walks(lat: F64, lon: F64, boardable: npt.NDArray[np.bool_]) -> Edges:
        stops = np.flatnonzero(boardable)
        ptr, stop, seconds, metres = footpaths(graph, lat[stops], lon[stops], WALK_BUDGET_S)
        origin = np.repeat(stops, np.diff(ptr))
        return Edges(origin, stops[stop], seconds.astype(np.int64), metres.astype(np.int64))

    return walks
