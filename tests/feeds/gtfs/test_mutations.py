"""Whatever is done to a feed, the answer is findings, a timetable, or one clear error."""

import io
import zipfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import FeedError
from feeds.gtfs.compile import ScopedFeed, compile_feeds
from feeds.gtfs.validate import check_feed, load_feed
from feeds.report import Findings
from tests.support.examples import examples
from tests.support.gtfs import gtfs_files, gtfs_zip, zip_of

FULL = """
    # stops.txt
    stop_id, stop_name, stop_lat, stop_lon, location_type, parent_station, level_id
    A,       "An, ger", 51.850,   7.480,    ,              B,              up
    B1,      Brink 1,   51.860,   7.490,    0,             B,              down
    B,       Brink,     51.860,   7.490,    1,             ,
    E,       Eingang,   51.860,   7.490,    2,             B,              up
    N,       ,          ,         ,         3,             B,
    B1x,     ,          ,         ,         4,             B1,

    # trips.txt
    route_id, service_id, trip_id, direction_id, bikes_allowed
    R,        daily,      T1,      0,            1
    R,        extra,      T2,      1,

    # stop_times.txt
    trip_id, stop_id, stop_sequence, arrival_time, departure_time, pickup_type, pickup_booking_rule_id, shape_dist_traveled
    T1,      A,       1,             8:00:00,      8:00:00,        2,           call,                   0
    T1,      B1,      2,             ,             ,               ,            ,                       1.5
    T1,      A,       3,             24:20:00,     24:21:00,       1,           ,                       2
    T2,      B1,      1,             9:00:00,      9:00:00,        ,            ,
    T2,      A,       2,             9:10:00,      9:10:00,        ,            ,

    # calendar_dates.txt
    service_id, date, exception_type
    daily,      20240301, 2
    extra,      20240302, 1

    # frequencies.txt
    trip_id, start_time, end_time, headway_secs, exact_times
    T2,      6:00:00,    7:00:00,  1200,         0

    # transfers.txt
    from_stop_id, to_stop_id, transfer_type, min_transfer_time, from_route_id, to_trip_id
    A,            B,          2,             120,               ,
    B1,           B1,         3,             ,                  R,
    B1,           B1,         1,             ,                  R,             T2
    B,            B,          0,             ,                  ,              T2

    # levels.txt
    level_id, level_index
    up,       0
    down,     -1.5

    # pathways.txt
    pathway_id, from_stop_id, to_stop_id, pathway_mode, is_bidirectional, length, traversal_time, stair_count, max_slope, min_width
    p1,         E,            N,          6,            0,                ,       ,               ,            ,
    p2,         N,            B1x,        2,            1,                ,       ,               -40,         ,
    p3,         A,            B1,         1,            1,                12.5,   20,             ,            0.05,      1.5

    # booking_rules.txt
    booking_rule_id, booking_type, prior_notice_duration_min, message
    call,            1,            60,                        Bitte anrufen
"""
FILES = {name: body.encode() for name, body in gtfs_files(FULL).items()}
SPICE = [b"", b",", b'"', b"\n", b"\r", b"\0", b"\xff", b"-1", b"99999999999", b"1e9", b"nan"]
SPICE += [
    b"\r\n",
    b" \r\n\n",
    b"24:00:00",
    b"A",
    b"\xef\xbb\xbf",
    b"20240101",
    b"9",
    "Ü".encode(),
    b" ",
]

edits = st.tuples(
    st.sampled_from(sorted(FILES)),
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 12),
    st.sampled_from(SPICE) | st.binary(max_size=4),
)
relaxed = examples(50)


def bytes_of(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name), body)
    return out.getvalue()


PLAIN = bytes_of(FILES)


def use(path: Path) -> None:
    """Check and compile as an import does; a feed may be refused, and must not crash."""
    try:
        feed = load_feed(path, Findings())
    except FeedError:
        return
    timetable, _ = compile_feeds([ScopedFeed("x", feed)])
    assert (timetable.event_departure >= timetable.event_arrival).all()
    assert timetable.trip_event_ptr[-1] == timetable.event_stop.size
    assert timetable.service_active.any()


def test_the_feed_to_be_spoilt_is_good(tmp_path: Path) -> None:
    assert not check_feed(gtfs_zip(tmp_path, FULL))
    use(gtfs_zip(tmp_path, FULL))


@relaxed
@given(st.lists(edits, min_size=1, max_size=4))
def test_spoilt_files(tmp_path: Path, changes: list[tuple[str, float, int, bytes]]) -> None:
    files = dict(FILES)
    for name, where, cut, put in changes:
        body = files[name]
        at = int(where * (len(body) + 1))
        files[name] = body[:at] + put + body[at + cut :]
    use(zip_of(tmp_path / "feed.zip", files))


@relaxed
@given(st.lists(st.sampled_from(sorted(FILES)), max_size=4), st.data())
def test_missing_and_swapped_files(tmp_path: Path, gone: list[str], data: st.DataObject) -> None:
    files = {name: body for name, body in FILES.items() if name not in gone}
    if files:
        here, there = data.draw(st.tuples(*[st.sampled_from(sorted(files))] * 2))
        files[here] = FILES[there]
    use(zip_of(tmp_path / "feed.zip", files))


@relaxed
@given(st.integers(0, len(PLAIN)))
def test_cut_archives(tmp_path: Path, length: int) -> None:
    path = tmp_path / "feed.zip"
    path.write_bytes(PLAIN[:length])
    use(path)


@relaxed
@given(
    st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 255)), min_size=1, max_size=5)
)
def test_flipped_bytes_in_archives(tmp_path: Path, flips: list[tuple[int, int]]) -> None:
    raw = bytearray(PLAIN)
    for at, byte in flips:
        raw[at] = byte
    path = tmp_path / "feed.zip"
    path.write_bytes(raw)
    use(path)


@relaxed
@given(
    st.lists(
        st.tuples(st.integers(PLAIN.find(b"PK\x01\x02"), len(PLAIN) - 1), st.integers(0, 255)),
        min_size=1,
        max_size=3,
    )
)
def test_flipped_bytes_in_the_table_of_contents(
    tmp_path: Path, flips: list[tuple[int, int]]
) -> None:
    test_flipped_bytes_in_archives.hypothesis.inner_test(tmp_path, flips)
