"""Tiles of a drawing that a reader can check: what is on them, where, from which zoom, over HTTP."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from fastapi import FastAPI
from fastapi.testclient import TestClient

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from kommit.api import problems, tiles
from kommit.api.services import network_of
from kommit.api.tiles import BUFFER, EXTENT, Tile, Tiles
from tests.support.gtfs import gtfs_zip
from tests.support.streets import STEP_M, Drawing

TOWN = Drawing(
    """
    A.B.C
    ..D..
    ..E..

    ABC name=Hauptstraße highway=secondary
    BD name=Am_Bach
    DE highway=steps
    """
)
FEED = """
    # stops.txt
    stop_id, stop_name,     stop_lat, stop_lon, location_type, parent_station
    S,       Rathaus,       51.8500,  7.4800,   1,
    S1,      Rathaus Nord,  51.8501,  7.4800,   0,             S
    S2,      Rathaus Süd,   51.8499,  7.4800,   0,             S
    B,       Brink,         51.8502,  7.4820,   0,

    # trips.txt
    route_id, service_id, trip_id
    R,        daily,      T1

    # stop_times.txt
    trip_id, stop_id, stop_sequence, arrival_time, departure_time
    T1,      S1,      1,             8:00:00,      8:00:00
    T1,      B,       2,             8:10:00,      8:10:00
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> NetworkImage:
    folder: Path = tmp_path_factory.mktemp("town")
    streets = TOWN.write(folder / "town.osm.pbf")
    build_image([FeedInput("rvm", gtfs_zip(folder, FEED))], streets, folder / "image")
    return load_image(folder / "image")


def tile_at(lat: float, lon: float, z: int) -> Tile:
    """The textbook formula, written apart from the code under test."""
    side = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return Tile(z, int((lon + 180) / 360 * side), int(y * side))


def to_degrees(tile: Tile, x: float, y: float) -> tuple[float, float]:
    side = 2**tile.z
    lon = (tile.x + x / EXTENT) / side * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (tile.y + y / EXTENT) / side))))
    return lat, lon


def layer(made: Tiles, tile: Tile, name: str) -> list[dict[str, Any]]:
    data = made.get(tile)
    decoded = (
        mapbox_vector_tile.decode(data, default_options={"y_coord_down": True}) if data else {}
    )
    return list(decoded.get(name, {}).get("features", []))


def covering(z: int) -> Iterator[Tile]:
    """All tiles that the town touches."""
    ends = [tile_at(*TOWN.at(letter), z) for letter in "ABCDE"]
    for x in range(min(t.x for t in ends), max(t.x for t in ends) + 1):
        for y in range(min(t.y for t in ends), max(t.y for t in ends) + 1):
            yield Tile(z, x, y)


def classes(image: NetworkImage, z: int) -> set[str]:
    made = Tiles(image)
    return {f["properties"]["class"] for tile in covering(z) for f in layer(made, tile, "streets")}


@pytest.mark.parametrize("z", [13, 14, 16, 18])
def test_every_street_is_whole_over_all_tiles(image: NetworkImage, z: int) -> None:
    """Cut at the tiles' edges, without their buffers, the pieces add up to the drawing."""
    made, edges, metres = (
        Tiles(image),
        shapely.box(0, 0, EXTENT, EXTENT),
        dict.fromkeys(("secondary", "steps"), 0.0),
    )
    for tile in covering(z):
        unit_m = 40_075_016.7 * math.cos(math.radians(51.85)) / 2**z / EXTENT
        for feature in layer(made, tile, "streets"):
            inside = shapely.intersection(shapely.geometry.shape(feature["geometry"]), edges)
            kind = feature["properties"]["class"]
            if kind in metres:
                metres[kind] += inside.length * unit_m
    assert metres["secondary"] == pytest.approx(2 * STEP_M, rel=0.02)
    assert metres["steps"] == pytest.approx(STEP_M, rel=0.02)


@pytest.mark.parametrize("z", [13, 15, 17])
def test_a_point_lies_where_it_was_drawn(image: NetworkImage, z: int) -> None:
    lat, lon = 51.8502, 7.4820
    tile = tile_at(lat, lon, z)
    (brink,) = (f for f in layer(Tiles(image), tile, "stops") if f["properties"]["name"] == "Brink")
    assert brink["properties"]["id"] == "rvm:B"
    assert to_degrees(tile, *brink["geometry"]["coordinates"]) == pytest.approx(
        (lat, lon), abs=360 / 2**z / EXTENT
    )


