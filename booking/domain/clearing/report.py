"""What an operator earned in a month: sums, and every line of every order that they come from.

Invariant: the lines add up to what moved on the operator's accounts, to the cent; otherwise there
is no report.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from booking.domain.clearing.errors import BooksDiffer
from booking.domain.ledger import AccountKind, EntryLine, LineKind, month_of

K = TypeVar("K")

REVENUE: Final = frozenset({LineKind.FARE, LineKind.REFUND, LineKind.NO_SHOW, LineKind.USAGE})
"""What riders paid, without VAT: what a county tops up to an amount."""


class BookedLine(NamedTuple):
    """A line of an entry, with what the entry says about it."""

    key: str
    """Of the entry."""
    text: str
    at: datetime
    order_id: UUID | None
    """A pseudonym: whose it was is known only while the order is."""
    line: EntryLine
    corrects: str | None
    corrected_month: str | None
    """Month of the entry that it takes back, if it takes one back."""

    def is_correction(self, month: str) -> bool:
        """Say whether it belongs to a month before this one, which could not change any more."""
        original = self.corrected_month or month_of(self.at)
        return original < month


class VatSums(NamedTuple):
    """What riders paid at one rate of VAT, whole minor units."""

    permille: int
    net: int
    vat: int

    @property
    def gross(self) -> int:
        """With VAT."""
        return self.net + self.vat


class ProductSums(NamedTuple):
    """What riders paid for a product on a line, less refunds, whole minor units."""

    product: str
    route: str
    lines: int
    net: int
    vat: int


@dataclass(frozen=True)
class ClearingReport:
    """The month of one operator, in whole minor units of ``currency``."""

    agency_id: str
    month: str
    currency: str
    closed_at: datetime | None
    """None: the month is open, and the report may still change."""
    opening: int
    """What kommit owed at its begin."""
    deferred: int
    """What is sold and not ridden at the end of the month."""
    lines: Sequence[BookedLine]
    """On the account of what the operator has earned, in the order of booking."""

    def total(self, *kinds: LineKind) -> int:
        """Return what lines of these kinds add up to."""
        return sum(one.line.amount.minor for one in self.lines if one.line.kind in kinds)

    @property
    def earned(self) -> int:
        """What the operator has earned in the month, before anything was paid out."""
        return self.total(*(kind for kind in LineKind if kind is not LineKind.PAY_OUT))

    @property
    def due(self) -> int:
        """What kommit owes at the end of the month."""
        return self.opening + self.earned + self.total(LineKind.PAY_OUT)

    @property
    def corrections(self) -> Sequence[BookedLine]:
        """Lines that belong to months that were closed before."""
        return [one for one in self.lines if one.is_correction(self.month)]

    def of_kind(self) -> Mapping[LineKind, int]:
        """Return what each kind of lines adds up to, in their order."""
        return {kind: self.total(kind) for kind in LineKind}

    def vat(self) -> Sequence[VatSums]:
        """Return what riders paid by the rates of VAT."""
        sums = _sums(self._revenue(), lambda line: line.vat_permille)
        return [VatSums(rate, net, vat) for rate, (_, net, vat) in sorted(sums.items())]

    def products(self) -> Sequence[ProductSums]:
        """Return what riders paid by product and line."""
        sums = _sums(self._revenue(), lambda line: (line.product, line.route))
        return [ProductSums(*key, *found) for key, found in sorted(sums.items())]

    def _revenue(self) -> Iterable[EntryLine]:
        return (one.line for one in self.lines if one.line.kind in REVENUE)


@dataclass(frozen=True)
class Balances:
    """What the ledger says of an operator's accounts, in minor units."""

    payable_before: int
    payable_moved: int
    deferred_before: int
    deferred_moved: int


def make_report(
    agency_id: str,
    month: str,
    currency: str,
    booked: Iterable[BookedLine],
    ledger: Balances,
    closed_at: datetime | None = None,
) -> ClearingReport:
    """Return the report of a month, or raise ``BooksDiffer`` naming the accounts that do not tie.

    Parameters
    ----------
    booked
        Lines on both of the operator's accounts; lines in other currencies are left out.
    """
    lines = [one for one in booked if one.line.amount.currency == currency]
    earned = [one for one in lines if one.line.account.kind is AccountKind.PAYABLE]
    told = sum(one.line.amount.minor for one in earned)
    waiting = sum(one.line.amount.minor for one in lines) - told
    differences = {
        f"{AccountKind.PAYABLE}:{agency_id}": ledger.payable_moved - told,
        f"{AccountKind.DEFERRED}:{agency_id}": ledger.deferred_moved - waiting,
    }
    wrong = {account: minor for account, minor in differences.items() if minor}
    if wrong:
        raise BooksDiffer(f"the lines of {month} and the ledger", wrong)
    deferred = ledger.deferred_before + ledger.deferred_moved
    return ClearingReport(
        agency_id, month, currency, closed_at, ledger.payable_before, deferred, earned
    )


def _sums(
    lines: Iterable[EntryLine], key_of: Callable[[EntryLine], K]
) -> dict[K, tuple[int, int, int]]:
    """Return number of lines, net and VAT by key."""
    sums: dict[K, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for line in lines:
        count, net, vat = sums[key_of(line)]
        sums[key_of(line)] = (count + 1, net + line.amount.minor, vat + line.vat_minor)
    return sums
