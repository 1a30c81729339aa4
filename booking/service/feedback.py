"""What riders think of legs that are over: stars for every leg, and complaints to its operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from booking.domain.chain import Carrier, ChainLeg
from booking.domain.complaints import (
    MOST_OF_ORDER,
    TEXT_MAX,
    Complaint,
    ComplaintCategory,
    ComplaintState,
)
from booking.domain.errors import IllegalRide, OrderNotFound, RideNotFound
from booking.domain.orders import Order
from booking.domain.redress_errors import ComplaintRefused
from booking.domain.shuttles import RideState
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

COMMENT_MAX: Final = 1000


@dataclass(frozen=True)
class Feedback:
    """Ratings and complaints, leg by leg."""

    store: Store
    clock: Clock

    # --- ratings

    def rate(
        self, order_id: UUID, rider_id: UUID, leg: int, stars: int, comment: str | None = None
    ) -> None:
        """Keep what a rider thinks of a leg that is over; a later rating replaces it.

        Raises
        ------
        OrderNotFound, RideNotFound, IllegalRide
            If there is no such leg of the rider's, or it is not over.
        """
        if not 1 <= stars <= 5:
            raise IllegalRide("a leg is rated with 1 to 5 stars")

        def work(uow: UnitOfWork) -> None:
            order, now = _own_order(uow, order_id, rider_id), self.clock.now()
            sold_leg, _ = _sold_leg(order, leg)
            if not _is_over(uow, order, leg, sold_leg, now):
                raise IllegalRide("a leg can be rated once it is over")
            kept = comment.strip()[:COMMENT_MAX] if comment else None
            uow.shuttles.rate(order_id, leg, stars, kept or None, now)

        in_transaction(self.store, work)

    # --- complaints

    def complain(
        self, order_id: UUID, rider_id: UUID, leg: int, category: ComplaintCategory, text: str
    ) -> Complaint:
        """Complain of a leg to its operator: also of one that has not come.

        Raises
        ------
        OrderNotFound, RideNotFound
            If there is no such leg of the rider's.
        ComplaintRefused
            If the leg should not have begun yet, there is no text, or there are too many.
        """

        def work(uow: UnitOfWork) -> Complaint:
            order, now = _own_order(uow, order_id, rider_id), self.clock.now()
            sold_leg, carrier = _bought_leg(order, leg)
            words = text.strip()[:TEXT_MAX]
            if not words:
                raise ComplaintRefused("say what happened")
            if now < sold_leg.departure:
                raise ComplaintRefused("this leg has not begun yet")
            if len(uow.complaints.list_of_order(order_id)) >= MOST_OF_ORDER:
                raise ComplaintRefused(f"an order has {MOST_OF_ORDER} complaints at most")
            complaint = Complaint(
                uuid7(),
                order_id,
                leg,
                carrier.agency_id,
                carrier.line,
                sold_leg.departure,
                category,
                words,
                now,
            )
            uow.complaints.add(complaint)
            return complaint

        return in_transaction(self.store, work)

    def complaints_of(self, order_id: UUID, rider_id: UUID) -> Sequence[Complaint]:
        """Return the complaints about an order, oldest first, or raise ``OrderNotFound``."""
        with self.store.read() as uow:
            _own_order(uow, order_id, rider_id)
            return uow.complaints.list_of_order(order_id)

    # --- the operator's office

    def complaints_about(
        self,
        agency_id: str,
        state: ComplaintState | None,
        limit: int,
        before: UUID | None = None,
    ) -> Sequence[Complaint]:
        """Return the complaints about an operator's legs, newest first."""
        with self.store.read() as uow:
            return uow.complaints.list_of_agency(agency_id, state, limit, before)

    def answer(self, complaint_id: UUID, agency_id: str, text: str, *, closes: bool) -> Complaint:
        """Answer a complaint about one of the operator's own legs.

        Raises
        ------
        ComplaintNotFound, ComplaintRefused
            If it is another operator's, or closed.
        """

        def work(uow: UnitOfWork) -> Complaint:
            complaint = uow.complaints.get(complaint_id, agency_id)
            words = text.strip()[:TEXT_MAX]
            if not words:
                raise ComplaintRefused("say something to the rider")
            complaint.reply(words, self.clock.now(), closes=closes)
            uow.complaints.save(complaint)
            return complaint

        return in_transaction(self.store, work)


def _own_order(uow: UnitOfWork, order_id: UUID, rider_id: UUID) -> Order:
    order = uow.orders.get(order_id)
    if order.rider_id != rider_id:
        raise OrderNotFound(order_id)
    return order


def _bought_leg(order: Order, leg: int) -> tuple[ChainLeg, Carrier]:
    """Return a leg that was sold to the rider, also if it was paid back since."""
    found = dict(order.offer.chain.sold).get(leg)
    was_sold = order.is_sold or order.refunds
    if found is None or found.carrier is None or not was_sold:
        raise RideNotFound
    return found, found.carrier


def _sold_leg(order: Order, leg: int) -> tuple[ChainLeg, Carrier]:
    """Return a leg that is the rider's: what was given back was not ridden."""
    found = _bought_leg(order, leg)
    if not order.riders_on(leg):
        raise RideNotFound
    return found


def _is_over(uow: UnitOfWork, order: Order, leg: int, sold: ChainLeg, now: datetime) -> bool:
    """Say whether a leg is over: a shuttle's by its driver's word, others as they were planned."""
    if sold.shuttle is None:
        return now >= sold.arrival
    rides = [ride for ride in uow.shuttles.rides_of(order.id) if ride.leg == leg]
    if not rides:  # a foreign operator's: nobody tells us
        return now >= sold.arrival
    return any(ride.state is RideState.DONE for ride in rides)
