"""Riders' subscriptions: which are valid, registering, buying, renewing, ending."""

from datetime import date
from uuid import UUID

from booking.service.ports import UnitOfWork


def subscriptions_on(uow: UnitOfWork, rider_id: UUID, day: date) -> tuple[str, ...]:
    """Return the ids of the products that a rider is subscribed to on a day, sorted."""
    kept = uow.subscriptions.list_of(rider_id)
    return tuple(sorted({one.product for one in kept if one.is_valid(day)}))
