"""The work behind ``kommit realtime check``: one message, read and matched with an image."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from feeds.errors import RealtimeUnreachable
from feeds.image.image import NetworkImage, load_image
from feeds.realtime.find import Finder
from feeds.realtime.message import Message, Told, decode_message, match_message
from feeds.realtime.source import open_source
from feeds.report import Findings
from kommit.bootstrap.networks import image_folder
from kommit.cli.errors import CliError
from kommit.cli.show import facts, out, print_findings
from kommit.kit.clock import SystemClock
from kommit.settings import Settings
from routing.timetable import NONE


@dataclass(frozen=True, slots=True)
class Check:
    """What a message says, and what of it an image knows."""

    source: str
    scope: str
    image_id: str
    message: Message
    told: Told
    findings: Findings

    @property
    def is_of_another_feed(self) -> bool:
        """Whether it tells of trips, none of which is known."""
        matched = self.told.matched
        return bool(self.message.trips.updates) and not (matched.runs or matched.n_without_news)

    def counts(self) -> dict[str, int]:
        """Return how much of what there is."""
        runs, added = self.told.matched.runs, self.told.matched.added
        return {
            "trip updates": len(self.message.trips.updates),
            "trips changed": sum(bool(run.stops) for run in runs) - len(added),
            "trips cancelled": sum(not run.stops for run in runs),
            "trips added": len(added),
            "trips without news": self.told.matched.n_without_news,
            "vehicles": len(self.message.vehicles),
            "vehicles on known trips": sum(v.trip != NONE for v in self.told.vehicles),
            "alerts": len(self.message.alerts),
            "alerts that inform somebody": sum(bool(a.informed) for a in self.told.alerts),
        }

    def made_at(self) -> datetime | None:
        """Return when the message was made, by its own clock."""
        stamp = self.message.timestamp
        try:
            return None if stamp is None else datetime.fromtimestamp(stamp, UTC)
        except (OverflowError, ValueError, OSError):
            return None

    def to_json(self) -> dict[str, Any]:
        """Return the check as JSON-able values."""
        made_at = self.made_at()
        return {
            "source": self.source,
            "scope": self.scope,
            "image": self.image_id,
            "made_at": made_at and made_at.isoformat(),
            **{name.replace(" ", "_"): n for name, n in self.counts().items()},
            **self.findings.to_json(),
        }


def check_message(address: str, scope: str | None, settings: Settings) -> Check:
    """Read one message and match it with the image of the settings.

    Raises
    ------
    CliError
        If it is not clear which feed the message is about.
    FeedsError
        If there is no image, or no message.
    """
    image = load_image(image_folder(settings.images))
    scope = _scope(image, scope)
    source = open_source(address, settings.headers_of(scope), settings.realtime_timeout_s)
    data = source.fetch()
    if data is None:
        raise RealtimeUnreachable(f"{source.name} has no message.")
    message, findings = decode_message(data), Findings()
    finder = Finder(image.timetable, image.catalogue, scope, image.sequences)
    told = match_message(finder, message, findings)
    return Check(source.name, scope, image.id, message, told, findings)


def _scope(image: NetworkImage, scope: str | None) -> str:
    known = [feed.scope for feed in image.manifest.feeds]
    if scope is None and len(known) == 1:
        return known[0]
    if scope not in known:
        which = "say by --scope which feed it tells of" if scope is None else f"no feed {scope!r}"
        raise CliError(f"{which}: the image has {', '.join(known)}")
    return scope


def print_check(check: Check) -> None:
    """Show what a message says, and what cannot be used of it."""
    made_at = check.made_at()
    if made_at is None:
        made = "not said"
    else:
        made = f"{made_at:%Y-%m-%d %H:%M:%S} UTC, {SystemClock().now() - made_at} ago"
    out.print(facts(f"{check.source} on {check.scope}", [("made", made), *check.counts().items()]))
    codes = check.findings.to_json()["codes"]
    if codes:
        out.print(facts("not as told", [(code["code"], code["count"]) for code in codes]))
    print_findings(check.source, check.findings)
    if check.is_of_another_feed:
        out.print("None of its trips is known: is it about this feed, and this version of it?")
