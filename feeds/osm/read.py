"""OpenStreetMap extract (``.osm.pbf``, ``.osm``, ``.osm.gz``, ``.osm.bz2``) to street graph."""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
import osmium

from feeds.osm.errors import StreetsUnreadable
from feeds.osm.obstacles import Obstacles, read_obstacles
from feeds.osm.tags import foot, street_class, stretch_of
from feeds.osm.wheelchair import wheelchair
from feeds.progress import SILENT, Progress
from feeds.report import Findings
from routing.street.build import JUMP_M, jumps
from routing.street.profile import Profile
from routing.street.ways import BRIDGE, CROSSING, RAMP, ROUNDABOUT, TUNNEL, Ways

FORMATS: Final = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml")

KEYS: Final = ("highway", "railway", "public_transport")
"""Ways without any of these keys are no streets and are passed over unread."""

TELL_EVERY: Final = 20_000


@dataclass(frozen=True, slots=True)
class Streets:
    """What an extract held."""

    ways: Ways
    names: list[str]
    """Street names, in the order of ``Ways.name``."""
    findings: Findings


def read_streets(path: Path, progress: Progress = SILENT) -> Streets:
    """Read all streets of an extract.

    Raises
    ------
    StreetsUnreadable
        If the file is missing, damaged or of another format, or holds no street to walk on.
    """
    _check_file(path)
    progress.step(f"reading streets from {path.name}")
    collected = _Collected(path.name)
    try:
        collected.obstacles = read_obstacles(path)
        for way in _ways(path):
            collected.add(way)
            if collected.seen % TELL_EVERY == 0:
                progress.advance(collected.seen, 0)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as broken:
        raise StreetsUnreadable(
            f"{path} cannot be read as an OpenStreetMap extract: {broken}. Download it again, or"
            f" check that it is one of {', '.join(FORMATS)}."
        ) from broken
    progress.step("building the street graph")
    return collected.streets()


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise StreetsUnreadable(f"there is no file {path}")
    if not path.name.endswith(FORMATS):
        raise StreetsUnreadable(
            f"{path.name} is not named like an OpenStreetMap extract ({', '.join(FORMATS)})"
        )
    if path.stat().st_size == 0:
        raise StreetsUnreadable(f"{path} is empty")


def _ways(path: Path) -> Iterator[osmium.osm.Way]:
    entities = osmium.osm.NODE | osmium.osm.WAY
    ways = osmium.FileProcessor(str(path), entities).with_locations()
    ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    ways.with_filter(osmium.filter.KeyFilter(*KEYS))
    for way in ways:
        assert isinstance(way, osmium.osm.Way)  # noqa: S101 - the filter leaves nothing else
        yield way


def _is_known(node: osmium.osm.NodeRef) -> bool:
    """Say whether the extract holds the point; a way that leaves it comes back as another one."""
    return bool(node.location.valid())


def flags(tags: Mapping[str, str]) -> int:
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
class _Collected:
    """Ways in the making: flat arrays that grow, and the names met so far."""

    source: str
    obstacles: Obstacles = field(default_factory=Obstacles)
    seen: int = 0
    point_ptr: "array[int]" = field(default_factory=lambda: array("q", [0]))
    point_id: "array[int]" = field(default_factory=lambda: array("q"))
    lat: "array[float]" = field(default_factory=lambda: array("d"))
    lon: "array[float]" = field(default_factory=lambda: array("d"))
    street_class: "array[int]" = field(default_factory=lambda: array("B"))
    stretch: list[list[list[float]]] = field(default_factory=list)
    wheelchair: "array[int]" = field(default_factory=lambda: array("B"))
    flags: "array[int]" = field(default_factory=lambda: array("B"))
    way_id: "array[int]" = field(default_factory=lambda: array("q"))
    name: "array[int]" = field(default_factory=lambda: array("i"))
    names: dict[str, int] = field(default_factory=dict)
    cut_off: int = 0
    walkable: bool = False

    def add(self, way: osmium.osm.Way) -> None:
        """Take a way in if it is a street with at least two known points in a row."""
        self.seen += 1
        tags = dict(way.tags)
        kind = street_class(tags)
        if kind is None:
            return
        on_foot = foot(tags)
        state = wheelchair(tags, on_foot=on_foot > 0)
        self.walkable |= on_foot > 0
        runs = [list(run) for known, run in groupby(way.nodes, _is_known) if known]
        self.cut_off += sum(map(len, runs)) < len(way.nodes)
        for run in runs:
            if len(run) > 1:
                self._add_run(run)
                self.way_id.append(way.id)
                self.stretch.append(stretch_of(tags, kind, on_foot, state))
                self.wheelchair.append(state)
                self.flags.append(flags(tags))
                self.street_class.append(kind)
                self.name.append(self._name_index(tags.get("name") or tags.get("ref")))

    def _add_run(self, run: list[osmium.osm.NodeRef]) -> None:
        for node in run:
            self.point_id.append(node.ref)
            self.lat.append(node.lat)
            self.lon.append(node.lon)
        self.point_ptr.append(len(self.point_id))

    def _name_index(self, name: str | None) -> int:
        return -1 if not name else self.names.setdefault(name, len(self.names))

    def streets(self) -> Streets:
        """Return everything taken in."""
        if not self.name or not self.walkable:
            raise StreetsUnreadable(self._why_nothing())
        ways = self._ways()
        return Streets(ways, list(self.names), self._findings(int(jumps(ways).sum())))

    def _ways(self) -> Ways:
        return Ways(
            point_ptr=np.array(self.point_ptr, np.int64),
            point_id=np.array(self.point_id, np.int64),
            point_lat=np.array(self.lat),
            point_lon=np.array(self.lon),
            point_height=np.full(len(self.lat), np.nan, np.float32),
            way_id=np.array(self.way_id, np.int64),
            street_class=np.array(self.street_class, np.uint8),
            flags=np.array(self.flags, np.uint8),
            name=np.array(self.name, np.int32),
            wheelchair=np.array(self.wheelchair, np.uint8),
            stretch=np.array(self.stretch, np.float32).reshape(-1, 2, len(Profile)),
            **self.obstacles.arrays(),
        )

    def _why_nothing(self) -> str:
        if self.cut_off and not self.name:
            return (
                f"{self.source} names {self.cut_off} streets, but not where they run: points must"
                " stand before ways and have positive ids (osmium sort and osmium renumber help)"
            )
        return f"{self.source} has no street that can be walked on"

    def _findings(self, n_jumps: int) -> Findings:
        findings = Findings()
        if self.cut_off:
            findings.info(
                "way-cut-off",
                f"{self.cut_off} streets leave the extract; what lies outside of it is not known",
                self.source,
            )
        if n_jumps:
            findings.warn(
                "street-jump",
                f"{n_jumps} times a street jumps over more than {JUMP_M / 1000:.0f} km from one"
                " point to the next; it is cut there. Correct the points in OpenStreetMap",
                self.source,
            )
        if self.obstacles.not_followed:
            findings.info(
                "turn-restriction-not-followed",
                f"{self.obstacles.not_followed} turn restrictions lead over ways or hold at some"
                " hours only; they are not followed",
                self.source,
            )
        return findings
