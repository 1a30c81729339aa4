"""A02: what riders are told, on towns that a reader can check with a finger."""

import numpy as np
import pytest

from routing.street.hierarchy import build_hierarchy
from routing.street.instructions import instructions
from routing.street.longways import LongWays
from routing.street.maneuvers import Instruction, Maneuver, arrival, turn_of
from routing.street.profile import Profile
from routing.street.way import StreetPath
from tests.routing.street.sketch import Town

CROSSING = Town.drawn("""
..A....
.......
B.C.D..
.......
..E.F.G

AC name=North_Street
BC name=Main_Street
CD name=Main_Street
CE name=South_Street
EF name=South_Street
FG name=Bend
""")

CIRCLE = Town.drawn("""
....A....
.........
...BCD...
E..F.G..H
...IJK...
.........
....L....

AC name=North_Street
EF name=West_Street
GH name=East_Street
LJ name=South_Street
CBFIJKGDC roundabout oneway name=Circle
""")

ASKEW = """
............E..........
............C.........D
A...........B..........
............F..........

AB name=Path
CD name=Path
ECBF name=Street
"""


def way(town: Town, origin: str, goal: str, profile: Profile) -> StreetPath:
    """Return the way from letter to letter, or from between two letters to between two."""
    ends = [
        town.drawing.at(name) if len(name) == 1 else town.drawing.between(name[0], name[1], 0.25)
        for name in (origin, goal)
    ]
    lengths = town.network.graph.segment_length_dm
    hierarchy = build_hierarchy(town.network.nets[profile], lengths)
    found = LongWays(town.network, profile, hierarchy).path(ends[0], ends[1], 3600)
    assert found is not None
    return found


def told(
    town: Town, origin: str, goal: str, profile: Profile = Profile.BICYCLE
) -> list[Instruction]:
    path = way(town, origin, goal, profile)
    found = list(instructions(town.network, profile, path))
    assert sum(each.distance_m for each in found) == path.metres
    assert sum(each.seconds for each in found) == path.seconds
    return found


def short(town: Town, found: list[Instruction]) -> list[str]:
    return [
        f"{each.maneuver} {town.names[each.name] if each.name >= 0 else '-'} {each.distance_m}"
        for each in found
    ]


def test_straight_on_under_one_name_is_not_told() -> None:
    found = short(CROSSING, told(CROSSING, "BC", "DC"))
    assert found == ["DEPART Main_Street 150", "ARRIVE Main_Street 0"]


@pytest.mark.parametrize("profile", [Profile.BICYCLE, Profile.CAR, Profile.WHEELCHAIR])
def test_a_turn_is_told_with_the_street_that_follows(profile: Profile) -> None:
    assert short(CROSSING, told(CROSSING, "BC", "AC", profile)) == [
        "DEPART Main_Street 75",
        "LEFT North_Street 150",
        "ARRIVE North_Street 0",
    ]
    assert short(CROSSING, told(CROSSING, "BC", "EC", profile)) == [
        "DEPART Main_Street 75",
        "RIGHT South_Street 150",
        "ARRIVE South_Street 0",
    ]


def test_a_new_name_straight_on_is_told_and_a_bend_is_not() -> None:
    """South Street turns at E, where there is no choice, and ends at F."""
    assert short(CROSSING, told(CROSSING, "AC", "GF")) == [
        "DEPART North_Street 150",
        "CONTINUE South_Street 300",
        "CONTINUE Bend 75",
        "ARRIVE Bend 0",
    ]


def test_directions_are_those_of_the_compass() -> None:
    depart, turn, arrive = told(CROSSING, "BC", "EC")
    assert (depart.heading_deg, turn.heading_deg, arrive.heading_deg) == (90, 180, 180)
    assert turn.turn_deg == 90
    assert (turn.lat, turn.lon) == pytest.approx(CROSSING.drawing.at("C"))
    assert (arrive.lat, arrive.lon) == pytest.approx(CROSSING.drawing.between("E", "C", 0.25))


@pytest.mark.parametrize(
    ("goal", "number"), [("GH", 2), ("AC", 3), ("LJ", 1)]
)  # the circle is ridden west, south, east, north
def test_exits_of_a_roundabout_are_counted(goal: str, number: int) -> None:
    found = told(CIRCLE, "EF", goal, Profile.CAR)
    assert [each.maneuver for each in found] == [
        Maneuver.DEPART,
        Maneuver.ROUNDABOUT_ENTER,
        Maneuver.ROUNDABOUT_EXIT,
        Maneuver.ARRIVE,
    ]
    assert found[1].exit == number
    assert found[2].name == found[3].name


