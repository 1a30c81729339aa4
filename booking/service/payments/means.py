"""Which means pay an order: what others give first, then what the rider chose."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.domain.money import Money
from booking.domain.orders import Order
from booking.domain.payments import accounts
from booking.domain.payments.errors import SourceNotUsable
from booking.domain.payments.months import Month
from booking.domain.payments.parts import Available, PaymentPart, split_payment
from booking.service.payments.budgets import left_of
from booking.service.ports import UnitOfWork
from booking.service.till import Wish
from kommit.kit.clock import Clock

VOUCHER: Final = "voucher"
BUDGET: Final = "budget"
INVOICE: Final = "invoice"

LEAST: Final = {"stripe": 50}
"""The smallest amount that a means takes, in cents (Stripe: minimum charge amounts, EUR)."""


class Means:
    """Says how an order is paid; part of the order's transaction.

    Parameters
    ----------
    zone
        By whose clocks a budget's month ends.
    """

    def __init__(self, clock: Clock, zone: ZoneInfo) -> None:
        self._clock, self._zone = clock, zone

    def parts(
        self, uow: UnitOfWork, order: Order, wish: Wish, due: Money
    ) -> tuple[PaymentPart, ...]:
        """Return the parts that pay an amount of an order: a voucher, budgets, then the wish.

        Empty for nothing. See ``booking.service.till.PartsOf``.

        Raises
        ------
        SourceNotUsable
            If the rider chose to pay by voucher or budget alone, and they do not pay it all.
        """
        given = tuple(self.available(uow, order))
        least = LEAST.get(wish.means, 0)
        parts = split_payment(due, given, wish.means, wish.method or "", least)
        last = parts[-1] if parts else None
        if last is not None and last.means in {VOUCHER, BUDGET} and last.source not in _of(given):
            raise SourceNotUsable(
                f"your {wish.means} does not pay all of this order: choose another means, too"
            )
        return parts

    def available(self, uow: UnitOfWork, order: Order) -> Iterable[Available]:
        """Yield what could pay of an order, in the order in which it is spent."""
        now = self._clock.now()
        voucher = best_voucher(uow, order, now)
        if voucher is not None:
            yield voucher
        yield from self._budgets(uow, order, now)

    def _budgets(self, uow: UnitOfWork, order: Order, now: datetime) -> Iterable[Available]:
        price, chain = order.offer.price, order.offer.chain
        for grant in uow.budgets.grants_of(order.rider_id):
            covered = grant.covers(chain, price.lines, price.total.currency)
            for month in grant.months_at(Month.of(now, self._zone)):
                left = left_of(uow, grant, month)
                taken = Money(min(left.minor, covered.minor), covered.currency)
                if taken.minor > 0 and left.currency == covered.currency:
                    covered -= taken
                    yield Available(BUDGET, taken, month.source)


def best_voucher(uow: UnitOfWork, order: Order, now: datetime) -> Available | None:
    """Return the voucher that pays most of an order; of equal ones, what ends first."""
    mine = uow.vouchers.list_of(order.rider_id)
    if not mine:
        return None
    travelled = uow.vouchers.has_bought(order.rider_id, but=order.id)
    offers = []
    for each in mine:
        promotion = uow.vouchers.promotion(each.promotion_id)
        left = uow.ledger.balance(accounts.voucher(each.id), promotion.value.currency)
        pays = promotion.pays(order.price, left, now, has_travelled=travelled)
        if pays.minor > 0:
            offers.append((-pays.minor, promotion.valid_until, str(each.id), pays))
    if not offers:
        return None
    _, _, voucher_id, pays = min(offers)
    return Available(VOUCHER, pays, str(UUID(voucher_id)))


def _of(given: Iterable[Available]) -> set[str]:
    return {one.source for one in given}
