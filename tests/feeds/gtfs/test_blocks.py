"""Which trips of a feed are one vehicle's, on which days, and where riders have to get off."""

from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.gtfs.blocks import MAX_WAYS, Said, through_runs
from feeds.gtfs.compile import Compiled, ScopedFeed, compile_feeds
from feeds.gtfs.validate import load_feed
from feeds.merging.duplicates import Duplicates, without
from feeds.report import Findings
from kommit.kit.clock import format_hms, parse_hms
from routing.timetable import NONE
from tests.support.gtfs import gtfs_zip
from tests.support.timetables import Network, Trip, compile_network

STOPS = """
    stop_id, stop_name, stop_lat, stop_lon, location_type, parent_station
    A,       Anger,     51.850,   7.400,    ,
    B,       Brink,     51.850,   7.420,    ,
    B2,      Brink,     51.8515,  7.420,    ,
    C,       Camp,      51.850,   7.440,    ,
    D,       Damm,      51.850,   7.460,    ,
    S1,      Station 1, 51.900,   7.500,    ,              S
    S2,      Station 2, 51.903,   7.500,    ,              S
    S,       Station,   51.901,   7.500,    1,
"""
CALENDAR = """
    service_id, monday, tuesday, wednesday, thursday, friday, saturday, sunday, start_date, end_date
    daily,      1,      1,       1,         1,        1,      1,        1,      20240603,   20240616
    weekdays,   1,      1,       1,         1,        1,      0,        0,      20240603,   20240616
    weekend,    0,      0,       0,         0,        0,      1,        1,      20240603,   20240616
"""
WEEK = "MoTuWeThFrSaSu"


def feed(folder: Path, trips: str, transfers: str = "", **files: str) -> Compiled:
    """Compile trips given as ``T1 block service A 8:00 B 8:10``, one a line."""
    rows = [line.split() for line in trips.strip().splitlines()]
    times = [
        f"{row[0]},{stop},{position},{time},{time}"
        for row in rows
        for position, (stop, time) in enumerate(zip(row[3::2], row[4::2], strict=True))
    ]
    path = gtfs_zip(
        folder,
        stops=STOPS,
        calendar=CALENDAR,
        trips="route_id,service_id,trip_id,block_id\n"
        + "\n".join(f"R,{row[2]},{row[0]},{row[1].strip('-')}" for row in rows),
        stop_times="trip_id,stop_id,stop_sequence,arrival_time,departure_time\n" + "\n".join(times),
        **(
            {"transfers": "from_trip_id,to_trip_id,transfer_type\n" + transfers}
            if transfers
            else {}
        ),
        **files,
    )
    return compile_feeds([ScopedFeed("f", load_feed(path, Findings()))])


def through(result: Compiled) -> dict[str, str]:
    """Return through-runs as ``{"T1 T2": "MoTuWeThFr"}``, with the days of the first week."""
    tt, names = result
    ids = [name.partition(":")[2] for name in names.trip_id]
    found = {}
    for run, service in enumerate(tt.through_service):
        parts = tt.through_trip[slice(*tt.through_ptr[run : run + 2])]
        days = np.flatnonzero(tt.service_active[service][:7])
        found[" ".join(ids[part] for part in parts)] = "".join(
            WEEK[2 * d : 2 * d + 2] for d in days
        )
    assert date.fromordinal(int(tt.first_day[0])).weekday() == 0
    return found


ONE = "T1 x daily A 8:00 B 8:10"


@pytest.mark.parametrize(
    ("second", "joined"),
    [
        pytest.param("T2 x daily B 8:10 C 8:20", True, id="at the same stop and second"),
        pytest.param("T2 x daily B 8:40 C 8:50", True, id="after half an hour"),
        pytest.param("T2 x daily B 8:41 C 8:50", False, id="after the vehicle's rest"),
        pytest.param("T2 x daily B 8:09 C 8:20", False, id="before the vehicle is there"),
        pytest.param("T2 x daily B2 8:12 C 8:20", True, id="from a stop close by"),
        pytest.param("T2 x daily C 8:15 D 8:20", False, id="from elsewhere"),
        pytest.param("T2 y daily B 8:12 C 8:20", False, id="another block"),
        pytest.param("T2 - daily B 8:12 C 8:20", False, id="no block"),
        pytest.param("T2 x weekend B 8:12 C 8:20", True, id="on some days"),
        pytest.param("T2 x daily B 8:12 A 8:20", False, id="back the way it came"),
        pytest.param("T2 x daily B2 8:12 A 8:20", False, id="back on the other side"),
        pytest.param("T2 x daily B 8:12 A 8:20 D 8:30", False, id="back and further on"),
        pytest.param("T2 x daily B 8:12 C 8:16 A 8:20", True, id="back by another way"),
    ],
)
def test_two_trips_of_a_block(tmp_path: Path, second: str, joined: bool) -> None:
    assert ("T1 T2" in through(feed(tmp_path, f"{ONE}\n{second}"))) == joined


