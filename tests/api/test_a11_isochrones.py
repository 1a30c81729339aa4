"""A11: areas that are reached, and times to many places, over HTTP."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kommit.api.bands import BESIDE_M, bands_of
from tests.support.server import World
from tests.support.server import world as open_world

SENDEN = "51.8576,7.4905"
TUESDAY = "2026-12-01T08:00"


@pytest.fixture(scope="module")
def senden(senden_image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo region, without its fleets."""
    folder = tmp_path_factory.mktemp("senden")
    with open_world(
        senden_image, f"sqlite:///{folder / 'kommit.db'}", folder, region="senden"
    ) as opened:
        yield opened


def asked(world: World, **parameters: Any) -> Any:
    answer = world.client.get("/v1/isochrone", params={"from": SENDEN} | parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def areas(answer: Any) -> list[Any]:
    """Return the areas from the smallest to the largest."""
    return [shapely.geometry.shape(each["geometry"]) for each in answer["features"]][::-1]


def test_bands_are_valid_nested_and_hold_the_place(senden: World) -> None:
    answer = asked(senden, minutes="10,30,60", depart=TUESDAY)
    assert [each["properties"]["minutes"] for each in answer["features"]] == [60, 30, 10]
    bands = areas(answer)
    place = shapely.Point(7.4905, 51.8576)
    for band in bands:
        assert band.is_valid
        assert band.contains(place)
        assert all(ring.is_ccw for ring in (part.exterior for part in band.geoms))
        assert not any(hole.is_ccw for part in band.geoms for hole in part.interiors)
    assert bands[1].buffer(1e-5).contains(bands[0])
    assert bands[2].buffer(1e-5).contains(bands[1])
    km2 = [each["properties"]["area_km2"] for each in answer["features"]]
    assert km2 == sorted(km2, reverse=True)
    stops = [each["properties"]["stops"] for each in answer["features"]]
    assert stops[0] > stops[2]
    assert (answer["mode"], answer["depart"][:16]) == ("transit", TUESDAY)
    assert answer["attribution"]


def test_by_rides_one_gets_further_than_on_foot_and_by_bicycle_further_too(senden: World) -> None:
    km2 = {
        mode: asked(senden, minutes="30", mode=mode, depart=TUESDAY)["features"][0]["properties"][
            "area_km2"
        ]
        for mode in ("walk", "transit", "bicycle", "car")
    }
    assert km2["walk"] < km2["transit"]
    assert km2["walk"] < km2["bicycle"] < km2["car"]


def test_times_equal_the_plan_and_fill_the_bands(senden: World) -> None:
    goals = [(51.8500, 7.4700), (51.9556, 7.6277), (51.8576, 7.4900), (48.0, 7.0)]
    body = {
        "from": SENDEN,
        "depart": TUESDAY,
        "minutes": [10, 60, 90],
        "to": [{"lat": lat, "lon": lon, "weight": 2.5} for lat, lon in goals],
    }
    answer = senden.client.post("/v1/isochrone/times", json=body)
    assert answer.status_code == 200, answer.text
    seconds = answer.json()["seconds"]
    assert seconds[3] is None
    for (lat, lon), found in zip(goals[:3], seconds, strict=False):
        question = {"from": SENDEN, "to": f"{lat},{lon}", "depart": TUESDAY, "max_walk_min": 60}
        plan = senden.client.get("/v1/plan", params=question | {"street_modes": "walk"}).json()
        begin = np.datetime64(TUESDAY)
        took = min(
            (np.datetime64(one["arrival"][:19]) - begin).astype(int) for one in plan["journeys"]
        )
        assert found == took
    within = answer.json()["within"]
    assert [each["minutes"] for each in within] == [10, 60, 90]
    for each in within:
        near = [one for one in seconds if one is not None and one <= 60 * each["minutes"]]
        assert (each["goals"], each["weight"]) == (len(near), 2.5 * len(near))


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"minutes": "ten"}, "10,20,30"),
        ({"minutes": "0,10"}, "from 1 to 120"),
        ({"minutes": "10,121"}, "from 1 to 120"),
        ({"minutes": "1,2,3,4,5,6,7,8,9"}, "up to 8"),
        ({"mode": "helicopter"}, "cargo_bicycle"),
        ({"reverse": "true"}, "reverse"),
        ({"from": "50,7", "depart": TUESDAY}, "no street"),
        ({"depart": "1999-01-01T08:00"}, "timetable from"),
    ],
)
def test_what_cannot_be_is_said(senden: World, parameters: dict[str, str], says: str) -> None:
    answer = senden.client.get("/v1/isochrone", params={"from": SENDEN} | parameters)
    assert answer.status_code == 422, answer.text
    assert says in answer.text


def test_without_streets_no_areas_are_known(world: World) -> None:
    answer = world.client.get("/v1/isochrone", params={"from": "tiny:anger"})
    assert answer.status_code == 422
    assert "no streets" in answer.text


points = st.lists(
    st.tuples(st.floats(-0.03, 0.03), st.floats(-0.03, 0.03), st.floats(0, 3600)),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(points)
def test_areas_hold_what_is_reached_and_nothing_far_from_it(drawn) -> None:
    lat, lon, seconds = (np.array(column) for column in zip(*drawn, strict=True))
    lat, lon = lat + 51.85, lon + 7.48
    limits = [600, 1800, 3600]
    found = list(bands_of(lat, lon, seconds, limits))
    degree_m = 111_195.0
    for band in found:
        assert band.area.is_valid
        near = seconds <= band.limit_s
        inside = shapely.contains_xy(band.area.buffer(1e-5), lon, lat)
        assert inside[near].all()
        assert band.area_km2 >= 0
        for x, y in shapely.get_coordinates(band.area):
            away = np.hypot((lon[near] - x) * np.cos(np.radians(51.85)), lat[near] - y) * degree_m
            assert away.min() <= 2.5 * BESIDE_M
    for smaller, larger in pairwise(found):
        assert larger.area.buffer(1e-5).covers(smaller.area) or smaller.area.is_empty
