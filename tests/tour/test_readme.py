"""The README's tour works as it is written, from plan to ticket, on both databases."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import ROOT, ServerProcess

TOUR = re.compile(r"<!-- tour -->\n```sh\n(.*?)```", re.DOTALL)
GROUP = re.compile(r"<!-- tour: group -->\n```sh\n(.*?)```", re.DOTALL)
MORNING, EVENING = "2027-05-03T07:30:00+02:00", "2027-05-03T22:00:00+02:00"


@pytest.fixture
def demo(database_url: str, senden_image: Path, tmp_path: Path) -> Iterator[str]:
    """The address of ``kommit demo`` on a database of its own."""
    server = ServerProcess(
        "demo",
        KOMMIT_DATA_DIR=str(tmp_path / "data"),
        KOMMIT_DATABASE_URL=database_url,
        KOMMIT_IMAGE=str(senden_image),
    )
    server.wait(within_s=240)
    yield server.url
    server.stop()


def test_the_tour_ends_with_a_ticket_that_verifies(demo: str, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    script = TOUR.search((ROOT / "README.md").read_text("utf-8"))
    assert script is not None
    (tmp_path / ".venv").symlink_to(sys.prefix)

    done = subprocess.run(
        ["sh", "-eu", "-c", script[1]],
        cwd=tmp_path,
        env=os.environ | {"API": demo},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "'currency': 'EUR'" in done.stdout
    assert "\nconfirmed\n" in done.stdout
    assert "VALID until" in done.stdout
    assert "for 1 adult, 1 child" in done.stdout


def run_script(script: str, folder: Path, **environment: str) -> str:
    """Run a script as a reader would, beside a link to the installation; return what it writes."""
    (folder / ".venv").symlink_to(sys.prefix)
    done = subprocess.run(
        ["sh", "-eu", "-c", script],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def clearing_of(told: str) -> dict[tuple[str, str], str]:
    """Return the amounts of ``kommit clearing show`` by operator and kind, rows of products apart."""
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in told.splitlines()]
    return {(row[0], row[1]): row[5] for row in rows if len(row) == 7 and row[1] != "riders paid"}


def test_a_group_buys_a_chain_and_every_operator_gets_its_share(
    sqlite_url: str, senden_image: Path, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    script = GROUP.search((ROOT / "README.md").read_text("utf-8"))
    assert script is not None
    where = {
        "KOMMIT_DATABASE_URL": sqlite_url,
        "KOMMIT_DATA_DIR": str(tmp_path / "data"),
        "KOMMIT_IMAGE": str(senden_image),
    }
    server = ServerProcess("demo", KOMMIT_DEMO_AT=MORNING, **where)
    server.wait(within_s=240)
    told = run_script(script[1], tmp_path, API=server.url, **where)
    server.stop()
    lines = told.splitlines()
    assert "0 3 plan 300 sharing:senden-lastenrad" in lines
    assert sum(line.startswith("1 ") and " subscription 0 " in line for line in lines) == 2
    assert {"{'amount': 1199, 'currency': 'EUR'}", "confirmed", "back 150 of 300", "done"} <= {
        *lines
    }
    assert "difference 0" in told
    assert "the audit log is whole" in told
    assert (tmp_path / "group.pdf").read_bytes().startswith(b"%PDF")
    assert ("senden:rvm", "sold, not ridden yet") in clearing_of(told)

    later = ServerProcess("demo", KOMMIT_DEMO_AT=EVENING, **where)
    later.wait(within_s=240)
    show = ".venv/bin/kommit clearing show 2027-05; .venv/bin/kommit ledger check"
    for _ in range(20):
        (tmp_path / ".venv").unlink()
        told = run_script(show, tmp_path, **where)
        if "sold, not ridden yet" not in told:
            break
        time.sleep(3)
    later.stop()
    shares = clearing_of(told)
    rides = sum(cents(shares[agency, "fare"]) for agency in ("senden:rvm", "senden:swms"))
    box = cents(shares["sharing:senden-lastenrad", "fare"])
    assert rides == 840, "8.99 for the rides, less 7 % VAT"
    assert box == 126, "1.50 that is kept, less 19 % VAT"
    assert "difference 0" in told


def cents(amount: str) -> int:
    return round(float(amount) * 100)
