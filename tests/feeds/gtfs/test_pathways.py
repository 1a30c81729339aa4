"""Ways inside stations: how long they take, which is quickest, and what can be wrong with them."""

from pathlib import Path

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.gtfs.compile import ScopedFeed, compile_feeds
from feeds.gtfs.pathway_times import is_step_free, traversal_s
from feeds.gtfs.pathways import pathway_edges
from feeds.gtfs.read import Feed
from feeds.gtfs.validate import check_feed, load_feed
from feeds.report import Findings
from tests.support.gtfs import gtfs_zip

# a station of three platforms; the hall has no position, and P2 is told by its two ends
STOPS = """
    stop_id, stop_name, stop_lat, stop_lon, location_type, parent_station, level_id
    S,       Station,   51.850,   7.480,    1,             ,
    P1,      Gleis 1,   51.850,   7.480,    0,             S,              ground
    P2,      Gleis 2,   51.851,   7.480,    0,             S,              ground
    P2a,     Abschnitt, 51.851,   7.480,    4,             P2,             ground
    P2b,     Abschnitt, 51.851,   7.480,    4,             P2,             ground
    P3,      Gleis 3,   51.852,   7.480,    0,             S,              under
    door,    Eingang,   51.850,   7.480,    2,             S,              ground
    hall,    Halle,     ,         ,         3,             S,              under
    Z,       Ziel,      51.900,   7.500,    0,             ,
"""
STOP_TIMES = """
    trip_id, stop_id, stop_sequence, arrival_time, departure_time
    T1,      P1,      1,             8:00:00,      8:00:00
    T1,      Z,       2,             8:10:00,      8:10:00
    T2,      P2,      1,             9:00:00,      9:00:00
    T2,      P3,      2,             9:05:00,      9:05:00
    T2,      Z,       3,             9:10:00,      9:10:00
"""
LEVELS = "level_id,level_index,level_name\nground,0,Ebene 0\nunder,-1,Ebene -1\n"
HEADER = (
    "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,"
    "length,traversal_time,stair_count,max_slope,min_width\n"
)
ALL = """
    a,P1,hall,2,1,,30,,,
    b,hall,P2a,2,1,,20,,,
    c,hall,P3,1,1,,10,,,
    d,door,P1,1,1,,5,,,
"""


def feed(tmp_path: Path, pathways: str, **changed: str) -> Path:
    rows = "".join(f"{row.strip()}\n" for row in pathways.strip().splitlines())
    files = {"stops": STOPS, "stop_times": STOP_TIMES, "levels": LEVELS} | changed
    return gtfs_zip(tmp_path, **files, pathways=HEADER + rows)  # type: ignore[arg-type]


def loaded(tmp_path: Path, pathways: str, **changed: str) -> Feed:
    return load_feed(feed(tmp_path, pathways, **changed), Findings())


def between(read: Feed, **options: bool) -> dict[str, int]:
    """Return ``{"P1>P2": seconds}`` of the pathways alone."""
    ids = read.stops.stop_id
    origin, target, seconds, _ = pathway_edges(read, ids, **options)
    return {
        f"{ids.iloc[a]}>{ids.iloc[b]}": s
        for a, b, s in zip(origin, target, seconds.tolist(), strict=True)
    }


def walks(path: Path) -> dict[str, int]:
    """Return the transfers of the timetable."""
    tt, names = compile_feeds([ScopedFeed("f", load_feed(path, Findings()))])
    ids = [name[2:] for name in names.stop_id]
    return {
        f"{ids[stop]}>{ids[tt.transfer_stop[hop]]}": int(tt.transfer_s[hop])
        for stop in range(tt.n_stops)
        for hop in range(tt.transfer_ptr[stop], tt.transfer_ptr[stop + 1])
    }


def test_the_quickest_ways_between_platforms(tmp_path: Path) -> None:
    assert between(loaded(tmp_path, ALL)) == {
        "P1>P2": 50, "P2>P1": 50, "P1>P3": 40, "P3>P1": 40, "P2>P3": 30, "P3>P2": 30,
    }  # fmt: skip


