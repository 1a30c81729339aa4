"""Each rule of renting, riding and returning as a tiny town; walking 1 m/s, riding 4.5 m/s.

Letters are 100 m apart: a block takes 100 s on foot and 22.2 s by bike; unlocking takes 60 s and
locking 30 s. Stops are ``A`` and ``H``.
"""

import numpy as np
import pytest

from routing.sharing.found import Found, RentalWay, Rider
from routing.sharing.ground import Ground
from routing.sharing.rental_search import RentalSearch
from routing.sharing.ridden import path_of
from routing.sharing.stock import classes_of
from tests.support.rentals import line_of, network_of, place_of, supply_of
from tests.support.streets import Drawing

STREET = Drawing(
    """
    A.B.C.D.E.F.G.H
    ..I.J.K.L.M.N..

    ABCDEFGH
    BI
    IJKLMN
    NG
    """
)
NETWORK = network_of(STREET)
STOPS = "AH"
GROUND = Ground(NETWORK, *np.array([STREET.at(stop) for stop in STOPS]).T.copy())
WALKER = Rider(1.0, 3600)
NOW = 1000


def search(text: str, constraint: str) -> RentalSearch:
    return RentalSearch(GROUND, classes_of(supply_of(text, STREET, constraint), NOW))


def best(found: list[Found], stop: str) -> RentalWay | None:
    ways = [f.way(STOPS.index(stop)) for f in found if f.seconds[STOPS.index(stop)] <= 3600]
    return min(ways, key=lambda way: way.seconds, default=None)


def ahead(
    text: str, *, constraint: str = "any_station", origin: str = "A", rider: Rider = WALKER
) -> str:
    """Return the way from a point to stop H."""
    found = search(text, constraint).ahead(place_of(origin, STREET), rider)
    return line_of(best(found, "H"), STREET)


def back(
    text: str, *, constraint: str = "any_station", goal: str = "H", rider: Rider = WALKER
) -> str:
    """Return the way from stop A to a point."""
    found = search(text, constraint).back(place_of(goal, STREET), rider)
    return line_of(best(found, "A"), STREET)


def direct(text: str, *, constraint: str = "any_station", rider: Rider = WALKER) -> str:
    """Return the way from A to H without stops."""
    found = search(text, constraint).ahead(STREET.at("A"), rider, STREET.at("H"))
    ways = [each.direct for each in found if each.direct is not None]
    return line_of(min(ways, key=lambda way: way.seconds, default=None), STREET)


EVERY = pytest.mark.parametrize("ask", [ahead, back, direct])

TWO_STATIONS = """
    station S at B bikes=1 docks=0
    station T at G docks=1
"""


@EVERY
def test_walk_ride_and_walk(ask) -> None:
    assert ask(TWO_STATIONS) == "walk 100 | B bike 202 G:T | walk 100"


@EVERY
def test_a_full_station_takes_none_back(ask) -> None:
    assert ask(TWO_STATIONS.replace("T at G docks=1", "T at G docks=0")) == "none"


@EVERY
def test_another_station_takes_it_back_instead(ask) -> None:
    text = TWO_STATIONS.replace("T at G docks=1", "T at G docks=0") + "station U at E docks=3"
    assert ask(text) == "walk 100 | B bike 157 E:U | walk 300"


@EVERY
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("bikes=1", "bikes=0"),
        ("bikes=1", "bikes=1 renting=no"),
        ("docks=1", "docks=1 returning=no"),
    ],
)
def test_a_station_that_gives_or_takes_none(ask, before: str, after: str) -> None:
    assert ask(TWO_STATIONS.replace(before, after)) == "none"


@EVERY
def test_a_vehicle_that_must_come_back_is_none_for_one_way(ask) -> None:
    assert ask(TWO_STATIONS, constraint="roundtrip_station") == "none"


@EVERY
def test_left_free_before_the_door(ask) -> None:
    assert ask("bike v at B", constraint="free_floating") == "walk 100 | B bike 224 H | walk 0"


@EVERY
def test_station_only_vehicles_are_not_left_free(ask) -> None:
    assert ask("bike v at B") == "none"


