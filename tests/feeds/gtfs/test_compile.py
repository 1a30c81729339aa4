"""Feeds become one timetable: events, flags, runs, transfers, scopes."""

from pathlib import Path

import numpy as np
import pytest

from feeds.gtfs.compile import Compiled, ScopedFeed, compile_feeds
from feeds.gtfs.transfers import NO_CHANGE_S, Edges
from feeds.gtfs.validate import load_feed
from feeds.merging.twins import MIN_CHANGE_S
from feeds.report import Findings
from kommit.kit.clock import format_hms
from routing.booking_rules import BookingRule
from routing.timetable import (
    BIKES,
    NO_DROP_OFF,
    NO_PICKUP,
    NO_WHEELCHAIR,
    NONE,
    WHEELCHAIR,
)
from tests.support.gtfs import gtfs_zip

STOPS = """
    stop_id, stop_name, stop_lat, stop_lon, location_type, parent_station
    A,       Anger,     51.850,   7.480,    ,
    B1,      Brink 1,   51.860,   7.490,    ,              B
    B2,      Brink 2,   51.861,   7.490,    ,              B
    B,       Brink,     51.860,   7.490,    1,
    E,       Entrance,  51.860,   7.490,    2,             B
    C,       Camp,      51.870,   7.500,    ,
"""
STOP_TIMES = """
    trip_id, stop_id, stop_sequence, arrival_time, departure_time
    T1,      A,       1,             8:00:00,      8:00:00
    T1,      B1,      2,             8:10:00,      8:10:00
    T2,      B2,      1,             8:15:00,      8:15:00
    T2,      C,       2,             8:30:00,      8:30:00
"""
TRANSFERS = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\n"


def compiled(*paths: Path, **options: object) -> Compiled:
    feeds = [ScopedFeed(f"f{i}", load_feed(path, Findings())) for i, path in enumerate(paths, 1)]
    return compile_feeds(feeds, **options)  # type: ignore[arg-type]  # any option of it


def trips(result: Compiled) -> list[str]:
    """Return each trip as ``f1:T1 A 8:00 B 8:10-8:11``."""
    tt, names = result
    lines = []
    for trip, trip_id in enumerate(names.trip_id):
        cells = [trip_id]
        for event in range(tt.trip_event_ptr[trip], tt.trip_event_ptr[trip + 1]):
            arrival, departure = int(tt.event_arrival[event]), int(tt.event_departure[event])
            dwell = f"-{format_hms(departure)}" if departure > arrival else ""
            stop = names.stop_id[tt.event_stop[event]].partition(":")[2]
            cells.append(f"{stop} {format_hms(arrival)}{dwell}")
        lines.append(" ".join(cells))
    return lines


def walks(result: Compiled) -> dict[str, int]:
    """Return transfers as ``{"A>B": seconds}``."""
    tt, names = result
    ids = [name.partition(":")[2] for name in names.stop_id]
    return {
        f"{ids[stop]}>{ids[tt.transfer_stop[edge]]}": int(tt.transfer_s[edge])
        for stop in range(tt.n_stops)
        for edge in range(tt.transfer_ptr[stop], tt.transfer_ptr[stop + 1])
    }


def station_feed(tmp_path: Path, rows: str = "", **changed: str) -> Path:
    more = {"transfers": TRANSFERS + rows} if rows else {}
    return gtfs_zip(tmp_path, stops=STOPS, stop_times=STOP_TIMES, **more, **changed)


def test_trips_and_their_events(tmp_path: Path) -> None:
    assert trips(compiled(gtfs_zip(tmp_path))) == [
        "f1:T1 A 8:00 B 8:10-8:11 C 8:20",
        "f1:T2 C 9:00 B 9:10",
    ]


def test_rows_in_any_order_past_midnight_with_loops_and_holes(tmp_path: Path) -> None:
    path = gtfs_zip(
        tmp_path,
        stop_times="""
            trip_id, stop_id, stop_sequence, arrival_time, departure_time
            T2,      B,       2,             49:10:00,     49:10:00
            T1,      A,       9,             24:10:00,
            T1,      B,       5,             ,
            T1,      A,       1,             ,             23:50:00
            T2,      C,       1,             48:00:00,     48:00:00
        """,
    )
    assert trips(compiled(path)) == [
        "f1:T1 A 23:50 B 24:00 A 24:10",
        "f1:T2 C 48:00 B 49:10",
    ]


