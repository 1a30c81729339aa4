"""Means of payment that are ours: wallet, payment on board, and what others build on accounts.

Every call is part of the order's own transaction: it happens with everything else, or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from booking.domain.ledger import RECEIVABLE, Account, clearing, transfer, wallet, wallet_hold
from booking.service.ports import PaymentRequest, UnitOfWork
from booking.service.selling import EXCHANGE
from kommit.kit.clock import Clock

WALLET: Final = "wallet"
ON_BOARD: Final = "on_board"
"""The driver collects it, and the operator owes it until the month is cleared."""

AccountOf = Callable[[PaymentRequest], Account]


@dataclass(frozen=True)
class LedgerPayments:
    """See ``booking.service.ports.OwnPayments``.

    Parameters
    ----------
    account_of
        Whose money it is.
    hold_of
        Where it lies while it is reserved; None: nothing is reserved anywhere, so authorising it
        cannot fail.
    """

    clock: Clock
    account_of: AccountOf
    hold_of: AccountOf | None = None
    refund_to: AccountOf | None = None
    """Where refunds go if not to where the money came from."""

    def authorise(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Move the money to what is reserved, or raise ``NotEnoughMoney``."""
        if self.hold_of is not None:
            giver, taker = self.account_of(request), self.hold_of(request)
            self._move(uow, request, f"{key}:authorise", "reserved for a trip", giver, taker)

    def capture(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Pay the order from what is reserved."""
        giver = (self.hold_of or self.account_of)(request)
        self._move(uow, request, f"{key}:capture", "paid for a trip", giver, RECEIVABLE)

    def charge(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Pay the order at once, or raise ``NotEnoughMoney``."""
        giver = self.account_of(request)
        self._move(uow, request, f"{key}:capture", "paid for a trip", giver, RECEIVABLE)

    def void(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Give back what is reserved."""
        if self.hold_of is not None:
            giver, taker = self.hold_of(request), self.account_of(request)
            self._move(uow, request, f"{key}:void", "given back", giver, taker)

    def refund(self, uow: UnitOfWork, request: PaymentRequest, key: str) -> None:
        """Give a part of what was paid back to where it came from."""
        taker = (self.refund_to or self.account_of)(request)
        self._move(uow, request, f"{key}:refund", "refunded", RECEIVABLE, taker)

    def _move(
        self,
        uow: UnitOfWork,
        request: PaymentRequest,
        key: str,
        text: str,
        giver: Account,
        taker: Account,
    ) -> None:
        if request.amount.minor:
            entry = transfer(key, text, self.clock.now(), request.amount, giver, taker)
            uow.ledger.book(entry)


def wallet_payments(clock: Clock) -> LedgerPayments:
    """Return the rider's prepaid wallet as a means of payment."""
    return LedgerPayments(
        clock, lambda asked: wallet(asked.rider_id), lambda asked: wallet_hold(asked.rider_id)
    )


def unreserved(clock: Clock, means: str) -> LedgerPayments:
    """Return a means whose money is with somebody else until it is cleared."""
    return LedgerPayments(clock, lambda _: clearing(means))


def exchange(clock: Clock) -> LedgerPayments:
    """Return what was paid for an order that is given up as a means to pay another.

    Once it has paid, its refunds go to the rider's wallet.
    """
    return LedgerPayments(
        clock,
        lambda _: clearing(EXCHANGE),
        refund_to=lambda asked: wallet(asked.rider_id),
    )
