"""A realtime message on the command line, before a server believes it."""

import json
from pathlib import Path

import pytest

from feeds.image.build import FeedInput, build_image
from tests.cli.conftest import Kommit
from tests.support.gtfs import gtfs_zip
from tests.support.realtime import Station, alert, at, message, put, trip, vehicle
from tests.support.server import FEED

NEWS = message(
    trip("out8", at("brink1", 60), at("nowhere", 60)),
    trip("out9", relationship=3),
    trip("nobody"),
    vehicle("1", 51.8, 7.4, trip_id="out8"),
    alert("a", {"stop_id": "camp"}),
    timestamp=1_714_975_200,
)


def test_what_a_message_means(kommit: Kommit, image: Path, tmp_path: Path) -> None:
    put(tmp_path / "rt.pb", NEWS)
    told = kommit("--image", image, "realtime", "check", tmp_path / "rt.pb", "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert (found["source"], found["scope"]) == ("rt.pb", "tiny")
    assert found["made_at"] == "2024-05-06T06:00:00+00:00"
    assert (found["trip_updates"], found["trips_changed"], found["trips_cancelled"]) == (3, 1, 1)
    assert (found["vehicles_on_known_trips"], found["alerts_that_inform_somebody"]) == (1, 1)
    assert {one["code"]: one["count"] for one in found["codes"]} == {
        "unknown-stop": 1,
        "unknown-trip": 1,
    }
    table = kommit("--image", image, "realtime", "check", tmp_path / "rt.pb")
    assert "'nobody'" in table.stdout
    assert "unknown-trip" in table.stdout


def test_an_address_that_wants_a_key(
    kommit: Kommit, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOMMIT_REALTIME_HEADERS", "other=X-Key: no\ntiny=X-Key: yes")
    station = Station()
    station.data = NEWS
    with station.on_air() as url:
        assert kommit("--image", image, "realtime", "check", url).exit_code == 0
    assert station.asked[0]["X-Key"] == "yes"


def test_a_message_about_something_else(kommit: Kommit, image: Path, tmp_path: Path) -> None:
    put(tmp_path / "rt.pb", message(trip("nobody")))
    result = kommit("--image", image, "realtime", "check", tmp_path / "rt.pb")
    assert result.exit_code == 1
    assert "None of its trips is known" in result.stdout


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"", "has no header"), (b"\xff", "no GTFS Realtime message"), (None, "No such file")],
)
def test_what_is_no_message_is_one_line(
    kommit: Kommit, image: Path, tmp_path: Path, data: bytes | None, told: str
) -> None:
    if data is not None:
        put(tmp_path / "rt.pb", data)
    result = kommit("--image", image, "realtime", "check", tmp_path / "rt.pb")
    assert result.exit_code == 1
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


def test_of_several_feeds_one_must_be_named(kommit: Kommit, tmp_path: Path) -> None:
    feed, out = gtfs_zip(tmp_path, FEED), tmp_path / "image"
    build_image([FeedInput("one", feed), FeedInput("two", feed)], None, out)
    put(tmp_path / "rt.pb", NEWS)
    check = ["--image", out, "realtime", "check", tmp_path / "rt.pb"]
    unclear, wrong = kommit(*check), kommit(*check, "--scope", "three")
    assert "say by --scope" in unclear.stderr
    assert "one, two" in wrong.stderr
    assert kommit(*check, "--scope", "two").exit_code == 0
