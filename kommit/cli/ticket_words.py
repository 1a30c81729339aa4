"""What ``kommit ticket`` prints of a ticket: as JSON, and for a reader."""

import json
from datetime import datetime
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from booking.domain.passengers import TravelClass
from booking.tickets.check_in import CheckInDocument
from booking.tickets.errors import TicketError
from booking.tickets.ticket import Ticket, TicketLeg, TicketPassenger
from booking.tickets.verify import Accepted


def print_refusal(error: TicketError, *, as_json: bool) -> None:
    """Say why a ticket is not accepted."""
    if as_json:
        reason = {"valid": False, "reason": type(error).__name__, "detail": str(error)}
        typer.echo(json.dumps(reason, ensure_ascii=False, indent=2))
    else:
        typer.secho(f"NOT VALID: {error}", fg=typer.colors.RED, err=True)


def print_accepted(accepted: Accepted, now: datetime, *, as_json: bool) -> None:
    """Say what an accepted ticket is good for, and what the verdict rests on."""
    if as_json:
        typer.echo(json.dumps(accepted_document(accepted), ensure_ascii=False, indent=2))
        return
    ticket = accepted.ticket
    people = ", ".join(f"{count} {category}" for category, count in ticket.counts)
    console = Console()
    console.print("[green]VALID[/green]", f"until {_local(ticket.valid_until)}, for {people}")
    console.print(_liveness(accepted, now))
    console.print(_revocation(accepted))
    for passenger in ticket.passengers:
        if wants := _to_show(passenger):
            console.print(f"passenger {passenger.id + 1}, {passenger.category}: {wants}")
    issued = f"Issued by {ticket.issuer}, order {ticket.order_id}, ticket {ticket.version}"
    console.print(issued, markup=False)
    console.print(_table(ticket))


def print_check_in(shown: CheckInDocument, now: datetime, *, as_json: bool) -> None:
    """Say who is checked in, and above all since when."""
    if as_json:
        document = {
            "valid": True,
            "trip_id": str(shown.trip_id),
            "checked_in_at": shown.since.isoformat(),
            "valid_until": shown.valid_until.isoformat(),
            "origin": {"name": shown.place, "lat": shown.lat, "lon": shown.lon},
            "passengers": {"adult": shown.adults, "child": shown.children},
            "class": "first" if shown.first_class else "second",
            "bicycle": shown.bicycle,
        }
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    people = f"{shown.adults} adult, {shown.children} child"
    extras = ["1st class"] * shown.first_class + ["takes a bicycle"] * shown.bicycle
    console, minutes = Console(), (now - shown.since).total_seconds() / 60
    console.print("[green]VALID[/green]", f"checked in, for {', '.join([people, *extras])}")
    console.print(Text(f"since {_local(shown.since)}, {minutes:.0f} min ago, from {shown.place}"))
    console.print(f"trip {shown.trip_id}, document good until {_local(shown.valid_until)}")


def accepted_document(accepted: Accepted) -> dict[str, Any]:
    """Return an accepted ticket for JSON; times in UTC."""
    age, shown_at = accepted.list_age, accepted.shown_at
    return {
        "valid": True,
        **ticket_document(accepted.ticket),
        "live": shown_at is not None,
        "shown_at": shown_at and shown_at.isoformat(),
        "pin": accepted.pin,
        "revocations": None
        if age is None
        else {"age_s": int(age.total_seconds()), "is_old": accepted.list_is_old},
    }


def ticket_document(ticket: Ticket) -> dict[str, Any]:
    """Return what a ticket says, for JSON; times in UTC."""
    return {
        "order_id": str(ticket.order_id),
        "version": ticket.version,
        "issuer": ticket.issuer,
        "valid_from": ticket.valid_from.isoformat(),
        "valid_until": ticket.valid_until.isoformat(),
        "passengers": {category.value: count for category, count in ticket.counts},
        "people": [_passenger_document(each) for each in ticket.passengers],
        "legs": [_leg_document(leg) for leg in ticket.legs],
    }


def _passenger_document(passenger: TicketPassenger) -> dict[str, Any]:
    return {
        "id": passenger.id,
        "category": passenger.category.value,
        "subscriptions": list(passenger.subscriptions),
        "class": passenger.travel_class.value,
        "bicycle": passenger.bicycle,
    }


def _leg_document(leg: TicketLeg) -> dict[str, Any]:
    rental = leg.rental
    return {
        "position": leg.position,
        "kind": leg.kind.value,
        "mode": leg.mode.value,
        "route": leg.route_name,
        "agency_id": leg.agency_id,
        "origin": leg.origin_name,
        "destination": leg.destination_name,
        "departure": leg.departure.isoformat(),
        "arrival": leg.arrival.isoformat(),
        "trip_id": leg.trip_id,
        "service_day": leg.service_day.isoformat(),
        "board": leg.board,
        "alight": leg.alight,
        "for": list(leg.passengers),
        "rental": rental
        and {
            "system": rental.system_id,
            "vehicle_type": rental.vehicle_type,
            "vehicle": rental.vehicle,
            "pick_up": rental.pick_up_station,
            "return": rental.return_station,
        },
    }


def _to_show(passenger: TicketPassenger) -> str:
    """Return what an inspector asks a passenger for, or an empty text."""
    parts = [f"show {subscription}" for subscription in passenger.subscriptions]
    parts += ["1st class"] if passenger.travel_class is TravelClass.FIRST else []
    parts += ["takes a bicycle"] if passenger.bicycle else []
    return ", ".join(parts)


def _liveness(accepted: Accepted, now: datetime) -> Text:
    if accepted.shown_at is None:
        return Text(
            f"STATIC: no phone signs it, a copy looks the same. The paper must show the PIN "
            f"{accepted.pin}",
            style="yellow",
        )
    age = (now - accepted.shown_at).total_seconds()
    return Text(f"LIVE: the phone drew the code {age:.0f} s ago")


def _revocation(accepted: Accepted) -> Text:
    if accepted.list_age is None:
        return Text("Not looked up whether it was cancelled since (--revoked FILE)", "yellow")
    age_min = accepted.list_age.total_seconds() / 60
    if accepted.list_is_old:
        return Text(f"Not cancelled by a list that is {age_min / 60:.0f} h old: fetch it", "yellow")
    return Text(f"Not cancelled, by a list of {age_min:.0f} min ago")


def _table(ticket: Ticket) -> Table:
    table = Table("departure", "from", "route", "operator", "to", "arrival", "for")
    everybody = len(ticket.passengers)
    for leg in ticket.legs:
        # As Text, so that nothing a feed calls a stop is read as markup.
        names = (leg.origin_name, leg.route_name, leg.agency_id, leg.destination_name)
        arrival = f"{leg.arrival.astimezone():%H:%M}"
        who = ", ".join(str(each + 1) for each in leg.passengers)
        whom = "all" if len(leg.passengers) == everybody else who
        table.add_row(_local(leg.departure), *map(Text, names), arrival, whom)
    return table


def _local(time: datetime) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M %Z}"
