"""Builds network images: all is checked, written aside, read back, and only then put in place."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from feeds.elevation.streets import lifted, sha256_of
from feeds.errors import FeedError, ImageError
from feeds.gtfs.compile import Compiled, ScopedFeed, merge_feeds
from feeds.gtfs.read import Feed
from feeds.gtfs.sequences import stop_sequences
from feeds.gtfs.validate import load_feed
from feeds.image.aside import replacing
from feeds.image.catalogue import make_catalogue
from feeds.image.fares import fares_of_feed, save_fares
from feeds.image.image import (
    BOUNDS,
    CATALOGUE,
    FARES,
    JOINS,
    ON_DEMAND,
    PARKING,
    SEQUENCES,
    STREETS,
    TIMETABLE,
    WHEELCHAIR,
    NetworkImage,
    file_hashes,
    load_image,
)
from feeds.image.manifest import FILE, FeedEntry, Manifest, MergingEntry, Region, StreetsEntry
from feeds.image.on_demand import save_services, services_of_feed
from feeds.image.parking import pack_parking
from feeds.image.sequences import pack_sequences
from feeds.image.streets import OSM_ATTRIBUTION, compile_streets, save_streets, walks_on
from feeds.merging.joining import Joins
from feeds.merging.on_duplicates import OnDuplicates
from feeds.merging.review import Reviewed, review
from feeds.osm.parking import read_parking
from feeds.osm.read import Streets, read_streets
from feeds.progress import SILENT, Progress
from feeds.report import Findings
from kommit import __version__
from routing.store import save_arrays
from routing.timetable import Timetable
from routing.transit.bounds import bounds_of
from routing.wheelchair.compile import wheel_transfers


@dataclass(frozen=True, slots=True)
class FeedInput:
    """A feed to build from; its ids become ``scope:id``."""

    scope: str
    path: Path


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build has made, found and cost."""

    image_id: str
    folder: Path
    findings: dict[str, Findings]
    """By scope; the street extract's under ``streets``, those on all feeds under ``merging``."""
    counts: dict[str, int]
    """Stops, their boarding points, trips, events, routes, days, transfers; street nodes and edges
    where given; fare products and rules of legs where there are any; of several feeds, joined
    pairs of stops, lines in two feeds, and trips dropped for that."""
    seconds: dict[str, float] = field(default_factory=dict)
    """By step."""


def build_image(
    feeds: Sequence[FeedInput],
    osm: Path | None,
    out: Path,
    *,
    progress: Progress = SILENT,
    region: str | None = None,
    station_transfers: bool = True,
    on_duplicates: OnDuplicates = OnDuplicates.REPORT,
    elevation: Path | None = None,
) -> BuildReport:
    """Compile feeds and streets to an image in the folder ``out``.

    Parameters
    ----------
    feeds
        At least one; scopes differ. Stops of the same place are joined (``feeds.merging``).
    osm
        A street extract, or None: riders then walk as the crow flies.
    out
        A folder that does not exist yet, is empty, or holds an image, which is replaced in the
        very last step and only if everything went well.
    region
        Name of the region; without it, the name of the first agency.
    station_transfers
        Whether stops of one station are joined where ``transfers.txt`` and the streets say
        nothing.
    on_duplicates
        What becomes of trips of lines that come in two feeds; the first of ``feeds`` counts.
    elevation
        A file or folder of heights (``feeds.elevation``), or None: streets then count as level.

    Raises
    ------
    FeedError
        If a feed cannot be used.
    StreetsUnreadable
        If the street extract cannot be used.
    ElevationUnreadable
        If the heights cannot be used.
    ImageError
        If ``out`` holds something else than an image, or cannot be written.
    """
    _check_inputs(feeds, out)
    if elevation and not osm:
        raise FeedError("Heights are those of streets: give a street extract, too.")
    watch = _Watch()
    scoped, findings = _load_feeds(feeds, progress)
    services = [
        one
        for feed in feeds
        for one in services_of_feed(feed.path, feed.scope, findings[feed.scope])
    ]
    fares = [fares_of_feed(feed.path, feed.scope, findings[feed.scope]) for feed in feeds]
    watch.lap("read")
    streets = _read_streets(osm, elevation, progress) if osm else None
    network = compile_streets(streets, progress) if streets else None
    parking = read_parking(osm) if osm else []
    if streets:
        findings["streets"] = streets.findings
    watch.lap("streets")
    progress.step("compiling the timetable")
    walks = walks_on(network, progress) if network else None
    about_all = Findings()
    merged = merge_feeds(scoped, about_all, station_transfers=station_transfers, walks=walks)
    watch.lap("compile")
    reviewed = review(merged, [feed.scope for feed in feeds], on_duplicates, about_all)
    if len(feeds) > 1:
        findings["merging"] = about_all
    merging = _merging_entry(merged.joins, reviewed) if len(feeds) > 1 else None
    watch.lap("review")
    progress.step("finding ways between stops for wheelchairs")
    rolled = wheel_transfers(reviewed.compiled.timetable, network, merged.inside, progress.advance)
    watch.lap("wheelchair")
    progress.step("writing the image")
    with replacing(out) as folder:
        _write_arrays(folder, reviewed.compiled, streets.names if streets else [])
        if network:
            save_streets(network, folder / STREETS)
        pack_sequences([stop_sequences(feed) for _, feed in scoped]).save(folder / SEQUENCES)
        save_arrays(merged.joins, folder / JOINS)
        save_arrays(rolled, folder / WHEELCHAIR)
        pack_parking(parking).save(folder / PARKING)
        save_services(services, folder / ON_DEMAND)
        save_fares(fares, folder / FARES)
        hashes = file_hashes(folder)
        _manifest(
            scoped, _streets_entry(osm, elevation), reviewed.compiled, merging, region, hashes
        ).write(folder)
        load_image(folder)
    image = load_image(out)
    watch.lap("write")
    return BuildReport(image.id, out, findings, _counts(image), watch.laps)