def test_a_station_is_one_place(tmp_path: Path) -> None:
    found = feed(tmp_path, "T1 x daily A 8:00 S1 8:30\nT2 x daily S2 8:35 C 8:50")
    assert list(through(found)) == ["T1 T2"]


def test_the_order_of_the_day_counts_and_not_that_of_the_file(tmp_path: Path) -> None:
    rows = ["T3 x daily C 8:20 D 8:30", ONE, "T2 x daily B 8:10 C 8:20"]
    assert list(through(feed(tmp_path, "\n".join(rows)))) == ["T1 T2 T3"]


def test_a_trip_in_between_on_some_days_only(tmp_path: Path) -> None:
    found = feed(
        tmp_path,
        "T1 x daily A 8:00 B 8:10\nT2 x weekdays B 8:11 C 8:15\n"
        "T3 x weekend B 8:12 D 8:15\nT4 x weekdays C 8:20 D 8:30",
    )
    assert through(found) == {"T1 T2 T4": "MoTuWeThFr", "T1 T3": "SaSu"}
    assert len(found.timetable.service_active) == 3, "days that a service has are not told again"


def test_trips_over_midnight_are_of_their_service_day(tmp_path: Path) -> None:
    found = feed(
        tmp_path,
        "T1 x daily A 23:50 B 24:10\nT2 x daily B 24:15 C 24:30\nT3 y daily C 0:31 D 0:40",
        "T2,T3,4",
    )
    assert list(through(found)) == ["T1 T2"]


@pytest.mark.parametrize(
    ("transfers", "expected"),
    [
        pytest.param("", ["T1 T2 T3"], id="nothing said"),
        pytest.param("T1,T2,5", ["T2 T3"], id="riders must get off"),
        pytest.param("T1,T2,4", ["T1 T2 T3"], id="as the block says"),
        pytest.param("T1,T2,4\nT1,T2,5", ["T2 T3"], id="both: nobody can count on it"),
        pytest.param("T1,T4,4", ["T1 T2 T3", "T1 T4"], id="divides"),
        pytest.param("T5,T2,4", ["T1 T2 T3", "T5 T2 T3"], id="couples"),
        pytest.param("T4,T1,4", ["T1 T2 T3"], id="not in time"),
        pytest.param("T1,T9,4", ["T1 T2 T3"], id="unknown trip"),
        pytest.param("T1,,5", ["T1 T2 T3"], id="no trip"),
        pytest.param("T4,T6,4", ["T1 T2 T3", "T4 T6"], id="far away, and long after"),
    ],
)
def test_what_transfers_say(tmp_path: Path, transfers: str, expected: list[str]) -> None:
    trips = f"""{ONE}
    T2 x daily B 8:10 C 8:20
    T3 x daily C 8:20 D 8:30
    T4 - daily B 8:15 D 8:30
    T5 - daily C 8:00 B 8:05
    T6 - daily A 12:00 B 12:10
    """
    assert sorted(through(feed(tmp_path, trips, transfers))) == expected


def test_rows_for_riders_who_stay_are_no_walks(tmp_path: Path) -> None:
    rows = """
        from_stop_id, to_stop_id, from_trip_id, to_trip_id, transfer_type
        B,            D,          T1,           T2,         5
        B,            C,          T1,           T2,         4
        B,            B2,         ,             ,           0
    """
    path = gtfs_zip(tmp_path, stops=STOPS, calendar=CALENDAR, **_two_trips(), transfers=rows)
    findings = Findings()
    feeds = [ScopedFeed("f", load_feed(path, findings))]
    tt, names = compile_feeds(feeds, station_transfers=False)
    assert [names.stop_id[stop] for stop in tt.transfer_stop] == ["f:B2"]
    assert tt.through_service.size == 0
    assert findings.count(code="particular-transfer") == 0


def _two_trips() -> dict[str, str]:
    return {
        "trips": "route_id,service_id,trip_id,block_id\nR,daily,T1,x\nR,daily,T2,x",
        "stop_times": "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n"
        "T1,A,1,8:00:00,8:00:00\nT1,B,2,8:10:00,8:10:00\n"
        "T2,B,1,8:10:00,8:10:00\nT2,C,2,8:20:00,8:20:00",
    }


def test_a_row_without_its_trip_is_reported(tmp_path: Path) -> None:
    rows = "from_trip_id,to_trip_id,transfer_type\nT1,T9,4"
    path = gtfs_zip(tmp_path, stops=STOPS, calendar=CALENDAR, **_two_trips(), transfers=rows)
    findings = Findings()
    load_feed(path, findings)
    [finding] = [each for each in findings if each.code == "dangling-reference"]
    assert (finding.file, finding.row, finding.field) == ("transfers.txt", 2, "to_trip_id")
    assert "T9" in finding.message


