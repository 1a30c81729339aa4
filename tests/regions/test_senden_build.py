"""The committed region is what its sources give, and says where it comes from."""

import shutil
from pathlib import Path

import gtfs_kit
import pytest

from kommit.regions.build import build_region, stale_files
from kommit.regions.errors import SourceError
from kommit.regions.extract import extract_stops, read_entries, stops_csv
from kommit.regions.region import Region
from kommit.regions.running_times import minutes_of
from kommit.regions.sources import read_extract, read_lines, read_stops
from scripts.build_region import main
from tests.support.shared import shared_data

LICENCES = ("ISC", "CC BY 4.0", "ODbL 1.0", "DB InfraGO", "OpenStreetMap contributors")


def test_committed_files_are_what_the_sources_give(folder: Path) -> None:
    built = build_region(folder)
    assert stale_files(folder, built) == []
    assert sum(map(len, built.values())) < 1_500_000


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "senden"))


def test_check_fails_and_names_the_file_when_a_source_changes(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = copy / "lines.toml"
    lines.write_text(lines.read_text("utf-8").replace("C8102E", "C8102F"), "utf-8")
    assert main([str(copy), "--check"]) == 1
    said = capsys.readouterr().err
    assert "senden-gtfs.zip is not what its sources give" in said
    assert "streets" not in said
    assert main([str(copy)]) == 0
    assert main([str(copy), "--check"]) == 0


def test_a_missing_file_is_stale(copy: Path) -> None:
    (copy / "senden-streets.osm.pbf").unlink()
    assert main([str(copy), "--check"]) == 1


def test_a_line_with_an_unknown_stop_is_named(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = copy / "lines.toml"
    lines.write_text(lines.read_text("utf-8").replace('"908149"', '"nowhere"'), "utf-8")
    assert main([str(copy)]) == 1
    assert "line X90: stops.csv has no stop nowhere" in capsys.readouterr().err


def test_a_missing_table_is_named(copy: Path) -> None:
    (copy / "lines.toml").write_text("", "utf-8")
    with pytest.raises(SourceError, match=r"lines\.toml: there is no \[\[agency\]\]"):
        build_region(copy)


def test_streets_need_no_list_of_stations(copy: Path) -> None:
    """A municipality with stops of its own says nothing of extraction."""
    path = copy / "areas.toml"
    text = path.read_text("utf-8")
    path.write_text(text[text.index("[[settlement]]") :], "utf-8")
    assert stale_files(copy, build_region(copy)) == []
    with pytest.raises(SourceError, match=r"there is no \[\[extract\]\]"):
        read_extract(path)


def test_minutes_that_leave_no_time_are_refused(copy: Path) -> None:
    path = copy / "lines.toml"
    path.write_text(path.read_text("utf-8").replace('"902186", 16', '"902186", 3'), "utf-8")
    stops = {stop.stop_id: stop for stop in read_stops(copy / "stops.csv")}
    with pytest.raises(SourceError, match="line X90: its minutes leave no time"):
        minutes_of(read_lines(path).lines[0], stops)


def test_a_broken_row_of_stops_is_named(copy: Path) -> None:
    path = copy / "stops.csv"
    path.write_text(path.read_text("utf-8").replace("51.", "north", 1), "utf-8")
    with pytest.raises(SourceError, match=r"stops\.csv, row \d+: could not convert"):
        read_stops(path)


@pytest.mark.shared
def test_stops_are_those_of_the_list_of_stations(folder: Path) -> None:
    entries = read_entries(shared_data("stops", "stops_muensterland_db_hafas_stations.json"))
    stops = extract_stops(entries, read_extract(folder / "areas.toml"))
    assert stops_csv(stops) == (folder / "stops.csv").read_text("utf-8")


def test_about_400_stops_and_each_is_served(folder: Path, feed: gtfs_kit.Feed) -> None:
    stops = read_stops(folder / "stops.csv")
    assert 350 <= len(stops) <= 450
    boarding = {stop.stop_id for stop in stops if stop.location_type == 0}
    assert set(feed.stop_times.stop_id) == boarding


def test_licences_stand_where_the_data_is(
    folder: Path, senden: Region, feed: gtfs_kit.Feed
) -> None:
    page = (folder / "ATTRIBUTION.md").read_text("utf-8")
    in_feed = " ".join(feed.attributions.organization_name)
    for licence in LICENCES:
        assert licence in page
        assert licence in in_feed
    shown = " ".join(senden.attribution)
    assert all(name in shown for name in ("DB InfraGO", "CC BY 4.0", "OpenStreetMap", "ODbL 1.0"))
    assert shown.count("illustrative") == 2, "timetable and streets say so"


def test_colours_can_be_read(feed: gtfs_kit.Feed) -> None:
    """Contrast of 4.5 and more, as WCAG 2.2 asks (success criterion 1.4.3)."""
    for row in feed.routes.itertuples():
        light, dark = sorted(map(luminance, (row.route_color, row.route_text_color)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, row.route_id


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
