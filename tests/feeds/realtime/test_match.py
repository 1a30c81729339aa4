"""Updates find their trips, days and stops; what finds none is counted."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from feeds.realtime.decode import (
    Forecast,
    StopRelationship,
    StopUpdate,
    TripRelationship,
    TripUpdate,
)
from feeds.realtime.find import Finder
from feeds.realtime.match import Matched, match_updates
from feeds.report import Findings
from routing.realtime.overlay import OverlaidViews, Overlay, Run
from routing.timetable import NONE
from routing.transit.departures import next_departures
from routing.transit.search import TransitSearch
from tests.feeds.realtime.messages import NOBODY, at, message
from tests.support.gtfs import gtfs_zip

FEED = """
    # stops.txt
    stop_id, stop_name, stop_lat, stop_lon
    A,       Anger,     51.850,   7.480
    B,       Brink,     51.860,   7.490
    C,       Camp,      51.870,   7.500

    # calendar.txt
    service_id, monday, tuesday, wednesday, thursday, friday, saturday, sunday, start_date, end_date
    daily,      1,      1,       1,         1,        1,      1,        1,      20240603,   20240609
    weekend,    0,      0,       0,         0,        0,      1,        1,      20240603,   20240609

    # trips.txt
    route_id, service_id, trip_id
    R,        daily,      T1
    R,        daily,      loop
    R,        weekend,    W
    R,        daily,      often

    # frequencies.txt
    trip_id, start_time, end_time, headway_secs
    often,   10:00:00,   11:00:00, 1800

    # stop_times.txt
    trip_id, stop_id, stop_sequence, arrival_time, departure_time
    T1,      A,       10,            8:00:00,      8:00:00
    T1,      B,       20,            8:10:00,      8:11:00
    T1,      C,       30,            8:20:00,      8:20:00
    loop,    A,       1,             9:00:00,      9:00:00
    loop,    B,       2,             9:10:00,      9:10:00
    loop,    A,       3,             9:20:00,      9:20:00
    W,       A,       1,             8:00:00,      8:00:00
    W,       B,       2,             8:10:00,      8:10:00
    often,   A,       5,             0:00:00,      0:00:00
    often,   C,       6,             0:05:00,      0:05:00
"""
WEDNESDAY = 2
MIDNIGHT = 1_717_538_400
"""Of that day, in Berlin."""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> NetworkImage:
    folder = tmp_path_factory.mktemp("realtime")
    build_image([FeedInput("x", gtfs_zip(folder, FEED))], None, folder / "image")
    return load_image(folder / "image")


@pytest.fixture
def finder(image: NetworkImage) -> Finder:
    return Finder(image.timetable, image.catalogue, "x", image.sequences)


@pytest.fixture
def guessing(image: NetworkImage) -> Finder:
    """A finder that was not told the feed's sequences."""
    return Finder(image.timetable, image.catalogue, "x")


def matched(finder: Finder, *updates: TripUpdate, timestamp: int | None = None) -> Matched:
    """Match updates that leave nothing to complain about."""
    findings = Findings()
    result = match_updates(finder, message(*updates, timestamp=timestamp), findings)
    assert not list(findings)
    return result


def clocks(run: Run) -> str:
    """Return the minutes after eight at which a run arrives and departs."""
    pairs = zip(run.arrivals, run.departures, strict=True)
    return " ".join(f"{a / 60 - 480:g}/{d / 60 - 480:g}" for a, d in pairs)


def stops(image: NetworkImage, run: Run) -> str:
    return "".join(image.catalogue.stop(stop).id.removeprefix("x:") for stop in run.stops)


def test_a_delay(image: NetworkImage, finder: Finder) -> None:
    [run] = matched(finder, NOBODY._replace(stops=(at("B", sequence=20, arrival=120),))).runs
    assert (image.catalogue.trip(run.trip).id, run.day) == ("x:T1", WEDNESDAY)
    assert clocks(run) == "0/0 12/13 22/22"
    assert stops(image, run) == "ABC"


