"""A region is read from its folder, and what is wrong with it is said."""

import json
import shutil
from pathlib import Path
from typing import Any

import gtfs_kit
import pytest

from kommit.regions.errors import RegionNotFoundError, SourceError
from kommit.regions.region import Region, load_region
from kommit.regions.sources import read_lines


def test_senden_ships_with_kommit(senden: Region, folder: Path) -> None:
    assert load_region(folder) == senden
    assert senden.title["de"].startswith("Senden")
    assert senden.time_zone.key == "Europe/Berlin"
    assert [feed.scope for feed in senden.feeds] == ["senden"]
    assert senden.streets
    assert senden.illustrative_streets
    assert senden.illustrative_timetable
    assert senden.tariffs[0] == "eezy-westfalen"


def test_every_stop_and_example_lies_within_the_region(senden: Region, feed: gtfs_kit.Feed) -> None:
    west, south, east, north = senden.bbox
    assert feed.stops.stop_lat.between(south, north).all()
    assert feed.stops.stop_lon.between(west, east).all()
    for point in (point for example in senden.examples for point in example):
        assert south < point.lat < north
        assert west < point.lon < east


def test_quotas_and_operators_are_those_of_the_feed(senden: Region, feed: gtfs_kit.Feed) -> None:
    routes, agencies = set(feed.routes.route_id), set(feed.agency.agency_id)
    assert {route.removeprefix("senden:") for route in senden.quotas} <= routes
    assert {o.agency_id.removeprefix("senden:") for o in senden.operators} == agencies
    assert senden.quotas["senden:BB"] == 8
    taxis = {senden.quotas[f"senden:{route}"] for route in routes if route.startswith("T")}
    assert taxis <= {6, 7, 8}


def test_an_unknown_region_is_named_with_those_that_ship(tmp_path: Path) -> None:
    with pytest.raises(RegionNotFoundError, match=r"atlantis.*kommit ships with: senden"):
        load_region("atlantis")
    with pytest.raises(RegionNotFoundError, match=r"no region .*there is no .*region\.json"):
        load_region(tmp_path)


@pytest.fixture
def content(folder: Path, tmp_path: Path) -> dict[str, Any]:
    for name in ("senden-gtfs.zip", "senden-streets.osm.pbf"):
        shutil.copy(folder / name, tmp_path)
    return json.loads((folder / "region.json").read_text("utf-8"))


def load(content: dict[str, Any], tmp_path: Path) -> Region:
    (tmp_path / "region.json").write_text(json.dumps(content), "utf-8")
    return load_region(tmp_path)


def test_a_region_may_have_no_streets(content: dict[str, Any], tmp_path: Path) -> None:
    region = load(content | {"streets": None}, tmp_path)
    assert region.streets is None
    assert not region.illustrative_streets


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"feeds": [{"scope": "a", "path": "gone.zip"}]}, "names gone.zip, but there is no such"),
        ({"center": [0, 0]}, r"center \[lon, lat\] must lie within bbox"),
        ({"time_zone": "Europe/Senden"}, "No time zone found"),
        ({"quotas": {"a:1": -1}}, "the quota of a:1 is a number of places, not -1"),
        ({"title": {"de": "Nur deutsch"}}, "'en' is missing"),
        ({"bbox": [7.3, 51.6, 7.7]}, "not enough values"),
    ],
)
def test_what_is_wrong_is_said(
    content: dict[str, Any], tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(SourceError, match=rf"region\.json: .*{said}"):
        load(content | change, tmp_path)


def test_broken_json_is_said(tmp_path: Path) -> None:
    (tmp_path / "region.json").write_text("{", "utf-8")
    with pytest.raises(SourceError, match=r"region\.json: Expecting"):
        load_region(tmp_path)


def test_the_region_in_the_guide_can_be_read(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "regions.md").read_text("utf-8")
    described = json.loads(guide.split("```json")[1].split("```")[0])
    for name in ("rvm-gtfs.zip", "coesfeld.osm.pbf"):
        (tmp_path / name).touch()
    region = load(described, tmp_path)
    assert region.feeds[0].scope == "rvm"
    assert all(f"`{field}`" in guide for field in described if field != "streets")


def test_the_line_in_the_guide_can_be_read(folder: Path, tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "regions.md").read_text("utf-8")
    senden = (folder / "lines.toml").read_text("utf-8")
    head = senden[: senden.index("[[line]]")]
    path = tmp_path / "lines.toml"
    path.write_text(head + guide.split("```toml")[1].split("```")[0], "utf-8")
    (line,) = read_lines(path).lines
    assert line.id == "BB"
    assert [len(departures.times_s) for departures in line.departures] == [2, 5]
