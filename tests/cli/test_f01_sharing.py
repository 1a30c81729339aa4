"""GBFS files on the command line."""

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Kommit
from tests.support.web import served


def put(folder: Path, name: str, data: dict[str, Any]) -> None:
    envelope = {"last_updated": 1_780_000_000, "ttl": 60, "version": "2.3", "data": data}
    (folder / f"{name}.json").write_text(json.dumps(envelope))


def test_what_a_folder_holds(kommit: Kommit, tmp_path: Path) -> None:
    names = ("system_information", "free_bike_status")
    feeds = [{"name": name, "url": f"https://rad.example/{name}"} for name in names]
    put(tmp_path, "gbfs", {"de": {"feeds": feeds}})
    put(tmp_path, "system_information", {"name": "Rad", "timezone": "Europe/Berlin"})
    bike = {"bike_id": "1", "lat": 49, "lon": 11}
    put(tmp_path, "free_bike_status", {"bikes": [bike, bike | {"bike_id": "2", "lat": 99}]})
    told = kommit("sharing", "check", tmp_path, "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert (found["system"], found["vehicles"], found["warnings"]) == ("Rad", 1, 1)
    assert "1 warnings" in kommit("sharing", "check", tmp_path).output

    (tmp_path / "free_bike_status.json").write_text("<html>")
    broken = kommit("sharing", "check", tmp_path)
    assert broken.exit_code == 1
    assert "free_bike_status.json" in broken.output


def test_a_folder_without_gbfs(kommit: Kommit, tmp_path: Path) -> None:
    told = kommit("sharing", "check", tmp_path)
    assert told.exit_code == 1
    assert "gbfs.json" in told.output


def test_an_address_is_asked_once(kommit: Kommit, tmp_path: Path) -> None:
    with served(tmp_path) as base:
        names = ("system_information", "free_bike_status")
        feeds = [{"name": name, "url": f"{base}/{name}.json"} for name in names]
        put(tmp_path, "gbfs", {"de": {"feeds": feeds}})
        put(tmp_path, "system_information", {"name": "Rad", "timezone": "Europe/Berlin"})
        put(tmp_path, "free_bike_status", {"bikes": [{"bike_id": "1", "lat": 49, "lon": 11}]})
        told = kommit("sharing", "check", f"{base}/gbfs.json", "--json")
        assert told.exit_code == 0, told.output
        assert json.loads(told.stdout)["vehicles"] == 1
        (tmp_path / "free_bike_status.json").unlink()
        half = kommit("sharing", "check", f"{base}/gbfs.json")
        assert half.exit_code == 1
        assert "404" in half.output
        none = kommit("sharing", "check", f"{base}/nothing.json")
        assert none.exit_code == 1
        assert "404" in none.output
