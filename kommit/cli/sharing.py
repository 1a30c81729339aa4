"""``kommit sharing``: look at shared vehicles of others (GBFS) before they are believed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

if TYPE_CHECKING:
    from feeds.report import Findings
    from routing.sharing.supply import SharingSystem

app = typer.Typer(help="Shared vehicles of other operators: check them.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Shared vehicles of other operators: check them."""


@app.command()
def check(
    source: Annotated[
        str, typer.Argument(help="Address of a gbfs.json, or a folder with it and its files.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read a system's GBFS files and say what is in them, and what was left out.

    Example: kommit sharing check feeds/rad

    Exit code 1 if there is no system, or a file of it cannot be read.
    """
    from kommit.cli.errors import FAILED  # noqa: PLC0415
    from kommit.cli.show import facts, out, print_findings  # noqa: PLC0415

    name, system, findings = _read(source)
    counts = _counts(system)
    if as_json:
        told = {"system": system.name, **counts, **findings.to_json()}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        out.print(facts(system.name, list(counts.items())))
        print_findings(name, findings)
    if findings.has_errors:
        raise typer.Exit(FAILED)


def _read(source: str) -> tuple[str, "SharingSystem", "Findings"]:
    """Return what the source is called, the system and what was found."""
    from feeds.gbfs import read_folder  # noqa: PLC0415
    from feeds.report import Findings  # noqa: PLC0415
    from kommit.bootstrap.sharing import read_address  # noqa: PLC0415

    if source.startswith(("http://", "https://")):
        return urlsplit(source).hostname or source, *read_address(source)
    folder, findings = Path(source), Findings()
    return folder.name, read_folder(folder.name, folder, findings), findings


def _counts(system: "SharingSystem") -> dict[str, int]:
    return {
        "types": len(system.types),
        "stations": len(system.stations),
        "docked": sum(sum(station.available.values()) for station in system.stations.values()),
        "vehicles": len(system.vehicles),
        "slots": len(system.slots),
        "zones": len(system.zones),
        "plans": len(system.plans),
    }
