"""The double-entry ledger: money moves between accounts and never appears or vanishes.

A posting above zero is a credit (kommit owes it to somebody), below zero a debit (somebody owes it
to kommit). The postings of an entry add up to zero in each currency, or there is no entry.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from booking.domain.money import Money
from booking.domain.offers import Price
from booking.domain.refunds import Refund


class AccountKind(StrEnum):
    """What an account stands for."""

    WALLET = "wallet"
    """Prepaid money of a rider."""
    WALLET_HOLD = "wallet-hold"
    """The part of it that is reserved for orders."""
    PAYABLE = "payable"
    """What kommit owes an operator for rides sold."""
    RECEIVABLE = "receivable"
    """Orders that are confirmed and not yet captured."""
    CLEARING = "clearing"
    """Money captured with a provider of payments, by its name."""
    FEES = "fees"
    """What kommit keeps of refunds."""
    SOURCE = "source"
    """Where top-ups come from: the cash desk, or a grant of the demo."""


FLOORED = frozenset({AccountKind.WALLET, AccountKind.WALLET_HOLD})
"""Accounts that may never fall below zero; the database keeps their balance and checks it."""


class Account(NamedTuple):
    """An account: its kind and whose it is. Sorts, so that locks are taken in one order."""

    kind: AccountKind
    owner: str


class Posting(NamedTuple):
    """One side of an entry."""

    account: Account
    amount: Money


def wallet(rider_id: UUID) -> Account:
    """Return the account of a rider's prepaid money."""
    return Account(AccountKind.WALLET, str(rider_id))


def wallet_hold(rider_id: UUID) -> Account:
    """Return the account of what is reserved from a rider's wallet."""
    return Account(AccountKind.WALLET_HOLD, str(rider_id))


def payable(agency_id: str | None) -> Account:
    """Return the account of an operator; lines without one wait in ``unassigned`` for sharing."""
    return Account(AccountKind.PAYABLE, agency_id or "unassigned")


def clearing(means: str) -> Account:
    """Return the account of what was captured by a means of payment."""
    return Account(AccountKind.CLEARING, means)


def source(name: str) -> Account:
    """Return the account that top-ups come from."""
    return Account(AccountKind.SOURCE, name)


RECEIVABLE = Account(AccountKind.RECEIVABLE, "orders")


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced set of postings. A ``key`` is booked once, however often it is tried."""

    key: str
    text: str
    at: datetime
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        differences = {c: d for c, d in totals(p.amount for p in self.postings).items() if d}
        if differences:
            raise ValueError(f"entry {self.key} does not balance: {differences}")


def totals(amounts: Iterable[Money]) -> dict[str, int]:
    """Return the sum of minor units by currency."""
    sums: dict[str, int] = defaultdict(int)
    for amount in amounts:
        sums[amount.currency] += amount.minor
    return dict(sums)


def transfer(
    key: str, text: str, at: datetime, amount: Money, giver: Account, taker: Account
) -> Entry:
    """Return the entry that moves ``amount`` from one account to another."""
    return Entry(key, text, at, (Posting(giver, -amount), Posting(taker, amount)))


def revenue(order_id: UUID, price: Price, at: datetime) -> Entry:
    """Return the entry of a sale: the order owes its price, operators get their lines of it."""
    shares: dict[Account, Money] = {}
    for line in price.lines:
        account = payable(line.agency_id)
        shares[account] = shares.get(account, Money(0, price.total.currency)) + line.amount
    postings = (Posting(RECEIVABLE, -price.total), *(Posting(*share) for share in shares.items()))
    return Entry(f"{order_id}:revenue", "sale", at, postings)


def reversal(entry: Entry, at: datetime) -> Entry:
    """Return the entry that takes ``entry`` back."""
    postings = tuple(Posting(posting.account, -posting.amount) for posting in entry.postings)
    return Entry(f"{entry.key}:reversal", f"{entry.text}, taken back", at, postings)


def taken_back(refund: Refund, price: Price, at: datetime) -> Entry:
    """Return the entry of a refund: operators give their lines back, the rider is owed the rest."""
    shares: dict[Account, Money] = {}
    for line in refund.lines:
        account = payable(price.lines[line.line].agency_id)
        nothing = Money(0, price.total.currency)
        shares[account] = shares.get(account, nothing) - line.amount
    postings = [Posting(RECEIVABLE, refund.amount), *(Posting(*share) for share in shares.items())]
    if refund.fee.minor:
        postings.append(Posting(Account(AccountKind.FEES, "cancellation"), refund.fee))
    return Entry(f"{refund.id}:refund", f"refund, {refund.reason}", at, tuple(postings))


def settlement(order_id: UUID, means: str, amount: Money, at: datetime) -> Entry:
    """Return the entry of a capture: the money is with the provider, the order owes nothing."""
    key = f"{order_id}:settlement"
    return transfer(key, f"captured by {means}", at, amount, clearing(means), RECEIVABLE)
