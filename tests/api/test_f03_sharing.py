"""Shared vehicles of the running installation: in plans, on the map, and as of this moment."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kommit.bootstrap.supply import SharedVehicles
from routing.sharing.supply import SharingSystem, Vehicle, Zone
from tests.support.shop import NOON, MovableClock


def system(name: str = "s", **traits) -> SharingSystem:
    return SharingSystem(name, "Name", "Op", "Europe/Berlin", {}, {}, **traits)


def gathered(*given: SharingSystem | None) -> tuple[SharedVehicles, list[SharingSystem | None]]:
    told = list(given)

    def sources() -> list[Callable[[], SharingSystem | None]]:
        return [lambda n=n: told[n] for n in range(len(told))]  # type: ignore[misc]

    return SharedVehicles([sources], MovableClock()), told


def test_nothing_new_is_the_same_supply() -> None:
    shared, told = gathered(system("a"), None)
    first = shared.gather()
    assert [one.id for one in first.supply.systems] == ["a"]
    told[0] = system("a")
    assert shared.gather() is first
    told[1] = system("b", vehicles=(Vehicle("v", "t", 51.0, 7.0),))
    second = shared.gather()
    assert second.supply.number > first.supply.number
    assert len(second.supply.systems) == 2
    told[0] = None
    assert [one.id for one in shared.gather().supply.systems] == ["b"]


def test_of_two_systems_with_one_id_the_first_is_believed() -> None:
    shared, _ = gathered(system("a"), replace(system("a"), name="Other"))
    assert [one.name for one in shared.gather().supply.systems] == ["Name"]


@pytest.mark.parametrize("edge", ["start", "end"])
def test_a_zone_that_begins_or_ends_is_news(edge: str) -> None:
    begins = int(NOON.timestamp()) + 60
    shared, _ = gathered(system(zones=(Zone((), **{edge: begins}),)))
    clock = shared._clock
    first = shared.gather()
    clock.at = NOON.replace(second=59)  # type: ignore[attr-defined]
    assert shared.gather() is first
    clock.at = NOON.replace(minute=1)  # type: ignore[attr-defined]
    second = shared.gather()
    assert second.moment == begins
    assert second.supply.number > first.supply.number
    assert shared.gather() is second
