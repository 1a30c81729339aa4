"""``kommit keys``: the keys that sign tickets."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Keys that sign tickets.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Keys that sign tickets."""


@app.command()
def add(
    folder: Annotated[Path, typer.Argument(help="Folder of keys, as KOMMIT_TICKET_KEYS names it.")],
    start: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=["%Y-%m-%d"],
            help="Day (UTC) from which the key signs; ahead, so that inspectors hear of it.",
        ),
    ] = None,
) -> None:
    """Make a key; an empty folder gets its first one, which signs at once.

    Keep the folder secret, but for keys.json: that one is for inspectors.
    """
    from booking.tickets import key_folder  # noqa: PLC0415

    now = datetime.now(UTC)
    if not (folder / key_folder.PUBLIC_FILE).exists():
        key_folder.load_or_create(folder, now)
    else:
        key_folder.add_key(folder, start.replace(tzinfo=UTC) if start else now)
    for key in key_folder.load(folder).public:
        typer.echo(f"{key.id}  {key.not_before:%Y-%m-%d} to {key.not_after:%Y-%m-%d}")


@app.command()
def rotate(
    folder: Annotated[Path, typer.Argument(help="Folder of keys, as KOMMIT_TICKET_KEYS names it.")],
) -> None:
    """Make the next key: it is announced now and signs in three weeks; older ones stay trusted.

    Start the servers again within that time, so that they announce it and sign by it. Run it as
    often as you like, for example each month: while a key waits for its time, none is made.
    """
    from booking.tickets import key_folder  # noqa: PLC0415

    now = datetime.now(UTC)
    made = key_folder.rotate(folder, now)
    if made is None:
        typer.echo("the next key was made already and waits for its time")
    for key in key_folder.load(folder).public:
        state = "waits" if key.not_before > now else "trusted" if now < key.not_after else "over"
        typer.echo(f"{key.id}  {key.not_before:%Y-%m-%d} to {key.not_after:%Y-%m-%d}  {state}")
