"""Real snapshots on the feed they belong to: everything is found, and comes out as it was told."""

from datetime import date
from pathlib import Path

import pytest

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from feeds.realtime.decode import StopRelationship, TripUpdates, decode_trip_updates
from feeds.realtime.find import Finder
from feeds.realtime.match import match_updates
from feeds.report import Findings
from routing.realtime.overlay import OverlaidViews, Overlay, Run
from routing.timetable import NO_PICKUP, NONE
from routing.transit.departures import next_departures
from routing.transit.search import TransitSearch
from tests.support.shared import shared_data

pytestmark = pytest.mark.shared

DAY = date(2026, 1, 15)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> NetworkImage:
    out = tmp_path_factory.mktemp("images") / "kingston"
    build_image([FeedInput("kt", shared_data("gtfs-rt", "kingston", "gtfs.zip"))], None, out)
    return load_image(out)


@pytest.fixture(scope="module", params=[True, False], ids=["sequences", "guessing"])
def finder(image: NetworkImage, request: pytest.FixtureRequest) -> Finder:
    return Finder(
        image.timetable, image.catalogue, "kt", image.sequences if request.param else None
    )


@pytest.fixture(params=[0, 1, 2])
def snapshot(request: pytest.FixtureRequest) -> TripUpdates:
    paths: list[Path] = sorted(shared_data("gtfs-rt", "kingston").glob("*.pb"))
    return decode_trip_updates(paths[request.param].read_bytes())


def test_every_trip_is_found(finder: Finder, snapshot: TripUpdates) -> None:
    findings = Findings()
    matched = match_updates(finder, snapshot, findings)
    assert findings.count(code="unknown-trip") == 0
    assert {finding.code for finding in findings} <= {"backwards"}
    assert len(matched.runs) + matched.n_without_news == len(snapshot.updates)
    assert len(matched.added_ids) == 4


def test_trips_of_another_feed_are_counted(image: NetworkImage, snapshot: TripUpdates) -> None:
    elsewhere, findings = Finder(image.timetable, image.catalogue, "other"), Findings()
    assert match_updates(elsewhere, snapshot, findings).runs == ()
    n_scheduled = sum(update.relationship == 0 for update in snapshot.updates)
    assert findings.count(code="unknown-trip") == n_scheduled
    assert findings.count(code="unknown-route") == 4


def test_each_stop_has_the_times_told(
    image: NetworkImage, finder: Finder, snapshot: TripUpdates
) -> None:
    tt = image.timetable
    day = DAY.toordinal() - int(tt.first_day[0])
    epoch = int(tt.day_epoch[0, day])
    findings = Findings()
    runs = match_updates(finder, snapshot, findings).runs
    by_id = {image.catalogue.trip(run.trip).id: run for run in runs if run.trip != NONE}
    n_told, n_put_off = 0, 0
    for update in snapshot.updates:
        run = by_id.get(f"kt:{update.trip_id}")
        if run is None or update.relationship != 0:
            continue
        assert run.day == day
        for told in update.stops:
            assert told.sequence is not None
            position = told.sequence - 1  # this feed counts from 1, without gaps
            assert image.catalogue.stop(run.stops[position]).id == f"kt:{told.stop_id}"
            if told.relationship == StopRelationship.SKIPPED:
                assert run.flags[position] & NO_PICKUP
            elif told.departure is not None:
                assert told.departure.time is not None
                n_told += 1
                n_put_off += run.departures[position] + epoch != told.departure.time
    assert n_told > 5000
    assert n_put_off <= 10, "but for the few times that run backwards"


def test_searches_and_boards_see_it(
    image: NetworkImage, finder: Finder, snapshot: TripUpdates
) -> None:
    search = TransitSearch(image.timetable)
    runs = match_updates(finder, snapshot, Findings()).runs
    overlay = Overlay(search.views.frame, runs)
    views = OverlaidViews(search.views, overlay)
    assert snapshot.timestamp is not None
    late = max((run for run in runs if run.trip != NONE), key=lambda run: _delay(image, run))
    position = len(late.stops) - 2
    expected = int(image.timetable.day_epoch[0, late.day]) + late.departures[position]
    board = next_departures(views, [late.stops[position]], expected, 20)
    [seen] = [each for each in board if (each.trip, each.position) == (late.trip, position)]
    assert seen.scheduled is not None
    assert seen.time - seen.scheduled > 300


def _delay(image: NetworkImage, run: Run) -> int:
    event = image.timetable.trip_event_ptr[run.trip] + len(run.stops) - 2
    return run.departures[-2] - int(image.timetable.event_departure[event])
