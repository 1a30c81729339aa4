"""Drives the purchase of an order from its journal, through crashes, refusals and silence.

The newest entry of the journal says what is done next, so whoever has the lease, the process that
began or another one after a crash, goes on in the same way. What is ours changes in one database
transaction together with its entry; providers and foreign operators are reached between two
transactions, by calls that are safe to repeat. A reference is journalled before any money can be
reserved under it: ``void`` therefore always knows what to void.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.errors import (
    BookingDeadlinePassed,
    FleetRefused,
    HoldExpired,
    NoPlacesLeft,
    NotCancellable,
    NotOnSale,
    PaymentChallenged,
    PaymentDeclined,
    PaymentUnavailable,
    ShuttleNotFree,
)
from booking.domain.order_states import OrderState
from booking.domain.orders import Order, PaymentState
from booking.domain.outside_errors import ForeignRefused, ForeignUnavailable
from booking.domain.payments.parts import PaymentPart
from booking.service.foreign import ForeignLeg, ForeignOperator, foreign_legs
from booking.service.marks import Mark
from booking.service.ports import PaymentRequest, Store, UnitOfWork
from booking.service.repositories import Notes
from booking.service.selling import Selling
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

log = logging.getLogger(__name__)
LEASE: Final = timedelta(seconds=20)
"""Longer than any call to a provider takes; with the job that looks for abandoned sagas every few
seconds, a dead worker's sagas go on within 30 s."""
RETRY_AFTER: Final = timedelta(seconds=15)
"""How long somebody who gave no answer is left alone."""

REFUSALS: Final = (
    PaymentDeclined,
    HoldExpired,
    BookingDeadlinePassed,
    NoPlacesLeft,
    ShuttleNotFree,
    FleetRefused,
    ForeignRefused,
    NotCancellable,
    NotOnSale,
)
"""What turns a saga back for good. Any other error leaves it to be resumed."""
SILENCE: Final = (PaymentUnavailable, ForeignUnavailable)


@dataclass(frozen=True, slots=True)
class Run:
    """Where a saga stands, for the one who has its lease."""

    order: Order
    last: Mark
    marks: tuple[Mark, ...]
    notes: Notes
    owner: str


Marks = Mapping[Mark, Notes]
"""Entries to write, in their order."""

Effect = Callable[[UnitOfWork, Order, datetime], None]


def nothing(uow: UnitOfWork, order: Order, now: datetime) -> None:
    """Change nothing beside the journal."""
    del uow, order, now


