"""The base map as vector tiles, made from the image's own streets and stops when asked for.

Tiles are Web Mercator in the usual XYZ scheme with two layers (Mapbox Vector Tile 2.1): ``streets``
(``class``, ``name``) and ``stops`` (``id``, ``name``). No outside map service is asked.
"""

from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from typing import Annotated, Any, Final, NamedTuple

import mapbox_vector_tile
import numpy as np
import numpy.typing as npt
import shapely
from fastapi import APIRouter, Depends, Path, Request, Response

from feeds.image.image import NetworkImage
from kommit.api.errors import NotFound
from kommit.api.services import NetworkOf
from routing.street.graph import StreetClass, StreetGraph
from routing.timetable import NONE

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]
Feature = dict[str, Any]

MEDIA_TYPE: Final = "application/vnd.mapbox-vector-tile"
EXTENT: Final = 4096
"""Tile units along one side."""
BUFFER: Final = 96
"""Tile units kept beyond the edge, so that wide lines meet across it."""
MAX_ZOOM: Final = 18
KEPT_TILES: Final = 2048
MAX_AGE_S: Final = 3600
MAX_LATITUDE: Final = 85.0511
"""Where Web Mercator ends."""

SEGMENTS_A_TILE: Final = 5000
"""Small streets are drawn from the zoom on at which no tile has more segments than this."""
LARGEST_ALWAYS: Final = StreetClass.SECONDARY
SMALLEST_BELOW_ZOOM: Final = ((10, StreetClass.TERTIARY), (13, StreetClass.RESIDENTIAL))
"""What would only be a smear is not drawn, however few there are."""
NAMES_FROM_ZOOM: Final = 13
STOPS_FROM_ZOOM: Final = 13
POLES_FROM_ZOOM: Final = 15
"""Below it a station stands for its stops."""
SIMPLIFY_BELOW_ZOOM: Final = 15
TOLERANCE: Final = 6.0
"""Tile units that a simplified line may stray: less than a pixel of a 512 pixel tile."""


class Tile(NamedTuple):
    """Address of a tile."""

    z: int
    x: int
    y: int

    def exists(self) -> bool:
        """Say whether there is such a tile."""
        side = 1 << self.z if 0 <= self.z <= MAX_ZOOM else 0
        return 0 <= self.x < side and 0 <= self.y < side

    def within(self, x: F64, y: F64) -> tuple[F64, F64]:
        """Return world coordinates in units of this tile."""
        scale = float(1 << self.z)
        return (x * scale - self.x) * EXTENT, (y * scale - self.y) * EXTENT

    def box(self) -> tuple[float, float, float, float]:
        """Return the world coordinates of its edges with the buffer: west, north, east, south."""
        side, margin = 1.0 / (1 << self.z), BUFFER / EXTENT
        west, north = (self.x - margin) * side, (self.y - margin) * side
        return west, north, west + (1 + 2 * margin) * side, north + (1 + 2 * margin) * side


def to_world(lat: F64, lon: F64) -> tuple[F64, F64]:
    """Project WGS84 degrees to Web Mercator, scaled so that the world is 0 to 1 east and south."""
    phi = np.radians(np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE))
    x = (np.asarray(lon) + 180.0) / 360.0
    y = (1.0 - np.log(np.tan(phi) + 1.0 / np.cos(phi)) / np.pi) / 2.0
    return np.asarray(x), np.asarray(y)


