"""The life of an order as data: states, what may follow, and what others call them.

The table is published as it stands (``GET /v1/order-states``, ``docs/order-states.md``).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class OrderState(StrEnum):
    """States of an order; ``LIFE`` says what each means and what may follow."""

    HELD = "held"
    AUTHORISED = "authorised"
    CONFIRMED = "confirmed"
    STARTED = "started"
    ENDED = "ended"
    SETTLED = "settled"
    RELEASED = "released"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"


class StateRow(NamedTuple):
    """One row of the table."""

    meaning: str
    follows: tuple[OrderState, ...]
    """States to which an order may move from here."""
    tomp_1_6: str
    """Booking state of TOMP-API 1.6."""
    tomp_2_0: str
    """``packageStatus`` of TOMP-API 2.0."""


_S = OrderState

LIFE: Final[Mapping[OrderState, StateRow]] = {
    _S.HELD: StateRow(
        "Places, vehicles and boxes are kept until the hold ends; nothing is sold.",
        (_S.AUTHORISED, _S.RELEASED, _S.EXPIRED, _S.FAILED),
        "PENDING",
        "PENDING",
    ),
    _S.AUTHORISED: StateRow(
        "The price is reserved with the means of payment and not taken.",
        (_S.CONFIRMED, _S.RELEASED, _S.EXPIRED, _S.FAILED),
        "PENDING",
        "PENDING",
    ),
    _S.CONFIRMED: StateRow(
        "Sold: every leg, the price and the ticket are fixed.",
        # FAILED only where a provider refuses to capture what it had authorised: no ticket was
        # seen then. ENDED where nobody looked between departure and arrival.
        (_S.STARTED, _S.ENDED, _S.CANCELLED, _S.FAILED),
        "CONFIRMED",
        "CONFIRMED",
    ),
    _S.STARTED: StateRow(
        "The first leg has begun.", (_S.ENDED, _S.CANCELLED), "STARTED", "STARTED"
    ),
    _S.ENDED: StateRow(
        "The journey is over; its operators have earned their shares.",
        (_S.SETTLED,),
        "FINISHED",
        "ENDED",
    ),
    _S.SETTLED: StateRow(
        "Cleared with its operators in a closed month.", (), "FINISHED", "SETTLED"
    ),
    _S.RELEASED: StateRow(
        "Given back by the rider before it was sold.", (), "RELEASED", "RELEASED"
    ),
    _S.CANCELLED: StateRow(
        "Every leg was given back after the sale; what the rules refund is refunded.",
        (),
        "CANCELLED",
        "CANCELLED",
    ),
    _S.EXPIRED: StateRow("Not paid in time.", (), "EXPIRED", "EXPIRED"),
    _S.FAILED: StateRow(
        "The payment was refused, or a leg could no longer be sold; nothing was taken.",
        (),
        "REJECTED",
        "ROLLBACK",
    ),
}
"""Every state with its row. A hold that is given back was never purchased, which TOMP calls
RELEASED; its CANCELLED is for what had been sold."""

LIVE: Final = frozenset({_S.HELD, _S.AUTHORISED, _S.CONFIRMED, _S.STARTED, _S.ENDED, _S.SETTLED})
"""States in which an order may own places and money, so that its offer is taken."""
SOLD: Final = frozenset({_S.CONFIRMED, _S.STARTED, _S.ENDED, _S.SETTLED})
"""States in which the legs that were not cancelled are the rider's."""


def may_move(before: OrderState, to: OrderState) -> bool:
    """Say whether the table has such a step."""
    return to in LIFE[before].follows


def as_data() -> list[dict[str, object]]:
    """Return the table as JSON can say it, in the order of an order's life."""
    return [
        {
            "state": state.value,
            "meaning": row.meaning,
            "follows": [to.value for to in row.follows],
            "tomp_1_6": row.tomp_1_6,
            "tomp_2_0": row.tomp_2_0,
        }
        for state, row in LIFE.items()
    ]
