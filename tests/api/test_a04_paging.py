"""Earlier and later pages over HTTP: cursors go round unread, and bad ones are refused."""

import base64
import json
from typing import Any

import pytest

from tests.support.server import ANGER, CAMP, DORF, TO_CAMP, World

HOURLY = {"from": ANGER, "to": CAMP, "window_min": "60"}


def ask(world: World, **asked: str) -> dict[str, Any]:
    answer = world.client.get("/v1/plan", params=HOURLY | asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def departures(page: dict[str, Any]) -> list[str]:
    return [one["departure"][5:16] for one in page["journeys"]]


@pytest.mark.parametrize("time", [{"depart": "2024-05-06T08:30"}, {"arrive": "2024-05-06T09:30"}])
def test_pages_follow_each_other(world: World, time: dict[str, str]) -> None:
    first = ask(world, **time)
    assert departures(first) == ["05-06T09:00"]
    later = ask(world, **time, cursor=first["paging"]["later"])
    assert departures(later) == ["05-06T10:00"]
    earlier = ask(world, **time, cursor=first["paging"]["earlier"])
    assert departures(earlier) == ["05-06T08:00"]
    back = ask(world, **time, cursor=later["paging"]["earlier"])
    assert departures(back) == departures(first)


def test_a_question_about_now_keeps_its_pages(world: World) -> None:
    first = ask(world)
    assert departures(first) == ["05-06T08:00"]  # nothing leaves from 7 to 8
    world.clock.move(minutes=1)
    assert departures(ask(world, cursor=first["paging"]["later"])) == ["05-06T09:00"]


def test_a_walk_all_the_way_stands_on_the_first_page_only(world: World) -> None:
    near = {"from": "51.801,7.401", "to": "51.803,7.403"}
    first = ask(world, **near)
    assert [len(one["legs"]) for one in first["journeys"]] == [1]
    assert ask(world, **near, cursor=first["paging"]["later"])["journeys"] == []


def test_pages_end_where_the_timetable_does(world: World) -> None:
    last_day = ask(world, depart="2024-12-31T23:30")
    assert last_day["paging"]["later"] is None
    assert last_day["paging"]["earlier"] is not None
    first_day = ask(world, arrive="2024-01-01T01:00")
    assert first_day["paging"]["earlier"] is None


def test_without_a_window_there_is_nothing_to_turn(world: World) -> None:
    assert ask(world, window_min="0")["paging"] == {"earlier": None, "later": None}


def forged(*fields: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "!",
        "ä",
        "AAAA",
        forged(),
        forged(1, "x", "sideways", 0),
        forged(1, "x", "later", "soon"),
        forged(1, "x", "later", 10**400),
        forged(1, "x", "later", None),
        base64.urlsafe_b64encode(b"3").decode(),
        "[" * 199,
    ],
)
def test_what_is_no_cursor_is_refused(world: World, cursor: str) -> None:
    answer = world.client.get("/v1/plan", params=TO_CAMP | {"cursor": cursor})
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["loc"] == ["query", "cursor"]


def test_a_cursor_of_another_question_is_refused(world: World) -> None:
    cursor = ask(world)["paging"]["later"]
    for other in ({"to": DORF}, {"window_min": "30"}, {"arrive": "2024-05-06T10:00"}):
        answer = world.client.get("/v1/plan", params=HOURLY | other | {"cursor": cursor})
        assert answer.status_code == 422
        assert "another question" in answer.text


def test_a_cursor_to_days_without_a_timetable_is_refused(world: World) -> None:
    version, digest, side, edge = json.loads(
        base64.urlsafe_b64decode(ask(world)["paging"]["later"] + "==")
    )
    cursor = forged(version, digest, side, edge + 400 * 86_400)
    answer = world.client.get("/v1/plan", params=HOURLY | {"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/outside-period"
