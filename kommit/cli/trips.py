"""``kommit trips``: trips by check-in and check-out whose bills riders dispute."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from booking.domain.cico import Spot, Trip
from kommit.cli.options import settings_of

app = typer.Typer(help="Trips by check-in whose bills riders dispute.", no_args_is_help=True)

TripId = Annotated[UUID, typer.Argument(help="Id of the trip.")]


@app.callback()
def main() -> None:
    """Trips by check-in whose bills riders dispute."""


@app.command("disputed")
def disputed(context: typer.Context) -> None:
    """List the trips that are disputed, and what their riders say."""
    from kommit.bootstrap.travel_desk import travel_desk  # noqa: PLC0415

    with travel_desk(settings_of(context)) as travel:
        for trip in travel.trips.list_disputed():
            typer.echo(_line(trip))
            typer.echo(f"    {trip.dispute}")


@app.command("keep")
def keep(context: typer.Context, trip_id: TripId) -> None:
    """Leave a bill as it is: the dispute is over."""
    from kommit.bootstrap.travel_desk import travel_desk  # noqa: PLC0415

    with travel_desk(settings_of(context)) as travel:
        typer.echo(_line(travel.billing.keep(trip_id)))


@app.command("free")
def free(context: typer.Context, trip_id: TripId) -> None:
    """Take a bill back whole: nobody travelled."""
    from kommit.bootstrap.travel_desk import travel_desk  # noqa: PLC0415

    with travel_desk(settings_of(context)) as travel:
        typer.echo(_line(travel.billing.correct(trip_id, None)))


@app.command("end")
def end(
    context: typer.Context,
    trip_id: TripId,
    lat: Annotated[float, typer.Argument(min=-90, max=90, help="Where it ended instead.")],
    lon: Annotated[float, typer.Argument(min=-180, max=180)],
    at: Annotated[str, typer.Argument(help="When, with its offset: 2026-12-01T08:20:00+01:00.")],
) -> None:
    """Bill a trip anew that ended elsewhere; only the difference moves."""
    from kommit.bootstrap.travel_desk import travel_desk  # noqa: PLC0415

    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise typer.BadParameter(f"{at!r} is no time", param_hint="AT") from error
    if moment.tzinfo is None:
        raise typer.BadParameter("a time needs its offset, as +01:00", param_hint="AT")
    with travel_desk(settings_of(context)) as travel:
        typer.echo(_line(travel.billing.correct(trip_id, Spot(moment, lat, lon))))


def _line(trip: Trip) -> str:
    """Return a trip in one line."""
    price = "not billed" if trip.price is None else f"{trip.price.total.minor / 100:.2f}"
    currency = "" if trip.price is None else f" {trip.price.total.currency}"
    since = trip.begin.at.isoformat(timespec="minutes")
    return f"{trip.id}: {trip.state}, from {since}, {price}{currency}, revision {trip.revision}"
