"""Money on its way back: own means at once, in the transaction of the refund; providers by a saga.

A refund's saga has two entries: ``?refund`` is written with the refund, ``refund`` when the
provider has given the money back. The provider is asked with the same key until it answers.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from booking.domain.errors import PaymentDeclined, PaymentUnavailable
from booking.domain.money import Money
from booking.domain.orders import Order
from booking.domain.payments.parts import PaymentPart, split_refund
from booking.domain.refunds import Refund, RefundReason, RefundState
from booking.service.charging import WALLET
from booking.service.marks import Mark, SagaKind
from booking.service.ports import Store, UnitOfWork
from booking.service.purchase_saga import LEASE, RETRY_AFTER
from booking.service.repositories import SagaKey
from booking.service.resuming import resume_abandoned
from booking.service.selling import Selling
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

log = logging.getLogger(__name__)


class Refunds:
    """Gives money back, as often as providers need to be asked."""

    def __init__(
        self, store: Store, clock: Clock, selling: Selling, lease: timedelta = LEASE
    ) -> None:
        self._store, self._clock, self._selling, self._lease = store, clock, selling, lease

    def begin(
        self,
        uow: UnitOfWork,
        order: Order,
        refund: Refund,
        owner: str | None,
        kept: Money | None = None,
    ) -> None:
        """Write a refund into an order, and give back what our own means have paid.

        Parameters
        ----------
        owner
            Who is about to drive it; None: the next job does.
        kept
            A part of it that pays for the order that takes this one's place.
        """
        now = self._clock.now()
        before = refunded_of(order)
        order.refunds.append(refund)
        self._selling.books.refunded(uow, order, refund, now)
        for follow in self._selling.on_refund:
            follow(uow, order, refund, now)
        if kept is not None and kept.minor:
            self._selling.books.exchanged(uow, refund, kept, now)
        parts = order.payment.parts if order.payment else ()
        due = refund.amount if kept is None else refund.amount - kept
        outside: tuple[int, Money] | None = None
        for number, amount in split_refund(parts, before, due):
            if parts[number].means in self._selling.till.own:
                part = parts[number]._replace(amount=amount)
                self._selling.till.refund(uow, order, part, refund.id, number)
            else:
                outside = number, amount
        self._write(uow, order, refund, outside, owner)

    def _write(
        self,
        uow: UnitOfWork,
        order: Order,
        refund: Refund,
        outside: tuple[int, Money] | None,
        owner: str | None,
    ) -> None:
        now = self._clock.now()
        if outside is None:
            _done(order, refund.id)
            return
        number, amount = outside
        purchase = uow.sagas.get(order.id)
        notes = {
            "means": order.payment.parts[number].means if order.payment else "",
            "amount": str(amount.minor),
            "currency": amount.currency,
            "payment": purchase.notes["reference"],
        }
        until = now if owner is None else now + self._lease
        key = SagaKey(refund.id, SagaKind.REFUND, order.id, owner, until)
        uow.sagas.start(key, {Mark.REFUNDING: notes}, now)

    def drive(self, refund_id: UUID, owner: str) -> None:
        """Ask the provider of a refund, if one is to be asked, and write its answer.

        Raises
        ------
        PaymentUnavailable
            No answer; it is asked again when the refund is resumed. A provider that refuses for
            good (the card is gone, the payment disputed) is not asked again: the money goes to the
            rider's wallet.
        LeaseLost
            Another process asks it now.
        """
        with self._store.read() as uow:
            saga = uow.sagas.find(refund_id)
        if saga is None or saga.last is not Mark.REFUNDING:
            return
        notes = saga.notes
        amount = Money(int(notes["amount"]), notes["currency"])
        provider = self._selling.till.provider(notes["means"])
        instead: dict[str, str] = {}
        try:
            provider.refund(notes["payment"], amount, str(refund_id))
        except PaymentUnavailable:
            until = self._clock.now() + RETRY_AFTER
            in_transaction(self._store, lambda uow: uow.sagas.postpone(refund_id, owner, until))
            raise
        except PaymentDeclined as refusal:
            log.warning("refund %s goes to the wallet instead: %s", refund_id, refusal)
            instead = {"instead": WALLET, "why": str(refusal)}

        def work(uow: UnitOfWork) -> None:
            now = self._clock.now()
            order = uow.orders.get(saga.order_id)
            uow.sagas.keep(refund_id, owner, now + self._lease)
            refund = _done(order, refund_id)
            order.note("refunded", now)
            if instead:
                part = PaymentPart(WALLET, amount)
                number = len(order.payment.parts) if order.payment else 0
                self._selling.till.refund(uow, order, part, refund_id, number)
            else:
                self._selling.books.repaid(uow, refund, notes["means"], amount, now)
            uow.sagas.record(refund_id, {Mark.REFUNDED: instead}, now)

        in_transaction(self._store, work)

    def resume_all(self, now: datetime) -> int:
        """Ask again for every refund that a crash or silence left; return how many ended."""
        return resume_abandoned(
            self._store, self._clock, SagaKind.REFUND, self._lease, self.drive, now
        )


def refunded_of(order: Order) -> Money:
    """Return what the means of an order have given back, or are about to."""
    given = (one.amount for one in order.refunds if one.reason is not RefundReason.CHANGED)
    return sum(given, start=Money(0, order.price.currency))


def pending(order: Order) -> Sequence[Refund]:
    """Return the refunds of an order that a provider has not answered yet."""
    return [one for one in order.refunds if one.state is RefundState.PENDING]


def _done(order: Order, refund_id: UUID) -> Refund:
    (number,) = (n for n, one in enumerate(order.refunds) if one.id == refund_id)
    refund = order.refunds[number]
    order.refunds[number] = done = refund.as_done()
    return done
