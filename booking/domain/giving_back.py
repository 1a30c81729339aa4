"""What is left of lines that take something off each other, so that it can be given back.

A cap stands in a price as a line below zero beside the fare that it cuts. A refund has only lines
above zero, so it names the fare's line with what is left of both.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

from booking.domain.money import Money
from booking.domain.offers import Price
from booking.domain.refunds import RefundLine
from booking.domain.spending import SpentLine

K = TypeVar("K")


class Net(NamedTuple):
    """A line above zero, and what is left of it."""

    source: UUID
    line: int
    """Position in the price of the source."""
    slot: str
    left: Money


def net_of_price(price: Price, gone: Mapping[int, Money]) -> tuple[RefundLine, ...]:
    """Return what a whole price gives back, without what was given back of its lines already."""
    left: dict[int, int] = {}
    for position, line in enumerate(price.lines):
        if line.amount.minor > 0:
            back = gone.get(position)
            left[position] = line.amount.minor - (back.minor if back else 0)
    for line in price.lines:
        if line.amount.minor < 0:
            beside = [
                position
                for position in left
                if (price.lines[position].passenger, price.lines[position].leg)
                == (line.passenger, line.leg)
            ]
            _take(left, beside or list(left), -line.amount.minor)
    return tuple(
        RefundLine(position, Money(minor, price.total.currency))
        for position, minor in left.items()
        if minor > 0
    )


def net_of_spent(lines: Iterable[SpentLine]) -> tuple[Net, ...]:
    """Return what is left of each line above zero, of any number of sources."""
    kept = list(lines)
    sold = {(line.source, line.position): line for line in kept if line.amount.minor > 0}
    left = {key: line.amount.minor for key, line in sold.items()}
    for line in kept:
        if line.amount.minor >= 0:
            continue
        _take(left, _beside(line, sold), -line.amount.minor)
    return tuple(
        Net(source, position, sold[source, position].slot, Money(minor, line.amount.currency))
        for (source, position), minor in left.items()
        for line in (sold[source, position],)
        if minor > 0
    )


def _beside(line: SpentLine, sold: Mapping[tuple[UUID, int], SpentLine]) -> list[tuple[UUID, int]]:
    """Return the lines from which one below zero takes something."""
    own = (line.source, line.position)
    if own in sold:
        return [own]
    of_slot = [
        key for key, other in sold.items() if (other.source, other.slot) == (line.source, line.slot)
    ]
    return [key for key in of_slot if sold[key].leg == line.leg] or of_slot


def _take(left: dict[K, int], keys: Sequence[K], minor: int) -> None:
    """Take an amount off the first keys that have something left."""
    for key in keys:
        taken = min(left[key], minor)
        left[key] -= taken
        minor -= taken
