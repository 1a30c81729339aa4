"""``kommit audit``: the hash-chained log of money and tickets."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kommit.cli.options import settings_of

app = typer.Typer(help="The hash-chained log of money and tickets.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """The hash-chained log of money and tickets."""


@app.command()
def verify(
    context: typer.Context,
    start: Annotated[
        int,
        typer.Option("--from", min=1, help="First position; what is before it is believed."),
    ] = 1,
    head: Annotated[
        Path | None,
        typer.Option(help="Heads that were published earlier, one in each line: each must fit."),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(help="Keys that signed them, from /v1/ticket-keys (else our own)."),
    ] = None,
) -> None:
    """Go through the whole log; exit code 1 and the position where something was changed."""
    from booking.tickets.audit_heads import read_heads  # noqa: PLC0415 - brings the database
    from kommit.bootstrap.books import open_books, public_keys  # noqa: PLC0415 - as above

    settings = settings_of(context)
    heads = [] if head is None else list(read_heads(head, public_keys(settings, keys)))
    with open_books(settings) as books:
        found = books.audit.verify(start - 1, [each.head for each in heads])
        lag = books.audit.lag()
    typer.echo(f"the audit log is whole up to position {found.position}, its hash is {found.hash}")
    if heads:
        typer.echo(f"{len(heads)} published heads fit")
    if lag.waiting:
        typer.echo(f"{lag.waiting} facts wait to be sealed, since {lag.oldest}")


@app.command()
def seal(context: typer.Context) -> None:
    """Seal what waits; a running server does it every two seconds."""
    from kommit.bootstrap.books import open_books  # noqa: PLC0415 - as above

    with open_books(settings_of(context)) as books:
        typer.echo(f"{books.audit.seal()} facts were sealed")


@app.command()
def head(context: typer.Context) -> None:
    """Print the end of the log, signed: add it to a file that others keep."""
    from kommit.bootstrap.books import open_books  # noqa: PLC0415 - as above

    with open_books(settings_of(context), signing=True) as books:
        typer.echo(json.dumps(books.audit.head().to_document()))
