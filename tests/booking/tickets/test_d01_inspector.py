"""D01: ``kommit ticket verify``: every way to hand a ticket over, exit codes, and no network."""

import base64
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from booking.tickets.aztec import to_png
from kommit.cli.ticket import app
from tests.booking.tickets.keys import RING, signed

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
