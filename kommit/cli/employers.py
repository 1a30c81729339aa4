"""``kommit employers``: mobility budgets that employers pay."""

from pathlib import Path
from typing import Annotated

import typer

from kommit.cli.months import month_of
from kommit.cli.options import settings_of

app = typer.Typer(help="Employers and mobility budgets.", no_args_is_help=True)

EmployerId = Annotated[str, typer.Argument(help="Id of the employer.")]


@app.callback()
def main() -> None:
    """Employers and mobility budgets."""


@app.command()
def add(
    context: typer.Context,
    employer: EmployerId,
    name: Annotated[str, typer.Argument(help="As riders read it.")],
) -> None:
    """Add an employer."""
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415 - brings the database

    with payment_desk(settings_of(context)) as desk:
        desk.budgets.add_employer(employer, name)
    typer.echo(f"{employer} is known")


@app.command()
def members(
    context: typer.Context,
    employer: EmployerId,
    people: Annotated[
        Path,
        typer.Argument(help="CSV: email,monthly,first,last,modes,carried_months; months 2026-11."),
    ],
) -> None:
    """Take over an employer's list, all of it or nothing.

    Who is not on it any more gets nothing after this month.
    """
    from booking.domain.payments.employer_lists import read_members  # noqa: PLC0415
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415 - brings the database

    with payment_desk(settings_of(context)) as desk:
        count = desk.budgets.set_members(employer, read_members(people.read_text("utf-8")))
    typer.echo(f"{employer} pays for {count} riders")


@app.command()
def statement(
    context: typer.Context,
    employer: EmployerId,
    month: Annotated[str, typer.Argument(help="Like 2026-11.")],
) -> None:
    """Print what was granted, spent and lapsed for a month, as CSV for the payroll."""
    from booking.domain.payments.employer_lists import write_statement  # noqa: PLC0415
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415 - brings the database

    with payment_desk(settings_of(context)) as desk:
        rows = desk.budgets.statement(employer, month_of(month))
    typer.echo(write_statement(rows), nl=False)


@app.command("list")
def list_(context: typer.Context) -> None:
    """List employers."""
    from kommit.bootstrap.payments import payment_desk  # noqa: PLC0415 - brings the database

    with payment_desk(settings_of(context)) as desk:
        for one in desk.budgets.list_employers():
            typer.echo(f"{one.id}: {one.name}")
