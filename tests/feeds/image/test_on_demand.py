"""An image carries the on-demand services of its feeds, and these are no trips of its timetable."""

from datetime import date
from pathlib import Path

import pytest

from feeds.errors import ImageCorrupt
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


def build(folder: Path, **changed: str) -> Path:
    text = "\n".join(line.strip() for line in VILLAGES.splitlines())
    feed = gtfs_zip(
        folder, text, **{"stop_times": ROWS, "trips": TRIPS, "calendar": DAYS} | changed
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


def test_findings_of_services_are_those_of_their_feed(tmp_path: Path) -> None:
    feed = gtfs_zip(
        tmp_path,
        "\n".join(line.strip() for line in VILLAGES.splitlines()),
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
