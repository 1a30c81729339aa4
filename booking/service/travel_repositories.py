"""What is kept of travel that is paid after it: spending, trips, statements, subscriptions."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from booking.domain.best_price import Statement
from booking.domain.cico import Spot, Trip
from booking.domain.spending import Spent, SpentLine
from booking.domain.subscriptions import OwnedSubscription


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

    def add(
        self,
        rider_id: UUID,
        lines: Iterable[SpentLine],
        *,
        day_closed: bool = False,
        month_closed: bool = False,
    ) -> None:
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

    def close(self, lines: Iterable[SpentLine], *, month: bool) -> None:
        """Mark lines as closed by the statement of their day or month."""
        ...


class SubscriptionRepository(Protocol):
    """Riders' subscriptions."""

    def save(self, subscription: OwnedSubscription, at: datetime) -> None:
        """Keep a subscription as it is now, and tell of it by the outbox."""
        ...

    def get(self, subscription_id: UUID) -> OwnedSubscription:
        """Return one, locked if the unit of work writes, or raise ``SubscriptionNotFound``."""
        ...

    def list_of(self, rider_id: UUID) -> Sequence[OwnedSubscription]:
        """Return a rider's subscriptions, the newest last."""
        ...

    def list_due(self, day: date, limit: int) -> Sequence[UUID]:
        """Return those that renew and are paid for only up to before ``day``."""
        ...


class TripRepository(Protocol):
    """Trips by check-in and check-out, and where they were seen."""

    def add(self, trip: Trip) -> None:
        """Add a trip; raise ``Conflict`` at the commit if its rider has an open one."""
        ...

    def get(self, trip_id: UUID) -> Trip:
        """Return a trip, locked if the unit of work writes, or raise ``TripNotFound``."""
        ...

    def save(self, trip: Trip) -> None:
        """Keep a trip as it is now, and put its events into the outbox."""
        ...

    def find_open(self, rider_id: UUID) -> UUID | None:
        """Return the trip that a rider is on."""
        ...

    def list_between(self, rider_id: UUID, begin: datetime, end: datetime) -> Sequence[Trip]:
        """Return a rider's trips, not cancelled, that had a moment in ``[begin, end]``."""
        ...

    def list_of(self, rider_id: UUID, limit: int, before: UUID | None) -> Sequence[Trip]:
        """Return a rider's newest trips, of those older than ``before``, newest first."""
        ...

    def list_disputed(self, limit: int) -> Sequence[Trip]:
        """Return disputed trips, the oldest first."""
        ...

    def list_to_bill(self, limit: int) -> Sequence[UUID]:
        """Return trips that are over and not billed."""
        ...

    def list_silent(self, seen_before: datetime, limit: int) -> Sequence[UUID]:
        """Return open trips whose last sign of life was before a moment."""
        ...

    def add_sightings(self, trip_id: UUID, spots: Iterable[Spot], received_at: datetime) -> int:
        """Add sightings, one for each moment of the trip; return how many were new."""
        ...

    def sightings(self, trip_id: UUID) -> Sequence[Spot]:
        """Return where a trip was seen, by time."""
        ...

    def drop_sightings(self, received_before: datetime) -> int:
        """Remove old sightings of trips that are over; return how many."""
        ...


class StatementRepository(Protocol):
    """What days and months came to."""

    def add(self, statement: Statement) -> None:
        """Add a statement; its period may have earlier revisions."""
        ...

    def next_revision(self, statement: Statement) -> int:
        """Return the number of earlier statements of the same period."""
        ...

    def list_of(self, rider_id: UUID, limit: int) -> Sequence[Statement]:
        """Return a rider's newest statements, newest first."""
        ...
