"""The walks that the streets of an image allow between stops."""

from typing import Final

import numpy as np
import numpy.typing as npt

from feeds.gtfs.compile import Walks
from feeds.gtfs.transfers import Edges
from feeds.progress import SILENT, Progress
from routing.street.footpaths import footpaths
from routing.street.graph import StreetGraph

F64 = npt.NDArray[np.float64]

WALK_BUDGET_S: Final = 10 * 60
"""Riders change between stops that are no further apart than this on foot."""
OSM_ATTRIBUTION: Final = "© OpenStreetMap contributors (ODbL)"


def walks_on(graph: StreetGraph, progress: Progress = SILENT) -> Walks:
    """Return the walks between stops that ``graph`` allows within ``WALK_BUDGET_S``."""

    def walks(lat: F64, lon: F64, boardable: npt.NDArray[np.bool_]) -> Edges:
        stops = np.flatnonzero(boardable)
        progress.step("finding walks between stops")
        ptr, stop, seconds, metres = footpaths(
            graph, lat[stops], lon[stops], WALK_BUDGET_S, advance=progress.advance
        )
        origin = np.repeat(stops, np.diff(ptr))
        return Edges(origin, stops[stop], seconds.astype(np.int64), metres.astype(np.int64))

    return walks
