"""Who may use a way, and how fast: each row is a way as it is tagged in Germany."""

import pytest

from feeds.osm.vehicles import bicycle, car, cargo_bicycle, scooter
from feeds.osm.wheelchair import wheelchair
from routing.street.ways import WheelchairState
from tests.feeds.osm.test_tags import tags

PUSHED = (4.0, 4.0)
CARRIED = (2.0, 2.0)
SHUT = (0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("highway=residential", (25, 25)),
        ("highway=residential maxspeed=30", (24, 24)),
        ("highway=residential maxspeed=walk", (5.6, 5.6)),
        ("highway=primary maxspeed=DE:urban", (40, 40)),
        ("highway=primary maxspeed=garbage", (65, 65)),
        ("highway=motorway maxspeed=none", (112, 0)),
        ("highway=residential oneway=yes", (25, 0)),
        ("highway=residential oneway=-1", (0, 25)),
        ("highway=residential oneway=yes oneway:bicycle=no", (25, 0)),
        ("highway=tertiary junction=roundabout", (40, 0)),
        ("highway=footway", SHUT),
        ("highway=footway motor_vehicle=yes", (10, 10)),
        ("highway=cycleway", SHUT),
        ("highway=track", SHUT),
        ("highway=pedestrian", SHUT),
        ("highway=residential access=no", SHUT),
        ("highway=residential access=no motorcar=yes", (25, 25)),
        ("highway=residential vehicle=no", SHUT),
        ("highway=unclassified motor_vehicle=agricultural", SHUT),
        ("highway=residential motor_vehicle=destination", (6.25, 6.25)),
        ("highway=service access=private", (5, 5)),
        ("highway=living_street vehicle=destination", (5, 5)),
    ],
)
def test_cars(text: str, expected: tuple[float, float]) -> None:
    assert car(tags(text)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "cycled", "carried"),
    [
        ("highway=residential", (15, 15), (15, 15)),
        ("highway=cycleway", (15, 15), (15, 15)),
        ("highway=motorway", SHUT, SHUT),
        ("highway=primary motorroad=yes foot=no", SHUT, SHUT),
        ("highway=footway", PUSHED, SHUT),
        ("highway=footway bicycle=yes", (12, 12), (10.8, 10.8)),
        ("highway=pedestrian", PUSHED, SHUT),
        ("highway=path bicycle=dismount", PUSHED, SHUT),
        ("highway=steps", CARRIED, SHUT),
        ("highway=steps bicycle=yes", CARRIED, SHUT),
        ("highway=steps foot=no", SHUT, SHUT),
        ("highway=path vehicle=no", SHUT, SHUT),
        ("highway=path bicycle=no foot=designated", SHUT, SHUT),
        ("highway=footway bicycle=no", PUSHED, SHUT),
        ("highway=residential surface=sett", (9, 9), (8.1, 8.1)),
        ("highway=path surface=ground", (10, 10), (9, 9)),
        ("highway=residential oneway=yes", (15, 4), (15, 0)),
        ("highway=residential oneway=yes oneway:bicycle=no", (15, 15), (15, 15)),
        ("highway=residential oneway=yes cycleway=opposite_lane", (15, 15), (15, 15)),
        ("highway=residential oneway=-1", (4, 15), (0, 15)),
        ("highway=primary bicycle=use_sidepath", PUSHED, SHUT),
        ("highway=residential vehicle=destination", (15, 15), (15, 15)),
        ("highway=residential bicycle=no", PUSHED, SHUT),
        ("highway=track surface=gravel", (6, 6), (5.4, 5.4)),
        ("highway=track access=agricultural bicycle=yes", (12, 12), (10.8, 10.8)),
        ("highway=path width=0.8", (13, 13), SHUT),
        ("highway=path width=1,5", (13, 13), (11.7, 11.7)),
        ("highway=service access=private foot=no", (3.75, 3.75), (3.375, 3.375)),
        ("highway=footway access=private", SHUT, SHUT),
    ],
)
def test_bicycles_and_cargo_bicycles(
    text: str, cycled: tuple[float, float], carried: tuple[float, float]
) -> None:
    assert bicycle(tags(text)) == pytest.approx(cycled)
    assert cargo_bicycle(tags(text)) == pytest.approx(carried)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("highway=residential", (18, 18)),
        ("highway=cycleway", (18, 18)),
        ("highway=residential surface=sett", (9, 9)),
        ("highway=footway", SHUT),
        ("highway=footway bicycle=yes", SHUT),
        ("highway=footway bicycle=yes small_electric_vehicle=yes", (12, 12)),
        ("highway=pedestrian bicycle=yes", SHUT),
        ("highway=path", SHUT),
        ("highway=path bicycle=designated", (13, 13)),
        ("highway=cycleway small_electric_vehicle=no", SHUT),
        ("highway=residential oneway=yes", (18, 0)),
        ("highway=motorway", SHUT),
        ("highway=steps", SHUT),
    ],
)
def test_scooters(text: str, expected: tuple[float, float]) -> None:
    assert scooter(tags(text)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("highway=footway", WheelchairState.ASSUMED),
        ("highway=footway wheelchair=yes", WheelchairState.VERIFIED),
        ("highway=footway surface=asphalt incline=2% width=2", WheelchairState.VERIFIED),
        ("highway=footway surface=asphalt", WheelchairState.ASSUMED),
        ("highway=footway wheelchair=no", WheelchairState.NO_ACCESS),
        ("highway=footway wheelchair=limited", WheelchairState.ASSUMED),
        ("highway=steps", WheelchairState.STEPS),
        ("highway=steps wheelchair=yes", WheelchairState.VERIFIED),
        ("highway=footway kerb=raised", WheelchairState.KERB),
        ("highway=footway kerb=lowered", WheelchairState.ASSUMED),
        ("highway=track surface=gravel", WheelchairState.SURFACE),
        ("highway=path smoothness=very_bad", WheelchairState.SURFACE),
        ("highway=footway incline=8%", WheelchairState.INCLINE),
        ("highway=footway incline=-8%", WheelchairState.INCLINE),
        ("highway=footway incline=up", WheelchairState.ASSUMED),
        ("highway=path width=0.6", WheelchairState.WIDTH),
    ],
)
def test_wheelchairs(text: str, expected: WheelchairState) -> None:
    assert wheelchair(tags(text), on_foot=True) is expected


def test_where_nobody_walks_no_wheelchair_rolls() -> None:
    assert wheelchair(tags("highway=motorway"), on_foot=False) is WheelchairState.NO_ACCESS
