"""A shop that also takes vouchers, budgets and invoices."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from booking.adapters.payments.sources import BudgetPayments, InvoicePayments, VoucherPayments
from booking.domain.accounts import Rider
from booking.domain.ledger import BOOKS_ZONE, Account, AccountKind
from booking.domain.money import Money
from booking.domain.orders import Order
from booking.domain.payments.vouchers import Promotion
from booking.domain.refunds import Refund
from booking.service.payments.budgets import Budgets
from booking.service.payments.invoicing import Invoicing
from booking.service.payments.mandates import Mandates
from booking.service.payments.means import Means
from booking.service.payments.reconciling import Reconciling
from booking.service.payments.vouchers import Vouchers
from booking.service.selling import Selling
from booking.service.transactions import in_transaction
from kommit.kit.ids import uuid7
from tests.support.shop import NOON, Shop, offer

IBAN = "DE02120300000000202051"
LIMIT = Money(3_000)
HOLDS = (AccountKind.VOUCHER_HOLD, AccountKind.BUDGET_HOLD, AccountKind.OPEN_ITEMS_HOLD)


@dataclass
class PaymentShop(Shop):
    """Orders with everything that may pay them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.mandates = Mandates(self.store, self.clock)
        self.invoicing = Invoicing(self.store, self.clock, BOOKS_ZONE)
        self.vouchers = Vouchers(self.store, self.clock)
        self.budgets = Budgets(self.store, self.clock, BOOKS_ZONE)
        self.reconciling = Reconciling(self.store)

    def sells(self) -> Selling:
        selling = super().sells()
        own = {
            **selling.till.own,
            "voucher": VoucherPayments(self.clock),
            "budget": BudgetPayments(self.clock, BOOKS_ZONE),
            "invoice": InvoicePayments(self.clock, LIMIT),
        }
        parts = Means(self.clock, BOOKS_ZONE).parts
        return replace(selling, till=replace(selling.till, own=own, parts_of=parts))

    def account(self, minor: int = 10_000, name: str = "Ada") -> UUID:
        """Return a rider with an account, and with money in the wallet."""
        rider = Rider(uuid7(), f"{name.lower()}@kommit.example", name, self.clock.now())
        in_transaction(self.store, lambda uow: uow.riders.add(rider, "hash"))
        if minor:
            self.wallets.top_up(rider.id, Money(minor), "first", "test")
        return rider.id

    def buy(self, rider: UUID, means: str = "wallet", *rides: Any, **change: Any) -> Order:
        """Hold an offer of this moment and pay it."""
        now = self.clock.now()
        made = {"issued_at": now, "expires_at": now + timedelta(minutes=15)} | change
        method = made.pop("method", None)
        order = self.orders.hold(rider, offer(*rides, **made))
        return self.orders.pay(order.id, rider, means, method)

    def give_back(self, order: Order, minor: int) -> Refund:
        """Refund a part of an order's first line, as goodwill."""
        from booking.domain.refunds import RefundLine, RefundReason

        refund = Refund(
            uuid7(),
            order.id,
            self.clock.now(),
            RefundReason.GOODWILL,
            (RefundLine(0, Money(minor)),),
        )
        owner = str(uuid7())

        def work(uow: Any) -> None:
            self.refunds.begin(uow, uow.orders.get(order.id), refund, owner)

        in_transaction(self.store, work)
        self.refunds.drive(refund.id, owner)
        return refund

    def on(self, account: Account) -> int:
        with self.store.read() as uow:
            return int(uow.ledger.balance(account, "EUR").minor)

    def promotion(self, **change: Any) -> Promotion:
        made: dict[str, Any] = {
            "id": "autumn",
            "title": "Autumn",
            "funder": "county",
            "value": Money(1_000),
            "budget": Money(5_000),
            "valid_from": NOON - timedelta(days=1),
            "valid_until": NOON + timedelta(days=30),
        }
        return Promotion(**made | change)

    def shares(self) -> int:
        """Return what operators and the tax office get of everything sold."""
        kinds = AccountKind.PAYABLE, AccountKind.DEFERRED, AccountKind.VAT, AccountKind.INCOME
        return sum(self.balance(kind) for kind in kinds)

    def check_holds(self) -> None:
        """Assert what must hold when no order is held and paid."""
        assert self.wallets.ledger_difference() == 0
        assert [self.balance(kind) for kind in HOLDS] == [0, 0, 0]
        assert self.balance(AccountKind.RECEIVABLE) == 0

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        before, self.clock.at = self.clock.at, moment
        yield
        self.clock.at = before
