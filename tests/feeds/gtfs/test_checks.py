"""Each thing that can be wrong with a feed, made wrong once: what is found, where, what is left."""

from pathlib import Path

import pytest

from feeds.errors import FeedRejected
from feeds.gtfs.read import Feed, read_feed
from feeds.gtfs.validate import check_feed, load_feed, validate
from feeds.report import Findings
from tests.support.gtfs import SMALL, gtfs_files, gtfs_zip, zip_of

STOP_TIMES = "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n"
STOPS = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
GOOD_STOPS = "A,A,51.85,7.48,,\nB,B,51.86,7.49,,\nC,C,51.87,7.50,,\n"
OTHERS = "".join(f"N{n},A,1,7:00:00,7:00:00\nN{n},B,2,7:10:00,7:10:00\n" for n in range(1, 21))
MANY = "route_id,service_id,trip_id\nR,daily,T1\n" + "".join(
    f"R,daily,N{n}\n" for n in range(1, 21)
)
"""One trip to be spoilt among twenty good ones, so that the loss is bearable."""


def found(path: Path) -> list[str]:
    """Return ``severity code file:row field`` of every finding that is more than a remark."""
    return [
        f"{f.severity} {f.code} {f.file}:{f.row or ''} {f.field or ''}".rstrip()
        for f in check_feed(path)
        if f.severity != "info"
    ]


def remarks(path: Path) -> list[str]:
    return [f"{f.code} {f.file}:{f.row} {f.field or ''}".rstrip() for f in check_feed(path)]


def checked(path: Path) -> Feed:
    findings = Findings()
    return validate(read_feed(path, findings), findings)


def test_a_good_feed_has_no_findings(tmp_path: Path) -> None:
    assert not check_feed(gtfs_zip(tmp_path))


@pytest.mark.parametrize("name", ["agency", "stops", "routes", "trips", "stop_times"])
def test_a_required_file_is_missing(tmp_path: Path, name: str) -> None:
    files = gtfs_files(SMALL)
    del files[f"{name}.txt"]
    assert found(zip_of(tmp_path / "f.zip", files)) == [f"error missing-file {name}.txt:"]


def test_neither_calendar_file_is_there(tmp_path: Path) -> None:
    assert found(gtfs_zip(tmp_path, calendar="")) == ["error missing-file calendar.txt:"]


