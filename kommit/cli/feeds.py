"""``kommit feeds``: look at timetables before they are used."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from kommit.cli.errors import FAILED
from kommit.cli.options import settings_of

app = typer.Typer(help="GTFS feeds: check them, take them in.", no_args_is_help=True)

SCOPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")

FeedPath = Annotated[Path, typer.Argument(help="A GTFS zip, or a folder of its tables.")]


@app.callback()
def main() -> None:
    """GTFS feeds: check them, take them in."""


@app.command()
def check(
    path: FeedPath,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what is wrong with a feed: where, and how to put it right.

    Exit code 1 if it cannot be used as it is.
    """
    from feeds.gtfs.validate import check_feed  # noqa: PLC0415
    from kommit.cli.show import print_findings, progress_bar  # noqa: PLC0415

    with progress_bar() as bar:
        findings = check_feed(path, progress=bar)
    if as_json:
        typer.echo(json.dumps(findings.to_json(), ensure_ascii=False, indent=2))
    else:
        print_findings(path.name, findings)
    if findings.has_errors:
        raise typer.Exit(FAILED)


@app.command("import")
def import_feed(
    context: typer.Context,
    path: FeedPath,
    scope: Annotated[
        str, typer.Option(help="Short name of the feed; its ids become SCOPE:ID everywhere.")
    ],
) -> None:
    """Check a feed and keep it as the current version of SCOPE.

    A feed with errors is refused, and the version before stays current. ``kommit image build``
    without --gtfs builds from the current versions.
    """
    from feeds.gtfs.validate import load_feed  # noqa: PLC0415
    from feeds.report import Findings  # noqa: PLC0415
    from kommit.cli.show import progress_bar  # noqa: PLC0415
    from kommit.cli.versions import store_version  # noqa: PLC0415

    check_scope(scope)
    findings = Findings()
    with progress_bar() as bar:
        load_feed(path, findings, progress=bar)
    version = store_version(path, settings_of(context).data_dir / "feeds" / scope, ".zip")
    typer.echo(f"{scope}: {version.name} is current ({len(findings)} remarks, see feeds check)")


def check_scope(scope: str) -> None:
    """Refuse a scope that could not be told apart from the id behind it, or from a path."""
    if not SCOPE.fullmatch(scope):
        raise typer.BadParameter(
            f"{scope!r} is no short name of letters, digits, dots and hyphens",
            param_hint="--scope",
        )
