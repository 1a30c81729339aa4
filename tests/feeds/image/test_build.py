"""An image is built whole or not at all, twice the same, and comes back as it was."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from feeds.errors import FeedError, FeedRejected, FeedUnreadable, ImageError
from feeds.gtfs.compile import ScopedFeed, compile_feeds
from feeds.gtfs.validate import load_feed
from feeds.image.build import FeedInput, build_image
from feeds.image.catalogue import AgencyInfo, BookingRuleInfo, RouteInfo, StopInfo, TripInfo
from feeds.image.image import NetworkImage, load_image, verify_image
from feeds.report import Findings
from tests.support.gtfs import gtfs_zip

NAMED = {
    "stops": """
        stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,platform_code
        A,"Senden, Mahnmal",51.85,7.48,0,S,2
        B,Brink,51.86,7.49,0,,
        C,Camp,51.87,7.5,,,
        S,"Senden, Mahnmal",51.85,7.48,1,,
    """,
    "routes": """
        route_id,agency_id,route_short_name,route_long_name,route_type,route_color,route_text_color
        R,A1,X90,Olfen - Münster,3,c8102e,red
    """,
    "trips": """
        route_id,service_id,trip_id,trip_headsign,direction_id
        R,daily,T1,Münster Hbf,0
        R,daily,T2,,
    """,
    "booking_rules": """
        booking_rule_id,booking_type,prior_notice_duration_min,message,phone_number
        call,1,60,"Bitte anrufen, danke",+49 2597 1
    """,
    "attributions": "organization_name\nDB InfraGO (CC BY 4.0)\n",
}


class Steps:
    """A progress that remembers what it heard."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.done: list[tuple[int, int]] = []

    def step(self, name: str) -> None:
        self.names.append(name)

    def advance(self, done: int, total: int) -> None:
        self.done.append((done, total))


def build(path: Path, out: Path, **options: object) -> NetworkImage:
    build_image([FeedInput("rvm", path)], None, out, **options)  # type: ignore[arg-type]  # any
    return load_image(out)


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_what_is_compiled_comes_back_equal(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path, **NAMED)
    expected = compile_feeds([ScopedFeed("rvm", load_feed(path, Findings()))]).timetable
    image = build(path, tmp_path / "image")
    for name in expected._fields:
        saved, loaded = getattr(expected, name), getattr(image.timetable, name)
        np.testing.assert_array_equal(saved, loaded, err_msg=name)
        assert saved.dtype == loaded.dtype
    assert image.streets is None


def test_names(tmp_path: Path) -> None:
    names = build(gtfs_zip(tmp_path, **NAMED), tmp_path / "image").catalogue
    agency = AgencyInfo("rvm:A1", "Kommitbus", "https://bus.example", None, "Europe/Berlin")
    assert names.stop(0) == StopInfo("rvm:A", "Senden, Mahnmal", "Senden", "2", is_station=False)
    assert names.stop(1) == StopInfo("rvm:B", "Brink", None, None, is_station=False)
    assert names.stop(3).is_station
    assert names.route(0) == RouteInfo(
        "rvm:R", "X90", "Olfen - Münster", color="C8102E", text_color=None, agency=agency
    )
    assert names.trip(0) == TripInfo("rvm:T1", "Münster Hbf", None, 0)
    assert names.trip(1) == TripInfo("rvm:T2", None, None, None)
    assert names.booking_rule(0) == BookingRuleInfo(
        "rvm:call", "Bitte anrufen, danke", "+49 2597 1", None, None
    )
    assert names.find_stop("rvm:C") == 2
    assert names.find_trip("rvm:T2") == 1
    assert names.find_stop("C") is names.find_trip("rvm:T3") is None
    assert list(names.street_names) == []


def test_the_manifest_says_what_went_in(tmp_path: Path) -> None:
    manifest = build(gtfs_zip(tmp_path, **NAMED), tmp_path / "image", region="Senden").manifest
    assert (manifest.region.name, manifest.region.time_zone) == ("Senden", "Europe/Berlin")
    assert (manifest.valid_from, manifest.valid_until) == (date(2024, 1, 1), date(2024, 12, 31))
    assert manifest.attribution == ("DB InfraGO (CC BY 4.0)",)
    assert [(feed.scope, feed.file) for feed in manifest.feeds] == [("rvm", "feed.zip")]
    assert manifest.streets is None


