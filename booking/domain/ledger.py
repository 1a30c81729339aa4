"""The double-entry ledger: money moves between accounts and never appears or vanishes.

A posting above zero is a credit (kommit owes it to somebody), below zero a debit (somebody owes it
to kommit). The postings of an entry add up to zero in each currency, or there is no entry.

What moves on an operator's accounts is told line by line: for each of them, the lines of an entry
add up to its posting, or there is no entry. So a clearing report can always name legs and rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.domain.money import Money

BOOKS_ZONE: Final = ZoneInfo("Europe/Berlin")
"""Where the books are kept, as the rates of VAT are: a month begins at midnight there."""


class AccountKind(StrEnum):
    """What an account stands for."""

    WALLET = "wallet"
    """Prepaid money of a rider."""
    WALLET_HOLD = "wallet-hold"
    """The part of it that is reserved for orders."""
    OPEN_ITEMS = "open-items"
    """What a rider owes on a monthly invoice."""
    OPEN_ITEMS_HOLD = "open-items-hold"
    """What a rider will owe if the orders it is reserved for are sold."""
    VOUCHER = "voucher"
    """What is left of a rider's voucher."""
    VOUCHER_HOLD = "voucher-hold"
    BUDGET = "budget"
    """What is left of one month that an employer pays a rider."""
    BUDGET_HOLD = "budget-hold"
    PAYABLE = "payable"
    """What kommit owes an operator for rides that were ridden, without VAT."""
    DEFERRED = "deferred"
    """An operator's part of what is sold and not ridden yet, without VAT."""
    VAT = "vat"
    """What kommit owes the tax office, by the rate in permille."""
    INCOME = "income"
    """What kommit keeps: fees of riders, commission of operators."""
    RECEIVABLE = "receivable"
    """Orders that are confirmed and not yet captured."""
    CLEARING = "clearing"
    """Money captured with a provider of payments, by its name; ``bank`` is kommit's own."""
    PROVIDER_FEES = "provider-fees"
    """What providers of payments keep for themselves."""
    SUBSIDY = "subsidy"
    """What a county owes for rides that it supports."""
    DISPUTED = "disputed"
    """What riders' banks took back from a provider of payments, until somebody bears it."""
    PROMOTION = "promotion"
    """What somebody pays of riders' prices: a campaign."""
    EMPLOYER = "employer"
    """What an employer owes for the budgets of its people."""
    SOURCE = "source"
    """Where top-ups come from: the cash desk, or a grant of the demo."""
    ROUNDING = "rounding"
    """Cents that no rule gives to anybody."""


FLOORED = frozenset(
    {
        AccountKind.WALLET,
        AccountKind.WALLET_HOLD,
        AccountKind.OPEN_ITEMS_HOLD,
        AccountKind.VOUCHER,
        AccountKind.VOUCHER_HOLD,
        AccountKind.BUDGET,
        AccountKind.BUDGET_HOLD,
    }
)
"""Accounts that may never fall below zero; the database keeps their balance and checks it."""
OF_OPERATORS = frozenset({AccountKind.PAYABLE, AccountKind.DEFERRED})
"""Accounts whose every cent is told by lines."""
UNASSIGNED: Final = "unassigned"
"""Whose the lines are that name no operator; they wait there to be shared out."""


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


def open_items(rider_id: UUID) -> Account:
    """Return the account of what a rider owes on the next invoice."""
    return Account(AccountKind.OPEN_ITEMS, str(rider_id))


def payable(agency_id: str | None) -> Account:
    """Return the account of what an operator has earned."""
    return Account(AccountKind.PAYABLE, agency_id or UNASSIGNED)


def deferred(agency_id: str | None) -> Account:
    """Return the account of what an operator will have earned once it was ridden."""
    return Account(AccountKind.DEFERRED, agency_id or UNASSIGNED)


def vat(permille: int) -> Account:
    """Return the account of the VAT of one rate."""
    return Account(AccountKind.VAT, str(permille))


def income(name: str) -> Account:
    """Return the account of what kommit keeps, like ``commission`` or ``refund-fee``."""
    return Account(AccountKind.INCOME, name)


def clearing(means: str) -> Account:
    """Return the account of what was captured by a means of payment."""
    return Account(AccountKind.CLEARING, means)


def provider_fees(means: str) -> Account:
    """Return the account of what a provider of payments keeps for itself."""
    return Account(AccountKind.PROVIDER_FEES, means)


def subsidies(county: str) -> Account:
    """Return the account of what a county owes for rides."""
    return Account(AccountKind.SUBSIDY, county)


def promotion(name: str) -> Account:
    """Return the account of a campaign or employer that pays a part of prices."""
    return Account(AccountKind.PROMOTION, name)


def source(name: str) -> Account:
    """Return the account that top-ups come from."""
    return Account(AccountKind.SOURCE, name)


RECEIVABLE: Final = Account(AccountKind.RECEIVABLE, "orders")
BANK: Final = clearing("bank")
ROUNDING: Final = Account(AccountKind.ROUNDING, "cents")


