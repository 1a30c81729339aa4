"""Tables of a GTFS-Flex feed as rows of texts, and what their fields mean."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from feeds.gtfs.archive import Archive
from feeds.gtfs.values import parse_date
from feeds.report import Finding, Findings, Severity
from kommit.kit.clock import parse_hms

Row = Mapping[str, str]
MISSING_TIME: Final = -1


class Line(NamedTuple):
    """A row with its line in the file."""

    number: int
    row: Row

    def get(self, *names: str) -> str:
        """Return the first of some fields that is not empty; drafts name them differently."""
        return next((text for name in names if (text := self.row.get(name, "").strip())), "")


class Tables:
    """The files of a feed, read as they are asked for."""

    def __init__(self, archive: Archive, findings: Findings) -> None:
        self._archive, self.findings = archive, findings

    def rows(self, file: str) -> list[Line]:
        """Return the rows of a file, none where there is none."""
        if file not in self._archive.names:
            return []
        text = self._archive.read(file).decode("utf-8-sig", errors="replace")
        reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
        return [
            Line(reader.line_num, {(k or "").strip(): v or "" for k, v in row.items() if k})
            for row in reader
        ]

    def features(self) -> Sequence[Mapping[str, Any]]:
        """Return the features of ``locations.geojson``."""
        file = "locations.geojson"
        if file not in self._archive.names:
            return []
        try:
            document = json.loads(self._archive.read(file).decode("utf-8-sig"))
            return list(document["features"])
        except (ValueError, KeyError, TypeError):
            self.warn("broken-geojson", "The file is no GeoJSON FeatureCollection.", file)
            return []

    def warn(
        self, code: str, message: str, file: str, row: int | None = None, field: str | None = None
    ) -> None:
        """Report something that is left out."""
        self.findings.add(Finding(Severity.WARNING, code, message, file, row, field))

    def tell(self, code: str, message: str, file: str, row: int | None = None) -> None:
        """Report something that the author may want to know."""
        self.findings.add(Finding(Severity.INFO, code, message, file, row))


def seconds_of(text: str) -> int | None:
    """Return the GTFS seconds of a time, or None for what is none."""
    try:
        return parse_hms(text)
    except ValueError:
        return None


def day_of(text: str) -> date | None:
    """Return the day of a date like 20240131, or None for what is none."""
    try:
        return date.fromordinal(parse_date(text))
    except ValueError:
        return None


def whole(text: str, default: int) -> int:
    """Return a whole number, or the default for what is none."""
    return int(text) if text.isascii() and text.isdigit() else default


def decimal(text: str, default: float) -> float:
    """Return a number, or the default for what is none."""
    try:
        return float(text)
    except ValueError:
        return default
