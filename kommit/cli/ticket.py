"""``kommit ticket``: what an inspector does, without a network and without a database."""

import base64
import binascii
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from booking.tickets.envelope import MAGIC
from booking.tickets.errors import KeysUnusable, TicketError, TicketMalformed
from booking.tickets.keys import PublicKeys
from booking.tickets.ticket import Ticket, TicketLeg
from booking.tickets.verify import verify

NOT_VALID: Final = 1
PNG: Final = b"\x89PNG"
MAX_INPUT_BYTES: Final = 32_000_000
LONGEST_FILE_NAME: Final = 255

app = typer.Typer(help="Verify tickets offline.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Verify tickets offline."""


@app.command("verify")
def verify_command(
    ticket: Annotated[
        str,
        typer.Argument(
            help="A file (binary, base64url text, or PNG image of the code), - for standard "
            "input, or the ticket itself as base64url text."
        ),
    ],
    keys: Annotated[
        Path,
        typer.Option(help="Public keys of the issuer: the answer of /v1/ticket-keys, in a file."),
    ],
    at: Annotated[
        str | None,
        typer.Option(help="Moment of inspection, like 2026-05-04T08:15:00+02:00 (default: now)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether a ticket is genuine and valid.

    Exit code 0: valid. 1: not valid, and why. 2: the question was wrong (file, keys, time).
    """
    now, trusted, data = _moment(at), _keys(keys), _input(ticket)
    try:
        genuine = verify(ticket_bytes(data), trusted, now)
    except TicketError as error:
        _print_refusal(error, as_json=as_json)
        raise typer.Exit(NOT_VALID) from None
    _print_ticket(genuine, as_json=as_json)


def ticket_bytes(data: bytes) -> bytes:
    """Return the ticket in what was handed over: an image, the bytes themselves, or text.

    Raises
    ------
    TicketMalformed
        If it is none of these.
    """
    if data.startswith(PNG):
        # Reading images loads numpy and zxing-cpp, which the other ways do without.
        from booking.tickets.aztec import from_png  # noqa: PLC0415

        return from_png(data)
    if len(data) > 1 and data[0] == MAGIC and data[1] < 0x20:  # a version, never a letter
        return data
    return _text_bytes(data)


def ticket_document(ticket: Ticket) -> dict[str, Any]:
    """Return what a ticket says, for JSON; times in UTC."""
    return {
        "order_id": str(ticket.order_id),
        "issuer": ticket.issuer,
        "valid_from": ticket.valid_from.isoformat(),
        "valid_until": ticket.valid_until.isoformat(),
        "passengers": {category.value: count for category, count in ticket.passengers},
        "legs": [_leg_document(leg) for leg in ticket.legs],
    }


def _leg_document(leg: TicketLeg) -> dict[str, Any]:
    return {
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
    }


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a time like 2026-05-04T08:15:00+02:00", param_hint="--at"
        ) from None
    return moment if moment.tzinfo else moment.astimezone()


def _keys(path: Path) -> PublicKeys:
    try:
        return PublicKeys.read(path)
    except KeysUnusable as error:
        raise typer.BadParameter(str(error), param_hint="--keys") from None


def _input(ticket: str) -> bytes:
    if ticket == "-":
        return sys.stdin.buffer.read(MAX_INPUT_BYTES)
    path = Path(ticket)
    try:
        if len(ticket) > LONGEST_FILE_NAME or not path.exists():
            return ticket.encode()
        with path.open("rb") as file:
            return file.read(MAX_INPUT_BYTES)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{ticket}: {error}", param_hint="TICKET") from None


def _text_bytes(data: bytes) -> bytes:
    try:
        text = data.decode("ascii").strip().rstrip("=")
        taken = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        raise TicketMalformed("this is no ticket: no code's image, bytes or text") from None
    if base64.urlsafe_b64encode(taken).rstrip(b"=").decode() != text:
        raise TicketMalformed("this is no ticket: no file of that name, and not base64url text")
    return taken


def _print_refusal(error: TicketError, *, as_json: bool) -> None:
    if as_json:
        reason = {"valid": False, "reason": type(error).__name__, "detail": str(error)}
        typer.echo(json.dumps(reason, ensure_ascii=False, indent=2))
    else:
        typer.secho(f"NOT VALID: {error}", fg=typer.colors.RED, err=True)


def _print_ticket(ticket: Ticket, *, as_json: bool) -> None:
    if as_json:
        typer.echo(
            json.dumps({"valid": True, **ticket_document(ticket)}, ensure_ascii=False, indent=2)
        )
        return
    people = ", ".join(f"{count} {category}" for category, count in ticket.passengers)
    console = Console()
    console.print("[green]VALID[/green]", f"until {_local(ticket.valid_until)}, for {people}")
    console.print(f"Issued by {ticket.issuer}, order {ticket.order_id}", markup=False)
    console.print(_table(ticket))


def _table(ticket: Ticket) -> Table:
    table = Table("departure", "from", "route", "operator", "to", "arrival")
    for leg in ticket.legs:
        # As Text, so that nothing a feed calls a stop is read as markup.
        names = (leg.origin_name, leg.route_name, leg.agency_id, leg.destination_name)
        arrival = f"{leg.arrival.astimezone():%H:%M}"
        table.add_row(_local(leg.departure), *map(Text, names), arrival)
    return table


def _local(time: datetime) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M %Z}"
