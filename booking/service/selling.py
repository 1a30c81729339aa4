"""The moment of the sale, and its undoing: all that is ours changes in one transaction.

Whatever else follows from a sale within it (what caps count, the audit log) is a follower; none of
them reaches outside.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from booking.domain.money import Money
from booking.domain.order_states import OrderState
from booking.domain.orders import Order, PaymentState
from booking.domain.refunds import Refund
from booking.service.books import Books
from booking.service.own_holds import OwnHolds, give_back
from booking.service.ports import TicketIssuer, UnitOfWork
from booking.service.till import Till

Follower = Callable[[UnitOfWork, Order, datetime], None]
RefundFollower = Callable[[UnitOfWork, Order, Refund, datetime], None]
EXCHANGE: Final = "exchange"
"""The means by which an order that is given up pays for the one that takes its place."""


class Exchange(Protocol):
    """Gives an order up for another one."""

    def credit(self, uow: UnitOfWork, order: Order, now: datetime) -> Money:
        """Return what the order that ``order`` replaces is worth, less the fee for changing it."""
        ...

    def give_up(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """Give the replaced order back in the transaction that sells ``order``."""
        ...


@dataclass
class Selling:
    """What selling an order means here."""

    till: Till
    holds: OwnHolds
    issue_ticket: TicketIssuer
    books: Books = field(default_factory=Books)
    on_sale: Sequence[Follower] = ()
    on_refund: Sequence[RefundFollower] = ()
    exchange: Exchange | None = None

    def sell(self, uow: UnitOfWork, order: Order, now: datetime, *, reserved: bool) -> None:
        """Fix places, order, ticket and revenue, and take the own parts of the payment.

        Parameters
        ----------
        reserved
            Whether the own parts are authorised already; otherwise they are taken at once.

        Raises
        ------
        HoldExpired, BookingDeadlinePassed, NoPlacesLeft, ShuttleNotFree, SlotNotFree, NotOnSale
            If it can no longer be sold. The transaction must not be committed then.
        PaymentDeclined
            If an own means does not pay.
        """
        order.check_sellable(now)
        if order.replaces is not None and self.exchange is not None:
            self.exchange.give_up(uow, order, now)
        take = self.till.capture if reserved else self.till.charge
        take(uow, order)
        self.holds.confirm(uow, order, now)
        order.move(OrderState.AUTHORISED, now)
        order.move(OrderState.CONFIRMED, now)
        order.ticket = self.issue_ticket(order)
        self.books.sold(uow, order, now)
        for follow in self.on_sale:
            follow(uow, order, now)
        if self.till.outside_part(order.payment) is None:
            order.note_payment(PaymentState.CAPTURED)

    def undo(self, uow: UnitOfWork, order: Order, to: OrderState, now: datetime) -> None:
        """Give back everything of an order that becomes ``to``, a sale that nobody saw included."""
        give_back(uow, order, to, now)
        order.ticket = None
        if order.state is OrderState.CONFIRMED:
            self.books.unsold(uow, order, now)
        order.move(to, now)
