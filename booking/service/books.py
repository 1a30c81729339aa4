"""What orders write into the ledger, each in the transaction that it tells of."""

from datetime import datetime

from booking.domain.ledger import (
    RECEIVABLE,
    clearing,
    revenue,
    reversal,
    settlement,
    taken_back,
    transfer,
)
from booking.domain.money import Money
from booking.domain.orders import Order
from booking.domain.refunds import Refund
from booking.service.ports import UnitOfWork


class Books:
    """The entries of an order's life."""

    def sold(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """The order owes its price, its operators are owed their shares."""
        uow.ledger.book(revenue(order.id, order.offer.price, now))

    def unsold(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """A sale that nobody saw is taken back: its capture was refused."""
        uow.ledger.book(reversal(revenue(order.id, order.offer.price, now), now))

    def settled(
        self, uow: UnitOfWork, order: Order, means: str, amount: Money, now: datetime
    ) -> None:
        """A provider outside has captured its part."""
        uow.ledger.book(settlement(order.id, means, amount, now))

    def refunded(self, uow: UnitOfWork, order: Order, refund: Refund, now: datetime) -> None:
        """Operators give back their lines; the rider is owed them, less the fee."""
        uow.ledger.book(taken_back(refund, order.offer.price, now))

    def exchanged(self, uow: UnitOfWork, refund: Refund, amount: Money, now: datetime) -> None:
        """A part of a refund is set aside for the order that takes the place of the old one."""
        key, text = f"{refund.id}:exchange", "set aside for another order"
        uow.ledger.book(transfer(key, text, now, amount, RECEIVABLE, clearing("exchange")))

    def repaid(
        self, uow: UnitOfWork, refund: Refund, means: str, amount: Money, now: datetime
    ) -> None:
        """A provider outside has given its part of a refund back."""
        uow.ledger.book(settlement(refund.id, means, -amount, now))

    def performed(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """The journey is over: operators have earned their shares."""
