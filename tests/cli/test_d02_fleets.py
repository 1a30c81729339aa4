"""Operators' fleets on the command line."""

from pathlib import Path

from kommit.regions.region import REGIONS
from tests.cli.conftest import Kommit

FILES = [str(path) for path in sorted((REGIONS / "senden" / "fleets").glob("*.toml"))]


def test_fleets_are_read_shown_and_taken_out_of_service(kommit: Kommit) -> None:
    assert kommit("db", "upgrade").exit_code == 0
    for _ in range(2):
        told = kommit("fleets", "import", *FILES).output.splitlines()
        assert told[0] == "senden-lastenrad: 3 vehicles, Lastenräder Senden (Demo)"
        assert len(told) == 3
    assert kommit("fleets", "state", "senden-lastenrad", "lr-1", "maintenance").exit_code == 0
    shown = kommit("fleets", "show", "senden-lastenrad").output.splitlines()
    assert shown[0].startswith("lr-1: maintenance, at musikerviertel, battery 90 %")
    assert shown[1].startswith("lr-2: available, at hagenkamp")
    assert kommit("fleets", "show", "senden-roller").output.startswith(
        "roller-1: available, at 51."
    )


def test_what_cannot_be_is_one_plain_line(kommit: Kommit, tmp_path: Path) -> None:
    kommit("db", "upgrade")
    (tmp_path / "bad.toml").write_text("[system]")
    told = kommit("fleets", "import", FILES[0], str(tmp_path / "bad.toml"))
    assert (told.exit_code, told.output) == (1, "kommit: bad.toml [system]: id: is missing\n")
    assert kommit("fleets", "import", str(tmp_path / "none.toml")).exit_code == 1
    nobody = kommit("fleets", "show", "senden-lastenrad")
    assert "no own fleet 'senden-lastenrad'" in nobody.output, "a bad file keeps the good one out"
    assert kommit("fleets", "state", "a", "b", "in_use").exit_code == 2
    assert kommit("fleets", "state", "a", "b", "disabled").exit_code == 1
