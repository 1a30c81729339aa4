"""C02: ways and tables by hierarchy are those of the plain router, on random towns and Heidelberg."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.osm.read import read_streets
from kommit.kit.geo import distance_m
from routing.store import load_arrays, save_arrays
from routing.street.build import build_network
from routing.street.climb import FAR
from routing.street.hierarchy import Hierarchy, build_hierarchy
from routing.street.longways import LongWays
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.router import StreetRouter
from tests.routing.street.sketch import Town
from tests.support.shared import shared_data
from tests.support.streets import LAT0, LON0

HOUR = 3600
SIDE = 4
LETTERS = "ABCDEFGHIJKLMNOP"
REPEATED = re.compile(r"(.)\1")
Point = tuple[float, float]


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Streets over the corners of a map: rings, one-ways, streets that stand apart."""
    rows = [".".join(LETTERS[row * SIDE : (row + 1) * SIDE]) for row in range(SIDE)]
    word = st.text(LETTERS, min_size=2, max_size=6).filter(lambda word: not REPEATED.search(word))
    words = draw(st.lists(word, min_size=1, max_size=7))
    ways = [
        f"{word} name=Street_{i}{draw(st.sampled_from(['', '', ' oneway', ' STEPS']))}"
        for i, word in enumerate(words)
    ]
    return Town.drawn("\n".join([*rows, "", *ways]) + "\n")


@st.composite
def points(draw: st.DrawFn) -> Point:
    """A point of the map, some metres off its streets."""
    south, east = draw(st.floats(-0.1, SIDE - 0.9)), draw(st.floats(-0.1, SIDE - 0.9))
    return LAT0 - south * 100 / 111_195, LON0 + east * 100 / 68_700


def long_ways(network: StreetNetwork, profile: Profile) -> LongWays:
    hierarchy = build_hierarchy(network.nets[profile], network.graph.segment_length_dm)
    return LongWays(network, profile, hierarchy)


def assert_same(long: LongWays, plain: StreetRouter, origin: Point, goal: Point) -> None:
    found, expected = long.path(origin, goal, HOUR), plain.path(origin, goal, HOUR)
    reached = long.reach(origin, goal, HOUR)
    if expected is None:
        assert found is None
        assert reached is None
        return
    assert found is not None
    assert reached is not None
    assert found.seconds == reached[0] == expected.seconds
    assert abs(found.metres - reached[1]) <= 0.002 * reached[1] + 2
    ends = (found.lat[0], found.lon[0]), (found.lat[-1], found.lon[-1])
    assert ends == (origin, goal)
    pairs = zip(found.lat, found.lon, found.lat[1:], found.lon[1:], strict=False)
    assert round(sum(distance_m(*pair) for pair in pairs)) == found.metres


@settings(max_examples=60, deadline=None)
@given(
    towns(),
    st.sampled_from([Profile.FOOT, Profile.BICYCLE, Profile.CAR]),
    st.lists(points(), min_size=2, max_size=5),
)
def test_long_ways_are_plain_ways(town: Town, profile: Profile, asked: list[Point]) -> None:
    long = long_ways(town.network, profile)
    plain = StreetRouter(town.network, profile, np.empty(0), np.empty(0))
    for origin in asked:
        for goal in asked:
            assert_same(long, plain, origin, goal)


@settings(max_examples=60, deadline=None)
@given(
    towns(),
    st.sampled_from([Profile.FOOT, Profile.BICYCLE, Profile.CAR]),
    st.lists(points(), min_size=1, max_size=6),
)
def test_tables_are_made_of_ways(town: Town, profile: Profile, asked: list[Point]) -> None:
    """Ways that stay on one street are in the table, too."""
    long = long_ways(town.network, profile)
    axes = tuple(np.array(axis) for axis in zip(*asked, strict=True))
    table = long.table(axes, axes)
    for i, origin in enumerate(asked):
        for j, goal in enumerate(asked):
            reached = long.reach(origin, goal, 10 * HOUR)
            if reached is None:
                assert (table.seconds[i, j], table.metres[i, j]) == (FAR, FAR)
            else:
                assert table.seconds[i, j] == reached[0]


TOWN = Town.drawn("""
A.B.C
.....
D.E.F

ABC name=High_Street
DEF name=Low_Street
AD
BE
CF
""")


def test_limits_and_speeds() -> None:
    long = long_ways(TOWN.network, Profile.BICYCLE)
    ends = TOWN.drawing.between("A", "B", 0.1), TOWN.drawing.between("B", "C", 0.9)
    path = long.path(*ends, HOUR)
    assert path is not None
    assert (path.metres, path.seconds) == (180, 40)
    assert long.path(*ends, 39) is None
    assert long.reach(*ends, 40) == (40, 180)
    assert long.reach(*ends, 39) is None
    slow = long.path(*ends, HOUR, speed_mps=1.0)
    assert slow is not None
    assert slow.seconds == 180
    axes = tuple(np.array([end]) for end in ends[0]), tuple(np.array([end]) for end in ends[1])
    assert long.table(*axes, speed_mps=1.0).seconds.tolist() == [[180]]


def test_a_point_off_the_streets_is_nowhere() -> None:
    long = long_ways(TOWN.network, Profile.CAR)
    here, away = TOWN.drawing.between("A", "B", 0.5), (60.0, 20.0)
    assert long.path(here, away, HOUR) is None
    assert long.reach(away, here, HOUR) is None
    axes = np.array([here[0], away[0]]), np.array([here[1], away[1]])
    assert long.table(axes, axes).seconds.tolist() == [[0, FAR], [FAR, FAR]]


def test_stored_hierarchies_answer_the_same(tmp_path: Path) -> None:
    net, lengths = TOWN.network.nets[Profile.CAR], TOWN.network.graph.segment_length_dm
    built = build_hierarchy(net, lengths)
    save_arrays(built, tmp_path)
    mapped = load_arrays(Hierarchy, tmp_path)
    ends = TOWN.drawing.between("A", "B", 0.1), TOWN.drawing.between("E", "F", 0.9)
    answers = [LongWays(TOWN.network, Profile.CAR, h).path(*ends, HOUR) for h in (built, mapped)]
    assert answers[0] is not None
    assert answers[1] is not None
    assert answers[0].stretches == answers[1].stretches


def test_threads_do_not_disturb_each_other() -> None:
    long = long_ways(TOWN.network, Profile.BICYCLE)
    random = np.random.default_rng(1)
    pairs = [
        tuple(TOWN.drawing.between(*random.choice(["AB", "BC", "DE", "EF", "BE"]), share))
        for share in random.random(400)
    ]
    asked = list(zip(pairs[::2], pairs[1::2], strict=True))
    alone = [long.reach(*pair, HOUR) for pair in asked]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda pair: long.reach(*pair, HOUR), asked))
    assert together == alone


@pytest.mark.shared
def test_heidelberg_by_bicycle() -> None:
    network = build_network(read_streets(shared_data("osm", "heidelberg.osm.pbf")).ways)
    long = long_ways(network, Profile.BICYCLE)
    plain = StreetRouter(network, Profile.BICYCLE, np.empty(0), np.empty(0))
    random, graph = np.random.default_rng(8), network.graph
    at = graph.shape_ptr[random.choice(graph.n_segments, 80)]
    asked = list(zip(graph.shape_lat[at].tolist(), graph.shape_lon[at].tolist(), strict=True))
    for origin, goal in zip(asked[::2], asked[1::2], strict=True):
        assert_same(long, plain, origin, goal)
