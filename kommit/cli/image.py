"""``kommit image``: build network images, look at them, make one live."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.merging.on_duplicates import OnDuplicates
from kommit.cli.errors import CliError
from kommit.cli.feeds import check_scope
from kommit.cli.options import settings_of

if TYPE_CHECKING:
    from feeds.image.build import BuildReport, FeedInput
    from feeds.image.manifest import Manifest

app = typer.Typer(help="Network images: build, look at, make live.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="Folder of a network image.")]


@app.callback()
def main() -> None:
    """Network images: build, look at, make live."""


@app.command()
def build(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder to build; an image in it is replaced.")],
    gtfs: Annotated[
        list[str] | None,
        typer.Option(
            help="A feed, as PATH or SCOPE=PATH; may be given several times. "
            "Without it: the current versions of kommit feeds import."
        ),
    ] = None,
    osm: Annotated[
        Path | None,
        typer.Option(help="A street extract. Without it: that of kommit streets import, if any."),
    ] = None,
    elevation: Annotated[
        Path | None,
        typer.Option(help="Heights for the streets: .hgt (SRTM) or .asc in degrees, or a folder."),
    ] = None,
    region: Annotated[str | None, typer.Option(help="Name of the region.")] = None,
    duplicates: Annotated[
        OnDuplicates,
        typer.Option(help="Trips that come in two feeds: report them, or drop the later feed's."),
    ] = OnDuplicates.REPORT,
) -> None:
    """Compile timetables and streets to one image that a server maps in milliseconds.

    Stops of different feeds that are the same place are joined; kommit image joins lists them.
    """
    from feeds.image.build import build_image  # noqa: PLC0415
    from kommit.cli.show import progress_bar  # noqa: PLC0415
    from kommit.cli.versions import current_version  # noqa: PLC0415

    data_dir = settings_of(context).data_dir
    inputs = [feed_input(text) for text in gtfs or ()] or _imported(data_dir / "feeds")
    streets = osm or (None if gtfs else current_version(data_dir / "streets"))
    with progress_bar() as bar:
        report = build_image(
            inputs,
            streets,
            out,
            progress=bar,
            region=region,
            on_duplicates=duplicates,
            elevation=elevation,
        )
    _print_report(report)


@app.command()
def info(folder: Folder) -> None:
    """Say what an image was made of and which days it knows."""
    from feeds.image.manifest import read_manifest  # noqa: PLC0415

    _print_manifest(folder, read_manifest(folder))


@app.command()
def activate(context: typer.Context, folder: Folder) -> None:
    """Make an image the live one; running servers take it over within seconds."""
    from feeds.image.live import activate as make_live  # noqa: PLC0415

    image = make_live(folder, settings_of(context).images)
    typer.echo(f"{image.id} is live in {settings_of(context).images}")


@app.command()
def joins(
    folder: Folder,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the stops of different feeds that the image takes for the same place, and why."""
    from kommit.cli.show_joins import joins_of, print_joins  # noqa: PLC0415

    found = joins_of(folder)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print_joins(found)


def feed_input(text: str) -> "FeedInput":
    """Return the feed that ``PATH`` or ``SCOPE=PATH`` names."""
    from feeds.image.build import FeedInput  # noqa: PLC0415

    scope, equals, path = text.partition("=")
    if not equals or "/" in scope:
        scope, path = slug_of(Path(text)), text
    check_scope(scope)
    return FeedInput(scope, Path(path))


def slug_of(path: Path) -> str:
    """Return a short name made of a file's: ``VRN Heidelberg.zip`` is ``vrn-heidelberg``."""
    stem = path.name.removesuffix(".zip").lower()
    return re.sub(r"[^a-z0-9_]+", "-", stem).strip("-")[:40] or "feed"


def _imported(folder: Path) -> "list[FeedInput]":
    from feeds.image.build import FeedInput  # noqa: PLC0415
    from kommit.cli.versions import current_version  # noqa: PLC0415

    scopes = sorted(folder.iterdir()) if folder.is_dir() else []
    found = [(scope.name, current_version(scope)) for scope in scopes]
    inputs = [FeedInput(name, path) for name, path in found if path is not None]
    if not inputs:
        raise CliError("there is no feed to build from: give --gtfs, or kommit feeds import first")
    return inputs


def _print_report(report: "BuildReport") -> None:
    from kommit.cli.show import facts, out, print_findings  # noqa: PLC0415

    if "merging" in report.findings:
        print_findings("the feeds together", report.findings["merging"])
    rows = [("image", report.image_id), *report.counts.items()]
    seconds = ", ".join(f"{name} {taken:.1f} s" for name, taken in report.seconds.items())
    remarks = sum(len(findings) for findings in report.findings.values())
    out.print(facts(str(report.folder), [*rows, ("time", seconds), ("findings", remarks)]))


def _merging_rows(manifest: "Manifest") -> list[tuple[str, object]]:
    merging = manifest.merging
    if merging is None:
        return []
    dropped = ", ".join(f"{n} of {scope}" for scope, n in merging.dropped_trips.items())
    return [
        ("joined stops", sum(merging.joins.values())),
        ("lines in two feeds", merging.duplicate_lines),
        ("dropped trips", dropped or "none"),
    ]


def _fare_rows(folder: Path) -> list[tuple[str, object]]:
    """Return what an image has of fares; nothing where it is damaged, which ``load`` would say."""
    from feeds.image.fares import load_fares  # noqa: PLC0415
    from feeds.image.image import FARES  # noqa: PLC0415

    return [
        (
            f"fares {tables.scope}",
            (
                f"{len({product.id for product in tables.products})} products, "
                f"{len(tables.leg_rules)} rules of legs, {len(tables.transfer_rules)} of "
                f"transfers ({', '.join(tables.currencies)})"
            ),
        )
        for tables in load_fares(folder / FARES)
    ]


def _print_manifest(folder: Path, manifest: "Manifest") -> None:
    from kommit.cli.show import facts, out  # noqa: PLC0415

    feeds = [
        (f"feed {feed.scope}", f"{feed.file} (sha256 {feed.sha256[:16]}…)")
        for feed in manifest.feeds
    ]
    streets = manifest.streets
    rows = [
        ("image", manifest.id),
        ("region", manifest.region.name),
        ("time zone", manifest.region.time_zone),
        ("service days", f"{manifest.valid_from} to {manifest.valid_until}"),
        *feeds,
        *_merging_rows(manifest),
        *_fare_rows(folder),
        ("streets", f"{streets.file} (sha256 {streets.sha256[:16]}…)" if streets else "none"),
        *([("heights", streets.elevation)] if streets and streets.elevation else []),
        ("built by", f"kommit {manifest.code_version}"),
        ("attribution", "; ".join(manifest.attribution)),
    ]
    out.print(facts(str(folder), rows))