def _check_inputs(feeds: Sequence[FeedInput], out: Path) -> None:
    scopes = [feed.scope for feed in feeds]
    if not scopes:
        raise FeedError("An image needs at least one GTFS feed.")
    if len(set(scopes)) < len(scopes):
        raise FeedError(f"Two feeds have the same scope: {', '.join(scopes)}.")
    bad = next((scope for scope in scopes if not scope or ":" in scope), None)
    if bad is not None:
        raise FeedError(f"“{bad}” cannot be a scope: use a short name without a colon.")
    if out.exists() and not _may_replace(out):
        raise ImageError(f"{out} is not a network image and is left alone: name another folder.")


def _may_replace(out: Path) -> bool:
    return out.is_dir() and ((out / FILE).is_file() or not any(out.iterdir()))


def _load_feeds(
    feeds: Sequence[FeedInput], progress: Progress
) -> tuple[list[ScopedFeed], dict[str, Findings]]:
    findings = {feed.scope: Findings() for feed in feeds}
    scoped = [
        ScopedFeed(one.scope, load_feed(one.path, findings[one.scope], progress=progress))
        for one in feeds
    ]
    if not any(len(one.feed.trips) for one in scoped):
        raise FeedError(
            "None of the feeds has a timetable, only on-demand services: "
            "an image needs a feed with trips that have times, too."
        )
    return scoped, findings


def _write_arrays(folder: Path, compiled: Compiled, street_names: list[str]) -> None:
    save_arrays(compiled.timetable, folder / TIMETABLE)
    save_arrays(bounds_of(compiled.timetable), folder / BOUNDS)
    agencies = compiled.timetable.route_agency
    make_catalogue(compiled.names, agencies, street_names).save(folder / CATALOGUE)


def _manifest(
    feeds: Sequence[ScopedFeed],
    streets: StreetsEntry | None,
    compiled: Compiled,
    merging: MergingEntry | None,
    region: str | None,
    files: dict[str, str],
) -> Manifest:
    first_agency = feeds[0].feed.agency.iloc[0]
    first, last = _valid_days(compiled.timetable)
    return Manifest(
        region=Region(region or first_agency.agency_name, first_agency.agency_timezone),
        valid_from=first,
        valid_until=last,
        feeds=tuple(
            FeedEntry(scope, feed.name, feed.sha256, _attribution(feed)) for scope, feed in feeds
        ),
        streets=streets,
        merging=merging,
        code_version=__version__,
        files=files,
    )


def _read_streets(osm: Path, elevation: Path | None, progress: Progress) -> Streets:
    streets = read_streets(osm, progress)
    return lifted(streets, elevation) if elevation else streets


def _streets_entry(osm: Path | None, elevation: Path | None) -> StreetsEntry | None:
    if osm is None:
        return None
    entry = StreetsEntry(osm.name, _sha256(osm), (OSM_ATTRIBUTION,))
    if elevation is None:
        return entry
    return replace(entry, elevation=elevation.name, elevation_sha256=sha256_of(elevation))


def _merging_entry(joins: Joins, reviewed: Reviewed) -> MergingEntry:
    return MergingEntry(joins.by_rule(), len(reviewed.lines), reviewed.dropped)


def _valid_days(timetable: Timetable) -> tuple[date, date]:
    first = int(timetable.first_day[0])
    return date.fromordinal(first), date.fromordinal(first + timetable.n_days - 1)


def _attribution(feed: Feed) -> tuple[str, ...]:
    """Return whom the feed wants named: its attributions, else its publisher, else its agencies."""
    for names in (
        feed.attributions.organization_name,
        feed.feed_info.feed_publisher_name,
        feed.agency.agency_name,
    ):
        given = tuple(dict.fromkeys(name for name in names if name))
        if given:
            return given
    return ()


def _counts(image: NetworkImage) -> dict[str, int]:
    tt = image.timetable
    counts = {
        "stops": tt.n_known_stops,
        "boarding_points": tt.n_stops - tt.n_known_stops,
        "routes": int(tt.route_type.size),
        "trips": int(tt.trip_route.size),
        "events": int(tt.event_stop.size),
        "days": tt.n_days,
        "transfers": int(tt.transfer_stop.size),
    }
    if image.streets is not None:
        counts["street_nodes"] = image.streets.graph.n_nodes
        counts["street_segments"] = image.streets.graph.n_segments
        counts["parking_places"] = len(image.parking)
        counts["street_names"] = len(image.catalogue.street_names)
    if image.fares:
        counts["fare_products"] = sum(len(tables.products) for tables in image.fares)
        counts["fare_leg_rules"] = sum(len(tables.leg_rules) for tables in image.fares)
    merging = image.manifest.merging
    if merging is not None:
        counts["joined_stops"] = sum(merging.joins.values())
        counts["duplicate_lines"] = merging.duplicate_lines
        counts["dropped_trips"] = sum(merging.dropped_trips.values())
    return counts


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _Watch:
    """Takes the time of each step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, name: str) -> None:
        """Note what the step that ends now has taken."""
        now = time.perf_counter()
        self.laps[name], self._since = now - self._since, now
