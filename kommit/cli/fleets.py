"""``kommit fleets``: the operators' own vehicles."""

from pathlib import Path
from typing import Annotated

import typer

from kommit.cli.options import settings_of

app = typer.Typer(help="Own fleets: boxes, stations, vehicles.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Own fleets: boxes, stations, vehicles."""


@app.command("import")
def import_(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Fleet files, see booking/README.md.")],
) -> None:
    """Read fleet files into the database; reading one again changes nothing."""
    from kommit.bootstrap.fleets import fleets_desk, load_fleets  # noqa: PLC0415

    with fleets_desk(settings_of(context)) as fleets:
        load_fleets(fleets, files)
        for fleet_id in fleets.list_ids():
            count = len(fleets.now(fleet_id).vehicles)
            typer.echo(f"{fleet_id}: {count} vehicles, {fleets.fleet(fleet_id).name}")


@app.command("show")
def show(
    context: typer.Context,
    fleet: Annotated[str, typer.Argument(help="Id of the fleet.")],
) -> None:
    """List a fleet's vehicles: where and how they are, and how many rentals are before them."""
    from kommit.bootstrap.fleets import fleets_desk  # noqa: PLC0415

    with fleets_desk(settings_of(context)) as fleets:
        for one in fleets.now(fleet).vehicles:
            vehicle, rentals = one.vehicle, len(one.rentals)
            place = vehicle.station_id or f"{vehicle.lat:.5f},{vehicle.lon:.5f}"
            percent = vehicle.battery_percent
            battery = "" if percent is None else f", battery {percent} %"
            line = f"{vehicle.id}: {vehicle.state}, at {place}{battery}"
            typer.echo(f"{line}, rentals made: {rentals}")


@app.command("state")
def set_state(
    context: typer.Context,
    fleet: Annotated[str, typer.Argument(help="Id of the fleet.")],
    vehicle: Annotated[str, typer.Argument(help="The operator's id of the vehicle.")],
    state: Annotated[str, typer.Argument(help="available, disabled or maintenance.")],
) -> None:
    """Take a vehicle out of service, or put it back after somebody has looked at it."""
    from booking.domain.fleets import VehicleState  # noqa: PLC0415
    from kommit.bootstrap.fleets import fleets_desk  # noqa: PLC0415

    known = [each.value for each in VehicleState if each is not VehicleState.IN_USE]
    if state not in known:
        raise typer.BadParameter(f"{state!r} is not one of {', '.join(known)}")
    with fleets_desk(settings_of(context)) as fleets:
        fleets.set_state(fleet, vehicle, VehicleState(state))
    typer.echo(f"{vehicle} is {state}")
