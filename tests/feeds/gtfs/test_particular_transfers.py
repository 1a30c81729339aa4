"""Transfers between particular routes and trips, from the file to the journeys found."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from feeds.gtfs.compile import Compiled, ScopedFeed, compile_feeds
from feeds.gtfs.validate import check_feed, load_feed
from feeds.report import Findings
from kommit.kit.clock import format_hms, parse_hms
from routing.journey import RideLeg, WalkLeg
from routing.planner import Planner
from routing.query import Place, PlanQuery
from routing.transit.search import TransitQuery, TransitRide, TransitSearch
from tests.support.gtfs import gtfs_zip

STOPS = """
    stop_id, stop_name, stop_lat, stop_lon, location_type, parent_station
    A,       Anger,     51.850,   7.480,    ,
    H1,      Hof 1,     51.900,   7.500,    ,              H
    H2,      Hof 2,     51.901,   7.500,    ,              H
    H,       Hof,       51.900,   7.500,    1,
    Z,       Ziel,      51.950,   7.550,    ,
"""
ROUTES = "route_id,agency_id,route_short_name,route_type\n" + "".join(
    f"{route},A1,{route},2\n" for route in ("I", "J", "O", "P")
)
TRIPS = "route_id,service_id,trip_id\n" + "".join(
    f"{trip[0].upper()},daily,{trip}\n" for trip in ("i1", "i2", "j1", "o1", "o2", "p1", "p2")
)
STOP_TIMES = """
    trip_id, stop_id, stop_sequence, arrival_time, departure_time
    i1,      A,       1,             8:00:00,      8:00:00
    i1,      H1,      2,             8:10:00,      8:10:00
    i2,      A,       1,             9:00:00,      9:00:00
    i2,      H1,      2,             9:10:00,      9:10:00
    j1,      A,       1,             8:00:00,      8:00:00
    j1,      H1,      2,             8:09:00,      8:09:00
    o1,      H1,      1,             8:10:00,      8:10:00
    o1,      Z,       2,             8:30:00,      8:30:00
    o2,      H1,      1,             9:12:00,      9:12:00
    o2,      Z,       2,             9:30:00,      9:30:00
    p1,      H2,      1,             8:14:00,      8:14:00
    p1,      Z,       2,             8:40:00,      8:40:00
    p2,      H2,      1,             9:14:00,      9:14:00
    p2,      Z,       2,             9:40:00,      9:40:00
