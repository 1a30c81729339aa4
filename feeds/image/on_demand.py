"""The on-demand services of an image's feeds, as one file of JSON."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from feeds.flex.read import NO_SERVICE, has_flex, read_flex
from feeds.gtfs.archive import open_archive
from feeds.ondemand.codec import from_json, to_json
from feeds.report import Findings, Severity
from routing.ondemand.service import OnDemandService

FILE: Final = "services.json"


def services_of_feed(path: Path, scope: str, findings: Findings) -> list[OnDemandService]:
    """Return the on-demand services of a GTFS feed, and report what is left out of it.

    What is wrong with them does not keep the timetable from being used: errors become warnings.
    """
    with open_archive(path) as archive:
        if not has_flex(archive):
            return []
        found = read_flex(archive, scope)
    for finding in found.findings:
        if finding.code == NO_SERVICE:
            continue
        is_error = finding.severity is Severity.ERROR
        findings.add(replace(finding, severity=Severity.WARNING) if is_error else finding)
    return list(found.services)


def save_services(services: Iterable[OnDemandService], folder: Path) -> None:
    """Write services to ``folder``: the same bytes for the same services."""
    folder.mkdir()
    text = json.dumps([to_json(service) for service in services], ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text + "\n", "utf-8")


def load_services(folder: Path) -> tuple[OnDemandService, ...]:
    """Read what ``save_services`` wrote; raise ``ValueError`` or ``OSError`` if it is damaged."""
    return tuple(map(from_json, json.loads((folder / FILE).read_text("utf-8"))))
