"""Parking places by their tags: each rule as a case, then a whole extract."""

from pathlib import Path

import pytest

from feeds.image.build import FeedInput, build_image
from feeds.image.image import load_image
from feeds.image.parking import load_parking, pack_parking
from feeds.osm.errors import StreetsUnreadable
from feeds.osm.parking import capacity, parking_profiles, read_parking
from routing.sharing.parking import Parking
from routing.street.profile import Profile
from tests.support.gtfs import gtfs_zip

BICYCLE, CARGO, CAR = Profile.BICYCLE, Profile.CARGO_BICYCLE, Profile.CAR


@pytest.mark.parametrize(
    ("tags", "profiles"),
    [
        ("amenity=bicycle_parking", (BICYCLE,)),
        ("amenity=bicycle_parking access=yes", (BICYCLE,)),
        ("amenity=bicycle_parking access=private", ()),
        ("amenity=bicycle_parking access=customers", ()),
        ("amenity=bicycle_parking cargo_bike=yes", (BICYCLE, CARGO)),
        ("amenity=bicycle_parking cargo_bike=no", (BICYCLE,)),
        ("amenity=bicycle_parking capacity:cargo_bike=2", (BICYCLE, CARGO)),
        ("amenity=bicycle_parking capacity:cargo_bike=0", (BICYCLE,)),
        ("amenity=parking", ()),
        ("amenity=parking park_ride=no", ()),
        ("amenity=parking park_ride=yes", (CAR,)),
        ("amenity=parking park_ride=bus;train", (CAR,)),
        ("amenity=parking park_ride=yes access=private", ()),
        ("amenity=bench", ()),
    ],
)
def test_whose_vehicles_may_be_left(tags: str, profiles: tuple[Profile, ...]) -> None:
    assert parking_profiles(dict(pair.split("=") for pair in tags.split())) == profiles


@pytest.mark.parametrize(
    ("text", "room"), [("12", 12), (" 7 ", 7), ("0", 0), ("many", None), ("", None), ("٣", None)]
)
def test_how_many_have_room(text: str, room: int | None) -> None:
    assert capacity({"capacity": text}, BICYCLE) == room
    assert capacity({"capacity:cargo_bike": text}, CARGO) == room


EXTRACT = """<osm version="0.6">
  <node id="1" lat="51.85" lon="7.48"><tag k="amenity" v="bicycle_parking"/>
    <tag k="capacity" v="20"/><tag k="name" v="Radstation"/></node>
  <node id="2" lat="51.86" lon="7.49"/><node id="3" lat="51.88" lon="7.49"/>
  <node id="4" lat="51.88" lon="7.53"/>
  <way id="5"><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="2"/>
    <tag k="amenity" v="parking"/><tag k="park_ride" v="yes"/></way>
  <way id="6"><nd ref="98"/><nd ref="99"/>
    <tag k="amenity" v="parking"/><tag k="park_ride" v="yes"/></way>
  <way id="7"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
</osm>"""
PLACES = [
    Parking("n1", "Radstation", 51.85, 7.48, BICYCLE, 20),
    Parking("w5", "", 51.87, 7.51, CAR),
]


def extract(folder: Path, text: str = EXTRACT) -> Path:
    path = folder / "map.osm"
    path.write_text(text)
    return path


def test_nodes_and_areas_of_an_extract(tmp_path: Path) -> None:
    found = read_parking(extract(tmp_path))
    assert [(one.id, one.name, one.profile, one.capacity) for one in found] == [
        (one.id, one.name, one.profile, one.capacity) for one in PLACES
    ]
    assert [(one.lat, one.lon) for one in found] == [
        pytest.approx((one.lat, one.lon)) for one in PLACES
    ]


def test_a_damaged_extract(tmp_path: Path) -> None:
    with pytest.raises(StreetsUnreadable, match=r"map\.osm"):
        read_parking(extract(tmp_path, EXTRACT[:300]))


def test_places_come_back_from_an_image(tmp_path: Path) -> None:
    pack_parking(PLACES).save(tmp_path / "parking")
    places = load_parking(tmp_path / "parking")
    assert places.places() == PLACES
    assert len(places) == 2
    assert places.is_consistent()
    assert pack_parking([]).places() == []
    out = tmp_path / "image"
    build_image([FeedInput("tiny", gtfs_zip(tmp_path))], extract(tmp_path), out)
    assert [one.id for one in load_image(out).parking.places()] == ["n1", "w5"]
