"""Over stops on the way, over HTTP: asked, refused, turned and sold."""

from typing import Any

import pytest

from tests.api.test_a02_plan import line
from tests.support.server import ANGER, CAMP, DORF, World

BRINK = "tiny:brink"
AT_EIGHT = {"from": ANGER, "to": CAMP, "depart": "2024-05-06T07:50"}


def ask(world: World, **asked: Any) -> dict[str, Any]:
    answer = world.client.get("/v1/plan", params=AT_EIGHT | asked)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def lines(page: dict[str, Any]) -> list[str]:
    return [line(one) for one in page["journeys"]]


def test_riding_through_a_station_is_enough(world: World) -> None:
    assert lines(ask(world, via=BRINK)) == ["08:00 BUS 90 08:20", "09:00 BUS 90 09:20"]


def test_a_stay_lies_between_two_rides(world: World) -> None:
    page = ask(world, via=BRINK, via_stay_min=45, window_min=60)
    assert lines(page) == ["08:00 BUS 90 08:10 BUS 90 09:20"]
    first, second = page["journeys"][0]["legs"]
    assert (first["destination"]["name"], second["origin"]["name"]) == ("Brink 1", "Brink 1")
    assert (first["arrival"][11:16], second["departure"][11:16]) == ("08:10", "09:10")


def test_there_and_back(world: World) -> None:
    page = ask(world, to=ANGER, via=CAMP, via_stay_min=30, window_min=60)
    assert lines(page) == ["08:00 BUS 90 08:20 BUS 90 09:50"]


def test_several_vias_in_their_order(world: World) -> None:
    asked = {"via": [BRINK, CAMP], "via_stay_min": [0, 15]}
    assert lines(ask(world, to=DORF, depart="2024-05-06T08:00", **asked)) == [
        "08:00 BUS 90 08:20 ON_DEMAND T1 09:15"
    ]
    assert lines(ask(world, to=DORF, via=[CAMP, BRINK], max_rides=2)) == []


def test_pages_keep_their_vias(world: World) -> None:
    asked = {"via": BRINK, "via_stay_min": 45, "window_min": 60}
    first = ask(world, **asked)
    later = ask(world, **asked, cursor=first["paging"]["later"])
    assert lines(later) == ["09:00 BUS 90 09:10 BUS 90 10:20"]
    other = AT_EIGHT | {"window_min": 60, "cursor": first["paging"]["later"]}
    answer = world.client.get("/v1/plan", params=other)
    assert answer.status_code == 422
    assert "another question" in answer.json()["errors"][0]["msg"]


def test_a_journey_with_a_stay_is_sold_as_one(world: World) -> None:
    [journey] = ask(world, via=BRINK, via_stay_min=45, window_min=60)["journeys"]
    body = {"journey": journey["token"], "passengers": [{"category": "adult"}]}
    offer = world.client.post("/v1/offers", json=body)
    assert offer.status_code == 201, offer.text
    assert [leg["arrival"][11:16] for leg in offer.json()["journey"]["legs"]] == ["08:10", "09:20"]
    assert offer.json()["price"] == journey["price"]


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"via": "tiny:nowhere"}, 404, "tiny:nowhere"),
        ({"via": [BRINK] * 4}, 422, "at most 3"),
        ({"via": BRINK, "via_stay_min": [5, 5]}, 422, "one for each via"),
        ({"via_stay_min": 5}, 422, "one for each via"),
        ({"via": BRINK, "via_stay_min": 721}, 422, "720"),
        ({"via": BRINK, "via_stay_min": -1}, 422, "greater than"),
    ],
)
def test_what_cannot_be_answered(
    world: World, asked: dict[str, Any], status: int, told: str
) -> None:
    answer = world.client.get("/v1/plan", params=AT_EIGHT | asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.text
