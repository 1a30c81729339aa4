"""Vehicles at the start, at the end and all the way, around a train, between two streets.

Both streets are 700 m long, and no street leads from one to the other. Walking 1 m/s and not more
than 60 m at either end without a vehicle; riding 4.5 m/s, unlocking 60 s, locking 30 s.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from routing.journey import Journey, RideLeg, StreetLeg
from routing.planner import Planner
from routing.query import Place, PlanQuery, Preferences, TimeKind
from routing.sharing.parking import Parking
from routing.sharing.supply import Supply
from routing.sharing.wishes import VehicleWishes
from routing.street.hierarchy import build_hierarchies
from routing.street.profile import Profile
from routing.timetable import BIKES
from tests.support.rentals import letter_at, network_of, supply_of
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
LINES = """
    R1
    Q     R
    8:10  8:30
    8:40  9:00
"""


@cache
def town(bikes: bool = False) -> TinyNetwork:
    tiny = network(LINES)
    lat, lon = zip(*(STREETS.at(name) for name in tiny.stops), strict=True)
    timetable = tiny.timetable._replace(stop_lat=np.array(lat), stop_lon=np.array(lon))
    if bikes:
        timetable = timetable._replace(trip_flags=np.array([0, BIKES], np.uint8))
    return replace(tiny, timetable=timetable)


@cache
def planner(bikes: bool = False) -> Planner:
    return Planner(town(bikes).timetable, network_of(STREETS))


def asked(begin: int = 0, **wishes) -> PlanQuery:
    """Return the question from P to T from 8:00 on."""
    walking = Preferences(
        max_walk_s=60, max_direct_walk_s=60, walk_mps=1.0, vehicles=VehicleWishes(**wishes)
    )
    ends = (Place(*STREETS.at(door)) for door in "PT")
    return PlanQuery(*ends, town().midnight + 8 * 3600 + begin, window_s=3600, preferences=walking)


def line(journey: Journey) -> str:
    """Return a journey as text: seconds, vehicles and letters."""
    words = []
    for leg in journey.legs:
        ends = [letter_at(end.lat, end.lon, STREETS) for end in (leg.origin, leg.destination)]
        if isinstance(leg, RideLeg):
            words += ["{}{}".format(*ends)]
        elif isinstance(leg, StreetLeg):
            kind = "rent" if leg.rental else "park" if leg.parking else "own"
            words += ["{}-{}{}".format(kind, *ends)]
        else:
            words += [f"{leg.arrival - leg.departure}s"]
    return f"{town().clock(journey.departure)[:8]} {' '.join(words)} {town().clock(journey.arrival)[:8]}"


def lines(text: str, *, constraint: str = "any_station", **wishes) -> list[str]:
    supply = supply_of(text, STREETS, constraint)
    return [
        line(one) for one in planner().with_supply(supply, town().midnight).plan(asked(**wishes))
    ]


START = """
    station S at a bikes=1 docks=0
    station T at f docks=1
"""
END = """
    station U at g bikes=1 docks=0
    station V at l docks=1
