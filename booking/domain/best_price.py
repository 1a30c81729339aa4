"""What a day and a month of travel come to in the end: never above caps, never above what was paid.

Journeys are paid one by one, each by what caps leave at that moment. What was bought ahead may have
been priced when less was spent: then more was paid than the caps allow, and a statement gives the
difference back. A month may also turn out dearer than a subscription would have been.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from booking.domain.chain import Chain
from booking.domain.giving_back import net_of_spent
from booking.domain.money import Money
from booking.domain.pricing import split_cents
from booking.domain.pricing.caps import FIRST_CLASS_SLOT
from booking.domain.refunds import RefundLine
from booking.domain.spending import SpentLine

AS_PAID: Final = "as-paid"
"""``Statement.product`` where nothing else was cheaper than the single journeys under caps."""


BOOKER: Final = "adult-0"


class Credit(NamedTuple):
    """What one slot gets back of one source. Minor units, above zero."""

    source: UUID
    slot: str
    minor: int


class Period(StrEnum):
    """What a statement is about, in the tariff's time zone."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Statement:
    """What journeys that began in a period came to by one tariff."""

    id: UUID
    rider_id: UUID
    tariff: str
    period: Period
    begins: datetime
    ends: datetime
    full: Money
    """Without caps, as far as it is known."""
    paid: Money
    """Before this statement, net of what was given back."""
    due: Money
    """After it: not more than what was paid."""
    product: str
    """The subscription that would have been cheaper, or ``AS_PAID``."""
    at: datetime
    revision: int = 0
    """How many statements of the period came before: late trips and refunds are corrections."""

    @property
    def credit(self) -> Money:
        """What the statement gives back."""
        return self.paid - self.due


class Paid(NamedTuple):
    """What a slot has paid for one journey, net of what was given back. Minor units."""

    at: datetime
    fare_minor: int
    supplement_minor: int = 0
    """For first class, beside the fare."""


Bills = Callable[[str, Sequence[Paid]], Sequence[Paid]]
"""What the caps of a tariff leave of the journeys of a slot, by the slot."""


class Alternative(NamedTuple):
    """A subscription with which a rider might have travelled instead."""

    product: str
    price_minor: int
    """For the month."""
    covers: Callable[[Chain], bool]
    """Says whether it covers a whole journey."""


class Outcome(NamedTuple):
    """What is given back of the lines of a period, and why."""

    credits: tuple[Credit, ...]
    product: str = AS_PAID


def above_caps(lines: Sequence[SpentLine], bills: Bills, begins: datetime) -> tuple[Credit, ...]:
    """Return what was paid above the caps for journeys from ``begins`` on.

    Parameters
    ----------
    lines
        Of one rider and one tariff, with those before ``begins`` that caps still count.
    """
    found: list[Credit] = []
    for slot in sorted({line.slot.partition("/")[0] for line in lines}):
        journeys = _journeys(lines, slot)
        paid = list(journeys.values())
        for (source, _), was, left in zip(journeys, paid, bills(slot, paid), strict=True):
            if was.at >= begins:
                found.append(Credit(source, slot, was.fare_minor - left.fare_minor))
                beside = was.supplement_minor - left.supplement_minor
                found.append(Credit(source, FIRST_CLASS_SLOT.format(slot), beside))
    return tuple(credit for credit in found if credit.minor > 0)


def cheaper(
    lines: Sequence[SpentLine],
    chains: Mapping[UUID, Chain],
    alternatives: Iterable[Alternative],
) -> Outcome:
    """Return what is given back where a subscription would have been the cheapest.

    Only the booker's own fares count: a subscription is one person's, and second class.

    Parameters
    ----------
    lines
        Of the journeys of a month, with what was given back above caps.
    chains
        Of their sources; a source without one is not covered.
    """
    left: dict[UUID, int] = defaultdict(int)
    for net in net_of_spent(lines):
        if net.slot == BOOKER:
            left[net.source] += net.left.minor
    best = Outcome(())
    saved = 0
    for one in alternatives:
        covered = [source for source in left if source in chains and one.covers(chains[source])]
        off = sum(left[source] for source in covered) - one.price_minor
        if off > saved:
            parts = split_cents(off, [left[source] for source in covered])
            saved = off
            best = Outcome(
                tuple(
                    Credit(source, BOOKER, part)
                    for source, part in zip(covered, parts, strict=True)
                    if part
                ),
                one.product,
            )
    return best


def summed(credits_: Iterable[Credit]) -> tuple[Credit, ...]:
    """Return one credit for each source and slot."""
    sums: dict[tuple[UUID, str], int] = defaultdict(int)
    for credit in credits_:
        sums[credit.source, credit.slot] += credit.minor
    return tuple(Credit(source, slot, minor) for (source, slot), minor in sums.items())


def lines_given_back(
    lines: Sequence[SpentLine], credits_: Iterable[Credit]
) -> dict[UUID, tuple[RefundLine, ...]]:
    """Return the lines of refunds, by the source of which they give something back."""
    nets = net_of_spent(lines)
    back: dict[UUID, list[RefundLine]] = defaultdict(list)
    for credit in credits_:
        of_slot = [net for net in nets if (net.source, net.slot) == (credit.source, credit.slot)]
        parts = split_cents(credit.minor, [net.left.minor for net in of_slot])
        back[credit.source].extend(
            RefundLine(net.line, Money(part, net.left.currency))
            for net, part in zip(of_slot, parts, strict=True)
            if part
        )
    return {source: tuple(found) for source, found in back.items()}


def _journeys(lines: Sequence[SpentLine], slot: str) -> dict[tuple[UUID, datetime], Paid]:
    """Return what a slot paid for each journey, by the order of travel."""
    first_class = FIRST_CLASS_SLOT.format(slot)
    sums: dict[tuple[UUID, datetime], list[int]] = defaultdict(lambda: [0, 0])
    for line in lines:
        if line.slot in (slot, first_class):
            sums[line.source, line.at][line.slot == first_class] += line.amount.minor
    by_time = sorted(sums, key=lambda key: (key[1], key[0]))
    return {key: Paid(key[1], *sums[key]) for key in by_time}
