"""Shared vehicles of other operators: their GBFS, asked again and again.

Each file is asked for in its own rhythm (``ttl``), and more rarely while it fails; the last good
one holds until it is too old. A system whose counts or vehicles are older than several times their
``ttl`` is not offered: what stood there then may be gone.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple

from feeds.errors import FeedsError, GbfsUnreadable
from feeds.gbfs import Document, addresses, read_document, read_system
from feeds.realtime.source import Source, open_source
from feeds.report import Findings
from kommit.api.sharing import FeedStatus
from kommit.bootstrap.rhythm import Rhythm
from kommit.kit.clock import Clock, SystemClock
from kommit.settings import Settings
from routing.sharing.supply import SharingSystem

log = logging.getLogger(__name__)

DISCOVERY: Final = "gbfs"
STATUS: Final[tuple[str, ...]] = ("station_status", "vehicle_status", "vehicle_availability")
"""What is true for a moment only."""
STANDING: Final[tuple[str, ...]] = (
    "system_information",
    "vehicle_types",
    "station_information",
    "system_pricing_plans",
    "geofencing_zones",
)
NEEDED: Final = (*STATUS, "geofencing_zones")
"""What must have been read once where a system has it: without its zones, nobody knows where its
vehicles may be left."""
STANDING_EVERY_S: Final = 300.0
"""What changes rarely is asked for no more often, whatever its ``ttl``."""
STALE_TTLS: Final = 5
STALE_S: Final = 300.0
"""Status older than both is no longer believed."""


@dataclass
class _File:
    """A file of a system, and the last good one that was read."""

    name: str
    source: Source
    rhythm: Rhythm = field(default_factory=Rhythm)
    document: Document | None = None
    error: str | None = None

    at: float = 0.0
    """Unix second at which it came."""

    def ask(self, every_s: float, now: float) -> bool:
        """Ask for it; return whether there is another one."""
        try:
            content = self.source.fetch()
            if content is not None:
                self.document, self.at = read_document(self.name, content), now
        except FeedsError as error:
            self.source.forget()
            self.error = str(error)
            self.rhythm.failed(every_s)
            return False
        self.error = None
        self.rhythm.succeeded(max(every_s, self.document.ttl_s if self.document else 0.0))
        return content is not None


class _Stamp(NamedTuple):
    """How old a status was when the system was read from it."""

    since: float
    """Unix second: as it says itself, but not later than it came."""
    ttl_s: int


class SharingFeed:
    """One operator's GBFS.

    ``poll`` belongs to one thread; everything else may be asked by any.

    Parameters
    ----------
    scope
        Id of the system here.
    address
        Of ``gbfs.json``, or a folder with all files.
    least_s
        No file is asked for more often.
    """

    def __init__(
        self,
        scope: str,
        address: str,
        clock: Clock,
        least_s: float,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        self.scope, self.least_s = scope, least_s
        self._clock, self._open = clock, _opener(address, headers or {}, timeout_s)
        self._discovery = _File(DISCOVERY, self._open(DISCOVERY, address))
        self._files: dict[str, _File] = {}
        self._urls: dict[str, str] = {}
        self._system: SharingSystem | None = None
        self._error: str | None = None
        self._findings = Findings()
        self._stamps: tuple[_Stamp, ...] = ()

    @property
    def name(self) -> str:
        """What people may know the source by."""
        return self._discovery.source.name

    def poll(self) -> None:
        """Ask for every file for which it is time, and read the system again if one is new."""
        failures = self._discovery.rhythm.failures
        news = self._discovery.rhythm.is_due and self._look_around()
        for file in tuple(self._files.values()):
            if file.rhythm.is_due:
                news |= file.ask(self._every_s(file.name), self._clock.now().timestamp())
        if news:
            self._read()
        self._log(failures)

    def _look_around(self) -> bool:
        """Ask which files there are; return whether they are others than before."""
        every_s = max(self.least_s, STANDING_EVERY_S if self._files else 0.0)
        self._discovery.ask(every_s, self._clock.now().timestamp())
        if self._discovery.document is None:
            return False
        try:
            urls = addresses(self._discovery.document)
        except GbfsUnreadable as error:
            self._discovery.error = str(error)
            return False
        wanted = {name: urls[name] for name in (*STANDING, *STATUS) if name in urls}
        if wanted == self._urls:
            return False
        files = {}
        for name, url in wanted.items():
            same = self._urls.get(name) == url
            files[name] = self._files[name] if same else _File(name, self._open(name, url))
        self._urls, self._files = wanted, files
        return True

    def _every_s(self, name: str) -> float:
        return self.least_s if name in STATUS else max(self.least_s, STANDING_EVERY_S)

    def _read(self) -> None:
        documents = {f.name: f.document for f in self._files.values() if f.document is not None}
        findings = Findings()
        try:
            self._system = read_system(self.scope, documents, findings)
        except GbfsUnreadable as error:
            self._error = str(error)
            return
        self._error, self._findings = None, findings
        self._stamps = tuple(
            _Stamp(min(file.document.last_updated, file.at), file.document.ttl_s)
            for file in self._files.values()
            if file.name in STATUS and file.document is not None
        )

    def _log(self, failures: int) -> None:
        if self._discovery.rhythm.failures > failures == 0:
            log.warning("shared vehicles of %s: %s", self.scope, self._discovery.error)

    def system(self) -> SharingSystem | None:
        """Return the system as it is now, or None where nothing is to be believed."""
        return None if self._state() in {"waiting", "stale"} else self._system

    def age_s(self) -> int | None:
        """Return the age of the oldest status; None where there is none, and none is promised."""
        return max((age_s for age_s, _ in self._ages()), default=None)

    def _ages(self) -> Iterator[tuple[int, float]]:
        """Yield the age of each status that the system was read from, and when it is too old."""
        now = self._clock.now().timestamp()
        for since, ttl_s in self._stamps:
            yield int(now - since), max(STALE_S, STALE_TTLS * ttl_s)

    def known(self) -> tuple[SharingSystem | None, Findings]:
        """Return the system as it was read last, however old, and what was left out."""
        return self._system, self._findings

    def errors(self) -> list[str]:
        """Return what went wrong the last time each file was asked for."""
        told = [file.error for file in (self._discovery, *self._files.values()) if file.error]
        return [*told, self._error] if self._error else told

    def _state(self) -> Literal["ok", "waiting", "failing", "stale"]:
        files = (self._files[name] for name in NEEDED if name in self._files)
        if self._system is None or any(file.document is None for file in files):
            return "waiting"
        if any(age_s > limit_s for age_s, limit_s in self._ages()):
            return "stale"
        return "failing" if self.errors() else "ok"

    def status(self) -> FeedStatus:
        """Return how it stands."""
        system, findings = self._system, self._findings.to_json()["codes"]
        errors = self.errors()
        return FeedStatus(
            id=self.scope,
            name=self.name,
            version=self._discovery.document.version if self._discovery.document else None,
            status=self._state(),
            age_s=self.age_s(),
            error=errors[0] if errors else None,
            stations=0 if system is None else len(system.stations),
            vehicles=0 if system is None else len(system.vehicles),
            findings=tuple((code["code"], code["count"]) for code in findings),
        )


def _opener(
    address: str, headers: Mapping[str, str], timeout_s: float
) -> Callable[[str, str], Source]:
    """Return what opens the files of a system: those of a folder, or addresses on the web.

    What a feed names must be an address of the web: a feed does not make us read our own files.
    """
    folder = Path(address)
    if folder.is_dir():
        return lambda name, _: _in_folder(folder, name)

    def of_web(_: str, url: str) -> Source:
        if url != address and not url.startswith(("http://", "https://")):
            return _Refused(url)
        return open_source(url, headers, timeout_s)

    return of_web


def _in_folder(folder: Path, name: str) -> Source:
    old = folder / "free_bike_status.json"
    is_old = name == "vehicle_status" and old.is_file()
    return open_source(str(old if is_old else folder / f"{name}.json"))


class _Refused:
    """Stands for an address that is not asked."""

    def __init__(self, url: str) -> None:
        self.name = url.partition(":")[0][:20] or "no address"

    def fetch(self) -> bytes | None:
        """Say why."""
        raise GbfsUnreadable(f"gbfs.json names an address that is none of the web ({self.name}).")

    def forget(self) -> None:
        """Nothing was given."""


class SharingFeeds:
    """All systems of others."""

    def __init__(self, feeds: Sequence[SharingFeed]) -> None:
        self.feeds = tuple(feeds)

    def sources(self) -> list[Callable[[], SharingSystem | None]]:
        """Return what gives each system as it is now."""
        return [feed.system for feed in self.feeds]

    def status(self) -> list[FeedStatus]:
        """Return how it stands with each."""
        return [feed.status() for feed in self.feeds]


def read_address(address: str) -> tuple[SharingSystem, Findings]:
    """Return the system of a ``gbfs.json`` on the web, asked once; errors are findings, too.

    Raises
    ------
    GbfsUnreadable
        If there is no system.
    """
    feed = SharingFeed("checked", address, SystemClock(), 0.0)
    feed.poll()
    errors, (system, findings) = feed.errors(), feed.known()
    if system is None:
        raise GbfsUnreadable(errors[0] if errors else "There is no system.")
    for error in errors:
        findings.error("bad-file", error, feed.name)
    return system, findings


def open_sharing(settings: Settings, clock: Clock) -> SharingFeeds:
    """Return the systems that the settings name; nothing is fetched yet."""
    return SharingFeeds(
        [
            SharingFeed(
                scope,
                address,
                clock,
                settings.sharing_every_s,
                settings.sharing_headers_of(scope),
                settings.sharing_timeout_s,
            )
            for scope, address in settings.sharing
        ]
    )
