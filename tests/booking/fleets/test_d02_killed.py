"""A process is killed (SIGKILL) at every commit of a rental, and another goes on.

The boxes are a real server that both talk to. Whatever the moment: a door is opened once, a rider
who stands before an open box has an active rental, and no bicycle is lost.
"""

import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from booking.adapters.database import Database
from booking.adapters.fleet_tables import RentalRow
from booking.adapters.locks.simulator import Fault
from booking.domain.fleets import VehicleState
from booking.domain.locks import LockPoint
from booking.domain.rentals import Rental
from tests.support.box_server import BoxServer
from tests.support.dying import COMMITS_EXIT, Death, run
from tests.support.fleets import FLEET, Yard
from tests.support.renting import Outing, recover, ride
from tests.support.shop import NOON

SOON = NOON + timedelta(seconds=31)
"""The lease has ended, and a door may still be opened."""
LATE = NOON + timedelta(seconds=61)
"""No door is opened any more: the rider may be gone."""

WORDS = {
    "kept": ("open",),
    "stuck": ("open",),
    "brought back": ("open", "close", "open", "close", "return"),
}
COMMITS = {"kept": 3, "stuck": 4, "brought back": 11}
"""Undisturbed: the reservation, then two an action; a door that is stuck is one more."""
FIRST = {"kept": 1, "stuck": 1, "brought back": 10}
"""The commits before are those of the others."""
DEATHS = [
    pytest.param(kind, Death(commit, after), id=f"{kind}-{Death(commit, after)}")
    for kind, commits in COMMITS.items()
    for commit in range(FIRST[kind], commits + 1)
    for after in (False, True)
]
NEVER = Death()
BOXES = [LockPoint(FLEET, f"cb-{n}", "meadow", n) for n in (1, 2)]


@pytest.fixture
def yard(database: Database) -> Yard:
    return Yard(database).fill()


class Moment:
    """The boxes' clock, which goes with that of whoever talks to them."""

    at = NOON

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def boxes(moment: Moment) -> Iterator[BoxServer]:
    server = BoxServer(moment.now)
    yield server
    server.close()


def outing(url: str, boxes: BoxServer, kind: str, death: Death = NEVER) -> Outing:
    if kind == "stuck":
        boxes.locks.break_(BOXES[0], Fault.STUCK)
    return Outing(url, boxes.url, WORDS[kind], death, UUID(int=7))


def rental_of(yard: Yard) -> Rental | None:
    with yard.database.readers() as session:
        found = session.scalars(select(RentalRow.id)).one_or_none()
    return None if found is None else yard.rental(found)


def opened(boxes: BoxServer) -> list[int]:
    return [boxes.locks.times_opened(box) for box in BOXES]


def check_in_order(yard: Yard, boxes: BoxServer, rental: Rental) -> None:
    """Assert what must hold whenever nobody is at a door."""
    assert rental.task is None
    states = {f"cb-{n}": yard.vehicle(f"cb-{n}").state for n in (1, 2)}
    out = {name for name, state in states.items() if state is VehicleState.IN_USE}
    assert out == ({rental.vehicle_id} if rental.state == "active" else set())
    if rental.state == "active":
        assert boxes.locks.times_opened(BOXES[int(rental.vehicle_id[-1]) - 1]) == 1
    if rental.state in {"reserved", "expired"}:
        assert opened(boxes) == [0, 0]
    journal = yard.journal(rental.id)
    assert journal.count("?open") == journal.count("open") + journal.count("!")


@pytest.mark.parametrize("kind", COMMITS)
def test_every_commit_of_a_rental_is_known(
    yard: Yard, boxes: BoxServer, database_url: str, kind: str
) -> None:
    assert run(ride, outing(database_url, boxes, kind)) == COMMITS_EXIT + COMMITS[kind]
    rental = rental_of(yard)
    assert rental is not None
    assert rental.state == ("returned" if kind == "brought back" else "active")
    assert opened(boxes) == {"kept": [1, 0], "stuck": [0, 1], "brought back": [2, 0]}[kind]


@pytest.mark.parametrize(("kind", "death"), DEATHS)
def test_another_process_goes_on(
    yard: Yard, boxes: BoxServer, moment: Moment, database_url: str, kind: str, death: Death
) -> None:
    assert run(ride, outing(database_url, boxes, kind, death)) == -signal.SIGKILL
    moment.at = SOON
    assert run(recover, database_url, boxes.url, SOON, Death()) >= COMMITS_EXIT

    done = death.commit if death.after else death.commit - 1
    rental = rental_of(yard)
    assert (rental is None) is (done == 0)
    if rental is None:
        return
    if kind == "brought back":
        assert rental.state == ("active" if done == 9 else "returned")
        assert yard.vehicle("cb-1").rentals == (rental.state == "returned")
        return
    assert rental.state == ("reserved" if done == 1 else "active")
    check_in_order(yard, boxes, rental)


@pytest.mark.parametrize("after", [False, True], ids=["before it opened", "after it opened"])
def test_a_minute_later_a_door_is_only_looked_at(
    yard: Yard, boxes: BoxServer, moment: Moment, database_url: str, after: bool
) -> None:
    death = Death(3) if after else Death(2, after=True)
    assert run(ride, outing(database_url, boxes, "kept", death)) == -signal.SIGKILL
    assert opened(boxes) == [int(after), 0]
    moment.at = LATE
    assert run(recover, database_url, boxes.url, LATE, Death()) >= COMMITS_EXIT
    rental = rental_of(yard)
    assert rental is not None
    assert (rental.state, rental.vehicle_id) == ("active", "cb-1" if after else "cb-2")
    check_in_order(yard, boxes, rental)


@pytest.mark.parametrize("commit", [1, 2, 3])
def test_the_process_that_goes_on_is_killed_too(
    yard: Yard, boxes: BoxServer, moment: Moment, database_url: str, commit: int
) -> None:
    wanted = outing(database_url, boxes, "stuck", Death(2, after=True))
    assert run(ride, wanted) == -signal.SIGKILL
    moment.at = SOON
    first, second = SOON, SOON + timedelta(seconds=31)
    killed = run(recover, database_url, boxes.url, first, Death(commit, after=True))
    assert killed == -signal.SIGKILL
    moment.at = second
    run(recover, database_url, boxes.url, second, Death())
    rental = rental_of(yard)
    assert rental is not None
    assert rental.state in {"active", "failed"}
    check_in_order(yard, boxes, rental)
