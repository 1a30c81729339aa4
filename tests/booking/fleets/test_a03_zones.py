"""Where a rental may end: the first zone in force that holds the place decides, else the fleet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.domain.zones import may_end
from routing.sharing.supply import Ring, Zone
from tests.support.fleets import boxes
from tests.support.shop import NOON


def square(south: float, west: float, size: float) -> Ring:
    north, east = south + size, west + size
    return (south, west), (south, east), (north, east), (north, west), (south, west)


TOWN = ((square(51.0, 7.0, 1.0), square(51.4, 7.4, 0.2)),)
IN_TOWN, IN_THE_HOLE, ELSEWHERE = (51.2, 7.2), (51.5, 7.5), (53.0, 7.2)
THEN = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("zones", "town", "hole", "elsewhere"),
    [
        ((), False, False, False),
        ((Zone(TOWN),), True, False, False),
        ((Zone(TOWN, end_allowed=False), Zone(TOWN)), False, False, False),
        ((Zone(TOWN, station_parking=True),), False, False, False),
        ((Zone(TOWN, types=frozenset({"scooter"})),), True, False, False),
        ((Zone(TOWN, types=frozenset({"car"})),), False, False, False),
        ((Zone(TOWN, end=THEN),), False, False, False),
        ((Zone(TOWN, start=THEN, end=THEN + 1),), True, False, False),
    ],
)
def test_where_it_may_be_left(
    zones: tuple[Zone, ...], *, town: bool, hole: bool, elsewhere: bool
) -> None:
    fleet = replace(boxes()[0], zones=zones, end_allowed=False)
    for place, expected in ((IN_TOWN, town), (IN_THE_HOLE, hole), (ELSEWHERE, elsewhere)):
        assert may_end(fleet, "scooter", *place, NOON) is expected


def test_outside_of_zones_the_fleet_decides() -> None:
    fleet = replace(boxes()[0], zones=(Zone(TOWN, end_allowed=False),), end_allowed=True)
    assert may_end(fleet, "scooter", *ELSEWHERE, NOON)
    assert not may_end(fleet, "scooter", *IN_TOWN, NOON + timedelta(days=1))
