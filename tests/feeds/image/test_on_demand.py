"""An image carries the on-demand services of its feeds, and these are no trips of its timetable."""

from datetime import date
from pathlib import Path

import pytest

from feeds.errors import FeedError, ImageCorrupt
from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image, verify_image
from routing.ondemand.service import Window
from tests.support.flex import ROW, VILLAGES
from tests.support.gtfs import gtfs_zip

ROWS = f"""{ROW}
T1,1,A,,,8:00:00,8:00:00,,,,,,
T1,2,B,,,8:10:00,8:10:00,,,,,,
F1,1,,villages,,,,08:00:00,18:00:00,2,2,hour,hour
F1,2,C,,,,,08:00:00,18:00:00,2,2,hour,hour
"""
TRIPS = "route_id,service_id,trip_id\nR,daily,T1\nR,ever,F1\n"
DAYS = (
    "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "daily,1,1,1,1,1,1,1,20240101,20240131\never,1,1,1,1,1,1,1,20000101,20991231\n"
)
VILLAGES_AS_IS = "\n".join(line.strip() for line in VILLAGES.splitlines())


def build(folder: Path, **changed: str) -> Path:
    feed = gtfs_zip(
        folder, VILLAGES_AS_IS, **{"stop_times": ROWS, "trips": TRIPS, "calendar": DAYS} | changed
    )
    out = folder / "image"
    build_image([FeedInput("x", feed)], None, out)
    return out


def test_a_feed_with_both(tmp_path: Path) -> None:
    image = verify_image(build(tmp_path))
    assert image.timetable.trip_route.size == 1, "the bus with times"
    assert image.timetable.n_days == 31, "the timetable's days, not those of the other trip"
    (service,) = image.on_demand
    assert service.id == "x:R"
    (relation,) = service.relations
    assert (relation.origin, relation.destination) == ("villages", "C")
    assert relation.pickup == Window(8 * 3600, 18 * 3600)
    assert relation.days.last == date.max
    assert "ondemand/services.json" in image.manifest.files
    for stop in service.stops.values():
        assert stop.stop_id is not None
        assert image.catalogue.find_stop(stop.stop_id) is not None


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    ids = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        ids.add(load_image(build(tmp_path / name)).id)
    assert len(ids) == 1


@pytest.mark.parametrize("flex_first", [False, True])
def test_a_feed_of_on_demand_services_only_stands_beside_another(
    tmp_path: Path, *, flex_first: bool
) -> None:
    flex = FeedInput("f", gtfs_zip(tmp_path, VILLAGES_AS_IS, name="flex.zip"))
    plain = FeedInput("p", gtfs_zip(tmp_path))
    feeds = [flex, plain] if flex_first else [plain, flex]
    report = build_image(feeds, None, tmp_path / "image")
    image = load_image(tmp_path / "image")
    assert [service.id for service in image.on_demand] == ["f:R"]
    assert image.timetable.trip_route.size == 2
    assert image.catalogue.find_stop("f:A") is not None
    assert report.findings["merging"].count(code="no-common-day") == 0


def test_an_image_needs_a_timetable(tmp_path: Path) -> None:
    flex = FeedInput("f", gtfs_zip(tmp_path, VILLAGES_AS_IS))
    with pytest.raises(FeedError, match="None of the feeds has a timetable"):
        build_image([flex], None, tmp_path / "image")
    assert not (tmp_path / "image").exists()


def test_findings_of_services_are_those_of_their_feed(tmp_path: Path) -> None:
    feed = gtfs_zip(
        tmp_path,
        VILLAGES_AS_IS,
        stop_times=ROWS.replace("F1,2,C", "F1,2,Z"), trips=TRIPS, calendar=DAYS,
    )  # fmt: skip
    report = build_image([FeedInput("x", feed)], None, tmp_path / "image")
    found = [each.message for each in report.findings["x"] if each.row == 5]
    assert "The place “Z” does not exist or was left out, and so was this row." in found


@pytest.mark.parametrize("text", ["", "[7]", '[{"id": "x:R"}]'])
def test_a_damaged_file_is_noticed(tmp_path: Path, text: str) -> None:
    image = build(tmp_path)
    (image / "ondemand" / "services.json").write_text(text)
    with pytest.raises(ImageCorrupt):
        load_image(image)