def test_a_street_in_two_segments_is_one_line_with_its_name(image: NetworkImage) -> None:
    middle = tile_at(*TOWN.at("B"), 14)
    named = [
        f
        for f in layer(Tiles(image), middle, "streets")
        if f["properties"].get("name") == "Hauptstraße"
    ]
    assert [f["geometry"]["type"] for f in named] == ["LineString"]
    steps = [
        f for f in layer(Tiles(image), middle, "streets") if f["properties"]["class"] == "steps"
    ]
    assert all("name" not in f["properties"] for f in steps)


def test_small_streets_come_with_the_zoom(image: NetworkImage) -> None:
    assert classes(image, 9) == {"secondary"}
    assert classes(image, 11) == {"secondary", "residential"}
    assert classes(image, 13) == {"secondary", "residential", "steps"}


def test_crowded_tiles_leave_small_streets_out(
    image: NetworkImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "SEGMENTS_A_TILE", 2)
    assert classes(image, 13) == {"secondary"}


def test_names_wait_for_room(image: NetworkImage) -> None:
    (tile,) = {tile_at(*TOWN.at("B"), 12)}
    assert all("name" not in f["properties"] for f in layer(Tiles(image), tile, "streets"))


def test_a_station_stands_for_its_stops_until_they_are_apart(image: NetworkImage) -> None:
    def names(z: int) -> set[str]:
        made = Tiles(image)
        return {f["properties"]["name"] for tile in covering(z) for f in layer(made, tile, "stops")}

    assert names(12) == set()
    assert names(14) == {"Rathaus", "Brink"}
    assert names(15) == {"Rathaus Nord", "Rathaus Süd", "Brink"}


def test_lines_end_a_little_beyond_the_edge(image: NetworkImage) -> None:
    made = Tiles(image)
    for tile in covering(18):
        for feature in layer(made, tile, "streets"):
            west, north, east, south = shapely.geometry.shape(feature["geometry"]).bounds
            assert min(west, north) >= -BUFFER
            assert max(east, south) <= EXTENT + BUFFER


def test_an_image_without_streets_still_shows_stops(image: NetworkImage) -> None:
    bare = Tiles(replace(image, streets=None))
    tile = tile_at(51.85, 7.48, 14)
    assert layer(bare, tile, "streets") == []
    assert len(layer(bare, tile, "stops")) == 2


# --- over HTTP


@pytest.fixture
def client(image: NetworkImage) -> Iterator[TestClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(tiles.router)
    app.dependency_overrides[network_of] = lambda: SimpleNamespace(image=image)
    with TestClient(app) as asked:
        yield asked


def path_of(tile: Tile) -> str:
    return f"/tiles/{tile.z}/{tile.x}/{tile.y}.mvt"


def test_a_tile_is_answered_and_not_sent_twice(client: TestClient, image: NetworkImage) -> None:
    tile = tile_at(*TOWN.at("B"), 15)
    first = client.get(path_of(tile))
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert first.content == Tiles(image).get(tile)
    assert "max-age" in first.headers["cache-control"]
    again = client.get(path_of(tile), headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_where_nothing_is_nothing_is_sent(client: TestClient) -> None:
    empty = client.get("/tiles/14/0/0.mvt")
    assert (empty.status_code, empty.content) == (204, b"")


@pytest.mark.parametrize("address", ["19/0/0", "3/8/0", "3/0/8", "0/1/0", "99999/0/0"])
def test_a_tile_that_cannot_be_is_a_problem(client: TestClient, address: str) -> None:
    answer = client.get(f"/tiles/{address}.mvt")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/not-found"


@pytest.mark.parametrize("address", ["-1/0/0", "x/0/0", "3/0/1.5"])
def test_an_address_that_is_no_number_is_a_problem(client: TestClient, address: str) -> None:
    answer = client.get(f"/tiles/{address}.mvt")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_another_image_makes_other_tiles(client: TestClient, image: NetworkImage) -> None:
    tile = tile_at(*TOWN.at("B"), 15)
    before = client.get(path_of(tile))
    other = SimpleNamespace(image=replace(image, id="another", streets=None))
    client.app.dependency_overrides[network_of] = lambda: other  # type: ignore[attr-defined]  # our app
    after = client.get(path_of(tile), headers={"If-None-Match": before.headers["etag"]})
    assert after.headers["etag"] != before.headers["etag"]
    assert after.content != before.content
