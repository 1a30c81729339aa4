"""What a rider may ask of us (GDPR articles 15, 17 and 20): everything we know, and to forget it.

Orders, the ledger and the audit log stay: they are what others rely on, and the law wants them for
years. They name a rider by an id that leads to nobody once the account is emptied, so their hashes
and sums stay right. Invoices keep the name they were issued to, as tax law demands (§ 14b UStG).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from booking.domain.accounts import PASSWORD_MAX, Rider
from booking.domain.errors import BadCredentials, NotSignedIn, RemovalRefused
from booking.domain.ledger import open_items, source, transfer, wallet, wallet_hold
from booking.domain.money import Money
from booking.domain.privacy import Retention
from booking.service.ports import Passwords, Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock

PAY_OUT: Final = "pay-out"
"""The account that owes what riders took along when they left, until the cash desk has paid it."""
BATCH: Final = 100
AS_PUBLISHED: Final = Retention()


@dataclass(frozen=True, slots=True)
class Removal:
    """What is left of an account that was removed."""

    pseudonym: UUID
    """By which orders and ledger go on to name the rider."""
    paid_out: Money | None
    """What the cash desk owes to whoever shows ``receipt``."""
    receipt: str | None


@dataclass(frozen=True)
class Privacy:
    """Export, removal, and what is forgotten by itself."""

    store: Store
    clock: Clock
    passwords: Passwords
    retention: Retention = AS_PUBLISHED
    currency: str = "EUR"

    def export(self, rider: Rider) -> dict[str, Any]:
        """Return everything that is kept of a rider, as JSON can say it; no secrets."""
        with self.store.read() as uow:
            return uow.personal.everything(rider.id)

    def remove(self, rider: Rider, password: str, *, pay_out: bool = False) -> Removal:
        """Forget a rider, and return what is left.

        Parameters
        ----------
        pay_out
            Whether what is in the wallet is to be paid out; without it, money is in the way.

        Raises
        ------
        BadCredentials
            If the password is not the rider's.
        RemovalRefused
            If something is still open; lists all of it.
        """
        self._check(rider, password)

        def work(uow: UnitOfWork) -> Removal:
            uow.personal.lock(rider.id)
            now = self.clock.now()
            reasons = uow.personal.open_ends(rider.id, now)
            reasons += self._debts(uow, rider.id, pay_out=pay_out)
            if reasons:
                raise RemovalRefused(tuple(reasons))
            removal = self._pay_out(uow, rider.id, now)
            uow.personal.erase(rider.id, self.retention.decimals)
            return removal

        return in_transaction(self.store, work)

    def forget_old(self) -> int:
        """Make doors of past journeys coarse and drop sightings; return how many things changed.

        A job for every hour. Guests of telephone agents are forgotten with their last journey.
        """
        now, changed = self.clock.now(), 0
        while True:
            done = in_transaction(
                self.store,
                lambda uow: uow.personal.blur(
                    now - self.retention.doors, self.retention.decimals, BATCH
                ),
            )
            changed += done
            if done < BATCH:
                break
        before = now - self.retention.sightings
        return changed + in_transaction(self.store, lambda uow: uow.trips.drop_sightings(before))

    def _check(self, rider: Rider, password: str) -> None:
        with self.store.read() as uow:
            found = uow.riders.find_by_email(rider.email)
        if found is None:
            raise NotSignedIn
        if not self.passwords.verify(found[1], password[: PASSWORD_MAX + 1]):
            raise BadCredentials

    def _debts(self, uow: UnitOfWork, rider_id: UUID, *, pay_out: bool) -> list[str]:
        """Return what money is still between the rider and us."""
        balance = uow.ledger.balance(wallet(rider_id), self.currency)
        held = uow.ledger.balance(wallet_hold(rider_id), self.currency)
        owed = uow.ledger.balance(open_items(rider_id), self.currency)
        reasons = []
        if held.minor:
            reasons.append(f"{_said(held)} of the wallet are reserved")
        if balance.minor and not pay_out:
            reasons.append(f"{_said(balance)} are in the wallet: ask for them to be paid out")
        if owed.minor < 0:
            reasons.append(f"{_said(-owed)} are still to be paid by invoice")
        if owed.minor > 0:
            reasons.append(f"{_said(owed)} are still to be given back by invoice")
        return reasons

    def _pay_out(self, uow: UnitOfWork, rider_id: UUID, now: datetime) -> Removal:
        """Move what is in the wallet to what the cash desk owes."""
        balance = uow.ledger.balance(wallet(rider_id), self.currency)
        if not balance.minor:
            return Removal(rider_id, None, None)
        key = f"pay-out:{rider_id}"
        uow.ledger.book(
            transfer(
                key, "wallet paid out", now, balance, giver=wallet(rider_id), taker=source(PAY_OUT)
            )
        )
        return Removal(rider_id, balance, key)


def _said(amount: Money) -> str:
    return f"{amount.minor // 100}.{amount.minor % 100:02} {amount.currency}"
