"""The README's tour works as it is written, from plan to ticket, on both databases."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import ROOT, ServerProcess

TOUR = re.compile(r"<!-- tour -->\n```sh\n(.*?)```", re.DOTALL)


@pytest.fixture
def demo(database_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of ``kommit demo`` on a database of its own."""
    server = ServerProcess(
        "demo", KOMMIT_DATA_DIR=str(tmp_path / "data"), KOMMIT_DATABASE_URL=database_url
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
