"""``kommit flex``: on-demand services as GTFS-Flex, read and written."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from feeds.ondemand.definition import KnownStop
    from kommit.regions.region import Region
    from routing.booking_rules import BookingRule
    from routing.ondemand.service import OnDemandService, Relation

app = typer.Typer(help="On-demand services as GTFS-Flex: check, export.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """On-demand services as GTFS-Flex: check, export."""


@app.command()
def check(
    source: Annotated[Path, typer.Argument(help="A GTFS-Flex zip, or a folder with its files.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read the on-demand services of a feed and say what is in them, and what was left out.

    Example: kommit flex check feeds/rufbus.zip

    Exit code 1 if there is no service, or a file of the feed cannot be read.
    """
    from feeds.flex.read import read_flex  # noqa: PLC0415
    from feeds.gtfs.archive import open_archive  # noqa: PLC0415
    from kommit.cli.errors import FAILED  # noqa: PLC0415
    from kommit.cli.show import facts, out, print_findings  # noqa: PLC0415

    with open_archive(source) as archive:
        feed = read_flex(archive, "feed")
    told = [_facts(service) for service in feed.services]
    if as_json:
        found = {"services": told, **feed.findings.to_json()}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for service in told:
            out.print(facts(str(service["name"]), list(_shown(service).items())))
        print_findings(source.name, feed.findings)
    if feed.findings.has_errors:
        raise typer.Exit(FAILED)


@app.command()
def export(
    source: Annotated[
        str, typer.Argument(help="A region (name or folder), or a definition (TOML) in one.")
    ],
    out: Annotated[Path, typer.Argument(help="Zip to write.")],
) -> None:
    """Write the own on-demand service of a region as GTFS-Flex; vehicles are left out.

    Example: kommit flex export senden kommit-shuttle.zip
    """
    from feeds.flex.write import write_flex  # noqa: PLC0415
    from feeds.ondemand.definition import read_service  # noqa: PLC0415
    from kommit.cli.errors import CliError  # noqa: PLC0415
    from kommit.kit.node import BadFile  # noqa: PLC0415

    region, definition = _defined(source)
    try:
        service = read_service(definition, _stops(region))
    except BadFile as error:
        raise CliError(str(error)) from error
    out.write_bytes(write_flex(service))
    typer.echo(f"{out}: {service.name}, {len(service.stops)} stops")


def _defined(source: str) -> tuple["Region", Path]:
    """Return the region and its definition that ``source`` names."""
    from kommit.cli.errors import CliError  # noqa: PLC0415
    from kommit.regions.region import load_region  # noqa: PLC0415

    path = Path(source)
    if path.suffix == ".toml":
        return load_region(path.resolve().parent.parent), path
    region = load_region(source)
    if len(region.shuttles) != 1:
        named = ", ".join(map(str, region.shuttles)) or "none"
        raise CliError(f"{source} has not one on-demand service, but {named}: give the file.")
    return region, region.shuttles[0]


def _stops(region: "Region") -> "Iterable[KnownStop]":
    """Yield the stops of a region's feeds."""
    from feeds.gtfs.validate import load_feed  # noqa: PLC0415
    from feeds.ondemand.definition import KnownStop  # noqa: PLC0415
    from feeds.report import Findings  # noqa: PLC0415

    for feed in region.feeds:
        stops = load_feed(feed.path, Findings()).stops
        columns = (
            stops[name].tolist() for name in ("stop_id", "stop_name", "stop_lat", "stop_lon")
        )
        for id_, *rest in zip(*columns, strict=True):
            yield KnownStop(f"{feed.scope}:{id_}", *rest)


def _facts(service: "OnDemandService") -> dict[str, object]:
    return {
        "id": service.id.partition(":")[2],
        "name": service.name,
        "operator": service.agency_name,
        "stops": len(service.stops),
        "polygons": sum(len(area.polygons) for area in service.areas.values()),
        "rides": len(service.relations),
        "hours": list(dict.fromkeys(map(_hours, service.relations))),
        "booking": list(dict.fromkeys(_deadline(one.terms.rule) for one in service.relations)),
    }


def _shown(facts: Mapping[str, object]) -> dict[str, object]:
    """Return what is shown below the name, lists in lines."""
    return {
        name: "\n".join(value) if isinstance(value, list) else value
        for name, value in facts.items()
        if name != "name"
    }


def _hours(relation: "Relation") -> str:
    from kommit.kit.clock import format_hms  # noqa: PLC0415

    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    days = " ".join(names[day] for day in sorted(relation.days.weekdays)) or "single days"
    start, end = (format_hms(second) for second in relation.pickup)
    return f"{days} {start}-{end}"


def _deadline(rule: "BookingRule") -> str:
    from kommit.kit.clock import format_hms  # noqa: PLC0415
    from routing.booking_rules import DAY_S, PRIOR_DAYS, SAME_DAY  # noqa: PLC0415
    from routing.timetable import NONE  # noqa: PLC0415

    if rule.booking_type == SAME_DAY:
        return f"until {rule.prior_notice_min} min before"
    if rule.booking_type == PRIOR_DAYS:
        until = DAY_S if rule.last_time_s == NONE else rule.last_time_s
        return f"until {format_hms(until)}, {rule.last_day} day(s) before"
    return "right before"
