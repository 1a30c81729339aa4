"""The provider's report against our books: every difference is found and has a name.

A report's line and our entry are the same movement if they are of the same payment: by its
reference, refunds also by the key that we gave them, else by their amounts. What stands on one
side only, or differs, is a difference. Fees and disputes are the provider's to say; they are
booked from the report, under the id of its line.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from booking.domain.money import Money


class Category(StrEnum):
    """Kinds of lines; names as in Stripe's ``reporting_category``."""

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_FAILURE = "refund_failure"
    DISPUTE = "dispute"
    DISPUTE_REVERSAL = "dispute_reversal"
    FEE = "fee"
    PAYOUT = "payout"
    OTHER = "other"


BOOKED_FROM_REPORT: Final = frozenset(
    {Category.DISPUTE, Category.DISPUTE_REVERSAL, Category.FEE, Category.REFUND_FAILURE}
)


class ReportLine(NamedTuple):
    """One balance transaction of the provider. ``gross`` is what it adds to what it owes us."""

    id: str
    at: datetime
    category: Category
    gross: Money
    fee: Money
    """What the provider keeps of it."""
    reference: str | None = None
    key: str | None = None
    """The key that we gave a refund: how the key of its entry begins."""


class Movement(NamedTuple):
    """One entry of our books on the provider's clearing account; above zero it owes us more."""

    key: str
    """Of the ledger's entry."""
    at: datetime
    amount: Money
    reference: str | None = None


class Found(StrEnum):
    """Names of differences."""

    MISSING_HERE = "missing here"
    """The provider has a charge that we have not booked."""
    MISSING_THERE = "missing there"
    """We have booked a charge that the provider does not know."""
    AMOUNT = "amount differs"
    CURRENCY = "currency differs"
    REFUND_UNKNOWN = "refund unknown"
    """The provider gave something back that we know nothing of."""
    REFUND_MISSING = "refund missing there"
    """We have booked a refund that the provider has not made."""
    FEE_NOT_BOOKED = "fee not booked"
    DISPUTE_NOT_BOOKED = "dispute not booked"
    TWICE = "line is there twice"
    NOT_UNDERSTOOD = "line not understood"


class Difference(NamedTuple):
    """One difference, named."""

    found: Found
    where: str
    """A payment's reference, or else the id of a line or the key of an entry."""
    ours: Money | None
    theirs: Money | None


class Booking(NamedTuple):
    """What the provider says and our books do not have: to be booked under ``key`` once."""

    key: str
    category: Category
    amount: Money
    """What it takes from what the provider owes us; below zero it gives."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The outcome. Without differences, both sums are equal."""

    differences: tuple[Difference, ...]
    bookings: tuple[Booking, ...]
    theirs: Mapping[str, int]
    """What the report adds to what the provider owes us, fees taken off, by currency."""
    ours: Mapping[str, int]


def reconcile(
    lines: Sequence[ReportLine], movements: Sequence[Movement], provider: str
) -> Reconciliation:
    """Compare a report with the movements of our books that belong to it.

    Parameters
    ----------
    movements
        All on the provider's clearing account in the report's time, and those of other times that
        are of payments in the report.
    provider
        Begins the keys of what was booked from reports: ``PROVIDER:LINE:fee``.
    """
    once, differences = _once(lines)
    activity = [line for line in once if line.category is not Category.PAYOUT]
    own = [one for one in movements if not one.key.startswith(f"{provider}:")]
    booked = {one.key: one for one in movements if one.key.startswith(f"{provider}:")}
    missing, named = _from_report(activity, booked, provider)
    differences += named
    known = {Category.CHARGE, Category.REFUND}
    theirs, ours = _by_reference(activity, own)
    for reference in sorted(theirs.keys() | ours.keys()):
        mine = ours.get(reference, [])
        differences += _compare(
            reference, [line for line in theirs.get(reference, []) if line.category in known], mine
        )
    differences += [
        Difference(Found.NOT_UNDERSTOOD, line.id, None, line.gross)
        for line in activity
        if line.category is Category.OTHER
    ]
    return Reconciliation(
        tuple(differences),
        missing,
        _sum(line.gross - line.fee for line in activity),
        _sum(one.amount for one in movements),
    )


def _once(lines: Sequence[ReportLine]) -> tuple[list[ReportLine], list[Difference]]:
    """Return each line once, and a difference for each that is there again."""
    first = {line.id: number for number, line in reversed(tuple(enumerate(lines)))}
    again = [line for number, line in enumerate(lines) if first[line.id] != number]
    named = [Difference(Found.TWICE, line.id, None, line.gross) for line in again]
    return [lines[number] for number in sorted(first.values())], named


