"""Squares and other areas for people on foot: walked across, not only round their edge.

An area is crossed along the straight lines between its *entrances*, the points of its edge at
which other streets begin, and where nothing can be seen straight on, by the corners between: a
visibility graph. Lines lie within the area and go round its holes. Only those are kept that a
shortest way from one entrance to another takes, so that they stay few.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import osmium
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from feeds.osm.collected import Collected, Point
from feeds.osm.tags import street_class
from kommit.kit.geo import M_PER_DEG_LAT

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Ring = list[Point]
Line = tuple[Point, Point]

CROSSED: Final = frozenset({"pedestrian", "footway", "platform"})
"""Values of ``highway`` of areas that are crossed."""
MOST_CORNERS: Final = 200
MOST_ENTRANCES: Final = 64
"""Larger areas are walked round only."""
NEAR_M: Final = 0.01
"""A line that comes so close to a corner ends there, and goes on as another one."""


class Area(NamedTuple):
    """An area, with its rings closed: the last point of each is its first."""

    id: int
    """Of its way, or negative of its relation."""
    tags: dict[str, str]
    rings: list[Ring]


class Pieces(NamedTuple):
    """Edges between two corners of an area each, as indices of its corners."""

    start: I64
    end: I64


def read_areas(path: Path) -> list[Area]:
    """Read the areas of an extract that people cross; errors are those of osmium."""
    areas = osmium.FileProcessor(str(path)).with_areas(osmium.filter.KeyFilter("highway"))
    areas.with_filter(osmium.filter.EntityFilter(osmium.osm.AREA))
    found = []
    for area in areas:
        assert isinstance(area, osmium.osm.Area)  # noqa: S101 - the filter leaves nothing else
        tags = dict(area.tags)
        if tags.get("highway") not in CROSSED or (area.from_way() and tags.get("area") != "yes"):
            continue
        rings = [_ring(ring) for outer in area.outer_rings() for ring in _with_holes(area, outer)]
        found.append(Area(area.orig_id() * (1 if area.from_way() else -1), tags, rings))
    return found


def _with_holes(
    area: osmium.osm.Area, outer: osmium.osm.OuterRing
) -> Iterator[osmium.osm.NodeRefList]:
    yield outer
    yield from area.inner_rings(outer)


def _ring(ring: osmium.osm.NodeRefList) -> Ring:
    return [Point(node.ref, node.lat, node.lon) for node in ring]


def cross_areas(areas: Sequence[Area], collected: Collected) -> int:
    """Take the lines across areas in; return how many areas are too large for that."""
    known = _touching(areas, collected)
    too_large = 0
    for area in areas:
        kind = street_class(area.tags)
        ids = {point.id for ring in area.rings for point in ring}
        entrances = {id_ for id_ in ids if any(not run <= ids for run in known[id_])}
        if kind is None or len(entrances) < 2:
            continue
        if len(ids) > MOST_CORNERS or len(entrances) > MOST_ENTRANCES:
            too_large += 1
            continue
        edges = [ring for ring in area.rings if not _is_drawn(ring, known)]
        for run in (*edges, *lines_across(area.rings, entrances)):
            collected.add(area.tags, kind, area.id, run, whole=True)
    return too_large


def _touching(
    areas: Sequence[Area], collected: Collected
) -> defaultdict[int, list[frozenset[int]]]:
    """Return the streets at each point of areas, as the ids of their points."""
    wanted = {point.id for area in areas for ring in area.rings for point in ring}
    ids, ptr = np.array(collected.point_id, np.int64), np.array(collected.point_ptr, np.int64)
    hits = np.flatnonzero(np.isin(ids, list(wanted)))
    found: defaultdict[int, list[frozenset[int]]] = defaultdict(list)
    for run in np.unique(np.searchsorted(ptr, hits, side="right") - 1).tolist():
        points = frozenset(ids[ptr[run] : ptr[run + 1]].tolist())
        for point in points & wanted:
            found[point].append(points)
    return found


def _is_drawn(ring: Ring, known: defaultdict[int, list[frozenset[int]]]) -> bool:
    """Say whether the edge is a street already, as that of a closed way is."""
    ids = {point.id for point in ring}
    return any(run <= ids for run in known[ring[0].id])


def lines_across(rings: Sequence[Ring], entrances: Set[int]) -> list[Line]:
    """Return the lines within an area that shortest ways between its entrances take.

    O(n³) for n corners.
    """
    corners = list({point.id: point for ring in rings for point in ring}.values())
    place = {point.id: index for index, point in enumerate(corners)}
    at = _on_a_plane(corners)
    edges = _edges(rings, place)
    lines = _visible(at, edges)
    used = _used(at, edges, lines, [place[id_] for id_ in sorted(entrances)])
    return [(corners[a], corners[b]) for a, b in zip(*(part[used] for part in lines), strict=True)]


def _on_a_plane(corners: Sequence[Point]) -> F64:
    """Return (n, 2) metres to the east and north."""
    degrees = np.array([(point.lon, point.lat) for point in corners])
    scale = M_PER_DEG_LAT * np.array([np.cos(np.radians(degrees[0, 1])), 1.0])
    return np.asarray((degrees - degrees[0]) * scale)


def _edges(rings: Sequence[Ring], place: dict[int, int]) -> Pieces:
    pairs = [(place[one.id], place[other.id]) for ring in rings for one, other in pairwise(ring)]
    return Pieces(*np.array(pairs, np.int64).T)


def _visible(at: F64, edges: Pieces) -> Pieces:
    """Return the lines between two corners that lie within the area and are none of its edges."""
    is_edge = np.zeros((len(at), len(at)), np.bool_)
    is_edge[edges.start, edges.end] = is_edge[edges.end, edges.start] = True
    start, end = np.nonzero(np.triu(~is_edge, k=1))
    inside = _is_inside((at[start] + at[end]) / 2, at, edges)
    start, end = start[inside], end[inside]
    clear = ~_is_cut(at, start, end, edges) & ~_meets_corner(at, start, end)
    return Pieces(start[clear], end[clear])


def _is_inside(points: F64, at: F64, edges: Pieces) -> Bools:
    """Return (m,) whether points lie within the area, by the number of edges to their east."""
    (x1, y1), (x2, y2) = at[edges.start].T, at[edges.end].T
    x, y = points[:, :1], points[:, 1:]
    spans = (y1 > y) != (y2 > y)
    east = x1 + (y - y1) * (x2 - x1) / np.where(y1 == y2, np.inf, y2 - y1)
    return np.asarray((spans & (x < east)).sum(axis=1) % 2 == 1)


def _is_cut(at: F64, start: I64, end: I64, edges: Pieces) -> Bools:
    """Return (m,) whether an edge properly crosses each line."""
    p, q = at[start][:, None], at[end][:, None]
    a, b = at[edges.start][None], at[edges.end][None]
    apart = _side(p, q, a) * _side(p, q, b) < 0
    return np.asarray((apart & (_side(a, b, p) * _side(a, b, q) < 0)).any(axis=1))


def _side(origin: F64, goal: F64, point: F64) -> F64:
    along, off = goal - origin, point - origin
    return np.asarray(along[..., 0] * off[..., 1] - along[..., 1] * off[..., 0])


def _meets_corner(at: F64, start: I64, end: I64) -> Bools:
    """Return (m,) whether each line runs through a corner that is neither of its ends."""
    p, q = at[start][:, None], at[end][:, None]
    length = np.linalg.norm(q - p, axis=2)
    away = np.abs(_side(p, q, at[None])) / length
    along = ((at[None] - p) * (q - p)).sum(axis=2) / length
    between = (along > NEAR_M) & (along < length - NEAR_M)
    return np.asarray((between & (away < NEAR_M)).any(axis=1))


def _used(at: F64, edges: Pieces, lines: Pieces, entrances: Sequence[int]) -> Bools:
    """Return which lines a shortest way from an entrance to another takes; edges may be, too."""
    start, end = (np.concatenate(both) for both in zip(edges, lines, strict=True))
    length = np.maximum(np.linalg.norm(at[start] - at[end], axis=1), 1e-6)
    graph = csr_array((length, (start, end)), (len(at), len(at)))
    _, before = dijkstra(graph, directed=False, indices=entrances, return_predecessors=True)
    taken = np.zeros((len(at), len(at)), np.bool_)
    for nth, row in enumerate(before):
        for goal in entrances[nth + 1 :]:
            corner = goal
            while row[corner] >= 0:
                taken[row[corner], corner] = taken[corner, row[corner]] = True
                corner = row[corner]
    return np.asarray(taken[lines.start, lines.end])
