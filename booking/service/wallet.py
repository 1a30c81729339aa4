"""A rider's prepaid wallet: what is in it, what is reserved, and how it is topped up."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from booking.domain.audit import AuditKind
from booking.domain.ledger import source, transfer, wallet, wallet_hold
from booking.domain.money import Money
from booking.service.ports import Store, UnitOfWork
from booking.service.repositories import LedgerLine
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

LINES: Final = 50
DEMO_GRANT: Final = "demo-grant"
CASH_DESK: Final = "cash-desk"


@dataclass(frozen=True, slots=True)
class WalletStatement:
    """What a rider sees. ``balance`` is free to spend; ``held`` is reserved for orders."""

    balance: Money
    held: Money
    entries: Sequence[LedgerLine]


class Wallets:
    """The riders' wallets, in one currency."""

    def __init__(self, store: Store, clock: Clock, currency: str = "EUR") -> None:
        self._store, self._clock, self._currency = store, clock, currency

    def statement(self, rider_id: UUID) -> WalletStatement:
        """Return what a wallet holds, with its newest entries first."""
        with self._store.read() as uow:
            return self._statement(uow, rider_id)

    def top_up(self, rider_id: UUID, amount: Money, key: str, source_name: str) -> WalletStatement:
        """Put money in. The same ``key`` of the same rider is booked once.

        Parameters
        ----------
        source_name
            Where it comes from, like ``CASH_DESK`` or ``DEMO_GRANT``.

        Raises
        ------
        ValueError
            If the amount is not above zero, or not in the wallet's currency.
        """
        if amount.minor <= 0 or amount.currency != self._currency:
            raise ValueError(f"a top-up is an amount above zero in {self._currency}")
        entry = transfer(
            f"top-up:{rider_id}:{key}",
            "top-up",
            self._clock.now(),
            amount,
            giver=source(source_name),
            taker=wallet(rider_id),
        )

        def work(uow: UnitOfWork) -> WalletStatement:
            if uow.ledger.book(entry):
                body = {
                    "minor": amount.minor,
                    "currency": amount.currency,
                    "source": source_name,
                }
                subject = f"top-up:{hashlib.sha256(entry.key.encode()).hexdigest()}"
                uow.audit.append(AuditKind.WALLET_TOPPED_UP, subject, body, entry.at)
            return self._statement(uow, rider_id)

        return in_transaction(self._store, work)

    def ledger_difference(self) -> int:
        """Return by how many minor units the books are wrong; 0 is the only good answer."""
        with self._store.read() as uow:
            return uow.ledger.difference()

    def _statement(self, uow: UnitOfWork, rider_id: UUID) -> WalletStatement:
        return WalletStatement(
            balance=uow.ledger.balance(wallet(rider_id), self._currency),
            held=uow.ledger.balance(wallet_hold(rider_id), self._currency),
            entries=uow.ledger.lines(wallet(rider_id), LINES),
        )
