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
    NotOnSale,
    PaymentDeclined,
    PaymentUnavailable,
    ShuttleNotFree,
)
from booking.domain.holds import check_places, claims_of
from booking.domain.ledger import revenue, reversal, settlement
from booking.domain.orders import Order, OrderState, PaymentState
from booking.service.marks import Mark
from booking.service.ports import PaymentRequest, Payments, Store, TicketIssuer, UnitOfWork
from booking.service.repositories import Notes
from booking.service.shuttle_holds import ShuttleHolds, release_shuttles
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

LEASE: Final = timedelta(seconds=30)
"""Longer than any call to a provider takes."""
RETRY_AFTER: Final = timedelta(seconds=20)
"""How long a provider that gave no answer is left alone."""

REFUSALS: Final = (
    PaymentDeclined,
    HoldExpired,
    BookingDeadlinePassed,
    NoPlacesLeft,
    ShuttleNotFree,
    NotOnSale,
)
"""What turns a saga back for good. Any other error leaves it to be resumed."""


@dataclass(frozen=True, slots=True)
class Run:
    """Where a saga stands, for the one who has its lease."""

    order: Order
    last: Mark
    notes: Notes
    owner: str


Marks = Mapping[Mark, Notes]
"""Entries to write, in their order."""

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
        shuttles: ShuttleHolds | None = None,
    ) -> None:
        self._shuttles = shuttles
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
        self, uow: UnitOfWork, order_id: UUID, owner: str, marks: Marks | None = None
    ) -> Run | None:
        """Take the lease and write ``marks``; return None if somebody else has it."""
        order = uow.orders.get(order_id)  # always locked before its saga: no two wait crosswise
        now = self._clock.now()
        if not uow.sagas.acquire(order_id, owner, now, now + self._lease):
            return None
        return _written(uow, order, owner, marks or {}, now)

    def drive(self, run: Run) -> None:
        """Go on until nothing is left to do.

        Raises
        ------
        BookingError
            The refusal that turned the saga back, after everything was undone.
        PaymentUnavailable
            The provider gave no answer; the saga goes on when it is resumed.
        LeaseLost
            Another process drives the saga now.
        """
        refusal: Exception | None = None
        while (step := self._steps.get(run.last)) is not None:
            try:
                run = step(run)
            except REFUSALS as error:
                if run.last is Mark.VOIDING:
                    raise  # what is undone cannot be refused: somebody has to look at this
                refusal = error
                run = self._record(run, refused(error))
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
        return self._record(run, {Mark.OPENED: {"reference": reference}, Mark.AUTHORISING: {}})

    def _authorise(self, run: Run) -> Run:
        run.order.check_sellable(self._clock.now())
        self._provider(run).authorise(run.notes["reference"], step_key(run, "authorise"))
        return self._record(run, {Mark.AUTHORISED: {}}, _authorised)

    def _commit(self, run: Run) -> Run:
        return self._record(run, {Mark.COMMITTED: {}, Mark.CAPTURING: {}}, self._confirm)

    def _confirm(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """Fix everything that is ours: places, order, ticket, revenue."""
        order.check_sellable(now)
        recount_places(uow, order, now)
        uow.places.confirm(order.id)
        if self._shuttles is not None:
            self._shuttles.confirm(uow, order, now)
        order.move(OrderState.CONFIRMED, now)
        order.ticket = self._issue_ticket(order)
        uow.ledger.book(revenue(order.id, order.offer.price, now))

    def _capture(self, run: Run) -> Run:
        self._provider(run).capture(run.notes["reference"], step_key(run, "capture"))
        return self._record(run, {Mark.CAPTURED: {}}, _settle)

    def _void(self, run: Run) -> Run:
        if "reference" in run.notes:
            self._provider(run).void(run.notes["reference"], step_key(run, "void"))
        notes = run.notes

        def close(uow: UnitOfWork, order: Order, now: datetime) -> None:
            give_back(uow, order, OrderState(notes["to"]), now)
            order.move(OrderState(notes["to"]), now)
            order.note_payment(PaymentState(notes["payment"]), notes["why"])

        return self._record(run, {Mark.VOIDED: {}}, close)

    # --- what they have in common

    def _provider(self, run: Run) -> Payments:
        return self._payments[run.notes["means"]]

    def _record(self, run: Run, marks: Marks, effect: Effect = _nothing) -> Run:
        """Write entries and their effect in one transaction, if the lease is still ours."""

        def work(uow: UnitOfWork) -> Run:
            now = self._clock.now()
            order = uow.orders.get(run.order.id)
            uow.sagas.keep(order.id, run.owner, now + self._lease)
            effect(uow, order, now)
            return _written(uow, order, run.owner, marks, now)

        return in_transaction(self._store, work)

    def _postpone(self, run: Run) -> None:
        until = self._clock.now() + RETRY_AFTER
        in_transaction(self._store, lambda uow: uow.sagas.postpone(run.order.id, run.owner, until))


def _written(uow: UnitOfWork, order: Order, owner: str, marks: Marks, now: datetime) -> Run:
    """Write entries, and return where the saga stands then."""
    for mark, notes in marks.items():
        uow.sagas.record(order.id, mark, notes, now)
    saga = uow.sagas.get(order.id)
    return Run(order, saga.last, saga.notes, owner)


def step_key(run: Run, action: str) -> str:
    """Return the idempotency key of a step: the same on every try of it."""
    return f"{run.order.id}:{action}"


def refused(refusal: Exception) -> Marks:
    """Return the entries that turn a saga back because of a refusal."""
    to = OrderState.EXPIRED if isinstance(refusal, HoldExpired) else OrderState.FAILED
    declined = isinstance(refusal, PaymentDeclined)
    return turned_back(to, PaymentState.DECLINED if declined else PaymentState.VOIDED, str(refusal))


def turned_back(to: OrderState, payment: PaymentState, why: str) -> Marks:
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


def give_back(uow: UnitOfWork, order: Order, to: OrderState, now: datetime) -> None:
    """Release the places of an order that becomes ``to``; take its sale out of the books."""
    uow.places.release(order.id)
    release_shuttles(uow, order, to, now)
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
