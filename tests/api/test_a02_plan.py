"""From door to door over HTTP: what is asked and what is answered."""

from typing import Any

import numpy as np
import pytest

from kommit.api.polyline import encode
from tests.support.server import ANGER, CAMP, DORF, TO_CAMP, World


def line(journey: dict[str, Any]) -> str:
    """Write a journey in one line: ``07:58 WALK 08:00 BUS 90 08:20``."""
    parts = [journey["departure"][11:16]]
    for leg in journey["legs"]:
        name = leg["route"]["short_name"] if leg["route"] else ""
        parts += [leg["mode"], name, leg["arrival"][11:16]]
    return " ".join(filter(None, parts))


def decode(polyline: str) -> list[tuple[float, float]]:
    """Return the points of a polyline; written apart from the encoder."""
    values, shift, value = [], 0, 0
    for character in polyline:
        bits = ord(character) - 63
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            values.append(~(value >> 1) if value & 1 else value >> 1)
            shift = value = 0
    lat, lon = np.cumsum(values[::2]) / 1e6, np.cumsum(values[1::2]) / 1e6
    return [(round(float(a), 6), round(float(b), 6)) for a, b in zip(lat, lon, strict=True)]


def test_the_polyline_of_the_published_example() -> None:
    assert encode([38.5, 40.7, 43.252], [-120.2, -120.95, -126.453]) == (
        "_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI"
    )


def test_stop_to_stop(world: World) -> None:
    journeys = world.plan()
    assert [line(one) for one in journeys] == [
        "08:00 BUS 90 08:20",
        "09:00 BUS 90 09:20",
    ]
    first = journeys[0]
    assert (first["duration_s"], first["transfers"], first["walk_m"]) == (1200, 0, 0)
    leg = first["legs"][0]
    assert leg["service_day"] == "2024-05-06"
    assert leg["trip_id"] == "tiny:out8"
    assert leg["route"]["agency"] == {"id": "tiny:A1", "name": "Kommitbus"}
    assert leg["booking"] is None
    calls = [(c["name"], c["arrival"], c["departure"]) for c in leg["stops"]]
    assert calls == [
        ("Anger", None, "2024-05-06T08:00:00+02:00"),
        ("Brink 1", "2024-05-06T08:10:00+02:00", "2024-05-06T08:10:00+02:00"),
        ("Camp", "2024-05-06T08:20:00+02:00", None),
    ]
    assert decode(leg["geometry"]) == [(51.8, 7.4), (51.8501, 7.48), (51.9, 7.56)]


def test_price_is_that_of_the_tariff_and_co2_that_of_the_distance(world: World) -> None:
    first = world.plan()[0]
    # 1.40 € and 16 started kilometres (15.67 km as the crow flies) at 0.27 €.
    assert first["price"] == {"amount": 140 + 16 * 27, "currency": "EUR"}
    assert first["bookable"]
    assert first["co2_g"] == round(93 * first["legs"][0]["distance_m"] / 1000)


def test_door_to_door_walks_as_the_crow_flies_without_streets(world: World) -> None:
    journeys = world.plan(**{"from": "51.801,7.401", "to": "51.899,7.559"})
    assert line(journeys[0]) == "07:57 WALK 08:00 BUS 90 08:20 WALK 08:22"
    walk = journeys[0]["legs"][0]
    assert walk["on_streets"] is False
    assert walk["origin"] == {
        "name": "51.80100, 7.40100",
        "lat": 51.801,
        "lon": 7.401,
        "stop_id": None,
    }
    assert walk["destination"]["stop_id"] == ANGER
    assert decode(walk["geometry"]) == [(51.801, 7.401), (51.8, 7.4)]
    assert journeys[0]["walk_m"] == sum(
        leg["distance_m"] for leg in journeys[0]["legs"] if leg["mode"] == "WALK"
    )


def test_arrive_by(world: World) -> None:
    answer = world.client.get(
        "/v1/plan", params={"from": ANGER, "to": CAMP, "arrive": "2024-05-06T10:30"}
    )
    assert [line(one) for one in answer.json()["journeys"]] == [
        "09:00 BUS 90 09:20",
        "10:00 BUS 90 10:20",
    ]


