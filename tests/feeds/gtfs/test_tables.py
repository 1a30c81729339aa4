"""Planners' tables by gtfs-kit agree with the timetable that riders search."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from feeds.errors import FeedError
from feeds.gtfs.compile import ScopedFeed, compile_feeds
from feeds.gtfs.tables import route_table
from feeds.gtfs.validate import load_feed
from feeds.report import Findings
from tests.support.gtfs import gtfs_zip
from tests.support.shared import shared_data


def test_a_route_and_its_day(tmp_path: Path) -> None:
    table = route_table(gtfs_zip(tmp_path), date(2024, 5, 1))
    assert table.loc[0, ["route_id", "route_short_name", "trips"]].tolist() == ["R", "90", 2]
    assert table.loc[0, ["first_departure", "last_arrival"]].tolist() == ["08:00:00", "09:10:00"]
    assert table.service_h[0] == pytest.approx(0.5)


def test_a_day_without_trips_is_said(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="no trip on 2029-01-01"):
        route_table(gtfs_zip(tmp_path), date(2029, 1, 1))


@pytest.mark.shared
def test_as_many_trips_as_the_timetable_has() -> None:
    path, day = shared_data("gtfs", "vrn_heidelberg_cut.zip"), date(2022, 9, 13)
    tt, names = compile_feeds([ScopedFeed("x", load_feed(path, Findings()))])
    runs = tt.service_active[tt.trip_service, day.toordinal() - int(tt.first_day[0])] == 1
    trips = np.bincount(tt.trip_route[runs], minlength=tt.route_type.size)
    expected = {
        route.removeprefix("x:"): int(n)
        for route, n in zip(names.route_id, trips, strict=True)
        if n
    }
    table = route_table(path, day)
    assert dict(zip(table.route_id, table.trips, strict=True)) == expected