def test_a_good_station_has_no_findings(tmp_path: Path) -> None:
    assert [f for f in check_feed(feed(tmp_path, ALL)) if f.code != "unused"] == []


def test_pathways_stand_between_transfers_and_estimates(tmp_path: Path) -> None:
    transfers = (
        "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nP1,P3,2,300\nP3,P1,3,\nP2,P1,0,\n"
    )
    rows = "a,P1,P2,1,1,,70,,,\nb,P1,P3,1,1,,10,,,"
    assert walks(feed(tmp_path, rows, transfers=transfers)) == {
        "P1>P2": 70,
        "P1>P3": 300,
        "P2>P1": 70,  # the row names no time: that of the pathway
        "P2>P3": 80,
        "P3>P2": 80,
    }
    # P3 on no pathway: its walks are estimates, 111 and 222 m by air
    assert walks(feed(tmp_path, "a,P1,P2,1,1,,70,,,")) == {
        "P1>P2": 70, "P2>P1": 70, "P1>P3": 218, "P3>P1": 218, "P2>P3": 109, "P3>P2": 109,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "there", "back"),
    [
        pytest.param("x,P1,P2,1,1,100,33,,,", 33, 33, id="the time given"),
        pytest.param("x,P1,P2,1,1,100,,,,", 76, 76, id="walkway: 100 m at 1.33 m/s"),
        pytest.param("x,P1,P2,1,1,,,,,", 110, 110, id="walkway: 145 m, 111 m by air"),
        pytest.param("x,P1,hall,1,1,,,,,", 1, 1, id="walkway: nothing known"),
        pytest.param("x,P1,P2,2,1,,,50,,", 24, 21, id="stairs: 50 steps up"),
        pytest.param("x,P1,P2,2,1,,,-50,,", 21, 24, id="stairs: 50 steps down"),
        pytest.param("x,P3,P1,2,1,,,,,", 12, 10, id="stairs: 4 m up, 23.5 steps"),
        pytest.param("x,P1,P2,2,1,10,,,,", 17, 17, id="stairs: 10 m long"),
        pytest.param("x,P1,P2,3,1,65,,,,", 100, 100, id="moving walk"),
        pytest.param("x,P1,P2,4,0,13,,,,", 31, 31, id="escalator: by its length"),
        pytest.param("x,P3,P1,4,0,,,,,", 16, 16, id="escalator: by its levels"),
        pytest.param("x,P3,P1,5,1,,,,,", 44, 44, id="lift: one level"),
        pytest.param("x,P1,P2,6,1,,,,,", 5, 5, id="gate"),
        pytest.param("x,P1,P2,7,0,,,,,", 3, 3, id="exit gate"),
    ],
)
def test_seconds_by_mode(tmp_path: Path, row: str, there: int, back: int) -> None:
    read = loaded(tmp_path, row)
    assert traversal_s(read).tolist() == [there]
    assert traversal_s(read, backward=True).tolist() == [back]


def test_one_way_and_parallel_ways(tmp_path: Path) -> None:
    rows = """
        up,hall,P1,4,0,,20,,,
        stairs,hall,P1,2,1,,30,,,
        on,hall,P3,1,1,,10,,,
    """
    assert between(loaded(tmp_path, rows)) == {"P1>P3": 40, "P3>P1": 30}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("x,P1,P2,1,1,,,,,", True),
        ("x,P1,P2,2,1,,,,,", False),
        ("x,P1,P2,3,1,,,,0.083,0.9", True),
        ("x,P1,P2,4,0,,,,,", False),
        ("x,P1,P2,5,1,,,,,", True),
        ("x,P1,P2,1,1,,,,-0.09,", False),
        ("x,P1,P2,6,1,,,,,0.8", False),
    ],
)
def test_what_a_wheelchair_gets_along(tmp_path: Path, row: str, expected: bool) -> None:
    assert is_step_free(loaded(tmp_path, row)).tolist() == [expected]


