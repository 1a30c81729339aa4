"""A county's buses, a railway and a Bürgerbus in one image: riders do not notice the seams."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feeds.image.build import FeedInput, build_image
from tests.support.gtfs import gtfs_zip
from tests.support.server import World
from tests.support.server import world as open_world

COUNTY = """
    # stops.txt
    stop_id, stop_name,             stop_lat, stop_lon
    mahnmal, "Senden, Mahnmal",     51.8550,  7.4920
    bahn,    "Bösensell, Bahnhof",  51.9330,  7.4700

    # routes.txt
    route_id, agency_id, route_short_name, route_type
    R,        A1,        X90,              3

    # trips.txt
    route_id, service_id, trip_id, trip_headsign
    R,        daily,      T1,      Bösensell

    # stop_times.txt
    trip_id, stop_id, stop_sequence, arrival_time, departure_time
    T1,      mahnmal, 1,             8:00:00,      8:00:00
    T1,      bahn,    2,             8:15:00,      8:15:00
"""
RAIL = """
    # agency.txt
    agency_id, agency_name, agency_timezone
    DB,        Bahn,        Europe/Berlin

    # stops.txt
    stop_id, stop_name,                stop_lat, stop_lon, location_type, parent_station
    B,       "Bösensell Bf",           51.9335,  7.4705,   1,
    B2,      "Bösensell Bf Gleis 2",   51.9336,  7.4706,   0,             B
    M,       "Münster (Westf) Hbf",    51.9565,  7.6350,   1,
    M9,      "Münster (Westf) Hbf",    51.9566,  7.6351,   0,             M

    # routes.txt
    route_id, agency_id, route_short_name, route_type
    R,        DB,        RB63,             2

    # trips.txt
    route_id, service_id, trip_id, trip_headsign
    R,        daily,      early,   Münster
    R,        daily,      late,    Münster

    # stop_times.txt
    trip_id, stop_id, stop_sequence, arrival_time, departure_time
    early,   B2,      1,             8:16:00,      8:16:00
    early,   M9,      2,             8:30:00,      8:30:00
    late,    B2,      1,             8:46:00,      8:46:00
    late,    M9,      2,             9:00:00,      9:00:00
"""
CITIZENS = """
    # stops.txt
    stop_id, stop_name, stop_lat, stop_lon
    1,       Mahnmal,   51.8552,  7.4921
    2,       Schloss,   51.8700,  7.4400

    # routes.txt
    route_id, agency_id, route_short_name, route_type
    R,        A1,        BB,               3

    # trips.txt
    route_id, service_id, trip_id, trip_headsign
    R,        daily,      out,     Schloss
    R,        daily,      back,    Mahnmal

    # stop_times.txt
    trip_id, stop_id, stop_sequence, arrival_time, departure_time
    out,     1,       1,             8:05:00,      8:05:00
    out,     2,       2,             8:20:00,      8:20:00
    back,    2,       1,             7:40:00,      7:40:00
    back,    1,       2,             7:58:00,      7:58:00
"""
DAY = "2024-05-06T"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("several")
    feeds = {"county": COUNTY, "rail": RAIL, "citizens": CITIZENS}
    inputs = [FeedInput(scope, gtfs_zip(folder, text, scope)) for scope, text in feeds.items()]
    report = build_image(inputs, None, folder / "image", region="Senden")
    assert not any(finding.severity == "warning" for finding in report.findings["merging"])
    return folder / "image"


@pytest.fixture
def world(image: Path, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(image, sqlite_url, tmp_path) as opened:
        yield opened


def rides(journey: dict[str, Any]) -> list[str]:
    return [
        f"{leg['departure'][11:16]} {leg['route']['short_name']} {leg['arrival'][11:16]}"
        for leg in journey["legs"]
        if leg["route"]
    ]


def plan(world: World, origin: str, destination: str, at: str) -> list[list[str]]:
    found = world.plan(**{"from": origin, "to": destination, "depart": DAY + at})
    return [rides(journey) for journey in found if rides(journey)]


def test_a_journey_by_two_feeds_from_the_stop_of_a_third(world: World) -> None:
    """The rider asks from the Bürgerbus's stop; the 8:16 leaves too soon after the bus arrives."""
    expected = [["08:00 X90 08:15", "08:46 RB63 09:00"]]
    assert plan(world, "citizens:1", "rail:M", "07:59") == expected
    assert plan(world, "county:mahnmal", "rail:M9", "07:59") == expected


def test_a_journey_by_three_feeds(world: World) -> None:
    assert plan(world, "citizens:2", "rail:M", "07:30") == [
        ["07:40 BB 07:58", "08:00 X90 08:15", "08:46 RB63 09:00"]
    ]


def board(world: World, stop: str) -> list[str]:
    answer = world.client.get(f"/v1/stops/{stop}/departures", params={"at": f"{DAY}07:30"})
    assert answer.status_code == 200, answer.text
    return [
        f"{one['time'][11:16]} {one['route']['short_name']}"
        for one in answer.json()["departures"]
        if one["service_day"] == "2024-05-06"
    ]


def test_the_board_of_a_joined_stop_shows_all_feeds(world: World) -> None:
    both = ["08:00 X90", "08:05 BB"]
    assert board(world, "county:mahnmal") == board(world, "citizens:1") == both
    trains = ["08:16 RB63", "08:46 RB63"]
    assert board(world, "rail:B") == board(world, "county:bahn") == trains
    assert board(world, "rail:B2") == trains


def test_a_joined_place_is_found_once_by_either_name(world: World) -> None:
    def found(text: str) -> list[tuple[str, str, list[str]]]:
        answer = world.client.get("/v1/places", params={"q": text})
        return [(p["name"], p["locality"], p["modes"]) for p in answer.json()["places"]]

    assert found("Mahnmal") == found("Senden, Mahnmal") == [("Mahnmal", "Senden", ["BUS"])]
    station = ("Bösensell Bf", "Bösensell", ["RAIL", "BUS"])
    assert found("Bösensell Bahnhof")[0] == station
