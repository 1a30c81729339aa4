"""Chains in a wheelchair, door to door, on a town that can be checked with a finger.

Blocks are 100 m, a wheelchair does 1 m/s. ``good`` streets are tagged as usable, ``plain`` ones say
nothing, and the others are what keeps a wheelchair out.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kommit.kit.clock import parse_hms
from routing.filters import Chair, RideFilter
from routing.journey import Journey, RideLeg, WalkLeg
from routing.planner import Planner
from routing.query import Place, PlanQuery, Preferences
from routing.sharing.wishes import VehicleWishes
from routing.street.network import StreetNetwork
from routing.street.profile import Profile
from routing.timetable import NO_WHEELCHAIR, WHEELCHAIR
from routing.wheelchair.compile import NO_STATION_WAYS, StationWays, wheel_transfers
from routing.wheelchair.refusals import judge_of, refusal_of
from routing.wheelchair.transfers import BARRED, NO_WAY, unknown_transfers
from routing.wheelchair.verdicts import REFUSING, Cause, Status
from tests.support.streets import Drawing, network_of
from tests.support.timetables import TinyNetwork, network

GOOD = "wheelchair=yes"
TOWN = """
    P.A.......B.C.Q.......D
    ..........E.F..........
"""
LINES = """
    R1
    A     B
    8:10  8:20
    8:40  8:50

    R2
    C     D
    8:30  8:40
    9:00  9:10

    B ~ 2m ~ C
