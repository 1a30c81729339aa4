"""Entries of a saga's journal. ``?x`` stands before a step that reaches outside, ``x`` after it.

::

    hold ─ (?reserve ─ reserve) ─ (?open ─ open ─ ?authorise) ─ authorise ─ (wait ─ buy)
      │                                 │  ▲                        │
      └─ lapse                      challenge ── the rider's bank   ├─ (?confirm ─ confirm)
                                                                    └─ commit ─ (?capture) ─ capture
      anything refused before ``commit``, and a refused capture:  ! ─ ?void ─ void

    ?refund ─ refund          the journal of one refund
    ?release ─ release        the journal of one foreign leg that was given back after the sale

What stands in brackets is written only where it is needed: ``?reserve`` and ``?confirm`` for legs
of foreign operators, ``?open`` to ``?authorise`` and ``?capture`` for a provider of payments
outside, ``wait`` and ``buy`` where money is reserved with the hold. What is all ours, a wallet and
own legs, goes from ``hold`` to ``capture`` in one transaction.
"""

from enum import StrEnum
from typing import Final


class SagaKind(StrEnum):
    """What a saga does."""

    PURCHASE = "purchase"
    REFUND = "refund"
    RELEASE = "release"


class Mark(StrEnum):
    """One entry."""

    HOLD = "hold"
    """Places are held and the order exists. Nothing is under way."""
    RESERVING = "?reserve"
    RESERVED = "reserve"
    """Foreign operators hold their legs, under the references in the notes."""
    OPENING = "?open"
    OPENED = "open"
    """The provider knows of the payment, and we know its reference. No money is reserved."""
    AUTHORISING = "?authorise"
    CHALLENGED = "challenge"
    """The rider has to confirm the payment with their bank."""
    AUTHORISED = "authorise"
    WAITING = "wait"
    """The money is reserved, and the rider has yet to say that it shall be bought."""
    BUYING = "buy"
    CONFIRMING = "?confirm"
    CONFIRMED = "confirm"
    """Foreign operators have sold their legs."""
    COMMITTED = "commit"
    """Order, places, ticket and revenue are fixed."""
    CAPTURING = "?capture"
    CAPTURED = "capture"
    TURNED_BACK = "!"
    """Something was refused; from here on it is only undone."""
    VOIDING = "?void"
    VOIDED = "void"
    LAPSED = "lapse"
    """Given back, or expired, before any payment began."""
    REFUNDING = "?refund"
    REFUNDED = "refund"
    RELEASING = "?release"
    RELEASED = "release"


FINAL: Final = frozenset({Mark.CAPTURED, Mark.VOIDED, Mark.LAPSED, Mark.REFUNDED, Mark.RELEASED})
"""Nothing is left to do."""
RESTING: Final = frozenset({Mark.HOLD, Mark.RESERVED, Mark.CHALLENGED, Mark.WAITING})
"""It is the rider's turn, until the hold ends."""
UNDER_WAY: Final = frozenset(Mark) - FINAL - RESTING
"""Somebody must drive the saga on."""