def _from_report(
    lines: Sequence[ReportLine], booked: Mapping[str, Movement], provider: str
) -> tuple[tuple[Booking, ...], list[Difference]]:
    """Return what is to be booked from a report, and how it differs from what was."""
    wanted = {one.key: one for line in lines for one in _bookings(line, provider)}
    found: list[Difference] = []
    missing: list[Booking] = []
    for key, booking in wanted.items():
        movement = booked.get(key)
        theirs = -booking.amount
        if movement is None:
            missing.append(booking)
            fee = booking.category is Category.FEE
            name = Found.FEE_NOT_BOOKED if fee else Found.DISPUTE_NOT_BOOKED
            found.append(Difference(name, key, None, theirs))
        elif movement.amount != theirs:
            found.append(_differs(key, movement.amount, theirs))
    found += [
        Difference(Found.MISSING_THERE, key, movement.amount, None)
        for key, movement in booked.items()
        if key not in wanted
    ]
    return tuple(missing), found


def _bookings(line: ReportLine, provider: str) -> Iterable[Booking]:
    """Yield what a line says beside charges and refunds."""
    whole, fee = booking_keys(provider, line.id)
    if line.fee.minor:
        yield Booking(fee, Category.FEE, line.fee, line.at)
    if line.category in BOOKED_FROM_REPORT and line.gross.minor:
        yield Booking(whole, line.category, -line.gross, line.at)


def booking_keys(provider: str, line_id: str) -> tuple[str, str]:
    """Return the keys of the entries of a line: of the line itself, and of its fee."""
    return f"{provider}:{line_id}", f"{provider}:{line_id}:fee"


def _by_reference(
    lines: Iterable[ReportLine], movements: Iterable[Movement]
) -> tuple[dict[str, list[ReportLine]], dict[str, list[Movement]]]:
    theirs: dict[str, list[ReportLine]] = defaultdict(list)
    ours: dict[str, list[Movement]] = defaultdict(list)
    for line in lines:
        theirs[line.reference or line.id].append(line)
    for movement in movements:
        ours[movement.reference or movement.key].append(movement)
    return theirs, ours


def _compare(
    reference: str, lines: Sequence[ReportLine], movements: Sequence[Movement]
) -> list[Difference]:
    """Return the differences of one payment."""
    charges = [line for line in lines if line.category is Category.CHARGE]
    refunds = [line for line in lines if line.category is Category.REFUND]
    captured = [one for one in movements if one.amount.minor > 0]
    given_back = [one for one in movements if one.amount.minor <= 0]
    return [
        *_pair(reference, charges, captured, Found.MISSING_HERE, Found.MISSING_THERE),
        *_pair(reference, refunds, given_back, Found.REFUND_UNKNOWN, Found.REFUND_MISSING),
    ]


def _pair(
    reference: str,
    lines: list[ReportLine],
    movements: list[Movement],
    only_there: Found,
    only_here: Found,
) -> Iterable[Difference]:
    """Yield what is left when each line has found its entry: by key, by amount, or as it comes."""
    for same in (_same_key, _same_amount):
        for line in tuple(lines):
            one = next((each for each in movements if same(line, each)), None)
            if one is not None:
                lines.remove(line)
                movements.remove(one)
                if line.gross != one.amount:
                    yield _differs(reference, one.amount, line.gross)
    while lines and movements and only_there is Found.MISSING_HERE:
        yield _differs(reference, movements.pop(0).amount, lines.pop(0).gross)
    yield from (Difference(only_there, reference, None, line.gross) for line in lines)
    yield from (Difference(only_here, reference, one.amount, None) for one in movements)


def _same_key(line: ReportLine, movement: Movement) -> bool:
    return line.key is not None and line.key == movement.key.partition(":")[0]


def _same_amount(line: ReportLine, movement: Movement) -> bool:
    return line.gross == movement.amount


def _differs(where: str, ours: Money, theirs: Money) -> Difference:
    found = Found.CURRENCY if ours.currency != theirs.currency else Found.AMOUNT
    return Difference(found, where, ours, theirs)


def _sum(amounts: Iterable[Money]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for amount in amounts:
        sums[amount.currency] += amount.minor
    return {currency: minor for currency, minor in sums.items() if minor}