"""
STOPS = "ABCD"


def town(tmp_path: Path, *ways: str) -> tuple[Drawing, StreetNetwork]:
    drawing = Drawing(TOWN + "\n" + "\n".join(ways))
    return drawing, network_of(drawing.write(tmp_path / "town.osm.pbf"))


class World:
    """A planner of the town with what the feed says of wheelchairs."""

    def __init__(
        self,
        tmp_path: Path,
        ways: Sequence[str],
        *,
        stops: Sequence[int] = (1, 1, 1, 1),
        trips: Sequence[int] = (WHEELCHAIR,) * 4,
        inside: StationWays = NO_STATION_WAYS,
    ) -> None:
        self.drawing, streets = town(tmp_path, *ways)
        tiny: TinyNetwork = network(LINES)
        lat, lon = zip(*(self.drawing.at(name) for name in STOPS), strict=True)
        timetable = tiny.timetable._replace(
            stop_lat=np.array(lat),
            stop_lon=np.array(lon),
            stop_wheelchair=np.array(stops, np.uint8),
            trip_flags=np.array(trips, np.uint8),
        )
        self.tiny = replace(tiny, timetable=timetable)
        self.rolled = wheel_transfers(timetable, streets, inside)
        self.planner = Planner(timetable, streets, wheel_transfers=self.rolled)

    def place(self, name: str) -> Place:
        stop = STOPS.index(name) if name in STOPS else None
        return Place(*self.drawing.at(name), stop)

    def query(self, origin: str, goal: str, **asked: Any) -> PlanQuery:
        rides = RideFilter(wheelchair=True, **asked)
        vehicles = VehicleWishes(own=Profile.BICYCLE)  # which nobody in a wheelchair takes
        wishes = Preferences(
            max_walk_s=300,
            max_direct_walk_s=300,
            walk_mps=1.0,
            rides=rides,
            vehicles=vehicles,
        )
        at = self.tiny.midnight + parse_hms("8:00")
        return PlanQuery(self.place(origin), self.place(goal), at, preferences=wishes)

    def found(self, origin: str, goal: str, **asked: Any) -> list[tuple[str, list[Status]]]:
        """Return of each journey its legs, like ``walk A>B R1``, and the verdicts on them."""
        query = self.query(origin, goal, **asked)
        judge = judge_of(self.planner, query)
        return [
            (self.told(journey), [verdict.status for verdict in judge.verdicts(journey)])
            for journey in self.planner.plan(query)
        ]

    def told(self, journey: Journey) -> str:
        words = []
        for leg in journey.legs:
            if isinstance(leg, WalkLeg):
                words.append(f"walk {leg.arrival - leg.departure}")
            elif isinstance(leg, RideLeg):
                words.append(self.tiny.routes[self.tiny.timetable.trip_route[leg.trip]])
        return " ".join(words)

    def causes(self, origin: str, goal: str, **asked: Any) -> tuple[bool, set[Cause]]:
        refusal = refusal_of(self.planner, self.query(origin, goal, **asked))
        return refusal.unknown_would_do, {reason.cause for reason in refusal.reasons}


@pytest.fixture(autouse=True)
def small_networks_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """No street of the town is an island, however few others it meets."""
    monkeypatch.setattr("routing.street.nets.ISLAND_STATES", 1)


VERIFIED, UNVERIFIED = Status.VERIFIED, Status.UNVERIFIED
GOOD_TOWN = (f"PA {GOOD}", f"BC {GOOD}", f"CQ {GOOD}")


def test_a_chain_is_verified_from_door_to_door(tmp_path: Path) -> None:
    world = World(tmp_path, GOOD_TOWN)
    assert world.found("P", "B") == [("walk 100 R1", [VERIFIED] * 2)] * 2
    assert world.found("P", "Q")[0] == ("walk 100 R1 walk 200", [VERIFIED] * 3)
    assert world.found("A", "D")[0] == ("R1 walk 160 R2", [VERIFIED] * 3), "133 % of 2 min"


@pytest.mark.parametrize(
    ("way", "status"),
    [
        pytest.param("CQ", UNVERIFIED, id="nothing-known"),
        pytest.param("CQ surface=asphalt", UNVERIFIED, id="width-and-incline-unknown"),
        pytest.param("CQ surface=asphalt incline=2% width=2", VERIFIED, id="all-known"),
        pytest.param("CQ highway=steps", None, id="steps"),
        pytest.param("CQ kerb=raised", None, id="kerb"),
        pytest.param("CQ surface=gravel", None, id="surface"),
        pytest.param("CQ incline=9%", None, id="incline"),
        pytest.param("CQ width=0.7", None, id="width"),
        pytest.param("CQ wheelchair=no", None, id="told"),
    ],
)
def test_what_is_on_the_way(tmp_path: Path, way: str, status: Status | None) -> None:
    world = World(tmp_path, (*GOOD_TOWN[:2], way))
    strict, lax = world.found("C", "Q"), world.found("C", "Q", allow_unknown=True)
    assert [legs for _, legs in strict] == ([[VERIFIED]] if status is VERIFIED else [])
    assert [legs for _, legs in lax] == ([] if status is None else [[status]])
    if status is None:
        assert world.causes("C", "Q") == (False, {Cause.NO_WAY})
    elif status is UNVERIFIED:
        assert world.causes("C", "Q") == (True, {Cause.WAY_UNKNOWN})


def test_a_stop_that_only_stairs_lead_to_is_not_at_the_street_below(tmp_path: Path) -> None:
    world = World(tmp_path, (f"PA {GOOD}", "BC highway=steps", f"CQ {GOOD}"))
    # B is 100 m from C's street: on the map near enough to be joined to it
    assert world.found("A", "Q") == []
    assert world.found("A", "Q", allow_unknown=True) == []
    assert world.causes("A", "Q", allow_unknown=True) == (False, {Cause.NO_WAY})
    assert world.found("A", "B") == [("R1", [VERIFIED])] * 2, "whoever only goes to B gets there"


def test_the_verified_way_is_told_of_where_it_is_as_quick(tmp_path: Path) -> None:
    ways = (f"PA {GOOD}", "BEFC", f"BC {GOOD}", f"CQ {GOOD}")
    world = World(tmp_path, ways)
    assert world.found("A", "Q", allow_unknown=True)[0][1] == [VERIFIED] * 2


@pytest.mark.parametrize(
    ("trips", "strict", "lax", "cause"),
    [
        ((WHEELCHAIR, WHEELCHAIR), 2, 2, None),
        ((0, WHEELCHAIR), 1, 2, None),
        ((0, 0), 0, 2, Cause.TRIP_UNKNOWN),
        ((NO_WHEELCHAIR, 0), 0, 1, Cause.TRIP_UNKNOWN),
        ((NO_WHEELCHAIR, NO_WHEELCHAIR), 0, 0, Cause.TRIP_TAKES_NONE),
    ],
)
def test_trips(
    tmp_path: Path, trips: tuple[int, int], strict: int, lax: int, cause: Cause | None
) -> None:
    world = World(tmp_path, GOOD_TOWN, trips=(*trips, 0, 0))
    assert len(world.found("A", "B")) == strict
    assert len(world.found("A", "B", allow_unknown=True)) == lax
    if cause is not None:
        assert world.causes("A", "B") == (cause not in REFUSING, {cause})


@pytest.mark.parametrize(
    ("told", "expected"),
    [(0, (True, {Cause.STOP_UNKNOWN})), (2, (False, {Cause.STOP_CLOSED}))],
)
def test_stops(tmp_path: Path, told: int, expected: tuple[bool, set[Cause]]) -> None:
    world = World(tmp_path, GOOD_TOWN, stops=(1, told, 1, 1))
    assert world.found("A", "B") == []
    assert world.causes("A", "B") == expected
    lax = [("R1", [UNVERIFIED])] * 2 if told == 0 else []
    assert world.found("A", "B", allow_unknown=True) == lax


def pairs(*rows: tuple[str, str, int]) -> StationWays:
    columns = zip(*((STOPS.index(a), STOPS.index(b), s) for a, b, s in rows), strict=True)
    return StationWays(*(np.array(column, np.int64) for column in columns))


def test_a_lift_in_the_station_is_a_verified_way_whatever_the_street_is(tmp_path: Path) -> None:
    lift = pairs(("B", "C", 200), ("C", "B", 200))
    world = World(tmp_path, (f"PA {GOOD}", "BC highway=steps", "CQ"), inside=lift)
    assert world.found("A", "D")[0] == ("R1 walk 266 R2", [VERIFIED] * 3), "at 133 % of 200 s"


def test_a_station_without_a_lift_bars_the_way_whatever_the_street_is(tmp_path: Path) -> None:
    world = World(tmp_path, GOOD_TOWN, inside=pairs(("B", "C", BARRED)))
    assert world.found("A", "D") == world.found("A", "D", allow_unknown=True) == []
    assert world.causes("A", "D") == (False, {Cause.STATION_BARRED})
    assert world.found("A", "C", allow_unknown=True) == [], "nor out of it"
    assert world.found("C", "B")[0] == ("walk 100", [VERIFIED]), "the other way is not barred"


def test_where_no_street_is_known_nothing_is_verified(tmp_path: Path) -> None:
    world = World(tmp_path, GOOD_TOWN)
    bare = Planner(world.tiny.timetable, None)
    assert bare.plan(world.query("A", "D")) == []
    query = world.query("A", "D", allow_unknown=True)
    [journey, *_] = bare.plan(query)
    verdicts = judge_of(bare, query).verdicts(journey)
    assert [verdict.status for verdict in verdicts] == [VERIFIED, UNVERIFIED, VERIFIED]
    assert [reason.cause for reason in verdicts[1].reasons] == [Cause.WAY_ESTIMATED]


def test_transfers_are_never_quicker_than_on_foot(tmp_path: Path) -> None:
    world = World(tmp_path, GOOD_TOWN)
    assert world.rolled.usable_s.tolist() == world.rolled.verified_s.tolist() == [120, 120]
    steps = World(tmp_path, (f"PA {GOOD}", "BC highway=steps", f"CQ {GOOD}"))
    assert steps.rolled.usable_s.tolist() == [NO_WAY, NO_WAY]
    nothing = unknown_transfers(world.tiny.timetable)
    assert (nothing.usable_s.tolist(), nothing.verified_s.tolist()) == ([120] * 2, [NO_WAY] * 2)


def test_a_planner_for_wheelchairs_leaves_the_one_for_walkers_as_it_is(tmp_path: Path) -> None:
    planner = World(tmp_path, GOOD_TOWN).planner
    before = vars(planner).copy()
    rolling = planner.rolling.planner(planner, Chair.VERIFIED)
    assert rolling.own is rolling.rentals is None
    assert vars(planner) == before
