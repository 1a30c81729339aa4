"""The monthly invoice: open items of a rider, collected under one number and debited at once.

An order paid by invoice is an open item: the rider owes it from the capture on. A refund is an item
below zero. Items wait for the month's close; an invoice takes all that wait, if they come to more
than zero, else they wait on as a credit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from booking.domain.money import Money
from booking.domain.offers import PriceLine, vat_of
from booking.domain.payments.errors import MeansRefused
from booking.domain.payments.months import Month
from booking.domain.pricing import split_cents


class VatShare(NamedTuple):
    """What of an amount is taxed at one rate."""

    permille: int
    gross: Money

    @property
    def vat(self) -> Money:
        """The VAT in it."""
        return Money(vat_of(self.gross.minor, self.permille), self.gross.currency)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What a rider owes for an order, or gets back for it (below zero)."""

    key: str
    """Of the ledger's entry: unique."""
    rider_id: UUID
    order_id: UUID | None
    """None: for no order, but a fee."""
    at: datetime
    text: str
    shares: tuple[VatShare, ...]

    @property
    def amount(self) -> Money:
        """With VAT."""
        return _sum(share.gross for share in self.shares)


class InvoiceState(StrEnum):
    """Where its money is; ``ALLOWED`` has the steps."""

    OPEN = "open"
    """Issued, and sent to the bank."""
    PAID = "paid"
    RETURNED = "returned"
    """The debit came back: the rider owes it again, and is asked another way."""


ALLOWED: Final = {
    InvoiceState.OPEN: {InvoiceState.PAID, InvoiceState.RETURNED},
    InvoiceState.PAID: {InvoiceState.RETURNED},
    InvoiceState.RETURNED: {InvoiceState.PAID},
}


class Debtor(NamedTuple):
    """From whom an invoice is collected, as it was when it was issued."""

    name: str
    holder: str
    iban: str
    mandate: str
    """The mandate's reference."""
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice; its number, items and debtor never change."""

    number: str
    rider_id: UUID
    month: Month
    issued_at: datetime
    due: date
    """When the bank collects it."""
    debtor: Debtor
    items: tuple[OpenItem, ...]
    state: InvoiceState = InvoiceState.OPEN
    returned_for: str | None = None
    """Why the bank gave the debit back (ISO 20022 code such as ``AC04`` or ``MD06``)."""

    @property
    def amount(self) -> Money:
        """What is collected, with VAT."""
        return _sum(item.amount for item in self.items)

    @property
    def vat(self) -> tuple[VatShare, ...]:
        """The whole, by rate of VAT."""
        return by_rate(share for item in self.items for share in item.shares)

    def moved(self, to: InvoiceState, returned_for: str | None = None) -> "Invoice":
        """Return it in another state, or raise ``MeansRefused``."""
        if to not in ALLOWED[self.state]:
            raise MeansRefused(f"invoice {self.number} is {self.state} and cannot become {to}")
        return replace(self, state=to, returned_for=returned_for)


def invoice_number(month: Month, count: int) -> str:
    """Return the number of the so-many-th invoice; the count has no gaps over all years."""
    return f"KM-{month.year}-{count:06d}"


def by_rate(shares: Iterable[VatShare]) -> tuple[VatShare, ...]:
    """Return the sums by rate of VAT, the lowest rate first."""
    sums: dict[int, Money] = {}
    for share in shares:
        before = sums.get(share.permille, Money(0, share.gross.currency))
        sums[share.permille] = before + share.gross
    return tuple(VatShare(*entry) for entry in sorted(sums.items()))


def vat_shares(lines: Sequence[PriceLine], amount: Money) -> tuple[VatShare, ...]:
    """Return how a part of a price divides over the rates of VAT: in proportion, to the cent.

    What is left by rounding goes to the rates that lost most by it (largest remainder). ``amount``
    may be below zero, for a refund.

    Raises
    ------
    ValueError
        If nothing of the price is above zero.
    """
    whole = by_rate(VatShare(line.vat_permille, line.amount) for line in lines)
    if sum(share.gross.minor for share in whole) <= 0:
        raise ValueError("a price of nothing has no shares")
    sizes = split_cents(abs(amount.minor), [max(0, share.gross.minor) for share in whole])
    sign = 1 if amount.minor >= 0 else -1
    return tuple(
        VatShare(share.permille, Money(sign * size, amount.currency))
        for share, size in zip(whole, sizes, strict=True)
        if size
    )


def _sum(amounts: Iterable[Money]) -> Money:
    first, *others = amounts
    return sum(others, start=first)
