"""``kommit db``: the tables."""

import typer

from kommit.cli.options import settings_of

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """The database."""


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the tables to this version of kommit. May be repeated."""
    from kommit.bootstrap.database import upgrade_database  # noqa: PLC0415

    settings = settings_of(context)
    upgrade_database(settings)
    typer.echo("the database is up to date")