def test_step_free_ways_take_the_lift(tmp_path: Path) -> None:
    rows = ALL + "lift,P1,hall,5,1,,90,,,\n"
    assert between(loaded(tmp_path, rows))["P1>P3"] == 40
    assert between(loaded(tmp_path, rows), step_free=True) == {"P1>P3": 100, "P3>P1": 100}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("x,P1,nowhere,1,1,,,,,", "dangling-reference pathways.txt:3 to_stop_id"),
        ("x,S,P1,1,1,,,,,", "dangling-reference pathways.txt:3 from_stop_id"),
        (",P1,P2,1,1,,,,,", "missing-id pathways.txt:3"),
        ("all,P1,P2,1,1,,,,,", "duplicate-id pathways.txt:3 pathway_id"),
        ("x,P1,P2,1,1,,-5,,,", "bad-number pathways.txt:3 traversal_time"),
        ("x,P1,P2,1,1,-5,,,,", "bad-number pathways.txt:3 length"),
        ("x,P1,P2,,1,,,,,", "bad-pathway pathways.txt:3 pathway_id"),
        ("x,P1,P2,7,1,,,,,", "bad-pathway pathways.txt:3 pathway_id"),
    ],
)
def test_what_can_be_wrong(tmp_path: Path, row: str, expected: str) -> None:
    """Nothing of it costs a trip: pathways are left out, or read in a kinder way."""
    rows = f"all,P1,P2,1,1,,70,,,\n{row}\nmore,P2,P3,1,1,,70,,,"
    found = [
        f"{f.code} {f.file}:{f.row} {f.field or ''}".rstrip()
        for f in check_feed(feed(tmp_path, rows))
        if f.code != "unused"
    ]
    assert found == [expected]


def test_an_unknown_mode_is_reported_and_left_out(tmp_path: Path) -> None:
    path = feed(tmp_path, "x,P1,P2,9,1,,70,,,\ny,P1,P3,1,1,,10,,,\nz,P2,P3,1,1,,10,,,")
    assert [f.code for f in check_feed(path) if f.row == 2] == ["bad-number", "bad-pathway"]
    assert between(load_feed(path, Findings()))["P1>P2"] == 20


def test_a_platform_without_pathway_is_reported(tmp_path: Path) -> None:
    (finding,) = [
        f for f in check_feed(feed(tmp_path, "x,P1,P2,1,1,,70,,,")) if f.severity != "info"
    ]
    assert (finding.code, finding.file, finding.row) == ("unconnected-platform", "stops.txt", 7)
    assert "P3" in finding.message


def test_an_unknown_level_is_reported(tmp_path: Path) -> None:
    path = feed(tmp_path, ALL, levels="level_id,level_index\nground,0\n")
    found = [f for f in check_feed(path) if f.code == "dangling-reference"]
    assert [(f.file, f.row, f.field) for f in found] == [
        ("stops.txt", 7, "level_id"), ("stops.txt", 9, "level_id"),
    ]  # fmt: skip


NODES = ("P1", "P2", "P3", "door", "hall")
pathway = st.tuples(
    st.sampled_from(NODES), st.sampled_from(NODES), st.booleans(), st.integers(1, 90)
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(pathway, min_size=1, max_size=9))
def test_as_networkx_finds_them(tmp_path: Path, pathways: list[tuple[str, str, bool, int]]) -> None:
    rows, graph = [], nx.MultiDiGraph()
    for number, (one, other, both, seconds) in enumerate(pathways):
        rows.append(f"{number},{one},{other},1,{int(both)},,{seconds},,,")
        graph.add_edge(one, other, weight=seconds)
        if both:
            graph.add_edge(other, one, weight=seconds)
    expected = {
        f"{one}>{other}": seconds
        for one, reached in nx.all_pairs_dijkstra_path_length(graph)
        for other, seconds in reached.items()
        if one != other and one[0] == other[0] == "P"
    }
    assert between(loaded(tmp_path, "\n".join(rows))) == expected
