"""D01: ``kommit ticket verify``: every way to hand a ticket over, exit codes, and no network."""

import base64
import json
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from booking.tickets.aztec import to_png
from booking.tickets.check_in import sign_check_in
from booking.tickets.key_folder import load, rotate
from booking.tickets.revocations import Revocations
from kommit.cli.keys import app as keys_app
from kommit.cli.ticket import app
from tests.booking.tickets.check_ins import TRIP, checked_in
from tests.booking.tickets.keys import RING, TICKETS, signed
from tests.booking.tickets.phones import outing, shown
from tests.booking.trips import EIGHT, ORDER_ID, sold

TOKEN = base64.urlsafe_b64encode(signed()).rstrip(b"=").decode()
ON_TIME = "2026-05-04T08:10:00+02:00"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(RING.public.to_document()))
    return path


def verify(keys: Path, ticket: str, *options: str, stdin: bytes | None = None) -> Result:
    at = () if "--at" in options else ("--at", ON_TIME)
    arguments = ["verify", ticket, "--keys", str(keys), *at, *options]
    return CliRunner().invoke(app, arguments, input=stdin)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(signed(), id="bytes"),
        pytest.param(TOKEN.encode(), id="text"),
        pytest.param(f"{TOKEN}\n".encode(), id="text and a line's end"),
        pytest.param(base64.urlsafe_b64encode(signed()), id="text with padding"),
        pytest.param(to_png(signed()), id="image"),
    ],
)
def test_a_ticket_in_a_file_or_on_standard_input(
    keys: Path, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "ticket"
    file.write_bytes(content)
    for result in (verify(keys, str(file)), verify(keys, "-", stdin=content)):
        assert result.exit_code == 0, result.output
        assert "VALID" in result.stdout
        assert "1 adult, 1 child" in result.stdout


def test_a_ticket_as_an_argument(keys: Path) -> None:
    assert verify(keys, TOKEN).exit_code == 0


def test_json_says_everything(keys: Path) -> None:
    result = verify(keys, TOKEN, "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 0
    assert said["valid"] is True
    assert said["issuer"] == "kommit Senden"
    assert said["passengers"] == {"adult": 1, "child": 1}
    assert said["valid_until"] == "2026-05-04T08:56:00+00:00"
    assert said["legs"][1] == {
        "mode": "BUS",
        "route": "C12",
        "agency_id": "rvm:rvm",
        "origin": "Senden, Busbahnhof",
        "destination": "Bösensell, Bahnhof",
        "departure": "2026-05-04T06:20:00+00:00",
        "arrival": "2026-05-04T06:37:00+00:00",
        "trip_id": "rvm:c12-weekday-0620",
        "service_day": "2026-05-04",
        "board": 2,
        "alight": 9,
        "position": 2,
        "kind": "ride",
        "for": [0, 1],
        "rental": None,
    }


@pytest.mark.parametrize(
    ("ticket", "at", "reason"),
    [
        (TOKEN[:-1] + ("A" if TOKEN[-1] != "A" else "Q"), ON_TIME, "BadSignature"),
        (TOKEN[:-4], ON_TIME, "TicketMalformed"),
        ("no such file", ON_TIME, "TicketMalformed"),
        ("ü" * 300, ON_TIME, "TicketMalformed"),
        (TOKEN, "2026-05-04T07:29:59+02:00", "TicketNotYetValid"),
        (TOKEN, "2026-05-04T10:56:01+02:00", "TicketExpired"),
        (TOKEN, "2029-01-01T00:00:00Z", "KeyNotValid"),
    ],
)
def test_what_is_not_valid_and_why(keys: Path, ticket: str, at: str, reason: str) -> None:
    result = verify(keys, ticket, "--at", at, "--json")
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (said["valid"], said["reason"]) == (False, reason)
    plain = verify(keys, ticket, "--at", at)
    assert plain.exit_code == 1
    assert plain.stderr == f"NOT VALID: {said['detail']}\n"
    assert "VALID" not in plain.stdout


def test_an_image_without_a_code_is_not_valid(keys: Path, tmp_path: Path) -> None:
    (tmp_path / "t.png").write_bytes(to_png(signed())[:900])
    result = verify(keys, str(tmp_path / "t.png"))
    assert result.exit_code == 1
    assert "damaged or cut short" in result.stderr


def test_a_wrong_question(keys: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    for result in (
        verify(keys, TOKEN, "--at", "noon"),
        verify(tmp_path / "none.json", TOKEN),
        verify(tmp_path / "bad.json", TOKEN),
        verify(keys, str(tmp_path)),
        CliRunner().invoke(app, ["verify", TOKEN]),
    ):
        assert result.exit_code == 2
        assert "Traceback" not in result.output


def offline(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh process in which sockets and databases raise."""
    guard = """
        import sys

        def forbid(event, details):
            if event.startswith(("socket.", "sqlite3.")):
                raise RuntimeError(f"{event} {details}")

        sys.addaudithook(forbid)
        for name in ("sqlalchemy", "psycopg", "fastapi", "stripe"):
            sys.modules[name] = None
    """
    program = textwrap.dedent(guard) + textwrap.dedent(code)
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", ["ticket.bin", "ticket.png"])
def test_no_network_and_no_database_is_needed(keys: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(signed() if name.endswith("bin") else to_png(signed()))
    code = "from kommit.cli.ticket import app; app()"
    done = offline(code, "verify", str(file), "--keys", str(keys), "--at", ON_TIME, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["valid"] is True


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import sqlite3; sqlite3.connect(':memory:')",
        "import sqlalchemy",
    ],
)
def test_the_guard_of_that_test_would_notice(attempt: str) -> None:
    assert offline(attempt).returncode != 0


# --- photographs, phones, lists


def test_a_photograph_as_jpeg(keys: Path, tmp_path: Path) -> None:
    with Image.open(BytesIO(to_png(signed(), 5))) as code:
        photo = Image.new("RGB", (900, 700), (90, 110, 80))
        photo.paste(
            code.convert("RGB").rotate(14, expand=True, fillcolor=(220, 220, 220)), (150, 90)
        )
    photo.save(tmp_path / "photo.jpg", quality=60)
    result = verify(keys, str(tmp_path / "photo.jpg"))
    assert result.exit_code == 0, result.output
    (tmp_path / "broken.jpg").write_bytes((tmp_path / "photo.jpg").read_bytes()[:300])
    broken = verify(keys, str(tmp_path / "broken.jpg"))
    assert broken.exit_code == 1
    assert "JPEG image cannot be read" in broken.stderr


def test_a_static_ticket_says_what_to_compare(keys: Path) -> None:
    plain = verify(keys, TOKEN).stdout
    said = json.loads(verify(keys, TOKEN, "--json").stdout)
    assert "STATIC" in plain
    assert said["pin"] in plain
    assert "Not looked up" in plain
    assert (said["live"], said["revocations"]) == (False, None)


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_phones_ticket_is_live_for_half_a_minute(keys: Path) -> None:
    shown_now = text_of(shown(EIGHT))
    live = verify(keys, shown_now, "--at", "2026-05-04T08:00:07+02:00")
    assert "LIVE: the phone drew the code 7 s ago" in live.stdout
    late = verify(keys, shown_now, "--at", "2026-05-04T08:00:31+02:00")
    assert (late.exit_code, "a screenshot?" in late.stderr) == (1, True)


def test_what_else_a_passenger_shows_is_printed(keys: Path) -> None:
    result = verify(keys, text_of(TICKETS.issue(ORDER_ID, outing())))
    assert "passenger 1, adult: show deutschlandticket" in result.stdout
    assert "passenger 2, adult: 1st class, takes a bicycle" in result.stdout


@pytest.fixture
def revoked(tmp_path: Path) -> Path:
    listed = Revocations.of(
        [(ORDER_ID, 1)], EIGHT - timedelta(minutes=5), EIGHT + timedelta(days=1)
    )
    path = tmp_path / "revoked.krl"
    path.write_bytes(listed.sign(RING.signing_key(EIGHT, EIGHT)))
    return path


def test_a_revoked_ticket_is_not_valid(keys: Path, revoked: Path) -> None:
    result = verify(keys, TOKEN, "--revoked", str(revoked))
    assert result.exit_code == 1
    assert "cancelled, or replaced by a newer one" in result.stderr
    newer = text_of(TICKETS.issue(ORDER_ID, sold(), version=2))
    fine = verify(keys, newer, "--revoked", str(revoked))
    assert "Not cancelled, by a list of 15 min ago" in fine.stdout
    old = verify(keys, newer, "--revoked", str(revoked), "--at", "2026-05-04T10:00:00+02:00")
    assert old.exit_code == 0


def test_a_list_is_verified_and_a_foreign_one_refused(keys: Path, revoked: Path) -> None:
    arguments = ["revocations", "verify", str(revoked), "--keys", str(keys), "--at"]
    good = CliRunner().invoke(app, [*arguments, ON_TIME])
    assert good.stdout == (
        "1 revoked tickets in 96 bytes, 8 for each\n"
        "issued at 2026-05-04T05:55:00Z, good until 2026-05-05T06:00:00Z\n"
    )
    assert "It is old" in CliRunner().invoke(app, [*arguments, "2026-05-06T08:00:00Z"]).stdout
    revoked.write_bytes(revoked.read_bytes()[:-1] + b"\0")
    bad = CliRunner().invoke(app, [*arguments, ON_TIME])
    assert (bad.exit_code, "not genuine" in bad.stderr) == (1, True)
    assert verify(keys, TOKEN, "--revoked", str(revoked)).exit_code == 2


def test_fetching_keeps_the_good_list_where_a_server_sends_something_else(
    keys: Path, revoked: Path, tmp_path: Path
) -> None:
    body = [revoked.read_bytes()]

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.headers["Accept"] == "application/octet-stream"
            self.send_response(200 if self.path == "/v1/ticket-revocations" else 404)
            self.end_headers()
            self.wfile.write(body[0])

        def log_message(self, *_: object) -> None:
            pass

    out = tmp_path / "out.krl"
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        arguments = ["revocations", "fetch", address, "--out", str(out), "--keys", str(keys)]
        assert CliRunner().invoke(app, arguments).exit_code == 0
        assert out.read_bytes() == body[0]
        good, body[0] = body[0], b"<html>"
        assert CliRunner().invoke(app, arguments).exit_code == 1
        assert out.read_bytes() == good
        server.shutdown()
    assert CliRunner().invoke(app, arguments).exit_code == 1, "nobody listens any more"


# --- keys


def test_keys_are_rotated_ahead_of_time(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert CliRunner().invoke(keys_app, ["add", str(folder)]).exit_code == 0
    first = CliRunner().invoke(keys_app, ["rotate", str(folder)])
    assert [line.split()[-1] for line in first.stdout.splitlines()] == ["trusted", "waits"]
    again = CliRunner().invoke(keys_app, ["rotate", str(folder)])
    assert "waits for its time" in again.stdout
    ring = load(folder)
    old, new = ring.public
    now = datetime.now(UTC)
    assert timedelta(days=20) < new.not_before - now < timedelta(days=22)
    ends = now + timedelta(days=40)
    assert ring.signing_key(now, ends).public == old
    assert ring.signing_key(now + timedelta(days=30), ends).public == new
    after = rotate(folder, now + timedelta(days=30))
    assert after is not None, "once it signs, the next one may be made"
    assert len(load(folder).public) == 3


def test_who_is_checked_in_shows_a_document(keys: Path) -> None:
    now = datetime.fromisoformat(ON_TIME)
    document = sign_check_in(checked_in(now), TICKETS._keys)
    for content in (document, to_png(document), base64.urlsafe_b64encode(document)):
        result = verify(keys, "-", stdin=content)
        assert result.exit_code == 0, result.output
        assert "VALID checked in, for 2 adult, 1 child, takes a bicycle" in result.output
        assert "3 min ago, from Senden, Mahnmal" in result.output
    said = json.loads(verify(keys, "-", "--json", stdin=document).output)
    assert (said["trip_id"], said["passengers"]) == (str(TRIP), {"adult": 2, "child": 1})
    late = verify(keys, "-", "--at", "2026-05-04T08:15:01+02:00", stdin=document)
    assert (late.exit_code, "NOT VALID" in late.output) == (1, True)
    forged = document[:46] + b"\x09" + document[47:]
    assert "signature" in verify(keys, "-", stdin=forged).output
