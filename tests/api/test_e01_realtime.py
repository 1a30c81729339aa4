"""What is known of the moment, in plans, boards and offers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds.image.build import FeedInput, build_image
from feeds.image.live import activate
from feeds.realtime.decode import StopRelationship, TripRelationship
from tests.api.test_a02_plan import line
from tests.support.gtfs import gtfs_zip
from tests.support.realtime import EIGHT, Radio, alert, at, message, put, trip, vehicle
from tests.support.server import ANGER, CAMP, FEED, World, tiny_image
from tests.support.server import world as open_world

MINUTE = 60


@pytest.fixture
def radio(image: Path, sqlite_url: str, tmp_path: Path) -> Iterator[Radio]:
    """An installation that listens to a file."""
    path = tmp_path / "realtime.pb"
    with open_world(image, sqlite_url, tmp_path, **listening(path)) as world:
        yield Radio(world, path)


def listening(path: Path) -> dict[str, Any]:
    return {"realtime": f"tiny={path}", "realtime_every_s": Radio.EVERY_S, "realtime_stale_s": 300}


def rides(world: World, **changed: Any) -> list[str]:
    return [line(journey) for journey in world.plan(**changed)]


def board(world: World, stop: str, when: str = "2024-05-06T07:50", n: int = 3) -> list[Any]:
    answer = world.client.get(f"/v1/stops/{stop}/departures", params={"at": when, "limit": n})
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["departures"]
    return found


PLANNED = ["08:00 BUS 90 08:20", "09:00 BUS 90 09:20"]
CANCELLED = trip("out8", relationship=TripRelationship.CANCELED)


def test_without_news_the_timetable_holds(radio: Radio) -> None:
    status = radio.listen()
    assert (status["status"], status["age_s"]) == ("failing", None)
    assert status["error"] == "The file realtime.pb: No such file or directory."
    assert rides(radio.world) == PLANNED
    leg = radio.world.plan()[0]["legs"][0]
    assert (leg["realtime"], leg["added"], leg["departure_delay_s"]) == (False, False, None)
    assert leg["scheduled_departure"] == leg["departure"]


def test_a_delay_is_in_plan_and_board(radio: Radio) -> None:
    status = radio.tell(trip("out8", at("brink1", 300), at("camp", 420)))
    assert (status["status"], status["trips"], status["findings"]) == ("ok", 1, [])
    leg = radio.world.plan()[0]["legs"][0]
    assert line(radio.world.plan()[0]) == "08:00 BUS 90 08:27"
    assert leg["realtime"]
    assert (leg["departure_delay_s"], leg["arrival_delay_s"]) == (0, 420)
    assert (leg["scheduled_arrival"], leg["arrival"]) == (
        "2024-05-06T08:20:00+02:00",
        "2024-05-06T08:27:00+02:00",
    )
    brink = leg["stops"][1]
    assert (brink["scheduled_departure"][11:16], brink["departure"][11:16]) == ("08:10", "08:15")
    row = board(radio.world, "tiny:brink1")[0]
    assert (row["time"][11:16], row["scheduled_time"][11:16]) == ("08:15", "08:10")
    assert (row["delay_s"], row["realtime"], row["cancelled"]) == (300, True, False)
    later = board(radio.world, "tiny:brink1", "2024-05-06T08:12")[0]
    assert later == row, "it has not left yet"


def test_another_vehicle_is_better_when_one_is_late(radio: Radio) -> None:
    radio.tell(trip("out8", at("anger", 65 * MINUTE)))
    assert rides(radio.world)[0] == "09:00 BUS 90 09:20"


def test_a_cancelled_trip_is_not_offered_but_on_the_board(radio: Radio) -> None:
    radio.tell(CANCELLED)
    assert rides(radio.world)[0] == "09:00 BUS 90 09:20"
    first, second = board(radio.world, ANGER, n=2)
    assert (first["cancelled"], first["time"][11:16], first["delay_s"]) == (True, "08:00", None)
    assert (second["cancelled"], second["time"][11:16]) == (False, "09:00")


def test_a_skipped_stop_is_gone_through(radio: Radio) -> None:
    skips = trip("out8", at("brink1", schedule_relationship=StopRelationship.SKIPPED))
    radio.tell(skips)
    assert rides(radio.world) == PLANNED
    stops = radio.world.plan()[0]["legs"][0]["stops"]
    assert [stop["skipped"] for stop in stops] == [False, True, False]
    to_brink = rides(radio.world, to="tiny:brink1")
    assert "08:00 BUS 90 08:10" not in to_brink
    assert "09:00 BUS 90 09:10" in to_brink
    first, second, _ = board(radio.world, "tiny:brink")
    assert (first["cancelled"], first["trip_id"]) == (True, "tiny:out8")
    assert (second["cancelled"], second["trip_id"]) == (False, "tiny:back8")


def test_another_platform(radio: Radio) -> None:
    radio.tell(trip("out8", at("brink1", 60, instead="brink2")))
    [leg] = radio.world.plan(**{"from": "tiny:brink2"})[0]["legs"]
    assert (leg["trip_id"], leg["origin"]["stop_id"]) == ("tiny:out8", "tiny:brink2")
    assert leg["scheduled_origin"]["stop_id"] == "tiny:brink1"
    for stop in ("tiny:brink", "tiny:brink1", "tiny:brink2"):
        row = board(radio.world, stop)[0]
        assert (row["trip_id"], row["time"][11:16]) == ("tiny:out8", "08:11"), stop
        assert (row["stop"]["name"], row["scheduled_stop"]["name"]) == ("Brink 2", "Brink 1")


EXTRA = trip(
    "extra",
    at("anger", when=EIGHT + 5 * MINUTE),
    at("camp", when=EIGHT + 12 * MINUTE),
    relationship=TripRelationship.NEW,
    route_id="R90",
)


def test_an_added_trip_has_a_name(radio: Radio) -> None:
    radio.tell(EXTRA)
    journey = radio.world.plan()[0]
    assert line(journey) == "08:05 BUS 90 08:12"
    [leg] = journey["legs"]
    assert (leg["trip_id"], leg["headsign"], leg["service_day"]) == (
        "tiny:extra",
        "Camp",
        "2024-05-06",
    )
    assert (leg["added"], leg["realtime"], leg["scheduled_departure"]) == (True, True, None)
    assert [stop["name"] for stop in leg["stops"]] == ["Anger", "Camp"]
    _, row, _ = board(radio.world, ANGER)
    assert (row["trip_id"], row["scheduled_time"], row["delay_s"]) == ("tiny:extra", None, None)


def test_a_repeated_trip_is_called_like_the_first_and_booked_like_it(radio: Radio) -> None:
    again = {"trip_id": "taxi-b", "start_date": "20240506", "start_time": "10:30:00"}
    radio.tell(
        trip("taxi9", relationship=TripRelationship.DUPLICATED, trip_properties=again),
    )
    asked = {"from": CAMP, "to": "tiny:dorf", "depart": "2024-05-06T10:15"}
    [leg] = radio.world.plan(**asked)[0]["legs"]
    assert (leg["mode"], leg["trip_id"], leg["headsign"]) == ("ON_DEMAND", "tiny:taxi-b", "Dorf")
    assert leg["booking"]["latest"] == "2024-05-06T09:30:00+02:00"


def test_a_trip_that_goes_another_way(radio: Radio) -> None:
    way = [at(s, when=EIGHT + m * MINUTE) for s, m in [("anger", 1), ("brink2", 5), ("camp", 9)]]
    longer = [*way, at("dorf", when=EIGHT + 20 * MINUTE)]
    radio.tell(trip("out8", *longer, relationship=TripRelationship.REPLACEMENT))
    [leg] = radio.world.plan(to="tiny:dorf")[0]["legs"]
    assert [stop["name"] for stop in leg["stops"]] == ["Anger", "Brink 2", "Camp", "Dorf"]
    assert leg["scheduled_departure"] is None
    rows = {(r["trip_id"], r["stop"]["name"]): r for r in board(radio.world, "tiny:brink")}
    assert rows["tiny:out8", "Brink 1"]["cancelled"]
    assert not rows["tiny:out8", "Brink 2"]["cancelled"]


def test_an_offer_for_an_added_trip_holds_when_the_news_is_gone(radio: Radio) -> None:
    radio.tell(EXTRA)
    rider, offer = radio.world.rider(), radio.world.offer()
    radio.tell()
    held = rider.post("/v1/orders", {"offer": offer["offer"]})
    assert held.status_code == 201
    assert rider.pay(held.json()).json()["state"] == "confirmed"
    [leg] = held.json()["journey"]["legs"]
    assert (leg["departure"][11:16], leg["route_name"]) == ("08:05", "90")


def test_what_is_cancelled_meanwhile_is_not_sold(radio: Radio) -> None:
    token, offer = radio.world.plan()[0]["token"], radio.world.offer()
    radio.tell(CANCELLED)
    body = {"journey": token, "passengers": [{"category": "adult"}]}
    refused = radio.world.client.post("/v1/offers", json=body)
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/not-on-sale"
    assert refused.json()["detail"] == "90 from Anger is cancelled"
    assert radio.world.rider().post("/v1/orders", {"offer": offer["offer"]}).status_code == 409


def test_garbage_leaves_what_is_known(radio: Radio) -> None:
    radio.tell(CANCELLED)
    status = radio.send(b"<html>not found</html>")
    assert status["status"] == "failing"
    assert "no GTFS Realtime message" in status["error"]
    assert rides(radio.world)[0] == PLANNED[1]
    status = radio.listen(failures=1)
    assert status["status"] == "failing", "the same garbage again"
    radio.path.unlink()
    assert "No such file" in radio.listen(failures=2)["error"]
    assert rides(radio.world)[0] == PLANNED[1]


def test_news_that_nobody_renews_becomes_stale(radio: Radio) -> None:
    world = radio.world
    radio.tell(CANCELLED)
    world.clock.at += timedelta(seconds=300)
    assert radio.listen()["status"] == "ok"
    world.clock.at += timedelta(seconds=1)
    for job in world.kommit.jobs.jobs:
        job.run()
    assert rides(world) == PLANNED
    status = radio.status()
    assert (status["status"], status["age_s"]) == ("stale", 301)
    assert world.client.get("/v1/health").json()["status"] == "ok"
    radio.tell(CANCELLED)
    assert rides(world)[0] == PLANNED[1]


def test_a_message_that_is_old_when_it_comes_is_not_believed(radio: Radio) -> None:
    assert radio.tell(CANCELLED, age_s=301)["status"] == "stale"
    assert rides(radio.world) == PLANNED


def test_what_cannot_be_matched_is_counted(radio: Radio) -> None:
    status = radio.tell(trip("nobody"), trip("out9", at("brink1", 60), at("nowhere", 60)))
    assert status["trips"] == 1
    assert {one["code"]: one["count"] for one in status["findings"]} == {
        "unknown-trip": 1,
        "unknown-stop": 1,
    }


def test_news_of_another_feed_is_said_to_be_so(
    image: Path, sqlite_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "realtime.pb"
    chosen = listening(path) | {"realtime": f"other={path}"}
    with open_world(image, sqlite_url, tmp_path, **chosen) as world:
        status = Radio(world, path).tell(CANCELLED)
        assert status["error"] == "The network has no feed 'other', only tiny."
        assert rides(world) == PLANNED


def test_two_sources_of_one_feed(image: Path, sqlite_url: str, tmp_path: Path) -> None:
    trips, places = tmp_path / "trips.pb", tmp_path / "vehicles.pb"
    chosen = listening(trips) | {"realtime": f"tiny={trips} tiny={places}"}
    put(places, message())
    with open_world(image, sqlite_url, tmp_path, **chosen) as world:
        Radio(world, trips).tell(EXTRA)
        Radio(world, places).tell(
            vehicle("bus 1", 51.81, 7.41, trip_id="extra"),
            vehicle("bus 2", 51.82, 7.42, trip_id="out9", start_date="20240506"),
        )
        first, second = (journey["legs"][0] for journey in world.plan())
        assert first["vehicle"]["id"] == "tiny:bus 1"
        assert (second["vehicle"]["lat"], second["vehicle"]["bearing"]) == (
            pytest.approx(51.82),
            45,
        )


def test_a_new_image_is_served_with_what_is_known(tmp_path: Path, sqlite_url: str) -> None:
    store, path = tmp_path / "images", tmp_path / "realtime.pb"
    (tmp_path / "later").mkdir()
    activate(tiny_image(tmp_path), store)
    feed = gtfs_zip(tmp_path / "later", FEED.replace("Anger", "Marktplatz"))
    build_image([FeedInput("tiny", feed)], None, tmp_path / "later" / "image", region="tiny")
    with open_world(store, sqlite_url, tmp_path, **listening(path)) as world:
        Radio(world, path).tell(CANCELLED, EXTRA)
        before = world.plan()[0]
        activate(tmp_path / "later" / "image", store)
        assert world.services.network.refresh()
        after = world.plan()[0]
        assert after["legs"][0]["origin"]["name"] == "Marktplatz"
        assert line(before) == line(after) == "08:05 BUS 90 08:12"


def test_a_request_sees_one_moment(radio: Radio) -> None:
    network = radio.world.services.network()
    radio.tell(CANCELLED)
    assert network.realtime.overlay is None
    assert radio.world.services.network().realtime.overlay is not None
    assert not radio.world.services.network.renew(), "nothing has changed"


def test_alerts_are_on_what_they_inform(radio: Radio) -> None:
    radio.tell(
        alert("route", {"route_id": "R90"}, effect=4, severity_level=3, cause=10),
        alert("stop", {"stop_id": "camp"}),
        alert("station", {"stop_id": "brink"}),
        alert("trip", {"trip": {"trip_id": "out9", "start_date": "20240506"}}),
        alert("elsewhere", {"route_id": "R90", "stop_id": "dorf"}),
        alert("agency", {"agency_id": "A1"}),
        alert("over", {"route_id": "R90"}, active_period=[{"end": EIGHT - 60}]),
        alert("tonight", {"route_id": "R90"}, active_period=[{"start": EIGHT + 36_000}]),
        alert("lost", {"route_id": "?"}),
    )
    first, second = (journey["legs"][0] for journey in radio.world.plan())
    assert ids(first) == ["tiny:agency", "tiny:route", "tiny:stop"]
    assert ids(second) == ["tiny:agency", "tiny:route", "tiny:stop", "tiny:trip"]
    [route] = [one for one in first["alerts"] if one["id"] == "tiny:route"]
    assert (route["effect"], route["severity"], route["cause"]) == (
        "DETOUR",
        "WARNING",
        "CONSTRUCTION",
    )
    assert route["header"] == [{"language": "de", "text": "Umleitung"}]
    world = radio.world
    here = world.client.get("/v1/stops/tiny:brink1/departures", params={"at": "2024-05-06T08:00"})
    assert ids(here.json()) == ["tiny:station"]
    assert "tiny:station" in ids(here.json()["departures"][0])
    assert "tiny:stop" not in ids(here.json()["departures"][0])
    every = world.client.get("/v1/alerts", params={"at": "2024-05-06T08:00"}).json()
    assert "tiny:over" not in ids(every)
    assert {"tiny:tonight", "tiny:lost"} < set(ids(every))
    of_route = world.client.get("/v1/alerts", params={"route": "tiny:R90"}).json()
    assert "tiny:stop" not in ids(of_route)
    [of_stop] = world.client.get("/v1/alerts", params={"stop": CAMP}).json()["alerts"]
    assert of_stop["informed"] == [
        {
            "agency_id": None,
            "route_id": None,
            "route_type": None,
            "trip_id": None,
            "service_day": None,
            "stop_id": CAMP,
        }
    ]
    assert radio.status()["findings"] == [{"code": "unknown-route", "count": 1}]


def ids(answer: dict[str, Any]) -> list[str]:
    return sorted(one["id"] for one in answer["alerts"])


def test_vehicles_are_on_the_map(radio: Radio) -> None:
    status = radio.tell(
        vehicle("1", 51.81, 7.41, trip_id="out8"),
        vehicle("2", 50.0, 7.41, route_id="R90"),
        vehicle("3", 95.0, 7.41),
        vehicle("4", 51.82, 7.42, trip_id="nobody"),
    )
    assert {one["code"] for one in status["findings"]} == {"no-position", "vehicle-of-no-trip"}
    every = radio.world.client.get("/v1/vehicles").json()
    assert [one["properties"]["id"] for one in every["features"]] == ["tiny:1", "tiny:2", "tiny:4"]
    box = radio.world.client.get("/v1/vehicles", params={"bbox": "7.4,51.8,7.415,51.9"}).json()
    [only] = box["features"]
    assert only["geometry"]["coordinates"] == pytest.approx([7.41, 51.81], abs=1e-5)
    assert only["properties"]["trip_id"] == "tiny:out8"
    assert (only["properties"]["route_name"], only["properties"]["service_day"]) == (
        "90",
        "2024-05-06",
    )
    assert radio.world.plan()[0]["legs"][0]["realtime"] is False, "a position is no forecast"
