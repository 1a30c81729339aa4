"""What was used, against what was paid: rentals by their real time, rides that did not come.

Whatever was not carried is given back in full without anybody asking; a shorter rental is refunded,
a longer one is charged, a no-show costs what its tariff says. Each is settled once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.chain import ChainLeg
from booking.domain.clearing.rules import ClearingRules
from booking.domain.money import Money
from booking.domain.offers import FULL_VAT_PERMILLE, REDUCED_VAT_PERMILLE
from booking.domain.orders import Order, Part
from booking.domain.postings import Charge, extra_usage, no_show_fee
from booking.domain.refunds import Refund, RefundLine, RefundReason
from booking.domain.rentals import Rental, RentalState
from booking.domain.shuttles import RideState, ShuttleRide
from booking.service.after_sales import AfterSales
from booking.service.charging import WalletOrInvoice
from booking.service.ports import UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.ids import uuid7

log = logging.getLogger(__name__)

BATCH: Final = 200
LOOK_BACK: Final = timedelta(days=30)
"""So long after its end a ride that failed is looked for."""
SETTLED: Final = "settled"
"""What a ride is marked with once its end was settled; riders are not told."""

NoShowFee = Callable[[ChainLeg], Money | None]


@dataclass(frozen=True)
class Usage:
    """Settles what has ended."""

    after_sales: AfterSales
    accounts: WalletOrInvoice
    rules: ClearingRules
    no_show_fee: NoShowFee

    def settle_due(self, now: datetime) -> int:
        """Settle the rentals and rides that have ended; return how many."""
        store = self.after_sales.store
        with store.read() as uow:
            rentals = uow.rentals.list_unsettled(BATCH)
            rides = [one for one in uow.shuttles.list_ended(now - LOOK_BACK) if _is_open(one)]
        for rental_id in rentals:
            self.settle_rental(rental_id)
        for ride in rides:
            self._settle_ride(ride.id)
        return len(rentals) + len(rides)

    def settle_rental(self, rental_id: UUID) -> None:
        """Settle a rental that has ended, unless it was before, or nobody has paid for it."""
        owner = str(uuid7())

        def work(uow: UnitOfWork) -> UUID | None:
            seen = uow.rentals.get(rental_id)
            if seen.order_id is None or seen.settled or seen.leg is None:
                return None
            order = uow.orders.get(seen.order_id)
            refund_id = self._rental(uow, order, seen, seen.leg, owner)
            seen.settled = True
            uow.rentals.save(seen)
            return refund_id

        refund_id = in_transaction(self.after_sales.store, work)
        if refund_id is not None:
            self.after_sales.pay_out(refund_id, owner)

    def _rental(
        self, uow: UnitOfWork, order: Order, rental: Rental, leg: int, owner: str
    ) -> UUID | None:
        """Refund or charge what a rental cost less or more than was paid; return the refund."""
        if rental.state is RentalState.FAILED:
            parts = frozenset(part for part in order.parts if part[0] == leg)
            return self._not_carried(uow, order, parts, owner)
        if rental.state is not RentalState.RETURNED:
            return None
        lines = [n for n, line in enumerate(order.offer.price.lines) if line.leg == leg]
        paid = sum(order.left_of(n).minor for n in lines)
        more = rental.price.minor - paid
        if more > 0:
            self._charge_more(uow, order, rental, leg, more)
        if more >= 0 or not lines:
            return None
        return self._give_back_unused(uow, order, lines, -more, owner)

    def _not_carried(
        self, uow: UnitOfWork, order: Order, parts: frozenset[Part], owner: str
    ) -> UUID | None:
        refund = self.after_sales.in_full(order, parts, RefundReason.NOT_CARRIED)
        if refund is None:
            return None
        return self.after_sales.give_back(uow, order, parts, refund, owner).id

    def _charge_more(
        self, uow: UnitOfWork, order: Order, rental: Rental, leg: int, more: int
    ) -> None:
        carrier = order.offer.chain.legs[leg].carrier
        charge = Charge(
            id=f"usage:{rental.id}",
            order_id=order.id,
            agency_id=carrier.agency_id if carrier else None,
            amount=Money(more, rental.price.currency),
            vat_permille=FULL_VAT_PERMILLE,
            product=f"{rental.fleet_id}/usage",
            rule="usage",
            day=order.offer.chain.legs[leg].departure.date(),
            leg=leg,
            route_id=rental.fleet_id,
        )
        self._charge(uow, order, charge, extra=True)

    def _charge(self, uow: UnitOfWork, order: Order, charge: Charge, *, extra: bool) -> None:
        now = self.after_sales.clock.now()
        post = extra_usage if extra else no_show_fee
        if uow.ledger.book(post(charge, self.rules, now)):
            key = f"{order.id}:charge:{charge.id}:paid"
            self.accounts.charge(uow, order.rider_id, charge.amount, key)

    def _give_back_unused(
        self, uow: UnitOfWork, order: Order, lines: list[int], unused: int, owner: str
    ) -> UUID:
        given = []
        for number in lines:
            left = order.left_of(number)
            share = min(left.minor, unused)
            unused -= share
            if share > 0:
                given.append(RefundLine(number, Money(share, left.currency)))
        now = self.after_sales.clock.now()
        nothing = Money(0, order.price.currency)
        reason = RefundReason.UNUSED
        refund = Refund(uuid7(), order.id, now, reason, tuple(given), fee=nothing)
        self.after_sales.refunds.begin(uow, order, refund, owner)
        order.note("refunded", now)
        return refund.id

    def _settle_ride(self, ride_id: UUID) -> None:
        """Refund a ride that no vehicle could make; charge one that nobody turned up for."""
        owner = str(uuid7())

        def work(uow: UnitOfWork) -> UUID | None:
            seen = uow.shuttles.ride(ride_id)
            order = uow.orders.get(seen.order_id)
            ride = uow.shuttles.ride(ride_id)
            if not _is_open(ride):
                return None
            refund_id = self._ride(uow, order, ride, owner)
            ride = uow.shuttles.ride(ride_id)
            ride.tell(SETTLED)
            uow.shuttles.save_ride(ride)
            return refund_id

        refund_id = in_transaction(self.after_sales.store, work)
        if refund_id is not None:
            self.after_sales.pay_out(refund_id, owner)

    def _ride(self, uow: UnitOfWork, order: Order, ride: ShuttleRide, owner: str) -> UUID | None:
        if not order.is_sold:
            return None
        parts = frozenset(part for part in order.parts if part[0] == ride.leg)
        if ride.state is RideState.FAILED:
            return self._not_carried(uow, order, parts, owner)
        leg = order.offer.chain.legs[ride.leg]
        fee = self.no_show_fee(leg)
        if fee is not None and fee.minor and leg.carrier is not None:
            charge = Charge(
                id=f"no-show:{ride.leg}",
                order_id=order.id,
                agency_id=leg.carrier.agency_id,
                amount=fee,
                vat_permille=REDUCED_VAT_PERMILLE,
                product=f"{ride.service_id}/no-show",
                rule="no-show",
                day=leg.departure.date(),
                leg=ride.leg,
                route_id=ride.service_id,
            )
            self._charge(uow, order, charge, extra=False)
        return None


def _is_open(ride: ShuttleRide) -> bool:
    return SETTLED not in ride.told