def test_repeated_trips_and_trips_to_be_booked_are_not_joined(tmp_path: Path) -> None:
    trips = f"{ONE}\nT2 x daily B 8:10 C 8:20"
    repeated = "trip_id,start_time,end_time,headway_secs\nT2,8:10:00,9:00:00,600"
    assert through(feed(tmp_path, trips, frequencies=repeated)) == {}
    booked = _two_trips()["stop_times"].replace("\n", ",r\n").replace(",r\n", ",booking\n", 1)
    booked = booked.replace("departure_time,booking", "departure_time,pickup_booking_rule_id")
    path = gtfs_zip(
        tmp_path,
        stops=STOPS,
        calendar=CALENDAR,
        trips=_two_trips()["trips"],
        stop_times=booked + ",r",
        booking_rules="booking_rule_id,booking_type\nr,0",
    )
    tt = compile_feeds([ScopedFeed("f", load_feed(path, Findings()))]).timetable
    assert (tt.trip_booking_rule != NONE).all()
    assert tt.through_service.size == 0


def test_a_vehicle_that_rides_in_circles_is_told_in_pieces(tmp_path: Path) -> None:
    rows = [f"T{k} x daily A {8 + k}:00 B {8 + k}:20 C {8 + k}:40 A {9 + k}:00" for k in range(4)]
    found = feed(tmp_path, "\n".join(rows))
    assert sorted(through(found)) == ["T0 T1", "T1 T2", "T2 T3"]


def test_two_feeds_keep_their_vehicles_apart(tmp_path: Path) -> None:
    trips = f"{ONE}\nT2 x daily B 8:10 C 8:20"
    one = feed(tmp_path, trips)
    path = tmp_path / "feed.zip"
    feeds = [ScopedFeed(scope, load_feed(path, Findings())) for scope in ("f", "g")]
    both = compile_feeds(feeds).timetable
    assert one.timetable.through_trip.tolist() == [0, 1]
    assert both.through_ptr.tolist() == [0, 2, 4]
    assert both.through_trip.tolist() == [0, 1, 2, 3]
    assert (both.service_active[both.through_service] == 1).all()


def test_a_through_run_needs_all_its_trips_when_duplicates_are_dropped(tmp_path: Path) -> None:
    found = feed(tmp_path, f"{ONE}\nT2 x daily B 8:10 C 8:20")
    days = np.zeros((1, found.timetable.n_days), dtype=np.bool_)
    days[0, 2] = True
    left = without(found.timetable, Duplicates((), np.array([1]), days))
    assert through(Compiled(left, *found[1:])) == {"T1 T2": "MoTuThFrSaSu"}


def test_trains_that_divide_without_end_are_cut_off() -> None:
    layers = [[f"{8 + k}:00 {8 + k}:30"] * 3 for k in range(12)]
    trips = [
        Trip([k, k + 1], *[[parse_hms(t) for t in times.split()]] * 2)
        for k, layer in enumerate(layers)
        for times in layer
    ]
    joined = {trip: [3 * (trip // 3 + 1) + k for k in range(3)] for trip in range(33)}
    said = Said(np.full(len(trips), NONE), joined, set())
    found = through_runs(said, compile_network(Network(13, trips)))
    assert len(found) == 3 * MAX_WAYS


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_random_blocks_hold_what_they_promise(seed: int) -> None:
    random = Random(seed)
    trips = [random_trip(random) for _ in range(random.randint(2, 14))]
    block = np.array([random.choice([NONE, 0, 0, 1]) for _ in trips])
    pairs = {(random.randrange(len(trips)), random.randrange(len(trips))) for _ in range(4)}
    parted = {pair for pair in pairs if random.random() < 0.4}
    joined = {one: [other] for one, other in sorted(pairs - parted)}
    tt = compile_network(Network(6, trips))
    covered = set()
    for parts, days in through_runs(Said(block, joined, parted), tt).items():
        assert len(parts) > 1
        common = set.intersection(*(set(trips[part].days) for part in parts))
        assert set(np.flatnonzero(days).tolist()) <= common
        for one, other in pairwise(parts):
            assert (one, other) not in parted
            assert trips[one].arrivals[-1] <= trips[other].departures[0]
            assert block[one] == block[other] != NONE or other in joined.get(one, [])
            covered |= {(one, other, day) for day in np.flatnonzero(days).tolist()}
    for one, others in joined.items():  # what is joined by name is there on every common day
        for other in others:
            in_time = trips[one].arrivals[-1] <= trips[other].departures[0]
            if one != other and in_time and trips[one].departures[0] < trips[other].departures[0]:
                for day in set(trips[one].days) & set(trips[other].days):
                    assert (one, other, day) in covered, format_hms(trips[one].departures[0])


def random_trip(random: Random) -> Trip:
    start = 8 * 3600 + 600 * random.randrange(20)
    times = [start, start + 600 * random.randint(1, 3)]
    stops = random.sample(range(6), 2)
    return Trip(stops, times, times, days=set(random.sample(range(5), random.randint(1, 5))))
