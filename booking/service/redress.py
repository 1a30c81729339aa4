"""Redress: what goes wrong with sold journeys is seen and kept, and riders are made good for it.

A job looks at every order that is under way or begins soon, and keeps the worst it sees: so a
claim that comes days later is judged by what was known then, and not by what a rider tells.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.after_sales import Guarantee
from booking.domain.chain import Chain
from booking.domain.errors import OrderNotFound
from booking.domain.ledger import subsidies, transfer, wallet
from booking.domain.money import Money
from booking.domain.orders import Order, Part
from booking.domain.redress import (
    AlternativeOption,
    GuaranteeOption,
    LegForecast,
    Redress,
    RedressClaim,
    RedressKind,
    RefundOption,
    SeenIncident,
    claimable_until,
    goes_on_at,
    incident_of,
    refundable_until,
    watched_legs,
)
from booking.domain.redress_errors import RedressRefused
from booking.domain.refunds import Refund, RefundReason
from booking.domain.shuttles import RideState, ShuttleRide
from booking.service.after_sales import AfterSales, sold_order
from booking.service.ports import UnitOfWork
from booking.service.tickets import Tickets
from booking.service.transactions import in_transaction
from kommit.kit.ids import uuid7

Forecasts = Callable[[Chain], Sequence[LegForecast]]
"""Returns how the rides of a chain are expected to run, as far as realtime tells of them."""

AHEAD: Final = timedelta(hours=2)
"""So long before they begin, journeys are looked at."""
BEHIND: Final = timedelta(hours=1)
"""So long after they should have ended they still are: what is late arrives later."""
BATCH: Final = 500
GRANTED: Final = "redress.granted"
"""What the audit log calls it."""


@dataclass(frozen=True)
class Redresses:
    """Sees what goes wrong, and grants what the rules promise."""

    after_sales: AfterSales
    forecasts: Forecasts
    tickets: Tickets

    # --- a job

    def watch(self, now: datetime) -> int:
        """Look at all journeys of the moment; return how many got worse."""
        return sum(self._look(order_id) for order_id in self._watched(now))

    def _watched(self, now: datetime) -> Iterator[UUID]:
        after: UUID | None = None
        while True:
            with self.after_sales.store.read() as uow:
                page = uow.redress.list_watched(now - BEHIND, now + AHEAD, BATCH, after)
            yield from page
            if len(page) < BATCH:
                return
            after = page[-1]

    def _look(self, order_id: UUID) -> bool:
        with self.after_sales.store.read() as uow:
            order = uow.orders.get(order_id)
            seen = self._worst(uow, order)
            if seen is None or seen == uow.redress.incident(order_id):
                return False

        def work(uow: UnitOfWork) -> bool:
            order = uow.orders.get(order_id)
            return order.is_sold and self._keep(uow, order, self._worst(uow, order))

        return in_transaction(self.after_sales.store, work)

    def _keep(self, uow: UnitOfWork, order: Order, seen: SeenIncident | None) -> bool:
        """Keep an incident if it is worse than what was kept; tell of it once."""
        kept = uow.redress.incident(order.id)
        if seen is None or seen == kept:
            return False
        uow.redress.keep_incident(seen)
        if kept is None or not seen.incident.is_same_as(kept.incident):
            order.note("disrupted", seen.at)
        return True

    # --- what may be asked for

    def options(self, order_id: UUID, rider_id: UUID) -> Redress:
        """Return how an order's journey stands, and what its rider may ask for at this moment.

        Raises
        ------
        OrderNotFound
            If there is no such order of the rider's.
        """
        with self.after_sales.store.read() as uow:
            order = uow.orders.get(order_id)
            if order.rider_id != rider_id:
                raise OrderNotFound(order_id)
            claim = uow.redress.claim(order_id)
            if not order.is_sold:
                return Redress(order_id, uow.redress.incident(order_id), claim=claim)
            seen = self._worst(uow, order)
        if seen is None:
            return Redress(order_id, None, claim=claim)
        alternative = self._alternative(order, seen)
        if claim is not None:
            return Redress(order_id, seen, alternative=alternative, claim=claim)
        return Redress(
            order_id,
            seen,
            self._refund_option(order, seen),
            alternative,
            self._guarantee_option(order, seen),
        )

    # --- granting it

    def refund(self, order_id: UUID, rider_id: UUID) -> RedressClaim:
        """Pay back the legs from the incident on, in full.

        Raises
        ------
        OrderNotFound, NotCancellable
            If there is no such order, or it is not sold.
        RedressRefused
            If nothing went wrong, it is too late, or something was granted before.
        """
        owner = str(uuid7())

        def work(uow: UnitOfWork) -> RedressClaim:
            order = sold_order(uow, order_id, rider_id)
            seen = self._claimable(uow, order)
            now = self.after_sales.clock.now()
            if now > refundable_until(order, seen, self._guarantee(order)):
                raise RedressRefused("it is too late to give this up for a late vehicle")
            refund = self._missed(order, seen)
            if refund is None:
                raise RedressRefused("nothing that was missed is left to be paid back")
            self._keep(uow, order, seen)
            parts = _parts_from(order, seen.incident.leg)
            self.after_sales.give_back(uow, order, parts, refund, owner)
            amount = refund.amount
            claim = RedressClaim(
                order.id,
                RedressKind.REFUND,
                seen.incident.leg,
                now,
                amount,
                amount,
                refund_id=refund.id,
            )
            return _granted(uow, claim, seen)

        claim = in_transaction(self.after_sales.store, work)
        if claim.refund_id is not None:
            self.after_sales.pay_out(claim.refund_id, owner)
        return claim

    def guarantee(
        self, order_id: UUID, rider_id: UUID, amount: Money, receipt: str
    ) -> RedressClaim:
        """Pay a taxi back to the rider's wallet, up to the cap of the hour.

        Parameters
        ----------
        amount
            What the taxi has cost.
        receipt
            Its receipt, as the rider calls it.

        Raises
        ------
        OrderNotFound, NotCancellable, RedressRefused
            As ``refund``.
        """

        def work(uow: UnitOfWork) -> RedressClaim:
            order = sold_order(uow, order_id, rider_id)
            seen = self._claimable(uow, order)
            rules, now = self._guarantee(order), self.after_sales.clock.now()
            cap = self._cap(order, seen, rules)
            if amount.minor <= 0 or amount.currency != cap.currency:
                raise RedressRefused(f"a taxi is paid back by what it cost, in {cap.currency}")
            self._keep(uow, order, seen)
            granted = min(amount, cap)
            giver, taker = subsidies(rules.county), wallet(rider_id)
            key = f"{order.id}:guarantee"
            uow.ledger.book(transfer(key, "mobility guarantee", now, granted, giver, taker))
            claim = RedressClaim(
                order.id,
                RedressKind.GUARANTEE,
                seen.incident.leg,
                now,
                amount,
                granted,
                receipt=receipt,
            )
            return _granted(uow, claim, seen)

        return in_transaction(self.after_sales.store, work)

    # --- how

    def _claimable(self, uow: UnitOfWork, order: Order) -> SeenIncident:
        """Return the incident that a claim is about, or say why there is none."""
        if uow.redress.claim(order.id) is not None:
            raise RedressRefused(
                "this order was made good already: either what was missed is paid back, or a taxi"
            )
        seen = self._worst(uow, order)
        if seen is None:
            raise RedressRefused("as far as we have seen, this journey went as it was sold")
        until = claimable_until(seen, self._guarantee(order))
        if self.after_sales.clock.now() > until:
            raise RedressRefused(f"this could be claimed until {until.isoformat('T', 'minutes')}")
        return seen

    def _worst(self, uow: UnitOfWork, order: Order) -> SeenIncident | None:
        """Return the worst of what was kept and what is expected now."""
        kept, now = uow.redress.incident(order.id), self.after_sales.clock.now()
        chain = order.offer.chain
        if not order.is_sold or now > chain.arrival + BEHIND:
            return kept
        shuttles = _of_shuttles(uow.shuttles.rides_of(order.id))
        found = incident_of(
            chain,
            [*self.forecasts(chain), *shuttles],
            self._guarantee(order),
            watched_legs(order),
        )
        if found is None or not found.is_worse_than(kept.incident if kept else None):
            return kept
        return SeenIncident(order.id, found, now)

    def _guarantee(self, order: Order) -> Guarantee:
        return self.after_sales.rules_of(order).guarantee

    def _missed(self, order: Order, seen: SeenIncident) -> Refund | None:
        parts = _parts_from(order, seen.incident.leg)
        return self.after_sales.in_full(order, parts, RefundReason.MISSED)

    def _cap(self, order: Order, seen: SeenIncident, rules: Guarantee) -> Money:
        """Return the cap of the hour in which the leg should have left."""
        at = order.offer.chain.legs[seen.incident.leg].departure.astimezone(self.after_sales.zone)
        clock_s = at.hour * 3600 + at.minute * 60 + at.second
        return Money(rules.cap_at(clock_s), order.price.currency)

    def _refund_option(self, order: Order, seen: SeenIncident) -> RefundOption | None:
        until = refundable_until(order, seen, self._guarantee(order))
        refund = self._missed(order, seen)
        if refund is None or self.after_sales.clock.now() > until:
            return None
        return RefundOption(refund.legs, refund.passengers, refund.amount, until)

    def _guarantee_option(self, order: Order, seen: SeenIncident) -> GuaranteeOption | None:
        rules = self._guarantee(order)
        until = claimable_until(seen, rules)
        if self.after_sales.clock.now() > until:
            return None
        return GuaranteeOption(self._cap(order, seen, rules), until)

    def _alternative(self, order: Order, seen: SeenIncident) -> AlternativeOption | None:
        """Return how to go on while the ticket is valid; without one there is nothing to use."""
        now, chain = self.after_sales.clock.now(), order.offer.chain
        if order.ticket is None:
            return None
        until = self.tickets.read(order.ticket).valid_until
        if now > until:
            return None
        return AlternativeOption(
            chain.legs[seen.incident.leg].origin,
            chain.legs[-1].destination,
            goes_on_at(chain, seen.incident, now),
            until,
        )


def _granted(uow: UnitOfWork, claim: RedressClaim, seen: SeenIncident) -> RedressClaim:
    uow.redress.add_claim(claim)
    body = {
        "kind": claim.kind.value,
        "leg": claim.leg,
        "incident": seen.incident.kind.value,
        "late_s": seen.incident.late_s,
        "asked_minor": claim.asked.minor,
        "granted_minor": claim.granted.minor,
        "currency": claim.granted.currency,
    }
    uow.audit.append(GRANTED, f"order:{claim.order_id}", body, claim.at)
    return claim


def _parts_from(order: Order, leg: int) -> frozenset[Part]:
    return frozenset(part for part in order.parts if part[0] >= leg)


def _of_shuttles(rides: Sequence[ShuttleRide]) -> Iterator[LegForecast]:
    """Yield what own vehicles promise by now; of several tries of a leg, the last one counts."""
    for ride in {ride.leg: ride for ride in rides}.values():
        if ride.state is RideState.FAILED:
            yield LegForecast(ride.leg, None, None)
        elif ride.state is RideState.DONE and ride.boarded_at and ride.ended_at:
            yield LegForecast(ride.leg, ride.boarded_at, ride.ended_at)
        elif ride.state in {RideState.BOOKED, RideState.ON_BOARD}:
            yield LegForecast(ride.leg, ride.promise.pickup_until, ride.promise.drop_off_until)
