"""Finds the streets of an image, one place for each."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from feeds.image.strings import Strings
from feeds.places.near import clusters
from feeds.places.place import Place, PlaceKind, point_id
from kommit.kit.geo import to_xy
from routing.street.graph import StreetGraph
from routing.timetable import NONE

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]

SAME_STREET_M: Final = 1_000.0
"""Pieces of street of one name further apart are two streets of the same name."""
LOCALITY_M: Final = 3_000.0
"""A street belongs to the locality of the nearest stop within this."""


class Pieces(NamedTuple):
    """N pieces of named streets."""

    names: Sequence[str] | Strings
    """Names by index."""
    name: I64
    """(N,) index of its name."""
    lat: F64
    """(N,) a point on it."""
    lon: F64
    """(N,)"""


def pieces_of(graph: StreetGraph, names: Strings) -> Pieces:
    """Return the named segments of a street graph, each by a point halfway along its shape."""
    named = np.flatnonzero(np.asarray(graph.segment_name) != NONE)
    shape_ptr = np.asarray(graph.shape_ptr)
    halfway = (shape_ptr[named] + shape_ptr[named + 1]) // 2
    return Pieces(
        names,
        np.asarray(graph.segment_name)[named].astype(np.int64),
        np.asarray(graph.shape_lat)[halfway],
        np.asarray(graph.shape_lon)[halfway],
    )


def street_places(pieces: Pieces, stops: Sequence[Place]) -> list[Place]:
    """Return one place for each street, at the piece nearest to the middle of the street."""
    if not pieces.name.size:
        return []
    lat0, lon0 = float(pieces.lat.mean()), float(pieces.lon.mean())
    x, y = to_xy(pieces.lat, pieces.lon, lat0, lon0)
    order = np.argsort(pieces.name, kind="stable")
    found: list[int] = []
    for group in np.split(order, np.flatnonzero(np.diff(pieces.name[order])) + 1):
        for cluster in clusters(x[group], y[group], SAME_STREET_M):
            mine = group[cluster]
            middle = np.hypot(x[mine] - x[mine].mean(), y[mine] - y[mine].mean())
            found.append(int(mine[middle.argmin()]))
    localities = _localities(stops, x[found], y[found], lat0, lon0)
    return [_street(pieces, i, town) for i, town in zip(found, localities, strict=True)]


def _localities(
    stops: Sequence[Place], x: F64, y: F64, lat0: float, lon0: float
) -> list[str | None]:
    known = [stop for stop in stops if stop.locality]
    if not known:
        return [None] * len(x)
    lat, lon = (np.array(v) for v in zip(*((s.lat, s.lon) for s in known), strict=True))
    tree = cKDTree(np.column_stack(to_xy(lat, lon, lat0, lon0)))
    _, nearest = tree.query(np.column_stack([x, y]), distance_upper_bound=LOCALITY_M)
    return [known[i].locality if i < len(known) else None for i in nearest.tolist()]


def _street(pieces: Pieces, piece: int, locality: str | None) -> Place:
    lat, lon = float(pieces.lat[piece]), float(pieces.lon[piece])
    name = pieces.names[int(pieces.name[piece])]
    return Place(point_id(lat, lon), PlaceKind.STREET, name, locality, lat, lon)
