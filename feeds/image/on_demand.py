"""The on-demand services of an image: each the GTFS-Flex feed that it can be written as."""

from collections.abc import Iterable
from pathlib import Path

from feeds.errors import ImageCorrupt
from feeds.flex.read import has_flex, read_flex
from feeds.flex.write import write_flex
from feeds.gtfs.archive import open_archive
from feeds.report import Findings
from routing.ondemand.service import OnDemandService


def services_of_feed(path: Path, scope: str, findings: Findings) -> list[OnDemandService]:
    """Return the on-demand services of a GTFS feed, and report what is left out of it."""
    with open_archive(path) as archive:
        if not has_flex(archive):
            return []
        found = read_flex(archive, scope)
    for finding in found.findings:
        findings.add(finding)
    return list(found.services)


def save_services(services: Iterable[OnDemandService], folder: Path) -> None:
    """Write services to ``folder``."""
    folder.mkdir()
    for number, service in enumerate(services):
        (folder / f"{number:04}.zip").write_bytes(write_flex(service))


def load_services(folder: Path) -> tuple[OnDemandService, ...]:
    """Read what ``save_services`` wrote."""
    found: list[OnDemandService] = []
    for path in sorted(folder.glob("*.zip")):
        with open_archive(path) as archive:
            services = read_flex(archive, "").services
        if len(services) != 1:
            raise ImageCorrupt(f"{path} is damaged: build the image again.")
        found += services
    return tuple(found)