class PurchaseSaga:
    """The steps, and the driver that takes them in the order of the journal."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        selling: Selling,
        foreign: Mapping[str, ForeignOperator],
        lease: timedelta = LEASE,
    ) -> None:
        self._store, self._clock, self._selling = store, clock, selling
        self._till, self._foreign, self._lease = selling.till, foreign, lease
        # Entries that are always written together with the next one need no step of their own.
        self._steps: dict[Mark, Callable[[Run], Run]] = {
            Mark.RESERVING: self._reserve,
            Mark.OPENING: self._open,
            Mark.AUTHORISING: self._authorise,
            Mark.AUTHORISED: self._go_on,
            Mark.BUYING: self._go_on,
            Mark.CONFIRMING: self._confirm,
            Mark.CONFIRMED: self._commit,
            Mark.CAPTURING: self._capture,
            Mark.VOIDING: self._void,
        }

    def check_connected(self, order: Order) -> None:
        """Raise ``NotOnSale`` for a leg whose operator is not connected to this installation."""
        for asked in foreign_legs(order):
            if asked.system_id not in self._foreign:
                raise NotOnSale(f"{asked.system_id} is not booked through us")

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
        """Go on until nothing is left to do, or it is the rider's turn.

        Raises
        ------
        BookingError
            The refusal that turned the saga back, after everything was undone.
        PaymentChallenged
            The rider has to confirm the payment with their bank.
        PaymentUnavailable, ForeignUnavailable
            No answer; the saga goes on when it is resumed.
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
            except SILENCE:
                self._postpone(run)
                raise
        if refusal is not None:
            raise refusal

    # --- steps

    def _reserve(self, run: Run) -> Run:
        """Ask the next foreign operator that has not answered yet; its reference comes first."""
        waiting = [one for one in foreign_legs(run.order) if one.held_note not in run.notes]
        if not waiting:
            return self._record(run, {Mark.RESERVED: {}})
        asked = waiting[0]
        operator, reference = self._operator(asked), run.notes.get(asked.note)
        if reference is None:
            return self._record(run, {Mark.RESERVING: {asked.note: operator.open(asked)}})
        operator.reserve(asked, reference)
        return self._record(run, {Mark.RESERVING: {asked.held_note: "1"}})

    def _open(self, run: Run) -> Run:
        run.order.check_sellable(self._clock.now())
        part = self._outside(run)
        request = PaymentRequest(
            run.order.id, run.order.rider_id, part.amount, run.notes.get("method")
        )
        reference = self._till.provider(part.means).open(request, step_key(run, "open"))
        return self._record(run, {Mark.OPENED: {"reference": reference}, Mark.AUTHORISING: {}})

    def _authorise(self, run: Run) -> Run:
        run.order.check_sellable(self._clock.now())
        provider = self._till.provider(self._outside(run).means)
        try:
            provider.authorise(run.notes["reference"], step_key(run, "authorise"))
        except PaymentChallenged as challenge:
            self._record(run, {Mark.CHALLENGED: {}}, _challenged(challenge.action))
            raise
        marks: dict[Mark, Notes] = {Mark.AUTHORISED: {}}
        if "wait" in run.notes and Mark.BUYING not in run.marks:
            marks[Mark.WAITING] = {}
        return self._record(run, marks, authorised)

    def _go_on(self, run: Run) -> Run:
        if foreign_legs(run.order):
            return self._record(run, {Mark.CONFIRMING: {}})
        return self._commit(run)

    def _confirm(self, run: Run) -> Run:
        """Buy from foreign operators: after the money is reserved, before it is taken."""
        run.order.check_sellable(self._clock.now())
        for asked in foreign_legs(run.order):
            self._operator(asked).confirm(run.notes[asked.note])
        return self._record(run, {Mark.CONFIRMED: {}})

    def _commit(self, run: Run) -> Run:
        outside = self._till.outside_part(run.order.payment)
        last = Mark.CAPTURED if outside is None else Mark.CAPTURING

        def sell(uow: UnitOfWork, order: Order, now: datetime) -> None:
            self._selling.sell(uow, order, now, reserved=True)

        return self._record(run, {Mark.COMMITTED: {}, last: {}}, sell)

    def _capture(self, run: Run) -> Run:
        part = self._outside(run)
        provider = self._till.provider(part.means)
        provider.capture(run.notes["reference"], step_key(run, "capture"))

        def settle(uow: UnitOfWork, order: Order, now: datetime) -> None:
            order.note_payment(PaymentState.CAPTURED)
            self._selling.books.settled(uow, order, part.means, part.amount, now)

        return self._record(run, {Mark.CAPTURED: {}}, settle)

    def _void(self, run: Run) -> Run:
        if "reference" in run.notes:
            provider = self._till.provider(self._outside(run).means)
            provider.void(run.notes["reference"], step_key(run, "void"))
        kept, notes = self._give_foreign_back(run), run.notes

        def close(uow: UnitOfWork, order: Order, now: datetime) -> None:
            self.close(uow, order, OrderState(notes["to"]), now)
            if order.payment is not None:
                order.note_payment(PaymentState(notes["payment"]), notes["why"])

        return self._record(run, {Mark.VOIDED: kept}, close)

    def _give_foreign_back(self, run: Run) -> Notes:
        """Cancel with each operator that was asked; return which ones refuse, and why."""
        kept: dict[str, str] = {}
        for asked in foreign_legs(run.order):
            if asked.note not in run.notes:
                continue
            try:
                self._operator(asked).cancel(run.notes[asked.note])
            except ForeignRefused as refusal:
                # The rider pays nothing; what the operator asks is between it and us.
                log.error("%s keeps a leg of order %s: %s", asked.system_id, run.order.id, refusal)  # noqa: TRY400
                kept[f"{asked.note}-kept"] = str(refusal)
        return kept

    def close(self, uow: UnitOfWork, order: Order, to: OrderState, now: datetime) -> None:
        """End an order that is not sold: own money and everything held goes back."""
        if order.state is OrderState.CONFIRMED:
            self._repay(uow, order)
        else:
            self._till.void(uow, order)
        self._selling.undo(uow, order, to, now)

    def _repay(self, uow: UnitOfWork, order: Order) -> None:
        """Give back own parts that were taken for a sale whose capture was refused."""
        for number, part in enumerate(order.payment.parts if order.payment else ()):
            if part.means in self._till.own:
                self._till.refund(uow, order, part, order.id, number)

    # --- what they have in common

    def _outside(self, run: Run) -> PaymentPart:
        part = self._till.outside_part(run.order.payment)
        if part is None:
            raise LookupError(f"order {run.order.id} is not paid by a provider outside")
        return part

    def _operator(self, asked: ForeignLeg) -> ForeignOperator:
        return self._foreign[asked.system_id]

    def _record(self, run: Run, marks: Marks, effect: Effect = nothing) -> Run:
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
    uow.sagas.record(order.id, marks, now)
    saga = uow.sagas.get(order.id)
    return Run(order, saga.last, saga.marks, saga.notes, owner)


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


def authorised(uow: UnitOfWork, order: Order, now: datetime) -> None:
    """Note that the money is reserved."""
    del uow
    order.move(OrderState.AUTHORISED, now)
    order.note_payment(PaymentState.AUTHORISED)


def _challenged(action: str) -> Effect:
    def effect(uow: UnitOfWork, order: Order, now: datetime) -> None:
        del uow, now
        order.note_payment(PaymentState.CHALLENGED, action=action)

    return effect