@EVERY
def test_a_zone_where_rides_may_not_end(ask) -> None:
    text = "bike v at B\nzone GH end=no"
    assert ask(text, constraint="free_floating") == "walk 100 | B bike 224 N | walk 200"


@EVERY
def test_a_zone_in_which_only_stations_take_vehicles(ask) -> None:
    text = "bike v at B\nzone GH parking=station\nstation T at G"
    assert ask(text, constraint="free_floating") == "walk 100 | B bike 202 G:T | walk 100"


@EVERY
def test_a_zone_where_rides_may_not_begin(ask) -> None:
    assert ask("bike v at B\nzone AB start=no", constraint="free_floating") == "none"


@EVERY
def test_the_first_zone_decides(ask) -> None:
    text = "bike v at B\nzone H end=yes\nzone GH end=no"
    assert ask(text, constraint="free_floating") == "walk 100 | B bike 224 H | walk 0"


@EVERY
def test_around_a_zone_that_may_not_be_ridden_through(ask) -> None:
    text = TWO_STATIONS + "zone DE through=no"
    assert ask(text) == "walk 100 | B bike 246 G:T | walk 100"


@EVERY
def test_slowly_through_a_zone_with_a_limit(ask) -> None:
    # the whole street from B to G is one segment, of which the limit holds all
    text = TWO_STATIONS + "zone DEKL speed=2.25"
    assert ask(text) == "walk 100 | B bike 313 G:T | walk 100"


@EVERY
def test_no_way_through_at_all(ask) -> None:
    assert ask(TWO_STATIONS + "zone DK through=no") == "none"


@EVERY
@pytest.mark.parametrize(
    ("range_m", "line"), [(588, "walk 100 | B bike 202 G:T | walk 100"), (587, "none")]
)
def test_the_battery_reaches_with_a_reserve(ask, range_m: int, line: str) -> None:
    # 500 m and a reserve of 15 %: 588 - 88, but 587 - 88 is less
    text = f"station S at B docks=0\nbike v at B station=S range={range_m}\nstation T at G docks=1"
    assert ask(text) == line


@EVERY
def test_a_vehicle_farther_away_with_a_better_battery(ask) -> None:
    text = """
        station S at A docks=0
        bike weak at A station=S range=500
        station U at B docks=0
        bike strong at B station=U range=5000
        station T at G docks=1
    """
    assert ask(text) == "walk 100 | B bike 202 G:T | walk 100"


@EVERY
def test_back_to_its_home_only(ask) -> None:
    text = "bike v at B home=U\nstation T at G\nstation U at E"
    assert ask(text) == "walk 100 | B bike 157 E:U | walk 300"


@EVERY
def test_a_station_with_an_area(ask) -> None:
    text = "station S at B bikes=1 docks=0\nstation T at E area=GH docks=1"
    assert ask(text) == "walk 100 | B bike 224 H:T | walk 0"


@EVERY
def test_the_whole_way_takes_no_longer_than_asked(ask) -> None:
    assert ask(TWO_STATIONS, rider=Rider(1.0, 402)) != "none"
    assert ask(TWO_STATIONS, rider=Rider(1.0, 401)) == "none"


@EVERY
def test_nobody_walks_far_to_a_vehicle_or_from_a_dock(ask) -> None:
    # 600 m at most; C is 600 m from H without the vehicle
    text = "station S at H bikes=1 docks=0\nstation T at A docks=1"
    assert ask(text) == "none"


def test_the_way_is_found_again_with_its_streets() -> None:
    text = TWO_STATIONS + "zone DE through=no"
    way = best(search(text, "any_station").ahead(STREET.at("A"), WALKER), "H")
    path = path_of(way)
    assert (path.seconds, path.metres) == (156, 700)
    assert path.metres * 10 == pytest.approx(way.length_dm, abs=20)
    assert (path.lat[0], path.lon[0]) == pytest.approx(STREET.at("B"))
    assert (path.lat[-1], path.lon[-1]) == pytest.approx(STREET.at("G"))


def test_the_price_is_that_of_the_plan() -> None:
    [rental] = classes_of(supply_of(TWO_STATIONS, STREET), NOW)
    assert (rental.price_minor(202, 500), rental.currency) == (140, "EUR")
