"""Doors for rentals: every action is journalled before a lock is told, and survives the process.

::

    reserved ─ ?open ─ open ─ (?pause ─ pause ─ ?resume ─ resume)… ─ ?return ─ return
                 └─ ! ─ move ─ ?open …      the door did not open: another vehicle of the station
                    └─ failed               there is none: released, nothing is charged

``?x`` is written, with who does it and until when, before the lock is told; ``x`` with what follows
from it afterwards. Whoever finds a ``?x`` without an owner tells the lock again, with the same key:
a lock moves once for a key. A door that was to be moved a while ago is not moved any more, since
the rider may be gone: the lock is looked at, and if it stayed as it was, that is a refusal.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.errors import BookingError, BoxDidNotOpen, RentalBusy, RentalRefused
from booking.domain.fleets import VehicleState
from booking.domain.lock_errors import LockError, LockRefused, LockUnreachable
from booking.domain.locks import LockPoint, LockReport, shows
from booking.domain.rentals import Action, Rental, RentalState, Task
from booking.service.locks import Locks
from booking.service.ports import LeaseLost, Store, UnitOfWork
from booking.service.rental_steps import Spot, check_return, fail_over, finish, is_pick_up
from booking.service.reservations import BATCH, own
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=30)
"""Longer than any adapter waits for a lock."""
RETRY_AFTER: Final = timedelta(seconds=10)
"""How long a lock that gave no answer is left alone."""
MOVE_WITHIN: Final = timedelta(seconds=60)
"""How long after it was asked for a door is still moved; a return, which moves none, is tried for
as long as it takes."""


class Rentals:
    """What riders do with the doors of their rentals.

    Parameters
    ----------
    locks
        Moves the doors.
    lease
        How long a process may be silent before another goes on.
    """

    def __init__(
        self, store: Store, clock: Clock, locks: Locks, *, lease: timedelta = LEASE
    ) -> None:
        self._store, self._clock, self._locks, self._lease = store, clock, locks, lease

    def act(
        self, rental_id: UUID, rider_id: UUID, action: Action, spot: Spot | None = None
    ) -> Rental:
        """Open, close, pause, resume or return, and return the rental as it is then.

        Parameters
        ----------
        spot
            For a return: the station, or where a free-floating vehicle is left.

        Raises
        ------
        RentalNotFound, RentalRefused, RentalBusy
            Nothing was done.
        BoxDidNotOpen
            The door stayed shut and there was no other vehicle; the rental has ended.
        LockRefused, LockJammed
            The lock said no; the rental is as before.
        LockUnreachable
            No answer; it is tried again without the rider's doing, look at the rental later.
        """
        owner = str(uuid7())

        def begin(uow: UnitOfWork) -> Rental:
            rental, now = own(uow, rental_id, rider_id), self._clock.now()
            if rental.task is not None:
                return self._taken_over(uow, rental, action, owner, now)
            if (action, rental.state) == (Action.RETURN, RentalState.RETURNED):
                return rental
            rental.check(action, now)
            notes = check_return(uow, rental, spot, now) if action is Action.RETURN else {}
            self._journal(uow, rental, action, owner, notes)
            if is_pick_up(rental) and not _is_there(uow, rental):
                if now < rental.span.start:
                    raise RentalRefused("the vehicle is not back yet, and its time has not begun")
                fail_over(uow, rental, "the vehicle is not there", now, is_broken=False)
            uow.rentals.save(rental)
            return rental

        rental = in_transaction(self._store, begin)
        try:
            self._drive(rental, owner)
        except LeaseLost:
            log.warning("the door of rental %s was taken over", rental_id)
        with self._store.read() as uow:
            return own(uow, rental_id, rider_id)

    def resume_all(self, now: datetime) -> int:
        """Go on with what nobody drives any more; return how much came to an end."""
        with self._store.read() as uow:
            abandoned = uow.rentals.list_abandoned(now, BATCH)
        return sum(self._resume(rental_id) for rental_id in abandoned)

    # --- the journal

    def _journal(
        self, uow: UnitOfWork, rental: Rental, action: Action, owner: str, notes: Mapping[str, str]
    ) -> None:
        now = self._clock.now()
        rental.actions += 1
        rental.task = Task(action, rental.actions, now, owner, now + self._lease)
        uow.rentals.save(rental)
        uow.rentals.record(rental.id, f"?{action}", notes, now)

    def _taken_over(
        self, uow: UnitOfWork, rental: Rental, action: Action, owner: str, now: datetime
    ) -> Rental:
        task = rental.task
        if task is None or task.action is not action or (task.owner and now < task.lease_until):
            raise RentalBusy
        rental.task = replace(task, owner=owner, lease_until=now + self._lease)
        uow.rentals.save(rental)
        return rental

    # --- driving

    def _drive(self, rental: Rental, owner: str) -> None:
        """Tell locks until nothing is under way; raise what the rider has to know."""
        while rental.task is not None:
            task, pick_up = rental.task, is_pick_up(rental)
            try:
                report = self._tell(rental, task)
            except LockRefused as refusal:
                rental = self._refused(rental, owner, str(refusal))
                if not pick_up:
                    raise
            except LockUnreachable:
                self._postpone(rental, owner)
                raise
            else:
                rental = self._done(rental, owner, report)
        if rental.state is RentalState.FAILED:
            raise BoxDidNotOpen

    def _tell(self, rental: Rental, task: Task) -> LockReport:
        point, key = self._point(rental), f"{rental.id}:{task.number}"
        is_late = self._clock.now() - task.began_at > MOVE_WITHIN
        if not is_late or task.action is Action.RETURN:
            return self._locks.act(task.action, point, key)
        try:
            report = self._locks.look(point)
        except LockUnreachable as silence:
            raise LockRefused("the lock gave no answer for too long") from silence
        if shows(report, task.action):
            return report
        raise LockRefused(f"the lock did not {task.action} in time")

    def _point(self, rental: Rental) -> LockPoint:
        with self._store.read() as uow:
            vehicle = uow.fleets.vehicle(rental.fleet_id, rental.vehicle_id)
            notes = uow.rentals.journal(rental.id)[-1].notes
        station = notes.get("station", vehicle.station_id or vehicle.home_id)
        return LockPoint(vehicle.fleet_id, vehicle.id, station, vehicle.slot)

    def _done(self, rental: Rental, owner: str, report: LockReport) -> Rental:
        def work(uow: UnitOfWork) -> Rental:
            mine = _leased(uow, rental, owner)
            finish(uow, mine, report, self._clock.now())
            return mine

        return in_transaction(self._store, work)

    def _refused(self, rental: Rental, owner: str, why: str) -> Rental:
        def work(uow: UnitOfWork) -> Rental:
            mine, now = _leased(uow, rental, owner), self._clock.now()
            if is_pick_up(mine):
                fail_over(uow, mine, why, now, is_broken=True)
                if mine.task is not None:
                    mine.task = replace(mine.task, lease_until=now + self._lease)
            else:
                uow.rentals.record(mine.id, "!", {"why": why}, now)
                mine.task = None
            uow.rentals.save(mine)
            return mine

        return in_transaction(self._store, work)

    def _postpone(self, rental: Rental, owner: str) -> None:
        def work(uow: UnitOfWork) -> None:
            mine = _leased(uow, rental, owner)
            if mine.task is not None:
                until = self._clock.now() + RETRY_AFTER
                mine.task = replace(mine.task, owner="", lease_until=until)
                uow.rentals.save(mine)

        in_transaction(self._store, work)

    def _resume(self, rental_id: UUID) -> bool:
        owner = str(uuid7())

        def take(uow: UnitOfWork) -> Rental | None:
            rental, now = uow.rentals.get(rental_id), self._clock.now()
            if rental.task is None or rental.task.lease_until > now:
                return None
            return self._taken_over(uow, rental, rental.task.action, owner, now)

        try:
            rental = in_transaction(self._store, take)
            if rental is None:
                return False
            self._drive(rental, owner)
        except (LockUnreachable, LeaseLost) as open_end:
            log.warning("rental %s is not done yet: %s", rental_id, open_end)
            return False
        except (LockError, BookingError) as refusal:
            log.info("rental %s: %s", rental_id, refusal)
        except Exception:  # one that cannot go on must not stop the others
            log.exception("rental %s cannot go on; it is tried again", rental_id)
            return False
        return True


def _leased(uow: UnitOfWork, rental: Rental, owner: str) -> Rental:
    """Return the rental, locked, if ``owner`` still drives the same action of it."""
    mine, task = uow.rentals.get(rental.id), rental.task
    is_same = mine.task is not None and task is not None and mine.task.number == task.number
    if not is_same or mine.task is None or mine.task.owner != owner:
        raise LeaseLost(f"another process drives rental {rental.id} now")
    return mine


def _is_there(uow: UnitOfWork, rental: Rental) -> bool:
    vehicle = uow.fleets.vehicle(rental.fleet_id, rental.vehicle_id)
    return vehicle.state is VehicleState.AVAILABLE
