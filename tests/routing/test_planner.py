"""Door to door on a town that a reader can check with a finger: walking 1 m/s, blocks of 100 m."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kommit.kit.clock import format_hms, parse_hms
from routing.journey import Journey, RideLeg, WalkLeg
from routing.planner import Planner
from routing.query import Place, PlanQuery, Preferences, TimeKind, Via
from routing.timetable import NONE
from tests.support.streets import Drawing, network_of
from tests.support.timetables import TinyNetwork, network

TOWN = Drawing(
    """
    A.P.a.B.C.c.Q
    D.......E....

    APaB
    AD
    CcQ
    CE
    """
)
"""``A`` to ``D`` are stops, the others doors; no street leads from ``B`` to ``C``."""

LINES = """
    R1
    A     B     C
    8:10  8:20  8:30
    8:40  8:50  9:00
    9:10  9:20  9:30

    T2
    A     C
    8:15  8:25    [book 60m]

    R3
    D     B
    8:05  8:08
"""


@pytest.fixture(scope="module")
def town() -> TinyNetwork:
    tiny = network(LINES)
    lat, lon = zip(*(TOWN.at(name) for name in tiny.stops), strict=True)
    timetable = tiny.timetable._replace(stop_lat=np.array(lat), stop_lon=np.array(lon))
    return replace(tiny, timetable=timetable)


@pytest.fixture(scope="module")
def planner(town: TinyNetwork, tmp_path_factory: pytest.TempPathFactory) -> Planner:
    path = TOWN.write(Path(tmp_path_factory.mktemp("town")) / "town.osm.pbf")
    return Planner(town.timetable, network_of(path))


Ask = Callable[..., list[Journey]]
PREFERENCES = Preferences(walk_mps=1.0, max_walk_s=150, max_direct_walk_s=250)


@pytest.fixture
def ask(planner: Planner, town: TinyNetwork) -> Ask:
    def ask(origin: Place, destination: Place, time: str, **asked: object) -> list[Journey]:
        query = PlanQuery(origin, destination, town.midnight + parse_hms(time))
        return planner.plan(replace(query, **{"preferences": PREFERENCES, **asked}))

    return ask


def door(letter: str) -> Place:
    return Place(*TOWN.at(letter))


def stop(town: TinyNetwork, letter: str) -> Place:
    return Place(*TOWN.at(letter), town.stops.index(letter))


def told(town: TinyNetwork, journey: Journey) -> str:
    """Return ``walk 200 8:06:40-8:10 | R1 A 8:10-8:30 C``; the metres of walks to 10 m."""

    def clock(leg: WalkLeg | RideLeg) -> str:
        times = leg.departure - town.midnight, leg.arrival - town.midnight
        return "-".join(format_hms(time) for time in times)

    parts = []
    for leg in journey.legs:
        if isinstance(leg, WalkLeg):
            parts.append(f"walk {round(leg.distance_m, -1)} {clock(leg)}")
        else:
            route = town.routes[town.timetable.trip_route[leg.trip]]
            board, alight = (town.stops[p.stop or 0] for p in (leg.origin, leg.destination))
            parts.append(f"{route} {board} {clock(leg)} {alight}")
    return " | ".join(parts)


def test_from_door_to_door(ask: Ask, town: TinyNetwork) -> None:
    journeys = ask(door("P"), door("c"), "8:00", now=town.midnight + parse_hms("7:30"))
    assert [told(town, journey) for journey in journeys] == [
        "walk 100 8:08:20-8:10 | R1 A 8:10-8:30 C | walk 100 8:30-8:31:40",
        "walk 100 8:38:20-8:40 | R1 A 8:40-9:00 C | walk 100 9:00-9:01:40",
        "walk 100 9:08:20-9:10 | R1 A 9:10-9:30 C | walk 100 9:30-9:31:40",
    ]


def test_a_ride_that_must_be_booked_is_answered_while_it_can_be(
    ask: Ask, town: TinyNetwork
) -> None:
    deadline = town.midnight + parse_hms("7:15")
    early = ask(door("P"), door("c"), "8:00", now=deadline, window_s=1800)
    late = ask(door("P"), door("c"), "8:00", now=deadline + 1, window_s=1800)

    assert [told(town, journey) for journey in early] == [
        "walk 100 8:13:20-8:15 | T2 A 8:15-8:25 C | walk 100 8:25-8:26:40"
    ]
    ride = early[0].legs[1]
    assert isinstance(ride, RideLeg)
    assert ride.latest_booking == deadline
    assert "R1 A 8:10-8:30 C" in told(town, late[0])


def test_arriving_by_a_time(ask: Ask, town: TinyNetwork) -> None:
    journeys = ask(
        door("P"), door("c"), "9:05", kind=TimeKind.ARRIVE, window_s=600, now=town.midnight
    )
    assert [told(town, journey) for journey in journeys] == [
        "walk 100 8:38:20-8:40 | R1 A 8:40-9:00 C | walk 100 9:00-9:01:40"
    ]


def test_a_walk_all_the_way_beats_rides_that_take_longer(ask: Ask, town: TinyNetwork) -> None:
    journeys = ask(door("a"), stop(town, "A"), "8:00")
    assert [told(town, journey) for journey in journeys] == ["walk 200 8:00-8:03:20"]
    back = ask(door("a"), stop(town, "A"), "8:00", kind=TimeKind.ARRIVE)
    assert [told(town, journey) for journey in back] == ["walk 200 7:56:40-8:00"]


def test_from_stop_to_stop_nobody_walks(ask: Ask, town: TinyNetwork) -> None:
    journeys = ask(stop(town, "A"), stop(town, "C"), "8:30", window_s=1200)
    assert [told(town, journey) for journey in journeys] == ["R1 A 8:40-9:00 C"]


def test_where_nothing_leaves_in_the_window_the_next_journey_is_answered(
    ask: Ask, town: TinyNetwork
) -> None:
    journeys = ask(stop(town, "A"), stop(town, "C"), "8:41", window_s=60)
    assert [told(town, journey) for journey in journeys] == ["R1 A 9:10-9:30 C"]


def test_a_door_off_the_streets_is_estimated_and_says_so(ask: Ask, town: TinyNetwork) -> None:
    far = Place(TOWN.at("D")[0] - 0.004, TOWN.at("D")[1])
    preferences = replace(PREFERENCES, max_walk_s=600)
    journeys = ask(far, stop(town, "B"), "7:40", preferences=preferences)
    first = journeys[0].legs[0]
    assert isinstance(first, WalkLeg)
    assert not first.on_streets
    assert first.distance_m == pytest.approx(0.004 * 111_195 * 1.3, abs=2)
    assert told(town, journeys[0]).endswith("R3 D 8:05-8:08 B")


def test_two_streets_that_do_not_meet_are_not_walked_between(ask: Ask, town: TinyNetwork) -> None:
    near = ask(door("a"), door("c"), "8:00", preferences=Preferences(walk_mps=1.0, max_rides=1))
    assert all(journey.rides == 1 for journey in near)


def test_a_slow_walker_with_time_to_spare_changes_later() -> None:
    tiny = network(
        LINES
        + """
    R4
    E     F
    8:35  8:40
    8:40  8:45
    8:45  8:50

    C ~ 2m ~ E
    """
    )
    planner = Planner(
        tiny.timetable._replace(stop_lat=np.arange(6.0), stop_lon=np.arange(6.0)), None
    )
    ends = [Place(float(at), float(at), at) for at in (0, 5)]
    at = tiny.midnight + parse_hms("8:10")
    query = PlanQuery(*ends, at, window_s=60, now=at)
    usual = replace(PREFERENCES, walk_mps=1.33)

    def asked(**preferences: float) -> str:
        (journey,) = planner.plan(replace(query, preferences=replace(usual, **preferences)))
        return told(tiny, journey).partition("8:30 C | ")[2]

    assert asked() == "walk 408570 8:30-8:32 | R4 E 8:35-8:40 F"
    assert asked(walk_mps=0.5) == "walk 408570 8:30-8:35:20 | R4 E 8:40-8:45 F"
    assert asked(transfer_buffer_s=240) == "walk 408570 8:30-8:32 | R4 E 8:40-8:45 F"
    assert (
        asked(walk_mps=0.5, transfer_buffer_s=300) == "walk 408570 8:30-8:35:20 | R4 E 8:45-8:50 F"
    )


def test_every_journey_is_a_chain_without_gaps(ask: Ask, town: TinyNetwork) -> None:
    for journey in ask(door("P"), door("Q"), "8:00"):
        for before, after in zip(journey.legs, journey.legs[1:], strict=False):
            assert before.arrival <= after.departure
            assert (before.destination.lat, before.destination.lon) == (
                after.origin.lat,
                after.origin.lon,
            )
        assert all(leg.departure <= leg.arrival for leg in journey.legs)


def test_the_platforms_of_a_station_are_all_its_own(town: TinyNetwork) -> None:
    station = np.full(town.timetable.n_stops, NONE, dtype=np.int32)
    station[[town.stops.index("A"), town.stops.index("D")]] = town.stops.index("B")
    planner = Planner(town.timetable._replace(stop_station=station), None)
    place = stop(town, "B")
    near = planner.footways.stops_near(place, 0, 1.0)
    assert {town.stops[index] for index in near.stop} == {"A", "B", "D"}
    assert near.seconds.tolist() == [0, 0, 0]


def test_over_a_station_any_of_its_platforms_will_do(town: TinyNetwork) -> None:
    station = np.full(town.timetable.n_stops, NONE, dtype=np.int32)
    station[town.stops.index("B")] = town.stops.index("D")
    planner = Planner(town.timetable._replace(stop_station=station), None)
    over = (Via(stop(town, "D"), stay_s=600),)
    asked = PlanQuery(
        stop(town, "A"),
        stop(town, "C"),
        town.midnight + parse_hms("8:00"),
        window_s=1200,
        preferences=Preferences(max_walk_s=0),
    )
    assert [told(town, journey) for journey in planner.plan(replace(asked, vias=over))] == [
        "R1 A 8:10-8:20 B | R1 B 8:50-9:00 C"
    ]


WALKS = network(
    """
    R1
    A      B
    8:00   8:10

    R2
    E      C
    9:00   9:10

    B ~ 5m ~ E
    """
)


@pytest.mark.parametrize(
    ("via", "walk"),
    [("B", "8:55-9:00"), ("E", "8:10-8:15"), (None, "8:10-8:15")],
)
def test_the_stay_is_where_the_rider_wants_it(via: str | None, walk: str) -> None:
    """Who stays at B walks at the end of the stay; who stays at E walks before it."""

    def at(letter: str) -> Place:
        index = WALKS.stops.index(letter)
        return Place(*(float(axis[index]) for axis in WALKS.timetable[:2]), index)

    vias = () if via is None else (Via(at(via), stay_s=1800),)
    asked = PlanQuery(at("A"), at("C"), WALKS.midnight + parse_hms("7:50"), vias=vias)
    [journey] = Planner(WALKS.timetable, None).plan(asked)
    times = [leg - WALKS.midnight for leg in (journey.legs[1].departure, journey.legs[1].arrival)]
    assert "-".join(format_hms(time) for time in times) == walk