"""
HEADER = (
    "from_stop_id,to_stop_id,from_route_id,to_route_id,from_trip_id,to_trip_id,"
    "transfer_type,min_transfer_time\n"
)
ARRIVING, LEAVING = ("i1", "i2", "j1"), ("o1", "o2", "p1", "p2")
AT = {"o1": "H1", "o2": "H1", "p1": "H2", "p2": "H2"}
WALK_S = 109
"""Between H1 and H2: 111 m as the crow flies, estimated."""


def feed(tmp_path: Path, rows: str, **changed: str) -> Path:
    files = {"stops": STOPS, "routes": ROUTES, "trips": TRIPS, "stop_times": STOP_TIMES} | changed
    return gtfs_zip(tmp_path, **files, transfers=HEADER + rows)  # type: ignore[arg-type]


def compiled(tmp_path: Path, rows: str, **changed: str) -> Compiled:
    return compile_feeds([ScopedFeed("f", load_feed(feed(tmp_path, rows, **changed), Findings()))])


def event(result: Compiled, trip: str, stop: str) -> int:
    """Return the event of a trip at a stop."""
    tt, names = result
    index = names.trip_id.tolist().index(f"f:{trip}")
    events = range(tt.trip_event_ptr[index], tt.trip_event_ptr[index + 1])
    return next(e for e in events if names.stop_id[tt.event_stop[e]] == f"f:{stop}")


def change_s(result: Compiled, one: str, other: str) -> int | None:
    """Return the seconds between alighting from a trip at H1 and boarding another, if one may."""
    tt = result.timetable
    origin = tt.event_stop[event(result, one, "H1")]
    target = tt.event_stop[event(result, other, AT[other])]
    if origin == target:
        return int(tt.stop_change_s[origin])
    hops = range(tt.transfer_ptr[origin], tt.transfer_ptr[origin + 1])
    return next((int(tt.transfer_s[h]) for h in hops if tt.transfer_stop[h] == target), None)


PLAIN = {
    (one, other): 120 if AT[other] == "H1" else WALK_S for one, other in product(ARRIVING, LEAVING)
}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param("H1,H1,,,i1,o1,2,30", {"i1o1": 30}, id="trip to trip"),
        pytest.param("H1,H1,,O,i1,,2,30", {"i1o1": 30, "i1o2": 30}, id="trip to route"),
        pytest.param(
            "H1,H1,I,,,o1,2,30", {"i1o1": 30, "i2o1": 30}, id="route to trip"
        ),
        pytest.param("H1,H2,,,i1,,2,30", {"i1p1": 30, "i1p2": 30}, id="from a trip"),
        pytest.param("H1,H2,,,,p2,2,30", {"i1p2": 30, "i2p2": 30, "j1p2": 30}, id="to a trip"),
        pytest.param(
            "H1,H2,I,P,,,2,30",
            {"i1p1": 30, "i1p2": 30, "i2p1": 30, "i2p2": 30},
            id="route to route",
        ),
        pytest.param(
            "H1,H1,J,,,,2,30", {"j1o1": 30, "j1o2": 30}, id="from a route"
        ),
        pytest.param(
            "H1,H1,I,,i1,o1,2,30", {"i1o1": 30}, id="a trip says more than its route"
        ),
        pytest.param(
            # from rank 6 to rank 1: each row is outdone where a later one fits
            """H1,H1,,,,,2,60
               H1,H1,I,,,,2,50
               H1,H1,I,O,,,2,40
               H1,H1,,,i1,,2,30
               H1,H1,I,,,o1,2,20
               H1,H1,,,i2,o1,2,10""",
            {"i1o1": 20, "i1o2": 30, "i2o1": 10, "i2o2": 40, "j1o1": 60, "j1o2": 60},
            id="every rank",
        ),
        pytest.param(
            """H1,H1,,,i2,o1,2,10
               H1,H1,I,,,o1,2,20
               H1,H1,,,i1,,2,30
               H1,H1,I,O,,,2,40
               H1,H1,I,,,,2,50
               H1,H1,,,,,2,60""",
            {"i1o1": 20, "i1o2": 30, "i2o1": 10, "i2o2": 40, "j1o1": 60, "j1o2": 60},
            id="every rank in another order",
        ),
        pytest.param("H1,H1,I,,,,2,10\nH1,H1,,O,,,2,20", {
            "i1o1": 10, "i1o2": 10, "i2o1": 10, "i2o2": 10, "j1o1": 20, "j1o2": 20,
        }, id="of equals the first"),
        pytest.param("H,H,,,i1,,2,30", {
            "i1o1": 30, "i1o2": 30, "i1p1": 30, "i1p2": 30,
        }, id="station: all of its stops"),
        pytest.param("H,H,,,i1,,2,30\nH1,H2,,,,p1,2,40", {
            "i1o1": 30, "i1o2": 30, "i1p1": 40, "i1p2": 30, "i2p1": 40, "j1p1": 40,
        }, id="station: stops win among equals"),
        pytest.param("H,H,,,i1,p1,2,30\nH1,H2,I,P,,,2,40", {
            "i1p1": 30, "i1p2": 40, "i2p1": 40, "i2p2": 40,
        }, id="station: two trips win over two routes"),
        pytest.param("H1,H1,,,i1,o1,0,", {}, id="type 0: the usual time"),
        pytest.param("H1,H1,,,i1,o1,1,", {"i1o1": 0}, id="type 1 at a stop: waited for"),
        pytest.param("H1,H2,,,i1,p1,1,", {}, id="type 1 between stops: the walk"),
        pytest.param("H1,H2,,,i1,p1,1,200", {"i1p1": 200}, id="type 1 with a time"),
        pytest.param("H1,H1,,,i1,o1,2,", {}, id="type 2 without a time"),
        pytest.param("H1,H2,,,i1,p1,3,", {"i1p1": None}, id="type 3: not at all"),
        pytest.param("H1,H1,I,,,,3,", {
            "i1o1": None, "i1o2": None, "i2o1": None, "i2o2": None,
        }, id="type 3 at a stop"),
        pytest.param("H1,H1,,,,,3,\nH1,H1,,,i2,o2,0,", {
            "i1o1": None, "i1o2": None, "i2o1": None, "i2o2": 120, "j1o1": None, "j1o2": None,
        }, id="only one pair may"),
    ],
)  # fmt: skip
def test_the_most_specific_row_counts(
    tmp_path: Path, rows: str, expected: dict[str, int | None]
) -> None:
    lines = "".join(f"{row.strip()}\n" for row in rows.splitlines())
    result = compiled(tmp_path, lines)
    found = {pair: change_s(result, *pair) for pair in PLAIN}
    forbidden = {(key[:2], key[2:]) for key, seconds in expected.items() if seconds is None}
    wanted = PLAIN | {(key[:2], key[2:]): seconds for key, seconds in expected.items()}
    # all is forbidden at one point of a stop: told by a change longer than any journey
    assert {k: None if k in forbidden and (s or 0) > 86_400 else s for k, s in found.items()} == (
        wanted
    )


def test_points_are_added_only_for_trips_that_rows_tell_apart(tmp_path: Path) -> None:
    plain = compiled(tmp_path, "H1,H1,,,,,2,60\n")
    assert plain.timetable.stop_of.tolist() == [0, 1, 2, 3, 4]
    # i1 and i2 have the same rules at H1; at H2, Z and A no row names anything
    split = compiled(tmp_path, "H1,H1,I,O,,,2,30\n")
    assert split.timetable.stop_of.tolist() == [0, 1, 2, 3, 4, 1, 1]
    assert split.names.stop_id[5:].tolist() == ["f:H1", "f:H1"]
    assert split.names.stop_name[5:].tolist() == ["Hof 1", "Hof 1"]
    assert split.timetable.stop_station[5:].tolist() == [3, 3]
    assert split.timetable.n_known_stops == 5
    assert split.timetable.points_at(np.array([1])).tolist() == [1, 5, 6]


def test_runs_of_a_repeated_trip_share_its_rules(tmp_path: Path) -> None:
    frequencies = "trip_id,start_time,end_time,headway_secs\ni1,6:00:00,7:00:00,600\n"
    result = compiled(tmp_path, "H1,H1,,,i1,o1,2,30\n", frequencies=frequencies)
    assert change_s(result, "i1@6:00", "o1") == change_s(result, "i1@6:50", "o1") == 30
    assert change_s(result, "i2", "o1") == 120


def test_feeds_keep_their_rows_apart(tmp_path: Path) -> None:
    one = load_feed(feed(tmp_path, "H1,H1,,,j1,o1,2,30\nH1,H2,I,P,,,3,\n"), Findings())
    both = compile_feeds([ScopedFeed("e", one), ScopedFeed("f", one)])
    assert change_s(both, "j1", "o1") == 30
    assert change_s(both, "i1", "p1") is None
    assert change_s(both, "j1", "p1") == WALK_S
    assert both.timetable.stop_of[:10].tolist() == list(range(10))


def journeys(result: Compiled, second: str = "7:55") -> list[str]:
    """Return all journeys from A to Z within two hours as ``i1 H1 o1``, with arrivals."""
    tt, names = result
    search = TransitSearch(tt)
    midnight = int(tt.day_epoch[0, 100])
    query = TransitQuery(
        (tt.points_at(np.array([0])), [0] * tt.points_at(np.array([0])).size),
        (tt.points_at(np.array([4])), [0] * tt.points_at(np.array([4])).size),
        midnight + parse_hms(second),
        window_s=7200,
    )
    lines = []
    for journey in search.search(query):
        rides = [leg for leg in journey.legs if isinstance(leg, TransitRide)]
        trips = " ".join(str(names.trip_id[ride.trip])[2:] for ride in rides)
        lines.append(f"{trips} {format_hms(journey.arrival - midnight)}")
    return lines


def test_a_guaranteed_connection_of_no_minutes_is_made(tmp_path: Path) -> None:
    # i1 arrives at 8:10, o1 leaves at 8:10; without a promise, riders take p1 at the other platform
    assert journeys(compiled(tmp_path, "")) == ["j1 p1 8:40", "i2 o2 9:30"]
    assert journeys(compiled(tmp_path, "H1,H1,,,i1,o1,1,\n")) == ["i1 o1 8:30", "i2 o2 9:30"]


def test_a_forbidden_pair_is_not_made_while_another_route_may(tmp_path: Path) -> None:
    row = "H1,H1,I,O,,,3,\n"
    assert journeys(compiled(tmp_path, row)) == ["j1 p1 8:40", "i2 p2 9:40"]
    only = row + "H1,H1,,,i2,o2,2,90\n"
    assert journeys(compiled(tmp_path, only)) == ["j1 p1 8:40", "i2 o2 9:30"]


def test_riders_see_stops_and_not_their_points(tmp_path: Path) -> None:
    result = compiled(tmp_path, "H1,H1,,,i1,o1,1,\nH1,H2,,,i2,p2,2,60\nH1,H1,I,O,,,3,\n")
    tt = result.timetable
    planner = Planner(tt, None)
    for second in ("7:55", "8:55"):
        query = PlanQuery(place(result, 0), place(result, 4), time=at(result, second))
        (journey,) = planner.plan(query)[:1]
        stops = [p.stop for leg in journey.legs for p in (leg.origin, leg.destination)]
        assert max(stop for stop in stops if stop is not None) < tt.n_known_stops
        rides = [leg for leg in journey.legs if isinstance(leg, RideLeg)]
        walks = [leg for leg in journey.legs if isinstance(leg, WalkLeg)]
        if second == "7:55":  # from point to point of H1: a change, no walk
            assert [ride.origin.stop for ride in rides] == [0, 1]
            assert walks == []
        else:
            assert [(walk.origin.stop, walk.destination.stop) for walk in walks] == [(1, 2)]


def place(result: Compiled, stop: int) -> Place:
    tt = result.timetable
    return Place(float(tt.stop_lat[stop]), float(tt.stop_lon[stop]), stop)


def at(result: Compiled, second: str) -> int:
    return int(result.timetable.day_epoch[0, 100]) + parse_hms(second)


def test_a_journey_may_begin_and_end_at_any_point_of_a_stop_or_station(tmp_path: Path) -> None:
    result = compiled(tmp_path, "H1,H1,,,i1,o1,1,\nH,H,I,O,,,3,\n")
    planner = Planner(result.timetable, None)
    for stop in (1, 3):
        (late,) = planner.plan(
            PlanQuery(place(result, stop), place(result, 4), at(result, "8:10"))
        )[:1]
        assert format_hms(late.arrival - at(result, "0:00")) == "8:30"
        (early,) = planner.plan(
            PlanQuery(place(result, 0), place(result, stop), at(result, "8:00"))
        )[:1]
        assert format_hms(early.arrival - at(result, "0:00")) == "8:09"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("H1,H1,X,,,,2,30", "from_route_id"),
        ("H1,H1,,X,,,2,30", "to_route_id"),
        ("H1,H1,,,X,,2,30", "from_trip_id"),
        ("H1,H1,,,i1,X,2,30", "to_trip_id"),
        (",H1,,,i1,o1,2,30", "from_stop_id"),
    ],
)
def test_rows_that_name_what_is_not_there(tmp_path: Path, row: str, field: str) -> None:
    (finding,) = check_feed(feed(tmp_path, f"H1,H1,,,i2,o2,2,30\n{row}\n"))
    assert (finding.code, finding.file, finding.row, finding.field) == (
        "dangling-reference", "transfers.txt", 3, field,
    )  # fmt: skip
    assert change_s(compiled(tmp_path, f"{row}\n"), "i1", "o1") == 120


def test_a_row_for_a_trip_that_had_to_be_left_out_is_for_no_trip(tmp_path: Path) -> None:
    trips = TRIPS + "".join(f"I,daily,n{k}\n" for k in range(20)) + "I,daily,bad\n"
    times = "".join(f"n{k},A,1,7:00:00,7:00:00\nn{k},H1,2,7:10:00,7:10:00\n" for k in range(20))
    result = compiled(
        tmp_path,
        "H1,H1,,,bad,,2,30\n",
        trips=trips,
        stop_times=STOP_TIMES + times + "bad,A,1,8:00:00,8:00:00\n",
    )
    assert change_s(result, "i1", "o1") == 120


def test_too_many_points_of_one_stop(tmp_path: Path) -> None:
    many = range(3200)
    trips = TRIPS + "".join(f"I,daily,n{k}\n" for k in many)
    times = "".join(f"n{k},A,1,7:00:00,7:00:00\nn{k},H1,2,7:10:00,7:10:00\n" for k in many)
    rows = "".join(f"H1,H1,,,n{k},o1,2,30\n" for k in many)
    findings = check_feed(feed(tmp_path, rows, trips=trips, stop_times=STOP_TIMES + times))
    assert [f.code for f in findings if f.severity == "error"] == ["too-many-transfers"]
