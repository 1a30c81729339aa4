"""What becomes of an order in the transaction in which its rider acts: the beginnings of purchases.

Where all is ours an order is sold, or ended, right here; otherwise the journal says what is begun,
and the saga is driven after the commit.
"""

from datetime import datetime, timedelta

from booking.domain.errors import IllegalTransition, PaymentInProgress
from booking.domain.order_states import OrderState
from booking.domain.orders import Order, Payment, PaymentState
from booking.domain.payments.parts import PaymentPart
from booking.service.foreign import foreign_legs
from booking.service.marks import FINAL, RESTING, UNDER_WAY, Mark, SagaKind
from booking.service.ports import UnitOfWork
from booking.service.purchase_saga import (
    Marks,
    PurchaseSaga,
    Run,
    authorised,
    refused,
    turned_back,
)
from booking.service.repositories import Saga, SagaKey
from booking.service.selling import EXCHANGE, Selling
from booking.service.till import Wish
from kommit.kit.clock import Clock


class Purchases:
    """Begins, ends and takes over purchases, within the caller's transaction."""

    def __init__(
        self, clock: Clock, selling: Selling, saga: PurchaseSaga, lease: timedelta
    ) -> None:
        self._clock, self._lease, self._saga = clock, lease, saga
        self._selling, self._till = selling, selling.till

    def begin_hold(
        self, uow: UnitOfWork, order: Order, owner: str, wish: Wish | None, now: datetime
    ) -> Run | None:
        """Start the journal; return what is to be driven before the order is held as asked."""
        key = SagaKey(order.id, SagaKind.PURCHASE, order.id)
        if foreign_legs(order):
            key = key._replace(owner=owner, lease_until=now + self._lease)
            uow.sagas.start(key, {Mark.HOLD: {}, Mark.RESERVING: {}}, now)
            return self._take(uow, order, owner, {})
        uow.sagas.start(key, {Mark.HOLD: {}}, now)
        if wish is None:
            return None
        return self._pay_at_hold(uow, order, owner, wish, now)

    def _pay_at_hold(
        self, uow: UnitOfWork, order: Order, owner: str, wish: Wish, now: datetime
    ) -> Run | None:
        self._choose(uow, order, wish, now)
        self._till.authorise(uow, order)
        if self._till.outside_part(order.payment) is not None:
            return self._take(uow, order, owner, {Mark.OPENING: _opening(wish) | {"wait": "1"}})
        authorised(uow, order, now)
        uow.sagas.record(order.id, {Mark.AUTHORISED: {}, Mark.WAITING: {}}, now)
        return None

    def _choose(self, uow: UnitOfWork, order: Order, wish: Wish, now: datetime) -> None:
        """Fix which means pay which part of the price; what is exchanged pays first."""
        due, parts = order.price, list[PaymentPart]()
        if order.replaces is not None and self._selling.exchange is not None:
            credit = min(self._selling.exchange.credit(uow, order, now), due)
            due -= credit
            if credit.minor:
                parts.append(PaymentPart(EXCHANGE, credit, str(order.replaces)))
        parts += self._till.parts_of(uow, order, wish, due)
        order.payment = Payment(wish.means, parts=tuple(parts))

    def begin(self, uow: UnitOfWork, order: Order, owner: str, wish: Wish) -> Run | None:
        """Sell at once where all is ours; otherwise return what is to be driven."""
        saga, now = uow.sagas.get(order.id), self._clock.now()
        if saga.last in FINAL:
            return None
        if saga.last in UNDER_WAY:
            return self._take(uow, order, owner, {})
        order.check_sellable(now)
        if saga.last is Mark.CHALLENGED:
            return self._take(uow, order, owner, {Mark.AUTHORISING: {}})
        waiting = saga.last is Mark.WAITING
        if not waiting:
            self._choose(uow, order, wish, now)
        if self._till.outside_part(order.payment) is None and not foreign_legs(order):
            self._sell_at_once(uow, order, now, reserved=waiting)
            return None
        marks = {Mark.BUYING: {}} if waiting else self._reserve_money(uow, order, wish, now)
        return self._take(uow, order, owner, marks)

    def _sell_at_once(
        self, uow: UnitOfWork, order: Order, now: datetime, *, reserved: bool
    ) -> None:
        self._selling.sell(uow, order, now, reserved=reserved)
        before: Marks = {Mark.BUYING: {}} if reserved else {Mark.AUTHORISED: {}}
        uow.sagas.record(order.id, {**before, Mark.COMMITTED: {}, Mark.CAPTURED: {}}, now)

    def _reserve_money(self, uow: UnitOfWork, order: Order, wish: Wish, now: datetime) -> Marks:
        """Reserve the own parts, and return what is done next."""
        self._till.authorise(uow, order)
        if self._till.outside_part(order.payment) is not None:
            return {Mark.OPENING: _opening(wish)}
        authorised(uow, order, now)
        return {Mark.AUTHORISED: {}}

    def _take(self, uow: UnitOfWork, order: Order, owner: str, marks: Marks) -> Run:
        run = self._saga.take(uow, order.id, owner, marks)
        if run is None:
            raise PaymentInProgress(order.id)
        return run

    def end(
        self, uow: UnitOfWork, order: Order, to: OrderState, why: str, owner: str
    ) -> Run | None:
        """End an unsold order at once if all is ours; otherwise return what is to be driven."""
        saga, now = uow.sagas.get(order.id), self._clock.now()
        turned = Mark.TURNED_BACK in saga.marks
        if _is_ours(saga):
            self._saga.close(uow, order, to, now)
            if order.payment is not None:
                order.note_payment(PaymentState.VOIDED, why)
            uow.sagas.record(order.id, {Mark.LAPSED: {}}, now)
            return None
        if saga.last in FINAL:
            raise IllegalTransition(order.id, order.state, to)
        return self._take(
            uow, order, owner, {} if turned else turned_back(to, PaymentState.VOIDED, why)
        )

    def fail(
        self, uow: UnitOfWork, order: Order, means: str, refusal: Exception, owner: str
    ) -> None:
        """End an order whose sale was refused within its one transaction, so nothing of it is left.

        Whatever somebody outside has a part in is ended by the saga.
        """
        saga, now = uow.sagas.get(order.id), self._clock.now()
        if not _is_ours(saga) or not uow.sagas.acquire(order.id, owner, now, now + self._lease):
            return
        marks = refused(refusal)
        notes = marks[Mark.TURNED_BACK]
        self._saga.close(uow, order, OrderState(notes["to"]), now)
        order.payment = order.payment or Payment(means)
        order.note_payment(PaymentState(notes["payment"]), notes["why"])
        uow.sagas.record(order.id, {**marks, Mark.VOIDED: {}}, now)


def _is_ours(saga: Saga) -> bool:
    """Say whether it is the rider's turn and nobody outside has been asked for anything."""
    asked = Mark.RESERVING in saga.marks or Mark.OPENING in saga.marks
    return saga.last in RESTING and not asked


def _opening(wish: Wish) -> dict[str, str]:
    return {"means": wish.means} | ({"method": wish.method} if wish.method else {})
