"""What riders take, over HTTP: filters, pace, and what an answer does not promise."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feeds.image.build import FeedInput, build_image
from kommit.api.wishes import Wishes, walk_mps
from tests.api.test_a02_plan import line
from tests.support.gtfs import gtfs_zip
from tests.support.server import World
from tests.support.server import world as open_world

FEED = """
# agency.txt
agency_id, agency_name, agency_url, agency_timezone
A1, Kommitbus, https://bus.example, Europe/Berlin
A2, Rail, https://rail.example, Europe/Berlin

# routes.txt
route_id, agency_id, route_short_name, route_type
R90, A1, 90, 704
RE2, A2, RE2, 2
"R,9", A1, 9, 900
S1, A1, S1, 900

# stops.txt
stop_id, stop_name, stop_lat, stop_lon, location_type, parent_station, wheelchair_boarding
anger, Anger, 51.800, 7.400, 0, , 1
camp, Camp, 51.900, 7.560, 1, , 1
camp1, Camp 1, 51.900, 7.560, 0, camp,
camp2, Camp 2, 51.901, 7.561, 0, camp, 2
dorf, Dorf, 51.930, 7.600, 0, ,

# trips.txt
route_id, service_id, trip_id, wheelchair_accessible, bikes_allowed
R90, daily, bus8, 1, 2
R90, daily, bus9, 2, 1
RE2, daily, rail, 1, 1
"R,9", daily, tram, 1,
S1, daily, s10, 1,
S1, daily, s11, 1,

