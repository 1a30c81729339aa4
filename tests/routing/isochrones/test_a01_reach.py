"""How far one gets: as far as single ways say, and as a plain search on random towns says."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from routing.isochrones import SAMPLE_M, Isochrones, Reach
from routing.planner import Planner
from routing.query import Place, PlanQuery, Preferences
from routing.street.dijkstra import ahead, back
from routing.street.profile import REFERENCE_MPS, Profile
from routing.street.spread import FAR, spread
from routing.transit.arrays import NEVER
from tests.support.rentals import network_of
from tests.support.streets import Drawing
from tests.support.timetables import TinyNetwork, network

STREETS = Drawing(
    """
    P.a.b.c.d.e.f.Q
    ...............
    ...............
    ...............
    R.g.h.i.j.k.l.T

    PabcdefQ
    RghijklT
    """
)
"""Two streets of 700 m each, and no street between them."""
NET = network_of(STREETS)


def town() -> TinyNetwork:
    tiny = network(
        """
        R1
        Q     R
        8:10  8:30
        8:40  9:00
        """
    )
    lat, lon = zip(*(STREETS.at(name) for name in tiny.stops), strict=True)
    timetable = tiny.timetable._replace(stop_lat=np.array(lat), stop_lon=np.array(lon))
    return replace(tiny, timetable=timetable)


TOWN = town()
PLANNER = Planner(TOWN.timetable, NET)
ISOCHRONES = Isochrones(PLANNER, NET)
EIGHT = TOWN.midnight + 8 * 3600
WALK_MPS = REFERENCE_MPS[Profile.FOOT]


def place(letter: str) -> Place:
    return Place(*STREETS.at(letter))


def seconds_at(reached, letter: str) -> float | None:
    """Return the seconds of the point at a letter, None where nothing is near."""
    lat, lon = STREETS.at(letter)
    near = np.hypot(reached.lat - lat, (reached.lon - lon) * 0.62) < 1e-6
    return float(reached.seconds[near].min()) if near.any() else None


def test_a_walk_along_one_street() -> None:
    reached = ISOCHRONES.reach(place("P"), Reach(300))
    assert reached is not None
    for metres, letter in enumerate("Pabc"):
        assert seconds_at(reached, letter) == pytest.approx(metres * 100 / WALK_MPS, abs=1)
    assert seconds_at(reached, "d") is None, "400 m take 301 s"
    assert seconds_at(reached, "R") is None
    assert (reached.stop_s == NEVER).all()
    assert reached.seconds.max() > 300 - SAMPLE_M / WALK_MPS


def test_who_sets_out_in_the_middle_of_a_long_segment_does_not_go_to_its_end_first() -> None:
    reached = ISOCHRONES.reach(place("c"), Reach(300))
    assert reached is not None
    for metres, letter in ((0, "c"), (100, "b"), (100, "d"), (300, "P"), (300, "f")):
        assert seconds_at(reached, letter) == pytest.approx(metres / WALK_MPS, abs=1)


def test_points_are_close_together() -> None:
    reached = ISOCHRONES.reach(place("P"), Reach(600))
    assert reached is not None
    east = np.sort(reached.lon[reached.seconds > 0])
    assert np.diff(east).max() * 111_195 * np.cos(np.radians(51.85)) <= SAMPLE_M + 1


def test_by_train_to_the_other_street() -> None:
    # 700 m to Q, the train arrives at 8:30, then on foot
    reached = ISOCHRONES.reach(place("P"), Reach(2400, transit=True, time=EIGHT))
    assert reached is not None
    names = list(TOWN.stops)
    assert reached.stop_s[names.index("R")] == 1800
    assert seconds_at(reached, "R") == 1800
    assert seconds_at(reached, "h") == pytest.approx(1800 + 200 / WALK_MPS, abs=1)
    later = ISOCHRONES.reach(place("P"), Reach(2400, transit=True, time=EIGHT + 600))
    assert later is not None
    assert seconds_at(later, "R") is None, "the next one arrives at 9:00"


ROUND = Drawing(
    """
    A...B
    .....
    D...C

    ABCDA oneway=yes
    """
)


def test_backward_is_from_where_one_gets_there() -> None:
    # around the block one way: B is a side of it ahead, D a side of it behind
    streets = network_of(ROUND)
    isochrones = Isochrones(Planner(TOWN.timetable, streets), streets)
    for backward, near, far in ((False, "B", "D"), (True, "D", "B")):
        asked = Reach(600, Profile.BICYCLE, backward=backward)
        reached = isochrones.reach(Place(*ROUND.at("A")), asked)
        assert reached is not None
        times = []
        for letter in (near, far):
            lat, lon = ROUND.at(letter)
            at = np.hypot(reached.lat - lat, reached.lon - lon) < 1e-6
            times.append(float(reached.seconds[at].min()))
        assert times[1] > 1.9 * times[0]
        goals = [Place(*ROUND.at(letter)) for letter in (near, far)]
        told = isochrones.times(Place(*ROUND.at("A")), asked, goals)
        assert told == pytest.approx(times, abs=1)


def test_a_place_on_no_street() -> None:
    assert ISOCHRONES.reach(Place(50.0, 7.0), Reach(600)) is None
    assert ISOCHRONES.times(Place(50.0, 7.0), Reach(600), [place("P")]) == [None]


@pytest.mark.parametrize("letter", list("PabcdefQRghijklT"))
@pytest.mark.parametrize("begin", [0, 240, 1500])
def test_times_are_those_of_the_planner(letter: str, begin: int) -> None:
    limit_s = 4000
    walks = Preferences(max_walk_s=limit_s, max_direct_walk_s=limit_s)
    time = EIGHT + begin
    query = PlanQuery(place("b"), place(letter), time, window_s=0, preferences=walks)
    expected = min((one.arrival - time for one in PLANNER.plan(query)), default=None)
    asked = Reach(limit_s, transit=True, time=time)
    (seconds,) = ISOCHRONES.times(place("b"), asked, [place(letter)])
    if letter == "b":
        expected = 0
    assert seconds == (expected if expected is None or expected <= limit_s else None)


def random_town(seed: int) -> Drawing:
    """Return a town of 4 x 4 junctions, some streets missing, some one-way or slow by bicycle."""
    rng = np.random.default_rng(seed)
    letters = "ABCDEFGHIJKLMNOP"
    rows = [".".join(letters[row * 4 : row * 4 + 4]) for row in range(4)]
    blank = "." * 7
    pairs = [(k, k + 1) for k in range(16) if k % 4 < 3] + [(k, k + 4) for k in range(12)]
    kept = [pair for pair in pairs if rng.random() < 0.8]
    tags = ["", " oneway=yes", " hard=2"]
    ways = [f"{letters[a]}{letters[b]}{tags[rng.integers(3)]}" for a, b in kept]
    return Drawing("\n".join([f"\n{blank}\n".join(rows), "", *ways]))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("backward", [False, True])
def test_many_sources_equal_networkx(seed: int, backward: bool) -> None:
    net = network_of(random_town(seed)).nets[Profile.BICYCLE]
    arcs = back(net) if backward else ahead(net)
    rng = np.random.default_rng(seed)
    states = rng.integers(0, net.n_states, 4).astype(np.int32)
    costs = rng.integers(0, 4000, 4).astype(np.int32)
    budget = int(rng.integers(3000, 12_000))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(net.n_states))
    for tail in range(net.n_states):
        for arc in range(int(arcs.ptr[tail]), int(arcs.ptr[tail + 1])):
            head, cost = int(arcs.target[arc]), int(arcs.cost[arc])
            if cost < graph.get_edge_data(tail, head, {"weight": FAR})["weight"]:
                graph.add_edge(tail, head, weight=cost)
    for state, cost in zip(states.tolist(), costs.tolist(), strict=True):
        if cost < graph.get_edge_data("begin", state, {"weight": FAR})["weight"]:
            graph.add_edge("begin", state, weight=cost)
    near = nx.single_source_dijkstra_path_length(graph, "begin", cutoff=budget)
    assert spread(arcs, states, costs, budget).tolist() == [
        near.get(state, FAR) for state in range(net.n_states)
    ]
