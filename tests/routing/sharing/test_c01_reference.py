"""Random towns with random supplies: the three-layer search equals its slow twin, to the second."""

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.sharing.found import NEVER, Rider
from routing.sharing.ground import Ground
from routing.sharing.rental_search import RentalSearch
from routing.sharing.ridden import path_of
from routing.sharing.stock import UNLIMITED_M, classes_of, usable_m
from routing.street.profile import Profile
from tests.routing.sharing.reference import Case, Edge, quickest
from tests.support.rentals import letter_at, network_of, supply_of
from tests.support.streets import Drawing

LETTERS = "ABCDEFGHI"
GRID = ("AB", "BC", "DE", "EF", "GH", "HI", "AD", "DG", "BE", "EH", "CF", "FI")
STOPS = "ACGI"


@cache
def town(hard: tuple[str, ...]) -> tuple[Drawing, Ground]:
    ways = "\n".join(f"{way} hard={value}" for way, value in zip(GRID, hard, strict=True))
    drawing = Drawing("A.B.C\nD.E.F\nG.H.I\n\n" + ways)
    stops = np.array([drawing.at(stop) for stop in STOPS]).T.copy()
    return drawing, Ground(network_of(drawing), *stops)


def edges_of(ground: Ground, drawing: Drawing) -> tuple[Edge, ...]:
    graph, nets = ground.graph, ground.network.nets
    foot, bicycle = nets[Profile.FOOT].way_cost, nets[Profile.BICYCLE].way_cost
    names = [
        letter_at(lat, lon, drawing)
        for lat, lon in zip(graph.node_lat, graph.node_lon, strict=True)
    ]
    edges = []
    for segment, ends in enumerate(zip(graph.segment_from, graph.segment_to, strict=True)):
        length = int(graph.segment_length_dm[segment])
        for against, (begin, end) in enumerate((ends, ends[::-1])):
            way = 2 * segment + against
            edges.append(Edge(names[begin], names[end], int(foot[way]), int(bicycle[way]), length))
    return tuple(edges)


letters = st.sampled_from("ABCDFGHI")  # the middle may be closed to riders
hardness = st.sampled_from(("0.5", "1", "1.5", "2", "3"))
towns = st.tuples(
    *[st.sampled_from([("1",) * 12, ("2", "1") * 6, ("3", "0.5", "1", "2") * 3])]
).map(lambda drawn: drawn[0])


@st.composite
def cases(draw):
    hard = draw(towns)
    vehicles = draw(st.lists(st.tuples(letters, st.integers(100, 900) | st.none()), max_size=4))
    docks = draw(st.frozensets(letters, max_size=3))
    full = draw(st.frozensets(letters, max_size=2))
    forbidden = draw(st.frozensets(letters, max_size=5))
    constraint = draw(st.sampled_from(("any_station", "free_floating", "hybrid")))
    closed = draw(st.booleans())
    return hard, vehicles, docks, full, forbidden, constraint, closed


def read(drawn):
    hard, vehicles, docks, full, forbidden, constraint, closed = drawn
    drawing, ground = town(hard)
    lines = [
        f"bike v{n} at {at}" + (f" range={range_m}" if range_m else "")
        for n, (at, range_m) in enumerate(vehicles)
    ]
    lines += [f"station {at} at {at} docks={0 if at in full else 2}" for at in docks]
    lines += [f"zone {at} end=no" for at in forbidden]
    lines += ["zone E through=no"] * closed
    supply = supply_of("\n".join(lines), drawing, constraint)
    kind = supply.systems[0].types["bike"]
    floats = constraint != "any_station"
    docked = constraint != "free_floating"
    case = Case(
        edges_of(ground, drawing),
        tuple((at, min(usable_m(kind, range_m), UNLIMITED_M) * 10) for at, range_m in vehicles),
        (docks - full - forbidden) if docked else frozenset(),
        frozenset(LETTERS) - forbidden if floats else frozenset(),
        frozenset("E") if closed else frozenset(),
    )
    return case, drawing, RentalSearch(ground, classes_of(supply, 0))


@settings(deadline=None, max_examples=150)
@given(cases(), letters, st.sampled_from((0.8, 1.0, 1.33)), st.sampled_from((400, 3600)))
def test_the_search_equals_its_slow_twin(drawn, door: str, walk_mps: float, max_s: int) -> None:
    case, drawing, search = read(drawn)
    rider = Rider(walk_mps, max_s)
    ahead = search.ahead(drawing.at(door), rider, drawing.at("I"))
    back = search.back(drawing.at(door), rider)
    for number, stop in enumerate(STOPS):
        there, here = (
            min((int(found.seconds[number]) for found in side), default=NEVER)
            for side in (ahead, back)
        )
        assert there == (quickest(case, door, stop, walk_mps, max_s) or NEVER), (door, stop)
        assert here == (quickest(case, stop, door, walk_mps, max_s) or NEVER), (stop, door)
    direct = min((f.direct.seconds for f in ahead if f.direct is not None), default=None)
    assert direct == quickest(case, door, "I", walk_mps, max_s)


@settings(deadline=None, max_examples=60)
@given(cases(), letters)
def test_every_way_adds_up_and_is_ridden_so(drawn, door: str) -> None:
    _, drawing, search = read(drawn)
    rider = Rider(1.0, 3600)
    for found in (*search.ahead(drawing.at(door), rider), *search.back(drawing.at(door), rider)):
        for stop in np.flatnonzero(found.seconds < NEVER).tolist():
            way = found.way(stop)
            assert way.seconds == found.seconds[stop]
            assert min(way.walk_s, way.rental_s, way.last_walk_s) >= 0
            path = path_of(way)
            assert abs(path.metres * 10 - way.length_dm) <= 30
            assert way.length_dm <= way.fleet.range_dm[way.pickup]
            ends = (path.lat[0], path.lon[0]), (path.lat[-1], path.lon[-1])
            pickup = way.fleet.rental.pickups[way.pickup]
            assert np.allclose(
                ends, ((pickup.lat, pickup.lon), (way.exit.lat, way.exit.lon)), atol=1e-6
            )
