"""Files become typed tables, and nothing changes its meaning on the way."""

from datetime import date
from pathlib import Path

import pytest

from feeds.gtfs.read import Feed, read_feed
from feeds.gtfs.schema import BAD, MISSING
from feeds.report import Findings
from tests.support.gtfs import gtfs_zip


def read(path: Path) -> tuple[Feed, list[str]]:
    findings = Findings()
    return read_feed(path, findings), [str(finding) for finding in findings]


def test_identifiers_of_digits_keep_their_zeros_however_long_the_file(tmp_path: Path) -> None:
    ids = [f"{n:07}" for n in range(60_000)]  # pandas reads pieces of 256 KiB
    rows = "".join(f"{stop},Halt,51.9,7.5\n" for stop in ids)
    path = gtfs_zip(tmp_path, stops="stop_id,stop_name,stop_lat,stop_lon\n" + rows)
    feed, _ = read(path)
    assert feed.stops.stop_id.tolist() == ids


def test_the_index_is_the_line(tmp_path: Path) -> None:
    feed, _ = read(gtfs_zip(tmp_path))
    assert feed.stop_times.index.tolist() == [2, 3, 4, 5, 6]


def test_kinds_of_values(tmp_path: Path) -> None:
    path = gtfs_zip(
        tmp_path,
        stop_times="""
            trip_id,stop_id,stop_sequence,arrival_time,departure_time,pickup_type,shape_dist_traveled
            T1,A,1,8:00,08:00:30,,0.5
            T1,B,2,,,1,
            T1,C,3,49:00:00,49:00:00,3,7
        """,
    )
    feed, findings = read(path)
    table = feed.stop_times
    assert findings == []
    assert table.arrival_time.tolist() == [28_800, MISSING, 49 * 3600]
    assert table.departure_time.tolist() == [28_830, MISSING, 49 * 3600]
    assert table.pickup_type.tolist() == [0, 1, 3]
    assert table.shape_dist_traveled.isna().tolist() == [False, True, False]
    assert feed.calendar.start_date.tolist() == [date(2024, 1, 1).toordinal()]
    assert table.pickup_booking_rule_id.isna().all()


def test_blanks_around_values_and_headings_do_not_count(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path, trips='route_id , service_id,trip_id\n" R",daily, " T1 "\nR,daily,T2')
    feed, _ = read(path)
    assert feed.trips.route_id.tolist() == ["R", "R"]


def test_optional_files_that_are_absent_are_empty_tables(tmp_path: Path) -> None:
    feed, _ = read(gtfs_zip(tmp_path))
    assert feed.transfers.empty
    assert feed.transfers.columns.tolist()[:2] == ["from_stop_id", "to_stop_id"]


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("stop_times", "T1,A,1,8:61:00,8:00:00", "line 2, arrival_time: “8:61:00” is not a time"),
        ("stop_times", "T1,A,1,8:00:00,noon", "line 2, departure_time: “noon” is not a time"),
        ("stop_times", "T1,A,first,8:00:00,8:00:00", "line 2, stop_sequence: “first” is not a n"),
        ("stop_times", "T1,A,-1,8:00:00,8:00:00", "line 2, stop_sequence: “-1” is not a number"),
    ],
)
def test_what_cannot_be_understood_is_named(
    tmp_path: Path, table: str, row: str, message: str
) -> None:
    header = "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n"
    feed, findings = read(gtfs_zip(tmp_path, **{table: header + row}))
    assert len(findings) == 1
    assert findings[0].startswith(f"{table}.txt, {message}")
    assert BAD in feed.stop_times.iloc[0].tolist()


@pytest.mark.parametrize("day", ["2024-01-01", "20240230", "00010101", "99991231", "2024010"])
def test_dates_that_are_none(tmp_path: Path, day: str) -> None:
    path = gtfs_zip(tmp_path, calendar_dates=f"service_id,date,exception_type\ndaily,{day},1\n")
    feed, findings = read(path)
    assert feed.calendar_dates.date.tolist() == [BAD]
    assert findings[0].startswith(f"calendar_dates.txt, line 2, date: “{day}” is not a date")


@pytest.mark.parametrize("number", ["nan", "inf", "1e300", "51,85", "N 51"])
def test_numbers_that_are_none(tmp_path: Path, number: str) -> None:
    path = gtfs_zip(tmp_path, stops=f'stop_id,stop_lat,stop_lon\nA,"{number}",7.5\n')
    feed, findings = read(path)
    assert feed.stops.stop_lat.isna().all()
    assert "write it like 51.85, not 51,85" in findings[0]


def test_choices_that_do_not_exist_count_as_the_usual_one(tmp_path: Path) -> None:
    path = gtfs_zip(
        tmp_path,
        stop_times="""
            trip_id,stop_id,stop_sequence,arrival_time,departure_time,pickup_type
            T1,A,1,8:00:00,8:00:00,7
        """,
    )
    feed, findings = read(path)
    assert feed.stop_times.pickup_type.tolist() == [0]
    assert len(findings) == 1
