"""How commands leave the shell: help, exit codes, one plain line of error."""

import subprocess
import sys
from pathlib import Path

import pytest

from kommit import __version__
from tests.cli.conftest import Kommit
from tests.support.server import ROOT

COMMANDS = [
    ("demo",),
    ("serve",),
    ("plan",),
    ("openapi",),
    ("image", "build"),
    ("image", "info"),
    ("image", "activate"),
    ("image", "joins"),
    ("feeds", "check"),
    ("feeds", "import"),
    ("streets", "import"),
    ("ticket", "verify"),
    ("wallet", "top-up"),
    ("fleets", "import"),
    ("fleets", "show"),
    ("fleets", "state"),
    ("db", "upgrade"),
    ("keys", "add"),
]


def shell(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "kommit", *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(kommit: Kommit, command: tuple[str, ...]) -> None:
    result = kommit(*command, "--help")
    assert result.exit_code == 0
    assert "Usage: " in result.output
    assert len(result.output) > 300


def test_version(kommit: Kommit) -> None:
    assert kommit("--version").output == f"kommit {__version__}\n"


def test_help_does_not_load_what_only_work_needs() -> None:
    loaded = (
        "import sys, kommit.cli.main as m; print({'numba', 'pandas', 'fastapi'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "set()\n"


def test_exit_codes_and_one_line_of_error(tmp_path: Path) -> None:
    refused = shell("--image", str(tmp_path), "plan", "1,1", "2,2")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("kommit: There is no network image at")
    assert refused.stderr.count("\n") == 1
    misused = shell("plan", "1,1")
    assert misused.returncode == 2
    assert "Missing argument 'TO'" in misused.stderr
    assert "Traceback" not in refused.stderr + misused.stderr


def test_debug_shows_where_an_error_comes_from(tmp_path: Path) -> None:
    result = shell("--debug", "--image", str(tmp_path), "plan", "1,1", "2,2")
    assert result.returncode == 1
    assert "Traceback" in result.stderr
    assert "ImageMissing" in result.stderr


def test_a_wrong_setting_is_named_and_not_repeated(
    kommit: Kommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOMMIT_PORT", "a secret")
    result = kommit("db", "upgrade")
    assert result.exit_code == 1
    assert "KOMMIT_PORT" in result.output
    assert "a secret" not in result.output


def test_production_says_all_that_is_missing(kommit: Kommit) -> None:
    result = kommit("serve")
    assert result.exit_code == 1
    assert "KOMMIT_SECRET is missing" in result.output
    assert "KOMMIT_TICKET_KEYS" in result.output
