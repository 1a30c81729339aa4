"""The parts of a payment: one order may be paid by a voucher, an employer's budget and a card."""

from collections.abc import Sequence
from typing import NamedTuple

from booking.domain.money import Money


class PaymentPart(NamedTuple):
    """What one means of payment pays of an order."""

    means: str
    """``wallet``, ``stripe``, ``voucher``, ``budget``, ``invoice``, ``exchange``, …"""
    amount: Money
    source: str = ""
    """Which one of the means, by its id: a voucher, a budget, the order that is exchanged."""


def split_refund(
    parts: Sequence[PaymentPart], before: Money, amount: Money
) -> tuple[tuple[int, Money], ...]:
    """Return which parts give back how much: the last one first, as far as it was not refunded yet.

    Parameters
    ----------
    before
        What was refunded of the order already, by the same rule.

    Raises
    ------
    ValueError
        If more is asked for than was paid.
    """
    skipped, left = before.minor, amount.minor
    found: list[tuple[int, Money]] = []
    for number in reversed(range(len(parts))):
        paid = parts[number].amount.minor
        free = max(paid - skipped, 0)
        skipped = max(skipped - paid, 0)
        given = min(free, left)
        left -= given
        if given:
            found.append((number, Money(given, amount.currency)))
    if left:
        raise ValueError(f"{left} more are to be refunded than were paid")
    return tuple(found)
