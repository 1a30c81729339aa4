"""Ways in the making: what is taken from an extract, until it is arrays."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from feeds.osm.lifts import Rows, boarding_s, gangway, lifted, sailed
from feeds.osm.obstacles import Obstacles
from feeds.osm.tags import foot, stretch_of
from feeds.osm.wheelchair import incline, wheelchair
from kommit.kit.geo import distances_m
from routing.street.graph import StreetClass
from routing.street.profile import Profile
from routing.street.ways import BRIDGE, CROSSING, RAMP, ROUNDABOUT, TUNNEL, Ways, WheelchairState

Tags = Mapping[str, str]

QUAY_DEG: Final = 1e-5
"""Length of a gangway between a ferry and the land, about a metre to the north."""


class Point(NamedTuple):
    """A point of a way."""

    id: int
    lat: float
    lon: float


def flags(tags: Tags) -> int:
    """Return ``Ways.flags`` of a way."""
    highway = tags.get("highway", "")
    told = {
        ROUNDABOUT: tags.get("junction") in {"roundabout", "circular"},
        RAMP: highway.endswith("_link"),
        CROSSING: "crossing" in {tags.get("footway"), tags.get("cycleway"), tags.get("path")},
        TUNNEL: tags.get("tunnel", "no") != "no",
        BRIDGE: tags.get("bridge", "no") != "no",
    }
    return sum(bit for bit, holds in told.items() if holds)


@dataclass
class Collected:
    """Flat arrays that grow, and the names met so far."""

    point_ptr: "array[int]" = field(default_factory=lambda: array("q", [0]))
    point_id: "array[int]" = field(default_factory=lambda: array("q"))
    lat: "array[float]" = field(default_factory=lambda: array("d"))
    lon: "array[float]" = field(default_factory=lambda: array("d"))
    street_class: "array[int]" = field(default_factory=lambda: array("B"))
    stretch: list[Rows] = field(default_factory=list)
    wheelchair: "array[int]" = field(default_factory=lambda: array("B"))
    incline: "array[float]" = field(default_factory=lambda: array("f"))
    flags: "array[int]" = field(default_factory=lambda: array("B"))
    way_id: "array[int]" = field(default_factory=lambda: array("q"))
    name: "array[int]" = field(default_factory=lambda: array("i"))
    names: dict[str, int] = field(default_factory=dict)
    quays: dict[int, tuple[Point, float]] = field(default_factory=dict)
    """Points of ferries by id, with the wait for the quickest."""
    walkable: bool = False
    n_ferries: int = 0

    def add(
        self, tags: Tags, kind: StreetClass, way_id: int, run: Sequence[Point], *, whole: bool
    ) -> None:
        """Take one run of points of a way in; ``whole`` if the way has no other points."""
        if kind is StreetClass.FERRY:
            self._add_ferry(tags, way_id, run, whole=whole)
            return
        on_foot = foot(tags)
        state = wheelchair(tags, on_foot=on_foot > 0)
        self.walkable |= on_foot > 0
        if kind is StreetClass.ELEVATOR:
            rows = lifted(tags, _metres(run) / (2.0 if run[0].id == run[-1].id else 1.0))
        else:
            rows = stretch_of(tags, kind, on_foot, state)
        self._append(tags, kind, way_id, run, rows, state)

    def _add_ferry(self, tags: Tags, way_id: int, run: Sequence[Point], *, whole: bool) -> None:
        """Take in a ferry, whose points are joined to the land's by gangways only."""
        self.n_ferries += 1
        state = wheelchair(tags, on_foot=True)
        rows = sailed(tags, _metres(run), whole=whole)
        afloat = [Point(-point.id, point.lat + QUAY_DEG, point.lon) for point in run]
        self._append(tags, StreetClass.FERRY, way_id, afloat, rows, state)
        for point in run:
            _, known = self.quays.get(point.id, (point, np.inf))
            self.quays[point.id] = point, min(known, boarding_s(tags))

    def join_ferries(self) -> None:
        """Join ferries to the land where both have the same point."""
        on_land = set(self.point_id)
        for quay, (point, wait_s) in self.quays.items():
            if quay in on_land:
                run = [point, Point(-quay, point.lat + QUAY_DEG, point.lon)]
                rows = gangway(wait_s, _metres(run))
                self._append({}, StreetClass.FERRY, quay, run, rows, WheelchairState.ASSUMED)

    def _append(
        self,
        tags: Tags,
        kind: StreetClass,
        way_id: int,
        run: Sequence[Point],
        rows: Rows,
        state: WheelchairState,
    ) -> None:
        for point in run:
            self.point_id.append(point.id)
            self.lat.append(point.lat)
            self.lon.append(point.lon)
        self.point_ptr.append(len(self.point_id))
        self.way_id.append(way_id)
        self.stretch.append(rows)
        self.wheelchair.append(state)
        slope = incline(tags)
        self.incline.append(np.nan if slope is None else slope)
        self.flags.append(flags(tags))
        self.street_class.append(kind)
        self.name.append(self._name_index(tags.get("name") or tags.get("ref")))

    def _name_index(self, name: str | None) -> int:
        return -1 if not name else self.names.setdefault(name, len(self.names))

    def ways(self, obstacles: Obstacles) -> Ways:
        """Return everything taken in, as arrays."""
        return Ways(
            point_ptr=np.array(self.point_ptr, np.int64),
            point_id=np.array(self.point_id, np.int64),
            point_lat=np.array(self.lat, np.float64),
            point_lon=np.array(self.lon, np.float64),
            point_height=np.full(len(self.point_id), np.nan, np.float32),
            way_id=np.array(self.way_id, np.int64),
            street_class=np.array(self.street_class, np.uint8),
            flags=np.array(self.flags, np.uint8),
            name=np.array(self.name, np.int32),
            wheelchair=np.array(self.wheelchair, np.uint8),
            stretch=np.array(self.stretch, np.float32).reshape(-1, 2, len(Profile)),
            incline=np.array(self.incline, np.float32),
            **obstacles.arrays(),
        )


def _metres(run: Sequence[Point]) -> float:
    lat, lon = (np.array([point[axis] for point in run]) for axis in (1, 2))
    return float(distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum())