def test_flags(tmp_path: Path) -> None:
    path = gtfs_zip(
        tmp_path,
        trips="route_id,service_id,trip_id,wheelchair_accessible,bikes_allowed\n"
        "R,daily,T1,1,2\nR,daily,T2,2,1\n",
        stop_times="""
            trip_id,stop_id,stop_sequence,arrival_time,departure_time,pickup_type,drop_off_type
            T1,A,1,8:00,8:00,0,1
            T1,B,2,8:10,8:10,2,3
            T1,C,3,8:20,8:20,1,
            T2,C,1,9:00,9:00,,
            T2,B,2,9:10,9:10,1,1
        """,
    )
    tt = compiled(path).timetable
    assert tt.trip_flags.tolist() == [WHEELCHAIR, BIKES | NO_WHEELCHAIR]
    assert tt.event_flags.tolist() == [NO_DROP_OFF, 0, NO_PICKUP, 0, NO_PICKUP | NO_DROP_OFF]


def test_wheelchair_boarding_is_the_own_or_else_the_stations(tmp_path: Path) -> None:
    path = gtfs_zip(
        tmp_path,
        stops="""
            stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding
            A,Anger,51.85,7.48,0,,1
            B,Brink 1,51.86,7.49,0,S,0
            C,Brink 2,51.86,7.49,0,S,2
            D,Dorf,51.87,7.50,0,,
            S,Brink,51.86,7.49,1,,1
        """,
    )
    assert compiled(path).timetable.stop_wheelchair.tolist() == [1, 1, 2, 0, 1]


def test_the_first_stop_to_board_by_a_rule_gives_the_trip_its_rule(tmp_path: Path) -> None:
    path = gtfs_zip(
        tmp_path,
        stop_times="""
            trip_id,stop_id,stop_sequence,arrival_time,departure_time,pickup_type,pickup_booking_rule_id
            T1,A,1,8:00,8:00,1,eve
            T1,B,2,8:10,8:10,2,hour
            T1,C,3,8:20,8:20,2,eve
            T2,C,1,9:00,9:00,,
            T2,B,2,9:10,9:10,,
        """,
        booking_rules="""
            booking_rule_id,booking_type,prior_notice_duration_min,prior_notice_last_day,prior_notice_last_time,phone_number
            eve,2,,1,18:00:00,
            hour,1,60,,,+49 2597 1
        """,
    )
    tt, names = compiled(path)
    assert tt.trip_booking_rule.tolist() == [1, NONE]
    assert [BookingRule.of_row(row) for row in tt.booking_rules] == [
        BookingRule(2, NONE, 1, 18 * 3600, NONE),
        BookingRule(1, 60, NONE, NONE, NONE),
    ]
    assert names.rule_id.tolist() == ["f1:eve", "f1:hour"]
    assert names.rule_phone_number[1] == "+49 2597 1"


@pytest.mark.parametrize("exact", ["0", "1", ""])
def test_frequencies_are_written_out(tmp_path: Path, exact: str) -> None:
    path = gtfs_zip(
        tmp_path,
        frequencies=f"""
            trip_id, start_time, end_time, headway_secs, exact_times
            T1,      6:00:00,    6:40:00,  1200,         {exact}
            T1,      23:50:00,   24:10:00, 600,          {exact}
            T1,      6:20:00,    6:30:00,  900,          {exact}
        """,
    )
    assert trips(compiled(path)) == [
        "f1:T1@6:00 A 6:00 B 6:10-6:11 C 6:20",
        "f1:T1@6:20 A 6:20 B 6:30-6:31 C 6:40",
        "f1:T1@23:50 A 23:50 B 24:00-24:01 C 24:10",
        "f1:T1@24:00 A 24:00 B 24:10-24:11 C 24:20",
        "f1:T2 C 9:00 B 9:10",
    ]


def test_stations_are_stops_and_entrances_are_not(tmp_path: Path) -> None:
    tt, names = compiled(station_feed(tmp_path))
    assert names.stop_id.tolist() == ["f1:A", "f1:B1", "f1:B2", "f1:B", "f1:C"]
    assert tt.stop_station.tolist() == [NONE, 3, 3, NONE, NONE]
    assert names.stop_is_station.tolist() == [False, False, False, True, False]


def test_stops_of_a_station_are_joined_unless_told_otherwise(tmp_path: Path) -> None:
    path = station_feed(tmp_path)
    # 0.001 degrees of latitude: 111 m, with a detour 145 m, at 1.33 m/s 109 s
    assert walks(compiled(path)) == {"B1>B2": 109, "B2>B1": 109}
    assert compiled(path).timetable.transfer_m.tolist() == [145, 145]
    assert walks(compiled(path, station_transfers=False)) == {}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param("A,C,2,300", {"A>C": 300}, id="one direction only"),
        pytest.param("A,C,0,\nC,A,1,", {"A>C": 2555, "C>A": 2555}, id="estimated"),
        pytest.param("A,B,2,240", {"A>B1": 240, "A>B2": 240}, id="to a station: to its stops"),
        pytest.param("A,B,2,240\nA,B2,2,90", {"A>B1": 240, "A>B2": 90}, id="stops win"),
        pytest.param("A,B2,2,90\nA,B,2,240", {"A>B1": 240, "A>B2": 90}, id="in any order"),
        pytest.param("A,B,2,240\nA,B1,3,", {"A>B2": 240}, id="forbidden"),
        pytest.param("B1,B2,2,0", {"B1>B2": 0}, id="no time at all"),
        pytest.param("A,C,4,10\nA,C,5,10", {}, id="between vehicles: not yet"),
    ],
)
def test_transfers_exactly_as_the_file_says(
    tmp_path: Path, rows: str, expected: dict[str, int]
) -> None:
    assert walks(compiled(station_feed(tmp_path, rows), station_transfers=False)) == expected