@pytest.mark.parametrize(
    ("table", "content", "field"),
    [
        ("stops", "stop_id,stop_lat\nA,51.9\n", "stop_lon"),
        ("trips", "trip_id,route_id\nT1,R\n", "service_id"),
        ("stop_times", "trip_id,stop_id,arrival_time,departure_time\n", "stop_sequence"),
        ("agency", "agency_id,agency_name\nA1,Bus\n", "agency_timezone"),
    ],
)
def test_a_required_column_is_missing(tmp_path: Path, table: str, content: str, field: str) -> None:
    path = gtfs_zip(tmp_path, **{table: content})
    assert found(path) == [f"error missing-column {table}.txt:1 {field}"]


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"stops": STOPS + GOOD_STOPS + "A,Again,51.8,7.4,,"}, "duplicate-id stops.txt:5 stop_id"),
        ({"trips": "route_id,service_id,trip_id\nR,daily,T1\nR,daily,T1"},
         "duplicate-id trips.txt:3 trip_id"),
        ({"routes": "route_id,route_type\nR,3\nR,3"}, "duplicate-id routes.txt:3 route_id"),
        ({"agency": "agency_name,agency_timezone\nBus,Mars/Olympus_Mons"},
         "unknown-time-zone agency.txt:2 agency_timezone"),
        ({"agency": "agency_name,agency_timezone\n"}, "no-agency agency.txt:"),
        ({"calendar_dates": "service_id,date,exception_type\ndaily,20240101,1", "calendar":
          "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date"
          "\ndaily,0,0,0,0,0,0,0,20240101,20241231\n",
          "trips": "route_id,service_id,trip_id\nR,daily,T1\nR,daily,T2"}, None),
        ({"calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
          "start_date,end_date\ndaily,0,0,0,0,0,0,0,20240101,20241231\n"},
         "empty-calendar calendar.txt:"),
        ({"calendar": "", "calendar_dates": "service_id,date,exception_type\ndaily,20240101,2"},
         "empty-calendar calendar.txt:"),
        ({"stop_times": STOP_TIMES}, "no-trips trips.txt:"),
        ({"stop_times": STOP_TIMES + "T1,A,1,8:00:00,8:00:00\nT1,B,2,8:10:00,8:10:00\n"
          "T2,A,1,8:70:00,8:00:00\nT2,B,2,8:10:00,8:10:00"}, "too-much-lost trips.txt:"),
        ({"frequencies": "trip_id,start_time,end_time,headway_secs\n" + 200 *
          "T1,0:00:00,200:00:00,1\n"}, "too-many-runs frequencies.txt:"),
        ({"stops": STOPS + GOOD_STOPS + "S,S,51,7,1,\n" + "".join(
            f"X{n},X,51,7,0,S\n" for n in range(2300))},
         "crowded-station stops.txt: parent_station"),
    ],
)  # fmt: skip
def test_errors_that_rule_a_feed_out(
    tmp_path: Path, changed: dict[str, str], finding: str | None
) -> None:
    path = gtfs_zip(tmp_path, **changed)
    errors = [line for line in found(path) if line.startswith("error")]
    assert errors == ([f"error {finding}"] if finding else [])


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        pytest.param("T1,A,1,8:00:00,8:00:00\nT1,B,2,x,8:10:00", "bad-time stop_times.txt:3",
                     id="unreadable time"),
        pytest.param("T1,A,1,8:00:00,8:00:00\nT1,B,2,7:59:00,8:10:00",
                     "bad-time stop_times.txt:3", id="runs back in time"),
        pytest.param("T1,A,1,8:00:00,8:00:00\nT1,C,2,,\nT1,B,3,7:59:00,8:10:00",
                     "bad-time stop_times.txt:4", id="runs back over a stop without time"),
        pytest.param("T1,A,1,8:00:00,8:10:00\nT1,B,2,8:05:00,8:15:00",
                     "bad-time stop_times.txt:3", id="arrives before it has left"),
        pytest.param("T1,A,1,8:00:00,8:00:00\nT1,B,2,8:10:00,8:09:59",
                     "bad-time stop_times.txt:3", id="leaves before it arrives"),
        pytest.param("T1,A,1,8:00:00,8:00:00\nT1,B,2,,", "missing-time stop_times.txt:3",
                     id="no time at the end"),
        pytest.param("T1,A,1,,\nT1,B,2,8:00:00,8:00:00", "missing-time stop_times.txt:2",
                     id="no time at the start"),
        pytest.param("T1,A,1,8:00:00,8:00:00\nT1,B,1,8:10:00,8:10:00",
                     "bad-sequence stop_times.txt:3", id="sequence twice"),
        pytest.param("T1,A,1,8:00:00,8:00:00\nT1,B,,8:10:00,8:10:00",
                     "bad-sequence stop_times.txt:3", id="no sequence"),
        pytest.param("T1,A,1,8:00:00,8:00:00", "short-trip trips.txt:2", id="one stop only"),
        pytest.param("T1,A,1,8:00:00,8:00:00\nT1,Z,2,8:10:00,8:10:00",
                     "dangling-reference stop_times.txt:3 stop_id", id="unknown stop"),
    ],
)  # fmt: skip
def test_a_trip_that_cannot_be_ridden_is_left_out_and_said(
    tmp_path: Path, rows: str, finding: str
) -> None:
    path = gtfs_zip(tmp_path, trips=MANY, stop_times=f"{STOP_TIMES}{rows}\n{OTHERS}")
    assert f"warning {finding}" in [line.removesuffix(" trip_id") for line in found(path)]
    feed = checked(path)
    assert "T1" not in feed.trips.trip_id.tolist()
    assert "T1" not in feed.stop_times.trip_id.tolist()
    assert len(feed.trips) == 20


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"trips": MANY + "Q,daily,T9"}, "dangling-reference trips.txt:23 route_id"),
        ({"trips": MANY + "R,never,T9"}, "dangling-reference trips.txt:23 service_id"),
        ({"transfers": "from_stop_id,to_stop_id,transfer_type\nA,Z,0"},
         "dangling-reference transfers.txt:2 to_stop_id"),
        ({"routes": "route_id,agency_id,route_type\nR,ZZ,3"},
         "dangling-reference routes.txt:2 agency_id"),
        ({"routes": "route_id,agency_id,route_type\nR,A1,9999"},
         "odd-route-type routes.txt:2 route_id"),
        ({"stops": STOPS + GOOD_STOPS + "D,D,51,7,0,A"},
         "dangling-reference stops.txt:5 parent_station"),
        ({"stops": STOPS + GOOD_STOPS + "D,D,0.0,0.0,,"}, "bad-position stops.txt:5 stop_id"),
        ({"stops": STOPS + GOOD_STOPS + "D,D,91,7,,"}, "bad-position stops.txt:5 stop_id"),
        ({"stops": STOPS + GOOD_STOPS + ",D,51,7,,"}, "missing-id stops.txt:5"),
        ({"calendar_dates": "service_id,date,exception_type\ndaily,20240101,3"},
         "bad-date calendar_dates.txt:2 service_id"),
        ({"frequencies": "trip_id,start_time,end_time,headway_secs\nZ,8:00,9:00,600"},
         "dangling-reference frequencies.txt:2 trip_id"),
        ({"frequencies": "trip_id,start_time,end_time,headway_secs\nN1,8:00,9:00,0"},
         "bad-frequency frequencies.txt:2 trip_id"),
    ],
)  # fmt: skip
def test_rows_that_can_be_spared_are_left_out_and_said(
    tmp_path: Path, changed: dict[str, str], finding: str
) -> None:
    base = {
        "trips": MANY,
        "stop_times": STOP_TIMES + "T1,A,1,8:00,8:00\nT1,B,2,9:00,9:00\n" + OTHERS,
    }
    lines = found(gtfs_zip(tmp_path, **(base | changed)))
    assert f"warning {finding}" in lines
    assert not [line for line in lines if line.startswith("error")]


