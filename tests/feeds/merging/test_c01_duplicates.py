"""Lines that come in two feeds: found, told, and dropped if asked for."""

from datetime import date
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from feeds.image.build import BuildReport, FeedInput, build_image
from feeds.image.image import load_image, verify_image
from feeds.merging.on_duplicates import OnDuplicates
from routing.timetable import Timetable
from tests.support.gtfs import gtfs_zip
from tests.support.shared import shared_data

MAY_6, MAY_11 = date(2024, 5, 6), date(2024, 5, 11)
"""A Monday and a Saturday."""
WEEKDAYS = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
CALENDAR = f"service_id,{WEEKDAYS},start_date,end_date\n"
DAILY = f"{CALENDAR}daily,1,1,1,1,1,1,1,20240101,20241231\n"
WORKDAYS = f"{CALENDAR}daily,1,1,1,1,1,0,0,20240101,20241231\n"

COUNTY = {
    "stops": """
        stop_id,stop_name,stop_lat,stop_lon
        1,"Senden, Mahnmal",51.8500,7.48
        2,"Senden, Dorf",51.8600,7.48
        3,"Münster, Dom",51.9600,7.62
    """,
    "routes": "route_id,agency_id,route_short_name,route_type\nR,A1,X90,3\n",
    "trips": "route_id,service_id,trip_id\nR,daily,T1\nR,daily,T2\n",
    "stop_times": """
        trip_id,stop_id,stop_sequence,arrival_time,departure_time
        T1,1,1,8:00,8:00
        T1,2,2,8:10,8:11
        T1,3,3,8:40,8:40
        T2,1,1,9:00,9:00
        T2,2,2,9:10,9:11
        T2,3,3,9:40,9:40
    """,
    "calendar": WORKDAYS,
}
ASSOCIATION = COUNTY | {
    "stops": """
        stop_id,stop_name,stop_lat,stop_lon
        M,Mahnmal,51.8501,7.48
        D,Dorf,51.8601,7.48
        H,Dom,51.9601,7.62
    """,
    "routes": "route_id,agency_id,route_short_name,route_type\nR,A1,Linie x 90,700\n",
    "trips": "route_id,service_id,trip_id\nR,daily,morning\nR,daily,noon\n",
    "stop_times": """
        trip_id,stop_id,stop_sequence,arrival_time,departure_time
        morning,M,1,8:00:20,8:00:20
        morning,D,2,8:10:00,8:11:30
        morning,H,3,8:40:00,8:41:00
        noon,M,1,12:00:00,12:00:00
        noon,D,2,12:10:00,12:11:00
        noon,H,3,12:40:00,12:40:00
    """,
    "calendar": DAILY,
}


def build(folder: Path, *, drop: bool = False, **feeds: dict[str, str]) -> BuildReport:
    inputs = [
        FeedInput(
            scope,
            gtfs_zip(folder, "", f"{scope}.zip", **{k: dedent(v) for k, v in tables.items()}),
        )
        for scope, tables in feeds.items()
    ]
    choice = OnDuplicates.DROP if drop else OnDuplicates.REPORT
    return build_image(inputs, None, folder / "image", on_duplicates=choice)


def messages(report: BuildReport, code: str) -> list[str]:
    return [each.message for each in report.findings["merging"] if each.code == code]


def running(folder: Path, day: date) -> list[str]:
    image = load_image(folder / "image")
    tt: Timetable = image.timetable
    runs = tt.service_active[tt.trip_service, day.toordinal() - int(tt.first_day[0])]
    return [image.catalogue.trip(int(trip)).id for trip in np.flatnonzero(runs)]


def test_a_line_of_two_feeds_is_told(tmp_path: Path) -> None:
    report = build(tmp_path, county=COUNTY, association=ASSOCIATION)
    assert messages(report, "duplicate-line") == [
        (
            "Line X90 of feed county and line Linie x 90 of feed association: 1 of 2 trips of "
            "2024-01-01 are the same. Riders see each twice: leave the line out of one feed, or build "
            "with --duplicates drop to keep those of county."
        )
    ]
    assert (report.counts["duplicate_lines"], report.counts["dropped_trips"]) == (1, 0)
    assert running(tmp_path, MAY_6) == [
        "county:T1", "county:T2", "association:morning", "association:noon",
    ]  # fmt: skip


def test_duplicates_are_dropped_only_on_the_days_on_which_they_are_any(tmp_path: Path) -> None:
    report = build(tmp_path, drop=True, county=COUNTY, association=ASSOCIATION)
    assert running(tmp_path, MAY_6) == ["county:T1", "county:T2", "association:noon"]
    assert running(tmp_path, MAY_11) == ["association:morning", "association:noon"]
    assert messages(report, "duplicate-line")[0].endswith("Those of association were dropped.")
    assert messages(report, "dropped-trips") == [
        "1 trips of feed association do not run on the days on which an earlier feed has them."
    ]
    image = verify_image(tmp_path / "image")
    manifest = image.manifest
    assert manifest.merging is not None
    assert manifest.merging.dropped_trips == {"association": 1}
    assert manifest.merging.joins["near_name"] == image.joins.stop.size == 3