def test_a_forbidden_transfer_is_not_brought_back_by_an_estimate(tmp_path: Path) -> None:
    assert walks(compiled(station_feed(tmp_path, "B1,B2,3,"))) == {"B2>B1": 109}


def test_changing_at_the_same_stop(tmp_path: Path) -> None:
    path = station_feed(tmp_path, "A,A,2,30\nB,B,2,200\nC,C,3,")
    result = compiled(path, station_transfers=False)
    # B's row is for its stops, among each other and with themselves
    assert result.timetable.stop_change_s.tolist() == [30, 200, 200, 120, NO_CHANGE_S]
    assert walks(result) == {"B1>B2": 200, "B2>B1": 200}


def test_transfers_are_sorted_by_time(tmp_path: Path) -> None:
    rows = "A,C,2,300\nA,B1,2,100\nA,B2,2,200"
    assert list(walks(compiled(station_feed(tmp_path, rows), station_transfers=False))) == [
        "A>B1", "A>B2", "A>C",
    ]  # fmt: skip


def test_walks_on_streets_stand_between_the_file_and_the_estimate(tmp_path: Path) -> None:
    def on_streets(lat: np.ndarray, lon: np.ndarray, boardable: np.ndarray) -> Edges:
        assert boardable.tolist() == [True, True, True, False, True]
        return Edges(
            origin=np.array([0, 0, 1]),
            target=np.array([1, 4, 2]),
            seconds=np.array([50, 60, 70]),
            metres=np.array([66, 80, 93]),
        )

    result = compiled(station_feed(tmp_path, "A,C,2,300"), walks=on_streets)
    assert walks(result) == {"A>B1": 50, "A>C": 300, "B1>B2": 70, "B2>B1": 109}
    assert result.timetable.transfer_m.tolist() == [66, NONE, 93, 145]


def test_feeds_are_merged_by_scope(tmp_path: Path) -> None:
    one = station_feed(tmp_path, "A,C,2,300")
    other = gtfs_zip(
        tmp_path,
        name="other.zip",
        agency="agency_id,agency_name,agency_timezone\nZ,Zug,Europe/Zurich\nL,Lok,Europe/London\n",
        routes="route_id,agency_id,route_type\nR,L,2\n",
        calendar="",
        calendar_dates="service_id,date,exception_type\ndaily,20230501,1\n",
        transfers=TRANSFERS + "C,A,2,99\n",
    )
    merged = compiled(one, other)
    tt, names = merged
    assert trips(merged)[2:] == ["f2:T1 A 8:00 B 8:10-8:11 C 8:20", "f2:T2 C 9:00 B 9:10"]
    within = {pair: s for pair, s in walks(merged).items() if s != MIN_CHANGE_S}
    assert within == {"A>C": 300, "B1>B2": 109, "B2>B1": 109, "C>A": 99}
    assert names.stop_id[tt.event_stop[tt.trip_event_ptr[2]]] == "f2:A"
    assert names.route_id[tt.trip_route].tolist() == ["f1:R", "f1:R", "f2:R", "f2:R"]
    assert names.agency_id[tt.route_agency].tolist() == ["f1:A1", "f2:L"]
    # zones are rows in order of their names: Berlin, London, Zurich
    assert tt.agency_zone.tolist() == [0, 2, 1]
    assert tt.day_epoch.shape == (3, tt.n_days)
    days = tt.service_active[tt.trip_service].sum(axis=1)
    assert days.tolist() == [366, 366, 1, 1]
    assert tt.service_active[tt.trip_service[2], 0] == 1


def test_a_feed_merged_with_itself_keeps_every_invariant(tmp_path: Path) -> None:
    path = station_feed(tmp_path, "A,C,2,300")
    alone, twice = compiled(path).timetable, compiled(path, path).timetable
    assert twice.trip_event_ptr.tolist() == [0, 2, 4, 6, 8]
    assert twice.stop_station.tolist() == [NONE, 3, 3, NONE, NONE, NONE, 8, 8, NONE, NONE]
    assert twice.n_days == alone.n_days
    for field in twice._fields:
        assert getattr(twice, field).dtype == getattr(alone, field).dtype, field
