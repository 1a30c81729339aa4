"""What is kept of facts and of who is told of them, as protocols; ``booking.adapters`` keeps it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from booking.domain.webhooks import WebhookDelivery, WebhookEndpoint


class OutboxEvent(NamedTuple):
    """A fact that was written with the change that it tells of."""

    id: int
    subject: str
    key: str | None
    """What it is about, an order's id for example."""
    body: Mapping[str, Any]
    at: datetime


class OutboxRepository(Protocol):
    """Facts that leave."""

    def add(self, subject: str, key: str | None, body: Mapping[str, Any], at: datetime) -> None:
        """Write a fact; it leaves once this transaction has committed."""
        ...

    def list_undelivered(self, limit: int, but: Collection[int] = ()) -> Sequence[OutboxEvent]:
        """Return facts that have not left: of each key only the oldest one.

        A unit of work that writes locks them, and leaves out what others have locked.
        """
        ...

    def mark_delivered(self, event_ids: Iterable[int], at: datetime) -> None:
        """Say that facts have left."""
        ...

    def drop_delivered(self, before: datetime) -> int:
        """Remove facts that left before then; return how many."""
        ...


class Errand(NamedTuple):
    """A message that somebody has taken to deliver it."""

    delivery: WebhookDelivery
    endpoint: WebhookEndpoint


class WebhookRepository(Protocol):
    """Operators' endpoints, and the messages for them."""

    def add_endpoint(self, endpoint: WebhookEndpoint) -> None:
        """Add an endpoint."""
        ...

    def endpoint(self, endpoint_id: UUID) -> WebhookEndpoint:
        """Return an endpoint, locked if the unit of work writes, or raise ``WebhookNotFound``."""
        ...

    def endpoints(self, agency_id: str | None = None) -> Sequence[WebhookEndpoint]:
        """Return the endpoints of an operator, or all, oldest first."""
        ...

    def save_endpoint(self, endpoint: WebhookEndpoint) -> None:
        """Keep an endpoint as it is now."""
        ...

    def remove_endpoint(self, endpoint_id: UUID) -> None:
        """Forget an endpoint and its messages."""
        ...

    def queue(self, delivery: WebhookDelivery) -> bool:
        """Keep a message, unless its endpoint has one of that event; return whether it is new."""
        ...

    def take(self, owner: str, now: datetime, until: datetime, at_once: int) -> Errand | None:
        """Lease the message that waits longest; None if there is none.

        Of each order an endpoint gets one after the other, and an endpoint has at most
        ``at_once`` under way.
        """
        ...

    def is_due(self, now: datetime) -> bool:
        """Say whether a message waits, without any lock."""
        ...

    def settle(self, delivery: WebhookDelivery, owner: str) -> bool:
        """Keep what became of a message that ``owner`` has; False if somebody else has it now."""
        ...

    def renew(self, endpoint_id: UUID, now: datetime) -> None:
        """Let the messages that wait for an endpoint begin anew with their patience."""
        ...

    def delivery(self, delivery_id: UUID) -> WebhookDelivery:
        """Return a message, locked if the unit of work writes, or raise ``WebhookNotFound``."""
        ...

    def save_delivery(self, delivery: WebhookDelivery) -> None:
        """Keep a message that nobody has at this moment."""
        ...

    def deliveries(
        self, endpoint_id: UUID, limit: int, before: UUID | None
    ) -> Sequence[WebhookDelivery]:
        """Return the newest messages of an endpoint, of those older than ``before``."""
        ...

    def drop_deliveries(self, before: datetime) -> int:
        """Remove messages that were queued before then; return how many."""
        ...


class RiderMark(NamedTuple):
    """Grows with every change of any of a rider's orders."""

    orders: int
    versions: int


class OrderNews(NamedTuple):
    """How an order stands, in short."""

    id: UUID
    state: str
    version: int


class WatchRepository(Protocol):
    """What streams are told from: a few questions for all of them together."""

    def order_versions(self, order_ids: Collection[UUID]) -> Mapping[UUID, int]:
        """Return the version of each order that there is."""
        ...

    def rider_marks(self, rider_ids: Collection[UUID]) -> Mapping[UUID, RiderMark]:
        """Return a mark for each rider that has an order."""
        ...

    def newest_orders(self, rider_id: UUID, limit: int) -> Sequence[OrderNews]:
        """Return how a rider's newest orders stand, newest first."""
        ...

    def ride_marks(self, order_ids: Collection[UUID]) -> Mapping[UUID, str]:
        """Return, for each order with rides on demand, what changes with anything about them."""
        ...

    def open_sessions(self, token_hashes: Collection[str], now: datetime) -> Collection[str]:
        """Return those of riders' sessions that have not ended."""
        ...
