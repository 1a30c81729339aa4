"""Processes that rent by a real box server, and are killed at a commit; others go on after them."""

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.adapters.database import Database
from booking.adapters.locks.http import HttpLocks, Patience
from booking.adapters.locks.signing import LockKey
from booking.domain.calendar import Span
from booking.domain.errors import BookingError
from booking.domain.rentals import Action
from booking.service.rentals import Rentals
from tests.support.box_server import KEY_ID, SECRET
from tests.support.dying import COMMITS_EXIT, Death, DyingStore
from tests.support.fleets import Yard
from tests.support.shop import NOON, MovableClock

PATIENCE = Patience(try_s=5, total_s=5)


@dataclass(frozen=True)
class Outing:
    """What a process does with a rental, and when it dies."""

    url: str
    box_url: str
    words: tuple[str, ...]
    death: Death
    rider_id: UUID


def ride(outing: Outing) -> None:
    """Reserve for three hours and do as told; exit with the number of commits."""
    store = _store(outing.url, outing.death)
    yard = Yard(store._database, MovableClock(), store)
    rentals = rentals_of(yard, outing.box_url)
    try:
        end = NOON.replace(hour=NOON.hour + 3)
        rental = yard.reservations.reserve(
            outing.rider_id, "boxes", yard.public_id("cb-1"), Span(NOON, end)
        )
        for word in outing.words:
            rentals.act(rental.id, outing.rider_id, Action(word))
    except BookingError:
        logging.getLogger(__name__).info("refused")
    os._exit(COMMITS_EXIT + store.commits)


def recover(url: str, box_url: str, now: datetime, death: Death) -> None:
    """Do what a starting process does."""
    store = _store(url, death)
    yard = Yard(store._database, MovableClock(now), store)
    rentals_of(yard, box_url).resume_all(now)
    yard.reservations.expire_due(now)
    os._exit(COMMITS_EXIT + store.commits)


def rentals_of(yard: Yard, box_url: str) -> Rentals:
    locks = HttpLocks(box_url, LockKey(KEY_ID, SECRET), yard.clock, PATIENCE)
    return Rentals(yard.store, yard.clock, locks)


def _store(url: str, death: Death) -> DyingStore:
    return DyingStore(Database(url, durable=False, pool_size=1), death)
