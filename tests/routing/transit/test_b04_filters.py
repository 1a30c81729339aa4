"""B04: what a rider takes, and how fast, on a timetable that can be checked with a finger."""

from dataclasses import replace

import numpy as np
import pytest

from routing.filters import ANY_RIDE, RideFilter
from routing.pace import TransferPace, pace_of
from routing.timetable import BIKES, NONE, WHEELCHAIR
from routing.transit.criteria import Weighing
from routing.transit.criteria_costs import Criterion
from routing.transit.criteria_search import CriteriaSearch
from routing.transit.departures import next_departures
from tests.routing.transit.variants import Variant, every_variant
from tests.support.timetables import TODAY_INDEX, TinyNetwork, network

NETWORK = network(
    """
    BUS
    A      B      C
    8:00   8:10   8:20
    8:30   8:40   8:50

    RAIL
    A      C
    8:05   8:15
    8:35   8:45

    TAXI
    B      C
    8:12   8:14    [book 60m]

    TRAM
    D      E
    8:25   8:35
    8:30   8:40
    8:45   8:55

    C ~ 4m ~ D
    """
)
ROUTES = {name: NETWORK.routes.index(name) for name in NETWORK.routes}
TYPES = {"BUS": 704, "RAIL": 2, "TAXI": 3, "TRAM": 900}
FLAGS = {"BUS": WHEELCHAIR | BIKES, "RAIL": WHEELCHAIR, "TAXI": 0, "TRAM": WHEELCHAIR}
BUS_ROUTES = frozenset({ROUTES["BUS"]})


def particular(*, closed: str = "", metres: int = NONE) -> TinyNetwork:
    """Return the network with types and flags; each route has an agency of its own."""
    tt, names = NETWORK.timetable, NETWORK.routes
    flags = np.array([FLAGS[names[route]] for route in tt.trip_route], dtype=np.uint8)
    flags[1] = WHEELCHAIR  # the bus of 8:30 takes no bicycles, though it is the same route
    wheelchair = [2 if stop in closed else 1 for stop in NETWORK.stops]
    return replace(
        NETWORK,
        timetable=tt._replace(
            trip_flags=flags,
            route_type=np.array([TYPES[name] for name in names], dtype=np.int16),
            route_agency=np.arange(len(names), dtype=np.int32),
            agency_zone=np.zeros(len(names), dtype=np.int32),
            stop_wheelchair=np.array(wheelchair, dtype=np.uint8),
            transfer_m=np.full(tt.transfer_m.size, metres, dtype=np.int32),
        ),
    )


def lines(tiny: TinyNetwork, text: str, variant: Variant, **asked: object) -> list[str]:
    query = replace(tiny.query(text), **asked)
    return [tiny.line(journey) for journey in variant(tiny.search, query)]


BY_BUS = ["A 8:00 BUS 8:20 C", "A 8:30 BUS 8:50 C"]
BY_RAIL = ["A 8:05 RAIL 8:15 C", "A 8:35 RAIL 8:45 C"]
BY_TAXI = "A 8:00 BUS 8:10 B 8:12 TAXI 8:14 C"


@every_variant
@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(ANY_RIDE, [BY_TAXI, *BY_RAIL], id="anything"),
        pytest.param(
            RideFilter(banned_modes=frozenset({"RAIL"})), [BY_TAXI, *BY_BUS], id="no-rail"
        ),
        pytest.param(RideFilter(only_modes=frozenset({"BUS"})), BY_BUS, id="only-bus"),
        pytest.param(RideFilter(only_routes=BUS_ROUTES), BY_BUS, id="only-route"),
        pytest.param(RideFilter(banned_routes=BUS_ROUTES), BY_RAIL, id="no-route"),
        pytest.param(RideFilter(only_agencies=BUS_ROUTES), BY_BUS, id="only-agency"),
        pytest.param(RideFilter(banned_agencies=BUS_ROUTES), BY_RAIL, id="no-agency"),
        pytest.param(RideFilter(wheelchair=True), BY_RAIL, id="wheelchair"),
        pytest.param(RideFilter(bikes=True), BY_BUS[:1], id="bikes-by-trip-not-route"),
        pytest.param(RideFilter(bikes=True, banned_routes=BUS_ROUTES), [], id="nothing-left"),
        pytest.param(RideFilter(only_modes=frozenset()), [], id="no-mode-at-all"),
        pytest.param(
            RideFilter(only_modes=frozenset({"BUS", "RAIL"}), only_routes=BUS_ROUTES),
            BY_BUS,
            id="each-only-narrows",
        ),
    ],
)
def test_only_rides_that_are_wanted(
    variant: Variant, wanted: RideFilter, expected: list[str]
) -> None:
    found = lines(particular(), "A 8:00-9:00 -> C", variant, filter=wanted)
    assert sorted(found) == sorted(expected)


@every_variant
@pytest.mark.parametrize(
    ("closed", "question", "expected"),
    [
        ("B", "A 8:00-9:00 -> C", BY_RAIL),
        ("C", "A 8:00-9:00 -> C", []),
        ("A", "A 8:00-9:00 -> C", []),
        ("", "B 8:00-9:00 -> E", ["B 8:10 BUS 8:20 C ~4m~ D 8:25 TRAM 8:35 E"]),
        pytest.param("D", "B 8:00-9:00 -> E", [], id="no-transfer-to-a-closed-stop"),
        pytest.param(
            "A", "A/B+3m 8:00-8:30 -> C", ["B 8:10 BUS 8:20 C"], id="another-stop-of-the-door"
        ),
    ],
)
def test_stops_that_no_wheelchair_can_use(
    variant: Variant, closed: str, question: str, expected: list[str]
) -> None:
    tiny = particular(closed=closed)
    assert lines(tiny, question, variant, filter=RideFilter(wheelchair=True))[:1] == expected[:1]