def test_the_report_counts_and_the_progress_hears(tmp_path: Path) -> None:
    steps = Steps()
    feeds = [FeedInput("a", gtfs_zip(tmp_path)), FeedInput("b", gtfs_zip(tmp_path, name="b.zip"))]
    report = build_image(feeds, None, tmp_path / "image", progress=steps)
    assert report.counts == {
        "stops": 6, "boarding_points": 0, "routes": 2, "trips": 4, "events": 10, "days": 366,
        "transfers": 6, "joined_stops": 3, "duplicate_lines": 1, "dropped_trips": 0,
    }  # fmt: skip
    assert set(report.findings) == {"a", "b", "merging"}
    assert all(seconds >= 0 for seconds in report.seconds.values())
    assert "checking b.zip" in steps.names
    assert all(1 <= done <= total for done, total in steps.done)


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path, **NAMED)
    one, two = build(path, tmp_path / "one"), build(path, tmp_path / "two")
    assert one.id == two.id
    files = [
        {f.relative_to(root): f.read_bytes() for f in root.rglob("*") if f.is_file()}
        for root in (tmp_path / "one", tmp_path / "two")
    ]
    assert files[0] == files[1]


def test_another_timetable_gives_another_id(tmp_path: Path) -> None:
    before = build(gtfs_zip(tmp_path), tmp_path / "image")
    rows = "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n"
    rows += "".join(f"{t},A,1,8:00,8:00\n{t},B,2,8:10,8:1{n}\n" for n, t in enumerate(("T1", "T2")))
    after = build(gtfs_zip(tmp_path, stop_times=rows), tmp_path / "image")
    assert before.id != after.id
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("spoilt", ["calendar", "zip", "osm"])
def test_a_build_that_fails_leaves_the_old_image(tmp_path: Path, spoilt: str) -> None:
    out = tmp_path / "image"
    before = build(gtfs_zip(tmp_path), out)
    osm = None
    if spoilt == "calendar":
        path, error = gtfs_zip(tmp_path, calendar=""), FeedRejected
    elif spoilt == "zip":
        path, error = tmp_path / "broken.zip", FeedUnreadable
        path.write_bytes(b"PK")
    else:
        path, error, osm = gtfs_zip(tmp_path), Exception, tmp_path / "no.osm.pbf"
    with pytest.raises(error):
        build_image([FeedInput("rvm", path)], osm, out)
    assert verify_image(out).id == before.id
    assert leftovers(tmp_path) == []


def test_a_disk_that_fails_while_writing_leaves_the_old_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "image"
    before = build(gtfs_zip(tmp_path), out)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("feeds.image.aside.flush", full)
    with pytest.raises(ImageError, match="No space left on device"):
        build(gtfs_zip(tmp_path, **NAMED), out)
    assert verify_image(out).id == before.id
    assert leftovers(tmp_path) == []


def test_a_move_that_fails_puts_the_old_image_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "image"
    before = build(gtfs_zip(tmp_path), out)
    rename = Path.rename

    def fails_for_the_new_one(self: Path, target: Path) -> Path:
        if target == out and ".old." not in str(self):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_for_the_new_one)
    with pytest.raises(ImageError, match="Input/output error"):
        build(gtfs_zip(tmp_path, **NAMED), out)
    assert verify_image(out).id == before.id
    assert leftovers(tmp_path) == []


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "photos"
    out.mkdir()
    (out / "holiday.jpg").write_bytes(b"sea")
    with pytest.raises(ImageError, match="is not a network image and is left alone"):
        build(gtfs_zip(tmp_path), out)
    assert (out / "holiday.jpg").read_bytes() == b"sea"


@pytest.mark.parametrize("scopes", [[], ["a", "a"], [""], ["a:b"]])
def test_scopes_tell_feeds_apart(tmp_path: Path, scopes: list[str]) -> None:
    path = gtfs_zip(tmp_path)
    with pytest.raises(FeedError):
        build_image([FeedInput(scope, path) for scope in scopes], None, tmp_path / "image")
