"""A stop that the timetable splits for its transfers is one stop to everybody who asks."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest

from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image
from feeds.realtime.decode import TripRelationship
from feeds.realtime.find import Finder
from feeds.realtime.match import match_updates
from feeds.report import Findings
from kommit.api.tiles import Tile, Tiles
from routing.timetable import Timetable
from tests.feeds.realtime.messages import NOBODY, at, message
from tests.support.gtfs import gtfs_zip
from tests.support.realtime import Radio, alert, trip
from tests.support.realtime import at as told_at
from tests.support.server import World
from tests.support.server import world as open_world

FEED = """
    # stops.txt
    stop_id, stop_name, stop_lat, stop_lon
    A,       Anger,     51.800,   7.400
    B,       Brink,     51.850,   7.480
    B2,      Brink 2,   51.851,   7.480
    C,       Camp,      51.900,   7.560

    # routes.txt
    route_id, agency_id, route_short_name, route_type
    R1,       A1,        R1,               2
    B2,       A1,        B2,               3

    # trips.txt
    route_id, service_id, trip_id
    R1,       daily,      in
    B2,       daily,      out
    B2,       daily,      next

    # stop_times.txt
    trip_id, stop_id, stop_sequence, arrival_time, departure_time
    in,      A,       1,             8:00:00,      8:00:00
    in,      B,       2,             8:10:00,      8:10:00
    out,     B,       1,             8:10:00,      8:10:00
    out,     C,       2,             8:20:00,      8:20:00
    next,    B,       1,             9:10:00,      9:10:00
    next,    C,       2,             9:20:00,      9:20:00

    # transfers.txt
    from_stop_id, to_stop_id, from_trip_id, to_trip_id, transfer_type
    B,            B,          in,           out,        1
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("points")
    build_image([FeedInput("p", gtfs_zip(folder, FEED))], None, folder / "image")
    return folder / "image"


@pytest.fixture(scope="module")
def timetable(image: Path) -> Timetable:
    """Two points of B (1) for the two trips named, behind the four stops."""
    timetable = load_image(image).timetable
    assert timetable.stop_of.tolist() == [0, 1, 2, 3, 1, 1]
    return timetable


