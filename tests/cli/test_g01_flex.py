"""GTFS-Flex on the command line."""

import json
from pathlib import Path

from tests.cli.conftest import Kommit
from tests.support.flex import VILLAGES
from tests.support.gtfs import gtfs_zip


def feed(folder: Path, **changed: str) -> Path:
    return gtfs_zip(folder, "\n".join(line.strip() for line in VILLAGES.splitlines()), **changed)


def test_what_a_feed_holds(kommit: Kommit, tmp_path: Path) -> None:
    told = kommit("flex", "check", feed(tmp_path), "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    (service,) = found["services"]
    assert (service["id"], service["stops"], service["rides"]) == ("R", 2, 1)
    assert service["hours"] == ["Mon Tue Wed Thu Fri Sat Sun 8:00-18:00"]
    assert service["booking"] == ["until 60 min before"]
    assert (found["errors"], found["warnings"]) == (0, 0)
    assert "until 60 min before" in kommit("flex", "check", feed(tmp_path)).output


def test_rules_of_the_days_before(kommit: Kommit, tmp_path: Path) -> None:
    rules = "booking_rule_id,booking_type,prior_notice_last_day,prior_notice_last_time\n"
    path = feed(tmp_path, booking_rules=rules + "hour,2,1,17:00:00\n")
    (service,) = json.loads(kommit("flex", "check", path, "--json").stdout)["services"]
    assert service["booking"] == ["until 17:00, 1 day(s) before"]


def test_a_feed_without_a_service(kommit: Kommit, tmp_path: Path) -> None:
    told = kommit("flex", "check", gtfs_zip(tmp_path))
    assert told.exit_code == 1
    assert "no on-demand service" in " ".join(told.output.split())
    assert kommit("flex", "check", tmp_path / "none").exit_code == 1


def test_the_shuttle_of_senden_is_exported_and_read(kommit: Kommit, tmp_path: Path) -> None:
    out = tmp_path / "shuttle.zip"
    told = kommit("flex", "export", "senden", out)
    assert told.exit_code == 0, told.output
    found = json.loads(kommit("flex", "check", out, "--json").stdout)
    (service,) = found["services"]
    assert service["id"] == "kommit-shuttle"
    assert service["hours"][0] == "Mon Tue Wed Thu Fri 6:00-22:00"
    assert (found["errors"], found["warnings"]) == (0, 0)


def test_a_definition_that_is_wrong(kommit: Kommit, tmp_path: Path) -> None:
    told = kommit("flex", "export", tmp_path / "shuttles" / "none.toml", tmp_path / "out.zip")
    assert told.exit_code == 1
    assert "Traceback" not in told.output
    assert not (tmp_path / "out.zip").exists()