def test_a_roundabout_can_be_left_where_it_was_entered() -> None:
    """All others are passed before."""
    town = CIRCLE
    path = way(town, "LJ", "AC", Profile.CAR)
    assert {each.exit for each in instructions(town.network, Profile.CAR, path)} == {0, 2}


def test_people_on_foot_turn_at_roundabouts_like_anywhere() -> None:
    found = told(CIRCLE, "EF", "LJ", Profile.FOOT)
    assert Maneuver.ROUNDABOUT_ENTER not in {each.maneuver for each in found}
    assert found[1].maneuver in {Maneuver.RIGHT, Maneuver.SHARP_RIGHT, Maneuver.SLIGHT_RIGHT}


def test_stairs_lifts_and_ferries_are_told_wherever_they_begin() -> None:
    town = Town.drawn("""
A.B.C.D.E.F.G

AB name=Quay
BC STEPS
CD name=Bridge
DE ELEVATOR
EF FERRY name=Ferry
FG name=Island
""")
    assert short(town, told(town, "AB", "GF", Profile.FOOT)) == [
        "DEPART Quay 75",
        "STAIRS - 100",
        "CONTINUE Bridge 100",
        "ELEVATOR - 100",
        "FERRY Ferry 100",
        "CONTINUE Island 75",
        "ARRIVE Island 0",
    ]


def test_the_side_of_the_goal() -> None:
    lat, lon = CROSSING.drawing.between("C", "D", 0.75)
    for north, expected in ((1e-4, "ARRIVE_LEFT"), (-1e-4, "ARRIVE_RIGHT")):
        graph = CROSSING.network.graph
        hierarchy = build_hierarchy(CROSSING.network.nets[Profile.CAR], graph.segment_length_dm)
        search = LongWays(CROSSING.network, Profile.CAR, hierarchy)
        origin = CROSSING.drawing.between("B", "C", 0.25)
        path = search.path(origin, (lat + north, lon), 3600)
        assert path is not None
        found = instructions(CROSSING.network, Profile.CAR, path)
        assert found[-1].maneuver == expected
        assert sum(each.distance_m for each in found) == path.metres


def test_forks_are_told_where_the_way_is_not_the_straightest() -> None:
    town = Town.drawn("""
......D....
A.B...C....
......E....

AB name=Road
BC name=Road
BD name=Branch
BE
""")
    assert short(town, told(town, "AB", "DB"))[1] == "SLIGHT_LEFT Branch 168"
    assert short(town, told(town, "AB", "EB"))[1] == "SLIGHT_RIGHT - 168"
    assert len(told(town, "AB", "CB")) == 2


@pytest.mark.parametrize(("step_m", "turns"), [(6.0, []), (30.0, ["LEFT", "RIGHT"])])
def test_crossing_a_street_askew_is_no_turn_of_its_own(step_m: float, turns: list[str]) -> None:
    """The path goes on beyond a street, a step further left."""
    town = Town.drawn(ASKEW, step_m=step_m)
    assert [each.maneuver for each in told(town, "AB", "DC")] == ["DEPART", *turns, "ARRIVE"]


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [
        (0, "CONTINUE"),
        (-24, "CONTINUE"),
        (30, "SLIGHT_RIGHT"),
        (-30, "SLIGHT_LEFT"),
        (90, "RIGHT"),
        (-90, "LEFT"),
        (140, "SHARP_RIGHT"),
        (-140, "SHARP_LEFT"),
        (-170, "U_TURN"),
        (180, "U_TURN"),
    ],
)
def test_turns_by_their_angle(degrees: float, expected: str) -> None:
    assert turn_of(degrees) == expected


def test_arrivals_by_side() -> None:
    assert [arrival(side) for side in (-1, 0, 1)] == ["ARRIVE_LEFT", "ARRIVE", "ARRIVE_RIGHT"]


def test_every_way_of_a_town_can_be_told() -> None:
    """Anywhere to anywhere: distances and times add up, names and exits exist."""
    random = np.random.default_rng(3)
    for town in (CROSSING, CIRCLE):
        for profile in Profile:
            for _ in range(10):
                origin, goal = ("".join(random.choice(list("ABC"), 1)) for _ in range(2))
                for each in told(town, origin, goal, profile):
                    assert -1 <= each.name < len(town.names)
                    assert 0 <= each.exit < 5
                    assert 0 <= each.heading_deg < 360
