"""Entries of an order's journal. ``?x`` stands before a step that reaches outside, ``x`` after it.

::

    hold ─ ?open ─ open ─ ?authorise ─ authorise ─ commit ─ ?capture ─ capture
      │      └────────┴────── ! ────────────┴───────────────────┘
      └─ lapse                └─ ?void ─ void
"""

from enum import StrEnum
from typing import Final


class Mark(StrEnum):
    """One entry."""

    HOLD = "hold"
    """Places are held and the order exists. Nothing is under way."""
    OPENING = "?open"
    OPENED = "open"
    """The provider knows of the payment, and we know its reference. No money is reserved."""
    AUTHORISING = "?authorise"
    AUTHORISED = "authorise"
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


FINAL: Final = frozenset({Mark.CAPTURED, Mark.VOIDED, Mark.LAPSED})
"""Nothing is left to do."""

UNDER_WAY: Final = frozenset(Mark) - FINAL - {Mark.HOLD}
"""Somebody must drive the saga on."""
