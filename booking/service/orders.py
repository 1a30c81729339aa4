"""Orders: hold, pay, cancel, look at, and the two jobs that tidy up after time and crashes."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.errors import (
    BookingError,
    HoldExpired,
    IllegalTransition,
    NotOnSale,
    NotPaidYet,
    OfferExpired,
    OfferTaken,
    OrderNotFound,
    PaymentDeclined,
    PaymentInProgress,
    PaymentUnavailable,
    UnknownMeans,
)
from booking.domain.holds import claims_of
from booking.domain.offers import Offer
from booking.domain.orders import Order, OrderState, Payment, PaymentState, check_deadlines
from booking.service.marks import FINAL, UNDER_WAY, Mark
from booking.service.payment_saga import (
    LEASE,
    Marks,
    PaymentSaga,
    Run,
    give_back,
    recount_places,
    turned_back,
)
from booking.service.ports import LeaseLost, Payments, Store, TicketIssuer, UnitOfWork
from booking.service.repositories import Notes
from booking.service.shuttle_holds import ShuttleHolds
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
    payments
        Providers by the name that riders choose (``wallet``, ``stripe``).
    issue_ticket
        Signs the ticket; it runs inside the transaction that confirms, so it must be quick.
    hold_for
        How long places are held without payment.
    lease
        How long a process may be silent before another takes a payment over.
    shuttles
        Holds rides on our own on-demand vehicles; without it chains with such rides are not sold.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        payments: Mapping[str, Payments],
        issue_ticket: TicketIssuer,
        *,
        hold_for: timedelta = HOLD_FOR,
        lease: timedelta = LEASE,
        shuttles: ShuttleHolds | None = None,
    ) -> None:
        self._store, self._clock, self._hold_for = store, clock, hold_for
        self._means, self._shuttles = tuple(payments), shuttles
        self._saga = PaymentSaga(store, clock, payments, issue_ticket, lease, shuttles)

    # --- what riders do

    def hold(self, rider_id: UUID, offer: Offer) -> Order:
        """Hold the places of an offer, and return the order; a repeated call returns the same one.

        Raises
        ------
        OfferExpired, OfferTaken, BookingDeadlinePassed, NoPlacesLeft, ShuttleNotFree
            If the offer cannot be taken at this moment. Nothing is held then.
        """

        def work(uow: UnitOfWork) -> Order:
            now = self._clock.now()
            existing = uow.orders.find_live_of_offer(offer.id)
            if existing is not None and not self._lapsed(uow, existing, now):
                return _same_rider(existing, rider_id)
            _check_offer(offer, now)
            order = Order.hold(uuid7(), rider_id, offer, now, now + self._hold_for)
            uow.orders.add(order)
            recount_places(uow, order, now)
            for claim in claims_of(offer):
                uow.places.hold(order.id, claim, order.expires_at)
            self._hold_shuttles(uow, order, now)
            uow.sagas.start(order.id, now)
            return order

        return in_transaction(self._store, work)

    def pay(self, order_id: UUID, rider_id: UUID, means: str, method: str | None = None) -> Order:
        """Pay an order and return it, confirmed and captured. Paying twice pays once.

        Raises
        ------
        OrderNotFound, UnknownMeans, IllegalTransition
            If there is nothing to pay, or not so.
        HoldExpired, BookingDeadlinePassed
            If it is too late. Nothing is held or captured.
        PaymentDeclined
            The provider said no; the order has failed and its places are free.
        PaymentUnavailable, PaymentInProgress
            The outcome is open; it is reached without the rider's doing, look at the order later.
        """
        if means not in self._means:
            raise UnknownMeans(means, self._means)
        owner = str(uuid7())

        def work(uow: UnitOfWork) -> Run | None:
            order = _own(uow, order_id, rider_id)
            return self._begin(uow, order, owner, means, method)

        try:
            run = in_transaction(self._store, work)
            if run is not None:
                self._saga.drive(run)
        except HoldExpired:
            self._expire(order_id)
            raise
        except LeaseLost:
            log.warning("payment of order %s was taken over", order_id)
        return self._paid(order_id, rider_id)

    def cancel(self, order_id: UUID, rider_id: UUID) -> Order:
        """Give an order back that is not sold yet. Cancelling twice cancels once.

        Raises
        ------
        OrderNotFound, IllegalTransition, PaymentInProgress
            If there is nothing to cancel, or its payment is just being made.
        PaymentUnavailable
            The provider gave no answer; what it holds is given back without the rider's doing.
        """
        owner = str(uuid7())

        def work(uow: UnitOfWork) -> Run | None:
            return self._cancel(uow, _own(uow, order_id, rider_id), owner)

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

        Their places have been free since their time ran out, since only live holds are counted.
        """
        expired = 0
        while True:
            with self._store.read() as uow:
                due = uow.orders.list_overdue(now, BATCH)
            done = sum(self._expire(order_id) for order_id in due)
            expired += done
            if len(due) < BATCH or not done:
                return expired

    def resume_all(self, now: datetime) -> int:
        """Drive on every payment that a crash or a silent provider left; return how many ended.

        Run it when a process starts, and every few seconds. Any number of processes may do so.
        """
        with self._store.read() as uow:
            abandoned = uow.sagas.list_abandoned(now, BATCH)
        return sum(self._resume(order_id) for order_id in abandoned)

    # --- how

    def _hold_shuttles(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        if not order.offer.chain.shuttles:
            return
        if self._shuttles is None:
            raise NotOnSale("rides on demand are not sold here")
        self._shuttles.hold(uow, order, now)

    def _begin(
        self, uow: UnitOfWork, order: Order, owner: str, means: str, method: str | None
    ) -> Run | None:
        """Begin a payment, or take an abandoned one over; return None if there is none to drive."""
        saga = uow.sagas.get(order.id)
        if saga.last in FINAL:
            return None
        marks: dict[Mark, Notes] = {}
        if saga.last is Mark.HOLD:
            order.check_sellable(self._clock.now())
            order.payment = Payment(means)
            marks[Mark.OPENING] = {"means": means} | ({"method": method} if method else {})
        return self._take(uow, order, owner, marks)

    def _take(self, uow: UnitOfWork, order: Order, owner: str, marks: Marks) -> Run:
        run = self._saga.take(uow, order.id, owner, marks)
        if run is None:
            raise PaymentInProgress(order.id)
        return run

    def _paid(self, order_id: UUID, rider_id: UUID) -> Order:
        """Return a sold order, or say why it is not."""
        order = self.get(order_id, rider_id)
        if order.is_sold:
            return order
        if order.is_live:
            raise PaymentInProgress(order_id)
        if order.state is OrderState.EXPIRED:
            raise HoldExpired(order_id, order.expires_at)
        if order.payment is not None and order.payment.state is PaymentState.DECLINED:
            raise PaymentDeclined(order.payment.note)
        raise IllegalTransition(order_id, order.state, OrderState.CONFIRMED)

    def _cancel(self, uow: UnitOfWork, order: Order, owner: str) -> Run | None:
        """Cancel at once, or turn an abandoned payment back; return what is to be driven then."""
        saga = uow.sagas.get(order.id)
        if order.state is OrderState.CANCELLED:
            return None
        if saga.last is Mark.HOLD:
            self._lapse(uow, order, OrderState.CANCELLED)
            return None
        if saga.last not in UNDER_WAY or order.state is OrderState.CONFIRMED:
            raise IllegalTransition(order.id, order.state, OrderState.CANCELLED)
        why = turned_back(OrderState.CANCELLED, PaymentState.VOIDED, "cancelled by the rider")
        return self._take(uow, order, owner, {} if saga.last is Mark.VOIDING else why)

    def _lapsed(self, uow: UnitOfWork, order: Order, now: datetime) -> bool:
        """Expire an unpaid order whose time has run out, so that its offer can be taken again."""
        if now < order.expires_at or uow.sagas.get(order.id).last is not Mark.HOLD:
            return False
        self._lapse(uow, order, OrderState.EXPIRED)
        return True

    def _lapse(self, uow: UnitOfWork, order: Order, to: OrderState) -> None:
        now = self._clock.now()
        order.move(to, now)
        give_back(uow, order, to, now)
        uow.sagas.record(order.id, Mark.LAPSED, {}, now)

    def _expire(self, order_id: UUID) -> bool:
        """Expire an order if its time has run out and no payment has begun."""

        def work(uow: UnitOfWork) -> bool:
            return self._lapsed(uow, uow.orders.get(order_id), self._clock.now())

        return in_transaction(self._store, work)

    def _resume(self, order_id: UUID) -> bool:
        owner = str(uuid7())
        try:
            run = in_transaction(self._store, lambda uow: self._saga.take(uow, order_id, owner))
            if run is None:
                return False
            self._saga.drive(run)
        except (LeaseLost, PaymentUnavailable) as open_end:
            log.warning("order %s is not done yet: %s", order_id, open_end)
            return False
        except BookingError as refusal:
            log.info("order %s was turned back: %s", order_id, refusal)
        except Exception:  # one order that cannot go on must not stop the others
            log.exception("order %s cannot go on; it is tried again", order_id)
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


def _check_offer(offer: Offer, now: datetime) -> None:
    if now >= offer.expires_at:
        raise OfferExpired(offer.expires_at)
    check_deadlines(offer, now)
