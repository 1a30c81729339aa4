"""The numbers of stops come back from an image as the feed has them, however they count."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import ImageCorrupt
from feeds.gtfs.sequences import StopSequences, stop_sequences
from feeds.gtfs.validate import load_feed
from feeds.image.build import FeedInput, build_image
from feeds.image.image import SEQUENCES, load_image
from feeds.image.sequences import load_sequences, pack_sequences
from feeds.report import Findings
from tests.support.gtfs import gtfs_zip
from tests.support.shared import shared_data

NUMBERS = st.integers(0, 300).flatmap(
    lambda first: st.lists(st.sampled_from([1, 1, 1, 1, 7]), min_size=1, max_size=6).map(
        lambda steps: [first, *(first + int(s) for s in np.cumsum(steps))]
    )
)


def of_trips(trips: list[list[int]]) -> StopSequences:
    ptr = np.cumsum([0, *map(len, trips)]).astype(np.int64)
    return StopSequences(ptr, np.concatenate(trips).astype(np.int32))


@given(st.lists(st.lists(NUMBERS, min_size=1, max_size=8), min_size=1, max_size=3))
def test_every_number_leads_to_its_stop(feeds: list[list[list[int]]]) -> None:
    packed = pack_sequences([of_trips(trips) for trips in feeds])
    trips = [trip for trips in feeds for trip in trips]
    assert packed.is_consistent(len(trips))
    assert not packed.is_consistent(len(trips) + 1)
    for index, numbers in enumerate(trips):
        found = packed.positions(index, len(numbers))
        assert found == {number: k for k, number in enumerate(numbers)}


def test_trips_that_count_up_are_not_listed() -> None:
    packed = pack_sequences([of_trips([[0, 1, 2], [1, 2], [127, 128], [128, 129], [5, 7]])])
    assert packed.n_listed == 2


ODD = """
    # trips.txt
    route_id, service_id, trip_id
    R,        daily,      T1
    R,        daily,      often
    R,        daily,      T2

    # frequencies.txt
    trip_id, start_time, end_time, headway_secs
    often,   10:00:00,   11:00:00, 1800

    # stop_times.txt
    trip_id, stop_id, stop_sequence, arrival_time, departure_time
    T2,      B,       9,             9:10:00,      9:10:00
    T2,      A,       4,             9:00:00,      9:00:00
    T1,      A,       1,             8:00:00,      8:00:00
    T1,      B,       2,             8:10:00,      8:10:00
    often,   A,       10,            0:00:00,      0:00:00
    often,   B,       20,            0:05:00,      0:05:00

    # stops.txt
    stop_id, stop_name, stop_lat, stop_lon
    A,       Anger,     51.850,   7.480
    B,       Brink,     51.860,   7.490
"""


def test_an_image_has_them(tmp_path: Path) -> None:
    build_image([FeedInput("x", gtfs_zip(tmp_path, ODD))], None, tmp_path / "image")
    image = load_image(tmp_path / "image")
    found = {}
    for trip_id in ("T1", "T2", "often@10:00", "often@10:30"):
        trip = image.catalogue.find_trip(f"x:{trip_id}")
        assert trip is not None
        found[trip_id] = list(image.sequences.positions(trip, 2))
    assert found == {
        "T1": [1, 2],
        "T2": [4, 9],
        "often@10:00": [10, 20],
        "often@10:30": [10, 20],
    }


def test_an_image_without_them_is_damaged(tmp_path: Path) -> None:
    out = tmp_path / "image"
    build_image([FeedInput("x", gtfs_zip(tmp_path, ODD))], None, out)
    np.save(out / SEQUENCES / "first.npy", np.zeros(1, dtype=np.int8))
    with pytest.raises(ImageCorrupt, match="stop sequences do not fit"):
        load_image(out)
    (out / SEQUENCES / "first.npy").unlink()
    with pytest.raises(ImageCorrupt):
        load_image(out)


@pytest.mark.shared
def test_a_real_feed_takes_a_byte_a_trip(tmp_path: Path) -> None:
    path = shared_data("gtfs-rt", "kingston", "gtfs.zip")
    feed = load_feed(path, Findings())
    sequences = stop_sequences(feed)
    packed = pack_sequences([sequences])
    packed.save(tmp_path / "sequences")
    stored = load_sequences(tmp_path / "sequences")
    assert stored.n_listed == 0
    for trip in range(0, len(feed.trips), 97):
        numbers = sequences.sequence[slice(*sequences.ptr[trip : trip + 2])].tolist()
        assert list(stored.positions(trip, len(numbers))) == numbers
