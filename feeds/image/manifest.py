"""What an image is made of: inputs, days, region, and the hash of every file."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from feeds.errors import ImageCorrupt, ImageMissing, ImageOutdated

FORMAT: Final = 11
"""Version of the image's layout; a reader takes only its own."""
FILE: Final = "manifest.json"
ID_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Region:
    """The region an image is for."""

    name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One feed that went in."""

    scope: str
    file: str
    sha256: str
    attribution: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StreetsEntry:
    """The street extract that went in, and the heights of its points where given."""

    file: str
    sha256: str
    attribution: tuple[str, ...]
    elevation: str | None = None
    elevation_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class MergingEntry:
    """What several feeds have in common."""

    joins: dict[str, int]
    """Pairs of stops that are the same place, by rule (``feeds.merging.joining.Rule``)."""
    duplicate_lines: int
    """Lines that come in two feeds."""
    dropped_trips: dict[str, int]
    """By scope: trips left out on the days on which an earlier feed has them."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of an image. Says nothing that differs between two equal builds."""

    region: Region
    valid_from: date
    valid_until: date
    """The last service day."""
    feeds: tuple[FeedEntry, ...]
    streets: StreetsEntry | None
    merging: MergingEntry | None
    """None for a single feed."""
    code_version: str
    files: dict[str, str]
    """Path inside the image to the SHA-256 of its content."""

    @property
    def id(self) -> str:
        """Hash of everything in the manifest, and so of every byte of the image."""
        return hashlib.sha256(self._canonical().encode()).hexdigest()[:ID_DIGITS]

    @property
    def attribution(self) -> tuple[str, ...]:
        """Whom to thank for the data, each once."""
        texts = [text for feed in self.feeds for text in feed.attribution]
        texts += self.streets.attribution if self.streets else ()
        return tuple(dict.fromkeys(texts))

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as JSON-able values."""
        return {"format": FORMAT, "id": self.id, **self._values()}

    def _values(self) -> dict[str, Any]:
        days = {"valid_from": str(self.valid_from), "valid_until": str(self.valid_until)}
        return asdict(self) | days

    def _canonical(self) -> str:
        return json.dumps(self._values(), sort_keys=True, ensure_ascii=False)

    def write(self, folder: Path) -> None:
        """Write the manifest into an image's folder."""
        text = json.dumps(self.to_json(), indent=1, sort_keys=True, ensure_ascii=False)
        (folder / FILE).write_text(text + "\n", "utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an image.

    Raises
    ------
    ImageMissing
        If ``folder`` has none.
    ImageOutdated
        If it is of another format.
    ImageCorrupt
        If it makes no sense.
    """
    try:
        values = json.loads((folder / FILE).read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImageMissing(f"There is no network image at {folder}: build one first.") from error
    except (OSError, ValueError) as error:
        raise ImageCorrupt(f"The manifest of the image {folder} cannot be read.") from error
    return _parse(values, folder)


def _parse(values: Any, folder: Path) -> Manifest:
    if not isinstance(values, dict):
        raise ImageCorrupt(f"The manifest of the image {folder} is not what was written.")
    if values.get("format") != FORMAT:
        raise ImageOutdated(
            f"The image {folder} has format {values.get('format')}, "
            f"this version of kommit reads {FORMAT}: build it again."
        )
    try:
        manifest = _manifest(values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ImageCorrupt(f"The manifest of the image {folder} is incomplete.") from error
    if manifest.id != values.get("id"):
        raise ImageCorrupt(f"The manifest of the image {folder} was changed.")
    return manifest


def _manifest(values: dict[str, Any]) -> Manifest:
    streets, merging = values["streets"], values["merging"]
    return Manifest(
        region=Region(**values["region"]),
        valid_from=date.fromisoformat(values["valid_from"]),
        valid_until=date.fromisoformat(values["valid_until"]),
        feeds=tuple(FeedEntry(**_with_tuple(entry)) for entry in values["feeds"]),
        streets=StreetsEntry(**_with_tuple(streets)) if streets else None,
        merging=MergingEntry(**merging) if merging else None,
        code_version=values["code_version"],
        files=dict(values["files"]),
    )


def _with_tuple(entry: dict[str, Any]) -> dict[str, Any]:
    return entry | {"attribution": tuple(entry["attribution"])}
