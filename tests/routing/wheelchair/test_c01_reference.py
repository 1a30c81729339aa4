"""Transfers in a wheelchair equal the plain way of finding them, on random small towns."""

from collections import Counter
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from routing.pace import WALK_MPS
from routing.street.build import build_network
from routing.street.graph import CLOSED
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.street.ways import Ways, WheelchairState
from routing.timetable import Timetable
from routing.wheelchair.compile import ROLL_BUDGET_S, wheel_transfers
from routing.wheelchair.transfers import NO_WAY, transfer_origins
from tests.routing.street.drawn import SIDE, corner
from tests.support.examples import examples
from tests.support.timetables import Network, compile_network

Way = tuple[list[int], WheelchairState]
USABLE = {WheelchairState.VERIFIED, WheelchairState.ASSUMED}
CORNERS = range(SIDE * SIDE)


def walked(start: int, turns: list[int]) -> list[int]:
    """Return the corners of a walk from block to block, which stays on the map."""
    corners = [start]
    for turn in turns:
        row, column = divmod(corners[-1], SIDE)
        row, column = row + (turn == 0) - (turn == 1), column + (turn == 2) - (turn == 3)
        if 0 <= row < SIDE and 0 <= column < SIDE:
            corners.append(row * SIDE + column)
    return corners


ways = st.lists(
    st.tuples(
        st.builds(
            walked,
            st.sampled_from(CORNERS),
            st.lists(st.sampled_from(range(4)), min_size=1, max_size=5),
        ).filter(lambda corners: len(corners) > 1),
        st.sampled_from([*USABLE, *USABLE, WheelchairState.STEPS, WheelchairState.SURFACE]),
    ),
    min_size=1,
    max_size=7,
)
closed_corners = st.sets(st.sampled_from(CORNERS), max_size=3)
"""With a raised kerb."""


def overlaps(drawn: list[Way]) -> bool:
    """Say whether a piece of street is drawn more than twice: a point stands at three at most."""
    pieces = Counter(frozenset(p) for corners, _ in drawn for p in pairwise(corners))
    return max(pieces.values(), default=0) > 2


def town(drawn: list[Way], kerbs: set[int]) -> StreetNetwork:
    numbers = [number for corners, _ in drawn for number in corners]
    lat, lon = zip(*map(corner, numbers), strict=True)
    states = [state for _, state in drawn]
    stretch = np.ones((len(drawn), 2, len(Profile)), np.float32)
    stretch[[state not in USABLE for state in states], :, Profile.WHEELCHAIR] = np.inf
    none, at = np.empty(0, np.int64), sorted(kerbs)
    return build_network(
        Ways(
            point_ptr=np.cumsum([0, *(len(corners) for corners, _ in drawn)]),
            point_id=np.array(numbers, np.int64),
            point_lat=np.array(lat),
            point_lon=np.array(lon),
            point_height=np.full(len(numbers), np.nan, np.float32),
            way_id=np.arange(len(drawn)),
            street_class=np.full(len(drawn), 5, np.uint8),
            flags=np.zeros(len(drawn), np.uint8),
            name=np.arange(len(drawn), dtype=np.int32),
            wheelchair=np.array(states, np.uint8),
            stretch=stretch,
            barrier_id=np.array(at, np.int64),
            barrier_closed=np.full(len(at), 1 << Profile.WHEELCHAIR, np.uint8),
            barrier_wait_s=np.zeros((len(at), len(Profile)), np.float32),
            turn_from=none,
            turn_via=none,
            turn_to=none,
            turn_kind=np.empty(0, np.uint8),
        )
    )


def all_to_all(stops: list[int]) -> Timetable:
    """Return a timetable with a transfer of a second between every two stops at corners."""
    hops = [(a, b, 1) for a in range(len(stops)) for b in range(len(stops)) if a != b]
    lat, lon = zip(*map(corner, stops), strict=True)
    plain = compile_network(Network(len(stops), [], hops))
    return plain._replace(stop_lat=np.array(lat), stop_lon=np.array(lon))


def plain_dm(
    network: StreetNetwork, kerbs: set[int], allowed: set[WheelchairState]
) -> dict[int, dict[int, int]]:
    """Return the decimetres between the corners, which kerbs can be reached at but not passed."""
    graph, cost = network.graph, network.nets[Profile.WHEELCHAIR].way_cost
    at = {corner(number): number for number in CORNERS}
    name = [at[lat, lon] for lat, lon in zip(graph.node_lat, graph.node_lon, strict=True)]
    drawn = nx.MultiDiGraph()
    for way in np.flatnonzero(cost < CLOSED).tolist():
        segment = way >> 1
        if graph.segment_wheelchair[segment] in allowed:
            ends = name[graph.segment_from[segment]], name[graph.segment_to[segment]]
            a, b = ends[::-1] if way & 1 else ends
            drawn.add_edge(("out", a) if a in kerbs else a, b, weight=int(cost[way]))
    found: dict[int, dict[int, int]] = {}
    for number in CORNERS:
        start = ("out", number) if number in kerbs else number
        reached = nx.single_source_dijkstra_path_length(drawn, start) if start in drawn else {}
        found[number] = {goal: int(dm) for goal, dm in reached.items() if goal in CORNERS}
    return found


@examples(50)
@given(drawn=ways, kerbs=closed_corners, data=st.data())
def test_transfers_take_what_the_reference_says(
    drawn: list[Way], kerbs: set[int], data: st.DataObject
) -> None:
    assume(not overlaps(drawn))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("routing.street.nets.ISLAND_STATES", 1)
        network = town(drawn, kerbs)
    junctions = sorted({c for corners, _ in drawn for c in (corners[0], corners[-1])} - kerbs)
    stops = data.draw(st.lists(st.sampled_from(junctions or [0]), unique=True, max_size=5))
    if len(stops) < 2:
        return
    tt = all_to_all(stops)
    found = wheel_transfers(tt, network)
    expected = [
        plain_dm(network, kerbs, set(allowed)) for allowed in (USABLE, {WheelchairState.VERIFIED})
    ]
    rows = zip(transfer_origins(tt).tolist(), tt.transfer_stop.tolist(), strict=True)
    for row, (a, b) in enumerate(rows):
        for column, reference in zip(found, expected, strict=True):
            dm = reference[stops[a]].get(stops[b], 10**9)
            if dm > 10 * ROLL_BUDGET_S:
                assert column[row] == NO_WAY
            else:
                # shares of a segment are rounded to a decimetre at either end
                assert abs(int(column[row]) - dm / (10 * WALK_MPS)) <= 1.5