@pytest.mark.parametrize(
    "told",
    [
        at("B", arrival=120),
        at(sequence=20, arrival=120),
        at("B", arrives=MIDNIGHT + 8 * 3600 + 720),
    ],
)
def test_a_stop_is_named_by_id_or_sequence(finder: Finder, told: object) -> None:
    [run] = matched(finder, NOBODY._replace(stops=(told,))).runs
    assert clocks(run) == "0/0 12/13 22/22"


def test_a_loop_needs_the_sequence(finder: Finder, guessing: Finder) -> None:
    loop = NOBODY._replace(trip_id="loop")
    for each in (finder, guessing):
        [run] = matched(each, loop._replace(stops=(at("A", sequence=3, arrival=60),))).runs
        assert clocks(run) == "60/60 70/70 81/81"
    found = Findings()
    match_updates(finder, message(loop._replace(stops=(at("A", arrival=60),))), found)
    assert found.count(code="unknown-stop") == 1


def test_sequences_are_guessed_only_where_they_fit(guessing: Finder) -> None:
    gaps = NOBODY._replace(stops=(at("B", sequence=20, arrival=120),))
    [run] = matched(guessing, gaps).runs
    assert clocks(run) == "0/0 12/13 22/22", "by the stop alone"
    found = Findings()
    match_updates(guessing, message(NOBODY._replace(stops=(at(sequence=2, arrival=1),))), found)
    assert found.count(code="unknown-stop") == 1


@pytest.mark.parametrize(
    ("timestamp", "day"),
    [
        (MIDNIGHT + 9 * 3600, WEDNESDAY),
        (MIDNIGHT - 60, WEDNESDAY),
        (MIDNIGHT - 6 * 3600, WEDNESDAY - 1),
        (MIDNIGHT + 21 * 3600, WEDNESDAY + 1),
        (0, 0),
    ],
)
def test_without_a_date_the_nearest_day_is_meant(finder: Finder, timestamp: int, day: int) -> None:
    update = NOBODY._replace(start_date=None, delay_s=60)
    [run] = matched(finder, update, timestamp=timestamp).runs
    assert run.day == day


def test_runs_by_frequency_are_told_by_their_start(image: NetworkImage, finder: Finder) -> None:
    often = NOBODY._replace(trip_id="often", start_time="10:30:00", delay_s=60)
    [run] = matched(finder, often).runs
    assert image.catalogue.trip(run.trip).id == "x:often@10:30"
    assert clocks(run) == "151/151 156/156"
    [run] = matched(finder, often._replace(delay_s=None, stops=(at(sequence=6, arrival=60),))).runs
    assert clocks(run) == "150/150 156/156"


def test_skipped_stops_stay_in_place(finder: Finder) -> None:
    skipped = at("B", relationship=StopRelationship.SKIPPED)
    [run] = matched(finder, NOBODY._replace(stops=(skipped,))).runs
    assert (run.flags, clocks(run)) == ([0, 3, 0], "0/0 10/11 20/20")


def test_another_platform(image: NetworkImage, finder: Finder) -> None:
    [run] = matched(finder, NOBODY._replace(stops=(at("B", arrival=0, instead="C"),))).runs
    assert stops(image, run) == "ACC"


@pytest.mark.parametrize("kind", [TripRelationship.CANCELED, TripRelationship.DELETED])
def test_cancelled(finder: Finder, kind: int) -> None:
    [run] = matched(finder, NOBODY._replace(relationship=kind)).runs
    assert run == Run.cancelled(run.trip, WEDNESDAY)


def test_a_duplicate_is_moved_and_then_delayed(image: NetworkImage, finder: Finder) -> None:
    update = NOBODY._replace(
        relationship=TripRelationship.DUPLICATED,
        new_trip_id="T1b",
        new_start_date="20240606",
        new_start_time="8:30:00",
        stops=(at("C", arrival=60),),
    )
    said_twice = NOBODY._replace(trip_id="T1b", relationship=TripRelationship.ADDED)
    result = matched(finder, update, said_twice)
    [run] = result.runs
    assert (run.trip, run.day, clocks(run)) == (NONE, WEDNESDAY + 1, "30/30 40/41 51/51")
    assert run.route == image.timetable.trip_route[0]
    assert result.added_ids == ("T1b",)


