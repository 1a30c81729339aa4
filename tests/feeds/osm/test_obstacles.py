"""Barriers, waits and forbidden turns: read from the map, and kept by whom they are for."""

from pathlib import Path

import numpy as np
import pytest

from feeds.osm.conditional import settled
from feeds.osm.obstacles import SIGNALS_S, read_obstacles, stops
from feeds.osm.read import read_streets
from routing.street.build import build_network
from routing.street.profile import Profile
from routing.street.router import StreetRouter
from routing.street.ways import ONLY_TURN
from tests.feeds.osm.test_tags import tags

ALL = "FOOT WHEELCHAIR BICYCLE CARGO_BICYCLE SCOOTER CAR"


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("barrier=bollard", "CAR"),
        ("barrier=bollard maxwidth=0.8", "CAR CARGO_BICYCLE WHEELCHAIR"),
        ("barrier=bollard motor_vehicle=yes", ""),
        ("barrier=gate", ""),
        ("barrier=gate access=private", ALL),
        ("barrier=gate access=no foot=yes", "BICYCLE CARGO_BICYCLE SCOOTER CAR"),
        ("barrier=cycle_barrier", "CAR CARGO_BICYCLE WHEELCHAIR"),
        ("barrier=cycle_barrier bicycle=yes", "CAR WHEELCHAIR"),
        ("barrier=stile", "WHEELCHAIR BICYCLE CARGO_BICYCLE SCOOTER CAR"),
        ("barrier=lift_gate motor_vehicle=no", "CAR"),
        ("kerb=raised", "WHEELCHAIR"),
        ("kerb=lowered", ""),
        ("highway=traffic_signals", ""),
    ],
)
def test_whom_a_point_stops(text: str, stopped: str) -> None:
    assert {one.name for one in Profile if stops(tags(text), one)} == set(stopped.split())


# A cross: 1 west, 2 middle, 3 east, 4 south; a way back from 3 over 5 to 4
CROSS = """<osm version='0.6'>
<node id='1' lat='51.850' lon='7.480'/><node id='2' lat='51.850' lon='7.482'>{middle}</node>
<node id='3' lat='51.850' lon='7.484'/><node id='4' lat='51.848' lon='7.482'/>
<node id='5' lat='51.848' lon='7.484'/>
<way id='10'><nd ref='1'/><nd ref='2'/>{road}</way><way id='11'><nd ref='2'/><nd ref='3'/>{road}</way>
<way id='12'><nd ref='2'/><nd ref='4'/>{road}</way>
<way id='13'><nd ref='3'/><nd ref='5'/><nd ref='4'/>{road}</way>
{relation}</osm>"""
ROAD = "<tag k='highway' v='residential'/>"
TURN = (
    "<relation id='1'><member type='way' ref='10' role='from'/><member type='node' ref='2'"
    " role='via'/><member type='way' ref='{to}' role='to'/><tag k='type' v='restriction'/>"
    "<tag k='restriction' v='{sign}'/></relation>"
)


def metres(path: Path, profile: Profile) -> int | None:
    """Return the way from the middle of the western arm to that of the southern one."""
    network = build_network(read_streets(path).ways)
    router = StreetRouter(network, profile, np.empty(0), np.empty(0))
    found = router.path((51.850, 7.481), (51.849, 7.482), 3600)
    return None if found is None else found.metres


def cross(folder: Path, *, middle: str = "", relation: str = "") -> Path:
    path = folder / "cross.osm"
    path.write_text(CROSS.format(road=ROAD, middle=middle, relation=relation))
    return path


@pytest.mark.parametrize(
    ("sign", "to", "straight"),
    [
        ("", 12, True),
        ("no_right_turn", 12, False),
        ("no_left_turn", 11, True),
        ("only_straight_on", 11, False),
        ("only_right_turn", 12, True),
    ],
)
def test_cars_keep_to_the_signs_and_others_do_not(
    tmp_path: Path, sign: str, to: int, *, straight: bool
) -> None:
    path = cross(tmp_path, relation=TURN.format(to=to, sign=sign) if sign else "")
    around = pytest.approx(69 + 138 + 222 + 138 + 111, abs=5)
    direct = pytest.approx(69 + 111, abs=2)
    assert metres(path, Profile.CAR) == (direct if straight else around)
    for profile in (Profile.FOOT, Profile.BICYCLE):
        assert metres(path, profile) == direct


def test_a_bollard_stops_cars_only(tmp_path: Path) -> None:
    shortcut = f"<way id='14'><nd ref='1'/><nd ref='4'/>{ROAD}</way>"
    path = cross(tmp_path, middle="<tag k='barrier' v='bollard'/>", relation=shortcut)
    assert metres(path, Profile.CAR) == pytest.approx(69 + 261 + 111, abs=5)
    assert metres(path, Profile.CARGO_BICYCLE) == pytest.approx(180, abs=2)


def test_what_is_read(tmp_path: Path) -> None:
    over_ways = TURN.format(to=12, sign="no_u_turn").replace("'node' ref='2'", "'way' ref='11'")
    relation = TURN.format(to=11, sign="only_straight_on") + over_ways.replace("id='1'", "id='2'")
    found = read_obstacles(
        cross(tmp_path, middle="<tag k='highway' v='traffic_signals'/>", relation=relation)
    )
    assert found.turns == [(10, 2, 11, ONLY_TURN)]
    assert found.not_followed == 1
    assert found.wait_s[2] == [SIGNALS_S] * len(Profile)


@pytest.mark.parametrize(
    ("condition", "kept"), [("no_left_turn @ (00:00-24:00)", 1), ("no_left_turn @ (Sa)", 0)]
)
def test_a_turn_forbidden_for_most_of_the_week_is_forbidden(
    tmp_path: Path, condition: str, kept: int
) -> None:
    relation = TURN.format(to=11, sign=condition).replace("'restriction' v", "'x' v")
    relation = relation.replace("k='x'", "k='restriction:conditional'")
    found = read_obstacles(cross(tmp_path, relation=relation))
    assert (len(found.turns), found.not_followed) == (kept, 1 - kept)


def test_a_gate_shut_by_night_is_open_and_one_shut_by_day_is_not() -> None:
    gate = {"barrier": "gate"}
    by_night = settled(gate | {"access:conditional": "no @ (22:00-06:00)"}).tags
    by_day = settled(gate | {"access:conditional": "no @ (06:00-22:00)"}).tags
    assert not stops(by_night, Profile.FOOT)
    assert stops(by_day, Profile.FOOT)