# stop_times.txt
trip_id, stop_id, stop_sequence, arrival_time, departure_time
bus8, anger, 0, 8:00:00, 8:00:00
bus8, camp1, 1, 8:20:00, 8:20:00
bus9, anger, 0, 9:00:00, 9:00:00
bus9, camp1, 1, 9:20:00, 9:20:00
rail, anger, 0, 8:30:00, 8:30:00
rail, camp2, 1, 8:40:00, 8:40:00
tram, anger, 0, 8:45:00, 8:45:00
tram, camp1, 1, 9:15:00, 9:15:00
s10, camp1, 0, 8:25:00, 8:25:00
s10, dorf, 1, 8:35:00, 8:35:00
s11, camp1, 0, 8:55:00, 8:55:00
s11, dorf, 1, 9:05:00, 9:05:00
"""
TO_CAMP = {"from": "f:anger", "to": "f:camp", "depart": "2024-05-06T07:50"}
BUS_8, BUS_9 = "08:00 BUS 90 08:20", "09:00 BUS 90 09:20"
RAIL, TRAM = "08:30 RAIL RE2 08:40", "08:45 TRAM 9 09:15"


@pytest.fixture(scope="module")
def picky_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("picky")
    build_image([FeedInput("f", gtfs_zip(folder, FEED))], None, folder / "image", region="f")
    return folder / "image"


@pytest.fixture
def picky(picky_image: Path, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(picky_image, sqlite_url, tmp_path) as opened:
        yield opened


def answer(world: World, **asked: Any) -> dict[str, Any]:
    response = world.client.get("/v1/plan", params=TO_CAMP | asked)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [BUS_8, RAIL, TRAM, BUS_9]),
        ({"modes": "bus"}, [BUS_8, BUS_9]),
        ({"modes": "Rail, TRAM"}, [RAIL, TRAM]),
        ({"modes": ["rail", "tram"]}, [RAIL, TRAM]),
        ({"modes": ""}, [BUS_8, RAIL, TRAM, BUS_9]),
        ({"banned_modes": "bus,tram"}, [RAIL]),
        ({"routes": "f:R90"}, [BUS_8, BUS_9]),
        pytest.param({"routes": "f:R,9"}, [TRAM], id="a-comma-in-an-id"),
        ({"banned_routes": "f:R90,f:RE2"}, [TRAM]),
        ({"agencies": "f:A2"}, [RAIL]),
        ({"banned_agencies": "f:A2"}, [BUS_8, TRAM, BUS_9]),
        ({"modes": "bus,rail", "agencies": "f:A2"}, [RAIL]),
        pytest.param({"wheelchair": "true"}, [BUS_8, TRAM], id="wheelchair-trip-and-stop"),
        pytest.param({"allow_unknown": "true"}, [BUS_8, RAIL, TRAM, BUS_9], id="no-wheelchair"),
        ({"bikes": "true"}, [RAIL, BUS_9]),
        ({"wheelchair": "true", "bikes": "true"}, []),
    ],
)
def test_only_what_the_rider_takes(
    picky: World, asked: dict[str, Any], expected: list[str]
) -> None:
    assert [line(one) for one in answer(picky, **asked)["journeys"]] == expected


@pytest.mark.parametrize(
    ("asked", "loc", "told"),
    [
        ({"modes": "bus,zeppelin"}, "modes", "there is no mode 'zeppelin'; modes are rail, subway"),
        ({"banned_modes": "walk"}, "banned_modes", "there is no mode 'walk'"),
        ({"routes": "f:R90,f:R91"}, "routes", "there is no route 'f:R91'"),
        ({"banned_routes": "R90"}, "banned_routes", "there is no route 'R90'"),
        ({"agencies": "f:a1"}, "agencies", "there is no agency 'f:a1'"),
        ({"banned_agencies": ["f:A1", "x"]}, "banned_agencies", "there is no agency 'x'"),
        ({"wheelchair": "perhaps"}, "wheelchair", "bool"),
        ({"walk_speed": "0.4"}, "walk_speed", "0.5"),
        ({"walk_speed": "nan"}, "walk_speed", ""),
        ({"transfer_buffer_min": "31"}, "transfer_buffer_min", "30"),
    ],
)
def test_what_is_not_known_is_refused_by_name(
    picky: World, asked: dict[str, Any], loc: str, told: str
) -> None:
    response = picky.client.get("/v1/plan", params=TO_CAMP | asked)
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "/problems/validation"
    assert [error["loc"][:2] for error in problem["errors"]] == [["query", loc]]
    assert told in problem["detail"]


def test_an_answer_says_what_it_does_not_promise(picky: World) -> None:
    assert answer(picky)["notices"] == []
    assert answer(picky, wheelchair="true")["notices"] == []
    rolling = answer(picky, wheelchair="true", allow_unknown="true", to="f:dorf")
    assert [line(one) for one in rolling["journeys"]] == ["08:00 BUS 90 08:20 TRAM S1 08:35"]
    [stops] = rolling["notices"]
    assert (stops["code"], stops["stop_ids"]) == ("stops-unverified", ["f:dorf"])
    assert stops["text"].endswith("is not known: Dorf.")
    (bikes,) = answer(picky, bikes="true")["notices"]
    assert bikes["code"] == "bike-space-unknown"


def test_where_nothing_is_left_the_answer_says_so(picky: World) -> None:
    nothing = answer(picky, banned_modes="bus,rail,tram")
    assert nothing["journeys"] == []
    assert [notice["code"] for notice in nothing["notices"]] == ["no-ride-fits"]


def test_where_nothing_is_left_but_walking(picky: World) -> None:
    near = {"from": "51.8,7.4", "to": "51.801,7.401"}
    walk = answer(picky, **near, banned_modes="bus,rail,tram")
    assert [leg["mode"] for leg in walk["journeys"][0]["legs"]] == ["WALK"]


@pytest.mark.parametrize(
    ("written", "searched"), [(None, 1.33), (1.33, 1.33), (0.5, 0.5), (1.26, 1.3), (1.99, 2.0)]
)
def test_walking_speeds_are_rounded(written: float | None, searched: float) -> None:
    assert walk_mps(Wishes(walk_speed=written)) == searched


@pytest.mark.parametrize(
    ("asked", "change"),
    [
        pytest.param({}, "08:25", id="five-minutes-are-enough"),
        pytest.param({"transfer_buffer_min": 3}, "08:25", id="2-and-3-minutes"),
        pytest.param({"transfer_buffer_min": 4}, "08:55", id="2-and-4-minutes"),
        pytest.param({"walk_speed": 0.5}, "08:55", id="slow"),
        pytest.param({"walk_speed": 2.0, "transfer_buffer_min": 3}, "08:25", id="quick"),
    ],
)
def test_pace(picky: World, asked: dict[str, Any], change: str) -> None:
    journey = answer(picky, to="f:dorf", modes="bus,tram", **asked)["journeys"][0]
    assert [leg["departure"][11:16] for leg in journey["legs"]] == ["08:00", change]
