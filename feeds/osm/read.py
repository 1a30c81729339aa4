"""OpenStreetMap extract (``.osm.pbf``, ``.osm``, ``.osm.gz``, ``.osm.bz2``) to street graph."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import osmium

from feeds.osm.areas import MOST_CORNERS, MOST_ENTRANCES, cross_areas, read_areas
from feeds.osm.collected import Collected, Point
from feeds.osm.conditional import settled
from feeds.osm.errors import StreetsUnreadable
from feeds.osm.obstacles import Obstacles, read_obstacles
from feeds.osm.tags import street_class
from feeds.progress import SILENT, Progress
from feeds.report import Findings
from routing.street.build import JUMP_M, jumps
from routing.street.ways import Ways

Counts = npt.NDArray[np.int64]

FORMATS: Final = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml")

KEYS: Final = ("highway", "railway", "public_transport", "route")
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
    reader = _Reader(path.name)
    try:
        reader.obstacles = read_obstacles(path)
        for way in _ways(path):
            reader.add(way)
            if reader.seen % TELL_EVERY == 0:
                progress.advance(reader.seen, 0)
        reader.too_large = cross_areas(read_areas(path), reader.collected)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as broken:
        raise StreetsUnreadable(
            f"{path} cannot be read as an OpenStreetMap extract: {broken}. Download it again, or"
            f" check that it is one of {', '.join(FORMATS)}."
        ) from broken
    progress.step("building the street graph")
    return reader.streets()


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


def _points(run: Iterable[osmium.osm.NodeRef]) -> list[Point]:
    return [Point(node.ref, node.lat, node.lon) for node in run]


@dataclass
class _Reader:
    """One extract being read: its ways, and what there is to tell of it."""

    source: str
    obstacles: Obstacles = field(default_factory=Obstacles)
    collected: Collected = field(default_factory=Collected)
    seen: int = 0
    cut_off: int = 0
    conditions: Counts = field(default_factory=lambda: np.zeros(2, np.int64))
    """How many of them are taken to hold always, and never."""
    too_large: int = 0
    """Areas that are walked round only."""

    def add(self, way: osmium.osm.Way) -> None:
        """Take a way in if it is a street with at least two known points in a row."""
        self.seen += 1
        tags, always, never = settled(dict(way.tags))
        kind = street_class(tags)
        if kind is None:
            return
        self.conditions += np.array([always, never])
        runs = [_points(run) for known, run in groupby(way.nodes, _is_known) if known]
        cut_off = sum(map(len, runs)) < len(way.nodes)
        self.cut_off += cut_off
        for run in runs:
            if len(run) > 1:
                self.collected.add(tags, kind, way.id, run, whole=not cut_off)

    def streets(self) -> Streets:
        """Return everything taken in."""
        if not self.collected.walkable:
            raise StreetsUnreadable(self._why_nothing())
        self.collected.join_ferries()
        ways = self.collected.ways(self.obstacles)
        return Streets(ways, list(self.collected.names), self._findings(int(jumps(ways).sum())))

    def _why_nothing(self) -> str:
        if self.cut_off and not self.collected.way_id:
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
        if self.too_large:
            findings.info(
                "area-not-crossed",
                f"{self.too_large} squares have more than {MOST_CORNERS} corners or"
                f" {MOST_ENTRANCES} entrances; ways lead round them, not across",
                self.source,
            )
        if self.collected.n_ferries:
            findings.info(
                "ferry-hours-unknown",
                f"{self.collected.n_ferries} ferries have no timetable or season in the extract;"
                " they are taken at any time, after a wait. Add their timetable as a feed",
                self.source,
            )
        always, never = self.conditions.tolist()
        if always or never:
            findings.info(
                "condition-of-hours",
                f"{always} conditions of streets hold for most of the week and are taken to hold"
                f" always, {never} others are taken never to hold: routes do not know the hour",
                self.source,
            )
        if self.obstacles.not_followed:
            findings.info(
                "turn-restriction-not-followed",
                f"{self.obstacles.not_followed} turn restrictions lead over ways or hold for less"
                " than half of the week; they are not followed",
                self.source,
            )
        return findings
