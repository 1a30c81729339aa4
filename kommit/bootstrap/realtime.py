"""Realtime messages: fetched again and again, and put over the network while they are fresh.

A source that fails is asked more rarely, and its last good message holds until it is stale; so
what is known survives garbage, outages and a restart of the feed's server. The age of a message
counts from the time it gives itself; from when it came where it gives none or one in the future.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from feeds.errors import FeedsError
from feeds.image.image import NetworkImage
from feeds.realtime.find import Finder
from feeds.realtime.message import Message, Told, decode_message, match_message
from feeds.realtime.source import Source, open_source
from feeds.realtime.state import make_realtime
from feeds.report import Findings
from kommit.api.network import Network
from kommit.api.realtime import SourceStatus
from kommit.bootstrap.rhythm import Rhythm
from kommit.kit.clock import Clock
from kommit.settings import Settings

log = logging.getLogger(__name__)


class Reading(NamedTuple):
    """A good message."""

    number: int
    """Counts the messages of a source."""
    message: Message
    at: float
    """Unix second from which its age counts."""


class RealtimeFeed:
    """One source with the last good message it gave.

    ``poll`` belongs to one thread; everything else may be asked by any.

    Parameters
    ----------
    scope
        Of the feed that the messages tell of.
    every_s
        Seconds from one question to the next.
    """

    def __init__(self, scope: str, source: Source, clock: Clock, every_s: float) -> None:
        self.scope, self.source, self.every_s = scope, source, every_s
        self.reading: Reading | None = None
        self.error: str | None = None
        self._clock = clock
        self._rhythm = Rhythm()

    def poll(self) -> None:
        """Ask the source, unless it is not yet time."""
        if not self._rhythm.is_due:
            return
        try:
            self._take(self.source.fetch())
        except FeedsError as error:
            self._fail(str(error))

    def _take(self, data: bytes | None) -> None:
        """Read a new message; None says that the last one still holds."""
        now = self._clock.now().timestamp()
        if data is not None:
            message = decode_message(data)
            number = 1 if self.reading is None else self.reading.number + 1
            self.reading = Reading(number, message, min(message.timestamp or now, now))
        elif self.reading is not None and self.reading.message.timestamp is None:
            self.reading = self.reading._replace(at=now)
        if self._rhythm.failures:
            log.info("realtime of %s: %s is good again", self.scope, self.source.name)
        self.error = None
        self._rhythm.succeeded(self.every_s)

    def _fail(self, error: str) -> None:
        self.source.forget()
        if self._rhythm.failures == 0:
            log.warning("realtime of %s: %s", self.scope, error)
        self.error = error
        self._rhythm.failed(self.every_s)

    def age_s(self) -> float | None:
        """Return the seconds since the last good message, or None if there was none."""
        reading = self.reading
        return None if reading is None else self._clock.now().timestamp() - reading.at


@dataclass(frozen=True, slots=True)
class _Matched:
    """What a reading means for an image."""

    key: tuple[str, int]
    """Id of the image, number of the reading."""
    told: Told
    findings: Findings


class RealtimeFeeds:
    """All sources, and what they mean for the network.

    Parameters
    ----------
    stale_after_s
        Age from which a message is no longer believed.
    """

    def __init__(self, feeds: Sequence[RealtimeFeed], stale_after_s: float) -> None:
        self.feeds = tuple(feeds)
        self._stale_after_s = stale_after_s
        self._matched: dict[RealtimeFeed, _Matched] = {}
        self._finders: dict[tuple[str, str], Finder] = {}
        self._lock = threading.Lock()

    def edition(self) -> tuple[int, ...]:
        """Return what changes when other messages are to be believed: their numbers, 0 if none."""
        return tuple(self._fresh_number(feed) for feed in self.feeds)

    def over(self, network: Network) -> Network:
        """Return a network, which must be without realtime, under the fresh messages."""
        with self._lock:
            told = [
                self._match(feed, reading, network.image).told
                for feed in self.feeds
                if self._fresh_number(feed) and (reading := feed.reading) is not None
            ]
        if not told:
            return network
        return network.under(make_realtime(network.planner.transit.views.frame, told))

    def _fresh_number(self, feed: RealtimeFeed) -> int:
        age_s, reading = feed.age_s(), feed.reading
        is_fresh = reading is not None and age_s is not None and age_s <= self._stale_after_s
        return reading.number if reading is not None and is_fresh else 0

    def _match(self, feed: RealtimeFeed, reading: Reading, image: NetworkImage) -> _Matched:
        """Return what a reading means for an image; looked up once."""
        key = image.id, reading.number
        known = self._matched.get(feed)
        if known is None or known.key != key:
            findings = Findings()
            told = match_message(self._finder(feed.scope, image), reading.message, findings)
            self._matched[feed] = known = _Matched(key, told, findings)
        return known

    def _finder(self, scope: str, image: NetworkImage) -> Finder:
        """Return the finder of a feed, which remembers ids; those of older images are dropped."""
        key = image.id, scope
        if key not in self._finders:
            self._finders = {k: v for k, v in self._finders.items() if k[0] == image.id}
            self._finders[key] = Finder(image.timetable, image.catalogue, scope, image.sequences)
        return self._finders[key]

    def status(self, image: NetworkImage) -> list[SourceStatus]:
        """Return how it stands with each source."""
        return [self._status(feed, image) for feed in self.feeds]

    def _status(self, feed: RealtimeFeed, image: NetworkImage) -> SourceStatus:
        age_s, reading, matched = feed.age_s(), feed.reading, self._matched.get(feed)
        codes = matched.findings.to_json()["codes"] if matched else []
        return SourceStatus(
            scope=feed.scope,
            name=feed.source.name,
            status=self._state(feed, age_s),
            last_message=None if reading is None else datetime.fromtimestamp(reading.at, UTC),
            age_s=None if age_s is None else int(age_s),
            error=feed.error or _no_such_feed(feed.scope, image),
            trips=len(matched.told.matched.runs) if matched else 0,
            vehicles=len(matched.told.vehicles) if matched else 0,
            alerts=len(matched.told.alerts) if matched else 0,
            findings=tuple((code["code"], code["count"]) for code in codes),
        )

    def _state(
        self, feed: RealtimeFeed, age_s: float | None
    ) -> Literal["ok", "waiting", "failing", "stale"]:
        if age_s is not None and age_s > self._stale_after_s:
            return "stale"
        if feed.error is not None:
            return "failing"
        return "waiting" if age_s is None else "ok"


def _no_such_feed(scope: str, image: NetworkImage) -> str | None:
    """Say that the image does not have the feed that messages tell of, if so."""
    scopes = [feed.scope for feed in image.manifest.feeds]
    if scope in scopes:
        return None
    return f"The network has no feed {scope!r}, only {', '.join(scopes)}."


def open_feeds(settings: Settings, clock: Clock) -> RealtimeFeeds:
    """Return the sources that the settings name; nothing is fetched yet."""
    feeds = [
        RealtimeFeed(
            scope,
            open_source(address, settings.headers_of(scope), settings.realtime_timeout_s),
            clock,
            settings.realtime_every_s,
        )
        for scope, address in settings.realtime
    ]
    return RealtimeFeeds(feeds, settings.realtime_stale_s)