class _Streets:
    """Streets in world coordinates with an index over the boxes of their segments."""

    def __init__(self, graph: StreetGraph) -> None:
        self._graph = graph
        self._x, self._y = to_world(graph.shape_lat, graph.shape_lon)
        starts = graph.shape_ptr[:-1]
        boxes = shapely.box(
            np.minimum.reduceat(self._x, starts),
            np.minimum.reduceat(self._y, starts),
            np.maximum.reduceat(self._x, starts),
            np.maximum.reduceat(self._y, starts),
        )
        self._index = shapely.STRtree(boxes)

    def segments(self, tile: Tile) -> I64:
        """Return the segments to be drawn on a tile, ascending."""
        found = np.sort(self._index.query(shapely.box(*tile.box())))
        kept: I64 = found[self._graph.segment_class[found] <= self._smallest_class(tile.z)]
        return kept

    def _smallest_class(self, zoom: int) -> int:
        """Return the smallest class drawn at a zoom: the same on all tiles, so that none differ."""
        clear = (smallest for below, smallest in SMALLEST_BELOW_ZOOM if zoom < below)
        smallest = next(clear, StreetClass.STEPS)
        fits = (
            c
            for c in range(smallest, LARGEST_ALWAYS, -1)
            if self._busiest(zoom, c) <= SEGMENTS_A_TILE
        )
        return next(fits, LARGEST_ALWAYS)

    @cache  # noqa: B019 - lives as long as the image's streets, which is what it describes
    def _busiest(self, zoom: int, smallest: int) -> int:
        """Return the segments on the fullest tile of a zoom, smaller classes left out."""
        first = self._graph.shape_ptr[:-1][self._graph.segment_class <= smallest]
        column, row = (np.floor(axis[first] * (1 << zoom)) for axis in (self._x, self._y))
        _, counts = np.unique(column * (1 << zoom) + row, return_counts=True)
        return int(counts.max(initial=0))

    def lines(self, segments: I64, tile: Tile) -> Geometries:
        """Return one line in tile units for each segment."""
        ptr = self._graph.shape_ptr
        sizes = ptr[segments + 1] - ptr[segments]
        line = np.repeat(np.arange(segments.size), sizes)
        point = np.arange(line.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        point += np.repeat(ptr[segments], sizes)
        x, y = tile.within(self._x[point], self._y[point])
        lines: Geometries = shapely.linestrings(np.column_stack((x, y)), indices=line)
        return lines

    def alike(self, segments: I64, tile: Tile) -> Iterator[tuple[int, int, I64]]:
        """Group by class and name: yields both and the positions in ``segments``."""
        name = self._graph.segment_name[segments]
        if tile.z < NAMES_FROM_ZOOM:
            name = np.full_like(name, NONE)
        keys = np.column_stack((self._graph.segment_class[segments].astype(np.int64), name))
        kinds, group = np.unique(keys, axis=0, return_inverse=True)
        order = np.argsort(group, kind="stable")
        ends = np.cumsum(np.bincount(group.ravel(), minlength=len(kinds)))[:-1]
        for (street_class, street), positions in zip(kinds, np.split(order, ends), strict=True):
            yield int(street_class), int(street), positions


class Tiles:
    """Tiles of one network image; the last ones made are kept."""

    def __init__(self, image: NetworkImage) -> None:
        self._image = image
        self.get = lru_cache(maxsize=KEPT_TILES)(self._make)
        """Return the encoded tile; empty bytes where nothing is."""

    @property
    def image_id(self) -> str:
        """The image that the tiles show."""
        return self._image.id

    @cached_property
    def _streets(self) -> _Streets | None:
        streets = self._image.streets
        return _Streets(streets.graph) if streets and streets.graph.n_segments else None

    @cached_property
    def _stops(self) -> tuple[F64, F64]:
        timetable = self._image.timetable
        known = timetable.n_known_stops
        return to_world(timetable.stop_lat[:known], timetable.stop_lon[:known])

    def _make(self, tile: Tile) -> bytes:
        layers = [
            {"name": "streets", "features": list(self._street_features(tile))},
            {"name": "stops", "features": list(self._stop_features(tile))},
        ]
        filled = [layer for layer in layers if layer["features"]]
        if not filled:
            return b""
        options = {"y_coord_down": True, "extents": EXTENT}
        return bytes(mapbox_vector_tile.encode(filled, default_options=options))

    def _street_features(self, tile: Tile) -> Iterator[Feature]:
        streets = self._streets
        segments = streets.segments(tile) if streets else np.empty(0, dtype=np.int64)
        if not streets or not segments.size:
            return
        lines = streets.lines(segments, tile)
        for street_class, name, positions in streets.alike(segments, tile):
            merged = _generalise(lines[positions], tile)
            if not merged.is_empty:
                yield {"geometry": merged, "properties": self._describe(street_class, name)}

    def _describe(self, street_class: int, name: int) -> dict[str, str]:
        described = {"class": StreetClass(street_class).name.lower()}
        if name != NONE:
            described["name"] = self._image.catalogue.street_names[name]
        return described

    def _stop_features(self, tile: Tile) -> Iterator[Feature]:
        if tile.z < STOPS_FROM_ZOOM:
            return
        x, y = tile.within(*self._stops)
        inside = (x >= -BUFFER) & (x <= EXTENT + BUFFER) & (y >= -BUFFER) & (y <= EXTENT + BUFFER)
        for stop in np.flatnonzero(inside & self._shown(tile)).tolist():
            info = self._image.catalogue.stop(stop)
            point = shapely.Point(round(x[stop]), round(y[stop]))
            yield {"geometry": point, "properties": {"id": info.id, "name": info.name}}

    def _shown(self, tile: Tile) -> npt.NDArray[np.bool_]:
        timetable = self._image.timetable
        station = timetable.stop_station[: timetable.n_known_stops]
        if tile.z < POLES_FROM_ZOOM:
            return np.asarray(station == NONE)
        is_station = np.zeros(station.size, dtype=np.bool_)
        is_station[station[station != NONE]] = True
        return ~is_station


def _generalise(lines: Geometries, tile: Tile) -> Any:
    """Join lines end to end, clip them to the tile, and smooth what no screen would show."""
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    clipped = shapely.clip_by_rect(merged, -BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    if tile.z < SIMPLIFY_BELOW_ZOOM:
        clipped = shapely.simplify(clipped, TOLERANCE)
    return clipped


# --- over HTTP

router = APIRouter(tags=["map"])


def tiles_of(request: Request, network: NetworkOf) -> Tiles:
    """Return the tiles of the image that answers now; new ones when another image went live."""
    kept: Tiles | None = getattr(request.app.state, "tiles", None)
    if kept is None or kept.image_id != network.image.id:
        kept = request.app.state.tiles = Tiles(network.image)
    return kept


TilesOf = Annotated[Tiles, Depends(tiles_of)]
Number = Annotated[int, Path(ge=0)]


@router.get(
    "/tiles/{z}/{x}/{y}.mvt",
    response_class=Response,
    responses={
        200: {"content": {MEDIA_TYPE: {}}, "description": "A Mapbox Vector Tile."},
        204: {"description": "Nothing is there."},
        304: {"description": "The tile that the client has is still right."},
    },
)
def get_tile(request: Request, tiles: TilesOf, z: Number, x: Number, y: Number) -> Response:
    """Return a tile of the base map: layers ``streets`` and ``stops``.

    Raises
    ------
    NotFound
        If there is no such tile.
    """
    tile = Tile(z, x, y)
    if not tile.exists():
        raise NotFound(f"there is no tile {z}/{x}/{y}: zoom goes to {MAX_ZOOM}")
    etag = f'"{tiles.image_id[:16]}-{z}-{x}-{y}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={MAX_AGE_S}"}
    if etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    body = tiles.get(tile)
    if not body:
        return Response(status_code=204, headers=headers)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)
