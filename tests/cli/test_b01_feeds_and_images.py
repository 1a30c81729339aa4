"""Timetables in, images out, on the command line."""

import json
from pathlib import Path

import pytest

from feeds.image import live
from kommit.cli.feeds import SCOPE
from kommit.cli.image import slug_of
from kommit.cli.versions import current_version
from tests.cli.conftest import Kommit
from tests.support.gtfs import gtfs_zip
from tests.support.server import FEED


def broken(folder: Path) -> Path:
    """Return a feed whose only stop times name a stop that is not there."""
    return gtfs_zip(folder, name="broken.zip", stops="stop_id, stop_name, stop_lat, stop_lon")


def test_a_good_feed_is_checked(kommit: Kommit, tmp_path: Path) -> None:
    result = kommit("feeds", "check", gtfs_zip(tmp_path, FEED))
    assert result.exit_code == 0, result.output
    assert "0 errors" in result.output


def test_a_bad_feed_is_told_as_a_table_and_as_json(kommit: Kommit, tmp_path: Path) -> None:
    path = broken(tmp_path)
    table, told = kommit("feeds", "check", path), kommit("feeds", "check", path, "--json")
    assert (table.exit_code, told.exit_code) == (1, 1)
    findings = json.loads(told.stdout)
    assert findings["errors"] > 0
    assert any(one["severity"] == "error" for one in findings["findings"])
    assert findings["findings"][0]["file"] in table.output


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"\x00" * 1000])
def test_what_is_no_feed_is_one_line(kommit: Kommit, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(content)
    for command in (("check",), ("import", "--scope", "a")):
        result = kommit("feeds", command[0], path, *command[1:])
        assert result.exit_code == 1
        assert result.stderr.startswith("kommit: ")
        assert result.stderr.count("\n") == 1


def test_a_bad_feed_never_replaces_a_good_one(kommit: Kommit, tmp_path: Path) -> None:
    good = gtfs_zip(tmp_path, FEED)
    assert kommit("feeds", "import", good, "--scope", "tiny").exit_code == 0
    kept = current_version(tmp_path / "var" / "feeds" / "tiny")
    assert kept is not None
    assert kommit("feeds", "import", broken(tmp_path), "--scope", "tiny").exit_code == 1
    assert current_version(tmp_path / "var" / "feeds" / "tiny") == kept
    assert kept.read_bytes() == good.read_bytes()


def test_a_folder_is_packed_the_same_each_time(kommit: Kommit, tmp_path: Path) -> None:
    import zipfile

    folder = tmp_path / "tables"
    zipfile.ZipFile(gtfs_zip(tmp_path, FEED)).extractall(folder)
    names = []
    for _ in range(2):
        assert kommit("feeds", "import", folder, "--scope", "tiny").exit_code == 0
        version = current_version(tmp_path / "var" / "feeds" / "tiny")
        assert version is not None
        names.append(version.name)
    assert names[0] == names[1]


def test_from_imported_feeds_to_a_live_image(kommit: Kommit, tmp_path: Path) -> None:
    kommit("feeds", "import", gtfs_zip(tmp_path, FEED), "--scope", "tiny")
    out = tmp_path / "built"
    built = kommit("image", "build", "--out", out, "--region", "tiny")
    assert built.exit_code == 0, built.output
    info = kommit("image", "info", out)
    assert "2024-01-01 to 2024-12-31" in info.output
    assert "feed tiny" in info.output
    assert kommit("image", "activate", out).exit_code == 0
    assert live.current(tmp_path / "var" / "images") == out.resolve()


def test_feeds_are_named_by_scope_or_file(kommit: Kommit, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    first, second = gtfs_zip(tmp_path, FEED, "Bus Line.zip"), gtfs_zip(tmp_path / "b", FEED)
    out = tmp_path / "built"
    args = ("--gtfs", first, "--gtfs", f"zwei={second}", "--out", out)
    assert kommit("image", "build", *args).exit_code == 0
    info = kommit("image", "info", out).output
    assert "feed bus-line" in info
    assert "feed zwei" in info


def test_a_line_that_comes_twice_is_told_and_dropped(kommit: Kommit, tmp_path: Path) -> None:
    feed, out = gtfs_zip(tmp_path, FEED), tmp_path / "built"
    args = ("image", "build", "--gtfs", f"one={feed}", "--gtfs", f"two={feed}", "--out", out)
    told = kommit(*args)
    assert "--duplicates drop" in " ".join(told.output.split())
    assert "dropped_trips" in told.output
    assert kommit(*args, "--duplicates", "drop").exit_code == 0
    assert "of two" in kommit("image", "info", out).output
    joins = json.loads(kommit("image", "joins", out, "--json").stdout)
    assert joins[0]["stop"]["id"] == joins[0]["twin"]["id"].replace("two:", "one:")
    assert {join["rule"] for join in joins} == {"near_name"}
    assert f"{len(joins)} pairs of stops are joined" in kommit("image", "joins", out).output


def test_a_failed_build_leaves_the_image_alone(kommit: Kommit, tmp_path: Path) -> None:
    out = tmp_path / "built"
    kommit("image", "build", "--gtfs", gtfs_zip(tmp_path, FEED), "--out", out)
    before = kommit("image", "info", out).output
    result = kommit("image", "build", "--gtfs", broken(tmp_path), "--out", out)
    assert result.exit_code == 1
    assert kommit("image", "info", out).output == before


def test_nothing_to_build_from(kommit: Kommit, tmp_path: Path) -> None:
    result = kommit("image", "build", "--out", tmp_path / "built")
    assert result.exit_code == 1
    assert "feeds import" in result.output


@pytest.mark.parametrize("scope", ["a:b", "", "../x", "a b", "x" * 41])
def test_scopes_that_cannot_be(kommit: Kommit, tmp_path: Path, scope: str) -> None:
    result = kommit("feeds", "import", gtfs_zip(tmp_path, FEED), "--scope", scope)
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("VRN Heidelberg.zip", "vrn-heidelberg"),
        ("a_b.zip", "a_b"),
        ("…", "feed"),
        ("x" * 60, "x" * 40),
    ],
)
def test_a_slug_is_a_scope(name: str, slug: str) -> None:
    assert slug_of(Path(name)) == slug
    assert SCOPE.fullmatch(slug)


def test_streets_that_are_none(kommit: Kommit, tmp_path: Path) -> None:
    path = tmp_path / "streets.osm.pbf"
    path.write_bytes(b"nothing of the kind")
    result = kommit("streets", "import", path)
    assert result.exit_code == 1
    assert current_version(tmp_path / "var" / "streets") is None


def test_the_regions_streets_are_taken_in(kommit: Kommit, tmp_path: Path) -> None:
    from kommit.regions.region import load_region

    streets = load_region("senden").streets
    result = kommit("streets", "import", streets)
    assert result.exit_code == 0, result.output
    kept = current_version(tmp_path / "var" / "streets")
    assert kept is not None
    assert kept.name.endswith(".osm.pbf")


def test_heights_that_are_none_are_named(kommit: Kommit, tmp_path: Path) -> None:
    from kommit.regions.region import load_region

    region = load_region("senden")
    gone = tmp_path / "gone.hgt"
    osm = ("--osm", region.streets, "--elevation", gone)
    result = kommit("image", "build", "--gtfs", region.feeds[0].path, *osm, "--out", tmp_path / "x")
    assert result.exit_code == 1
    assert "gone.hgt" in result.output.replace("\n", "")
    assert not (tmp_path / "x").exists()
