"""What runs where and when."""

import pytest

from kommit import __version__
from tests.support.server import ANGER, World


def test_health_tells_version_image_and_database(world: World) -> None:
    answer = world.client.get("/v1/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "version": __version__,
        "image": {
            "id": world.services.network().image.id,
            "name": "tiny",
            "valid_from": "2024-01-01",
            "valid_until": "2024-12-31",
        },
        "database": "ok",
        "realtime": [],
    }


def test_health_is_degraded_without_a_database(world: World) -> None:
    class Gone:
        def is_reachable(self) -> bool:
            return False

    world.replace_services(database=Gone())
    answer = world.client.get("/v1/health")
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["database"]) == ("degraded", "unreachable")


def test_region_of_an_image_alone(world: World) -> None:
    region = world.client.get("/v1/region").json()
    assert region["name"] == "tiny"
    assert region["time_zone"] == "Europe/Berlin"
    assert region["bbox"] == [7.4, 51.8, 7.6, 51.93]
    assert region["payment_means"] == ["wallet"]
    assert region["illustrative_streets"] is False


def test_places_tolerate_misspellings(world: World) -> None:
    places = world.client.get("/v1/places", params={"q": "angr"}).json()["places"]
    assert places[0]["id"] == ANGER
    assert places[0]["modes"] == ["BUS"]


def test_a_coordinate_is_a_place(world: World) -> None:
    places = world.client.get("/v1/places", params={"q": "51.85,7.48"}).json()["places"]
    assert [(place["kind"], place["lat"]) for place in places] == [("coordinate", 51.85)]


def test_stops_in_a_box_are_geojson(world: World) -> None:
    answer = world.client.get("/v1/stops", params={"bbox": "7.3,51.7,7.45,51.85"}).json()
    assert answer["type"] == "FeatureCollection"
    assert answer["features"] == [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [7.4, 51.8]},
            "properties": {"id": ANGER, "name": "Anger", "modes": ["BUS"]},
        }
    ]
    assert answer["truncated"] is False


@pytest.mark.parametrize("bbox", ["1,2,3", "a,b,c,d", "8,51,7,52", "7,91,8,92", "7,52,8,51"])
def test_a_box_that_cannot_be(world: World, bbox: str) -> None:
    answer = world.client.get("/v1/stops", params={"bbox": bbox})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["query", "bbox"]


def departures(world: World, stop: str, at: str, limit: int = 3) -> list[tuple[str, str, str]]:
    answer = world.client.get(f"/v1/stops/{stop}/departures", params={"at": at, "limit": limit})
    assert answer.status_code == 200, answer.text
    return [
        (one["time"][11:16], one["route"]["short_name"], one["headsign"])
        for one in answer.json()["departures"]
    ]


def test_departures_of_a_stop(world: World) -> None:
    assert departures(world, ANGER, "2024-05-06T08:30") == [
        ("09:00", "90", "Camp"),
        ("10:00", "90", "Camp"),
        ("11:00", "90", "Camp"),
    ]


def test_a_station_lists_its_stops(world: World) -> None:
    found = departures(world, "tiny:brink", "2024-05-06T08:00")
    assert found == [("08:10", "90", "Camp"), ("08:40", "90", "Anger"), ("09:10", "90", "Camp")]


def test_nobody_departs_where_the_trip_ends(world: World) -> None:
    assert departures(world, "tiny:dorf", "2024-05-06T08:00") == []


def test_a_board_goes_on_tomorrow_for_a_day(world: World) -> None:
    late = departures(world, ANGER, "2024-05-06T18:30", limit=100)
    assert late[0] == ("08:00", "90", "Camp")
    assert len(late) == 11  # 8:00 to 18:00 of the next day


def test_departures_of_an_unknown_stop(world: World) -> None:
    answer = world.client.get("/v1/stops/tiny:nowhere/departures")
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/stop-not-found"


def test_the_page_is_served_with_its_headers(world: World) -> None:
    page = world.client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-cache"
    again = world.client.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304


def test_answers_carry_strict_headers_and_an_id(world: World) -> None:
    headers = world.client.get("/v1/health").headers
    assert "worker-src 'self' blob:" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["x-request-id"] != world.client.get("/v1/health").headers["x-request-id"]


def test_no_other_site_may_call_unless_it_is_named(world: World) -> None:
    answer = world.client.get("/v1/health", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in answer.headers
