"""Legs of foreign operators on their way back: given back after the sale, told until answered.

A release's saga has two entries: ``?release`` is written with the refund, ``release`` when the
operator has answered. A job tells it, and again where no answer came.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.orders import Order
from booking.domain.outside_errors import ForeignRefused, ForeignUnavailable
from booking.domain.refunds import Refund
from booking.service.foreign import ForeignOperator, foreign_legs
from booking.service.marks import Mark, SagaKind
from booking.service.ports import LeaseLost, Store, UnitOfWork
from booking.service.purchase_saga import LEASE, RETRY_AFTER
from booking.service.repositories import Saga, SagaKey
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

log = logging.getLogger(__name__)
BATCH: Final = 200


def begin_releases(uow: UnitOfWork, order: Order, refund: Refund, now: datetime) -> None:
    """Write down which operators are to be told of a refund.

    A follower of refunds (``Selling.on_refund``). An operator's leg is one for all passengers, so
    it is given back with the last part of it.
    """
    given = [
        one
        for one in foreign_legs(order)
        if one.position in refund.legs and order.riders_on(one.position) == 0
    ]
    references = uow.sagas.get(order.id).notes if given else {}
    for one in given:
        notes = {"system": one.system_id, "booking": references[one.note]}
        key = SagaKey(uuid7(), SagaKind.RELEASE, order.id, None, now)
        uow.sagas.start(key, {Mark.RELEASING: notes}, now)


@dataclass(frozen=True)
class Releases:
    """Tells foreign operators what was given back."""

    store: Store
    clock: Clock
    foreign: Mapping[str, ForeignOperator]
    lease: timedelta = LEASE

    def resume_all(self, now: datetime) -> int:
        """Tell what has not been told yet; return how many were answered."""
        with self.store.read() as uow:
            waiting = uow.sagas.list_abandoned(SagaKind.RELEASE, now, BATCH)
        return sum(self._resume(release_id) for release_id in waiting)

    def _resume(self, release_id: UUID) -> bool:
        owner = str(uuid7())

        def take(uow: UnitOfWork) -> Saga | None:
            now = self.clock.now()
            taken = uow.sagas.acquire(release_id, owner, now, now + self.lease)
            return uow.sagas.get(release_id) if taken else None

        saga = in_transaction(self.store, take)
        if saga is None or saga.last is not Mark.RELEASING:
            return False
        try:
            self._tell(saga, owner)
        except LeaseLost:
            return False
        except ForeignUnavailable as silence:
            log.warning("%s has not taken %s back yet: %s", *_of(saga), silence)
            until = self.clock.now() + RETRY_AFTER
            in_transaction(self.store, lambda uow: uow.sagas.postpone(release_id, owner, until))
            return False
        except Exception:  # one operator that cannot be told must not stop the others
            log.exception("%s cannot be told of %s; it is tried again", *_of(saga))
            return False
        return True

    def _tell(self, saga: Saga, owner: str) -> None:
        answer: dict[str, str] = {}
        try:
            self.foreign[saga.notes["system"]].cancel(saga.notes["booking"])
        except ForeignRefused as refusal:
            # The rider has the money by our rules; what the operator asks is between it and us.
            log.error("%s keeps %s, which was given back: %s", *_of(saga), refusal)  # noqa: TRY400 - an answer
            answer = {"refused": str(refusal)}

        def work(uow: UnitOfWork) -> None:
            now = self.clock.now()
            uow.sagas.keep(saga.id, owner, now + self.lease)
            uow.sagas.record(saga.id, {Mark.RELEASED: answer}, now)

        in_transaction(self.store, work)


def _of(saga: Saga) -> tuple[str, str]:
    return saga.notes["system"], f"booking {saga.notes['booking']} of order {saga.order_id}"
