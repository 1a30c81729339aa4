"""Sagas that nobody drives any more: taken over one by one, and driven to their end."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.errors import BookingError, PaymentUnavailable
from booking.domain.outside_errors import ForeignUnavailable
from booking.service.marks import SagaKind
from booking.service.ports import LeaseLost, Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

log = logging.getLogger(__name__)
BATCH: Final = 200

Drive = Callable[[UUID, str], None]
"""Takes a saga's id and who has its lease, and drives it to its end."""


def resume_abandoned(
    store: Store, clock: Clock, kind: SagaKind, lease: timedelta, drive: Drive, now: datetime
) -> int:
    """Drive on every saga of a kind that a crash or silence left; return how many ended."""
    with store.read() as uow:
        abandoned = uow.sagas.list_abandoned(kind, now, BATCH)
    return sum(_resume(store, clock, saga_id, lease, drive) for saga_id in abandoned)


def _resume(store: Store, clock: Clock, saga_id: UUID, lease: timedelta, drive: Drive) -> bool:
    owner = str(uuid7())

    def take(uow: UnitOfWork) -> bool:
        now = clock.now()
        return uow.sagas.acquire(saga_id, owner, now, now + lease)

    if not in_transaction(store, take):
        return False
    try:
        drive(saga_id, owner)
    except (LeaseLost, PaymentUnavailable, ForeignUnavailable) as open_end:
        log.warning("saga %s is not done yet: %s", saga_id, open_end)
        return False
    except BookingError:
        log.exception("saga %s is refused: somebody has to look at it", saga_id)
        return False
    except Exception:  # one saga that cannot go on must not stop the others
        log.exception("saga %s cannot go on; it is tried again", saga_id)
        return False
    return True
