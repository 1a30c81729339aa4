"""In a wheelchair, over HTTP: what is known of each leg, and why there is no journey."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image
from routing.wheelchair.transfers import BARRED
from tests.api.test_a02_plan import line
from tests.support.gtfs import gtfs_zip
from tests.support.server import World
from tests.support.server import world as open_world
from tests.support.streets import Drawing

TOWN = Drawing(
    """
    P.A.Q.....R

    PAQ wheelchair=yes
    QR
    """
)
"""``A`` is a stop; what is known of the street to R is only that there is one."""
LAT, LON = TOWN.at("A")
FEED = f"""
# stops.txt
stop_id, stop_name, stop_lat, stop_lon, location_type, parent_station, wheelchair_boarding
a, Anger, {LAT}, {LON}, 0, , 1
s, Bahnhof, 51.950, 7.600, 1, , 1
s1, Gleis 1, 51.950, 7.600, 0, s,
s2, Gleis 2, 51.951, 7.600, 0, s,
s3, Gleis 3, 51.952, 7.600, 0, s,
c, Camp, 51.990, 7.700, 0, , 1
d, Dorf, 51.990, 7.800, 0, , 0
e, Esch, 51.990, 7.900, 0, , 2

# pathways.txt
pathway_id, from_stop_id, to_stop_id, pathway_mode, is_bidirectional, traversal_time
lift, s1, s2, 5, 1, 60
stairs, s1, s3, 2, 1, 30

# routes.txt
route_id, agency_id, route_short_name, route_type
R1, A1, 1, 3
R2, A1, 2, 3
R3, A1, 3, 3

# trips.txt
route_id, service_id, trip_id, wheelchair_accessible
R1, daily, one, 1
R2, daily, two, 1
R2, daily, old, 2
R3, daily, three, 1

# stop_times.txt
trip_id, stop_id, stop_sequence, arrival_time, departure_time
one, a, 0, 8:00:00, 8:00:00
one, s1, 1, 8:20:00, 8:20:00
two, s2, 0, 8:30:00, 8:30:00
two, c, 1, 8:40:00, 8:40:00
two, d, 2, 8:50:00, 8:50:00
old, s2, 0, 8:25:00, 8:25:00
old, c, 1, 8:35:00, 8:35:00
three, s3, 0, 8:30:00, 8:30:00
three, e, 1, 8:40:00, 8:40:00
"""
AT = {"depart": "2024-05-06T07:40", "wheelchair": "true"}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheelchair")
    streets = TOWN.write(folder / "town.osm.pbf")
    build_image([FeedInput("f", gtfs_zip(folder, FEED))], streets, folder / "image")
    return folder / "image"


@pytest.fixture
def rolling(image: Path, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(image, sqlite_url, tmp_path) as opened:
        yield opened


def at(letter: str) -> str:
    return "{:.6f},{:.6f}".format(*TOWN.at(letter))


def answer(world: World, origin: str, goal: str, **asked: Any) -> dict[str, Any]:
    response = world.client.get("/v1/plan", params=AT | {"from": origin, "to": goal} | asked)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def statuses(found: dict[str, Any]) -> list[list[str]]:
    return [[leg["wheelchair"]["status"] for leg in one["legs"]] for one in found["journeys"]]


def test_the_image_keeps_the_ways_of_the_station(image: Path) -> None:
    loaded = load_image(image)
    tt, rolled = loaded.timetable, loaded.wheel_transfers
    told = {
        (loaded.catalogue.stop(stop).id, loaded.catalogue.stop(int(tt.transfer_stop[row])).id): (
            int(rolled.usable_s[row]),
            int(rolled.verified_s[row]),
        )
        for stop in range(tt.n_stops)
        for row in range(tt.transfer_ptr[stop], tt.transfer_ptr[stop + 1])
    }
    assert told["f:s1", "f:s2"] == told["f:s2", "f:s1"] == (60, 60)
    assert told["f:s1", "f:s3"] == told["f:s3", "f:s2"] == (BARRED, BARRED)


def test_every_leg_says_that_it_is_verified(rolling: World) -> None:
    found = answer(rolling, at("P"), "f:c")
    [journey] = found["journeys"]
    assert [leg["mode"] for leg in journey["legs"]] == ["WALK", "BUS", "WALK", "BUS"]
    assert statuses(found) == [["verified"] * 4]
    assert found["notices"] == []
    assert journey["legs"][2]["duration_s"] == 80, "the lift at a wheelchair's pace"


def test_what_is_not_known_is_answered_if_allowed_and_named(rolling: World) -> None:
    assert answer(rolling, at("R"), "f:d")["journeys"] == []
    found = answer(rolling, at("R"), "f:d", allow_unknown="true")
    assert statuses(found) == [["unverified", "verified", "verified", "unverified"]]
    walk, *_, ride = found["journeys"][0]["legs"]
    [way], [stop] = walk["wheelchair"]["reasons"], ride["wheelchair"]["reasons"]
    assert (way["code"], way["stop_ids"]) == ("way-unknown", ["f:a"])
    assert way["text"] == {
        "de": "Vom Weg zwischen Start und Anger sind 300 m nicht geprüft.",
        "en": "Of the way between the start and Anger, 300 m are not verified.",
    }
    assert (stop["code"], stop["stop_ids"]) == ("stop-unknown", ["f:d"])
    assert [notice["code"] for notice in found["notices"]] == [
        "ways-unverified",
        "stops-unverified",
    ]


@pytest.mark.parametrize(
    ("origin", "goal", "asked", "codes"),
    [
        ("R", "f:c", {}, ["unknown-left-out", "way-unknown"]),
        ("P", "f:d", {}, ["unknown-left-out", "stop-unknown"]),
        ("P", "f:e", {}, ["station-not-step-free", "stop-not-step-free"]),
        ("P", "f:e", {"allow_unknown": "true"}, ["station-not-step-free", "stop-not-step-free"]),
    ],
)
def test_where_there_is_no_journey_the_answer_says_why(
    rolling: World, origin: str, goal: str, asked: dict[str, Any], codes: list[str]
) -> None:
    found = answer(rolling, at(origin), goal, **asked)
    assert found["journeys"] == []
    first, *others = found["notices"]
    assert first["code"] == "no-ride-fits"
    assert [notice["code"] for notice in others] == codes
    for notice in others:
        assert notice["words"]["en"] == notice["text"]
        assert notice["words"]["de"].endswith(".")


def test_a_trip_that_takes_no_wheelchair_is_never_answered(rolling: World) -> None:
    on_foot = answer(rolling, "f:s2", "f:c", wheelchair="false")
    assert [line(one) for one in on_foot["journeys"]] == ["08:25 BUS 2 08:35", "08:30 BUS 2 08:40"]
    assert on_foot["journeys"][0]["legs"][0]["wheelchair"] is None
    for allowed in ("false", "true"):
        found = answer(rolling, "f:s2", "f:c", allow_unknown=allowed)
        assert [line(one) for one in found["journeys"]] == ["08:30 BUS 2 08:40"]


def test_a_verified_journey_can_be_bought(rolling: World) -> None:
    journey = answer(rolling, at("P"), "f:c")["journeys"][0]
    assert journey["bookable"]
    passengers = [{"category": "adult"}]
    offer = rolling.client.post(
        "/v1/offers", json={"journey": journey["token"], "passengers": passengers}
    )
    assert offer.status_code == 201, offer.text
