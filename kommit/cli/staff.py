"""``kommit staff``: drivers and dispatchers of own on-demand services."""

import secrets
from typing import Annotated

import typer

from kommit.cli.options import settings_of

app = typer.Typer(help="Drivers and telephone agents.", no_args_is_help=True)
SECRET_BYTES = 9


@app.callback()
def main() -> None:
    """Drivers and telephone agents."""


@app.command("add")
def add(
    context: typer.Context,
    role: Annotated[str, typer.Argument(help="driver, dispatcher or operator.")],
    name: Annotated[str, typer.Argument(help="By which they sign in.")],
    service: Annotated[
        str, typer.Option(help="Id of the service, like senden:kommit-shuttle.")
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
            typer.echo(f"{one.name}: {one.role}, {one.agency_id or one.service_id}{vehicle}")
    finally:
        kommit.database.close()
