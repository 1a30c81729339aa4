"""Feeds merged inside a test, and what came of it as text."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from feeds.gtfs.compile import Merged, ScopedFeed, Walks, merge_feeds
from feeds.gtfs.validate import load_feed
from feeds.merging.joining import Rule
from feeds.report import Findings
from routing.footways import platforms_of
from tests.support.gtfs import gtfs_zip

HEAD = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,stop_code\n"
METRE = 1 / 111_194.9
"""Degrees of latitude."""


class Stop(NamedTuple):
    """A stop, so many metres north of the middle of nowhere."""

    id: str
    name: str
    north_m: float
    kind: int = 0
    station: str = ""
    code: str = ""

    def row(self) -> str:
        name = f'"{self.name}"'
        return f"{self.id},{name},{52 + self.north_m * METRE:.7f},7,{self.kind},{self.station},{self.code}\n"


class Result(NamedTuple):
    """What was made of the feeds."""

    merged: Merged
    findings: Findings

    @property
    def ids(self) -> list[str]:
        return list(self.merged.compiled.names.stop_id)

    def joins(self) -> list[str]:
        """Return the joins as ``a:A b:X near_name 12``."""
        return [
            f"{self.ids[stop]} {self.ids[twin]} {Rule(rule).name.lower()} {metres}"
            for stop, twin, rule, metres in zip(*self.merged.joins, strict=True)
        ]

    def boards(self, stop: str) -> set[str]:
        """Return the ids of the stops at which a question from ``stop`` boards."""
        tt = self.merged.compiled.timetable
        return {self.ids[i] for i in platforms_of(tt, self.ids.index(stop))}

    def changes(self) -> dict[str, int]:
        """Return the transfers as ``{"a:A b:X": seconds}``."""
        tt = self.merged.compiled.timetable
        return {
            f"{self.ids[stop]} {self.ids[tt.transfer_stop[edge]]}": int(tt.transfer_s[edge])
            for stop in range(tt.n_stops)
            for edge in range(tt.transfer_ptr[stop], tt.transfer_ptr[stop + 1])
        }


def served(scope: str, stops: list[Stop]) -> dict[str, str]:
    """Return the tables of a feed with a bus from the first pole to a far terminus."""
    first = next(stop.id for stop in stops if stop.kind == 0)
    far = Stop("far", f"{scope} Endstation", 50_000)
    times = f"T,{first},1,8:00,8:00\nT,far,2,9:00,9:00\n"
    return {
        "stops": HEAD + "".join(stop.row() for stop in [*stops, far]),
        "trips": "route_id,service_id,trip_id\nR,daily,T\n",
        "stop_times": "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n" + times,
    }


def merge(folder: Path, walks: Walks | None = None, **feeds: Mapping[str, str]) -> Result:
    """Merge feeds that are given as tables by scope."""
    findings = Findings()
    scoped = [
        ScopedFeed(scope, load_feed(gtfs_zip(folder, "", f"{scope}.zip", **tables), Findings()))
        for scope, tables in feeds.items()
    ]
    return Result(merge_feeds(scoped, findings, walks=walks), findings)


def merge_stops(folder: Path, walks: Walks | None = None, **feeds: list[Stop]) -> Result:
    """Merge feeds that are given as their stops."""
    tables = {scope: served(scope, stops) for scope, stops in feeds.items()}
    return merge(folder, walks, **tables)
