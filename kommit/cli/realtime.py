"""``kommit realtime``: look at GTFS Realtime messages before they are believed."""

import json
from typing import Annotated

import typer

from kommit.cli.options import settings_of

app = typer.Typer(help="GTFS Realtime messages: check them.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """GTFS Realtime messages: check them."""


@app.command()
def check(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="An http(s) address, or a file.")],
    scope: Annotated[
        str | None,
        typer.Option(help="Feed of the image that it tells of; needed if there are several."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read one message and say what it means for the image: what is found, and what is not.

    Example: kommit --image images/today realtime check https://feed.example/tripupdates.pb

    Headers, such as keys, come from KOMMIT_REALTIME_HEADERS. Exit code 1 if the message cannot be
    had or read, or tells of trips of which none is known.
    """
    from kommit.cli.checking import check_message, print_check  # noqa: PLC0415
    from kommit.cli.errors import FAILED  # noqa: PLC0415

    found = check_message(source, scope, settings_of(context))
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    else:
        print_check(found)
    if found.is_of_another_feed:
        raise typer.Exit(FAILED)
