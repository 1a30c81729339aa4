"""Operators' endpoints and the messages for them in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from booking.adapters.database import insert_once
from booking.adapters.webhook_tables import WebhookDeliveryRow, WebhookEndpointRow
from booking.domain.notices import Notice
from booking.domain.outside_errors import WebhookNotFound
from booking.domain.webhooks import WebhookDelivery, WebhookEndpoint
from booking.service.event_repositories import Errand

Row = WebhookDeliveryRow


class SqlWebhooks:
    """See ``booking.service.event_repositories.WebhookRepository``."""

    def __init__(self, session: Session, *, locks: bool) -> None:
        self._session, self._locks = session, locks

    # --- endpoints

    def add_endpoint(self, endpoint: WebhookEndpoint) -> None:
        """Add an endpoint."""
        self._session.add(WebhookEndpointRow(**_endpoint_columns(endpoint)))
        self._session.flush()

    def endpoint(self, endpoint_id: UUID) -> WebhookEndpoint:
        """Return an endpoint, locked if this transaction writes."""
        row = self._session.get(
            WebhookEndpointRow, endpoint_id, with_for_update=self._locks, populate_existing=True
        )
        if row is None:
            raise WebhookNotFound(endpoint_id)
        return _endpoint(row)

    def endpoints(self, agency_id: str | None = None) -> Sequence[WebhookEndpoint]:
        """Return endpoints, oldest first."""
        wanted = select(WebhookEndpointRow).order_by(WebhookEndpointRow.id)
        if agency_id is not None:
            wanted = wanted.where(WebhookEndpointRow.agency_id == agency_id)
        return [_endpoint(row) for row in self._session.scalars(wanted)]

    def save_endpoint(self, endpoint: WebhookEndpoint) -> None:
        """Keep an endpoint as it is now."""
        self._session.merge(WebhookEndpointRow(**_endpoint_columns(endpoint)))
        self._session.flush()

    def remove_endpoint(self, endpoint_id: UUID) -> None:
        """Forget an endpoint and its messages."""
        self._session.execute(delete(Row).where(Row.endpoint_id == endpoint_id))
        self._session.execute(
            delete(WebhookEndpointRow).where(WebhookEndpointRow.id == endpoint_id)
        )

    # --- messages on their way

    def queue(self, delivery: WebhookDelivery) -> bool:
        """Keep a message, unless its endpoint has one of that event."""
        return insert_once(self._session, Row, _delivery_columns(delivery))

    def is_due(self, now: datetime) -> bool:
        """Say whether a message waits."""
        return self._session.scalar(_due(now).limit(1)) is not None

    def take(self, owner: str, now: datetime, until: datetime, at_once: int) -> Errand | None:
        """Lease the message that waits longest."""
        under_way = (
            select(Row.endpoint_id)
            .where(Row.lease_until > now)
            .group_by(Row.endpoint_id)
            .having(func.count() >= at_once)
        )
        wanted = _due(now).where(Row.endpoint_id.not_in(under_way))
        wanted = wanted.order_by(Row.next_at, Row.event_id).limit(1)
        row = self._session.scalars(wanted.with_for_update(skip_locked=True, of=Row)).one_or_none()
        if row is None:
            return None
        row.owner, row.lease_until = owner, until
        self._session.flush()
        return Errand(
            _delivery(row), _endpoint(self._session.get_one(WebhookEndpointRow, row.endpoint_id))
        )

    def settle(self, delivery: WebhookDelivery, owner: str) -> bool:
        """Keep what became of a message, if ``owner`` still has it."""
        values = _delivery_columns(delivery) | {"owner": None, "lease_until": None}
        mine = update(Row).where(Row.id == delivery.id, Row.owner == owner)
        kept = self._session.execute(mine.values(**values).returning(Row.id))
        return kept.first() is not None

    def renew(self, endpoint_id: UUID, now: datetime) -> None:
        """Let what waits for an endpoint begin anew."""
        waits = update(Row).where(Row.endpoint_id == endpoint_id, _pending())
        self._session.execute(waits.values(queued_at=now, next_at=now, attempts=0))

    # --- messages as operators look at them

    def delivery(self, delivery_id: UUID) -> WebhookDelivery:
        """Return a message, locked if this transaction writes."""
        row = self._session.get(
            Row, delivery_id, with_for_update=self._locks, populate_existing=True
        )
        if row is None:
            raise WebhookNotFound(delivery_id)
        return _delivery(row)

    def save_delivery(self, delivery: WebhookDelivery) -> None:
        """Keep a message that nobody has."""
        values = _delivery_columns(delivery) | {"owner": None, "lease_until": None}
        self._session.execute(update(Row).where(Row.id == delivery.id).values(**values))

    def deliveries(
        self, endpoint_id: UUID, limit: int, before: UUID | None
    ) -> Sequence[WebhookDelivery]:
        """Return the newest messages of an endpoint; their ids are UUIDv7, which sort by time."""
        wanted = select(Row).where(Row.endpoint_id == endpoint_id)
        if before is not None:
            wanted = wanted.where(Row.id < before)
        rows = self._session.scalars(wanted.order_by(Row.id.desc()).limit(limit))
        return [_delivery(row) for row in rows]

    def drop_deliveries(self, before: datetime) -> int:
        """Remove messages that were queued before then."""
        gone = delete(Row).where(Row.queued_at < before)
        return len(self._session.scalars(gone.returning(Row.id)).all())


def _pending() -> Any:
    return and_(Row.delivered_at.is_(None), Row.given_up_at.is_(None))


def _due(now: datetime) -> Select[WebhookDeliveryRow]:
    """Return the question for messages that may be sent now: the oldest of each order only."""
    before = aliased(Row)
    earlier = exists().where(
        before.endpoint_id == Row.endpoint_id,
        before.key == Row.key,
        before.event_id < Row.event_id,
        before.delivered_at.is_(None),
        before.given_up_at.is_(None),
    )
    return (
        select(Row)
        .join(WebhookEndpointRow, WebhookEndpointRow.id == Row.endpoint_id)
        .where(_pending(), Row.next_at <= now, ~earlier)
        .where(or_(Row.lease_until.is_(None), Row.lease_until <= now))
        .where(WebhookEndpointRow.disabled_at.is_(None))
    )


def _endpoint_columns(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "agency_id": endpoint.agency_id,
        "url": endpoint.url,
        "secret": endpoint.secret,
        "events": list(endpoint.events),
        "created_at": endpoint.created_at,
        "disabled_at": endpoint.disabled_at,
        "note": endpoint.note,
    }


def _endpoint(row: WebhookEndpointRow) -> WebhookEndpoint:
    return WebhookEndpoint(
        row.id,
        row.agency_id,
        row.url,
        row.secret,
        tuple(row.events),
        row.created_at,
        row.disabled_at,
        row.note,
    )


def _delivery_columns(delivery: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "endpoint_id": delivery.endpoint_id,
        "event_id": delivery.event_id,
        "key": delivery.key,
        "kind": delivery.kind.value,
        "body": delivery.body,
        "queued_at": delivery.queued_at,
        "attempts": delivery.attempts,
        "next_at": delivery.next_at,
        "delivered_at": delivery.delivered_at,
        "given_up_at": delivery.given_up_at,
        "last_error": delivery.last_error,
    }


def _delivery(row: WebhookDeliveryRow) -> WebhookDelivery:
    return WebhookDelivery(
        id=row.id,
        endpoint_id=row.endpoint_id,
        event_id=row.event_id,
        key=row.key,
        kind=Notice(row.kind),
        body=row.body,
        queued_at=row.queued_at,
        next_at=row.next_at,
        attempts=row.attempts,
        delivered_at=row.delivered_at,
        given_up_at=row.given_up_at,
        last_error=row.last_error,
    )