def full(*calls: tuple[str, int], relationship: int) -> TripUpdate:
    """Return a trip that is told of in full: stops, and minutes after eight."""
    told = tuple(at(stop, departs=MIDNIGHT + (480 + m) * 60) for stop, m in calls)
    return NOBODY._replace(trip_id="N", route_id="R", relationship=relationship, stops=told)


@pytest.mark.parametrize("kind", [TripRelationship.NEW, TripRelationship.ADDED])
@pytest.mark.parametrize("start_date", ["20240605", None])
def test_a_new_trip(image: NetworkImage, finder: Finder, kind: int, start_date: str | None) -> None:
    update = full(("C", 5), ("A", 15), relationship=kind)._replace(start_date=start_date)
    result = matched(finder, update)
    [run] = result.runs
    assert (run.trip, run.day, clocks(run)) == (NONE, WEDNESDAY, "5/5 15/15")
    assert (stops(image, run), result.added_ids) == ("CA", ("N",))


def test_a_trip_replaced(image: NetworkImage, finder: Finder) -> None:
    update = full(("A", 5), ("C", 15), relationship=TripRelationship.REPLACEMENT)
    [run] = matched(finder, update._replace(trip_id="T1")).runs
    assert (stops(image, run), clocks(run)) == ("AC", "5/5 15/15")
    assert image.catalogue.trip(run.trip).id == "x:T1"


def test_nothing_new(finder: Finder) -> None:
    assert matched(finder, NOBODY) == ((), (), 1)


NEW = full(("C", 5), ("A", 15), relationship=TripRelationship.NEW)
DUPLICATE = NOBODY._replace(relationship=TripRelationship.DUPLICATED)
B_LATE = NOBODY._replace(stops=(at("B", arrival=60),))


