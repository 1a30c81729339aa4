"""Legs of foreign operators on their way back: given back after the sale, told until answered.

A release's saga has two entries: ``?release`` is written with the refund, ``release`` when the
operator has answered. A job tells it, and again where no answer came.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from booking.domain.orders import Order
from booking.domain.outside_errors import ForeignRefused, ForeignUnavailable
from booking.domain.refunds import Refund
from booking.service.foreign import ForeignOperator, foreign_legs
from booking.service.marks import Mark, SagaKind
from booking.service.ports import Store, UnitOfWork
from booking.service.purchase_saga import LEASE, RETRY_AFTER
from booking.service.repositories import SagaKey
from booking.service.resuming import resume_abandoned
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

log = logging.getLogger(__name__)


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
        return resume_abandoned(
            self.store, self.clock, SagaKind.RELEASE, self.lease, self.drive, now
        )

    def drive(self, release_id: UUID, owner: str) -> None:
        """Tell one operator, and write down its answer.

        Raises
        ------
        ForeignUnavailable
            No answer; it is told again when the release is resumed.
        LeaseLost
            Another process tells it now.
        """
        with self.store.read() as uow:
            saga = uow.sagas.get(release_id)
        if saga.last is not Mark.RELEASING:
            return
        system_id, booking, answer = saga.notes["system"], saga.notes["booking"], dict[str, str]()
        try:
            self.foreign[system_id].cancel(booking)
        except ForeignUnavailable:
            until = self.clock.now() + RETRY_AFTER
            in_transaction(self.store, lambda uow: uow.sagas.postpone(release_id, owner, until))
            raise
        except ForeignRefused as refusal:
            # The rider has the money by our rules; what the operator asks is between it and us.
            log.error("%s keeps %s of order %s: %s", system_id, booking, saga.order_id, refusal)  # noqa: TRY400
            answer = {"refused": str(refusal)}

        def work(uow: UnitOfWork) -> None:
            now = self.clock.now()
            uow.sagas.keep(release_id, owner, now + self.lease)
            uow.sagas.record(release_id, {Mark.RELEASED: answer}, now)

        in_transaction(self.store, work)