def test_without_a_time_it_is_now(world: World) -> None:
    journeys = world.client.get("/v1/plan", params={"from": ANGER, "to": CAMP}).json()["journeys"]
    assert line(journeys[0]) == "08:00 BUS 90 08:20"  # the clock shows 7:00


def test_a_taxibus_is_on_demand_and_says_how_to_book(world: World) -> None:
    journeys = world.plan(to=DORF)
    assert line(journeys[0]) == "08:00 BUS 90 08:20 ON_DEMAND T1 09:15"
    taxi = journeys[0]["legs"][1]
    assert taxi["booking"] == {
        "latest": "2024-05-06T08:00:00+02:00",
        "message": "Runs only when booked",
        "phone": "+49 1",
        "url": "https://taxi.example/book",
    }
    assert journeys[0]["transfers"] == 1


def test_what_can_no_longer_be_booked_is_not_answered(world: World) -> None:
    world.clock.move(hours=1, seconds=1)  # 8:00:01, the taxi of 9:00 had to be booked until 8:00
    assert [line(one) for one in world.plan(to=DORF)] == ["10:00 BUS 90 10:20 ON_DEMAND T1 11:15"]


def test_a_question_about_last_week_is_about_the_timetable(world: World) -> None:
    journeys = world.plan(to=DORF, depart="2024-04-29T07:50")
    assert line(journeys[0]) == "08:00 BUS 90 08:20 ON_DEMAND T1 09:15"
    assert not any(one["bookable"] or one["token"] for one in journeys)
    assert journeys[0]["price"] is not None


def test_offsets_are_heeded(world: World) -> None:
    utc, local = world.plan(depart="2024-05-06T06:50:00Z"), world.plan(depart="2024-05-06T08:50")
    assert [line(one) for one in utc] == [line(one) for one in local]
    assert line(utc[0]) == "09:00 BUS 90 09:20"


@pytest.mark.parametrize(
    ("changed", "status", "slug", "loc"),
    [
        ({"arrive": "2024-05-06T10:00"}, 422, "validation", ["query", "arrive"]),
        ({"from": CAMP}, 422, "validation", ["query", "to"]),
        ({"from": "91,7.4"}, 422, "validation", ["query", "from"]),
        ({"to": "51.8,180.5"}, 422, "validation", ["query", "to"]),
        ({"depart": "tomorrow"}, 422, "validation", ["query", "depart"]),
        ({"window_min": "-1"}, 422, "validation", ["query", "window_min"]),
        ({"max_rides": "9"}, 422, "validation", ["query", "max_rides"]),
        ({"from": ""}, 422, "validation", ["query", "from"]),
        ({"depart": "2023-12-31T23:59"}, 422, "outside-period", ["query", "depart"]),
        ({"depart": "2025-01-01T00:00"}, 422, "outside-period", ["query", "depart"]),
        ({"depart": "0001-01-01T00:00:00+14:00"}, 422, "outside-period", ["query", "depart"]),
        ({"depart": "9999-12-31T23:59:59-14:00"}, 422, "outside-period", ["query", "depart"]),
        ({"from": "tiny:nowhere"}, 404, "stop-not-found", None),
        ({"from": "nan,nan"}, 404, "stop-not-found", None),
    ],
)
def test_questions_that_cannot_be_answered(
    world: World, changed: dict[str, str], status: int, slug: str, loc: list[str] | None
) -> None:
    answer = world.client.get("/v1/plan", params=TO_CAMP | changed)
    assert answer.status_code == status, answer.text
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"/problems/{slug}"
    assert (problem["status"], problem["instance"]) == (status, "/v1/plan")
    assert [error["loc"] for error in problem.get("errors", [])] == ([loc] if loc else [])


def test_the_days_with_a_timetable_are_told(world: World) -> None:
    answer = world.client.get("/v1/plan", params=TO_CAMP | {"depart": "2025-01-01T00:00"})
    assert "2024-01-01 to 2024-12-31" in answer.json()["detail"]
