"""``kommit staff``: drivers, dispatchers, inspectors, and who works in an operator's office."""

import secrets
from typing import Annotated

import typer

from kommit.cli.options import settings_of

app = typer.Typer(help="Drivers, telephone agents and inspectors.", no_args_is_help=True)
SECRET_BYTES = 9


@app.callback()
def main() -> None:
    """Drivers, telephone agents and inspectors."""


@app.command("add")
def add(
    context: typer.Context,
    role: Annotated[str, typer.Argument(help="driver, dispatcher, inspector or operator.")],
    name: Annotated[str, typer.Argument(help="By which they sign in.")],
    service: Annotated[
        str, typer.Option(help="Of a driver or dispatcher, like senden:kommit-shuttle.")
    ] = "",
    vehicle: Annotated[str | None, typer.Option(help="Id of a driver's vehicle.")] = None,
    agency: Annotated[str, typer.Option(help="Id of an operator's agency, like rvm:1.")] = "",
) -> None:
    """Let somebody work for a service or operator; their secret is made and printed this once."""
    from booking.domain.staff import Role  # noqa: PLC0415 - brings the database with it
    from kommit.bootstrap import open_kommit  # noqa: PLC0415 - as above

    if role not in list(Role):
        raise typer.BadParameter(f"{role!r} is not one of {', '.join(Role)}")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    kommit = open_kommit(settings_of(context))
    try:
        if role == Role.OPERATOR:
            kommit.services.staff.add_operator(name, secret, agency)
        else:
            kommit.services.staff.add(Role(role), name, secret, service, vehicle)
    finally:
        kommit.database.close()
    typer.echo(f"{name} signs in with the secret {secret}")


@app.command("list")
def list_all(context: typer.Context) -> None:
    """List everybody who works for a service."""
    from kommit.bootstrap import open_kommit  # noqa: PLC0415 - brings the database with it

    kommit = open_kommit(settings_of(context))
    try:
        for one in kommit.services.staff.list_all():
            vehicle = f", {one.vehicle_id}" if one.vehicle_id else ""
            place = one.agency_id or one.service_id
            typer.echo(f"{one.name}: {one.role}{f', {place}' if place else ''}{vehicle}")
    finally:
        kommit.database.close()