@pytest.mark.parametrize(
    ("update", "code"),
    [
        (NOBODY._replace(trip_id="?"), "unknown-trip"),
        (NOBODY._replace(trip_id="often"), "unknown-trip"),
        (NOBODY._replace(trip_id="often", start_time="10:15:00"), "unknown-trip"),
        (NOBODY._replace(trip_id="often", start_time="soon"), "unknown-trip"),
        (NOBODY._replace(trip_id=None), "no-trip-id"),
        (NOBODY._replace(relationship=4), "unknown-relationship"),
        (NOBODY._replace(trip_id="W"), "trip-not-that-day"),
        (NOBODY._replace(start_date="20250605"), "trip-not-that-day"),
        (NOBODY._replace(start_date="2024-6-5"), "trip-not-that-day"),
        (NOBODY._replace(start_date="2" * 999), "trip-not-that-day"),
        (NOBODY._replace(start_date=None), "no-start"),
        (DUPLICATE, "no-start"),
        (DUPLICATE._replace(new_start_time="9999999:00"), "no-start"),
        (DUPLICATE._replace(new_start_time="8:30:00", new_start_date="20300101"), "no-start"),
        (NEW._replace(route_id="?"), "unknown-route"),
        (NEW._replace(route_id=None), "unknown-route"),
        (NEW._replace(start_date="20300101"), "unknown-day"),
        (NEW._replace(stops=NEW.stops[:1]), "too-few-stops"),
        (NEW._replace(stops=(*NEW.stops, at("?", departs=MIDNIGHT))), "unknown-stop"),
        (NEW._replace(stops=(*NEW.stops, at("B"))), "no-time"),
        (NEW._replace(stops=(*NEW.stops, at("B", arrival=0))), "no-time"),
        (NEW._replace(stops=(*NEW.stops, at("B", arrives=2**62))), "far-off"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_counted(
    finder: Finder, update: TripUpdate, code: str
) -> None:
    findings = Findings()
    result = match_updates(finder, message(update, B_LATE._replace(trip_id="loop")), findings)
    assert [run.arrivals[1] for run in result.runs] == [9 * 3600 + 660], "the other one holds"
    assert {finding.code for finding in findings} == {code}
    assert findings.count() == 1
    assert "left out" in next(iter(findings)).message


@pytest.mark.parametrize(
    ("updates", "code"),
    [
        ([B_LATE._replace(stops=(*B_LATE.stops, at("?", arrival=0)))], "unknown-stop"),
        ([B_LATE._replace(stops=(*B_LATE.stops, at("C", instead="?")))], "unknown-stop"),
        ([B_LATE._replace(stops=(*B_LATE.stops, at("A", sequence=30)))], "unknown-stop"),
        ([B_LATE._replace(stops=(*B_LATE.stops, at("C", arrives=2**62)))], "far-off"),
        ([B_LATE._replace(stops=(*B_LATE.stops, at("C", arrival=-900)))], "backwards"),
        ([NOBODY._replace(relationship=TripRelationship.CANCELED), B_LATE], "trip-twice"),
    ],
)
def test_what_is_partly_wrong_is_used_and_counted(
    finder: Finder, updates: Sequence[TripUpdate], code: str
) -> None:
    findings = Findings()
    [run] = match_updates(finder, message(*updates), findings).runs
    assert run.arrivals[1] == 8 * 3600 + 660
    assert {finding.code for finding in findings} == {code}


def test_a_message_of_changes_only_says_so(finder: Finder) -> None:
    findings = Findings()
    match_updates(finder, message()._replace(is_differential=True), findings)
    assert findings.count(code="differential") == 1


INSTANTS = st.sampled_from([0, -(2**63), 2**63 - 1, MIDNIGHT, MIDNIGHT + 29_000, MIDNIGHT + 30_000])
DELAYS = st.sampled_from([None, 0, 60, -600, 86_400, 86_401, 2**31 - 1, -(2**31)])
TEXTS = st.sampled_from([None, "T1", "loop", "often", "W", "R", "A", "B", "C", "x:T1", "8:00", ""])
DATES = st.sampled_from([None, "20240605", "20240609", "20240230", "00000000", "²0240605"])
TIMES = st.sampled_from([None, "8:30:00", "10:30:00", "9999999:00", "-1:00", "240:00:00"])
FORECASTS = st.none() | st.builds(Forecast, DELAYS, st.none() | INSTANTS)
STOPS = st.builds(
    StopUpdate,
    st.sampled_from([None, 0, 1, 3, 10, 20, 30, 2**32 - 1]),
    TEXTS,
    FORECASTS,
    FORECASTS,
    st.integers(0, 4),
    TEXTS,
)
UPDATES = st.builds(
    TripUpdate,
    st.just("1"),
    TEXTS,
    TEXTS,
    DATES,
    TIMES,
    st.integers(-1, 9),
    DELAYS,
    st.lists(STOPS, max_size=4).map(tuple),
    TEXTS,
    DATES,
    TIMES,
)


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(UPDATES, max_size=4), st.sampled_from([None, 0, MIDNIGHT, 2**64 - 1]))
def test_whatever_is_told_becomes_an_overlay(
    image: NetworkImage, finder: Finder, updates: list[TripUpdate], timestamp: int | None
) -> None:
    result = match_updates(finder, message(*updates, timestamp=timestamp), Findings())
    views = TransitSearch(image.timetable).views
    overlay = Overlay(views.frame, result.runs)
    assert len(overlay.added) == len(result.added_ids)
    OverlaidViews(views, overlay).of_days(WEDNESDAY, 2)


def test_the_departure_board_shows_both_times(image: NetworkImage, finder: Finder) -> None:
    search = TransitSearch(image.timetable)
    late = NOBODY._replace(stops=(at("A", departure=300),))
    result = matched(finder, late, full(("A", 2), ("B", 9), relationship=TripRelationship.NEW))
    overlay = Overlay(search.views.frame, result.runs)
    stop = image.catalogue.find_stop("x:A")
    assert stop is not None
    eight = MIDNIGHT + 8 * 3600
    views = OverlaidViews(search.views, overlay)
    added, expected, _ = next_departures(views, [stop], eight - 60, 3)
    assert (added.time, added.scheduled, added.trip) == (eight + 120, None, overlay.n_trips)
    assert (expected.time, expected.scheduled) == (eight + 300, eight)
    [planned] = next_departures(search.views, [stop], eight - 60, 1)
    assert planned == expected._replace(time=eight)
