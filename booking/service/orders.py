"""Orders: hold, pay, give back, look at, and the jobs that tidy up after time and crashes."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from booking.domain.errors import (
    BookingError,
    HoldExpired,
    IllegalTransition,
    NotPaidYet,
    OfferExpired,
    OfferNotYours,
    OfferTaken,
    OrderNotFound,
    PaymentChallenged,
    PaymentDeclined,
    PaymentInProgress,
)
from booking.domain.offers import Offer
from booking.domain.order_states import OrderState
from booking.domain.orders import Order, PaymentState, check_deadlines
from booking.service.foreign import ForeignOperator
from booking.service.marks import RESTING, Mark, SagaKind
from booking.service.ports import LeaseLost, Store, UnitOfWork
from booking.service.purchase_saga import LEASE, REFUSALS, SILENCE, PurchaseSaga, Run
from booking.service.purchases import Purchases
from booking.service.selling import Selling
from booking.service.till import Wish
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

log = logging.getLogger(__name__)

HOLD_FOR: Final = timedelta(minutes=10)
BATCH: Final = 200
"""Orders a job reads at a time."""
LISTED: Final = 50
"""Orders on one page of a list."""


class Orders:
    """The riders' orders.

    Parameters
    ----------
    store
        Opens units of work.
    selling
        Means of payment, holds, ticket and books: what is ours of a sale.
    foreign
        Other operators by the sharing system they run.
    hold_for
        How long places are held without payment.
    lease
        How long a process may be silent before another takes a purchase over.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        selling: Selling,
        *,
        foreign: Mapping[str, ForeignOperator] | None = None,
        hold_for: timedelta = HOLD_FOR,
        lease: timedelta = LEASE,
    ) -> None:
        self._store, self._clock, self._hold_for = store, clock, hold_for
        self._selling, self._till = selling, selling.till
        self._saga = PurchaseSaga(store, clock, selling, foreign or {}, lease)
        self._purchases = Purchases(clock, selling, self._saga, lease)

    # --- what riders do

    def hold(
        self,
        rider_id: UUID,
        offer: Offer,
        *,
        wish: Wish | None = None,
        replaces: UUID | None = None,
    ) -> Order:
        """Hold everything that an offer needs, and return the order.

        A repeated call returns the same one.

        Parameters
        ----------
        wish
            Reserve the money, too; it is taken when the order is paid, given back when it expires.
        replaces
            A sold order of the rider that is given up in the moment in which this one is sold.

        Raises
        ------
        OfferExpired, OfferTaken, OfferNotYours, BookingDeadlinePassed, NoPlacesLeft,
        ShuttleNotFree, TooManyOpenRides, SlotNotFree, ForeignRefused, PaymentDeclined
            If the offer cannot be taken at this moment. Nothing is held then.
        PaymentUnavailable, ForeignUnavailable
            The order is held; somebody has to answer first.
        """
        if wish is not None:
            self._till.check(wish.means)
        owner = str(uuid7())

        def work(uow: UnitOfWork) -> tuple[Order, Run | None]:
            now = self._clock.now()
            existing = uow.orders.find_live_of_offer(offer.id)
            if existing is not None and not self._lapsed(uow, existing, now):
                return _same_rider(existing, rider_id), None
            _check_offer(offer, rider_id, now)
            order = Order.hold(uuid7(), rider_id, offer, now, now + self._hold_for, replaces)
            self._saga.check_connected(order)
            uow.orders.add(order)
            self._selling.holds.hold(uow, order, now)
            return order, self._purchases.begin_hold(uow, order, owner, wish, now)

        order, run = in_transaction(self._store, work)
        if run is None:
            return order
        try:
            self._saga.drive(run)
        except PaymentChallenged:
            log.info("order %s waits for the rider's bank", order.id)
        return self.get(order.id, rider_id)

    def pay(self, order_id: UUID, rider_id: UUID, means: str, method: str | None = None) -> Order:
        """Pay an order and return it, confirmed and captured. Paying twice pays once.

        Raises
        ------
        OrderNotFound, UnknownMeans, IllegalTransition
            If there is nothing to pay, or not so.
        HoldExpired, BookingDeadlinePassed
            If it is too late. Nothing is held or captured.
        PaymentDeclined, ForeignRefused
            Somebody said no; the order has failed and everything is free.
        PaymentChallenged
            The rider has to confirm it with their bank; the order stays held.
        PaymentUnavailable, ForeignUnavailable, PaymentInProgress
            The outcome is open; it is reached without the rider's doing, look at the order later.
        """
        self._till.check(means)
        owner, wish = str(uuid7()), Wish(means, method)

        def work(uow: UnitOfWork) -> tuple[Order, Run | None]:
            order = _own(uow, order_id, rider_id)
            return order, self._purchases.begin(uow, order, owner, wish)

        try:
            order, run = in_transaction(self._store, work)
            if run is not None:
                self._saga.drive(run)
            elif order.is_sold:
                return order
        except HoldExpired:
            self._expire(order_id)
            raise
        except LeaseLost:
            log.warning("the purchase of order %s was taken over", order_id)
        except REFUSALS as refusal:
            self._fail(order_id, means, refusal)
            raise
        return self._paid(order_id, rider_id)

    def payment_news(self, reference: str) -> None:
        """Look at a payment of which its provider has told something, and go on with it.

        What was told is not believed: the provider is asked. Late and repeated news change nothing.
        """
        owner = str(uuid7())

        def work(uow: UnitOfWork) -> Run | None:
            saga = uow.sagas.find_of_reference(reference)
            if saga is None or saga.last is not Mark.CHALLENGED:
                return None
            return self._saga.take(uow, saga.order_id, owner, {Mark.AUTHORISING: {}})

        run = in_transaction(self._store, work)
        if run is not None:
            self._go_on(run)

    def cancel(self, order_id: UUID, rider_id: UUID) -> Order:
        """Give an order back that is not sold yet. Cancelling twice cancels once.

        Raises
        ------
        OrderNotFound, IllegalTransition, PaymentInProgress
            If there is nothing to cancel, or its payment is just being made.
        PaymentUnavailable, ForeignUnavailable
            No answer; what others hold is given back without the rider's doing.
        """
        owner = str(uuid7())

        def work(uow: UnitOfWork) -> Run | None:
            order = _own(uow, order_id, rider_id)
            if order.state is OrderState.RELEASED:
                return None
            if order.state not in {OrderState.HELD, OrderState.AUTHORISED}:
                raise IllegalTransition(order.id, order.state, OrderState.RELEASED)
            return self._purchases.end(
                uow, order, OrderState.RELEASED, "given back by the rider", owner
            )

        run = in_transaction(self._store, work)
        if run is not None:
            self._saga.drive(run)
        return self.get(order_id, rider_id)

    def get(self, order_id: UUID, rider_id: UUID) -> Order:
        """Return a rider's order, or raise ``OrderNotFound``."""
        with self._store.read() as uow:
            return _own(uow, order_id, rider_id)

    def list_orders(
        self, rider_id: UUID, limit: int = LISTED, before: UUID | None = None
    ) -> Sequence[Order]:
        """Return a rider's newest orders, of those older than order ``before``, newest first."""
        with self._store.read() as uow:
            return uow.orders.list_of(rider_id, limit, before)

    def ticket(self, order_id: UUID, rider_id: UUID) -> bytes:
        """Return the signed ticket of a sold order, or raise ``NotPaidYet``."""
        order = self.get(order_id, rider_id)
        if not order.is_sold or order.ticket is None:
            raise NotPaidYet(order_id)
        return order.ticket

    # --- jobs

    def expire_due(self, now: datetime) -> int:
        """Expire the orders that were not paid in time; return how many.

        What they held has been free since their time ran out, since only live holds are counted.
        """
        expired = 0
        while True:
            with self._store.read() as uow:
                due = uow.orders.list_overdue(now, BATCH)
            done = sum(self._expire(order_id) for order_id in due)
            expired += done
            if len(due) < BATCH or not done:
                return expired

    def advance_due(self, now: datetime) -> int:
        """Note which journeys have begun and which are over; return how many."""
        with self._store.read() as uow:
            running = uow.orders.list_running(now, BATCH)
        for order_id in running:
            in_transaction(self._store, partial(self._advance, order_id=order_id))
        return len(running)

    def resume_all(self, now: datetime) -> int:
        """Drive on every purchase that a crash or silence left; return how many came to an end.

        Run it when a process starts, and every few seconds. Any number of processes may do so.
        """
        with self._store.read() as uow:
            abandoned = uow.sagas.list_abandoned(SagaKind.PURCHASE, now, BATCH)
        return sum(self._resume(order_id) for order_id in abandoned)

    # --- how

    def _paid(self, order_id: UUID, rider_id: UUID) -> Order:
        """Return a sold order, or say why it is not."""
        order = self.get(order_id, rider_id)
        if order.is_sold:
            return order
        payment = order.payment
        if payment is not None and payment.state is PaymentState.CHALLENGED and order.is_live:
            raise PaymentChallenged(payment.action or "")
        if order.is_live:
            raise PaymentInProgress(order_id)
        if order.state is OrderState.EXPIRED:
            raise HoldExpired(order_id, order.expires_at)
        if payment is not None and payment.state is PaymentState.DECLINED:
            raise PaymentDeclined(payment.note)
        raise IllegalTransition(order_id, order.state, OrderState.CONFIRMED)

    def _lapsed(self, uow: UnitOfWork, order: Order, now: datetime) -> bool:
        """Expire an unpaid order whose time has run out, so that its offer can be taken again."""
        if now < order.expires_at or uow.sagas.get(order.id).marks != (Mark.HOLD,):
            return False
        self._purchases.end(uow, order, OrderState.EXPIRED, "not paid in time", "")
        return True

    def _expire(self, order_id: UUID) -> bool:
        """Expire an order if its time has run out and nobody is driving its purchase."""
        owner = str(uuid7())

        def work(uow: UnitOfWork) -> tuple[bool, Run | None]:
            order, now = uow.orders.get(order_id), self._clock.now()
            saga = uow.sagas.get(order_id)
            if now < order.expires_at or saga.last not in RESTING:
                return False, None
            return True, self._purchases.end(
                uow, order, OrderState.EXPIRED, "not paid in time", owner
            )

        expired, run = in_transaction(self._store, work)
        return expired and (run is None or self._go_on(run))

    def _fail(self, order_id: UUID, means: str, refusal: Exception) -> None:
        owner = str(uuid7())

        def work(uow: UnitOfWork) -> None:
            self._purchases.fail(uow, uow.orders.get(order_id), means, refusal, owner)

        in_transaction(self._store, work)

    def _advance(self, uow: UnitOfWork, *, order_id: UUID) -> None:
        order, now = uow.orders.get(order_id), self._clock.now()
        if not order.is_sold:
            return
        chain = order.offer.chain
        if chain.arrival <= now:
            order.move(OrderState.ENDED, now)
            self._selling.books.performed(uow, order, now)
        elif chain.departure <= now:
            order.move(OrderState.STARTED, now)

    def _resume(self, order_id: UUID) -> bool:
        owner = str(uuid7())
        run = in_transaction(self._store, lambda uow: self._saga.take(uow, order_id, owner))
        return run is not None and self._go_on(run)

    def _go_on(self, run: Run) -> bool:
        """Drive a saga that nobody waits for; return whether it came to an end."""
        try:
            self._saga.drive(run)
        except (LeaseLost, *SILENCE) as open_end:
            log.warning("order %s is not done yet: %s", run.order.id, open_end)
            return False
        except BookingError as refusal:
            log.info("order %s was turned back: %s", run.order.id, refusal)
        except Exception:  # one order that cannot go on must not stop the others
            log.exception("order %s cannot go on; it is tried again", run.order.id)
            return False
        return True


def _own(uow: UnitOfWork, order_id: UUID, rider_id: UUID) -> Order:
    order = uow.orders.get(order_id)
    if order.rider_id != rider_id:
        raise OrderNotFound(order_id)
    return order


def _same_rider(order: Order, rider_id: UUID) -> Order:
    if order.rider_id != rider_id:
        raise OfferTaken(order.offer.id)
    return order


def _check_offer(offer: Offer, rider_id: UUID, now: datetime) -> None:
    if offer.rider_id not in {None, rider_id}:
        raise OfferNotYours
    if now >= offer.expires_at:
        raise OfferExpired(offer.expires_at)
    check_deadlines(offer, now)
