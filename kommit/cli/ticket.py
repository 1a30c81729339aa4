"""``kommit ticket``: what an inspector does, without a network and without a database."""

import base64
import binascii
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from booking.tickets.check_in import is_check_in, verify_check_in
from booking.tickets.envelope import MAGIC
from booking.tickets.errors import (
    KeysUnusable,
    RevocationsUnusable,
    TicketError,
    TicketMalformed,
)
from booking.tickets.keys import PublicKeys
from booking.tickets.revocations import ENTRY_BYTES, Revocations
from booking.tickets.verify import inspect
from kommit.cli.ticket_words import print_accepted, print_check_in, print_refusal

NOT_VALID: Final = 1
PNG: Final = b"\x89PNG"
JPEG: Final = b"\xff\xd8\xff"
MAX_INPUT_BYTES: Final = 32_000_000
LONGEST_FILE_NAME: Final = 255
FETCH_WITHIN_S: Final = 30

app = typer.Typer(help="Verify tickets offline.", no_args_is_help=True)
revocations = typer.Typer(
    help="Lists of tickets that were cancelled or replaced.", no_args_is_help=True
)
app.add_typer(revocations, name="revocations")

KeysFile = Annotated[
    Path,
    typer.Option(
        "--keys", help="Public keys of the issuer: the answer of /v1/ticket-keys, in a file."
    ),
]
At = Annotated[
    str | None,
    typer.Option(help="Moment of inspection, like 2026-05-04T08:15:00+02:00 (default: now)."),
]


@app.callback()
def main() -> None:
    """Verify tickets offline."""


@revocations.callback()
def lists() -> None:
    """Lists of tickets that were cancelled or replaced."""


@app.command("verify")
def verify_command(
    ticket: Annotated[
        str,
        typer.Argument(
            help="A file (binary, base64url text, or PNG or JPEG image of the code), - for "
            "standard input, or the ticket itself as base64url text."
        ),
    ],
    keys: KeysFile,
    at: At = None,
    revoked: Annotated[
        Path | None,
        typer.Option(help="List of revoked tickets: the answer of /v1/ticket-revocations."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether a ticket is genuine, valid, shown by its phone just now, and not cancelled.

    It may also be the document of somebody who is checked in.

    Exit code 0: valid. 1: not valid, and why. 2: the question was wrong (file, keys, time, list).
    """
    now, trusted = _moment(at), _keys(keys)
    listed, data = _revocations(revoked, trusted), _input(ticket)
    try:
        shown = ticket_bytes(data)
        if is_check_in(shown):
            print_check_in(verify_check_in(shown, trusted, now), now, as_json=as_json)
            return
        accepted = inspect(shown, trusted, now, revocations=listed)
    except TicketError as error:
        print_refusal(error, as_json=as_json)
        raise typer.Exit(NOT_VALID) from None
    print_accepted(accepted, now, as_json=as_json)


@revocations.command("fetch")
def fetch(
    server: Annotated[str, typer.Argument(help="Address of the server, like https://…")],
    out: Annotated[Path, typer.Option(help="File to write.")],
    keys: KeysFile,
) -> None:
    """Fetch the list; a damaged or foreign one never takes the place of what is there."""
    from urllib.request import Request, urlopen  # noqa: PLC0415 - the rest needs no network

    if not server.startswith(("https://", "http://")):
        raise typer.BadParameter("an address begins with https:// or http://")
    address = server.rstrip("/") + "/v1/ticket-revocations"
    request = Request(address, headers={"Accept": "application/octet-stream"})  # noqa: S310
    try:
        with urlopen(request, timeout=FETCH_WITHIN_S) as answer:  # noqa: S310 - checked above
            data = answer.read(MAX_INPUT_BYTES)
    except OSError as error:
        typer.secho(f"{address}: {error}", fg=typer.colors.RED, err=True)
        raise typer.Exit(NOT_VALID) from None
    _print_list(_checked(data, _keys(keys)), len(data))
    draft = out.with_name(out.name + ".draft")
    draft.write_bytes(data)
    draft.replace(out)


@revocations.command("verify")
def verify_list(
    file: Annotated[Path, typer.Argument(help="The list.", exists=True, dir_okay=False)],
    keys: KeysFile,
    at: At = None,
) -> None:
    """Say whether a list is the issuer's, and how old it is. Exit code 1: it is not."""
    data, now = file.read_bytes(), _moment(at)
    listed = _checked(data, _keys(keys))
    _print_list(listed, len(data))
    if listed.is_old(now):
        typer.secho("It is old: fetch it again.", fg=typer.colors.YELLOW)


def ticket_bytes(data: bytes) -> bytes:
    """Return the ticket in what was handed over: an image, the bytes themselves, or text.

    Raises
    ------
    TicketMalformed
        If it is none of these.
    """
    if data.startswith((PNG, JPEG)):
        # Reading images loads numpy and zxing-cpp, which the other ways do without.
        from booking.tickets.aztec import from_jpeg, from_png  # noqa: PLC0415

        seen = from_png(data) if data.startswith(PNG) else from_jpeg(data)
        # A wallet pass carries text, since its format has no other way for all bytes.
        return seen if _is_ticket(seen) else _text_bytes(seen)
    return data if _is_ticket(data) else _text_bytes(data)


def _is_ticket(data: bytes) -> bool:
    """Say whether these are own bytes: K or C, and a version, which is never a letter."""
    return (len(data) > 1 and data[0] == MAGIC and data[1] < 0x20) or is_check_in(data)


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


def _revocations(path: Path | None, keys: PublicKeys) -> Revocations | None:
    if path is None:
        return None
    try:
        return Revocations.read(path.read_bytes(), keys)
    except (OSError, RevocationsUnusable) as error:
        raise typer.BadParameter(f"{path}: {error}", param_hint="--revoked") from None


def _checked(data: bytes, keys: PublicKeys) -> Revocations:
    try:
        return Revocations.read(data, keys)
    except RevocationsUnusable as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        raise typer.Exit(NOT_VALID) from None


def _print_list(listed: Revocations, size: int) -> None:
    count = len(listed.entries)
    typer.echo(f"{count} revoked tickets in {size} bytes, {ENTRY_BYTES} for each")
    typer.echo(f"issued at {listed.issued_at:%Y-%m-%dT%H:%M:%SZ}, ", nl=False)
    typer.echo(f"good until {listed.good_until:%Y-%m-%dT%H:%M:%SZ}")


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