@pytest.fixture
def world(image: Path, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(image, sqlite_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def radio(image: Path, sqlite_url: str, tmp_path: Path) -> Iterator[Radio]:
    """An installation that listens to a file."""
    path = tmp_path / "realtime.pb"
    settings = {"realtime": f"p={path}", "realtime_every_s": Radio.EVERY_S}
    with open_world(image, sqlite_url, tmp_path, **settings, realtime_stale_s=300) as opened:
        yield Radio(opened, path)


def get(world: World, path: str, **params: Any) -> Any:
    answer = world.client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_change_is_no_walk(world: World, timetable: Timetable) -> None:
    (first,) = world.plan(**{"from": "p:A", "to": "p:C"})
    legs = first["legs"]
    assert [leg["trip_id"] for leg in legs] == ["p:in", "p:out"]
    assert [leg["origin"]["stop_id"] for leg in legs] == ["p:A", "p:B"]
    assert [leg["destination"]["stop_id"] for leg in legs] == ["p:B", "p:C"]
    assert [stop["stop_id"] for stop in legs[1]["stops"]] == ["p:B", "p:C"]
    assert (first["walk_m"], first["transfers"]) == (0, 1)


def test_the_journey_can_be_sold(world: World) -> None:
    offer = world.offer(**{"from": "p:A", "to": "p:C"})
    assert [leg["destination"]["name"] for leg in offer["journey"]["legs"]] == ["Brink", "Camp"]


def test_journeys_from_and_to_the_stop(world: World) -> None:
    for ends, trip_id in ((("p:A", "p:B"), "p:in"), (("p:B", "p:C"), "p:out")):
        first = world.plan(**{"from": ends[0], "to": ends[1]})[0]
        assert [leg["trip_id"] for leg in first["legs"]] == [trip_id]


def test_the_departure_board_has_all_trips(world: World) -> None:
    board = get(world, "/v1/stops/p:B/departures", at="2024-05-06T08:00")
    assert [one["trip_id"] for one in board["departures"]] == ["p:out", "p:next"]
    assert {one["stop"]["stop_id"] for one in board["departures"]} == {"p:B"}


def test_the_stop_is_listed_once_with_all_modes(world: World) -> None:
    features = get(world, "/v1/stops", bbox="7,51,8,52")["features"]
    listed = {each["properties"]["id"]: each["properties"]["modes"] for each in features}
    assert len(features) == 4
    assert listed["p:B"] == ["RAIL", "BUS"]


def test_the_stop_is_found_once(world: World) -> None:
    (place,) = [p for p in get(world, "/v1/places", q="Brink")["places"] if p["name"] == "Brink"]
    assert (place["id"], place["modes"]) == ("p:B", ["RAIL", "BUS"])


def test_the_stop_is_on_the_map_once(image: Path) -> None:
    zoom, lat, lon = 14, 51.85, 7.48
    column = int((lon + 180) / 360 * 2**zoom)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
    drawn = mapbox_vector_tile.decode(Tiles(load_image(image)).get(Tile(zoom, column, row)))
    ids = [feature["properties"]["id"] for feature in drawn["stops"]["features"]]
    assert ids == ["p:B", "p:B2"]


def test_an_image_counts_stops_that_riders_know(tmp_path: Path) -> None:
    report = build_image([FeedInput("p", gtfs_zip(tmp_path, FEED))], None, tmp_path / "image")
    assert report.counts["stops"] == 4
    assert report.counts["boarding_points"] == 2


def test_realtime_finds_the_stop_and_the_trip_keeps_its_point(
    image: Path, timetable: Timetable
) -> None:
    finder = Finder(timetable, load_image(image).catalogue, "p")
    late = at("B", arrival=120)
    told = NOBODY._replace(trip_id="in", start_date="20240506", stops=(late,))
    findings = Findings()
    for update in (told, told._replace(stops=(late._replace(assigned_stop_id="B"),))):
        (run,) = match_updates(finder, message(update), findings).runs
        assert timetable.stop_of[list(run.stops)].tolist() == [0, 1]
        assert run.stops[1] > 3
    moved = told._replace(stops=(late._replace(assigned_stop_id="B2"),))
    (run,) = match_updates(finder, message(moved), findings).runs
    assert list(run.stops) == [0, 2]
    assert not list(findings)


def at_brink(world: World) -> list[dict[str, Any]]:
    board = get(world, "/v1/stops/p:B/departures", at="2024-05-06T08:00", limit=2)
    departures: list[dict[str, Any]] = board["departures"]
    return departures


def test_a_late_vehicle_is_waited_for_at_the_same_stop(radio: Radio) -> None:
    radio.tell(trip("in", told_at("B", 300)), trip("out", told_at("B", 300)))
    ride, onward = radio.world.plan(**{"from": "p:A", "to": "p:C"})[0]["legs"]
    assert (ride["arrival"][11:16], onward["departure"][11:16]) == ("08:15", "08:15")
    assert (ride["scheduled_destination"], onward["scheduled_origin"]) == (None, None)
    assert [stop["stop_id"] for stop in onward["stops"]] == ["p:B", "p:C"]
    row = at_brink(radio.world)[0]
    assert (row["stop"]["stop_id"], row["scheduled_stop"], row["delay_s"]) == ("p:B", None, 300)


def test_from_another_platform_nobody_waits(radio: Radio) -> None:
    radio.tell(trip("out", told_at("B", instead="B2")))
    row = at_brink(radio.world)[0]
    assert (row["stop"]["stop_id"], row["scheduled_stop"]["stop_id"]) == ("p:B2", "p:B")
    legs = radio.world.plan(**{"from": "p:A", "to": "p:C", "depart": "2024-05-06T07:50"})[0]["legs"]
    assert [leg["trip_id"] for leg in legs] == ["p:in", "p:next"]


def test_cancelled_trips_and_alerts_of_the_stop_are_on_its_board(radio: Radio) -> None:
    radio.tell(trip("out", relationship=TripRelationship.CANCELED), alert("a", {"stop_id": "B"}))
    first, second = at_brink(radio.world)
    assert (first["trip_id"], first["cancelled"]) == ("p:out", True)
    assert (second["trip_id"], second["cancelled"]) == ("p:next", False)
    assert [len(row["alerts"]) for row in (first, second)] == [1, 1]
