"""Vouchers, budgets and monthly invoices as means of payment: accounts of our own ledger."""

from collections.abc import Callable
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.adapters.payments.own import LedgerPayments
from booking.domain.errors import NotEnoughMoney
from booking.domain.money import Money
from booking.domain.orders import Order
from booking.domain.payments import accounts
from booking.domain.payments.budgets import BudgetMonth, Grant
from booking.domain.payments.errors import (
    MeansNotFound,
    NoMandate,
    OwedTooMuch,
    SourceNotUsable,
)
from booking.domain.payments.invoices import OpenItem, vat_shares
from booking.domain.payments.months import Month
from booking.domain.payments.vouchers import Promotion, Rest, Voucher
from booking.service.payments.budgets import grant_month
from booking.service.payments.vouchers import lapse_rest
from booking.service.ports import PaymentRequest, UnitOfWork
from kommit.kit.clock import Clock


class VoucherPayments:
    """See ``booking.service.ports.OwnPayments``. A request's method is the voucher's id."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ledger = LedgerPayments(
            clock,
            lambda asked: accounts.voucher(_voucher_id(asked)),
            lambda asked: accounts.voucher_hold(_voucher_id(asked)),
        )

    def authorise(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Reserve it, or raise ``SourceNotUsable``."""
        self._check(uow, request)
        _spend(lambda: self._ledger.authorise(uow, request, key))

    def capture(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Pay the order from what is reserved; the rest may lapse by the promotion's rule."""
        self._ledger.capture(uow, request, key)
        self._after_use(uow, request, key)

    def charge(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Do both at once, or raise ``SourceNotUsable``."""
        self._check(uow, request)
        _spend(lambda: self._ledger.charge(uow, request, key))
        self._after_use(uow, request, key)

    def void(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Give back what is reserved."""
        self._ledger.void(uow, request, key)

    def refund(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Give it back to the voucher; after the promotion's end it lapses from there."""
        self._ledger.refund(uow, request, key)
        uow.vouchers.close(_voucher_id(request), closed=False)

    def _check(self, uow: UnitOfWork, request: PaymentRequest) -> None:
        voucher, promotion = self._find(uow, request)
        if voucher.rider_id != request.rider_id:
            raise SourceNotUsable("this voucher is not yours")
        left = uow.ledger.balance(accounts.voucher(voucher.id), request.amount.currency)
        order = uow.orders.get(request.order_id)
        travelled = uow.vouchers.has_bought(request.rider_id, but=order.id)
        pays = promotion.pays(order.price, left, self._clock.now(), has_travelled=travelled)
        if pays.minor < request.amount.minor:
            raise SourceNotUsable(f"{promotion.title} pays less of this order now, pay again")

    def _after_use(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        voucher, promotion = self._find(uow, request)
        if promotion.rest is Rest.LAPSES:
            lapse_rest(uow, voucher, self._clock.now(), f"{key}:rest")

    def _find(self, uow: UnitOfWork, request: PaymentRequest) -> tuple[Voucher, Promotion]:
        try:
            voucher = uow.vouchers.get(_voucher_id(request))
        except MeansNotFound as error:
            raise SourceNotUsable(str(error)) from error
        return voucher, uow.vouchers.promotion(voucher.promotion_id)


class BudgetPayments:
    """See ``booking.service.ports.OwnPayments``. A request's method is ``BudgetMonth.source``."""

    def __init__(self, clock: Clock, zone: ZoneInfo) -> None:
        self._clock, self._zone = clock, zone
        self._ledger = LedgerPayments(
            clock,
            lambda asked: accounts.budget(_month(asked)),
            lambda asked: accounts.budget_hold(_month(asked)),
        )

    def authorise(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Reserve it, or raise ``SourceNotUsable``."""
        self._check(uow, request)
        _spend(lambda: self._ledger.authorise(uow, request, key))

    def capture(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Pay the order from what is reserved."""
        self._ledger.capture(uow, request, key)

    def charge(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Do both at once, or raise ``SourceNotUsable``."""
        self._check(uow, request)
        _spend(lambda: self._ledger.charge(uow, request, key))

    def void(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Give back what is reserved."""
        self._ledger.void(uow, request, key)

    def refund(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Give it back to its month; if that is over, it lapses from there."""
        self._ledger.refund(uow, request, key)
        uow.budgets.reopen(_month(request))

    def _check(self, uow: UnitOfWork, request: PaymentRequest) -> None:
        now, month = self._clock.now(), _month(request)
        if month.rider_id != request.rider_id:
            raise SourceNotUsable("this budget is not yours")
        grant = self._grant(uow, month, now=Month.of(now, self._zone))
        order = uow.orders.get(request.order_id)
        price = order.offer.price
        covered = grant.covers(order.offer.chain, price.lines, price.total.currency)
        if covered.minor < request.amount.minor:
            raise SourceNotUsable("your employer does not pay this way of travelling")
        grant_month(uow, grant, month, now)

    def _grant(self, uow: UnitOfWork, month: BudgetMonth, now: Month) -> Grant:
        for grant in uow.budgets.grants_of(month.rider_id):
            if grant.employer_id == month.employer_id and month in grant.months_at(now):
                return grant
        raise SourceNotUsable(f"the budget of {month.month} can no longer be spent")


class InvoicePayments:
    """See ``booking.service.ports.OwnPayments``: the rider owes it, until the month's invoice.

    Parameters
    ----------
    limit
        What one rider may owe, reserved orders included.
    """

    def __init__(self, clock: Clock, limit: Money) -> None:
        self._clock, self._limit = clock, limit
        self._ledger = LedgerPayments(
            clock,
            lambda asked: accounts.open_items(asked.rider_id),
            lambda asked: accounts.open_items_hold(asked.rider_id),
        )

    def authorise(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Reserve it, or raise ``NoMandate`` or ``OwedTooMuch``."""
        self._check(uow, request)
        self._ledger.authorise(uow, request, key)

    def capture(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Make it an open item."""
        self._ledger.capture(uow, request, key)
        self._note(uow, request, f"{key}:capture", request.amount)

    def charge(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Do both at once, or raise ``NoMandate`` or ``OwedTooMuch``."""
        self._check(uow, request)
        self._ledger.charge(uow, request, key)
        self._note(uow, request, f"{key}:capture", request.amount)

    def void(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Owe it no longer."""
        self._ledger.void(uow, request, key)

    def refund(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Owe less: on this month's invoice, or on the next one."""
        self._ledger.refund(uow, request, key)
        self._note(uow, request, f"{key}:refund", -request.amount)

    def _check(self, uow: UnitOfWork, request: PaymentRequest) -> None:
        # The mandate's row is locked: two orders of one rider count one after the other.
        if uow.mandates.find_active(request.rider_id) is None:
            raise NoMandate
        owed = uow.ledger.balance(accounts.open_items(request.rider_id), request.amount.currency)
        if (request.amount - owed).minor > self._limit.minor:
            raise OwedTooMuch(self._limit)

    def _note(self, uow: UnitOfWork, request: PaymentRequest, key: str, amount: Money) -> None:
        if amount.minor:
            order = uow.orders.get(request.order_id)
            shares = vat_shares(order.offer.price.lines, amount)
            text = _item_text(order) if amount.minor > 0 else f"Refund: {_item_text(order)}"
            at = self._clock.now()
            item = OpenItem(key, request.rider_id, order.id, at, text[:200], shares)
            uow.invoices.add_item(item)


def _item_text(order: Order) -> str:
    legs = order.offer.chain.legs
    day = order.offer.chain.departure.date().isoformat()
    return f"{legs[0].origin.name} - {legs[-1].destination.name}, {day}"


def _voucher_id(request: PaymentRequest) -> UUID:
    try:
        return UUID(request.method or "")
    except ValueError as error:
        raise SourceNotUsable("no voucher of yours pays this") from error


def _month(request: PaymentRequest) -> BudgetMonth:
    try:
        return BudgetMonth.parse(request.method or "")
    except ValueError as error:
        raise SourceNotUsable("no budget of yours pays this") from error


def _spend(move: Callable[[], None]) -> None:
    """Tell a source that is used up from a wallet without money."""
    try:
        move()
    except NotEnoughMoney as error:
        raise SourceNotUsable("there is less left than when you looked, pay again") from error
