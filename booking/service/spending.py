"""What caps may still count of a rider: written by the transaction that sells or gives back.

Credits of statements (``booking.service.closing``) are lines of the journeys that they are for, so
what was spent is always the sum of the lines.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from booking.domain.money import Money
from booking.domain.orders import Order
from booking.domain.refunds import Refund
from booking.domain.spending import Spending, SpentLine
from booking.domain.spent_lines import counted
from booking.service.ports import UnitOfWork

ZONES: Final = timedelta(days=1)
"""A month of any time zone begins at most so much before or after that of UTC."""
A_MONTH: Final = timedelta(days=32)
"""From the first of a month, it leads into the next one."""
BEFORE: Final = timedelta(hours=24)
"""Caps of 24 hours count so far beyond both ends of a month."""


def record_spent(uow: UnitOfWork, order: Order, now: datetime | None = None) -> None:
    """Keep what caps count of an order that is sold; once, however often it is called.

    A follower of sales (``Selling.on_sale``): ``now`` does not matter, the journey's begin does.
    """
    del now
    uow.spending.add(order.rider_id, counted(order))


def take_back(uow: UnitOfWork, order: Order, refund: Refund, now: datetime | None = None) -> None:
    """Count a refund of an order; once for each refund. The fee of it is no travel.

    A follower of refunds (``Selling.on_refund``).
    """
    del now
    sold = {line.position: line for line in counted(order)}
    given = {line.line: line.amount for line in refund.lines}
    gone = {
        position
        for position in sold
        if _is_gone(order, position, refund) or given.get(position) == sold[position].amount
    }
    uow.spending.add(
        order.rider_id,
        [
            _back(sold[position], refund, position, given, position in gone)
            for position in sorted(sold)
            if position in gone or position in given
        ],
    )


def _is_gone(order: Order, position: int, refund: Refund) -> bool:
    """Say whether what a line was for is no longer part of the order."""
    line = order.offer.price.lines[position]
    return line.leg in refund.legs and (
        not refund.passengers or line.passenger in refund.passengers
    )


def _back(
    line: SpentLine, refund: Refund, position: int, given: Mapping[int, Money], is_gone: bool
) -> SpentLine:
    amount = given.get(position, Money(0, line.amount.currency))
    full = line.full_minor if is_gone else min(amount.minor, line.full_minor)
    return replace(line, entry=f"refund:{refund.id}:{position}", amount=-amount, full_minor=-full)


def spending_of(uow: UnitOfWork, rider_id: UUID, at: datetime) -> Spending:
    """Return everything of a rider that the caps of a journey at ``at`` may count, by time.

    It is the calendar month of ``at`` in any time zone, and a day on both sides of it.
    """
    begin, end = span_around(at)
    return Spending(rider_id, tuple(uow.spending.list_spent(rider_id, begin, end)))


def span_around(at: datetime) -> tuple[datetime, datetime]:
    """Return the span of journeys that may matter for one at ``at``: begin, and the end of it."""
    earliest, latest = at.astimezone(UTC) - ZONES, at.astimezone(UTC) + ZONES
    return _month(earliest) - ZONES - BEFORE, _month(_month(latest) + A_MONTH) + ZONES + BEFORE


def _month(at: datetime) -> datetime:
    """Return when the month of a moment began in UTC."""
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def credited(uow: UnitOfWork, order_id: UUID) -> Mapping[int, Money]:
    """Return what statements have given back already of each line of an order, by its position.

    A refund of a line may give back no more than the rest of it.
    """
    back: dict[int, Money] = {}
    for line in uow.spending.list_of_source(order_id):
        if line.entry.startswith("credit:"):
            so_far = back.get(line.position, Money(0, line.amount.currency))
            back[line.position] = so_far - line.amount
    return back