"""


def test_nothing_without_vehicles() -> None:
    assert lines("") == []
    assert lines(START) == []
    assert lines(END) == []


def test_at_the_start_and_at_the_end() -> None:
    # 100 s walk, 60 + 112 + 30 s rental, 100 s walk: 402 s
    assert lines(START + END) == [
        "8:03:18 100s rent-af 100s QR 100s rent-gl 100s 8:36:42",
        "8:33:18 100s rent-af 100s QR 100s rent-gl 100s 9:06:42",
    ]


def test_the_legs_follow_each_other() -> None:
    supply = supply_of(START + END, STREETS)
    for journey in planner().with_supply(supply, town().midnight).plan(asked()):
        for leg, after in zip(journey.legs, journey.legs[1:], strict=False):
            assert leg.arrival == after.departure or isinstance(after, RideLeg)
            assert (leg.destination.lat, leg.destination.lon) == (
                after.origin.lat,
                after.origin.lon,
            )


def test_rentals_say_who_rents_what_where_and_for_how_much() -> None:
    supply = supply_of(START + END, STREETS)
    journey = planner().with_supply(supply, town().midnight).plan(asked())[0]
    rental = next(leg.rental for leg in journey.legs if isinstance(leg, StreetLeg))
    assert (rental.system, rental.vehicle_type, rental.vehicle) == ("s", "bike", None)
    assert (rental.pick_up_station, rental.return_station) == ("S", "T")
    assert (rental.price_minor, rental.currency) == (140, "EUR")


def test_the_one_vehicle_is_not_taken_twice() -> None:
    # v is at the stop where the train starts and, as it were, at the one where it arrives
    text = """
        station S at a docks=0
        bike v at a station=S
        station T at f docks=1
        station U at g docks=0
        bike v at g station=U
        station V at l docks=1
    """
    assert lines(text) == []
    assert len(lines(text.replace("bike v at g", "bike w at g"))) == 2


def test_a_vehicle_must_be_back_in_time() -> None:
    supply = START.replace("bikes=1", "") + "bike v at a station=S until={}\n" + END
    midnight = town().midnight
    # the rental of the first train ends at 8:08:20, that of the second at 8:38:20
    first, both = (
        lines(supply.format(midnight + 8 * 3600 + second)) for second in (8 * 60 + 20, 38 * 60 + 20)
    )
    assert [len(first), len(both)] == [1, 2]
    assert lines(supply.format(midnight + 8 * 3600 + 8 * 60 + 19)) == []


@pytest.mark.parametrize(
    ("start", "end", "count"), [(0, 12, 1), (0, 8, 0), (4, 40, 2), (30, 40, 1), (36, 38, 0)]
)
def test_a_reserved_vehicle_is_ridden_within_its_slot(start: int, end: int, count: int) -> None:
    eight = town().midnight + 8 * 3600
    slot = f"slot v at S start={eight + start * 60} end={eight + end * 60}\n"
    assert len(lines(START.replace("bikes=1", "") + slot + END)) == count


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [(0, 66, 2), (0, 65, 1), (0, 36, 1), (0, 35, 0), (10, 66, 1), (40, 70, 0)],
)
def test_a_rental_begins_and_ends_while_its_system_is_open(
    start: int, end: int, count: int
) -> None:
    eight = town().midnight + 8 * 3600
    hours = ((eight - 7200, eight - 3600), (eight + start * 60, eight + end * 60))
    supply = supply_of(START + END, STREETS)
    supply = Supply((replace(supply.systems[0], hours=hours),), 1)
    found = planner().with_supply(supply, town().midnight).plan(asked())
    assert len(found) == count, [line(one) for one in found]


def test_only_vehicles_that_the_rider_takes() -> None:
    assert lines(START + END, rentals=False) == []
    assert lines(START + END, form_factors=frozenset({"car"})) == []
    assert lines(START + END, banned_systems=frozenset({"s"})) == []
    assert len(lines(START + END, form_factors=frozenset({"bicycle"}))) == 2


def test_arriving_by_a_time() -> None:
    supply = supply_of(START + END, STREETS)
    query = replace(asked(), kind=TimeKind.ARRIVE, time=town().midnight + 9 * 3600, window_s=3600)
    found = planner().with_supply(supply, town().midnight).plan(query)
    assert [line(one) for one in found] == [
        "8:03:18 100s rent-af 100s QR 100s rent-gl 100s 8:36:42"
    ]


def test_all_the_way_by_a_rented_vehicle() -> None:
    ends = (Place(*STREETS.at(door)) for door in "PQ")
    query = PlanQuery(*ends, town().midnight + 8 * 3600, preferences=asked().preferences)
    found = planner().with_supply(supply_of(START, STREETS), town().midnight).plan(query)
    assert [line(one) for one in found] == ["8:00 100s rent-af 100s 8:06:42"]


# --- vehicles of one's own


@pytest.mark.parametrize(("max_direct_s", "count"), [(156, 1), (155, 0)])
@pytest.mark.parametrize("long_ways", [False, True])
def test_all_the_way_by_an_own_vehicle(max_direct_s: int, count: int, long_ways: bool) -> None:
    # 700 m are 156 s; what may be ridden to a stop does not matter
    streets = network_of(STREETS)
    if long_ways:
        hierarchies = build_hierarchies(streets.nets, streets.graph.segment_length_dm)
        streets = replace(streets, hierarchies=hierarchies)
    wishes = VehicleWishes(own=Profile.BICYCLE, max_s=60, max_direct_s=max_direct_s)
    preferences = replace(asked().preferences, vehicles=wishes)
    ends = (Place(*STREETS.at(door)) for door in "PQ")
    query = PlanQuery(*ends, town().midnight + 8 * 3600, preferences=preferences)
    found = Planner(town().timetable, streets).plan(query)
    assert [line(one) for one in found] == ["8:00 own-PQ 8:02:36"] * count


def own(profile: Profile, *, bikes: bool = False, parking: tuple[Parking, ...] = ()) -> list[str]:
    known = planner(bikes).with_parking(parking)
    return [line(one) for one in known.plan(asked(own=profile))]


def test_a_bicycle_is_carried_where_trips_take_it() -> None:
    # 700 m are 156 s; the train at 8:10 takes none
    assert own(Profile.BICYCLE, bikes=True) == ["8:37:24 own-PQ QR own-RT 9:02:36"]
    assert own(Profile.BICYCLE) == []


def test_nobody_carries_a_car() -> None:
    assert own(Profile.CAR, bikes=True) == []


def place(profile: Profile, **room: int) -> Parking:
    return Parking("p", "At the station", *STREETS.at("f"), profile, **room)


@pytest.mark.parametrize(("profile", "ride_s"), [(Profile.BICYCLE, 134), (Profile.CAR, 60)])
def test_parked_at_the_station(profile: Profile, ride_s: int) -> None:
    # P to f is 600 m, parking takes 60 s, and 100 m to the train are walked
    known = planner().with_parking([place(profile, capacity=5)])
    query = replace(asked(own=profile), destination=Place(*STREETS.at("R")))
    [first, _] = known.plan(query)
    assert line(first).split()[1:] == ["park-Pf", "100s", "QR", "0s", "8:30"]
    assert first.legs[0].arrival - first.legs[0].departure == ride_s + 60
    assert first.legs[0].parking is not None


@pytest.mark.parametrize("room", [{"capacity": 0}, {"capacity": 9, "free": 0}])
def test_no_room_to_park(room: dict[str, int]) -> None:
    known = planner().with_parking([place(Profile.CAR, **room)])
    query = replace(asked(own=Profile.CAR), destination=Place(*STREETS.at("R")))
    assert known.plan(query) == []


def test_a_bicycle_is_not_parked_where_cars_are() -> None:
    known = planner().with_parking([place(Profile.CAR)])
    query = replace(asked(own=Profile.BICYCLE), destination=Place(*STREETS.at("R")))
    assert known.plan(query) == []
