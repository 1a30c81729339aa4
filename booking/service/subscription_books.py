"""Months of subscriptions in the ledger."""

from dataclasses import dataclass, field
from datetime import date, datetime

from booking.domain.clearing.rules import ClearingRules
from booking.domain.ledger import Booked, History
from booking.domain.postings import SubscriptionSale, refunded, subscription_sold
from booking.domain.refunds import Refund
from booking.service.ports import UnitOfWork


@dataclass(frozen=True)
class SubscriptionLedger:
    """See ``booking.service.subscriptions.SubscriptionBooks``."""

    rules: ClearingRules = field(default_factory=ClearingRules)

    def sold(self, uow: UnitOfWork, sale: SubscriptionSale, now: datetime) -> None:
        """A month is owed; its revenue waits until the month is over."""
        uow.ledger.book(subscription_sold(sale, self.rules, now))

    def refunded(self, uow: UnitOfWork, refund: Refund, month: date, now: datetime) -> None:
        """A part of the month that began on a day is given back; other months stay as they are."""
        history = _of_month(uow.ledger.history(refund.order_id), month)
        uow.ledger.book(refunded(refund, history, self.rules, now))


def _of_month(history: History, begin: date) -> History:
    return [
        Booked(one.key, one.month, tuple(line for line in one.lines if line.day == begin))
        for one in history
    ]
