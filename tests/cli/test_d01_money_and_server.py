"""The cash desk, the database, and the demo with its real server."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from kommit.cli.errors import CliError
from kommit.cli.serving import listen, url_of
from tests.cli.conftest import Kommit
from tests.support.server import ROOT, ServerProcess
from tests.support.server import world as open_world


def test_the_cash_desk(kommit: Kommit, image: Path, tmp_path: Path) -> None:
    assert kommit("db", "upgrade").exit_code == 0
    url = f"sqlite:///{tmp_path / 'var' / 'kommit.db'}"
    with open_world(image, url, tmp_path / "var") as world:
        world.services.accounts.register("ada@kommit.example", "correct horse", "Ada")
    assert "12.50 EUR" in kommit("wallet", "top-up", "Ada@kommit.example ", "12.50").output
    assert "20.00 EUR" in kommit("wallet", "top-up", "ada@kommit.example", "7,50").output
    for _ in range(2):  # a receipt is booked once
        told = kommit("wallet", "top-up", "ada@kommit.example", "10", "--receipt", "17").output
        assert "30.00 EUR" in told
    nobody = kommit("wallet", "top-up", "bob@kommit.example", "10")
    assert (nobody.exit_code, nobody.stdout) == (1, "")


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "1e3", "five", "0.00", "1.234"])
def test_amounts_that_cannot_be(kommit: Kommit, amount: str) -> None:
    assert kommit("wallet", "top-up", "ada@kommit.example", "--", amount).exit_code == 2


def test_a_database_that_is_behind_is_not_touched(kommit: Kommit) -> None:
    result = kommit("wallet", "top-up", "ada@kommit.example", "10")
    assert result.exit_code == 1
    assert "kommit db upgrade" in result.output


def test_no_database_is_one_line(kommit: Kommit, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("mysql://x", "postgresql://nobody@127.0.0.1:1/x", "sqlite:////nowhere/x.db"):
        monkeypatch.setenv("KOMMIT_DATABASE_URL", url)
        result = kommit("db", "upgrade")
        assert result.exit_code == 1
        assert "unexpected" not in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_port_that_is_taken() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert url_of(taken) == f"http://127.0.0.1:{port}/"
        with pytest.raises(CliError, match="choose another by --port"):
            listen("127.0.0.1", port)


def test_the_demo_serves_and_stops(tmp_path: Path) -> None:
    """The whole command, from nothing to a page, with the region that ships."""
    environment = os.environ | {"KOMMIT_DATA_DIR": str(tmp_path), "KOMMIT_ARGON2": "cheap"}
    with subprocess.Popen(
        [sys.executable, "-m", "kommit", "demo", "--port", "0"],
        env=environment,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        told = told_until(demo, "End with Ctrl-C")
        url = re.search(r"http://127\.0\.0\.1:\d+/", told)
        assert url is not None, told
        assert get(f"{url[0]}v1/health")["image"]["name"] == "senden"
        body = {"email": "demo@kommit.example", "password": "kommit-demo"}
        token = get(f"{url[0]}v1/sessions", body)["token"]
        assert get(f"{url[0]}v1/wallet", token=token)["balance"]["amount"] == 5000
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=60)


def test_a_timetable_of_days_gone_by_is_served_too(image: Path, tmp_path: Path) -> None:
    """The small network of the tests runs in 2024 only."""
    server = ServerProcess(
        "demo", KOMMIT_DATA_DIR=str(tmp_path), KOMMIT_IMAGE=str(image), KOMMIT_TARIFF="eezy-vrs"
    )
    server.wait()
    try:
        title = get(f"{server.url}/v1/region")["title"]["en"]
    finally:
        told = server.stop()
    assert title == "tiny"
    assert "kommit serves tiny" in told


def told_until(process: "subprocess.Popen[str]", last: str) -> str:
    assert process.stderr is not None
    told = ""
    for line in process.stderr:
        told += line
        if last in line:
            break
    return told


def get(url: str, body: object = None, token: str = "") -> "dict[str, dict[str, str]]":
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as answer:
        found: dict[str, dict[str, str]] = json.load(answer)
        return found


def test_the_openapi_document_is_printed_and_written(kommit: Kommit, tmp_path: Path) -> None:
    printed = kommit("openapi")
    assert json.loads(printed.stdout)["info"]["title"] == "kommit"
    kommit("openapi", "--out", tmp_path / "openapi.json")
    assert (tmp_path / "openapi.json").read_text("utf-8") == printed.stdout


def test_keys_are_made_and_added(kommit: Kommit, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert len(kommit("keys", "add", folder).stdout.splitlines()) == 1
    both = kommit("keys", "add", folder, "--from", "2031-05-04").stdout.splitlines()
    assert len(both) == 2
    assert "2031-05-04 to 2033-05-03" in both[1]
    (folder / "keys.json").write_text("{}")
    refused = kommit("keys", "add", folder)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
