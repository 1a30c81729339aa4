"""Drives the payment of an order from its journal, through crashes, refusals and silence.

The newest entry of the journal says what is done next, so whoever has the lease, the process that
began or another one after a crash, goes on in the same way. What is ours changes in one database
transaction together with its entry; the provider is reached between two transactions, by calls
that are safe to repeat. A reference is journalled before any money can be reserved under it:
``void`` therefore always knows what to void.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.errors import (
    BookingDeadlinePassed,
    HoldExpired,
    NoPlacesLeft,
    PaymentDeclined,
    PaymentUnavailable,
)
from booking.domain.holds import check_places, claims_of
from booking.domain.ledger import revenue, reversal, settlement
from booking.domain.orders import Order, OrderState, PaymentState
from booking.service.marks import Mark
from booking.service.ports import PaymentRequest, Payments, Store, TicketIssuer, UnitOfWork
from booking.service.repositories import Notes
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

LEASE: Final = timedelta(seconds=30)
"""Longer than any call to a provider takes."""
RETRY_AFTER: Final = timedelta(seconds=20)
"""How long a provider that gave no answer is left alone."""

REFUSALS: Final = (PaymentDeclined, HoldExpired, BookingDeadlinePassed, NoPlacesLeft)
"""What turns a saga back for good. Any other error leaves it to be resumed."""


@dataclass(frozen=True, slots=True)
class Run:
    """Where a saga stands, for the one who has its lease."""

    order: Order
    last: Mark
    notes: Notes
    owner: str


Effect = Callable[[UnitOfWork, Order, datetime], None]


def _nothing(uow: UnitOfWork, order: Order, now: datetime) -> None:
    """Change nothing beside the journal."""
    del uow, order, now


class PaymentSaga:
    """The steps, and the driver that takes them in the order of the journal."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        payments: Mapping[str, Payments],
        issue_ticket: TicketIssuer,
        lease: timedelta = LEASE,
    ) -> None:
        self._store, self._clock, self._payments = store, clock, payments
        self._issue_ticket, self._lease = issue_ticket, lease
        # Entries that are always written together with the next one need no step of their own.
        self._steps: dict[Mark, Callable[[Run], Run]] = {
            Mark.OPENING: self._open,
            Mark.AUTHORISING: self._authorise,
            Mark.AUTHORISED: self._commit,
            Mark.CAPTURING: self._capture,
            Mark.VOIDING: self._void,
        }

    def take(
        self, uow: UnitOfWork, order_id: UUID, owner: str, marks: Mapping[Mark, Notes] | None = None
    ) -> bool:
        """Take the lease and write ``marks``; return False if somebody else has it."""
        now = self._clock.now()
        if not uow.sagas.acquire(order_id, owner, now, now + self._lease):
            return False
        _write(uow, order_id, marks or {}, now)
        return True

    def drive(self, order_id: UUID, owner: str) -> None:
        """Go on until nothing is left to do. ``owner`` must have taken the lease.

        Raises
        ------
        BookingError
            The refusal that turned the saga back, after everything was undone.
        PaymentUnavailable
            The provider gave no answer; the saga goes on when it is resumed.
        LeaseLost
            Another process drives the saga now.
        """
        run = self._record(order_id, owner)
        refusal: Exception | None = None
        while (step := self._steps.get(run.last)) is not None:
            try:
                run = step(run)
            except REFUSALS as error:
                refusal = error
                run = self._record(run.order.id, run.owner, refused(error))
            except PaymentUnavailable:
                self._postpone(run)
                raise
        if refusal is not None:
            raise refusal

    # --- steps

    def _open(self, run: Run) -> Run:
        run.order.check_sellable(self._clock.now())
        request = PaymentRequest(
            run.order.id, run.order.rider_id, run.order.price, run.notes.get("method")
        )
        reference = self._provider(run).open(request, step_key(run, "open"))
        return self._record(
            run.order.id, run.owner, {Mark.OPENED: {"reference": reference}, Mark.AUTHORISING: {}}
        )

    def _authorise(self, run: Run) -> Run:
        run.order.check_sellable(self._clock.now())
        self._provider(run).authorise(run.notes["reference"], step_key(run, "authorise"))
        return self._record(run.order.id, run.owner, {Mark.AUTHORISED: {}}, _authorised)

    def _commit(self, run: Run) -> Run:
        marks: dict[Mark, Notes] = {Mark.COMMITTED: {}, Mark.CAPTURING: {}}
        return self._record(run.order.id, run.owner, marks, self._confirm)

    def _confirm(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """Fix everything that is ours: places, order, ticket, revenue."""
        order.check_sellable(now)
        recount_places(uow, order, now)
        uow.places.confirm(order.id)
        order.move(OrderState.CONFIRMED, now)
        order.ticket = self._issue_ticket(order)
        uow.ledger.book(revenue(order.id, order.offer.price, now))

    def _capture(self, run: Run) -> Run:
        self._provider(run).capture(run.notes["reference"], step_key(run, "capture"))
        return self._record(run.order.id, run.owner, {Mark.CAPTURED: {}}, _settle)

    def _void(self, run: Run) -> Run:
        if "reference" in run.notes:
            self._provider(run).void(run.notes["reference"], step_key(run, "void"))
        notes = run.notes

        def close(uow: UnitOfWork, order: Order, now: datetime) -> None:
            give_back(uow, order, now)
            order.move(OrderState(notes["to"]), now)
            order.note_payment(PaymentState(notes["payment"]), notes["why"])

        return self._record(run.order.id, run.owner, {Mark.VOIDED: {}}, close)

    # --- what they have in common

    def _provider(self, run: Run) -> Payments:
        return self._payments[run.notes["means"]]

    def _record(
        self,
        order_id: UUID,
        owner: str,
        marks: Mapping[Mark, Notes] | None = None,
        effect: Effect = _nothing,
    ) -> Run:
        """Write entries and their effect in one transaction, if ``owner`` still has the lease."""

        def work(uow: UnitOfWork) -> Run:
            now = self._clock.now()
            order = uow.orders.get(order_id)
            uow.sagas.keep(order_id, owner, now + self._lease)
            effect(uow, order, now)
            _write(uow, order_id, marks or {}, now)
            saga = uow.sagas.get(order_id)
            return Run(order, saga.last, saga.notes, owner)

        return in_transaction(self._store, work)

    def _postpone(self, run: Run) -> None:
        until = self._clock.now() + RETRY_AFTER
        in_transaction(self._store, lambda uow: uow.sagas.postpone(run.order.id, run.owner, until))


def _write(uow: UnitOfWork, order_id: UUID, marks: Mapping[Mark, Notes], now: datetime) -> None:
    for mark, notes in marks.items():
        uow.sagas.record(order_id, mark, notes, now)


def step_key(run: Run, action: str) -> str:
    """Return the idempotency key of a step: the same on every try of it."""
    return f"{run.order.id}:{action}"


def refused(refusal: Exception) -> dict[Mark, Notes]:
    """Return the entries that turn a saga back because of a refusal."""
    to = OrderState.EXPIRED if isinstance(refusal, HoldExpired) else OrderState.FAILED
    declined = isinstance(refusal, PaymentDeclined)
    return turned_back(to, PaymentState.DECLINED if declined else PaymentState.VOIDED, str(refusal))


def turned_back(to: OrderState, payment: PaymentState, why: str) -> dict[Mark, Notes]:
    """Return the entries that turn a saga back, with what becomes of order and payment."""
    notes = {"to": to.value, "payment": payment.value, "why": why}
    return {Mark.TURNED_BACK: notes, Mark.VOIDING: {}}


def recount_places(uow: UnitOfWork, order: Order, now: datetime) -> None:
    """Lock the limited trips of an order and check that it fits beside all others.

    Before the commit this is the same check as before the hold, so that even a process whose clock
    is slow cannot sell a place that another has sold since.
    """
    for claim in claims_of(order.offer):
        capacity = uow.places.capacity(claim)
        if capacity is not None:
            uow.places.lock(claim.trip)
            check_places(claim, capacity, uow.places.taken(claim.trip, now, but=order.id))


def give_back(uow: UnitOfWork, order: Order, now: datetime) -> None:
    """Release an order's places, and take its sale out of the books if it was in them."""
    uow.places.release(order.id)
    order.ticket = None
    if order.state is OrderState.CONFIRMED:
        uow.ledger.book(reversal(revenue(order.id, order.offer.price, now), now))


def _authorised(uow: UnitOfWork, order: Order, now: datetime) -> None:
    del uow
    order.move(OrderState.AUTHORISED, now)
    order.note_payment(PaymentState.AUTHORISED)


def _settle(uow: UnitOfWork, order: Order, now: datetime) -> None:
    """Book what the provider has captured."""
    means = order.payment.means if order.payment else ""
    order.note_payment(PaymentState.CAPTURED)
    uow.ledger.book(settlement(order.id, means, order.price, now))
