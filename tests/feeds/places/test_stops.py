"""Stops and stations become the places that riders know."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from feeds.image.build import FeedInput, build_image
from feeds.image.image import NetworkImage, load_image
from feeds.image.strings import Strings
from feeds.places.index import PlaceIndex
from feeds.places.near import clusters
from feeds.places.place import Place, PlaceKind
from feeds.places.stops import stop_places
from feeds.places.streets import Pieces, pieces_of, street_places
from feeds.places.traffic import traffic_of
from kommit.regions.region import load_region
from routing.modes import mode_of
from routing.street.graph import StreetGraph


@pytest.fixture(scope="module")
def places(image: NetworkImage) -> Sequence[Place]:
    return stop_places(image.timetable, image.catalogue)


def named(places: Sequence[Place], name: str) -> list[Place]:
    return [place for place in places if place.name == name]


def test_every_stop_is_in_one_place(image: NetworkImage, places: Sequence[Place]) -> None:
    tt = image.timetable
    children = int((tt.stop_station >= 0).sum())
    assert len(places) == tt.n_stops - children
    assert len({place.id for place in places}) == len(places)


def test_platforms_are_part_of_their_station(places: Sequence[Place]) -> None:
    (station,) = named(places, "Lüdinghausen, Busbahnhof")
    assert station.id == "senden:905662"
    assert station.kind is PlaceKind.STATION
    assert station.locality == "Lüdinghausen"


def test_a_station_is_found_by_the_names_of_its_platforms(places: Sequence[Place]) -> None:
    (station,) = named(places, "Münster Hbf")
    assert station.other_names == ("Münster, Hauptbahnhof",)
    assert station.modes[0] == "RAIL"


def test_departures_are_those_of_a_mean_day(image: NetworkImage) -> None:
    """RB calls 18 times a day in each direction, on every day."""
    stop = image.catalogue.find_stop("senden:8003934")
    assert stop is not None
    traffic = traffic_of(image.timetable)
    assert traffic.departures[stop] == pytest.approx(36)


def test_points_group_around_the_first() -> None:
    x = np.array([0.0, 300.0, 1000.0, 500.0, 1200.0])
    assert list(clusters(x, np.zeros(5), 400)) == [[0, 1], [2, 4], [3]]


@pytest.mark.parametrize(
    ("route_type", "mode"),
    [
        (0, "TRAM"),
        (2, "RAIL"),
        (3, "BUS"),
        (109, "RAIL"),
        (400, "SUBWAY"),
        (700, "BUS"),
        (715, "ON_DEMAND"),
        (900, "TRAM"),
        (1000, "FERRY"),
        (1300, "CABLE_CAR"),
        (200, "COACH"),
        (1700, "OTHER"),
        (99, "OTHER"),
    ],
)
def test_modes(route_type: int, mode: str) -> None:
    assert mode_of(route_type) == mode


STOP = Place("a:1", PlaceKind.STOP, "Senden, Mahnmal", "Senden", 51.855, 7.492)


def pieces(*rows: tuple[int, float, float]) -> Pieces:
    name, lat, lon = zip(*rows, strict=True)
    return Pieces(["Dorfstraße", "Am Wald"], np.array(name), np.array(lat), np.array(lon))


def test_pieces_of_a_street_are_one_place_in_its_middle() -> None:
    rows = pieces((0, 51.850, 7.49), (0, 51.851, 7.49), (0, 51.852, 7.49), (1, 51.85, 7.48))
    streets = street_places(rows, [STOP])
    assert [(s.name, s.lat, s.locality) for s in streets] == [
        ("Dorfstraße", 51.851, "Senden"),
        ("Am Wald", 51.85, "Senden"),
    ]
    assert all(street.kind is PlaceKind.STREET for street in streets)
    assert streets[0].id == "51.851000,7.490000"


def test_streets_of_one_name_in_two_towns_are_two() -> None:
    streets = street_places(pieces((0, 51.85, 7.49), (0, 51.95, 7.60)), [STOP])
    assert [street.locality for street in streets] == ["Senden", None]


def test_named_segments_of_a_graph_are_pieces_of_streets() -> None:
    """One street of three points, then an unnamed one."""
    graph = StreetGraph(
        **{field: np.empty(0) for field in StreetGraph._fields}
        | {
            "segment_name": np.array([1, -1], np.int32),
            "shape_ptr": np.array([0, 3, 5]),
            "shape_lat": np.array([51.0, 51.1, 51.2, 52.0, 53.0]),
            "shape_lon": np.array([7.0, 7.1, 7.2, 8.0, 9.0]),
        }
    )
    found = pieces_of(graph, Strings.pack(["Dorfstraße", "Am Wald"]))
    assert found.names[int(found.name[0])] == "Am Wald"
    assert (found.lat.tolist(), found.lon.tolist()) == ([51.1], [7.1])


GTFS = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na,A,https://a.example,Europe/Berlin\n",
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon\n"
        'east,"Dorf, Markt",51.8500,7.4800\n'
        'west,"Dorf, Markt",51.8500,7.4785\n'  # 103 m away: the other side of the road
        'far,"Dorf, Markt",51.8500,7.5200\n'  # 2.7 km away: another village of that name
        'end,"Dorf, Kirche",51.8501,7.4801\n'
    ),
    "routes.txt": "route_id,agency_id,route_short_name,route_type\nr,a,1,3\n",
    "trips.txt": "route_id,service_id,trip_id\nr,s,t\nr,s,u\n",
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "t,8:00:00,8:00:00,west,1\nt,8:05:00,8:05:00,end,2\n"
        "u,9:00:00,9:00:00,west,1\nu,9:03:00,9:03:00,east,2\nu,9:09:00,9:09:00,far,3\n"
    ),
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "s,1,1,1,1,1,1,1,20260101,20260107\n"
    ),
}


def test_stops_on_both_sides_of_a_road_are_one_place(tmp_path: Path) -> None:
    (tmp_path / "feed").mkdir()
    for name, text in GTFS.items():
        (tmp_path / "feed" / name).write_text(text, "utf-8")
    build_image([FeedInput("a", tmp_path / "feed")], None, tmp_path / "image")
    image = load_image(tmp_path / "image")
    found = stop_places(image.timetable, image.catalogue)
    assert {(p.id, p.departures) for p in found} == {
        ("a:west", 3.0),
        ("a:far", 1.0),
        ("a:end", 1.0),
    }


def test_an_index_of_an_image_knows_its_streets(tmp_path: Path) -> None:
    region = load_region("senden")
    build_image([FeedInput(*feed) for feed in region.feeds], region.streets, tmp_path / "image")
    index = PlaceIndex.of_image(load_image(tmp_path / "image"))
    streets = [place for place in index.places if place.kind is PlaceKind.STREET]
    assert {"Bulderner Straße", "Weseler Straße", "Azaleenstraße"} <= {s.name for s in streets}
    stop, street = index.search("schulze bremer straße", limit=2)
    assert (stop.kind, street.kind) == (PlaceKind.STOP, PlaceKind.STREET)
    assert street.locality == "Senden"
    assert abs(stop.lat - street.lat) < 0.01
