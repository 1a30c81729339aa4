"""What is kept of travel that is paid after it: spending, trips, statements, subscriptions."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from booking.domain.spending import Spent, SpentLine
from booking.domain.subscriptions import Subscription


class KeptLine(NamedTuple):
    """A line of ``spent``, and what closed it."""

    line: SpentLine
    day_closed: bool
    month_closed: bool


class Unclosed(NamedTuple):
    """A rider and a tariff with lines that no statement has closed yet."""

    rider_id: UUID
    tariff: str
    earliest: datetime
    """When the first of their journeys began."""


class SpendingRepository(Protocol):
    """What riders paid for travel, as far as caps count it; lines are added, never changed."""

    def add(self, rider_id: UUID, lines: Iterable[SpentLine]) -> None:
        """Add lines; one whose source and entry are known already stays as it is."""
        ...

    def lock(self, rider_id: UUID) -> None:
        """Make others who bill the same rider wait for the end of this transaction."""
        ...

    def list_spent(self, rider_id: UUID, begin: datetime, end: datetime) -> Sequence[Spent]:
        """Return journeys that began in ``[begin, end)``, net of what was given back, by time."""
        ...

    def list_lines(self, rider_id: UUID, begin: datetime, end: datetime) -> Sequence[KeptLine]:
        """Return all lines of journeys that began in ``[begin, end)``, by time."""
        ...

    def list_of_source(self, source: UUID) -> Sequence[SpentLine]:
        """Return the lines of one order or trip, with what was given back of it."""
        ...

    def list_unclosed(
        self, began_before: datetime, limit: int, *, month: bool
    ) -> Sequence[Unclosed]:
        """Return whose days (or months) are to be closed, of journeys before a moment."""
        ...

    def close(
        self, rider_id: UUID, tariff: str, begin: datetime, end: datetime, *, month: bool
    ) -> None:
        """Mark the lines of journeys that began in ``[begin, end)`` as closed."""
        ...


class SubscriptionRepository(Protocol):
    """Riders' subscriptions."""

    def save(self, subscription: Subscription) -> None:
        """Keep a subscription as it is now."""
        ...

    def get(self, subscription_id: UUID) -> Subscription:
        """Return one, locked if the unit of work writes, or raise ``SubscriptionNotFound``."""
        ...

    def list_of(self, rider_id: UUID) -> Sequence[Subscription]:
        """Return a rider's subscriptions, the newest last."""
        ...

    def list_due(self, day: date, limit: int) -> Sequence[UUID]:
        """Return those that renew and are paid for only up to before ``day``."""
        ...