def test_the_first_feed_keeps_its_trips(tmp_path: Path) -> None:
    build(tmp_path, drop=True, association=ASSOCIATION, county=COUNTY)
    assert running(tmp_path, MAY_6) == ["association:morning", "association:noon", "county:T2"]


def changed(table: str, old: str, new: str) -> dict[str, str]:
    assert old in ASSOCIATION[table]
    return ASSOCIATION | {table: ASSOCIATION[table].replace(old, new)}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(changed("routes", "x 90", "x 91"), id="another line"),
        pytest.param(changed("routes", "700", "900"), id="a tram of the same name"),
        pytest.param(changed("stop_times", "8:40:00", "8:41:00"), id="a minute later"),
        pytest.param(changed("stops", "D,Dorf", "D,Stadt"), id="by way of another stop"),
        pytest.param(changed("calendar", "daily,1,1,1,1,1", "daily,0,0,0,0,0"), id="other days"),
        pytest.param(changed("routes", "Linie x 90", ""), id="no name"),
    ],
)
def test_near_misses_are_no_duplicates(tmp_path: Path, other: dict[str, str]) -> None:
    report = build(tmp_path, drop=True, county=COUNTY, association=other)
    assert messages(report, "duplicate-line") == []
    assert report.counts["dropped_trips"] == 0


def test_of_three_feeds_the_first_counts(tmp_path: Path) -> None:
    build(tmp_path, drop=True, a=ASSOCIATION, b=ASSOCIATION, c=ASSOCIATION)
    assert running(tmp_path, MAY_6) == ["a:morning", "a:noon"]


def test_agencies_days_and_time_zones_are_compared(tmp_path: Path) -> None:
    other = ASSOCIATION | {
        "agency": "agency_id,agency_name,agency_timezone\nA1,KOMMITBUS,Europe/London\n",
        "calendar": DAILY.replace("20240101,20241231", "20250101,20251231"),
    }
    report = build(tmp_path, county=COUNTY, association=other)
    assert "agency of feed county and of feed association" in messages(report, "same-agency")[0]
    assert messages(report, "no-common-day") == [
        (
            "Feed county runs from 2024-01-01 to 2024-12-31, feed association from 2025-01-01 to "
            "2025-12-31: they share no day, and nobody can change between them. Take feeds of the "
            "same period."
        )
    ]
    assert messages(report, "different-time-zones") == [
        (
            "Feed county gives times of Europe/Berlin, feed association of Europe/London: correct "
            "agency_timezone if that is not so."
        )
    ]
    assert messages(report, "duplicate-line") == []


def test_times_of_other_clocks_are_other_times(tmp_path: Path) -> None:
    for zone, lines in (("Europe/Vienna", 1), ("Europe/London", 0)):
        agency = f"agency_id,agency_name,agency_timezone\nA1,Kommitbus,{zone}\n"
        report = build(tmp_path, county=COUNTY, association=ASSOCIATION | {"agency": agency})
        assert report.counts["duplicate_lines"] == lines, zone


def test_a_single_feed_is_not_compared(tmp_path: Path) -> None:
    report = build(tmp_path, county=COUNTY)
    assert set(report.findings) == {"county"}
    assert load_image(tmp_path / "image").manifest.merging is None


@pytest.mark.shared
@pytest.mark.parametrize("name", ["vrn_heidelberg_cut", "stadtwerke_muenster_2023"])
def test_every_line_of_a_network_that_comes_twice_is_found(tmp_path: Path, name: str) -> None:
    """A network as published, and the same as poles without stations.

    Heidelberg has global ids; in Münster, names and positions must do.
    """
    inputs = [
        FeedInput("raw", shared_data("gtfs", f"{name}.zip")),
        FeedInput("norm", shared_data("gtfs", f"{name}_norm.zip")),
    ]
    report = build_image(inputs, None, tmp_path / "image", on_duplicates=OnDuplicates.DROP)
    image = load_image(tmp_path / "image")
    lines = {(image.catalogue.route(r).short_name, int(image.timetable.route_type[r]))
             for r in range(image.timetable.route_type.size)}  # fmt: skip
    assert report.counts["duplicate_lines"] == len(lines)
    assert report.counts["dropped_trips"] * 2 == report.counts["trips"]
    active = image.timetable.service_active[image.timetable.trip_service].any(axis=1)
    assert active.sum() * 2 == report.counts["trips"], "not one vehicle runs twice"
