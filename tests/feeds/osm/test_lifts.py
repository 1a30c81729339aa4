"""Ferries and lifts: who goes aboard, how long it takes, and how they are joined to the land."""

from pathlib import Path

import numpy as np
import pytest

from feeds.osm.lifts import BOARDING_S, LIFT_S, boarding_s, goes_aboard, sailed, seconds_of
from feeds.osm.read import read_streets
from routing.street.build import build_network
from routing.street.graph import CLOSED, StreetClass
from routing.street.network import StreetNetwork
from routing.street.profile import REFERENCE_MPS, Profile
from routing.street.router import StreetRouter
from tests.feeds.osm.test_tags import tags


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:12", 720),
        ("1:05:30", 3930),
        ("PT7M", 420),
        ("PT1H30M", 5400),
        ("7", 420),
        ("PT0S", None),
        ("a while", None),
        ("7 min", None),
        (None, None),
    ],
)
def test_durations(text: str | None, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    ("text", "aboard"),
    [
        ("route=ferry", "FOOT WHEELCHAIR BICYCLE CARGO_BICYCLE SCOOTER CAR"),
        ("route=ferry motor_vehicle=no", "FOOT WHEELCHAIR BICYCLE CARGO_BICYCLE SCOOTER"),
        ("route=ferry foot=yes bicycle=yes", "FOOT WHEELCHAIR BICYCLE CARGO_BICYCLE SCOOTER"),
        (
            "route=ferry foot=yes motorcar=yes",
            "FOOT WHEELCHAIR BICYCLE CARGO_BICYCLE SCOOTER CAR",
        ),
        ("route=ferry bicycle=no motor_vehicle=no", "FOOT WHEELCHAIR"),
        ("route=ferry access=private", ""),
        ("route=ferry wheelchair=no vehicle=no", "FOOT"),
    ],
)
def test_who_goes_aboard(text: str, aboard: str) -> None:
    assert {one.name for one in Profile if goes_aboard(tags(text), one)} == set(aboard.split())


def test_the_wait_is_half_the_interval_or_a_crossing_or_the_usual() -> None:
    assert boarding_s(tags("interval=00:30 duration=00:05")) == 900
    assert boarding_s(tags("duration=PT4M")) == 240
    assert boarding_s(tags("name=Gierseilfähre")) == BOARDING_S


def test_each_direction_has_its_time() -> None:
    along, against = sailed(tags("duration:forward=PT6M duration:backward=PT3M"), 600.0, whole=True)
    for profile in (Profile.FOOT, Profile.CAR):
        assert along[profile] * 600 / REFERENCE_MPS[profile] == pytest.approx(360)
        assert against[profile] * 600 / REFERENCE_MPS[profile] == pytest.approx(180)
    one_way = sailed(tags("duration=PT6M oneway=yes"), 600.0, whole=True)
    assert np.isinf(one_way[1][Profile.FOOT])


def test_a_ferry_cut_off_by_the_edge_of_the_extract_sails_at_the_usual_speed() -> None:
    along, _ = sailed(tags("duration=PT60M"), 500.0, whole=False)
    assert along[Profile.FOOT] * 500 / REFERENCE_MPS[Profile.FOOT] == pytest.approx(360)


# Two banks, 1-2 and 3-4, and a ferry from 2 over 5 to 3; 111 m a step
BANKS = """<osm version='0.6'>
<node id='1' lat='51.000' lon='7'/><node id='2' lat='51.001' lon='7'/>
<node id='3' lat='51.003' lon='7'/><node id='4' lat='51.004' lon='7'/>
<node id='5' lat='51.002' lon='7'/>
<way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='residential'/></way>
<way id='2'><nd ref='3'/><nd ref='4'/><tag k='highway' v='residential'/></way>
<way id='3'><nd ref='2'/><nd ref='5'/><nd ref='3'/>{tags}</way></osm>"""


def banks(folder: Path, text: str) -> tuple[StreetNetwork, list[str]]:
    path = folder / "banks.osm"
    given = "".join(f"<tag k='{key}' v='{value}'/>" for key, value in tags(text).items())
    path.write_text(BANKS.format(tags=given))
    streets = read_streets(path)
    return build_network(streets.ways), [finding.code for finding in streets.findings]


def seconds(network: StreetNetwork, profile: Profile) -> int | None:
    router = StreetRouter(network, profile, np.empty(0), np.empty(0))
    found = router.path((51.0005, 7.0), (51.0035, 7.0), 7200)
    return None if found is None else found.seconds


def test_a_ferry_is_waited_for_once_and_takes_its_duration(tmp_path: Path) -> None:
    network, findings = banks(tmp_path, "route=ferry duration=PT5M interval=00:20 motor_vehicle=no")
    walked = 111 / REFERENCE_MPS[Profile.FOOT]
    assert seconds(network, Profile.FOOT) == pytest.approx(walked + 600 + 300, abs=4)
    assert seconds(network, Profile.CAR) is None
    assert findings == ["ferry-hours-unknown"]


def test_nobody_starts_or_ends_on_the_water(tmp_path: Path) -> None:
    network, _ = banks(tmp_path, "route=ferry duration=PT5M")
    afloat = network.graph.segment_class == StreetClass.FERRY
    assert afloat.any()
    for profile in Profile:
        assert not network.nets[profile].segment_usable[afloat].any()
        assert (network.nets[profile].way_cost.reshape(-1, 2)[afloat] < CLOSED).all()


def test_a_lift_drawn_as_a_way_takes_wheelchairs_and_no_cars(tmp_path: Path) -> None:
    network, findings = banks(tmp_path, "highway=elevator")
    rolled = 111 / REFERENCE_MPS[Profile.WHEELCHAIR]
    assert seconds(network, Profile.WHEELCHAIR) == pytest.approx(rolled + LIFT_S, abs=3)
    assert seconds(network, Profile.BICYCLE) is not None
    assert seconds(network, Profile.CAR) is None
    assert findings == []


def test_a_private_lift_takes_nobody(tmp_path: Path) -> None:
    network, _ = banks(tmp_path, "highway=elevator access=private")
    assert seconds(network, Profile.FOOT) is None
