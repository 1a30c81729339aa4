"""Whether a rider has ever bought anything: what promotions for first journeys ask."""

from uuid import UUID

from booking.service.ports import UnitOfWork

PAGE = 50


def has_travelled(uow: UnitOfWork, rider_id: UUID, but: UUID | None = None) -> bool:
    """Say whether the rider has a sold order other than ``but``; given back ones count, too."""
    before: UUID | None = None
    while True:
        orders = uow.orders.list_of(rider_id, PAGE, before)
        if any(order.is_sold for order in orders if order.id != but):
            return True
        if len(orders) < PAGE:
            return False
        before = orders[-1].id