def test_nobody_asks_a_walker_whether_a_stop_takes_wheelchairs() -> None:
    tiny = particular(closed="C")
    assert tiny.search.search(replace(tiny.query("A 8:00 -> C"), filter=RideFilter(bikes=True)))


def test_reach_is_of_wanted_rides_and_open_stops() -> None:
    tiny = particular(closed="E")
    at = tiny.midnight + 8 * 3600
    by_bus = tiny.search.reach(([0], [0]), at, 7200, wanted=RideFilter(only_routes=BUS_ROUTES))
    assert [s // 60 if s < 7200 else None for s in by_bus.tolist()] == [None, 10, 20, None, None]
    rolling = tiny.search.reach(([0], [0]), at, 7200, wanted=RideFilter(wheelchair=True))
    walking = tiny.search.reach(([0], [0]), at, 7200)
    assert [s // 60 if s < 7200 else None for s in rolling.tolist()] == [None, 10, 15, None, None]
    assert walking[4] == 35 * 60


@every_variant
@pytest.mark.parametrize(
    ("pace", "metres", "expected"),
    [
        pytest.param(TransferPace(), NONE, "~4m~ D 8:25", id="usual"),
        pytest.param(TransferPace(130), NONE, "~5m~ D 8:30", id="slow"),
        pytest.param(TransferPace(125), NONE, "~5m~ D 8:25", id="slow-but-just-in-time"),
        pytest.param(TransferPace(buffer_s=60), NONE, "~4m~ D 8:25", id="the-buffer-is-no-walk"),
        pytest.param(TransferPace(buffer_s=61), NONE, "~4m~ D 8:30", id="more-to-spare"),
        pytest.param(TransferPace(50), NONE, "~4m~ D 8:25", id="the-feed's-time-is-the-least"),
        pytest.param(TransferPace(50), 300, "~2m~ D 8:25", id="a-quick-walk-of-known-length"),
    ],
)
def test_pace(variant: Variant, pace: TransferPace, metres: int, expected: str) -> None:
    tiny = particular(metres=metres)
    found = lines(
        tiny,
        "B 8:10-8:11 -> E",
        variant,
        pace=pace,
        filter=RideFilter(only_routes=frozenset({ROUTES["BUS"], ROUTES["TRAM"]})),
    )
    assert f"8:20 C {expected}" in found[0]


def test_the_pace_of_a_walking_speed() -> None:
    assert pace_of(1.33) == TransferPace()
    assert pace_of(1.0, 120) == TransferPace(133, 120)
    assert pace_of(0.7).percent == 190
    assert pace_of(1.6).percent == 84, "rounded up: nobody runs"


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: RideFilter(only_modes=frozenset({"BUS", "ZEPPELIN"})), "no mode ZEPPELIN"),
        (lambda: RideFilter(banned_modes=frozenset({"bus"})), "no mode bus"),
        (lambda: TransferPace(0), "per cent"),
        (lambda: TransferPace(buffer_s=-1), "buffer"),
    ],
)
def test_what_cannot_be_is_refused(make: object, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        make()  # type: ignore[operator]


@pytest.mark.parametrize("asked", [{"pace": TransferPace(150)}, {"filter": RideFilter(bikes=True)}])
def test_criteria_are_not_weighed_past_a_filter(asked: dict[str, object]) -> None:
    query = replace(NETWORK.query("A 8:00 -> C"), **asked)
    with pytest.raises(ValueError, match="not weighed together"):
        CriteriaSearch(NETWORK.timetable).weigh(query, Weighing((Criterion.WALKING,)))


def test_a_filtered_departure_board() -> None:
    tiny = particular(closed="A")
    at = int(tiny.timetable.day_epoch[0, TODAY_INDEX])

    def board(wanted: RideFilter) -> list[str]:
        found = next_departures(tiny.search.views, [0, 1], at, 3, wanted=wanted)
        return [f"{tiny.clock(one.time)} {tiny.stops[one.stop]}" for one in found]

    assert board(ANY_RIDE) == ["8:00 A", "8:05 A", "8:10 B"]
    assert board(RideFilter(banned_modes=frozenset({"BUS"}))) == ["8:05 A", "8:12 B", "8:35 A"]
    assert board(RideFilter(wheelchair=True)) == ["8:10 B", "8:40 B"]


@every_variant
def test_who_walks_quickly_may_be_there_before_the_timetable_thinks_it_possible(
    variant: Variant,
) -> None:
    tiny = network(
        """
        R1
        A     B
        8:00  8:05

        R2
        C     D
        8:20  8:25

        SLOW
        A     D
        8:00  8:27

        B ~ 20m ~ C
        """
    )
    metres = np.full(2, 1600, dtype=np.int32)
    tiny = replace(tiny, timetable=tiny.timetable._replace(transfer_m=metres))
    by_foot = "A 8:00 R1 8:05 B ~12m~ C 8:20 R2 8:25 D"
    for pace, expected in ((TransferPace(60), [by_foot]), (TransferPace(), [])):
        found = lines(tiny, "A 8:00-8:10 -> D", variant, pace=pace)
        assert sorted(found) == sorted(["A 8:00 SLOW 8:27 D", *expected])
    assert tiny.search.reach(*_from_a(tiny), pace=TransferPace(60))[3] == 25 * 60


def _from_a(tiny: TinyNetwork) -> tuple[tuple[list[int], list[int]], int, int]:
    return ([0], [0]), tiny.midnight + 8 * 3600, 7200
