"""Who takes the money of an order: our own accounts within its transaction, a provider outside it.

A payment has parts. Own parts are authorised, captured and given back in the transaction of what
they pay for; at most one part is with a provider outside, whom the saga asks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from booking.domain.errors import UnknownMeans
from booking.domain.money import Money
from booking.domain.orders import Order, Payment
from booking.domain.payments.parts import PaymentPart
from booking.service.ports import OwnPayments, PaymentRequest, Payments, UnitOfWork


@dataclass(frozen=True, slots=True)
class Wish:
    """How a rider wants to pay."""

    means: str
    method: str | None = None
    """Of the means: a card, a voucher's code."""


PartsOf = Callable[[UnitOfWork, Order, Wish, Money], tuple[PaymentPart, ...]]
"""Says which means pay an amount of an order: vouchers and budgets before what the rider chose."""


def by_one_means(uow: UnitOfWork, order: Order, wish: Wish, due: Money) -> tuple[PaymentPart, ...]:
    """Let the chosen means pay everything."""
    del uow, order
    return (PaymentPart(wish.means, due, wish.method or ""),) if due.minor else ()


@dataclass(frozen=True)
class Till:
    """The means of payment of this installation."""

    own: Mapping[str, OwnPayments]
    outside: Mapping[str, Payments] = field(default_factory=dict)
    parts_of: PartsOf = by_one_means

    @property
    def means(self) -> tuple[str, ...]:
        """What riders may choose."""
        return (*self.own, *self.outside)

    def check(self, means: str) -> None:
        """Raise ``UnknownMeans`` for a means that is not taken here."""
        if means not in self.own and means not in self.outside:
            raise UnknownMeans(means, self.means)

    def outside_part(self, payment: Payment | None) -> PaymentPart | None:
        """Return the part that a provider outside takes, if there is one."""
        parts = payment.parts if payment else ()
        return next((part for part in parts if part.means in self.outside), None)

    def provider(self, means: str) -> Payments:
        """Return a provider outside."""
        return self.outside[means]

    # --- own parts, within the order's transaction

    def authorise(self, uow: UnitOfWork, order: Order) -> None:
        """Reserve the own parts, or raise ``PaymentDeclined``."""
        for number, part in self._own_parts(order):
            self.own[part.means].authorise(uow, _request(order, part), f"{order.id}:{number}")

    def capture(self, uow: UnitOfWork, order: Order) -> None:
        """Take the own parts that are reserved."""
        for number, part in self._own_parts(order):
            self.own[part.means].capture(uow, _request(order, part), f"{order.id}:{number}")

    def charge(self, uow: UnitOfWork, order: Order) -> None:
        """Take the own parts at once, or raise ``PaymentDeclined``."""
        for number, part in self._own_parts(order):
            self.own[part.means].charge(uow, _request(order, part), f"{order.id}:{number}")

    def void(self, uow: UnitOfWork, order: Order) -> None:
        """Give back the own parts that are reserved."""
        for number, part in self._own_parts(order):
            self.own[part.means].void(uow, _request(order, part), f"{order.id}:{number}")

    def refund(
        self, uow: UnitOfWork, order: Order, part: PaymentPart, refund_id: UUID, number: int
    ) -> None:
        """Give back what an own means has paid."""
        self.own[part.means].refund(uow, _request(order, part), f"{refund_id}:{number}")

    def _own_parts(self, order: Order) -> list[tuple[int, PaymentPart]]:
        parts = order.payment.parts if order.payment else ()
        return [(n, part) for n, part in enumerate(parts) if part.means in self.own]


def _request(order: Order, part: PaymentPart) -> PaymentRequest:
    return PaymentRequest(order.id, order.rider_id, part.amount, part.source or None)
