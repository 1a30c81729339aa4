"""A process is killed between check-out and bill, or at any commit: nothing is lost, or paid twice."""

import os
from dataclasses import dataclass
from uuid import UUID

import pytest

from booking.adapters.database import Database
from tests.support.cico import MONDAY, Terminal, at
from tests.support.dying import COMMITS_EXIT, Death, DyingStore, run
from tests.support.shop import MovableClock

DEATHS = [Death(n, after) for n in (1, 2) for after in (False, True)]


@dataclass(frozen=True)
class Ending:
    """A check-out in a process that dies."""

    url: str
    trip_id: UUID
    rider_id: UUID
    death: Death


def end(ending: Ending) -> None:
    """Check out, and die as told. Exit with the number of commits otherwise."""
    database = Database(ending.url, durable=False, pool_size=1)
    store = DyingStore(database, ending.death)
    terminal = Terminal(database, MovableClock(MONDAY.replace(hour=7)), store)
    terminal.trips.check_out(ending.trip_id, ending.rider_id, at("B"))
    os._exit(COMMITS_EXIT + store.commits)


def test_a_check_out_has_two_commits(terminal: Terminal, database_url: str) -> None:
    rider = terminal.rider()
    trip, _ = terminal.trips.check_in(rider, at("A"), _one())
    assert run(end, Ending(database_url, trip.id, rider, Death())) == COMMITS_EXIT + 2


@pytest.mark.parametrize("death", DEATHS, ids=str)
def test_killed(terminal: Terminal, database_url: str, death: Death) -> None:
    rider = terminal.rider()
    trip, _ = terminal.trips.check_in(rider, at("A"), _one())
    assert run(end, Ending(database_url, trip.id, rider, death)) == -9
    terminal.clock.move(hours=1)
    left = terminal.trips.get(trip.id, rider)
    assert left.state == ("checked_in" if death == DEATHS[0] else left.state)
    assert left.state != "checked_in" or terminal.money(rider) == (10_000, 0)
    terminal.trips.bill_all()
    again = terminal.trips.check_out(trip.id, rider, at("B"))
    assert (again.state, again.price.total.minor) == ("billed", 300)
    assert terminal.money(rider) == (9_700, 0)
    assert (terminal.owed(), terminal.difference()) == (300, 0)
    assert terminal.events().count("billed") == 1


def _one() -> tuple[object, ...]:
    from booking.domain.passengers import group

    return group(["adult"])
