"""Real feeds: everything that is in the files is in the timetable, counted by other means."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from feeds.gtfs.compile import Compiled, ScopedFeed, compile_feeds
from feeds.gtfs.validate import check_feed, load_feed
from feeds.report import Findings
from kommit.kit.clock import parse_hms
from routing.timetable import NO_PICKUP, NONE
from tests.support.shared import shared_data

pytestmark = pytest.mark.shared

HEIDELBERG = "vrn_heidelberg_cut.zip"
MUENSTER = "stadtwerke_muenster_2023.zip"


def compiled(path: Path, **options: bool) -> Compiled:
    return compile_feeds([ScopedFeed("x", load_feed(path, Findings()))], **options)


def rows(path: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
        return list(csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig")))


@pytest.mark.parametrize(
    ("name", "stops", "trips", "events", "days", "services"),
    [
        (HEIDELBERG, 392, 1480, 46_269, 182, 26),
        ("vrn_heidelberg_cut_norm.zip", 354, 1480, 46_269, 182, 26),
        (MUENSTER, 1498, 20_626, 766_484, 147, 13),
    ],
)
def test_counts(name: str, stops: int, trips: int, events: int, days: int, services: int) -> None:
    path = shared_data("gtfs", name)
    assert not check_feed(path)
    tt = compiled(path).timetable
    assert (tt.n_stops, tt.trip_route.size, tt.event_stop.size) == (stops, trips, events)
    assert tt.service_active.shape == (services, days)


@pytest.mark.parametrize("name", [HEIDELBERG, MUENSTER])
def test_every_event_is_where_the_file_says(name: str) -> None:
    path = shared_data("gtfs", name)
    tt, names = compiled(path)
    expected = sorted(
        rows(path, "stop_times.txt"), key=lambda r: (r["trip_id"], int(r["stop_sequence"]))
    )
    trip_of = np.repeat(np.arange(tt.trip_route.size), np.diff(tt.trip_event_ptr))
    order = np.argsort(names.trip_id.astype(str)[trip_of], kind="stable")

    stops = [stop.removeprefix("x:") for stop in names.stop_id[tt.event_stop[order]]]
    assert stops == [row["stop_id"] for row in expected]
    for field, times in (
        ("arrival_time", tt.event_arrival),
        ("departure_time", tt.event_departure),
    ):
        written = [parse_hms(row[field]) if row[field] else NONE for row in expected]
        given = np.array(written) != NONE
        np.testing.assert_array_equal(times[order][given], np.array(written)[given])
    no_pickup = [row.get("pickup_type") == "1" for row in expected]
    assert ((tt.event_flags[order] & NO_PICKUP) > 0).tolist() == no_pickup


def test_the_holes_of_muenster_are_filled_forwards_in_time() -> None:
    tt = compiled(shared_data("gtfs", MUENSTER)).timetable
    trip = np.repeat(np.arange(tt.trip_route.size), np.diff(tt.trip_event_ptr))
    times = np.stack([tt.event_arrival, tt.event_departure], axis=1).ravel()
    steps = np.diff(times)[np.repeat(trip, 2)[1:] == np.repeat(trip, 2)[:-1]]
    assert steps.min() >= 0
    assert tt.event_arrival.min() >= 0
    assert tt.event_departure.max() == parse_hms("28:43:00")


def test_the_oracle_feed_gets_exactly_the_transfers_of_its_file() -> None:
    path = shared_data("gtfs", "vrn_heidelberg_cut_norm.zip")
    tt, names = compiled(path, station_transfers=False)
    origin = np.repeat(np.arange(tt.n_stops), np.diff(tt.transfer_ptr))
    found = {
        (names.stop_id[a], names.stop_id[b]): int(seconds)
        for a, b, seconds in zip(origin, tt.transfer_stop, tt.transfer_s, strict=True)
    }
    expected = {
        (f"x:{row['from_stop_id']}", f"x:{row['to_stop_id']}"): int(row["min_transfer_time"])
        for row in rows(path, "transfers.txt")
        if row["from_stop_id"] != row["to_stop_id"]
    }
    assert found == expected
    assert set(tt.stop_change_s.tolist()) == {120}


def test_a_rural_on_demand_feed_is_explained_rather_than_misread() -> None:
    path = shared_data("flex", "vbb_flex_2025")
    findings = check_feed(path)
    assert findings.count(code="on-demand-trip") == 8
    feed = load_feed(path, Findings())
    assert feed.trips.empty, "its services are read by feeds.flex"
    assert feed.calendar.empty
    assert len(feed.stops) == 415


def test_other_feeds_of_the_wild_pass() -> None:
    for parts in (
        ("gtfs-rt", "kingston", "gtfs.zip"),
        ("fares", "zakroczym", "gtfs.zip"),
        ("fares", "transcollines", "transcollines-fares.zip"),
    ):
        path = shared_data(*parts)
        assert not check_feed(path).has_errors, parts
        assert compiled(path).timetable.trip_route.size > 0
