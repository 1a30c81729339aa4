"""What riders owe after they travelled: from the wallet if it has enough, else by invoice."""

from typing import Final
from uuid import UUID

from booking.domain.ledger import RECEIVABLE, open_items, transfer, wallet
from booking.domain.money import Money
from booking.service.ports import UnitOfWork
from kommit.kit.clock import Clock

WALLET: Final = "wallet"
INVOICE: Final = "invoice"


class WalletOrInvoice:
    """See ``booking.service.trip_ports.RiderAccounts``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def charge(
        self, uow: UnitOfWork, rider_id: UUID, amount: Money, key: str, *, from_wallet: bool = True
    ) -> str:
        """Take an amount from the wallet, or make it an open item.

        Raises
        ------
        NotEnoughMoney
            If the wallet was emptied meanwhile: try again, without it.
        """
        has = uow.ledger.balance(wallet(rider_id), amount.currency)
        pays = from_wallet and has.minor >= amount.minor
        giver = wallet(rider_id) if pays else open_items(rider_id)
        now = self._clock.now()
        uow.ledger.book(transfer(key, "travel, billed", now, amount, giver, RECEIVABLE))
        return WALLET if pays else INVOICE

    def credit(self, uow: UnitOfWork, rider_id: UUID, amount: Money, key: str) -> None:
        """Take an amount off what is owed on invoices; what is more goes to the wallet."""
        owed = -min(uow.ledger.balance(open_items(rider_id), amount.currency).minor, 0)
        off = Money(min(owed, amount.minor), amount.currency)
        parts = ((f"{key}:invoice", off, open_items), (f"{key}:wallet", amount - off, wallet))
        now = self._clock.now()
        for part_key, part, account in parts:
            if part.minor:
                taker = account(rider_id)
                entry = transfer(part_key, "travel, credited", now, part, RECEIVABLE, taker)
                uow.ledger.book(entry)
