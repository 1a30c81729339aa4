"""After the sale: quotes, giving back legs or the whole chain, and changing to another time.

The fee is quoted first; what is given back is free for others and refunded by one transaction, the
operators' shares line by line. A change holds the new before it gives up the old.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.domain.after_sales import (
    AfterSalesRules,
    RefundQuote,
    change_fee,
    full_refund,
    quote_of,
    wanted_parts,
)
from booking.domain.errors import (
    NotCancellable,
    OrderNotFound,
    PaymentUnavailable,
    QuoteChanged,
)
from booking.domain.money import Money
from booking.domain.offers import Offer
from booking.domain.order_states import OrderState
from booking.domain.orders import Order, Part
from booking.domain.refunds import Refund, RefundReason
from booking.service.orders import Orders
from booking.service.own_holds import give_back, give_back_parts
from booking.service.ports import LeaseLost, Store, UnitOfWork
from booking.service.refund_saga import Refunds, refunded_of
from booking.service.release_saga import Releases
from booking.service.selling import Selling
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

log = logging.getLogger(__name__)
ALL: Final[Sequence[int]] = ()
"""All legs, or all passengers."""


@dataclass(frozen=True)
class AfterSales:
    """What riders do with orders that are sold.

    Parameters
    ----------
    rules
        All versions; the one that is valid on the day of departure counts.
    zone
        The region's, by which that day is told.
    """

    store: Store
    clock: Clock
    orders: Orders
    selling: Selling
    refunds: Refunds
    releases: Releases
    rules: Sequence[AfterSalesRules]
    zone: ZoneInfo

    # --- giving back

    def quote(
        self,
        order_id: UUID,
        rider_id: UUID,
        legs: Sequence[int] = ALL,
        passengers: Sequence[int] = ALL,
    ) -> RefundQuote:
        """Return what giving parts of an order back would bring at this moment.

        Raises
        ------
        OrderNotFound, NotCancellable
            If there is nothing to give back.
        """
        with self.store.read() as uow:
            order = sold_order(uow, order_id, rider_id)
            return quote_of(order, legs, passengers, self.rules_of(order), self.clock.now())

    def cancel(
        self,
        order_id: UUID,
        rider_id: UUID,
        legs: Sequence[int] = ALL,
        passengers: Sequence[int] = ALL,
        *,
        expected: Money | None = None,
    ) -> Refund:
        """Give parts of a sold order back, and return the refund; pending until it is paid out.

        Parameters
        ----------
        expected
            What the rider was quoted.

        Raises
        ------
        OrderNotFound, NotCancellable
            If there is nothing to give back.
        QuoteChanged
            If it would bring another amount by now. Nothing is changed.
        """
        owner = str(uuid7())

        def work(uow: UnitOfWork) -> Refund:
            now = self.clock.now()
            order = sold_order(uow, order_id, rider_id)
            quote = quote_of(order, legs, passengers, self.rules_of(order), now)
            if expected is not None and quote.amount != expected:
                raise QuoteChanged(quote.amount)
            parts = wanted_parts(order, legs, passengers)
            _check_not_riding(uow, order, parts)
            refund = _refund(order, quote, RefundReason.CANCELLED, now)
            return self.give_back(uow, order, parts, refund, owner)

        refund = in_transaction(self.store, work)
        self.pay_out(refund.id, owner)
        return self._read(order_id, refund.id)

    def in_full(self, order: Order, parts: frozenset[Part], reason: RefundReason) -> Refund | None:
        """Return the refund of what was not carried as promised, without a fee.

        None where nothing of it is left of a sold order.
        """
        left = parts & frozenset(order.parts)
        if not order.is_sold or not left:
            return None
        return Refund(
            id=uuid7(),
            order_id=order.id,
            at=self.clock.now(),
            reason=reason,
            lines=full_refund(order, left),
            legs=tuple(sorted({leg for leg, _ in left})),
            passengers=tuple(sorted({passenger for _, passenger in left})),
            fee=Money(0, order.price.currency),
        )

    def give_back(
        self, uow: UnitOfWork, order: Order, parts: frozenset[Part], refund: Refund, owner: str
    ) -> Refund:
        """Free what parts of a sold order hold, refund them, and issue the ticket of the rest."""
        now = self.clock.now()
        give_back_parts(uow, order, parts, now)
        self.refunds.begin(uow, order, refund, owner)
        if order.parts:
            order.ticket_version += 1
            order.ticket = self.selling.issue_ticket(order)
        elif order.state not in {OrderState.ENDED, OrderState.SETTLED}:
            order.ticket = None
            order.move(OrderState.CANCELLED, now)
        order.note("refunded", now)
        return refund

    # --- another time

    def change(self, order_id: UUID, rider_id: UUID, offer: Offer) -> Order:
        """Hold another journey in place of a sold one, and return the new order.

        It is paid like any order: what the old one is worth, less the fee, pays first. The old one
        stays sold until then.

        Raises
        ------
        OrderNotFound, NotCancellable
            If there is no such order, it is too late, or another change is under way.
        OfferExpired, OfferTaken, NoPlacesLeft, …
            As ``Orders.hold``.
        """
        with self.store.read() as uow:
            old = sold_order(uow, order_id, rider_id)
            change_fee(old, self.rules_of(old), self.clock.now())
            under_way = uow.orders.find_replacement(order_id)
            if under_way is not None and under_way.offer.id != offer.id:
                raise NotCancellable("this order is being changed already: pay or give that back")
        return self.orders.hold(rider_id, offer, replaces=order_id)

    def fee_of_change(self, order_id: UUID, rider_id: UUID) -> Money:
        """Return what changing an order costs at this moment, or raise ``NotCancellable``."""
        with self.store.read() as uow:
            order = sold_order(uow, order_id, rider_id)
            return change_fee(order, self.rules_of(order), self.clock.now())

    # --- jobs

    def resume_all(self, now: datetime) -> int:
        """Tell operators what was given back; go on with refunds that a crash or silence left."""
        return self.refunds.resume_all(now) + self.releases.resume_all(now)

    # --- how

    def rules_of(self, order: Order) -> AfterSalesRules:
        """Return the rules that an order was sold by."""
        return rules_on(self.rules, order, self.zone)

    def pay_out(self, refund_id: UUID, owner: str) -> None:
        """Ask the provider of a refund, if one has a part in it; a job asks again."""
        try:
            self.refunds.drive(refund_id, owner)
        except (PaymentUnavailable, LeaseLost) as open_end:
            log.warning("refund %s is not paid out yet: %s", refund_id, open_end)

    def _read(self, order_id: UUID, refund_id: UUID) -> Refund:
        with self.store.read() as uow:
            order = uow.orders.get(order_id)
        return next(one for one in order.refunds if one.id == refund_id)


@dataclass(frozen=True)
class OldForNew:
    """See ``booking.service.selling.Exchange``."""

    refunds: Refunds
    rules: Sequence[AfterSalesRules]
    zone: ZoneInfo

    def credit(self, uow: UnitOfWork, order: Order, now: datetime) -> Money:
        """Return what the old order is worth, less the fee for changing it."""
        old = _replaced(uow, order)
        return self._refund(old, now).amount

    def give_up(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """Give the old order back; what does not pay for the new one goes back to its means."""
        old = _replaced(uow, order)
        refund = self._refund(old, now)
        part = order.payment.parts[0] if order.payment and order.payment.parts else None
        used = part.amount if part and part.source == str(old.id) else Money(0, "EUR")
        if used != min(refund.amount, order.price):
            raise NotCancellable("the old order is worth another amount by now: change it anew")
        give_back(uow, old, OrderState.CANCELLED, now)
        self.refunds.begin(uow, old, refund, None, kept=used)
        old.ticket = None
        old.move(OrderState.CANCELLED, now)

    def _refund(self, old: Order, now: datetime) -> Refund:
        """Return the refund of everything that is left of an order, less the fee for a change."""
        if not old.is_sold or not old.parts:
            raise NotCancellable("the order that is to be changed was given back meanwhile")
        fee = change_fee(old, rules_on(self.rules, old, self.zone), now)
        lines = full_refund(old, old.parts)
        gross = sum(line.amount.minor for line in lines)
        return Refund(
            id=uuid7(),
            order_id=old.id,
            at=now,
            reason=RefundReason.CHANGED,
            lines=lines,
            legs=tuple(sorted({leg for leg, _ in old.parts})),
            passengers=tuple(sorted({passenger for _, passenger in old.parts})),
            fee=min(fee, Money(max(gross, 0), fee.currency)),
        )


def rules_on(rules: Sequence[AfterSalesRules], order: Order, zone: ZoneInfo) -> AfterSalesRules:
    """Return the version of the day on which an order's journey begins.

    Raises
    ------
    NotCancellable
        If none is valid then.
    """
    day = order.offer.chain.departure.astimezone(zone).date()
    for version in rules:
        if version.covers(day):
            return version
    raise NotCancellable(f"there are no rules of cancellation for {day}")


def sold_order(uow: UnitOfWork, order_id: UUID, rider_id: UUID) -> Order:
    """Return a rider's order that is sold and not over.

    Raises
    ------
    OrderNotFound, NotCancellable
        If it is somebody else's, or not sold.
    """
    order = uow.orders.get(order_id)
    if order.rider_id != rider_id:
        raise OrderNotFound(order_id)
    if not order.is_sold:
        raise NotCancellable(f"an order that is {order.state} has nothing to give back")
    return order


def _check_not_riding(uow: UnitOfWork, order: Order, parts: frozenset[Part]) -> None:
    """Raise ``NotCancellable`` while the rider has a vehicle of these parts, or has brought it."""
    legs = {leg for leg, _ in parts} & {leg for leg, _ in order.offer.chain.rentals}
    for rental in uow.rentals.of_order(order.id) if legs else ():
        if rental.leg in legs and (rental.opened_at is not None or rental.task is not None):
            raise NotCancellable("the vehicle was fetched already")


def _replaced(uow: UnitOfWork, order: Order) -> Order:
    if order.replaces is None:
        raise LookupError(f"order {order.id} replaces none")
    old = uow.orders.get(order.replaces)
    if old.rider_id != order.rider_id:
        raise OrderNotFound(order.replaces)
    return old


def _refund(order: Order, quote: RefundQuote, reason: RefundReason, now: datetime) -> Refund:
    return Refund(
        id=uuid7(),
        order_id=order.id,
        at=now,
        reason=reason,
        lines=quote.lines,
        legs=quote.legs,
        passengers=quote.passengers,
        fee=quote.fee,
    )


__all__ = ["AfterSales", "OldForNew", "refunded_of", "rules_on", "sold_order"]