def test_a_trip_whose_booking_rule_is_unknown_is_left_out(tmp_path: Path) -> None:
    path = gtfs_zip(
        tmp_path,
        trips=MANY,
        stop_times="trip_id,stop_id,stop_sequence,arrival_time,departure_time,"
        "pickup_booking_rule_id\nT1,A,1,8:00,8:00,call\nT1,B,2,9:00,9:00,\n"
        + OTHERS.replace("00\n", "00,\n"),
    )
    assert found(path) == ["warning dangling-reference stop_times.txt:2 pickup_booking_rule_id"]
    assert "T1" not in checked(path).trips.trip_id.tolist()


def test_what_nobody_uses_is_a_remark(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path, routes="route_id,route_type\nR,3\nQ,3\n")
    assert remarks(path) == ["unused routes.txt:3 route_id"]


def test_on_demand_areas_are_remarked_and_do_not_count_as_lost(tmp_path: Path) -> None:
    path = gtfs_zip(
        tmp_path,
        trips="route_id,service_id,trip_id\nR,daily,T1\nR,daily,D1\nR,daily,D2\n",
        stop_times="""
            trip_id,stop_id,stop_sequence,arrival_time,departure_time,start_pickup_drop_off_window
            T1,A,1,8:00,8:00,
            T1,,2,,,8:00:00
            T1,B,3,9:00,9:00,
            D1,,1,,,8:00:00
            D2,,1,,,8:00:00
            D2,,2,,,8:00:00
        """,
        stops=STOPS + "A,A,51.85,7.48,,\nB,B,51.86,7.49,,\n",
    )
    assert remarks(path) == [
        "on-demand-trip trips.txt:3 trip_id",
        "on-demand-trip trips.txt:4 trip_id",
        "on-demand-area stop_times.txt:3",
    ]
    assert checked(path).stop_times.stop_id.tolist() == ["A", "B"]


def test_repeated_findings_are_counted_but_not_all_kept() -> None:
    findings = Findings(kept_per_code=3)
    findings.add_rows("warning", "odd", "“{value}” is odd.", "a.txt", range(2, 102), "x" * 100)
    findings.warn("odd", "One more.", "b.txt")
    assert len(findings) == 101
    assert [f.row for f in findings] == [2, 3, 4]
    assert findings.to_json()["warnings"] == 101
    assert findings.to_json()["codes"] == [{"severity": "warning", "code": "odd", "count": 101}]


def test_a_value_in_braces_is_shown_and_never_filled_in(tmp_path: Path) -> None:
    path = gtfs_zip(tmp_path, trips="route_id,service_id,trip_id\n{value.__class__},daily,T1\n")
    assert "“{value.__class__}”" in next(iter(check_feed(path))).message


def test_a_rejected_feed_says_why_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FeedRejected) as caught:
        load_feed(gtfs_zip(tmp_path, calendar=""), Findings())
    assert str(caught.value) == (
        "feed.zip cannot be used: calendar.txt: The feed needs calendar.txt or "
        "calendar_dates.txt to say on which days trips run."
    )
    assert caught.value.findings.has_errors
