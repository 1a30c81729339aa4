"""``kommit``: the command that demonstrates, serves, checks, builds, plans and verifies."""

from pathlib import Path
from typing import Annotated

import typer

from kommit import __version__
from kommit.cli import (
    audit,
    clearing,
    db,
    employers,
    feeds,
    fleets,
    flex,
    image,
    invoices,
    keys,
    payments,
    plan,
    realtime,
    serve,
    sharing,
    staff,
    streets,
    ticket,
    trips,
    vouchers,
    wallet,
    webhooks,
)
from kommit.cli.errors import PlainErrors
from kommit.cli.options import Options

app = typer.Typer(
    cls=PlainErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="One search, one price, one payment and one ticket for a region's mobility.",
    epilog="Settings come from the environment (KOMMIT_…); begin with: kommit demo",
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"kommit {__version__}")
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    image_folder: Annotated[
        Path | None,
        typer.Option("--image", help="Network image to work on (else KOMMIT_IMAGE)."),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Where kommit keeps its files (else KOMMIT_DATA_DIR, else ./var)."),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where errors come from.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say so.")
    ] = False,
) -> None:
    """One search, one price, one payment and one ticket for a region's mobility."""
    del debug, version  # PlainErrors and the callback have looked at them
    context.obj = Options(image=image_folder, data_dir=data_dir)


app.command("demo")(serve.demo)
app.command("serve")(serve.serve)
app.command("plan")(plan.plan)
app.command("compile")(serve.compile_search)
app.command("openapi")(serve.openapi)
app.add_typer(image.app, name="image")
app.add_typer(feeds.app, name="feeds")
app.add_typer(realtime.app, name="realtime")
app.add_typer(sharing.app, name="sharing")
app.add_typer(trips.app, name="trips")
app.add_typer(flex.app, name="flex")
app.add_typer(streets.app, name="streets")
app.add_typer(ticket.app, name="ticket")
app.add_typer(keys.app, name="keys")
app.add_typer(wallet.app, name="wallet")
app.add_typer(payments.app, name="payments")
app.add_typer(invoices.app, name="invoices")
app.add_typer(vouchers.app, name="vouchers")
app.add_typer(employers.app, name="employers")
app.add_typer(fleets.app, name="fleets")
app.add_typer(staff.app, name="staff")
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(clearing.app, name="clearing")
app.add_typer(clearing.ledger, name="ledger")
app.add_typer(audit.app, name="audit")
app.add_typer(db.app, name="db")