class LineKind(StrEnum):
    """Why an operator's account moves."""

    FARE = "fare"
    REFUND = "refund"
    NO_SHOW = "no-show"
    USAGE = "usage"
    """A vehicle was used for longer or farther than was paid at first."""
    COMMISSION = "commission"
    """What kommit keeps of it, without VAT."""
    COMMISSION_VAT = "commission-vat"
    SUBSIDY = "subsidy"
    PAY_OUT = "pay-out"


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One reason why an operator's account moves: a share of one line of one price, say."""

    account: Account
    """One of ``OF_OPERATORS``."""
    kind: LineKind
    amount: Money
    """What it adds to the account: without VAT, above zero for the operator."""
    vat_minor: int = 0
    """The VAT that riders paid beside the amount; not the operator's."""
    vat_permille: int = 0
    product: str = ""
    rule: str = ""
    """Of the product, as ``PriceLine.rule``."""
    share: str = ""
    """The clearing rule that made it, like ``x90-pool@2026-01``; empty: the line's own agency."""
    line: int | None = None
    """Position in the lines of the price."""
    leg: int | None = None
    passenger: int | None = None
    route: str = ""
    """Feed-scoped route, on-demand service or sharing system of the leg."""
    day: date | None = None
    """On which it is ridden."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced set of postings. A ``key`` is booked once, however often it is tried."""

    key: str
    text: str
    at: datetime
    postings: tuple[Posting, ...]
    lines: tuple[EntryLine, ...] = ()
    order_id: UUID | None = None
    """Whose history it is part of: an order's, a subscription's or a rental's."""
    corrects: str | None = None
    """Key of the entry that it takes back, whole or in part."""
    month: str | None = None
    """To which it belongs, like ``2026-11``; None: the month of ``at``. Once that is closed, it
    belongs to the first month that is open."""
    due_at: datetime | None = None
    """When a job moves what is deferred to payable; None: somebody else does."""

    def __post_init__(self) -> None:
        differences = {c: d for c, d in totals(p.amount for p in self.postings).items() if d}
        if differences:
            raise ValueError(f"entry {self.key} does not balance: {differences}")
        unexplained = _unexplained(self.postings, self.lines)
        if unexplained:
            raise ValueError(f"the lines of entry {self.key} do not explain {unexplained}")


class Booked(NamedTuple):
    """What the books have of an order, entry by entry, oldest first."""

    key: str
    month: str
    lines: tuple[EntryLine, ...]


History = Sequence[Booked]


def month_of(at: datetime) -> str:
    """Return the month of the books in which a moment lies, like ``2026-11``."""
    return f"{at.astimezone(BOOKS_ZONE):%Y-%m}"


def totals(amounts: Iterable[Money]) -> dict[str, int]:
    """Return the sum of minor units by currency."""
    sums: dict[str, int] = defaultdict(int)
    for amount in amounts:
        sums[amount.currency] += amount.minor
    return dict(sums)


def summed(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Return one posting for each account and currency; accounts that do not move are left out."""
    sums: dict[tuple[Account, str], int] = defaultdict(int)
    for account, amount in postings:
        sums[account, amount.currency] += amount.minor
    return tuple(
        Posting(account, Money(minor, currency))
        for (account, currency), minor in sums.items()
        if minor
    )


def posted(lines: Iterable[EntryLine]) -> list[Posting]:
    """Return what lines add to the accounts of operators."""
    return [Posting(line.account, line.amount) for line in lines]


def transfer(
    key: str, text: str, at: datetime, amount: Money, giver: Account, taker: Account
) -> Entry:
    """Return the entry that moves ``amount`` from one account to another."""
    return Entry(key, text, at, (Posting(giver, -amount), Posting(taker, amount)))


def reversal(entry: Entry, at: datetime) -> Entry:
    """Return the entry that takes ``entry`` back."""
    postings = tuple(Posting(posting.account, -posting.amount) for posting in entry.postings)
    lines = tuple(
        replace(line, amount=-line.amount, vat_minor=-line.vat_minor) for line in entry.lines
    )
    text = f"{entry.text}, taken back"
    return Entry(f"{entry.key}:reversal", text, at, postings, lines, entry.order_id, entry.key)


def settlement(order_id: UUID, means: str, amount: Money, at: datetime) -> Entry:
    """Return the entry of a capture: the money is with the provider, the order owes nothing."""
    key = f"{order_id}:settlement"
    return transfer(key, f"captured by {means}", at, amount, clearing(means), RECEIVABLE)


def _unexplained(postings: Iterable[Posting], lines: Iterable[EntryLine]) -> dict[str, int]:
    """Return by how much the operators' accounts move without a line that says why."""
    moved = [posting for posting in postings if posting.account.kind in OF_OPERATORS]
    told = [Posting(line.account, -line.amount) for line in lines]
    return {
        f"{account.kind}:{account.owner}": amount.minor
        for account, amount in summed([*moved, *told])
    }
