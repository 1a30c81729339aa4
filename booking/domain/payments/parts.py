"""One order, several means: how a price is split, and how a refund finds its way back.

What others give is spent first: a voucher, then the employer's budget; the means that the rider
chose pays the rest. A refund goes the other way round, so that riders get their own money first.
"""

from collections.abc import Sequence
from typing import NamedTuple

from booking.domain.money import Money


class Available(NamedTuple):
    """What one source could pay of one order at this moment."""

    means: str
    """``voucher`` or ``budget``."""
    amount: Money
    """At most this."""
    source: str
    """As in ``PaymentPart``."""


class PaymentPart(NamedTuple):
    """What one means of payment pays of an order."""

    means: str
    """``wallet``, ``stripe``, ``voucher``, ``budget``, ``invoice``, ``exchange``, …"""
    amount: Money
    """Above zero."""
    source: str = ""
    """Which one of the means, by its id: a voucher, a month of a budget, a card, the order that is
    exchanged."""


def split_payment(
    price: Money,
    available: Sequence[Available],
    means: str,
    method: str = "",
    least: int = 0,
) -> tuple[PaymentPart, ...]:
    """Return the parts that pay a price, in the order in which they are spent.

    Parameters
    ----------
    available
        What is spent first, in this order; amounts of zero or less are passed over.
    means, method
        What pays the rest, as the rider chose.
    least
        The smallest amount that ``means`` takes, in minor units (a card: 50 cents); the source
        before it gives less, so that the rest is not smaller.

    Returns
    -------
    tuple of PaymentPart
        They sum to the price; empty for a price of zero, for which nobody is asked.

    Raises
    ------
    ValueError
        If the price is below zero, or an amount is in another currency.
    """
    if price.minor < 0:
        raise ValueError(f"a price is not below zero: {price}")
    parts: list[PaymentPart] = []
    rest = price
    for source in available:
        taken = _at_most(source.amount, rest)
        if taken.minor > 0:
            parts.append(PaymentPart(source.means, taken, source.source))
            rest -= taken
    while parts and 0 < rest.minor < least:
        last = parts.pop()
        kept = Money(max(0, last.amount.minor - (least - rest.minor)), price.currency)
        rest += last.amount - kept
        if kept.minor:
            parts.append(PaymentPart(last.means, kept, last.source))
    if rest.minor:
        parts.append(PaymentPart(means, rest, method))
    return tuple(parts)


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


def _at_most(amount: Money, limit: Money) -> Money:
    return amount if (limit - amount).minor >= 0 else limit
