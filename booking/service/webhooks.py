"""Webhooks as operators manage them: where they are told, of what, and what became of it."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from booking.domain.notices import Notice
from booking.domain.outside_errors import BadWebhook, WebhookNotFound
from booking.domain.webhooks import (
    SECRET_BYTES,
    WebhookDelivery,
    WebhookEndpoint,
    check_events,
    check_url,
    secret_text,
)
from booking.service.ports import Store, UnitOfWork
from booking.service.transactions import in_transaction
from kommit.kit.clock import Clock
from kommit.kit.ids import uuid7

MOST_ENDPOINTS: Final = 20
"""Of one operator."""
AGENCY_MAX: Final = 200
LISTED: Final = 50


@dataclass(frozen=True)
class Webhooks:
    """The operators' endpoints. Whoever asks names the operator, and sees nothing of others."""

    store: Store
    clock: Clock
    is_demo: bool = False

    def register(self, agency_id: str, url: str, events: Sequence[str]) -> WebhookEndpoint:
        """Add an endpoint; its secret is shown by this call only.

        Raises
        ------
        BadWebhook
            If address or events cannot be, or there are too many.
        """
        if not agency_id.strip() or len(agency_id) > AGENCY_MAX:
            raise BadWebhook("name the operator by the id of its agency, like rvm:1")
        endpoint = WebhookEndpoint(
            uuid7(),
            agency_id,
            check_url(url, is_demo=self.is_demo),
            secret_text(secrets.token_bytes(SECRET_BYTES)),
            check_events(events),
            self.clock.now(),
        )

        def work(uow: UnitOfWork) -> WebhookEndpoint:
            if len(uow.webhooks.endpoints(agency_id)) >= MOST_ENDPOINTS:
                raise BadWebhook(f"an operator has at most {MOST_ENDPOINTS} webhooks")
            uow.webhooks.add_endpoint(endpoint)
            return endpoint

        return in_transaction(self.store, work)

    def list_all(self, agency_id: str | None = None) -> Sequence[WebhookEndpoint]:
        """Return an operator's endpoints, or everybody's, oldest first."""
        with self.store.read() as uow:
            return uow.webhooks.endpoints(agency_id)

    def remove(self, agency_id: str, endpoint_id: UUID) -> None:
        """Forget an endpoint and its messages, or raise ``WebhookNotFound``."""

        def work(uow: UnitOfWork) -> None:
            _mine(uow, agency_id, endpoint_id)
            uow.webhooks.remove_endpoint(endpoint_id)

        in_transaction(self.store, work)

    def enable(self, agency_id: str, endpoint_id: UUID) -> WebhookEndpoint:
        """Tell a disabled endpoint again, first of what waits; or raise ``WebhookNotFound``."""

        def work(uow: UnitOfWork) -> WebhookEndpoint:
            endpoint = _mine(uow, agency_id, endpoint_id)
            endpoint.enable()
            uow.webhooks.save_endpoint(endpoint)
            uow.webhooks.renew(endpoint_id, self.clock.now())
            return endpoint

        return in_transaction(self.store, work)

    def test(self, agency_id: str, endpoint_id: UUID) -> WebhookDelivery:
        """Queue a message that says nothing but that messages arrive.

        Raises
        ------
        WebhookNotFound, BadWebhook
            If there is no such endpoint, or it is disabled.
        """

        def work(uow: UnitOfWork) -> WebhookDelivery:
            endpoint = _mine(uow, agency_id, endpoint_id)
            if endpoint.disabled_at is not None:
                raise BadWebhook("this webhook is disabled: enable it first")
            now = self.clock.now()
            body = message_body(Notice.TEST, now, {"endpoint_id": str(endpoint_id)})
            message = WebhookDelivery(
                uuid7(), endpoint_id, None, None, Notice.TEST, body, now, next_at=now
            )
            uow.webhooks.queue(message)
            return message

        return in_transaction(self.store, work)

    def deliveries(
        self, agency_id: str, endpoint_id: UUID, limit: int = LISTED, before: UUID | None = None
    ) -> Sequence[WebhookDelivery]:
        """Return the newest messages of an endpoint, or raise ``WebhookNotFound``."""
        with self.store.read() as uow:
            _mine(uow, agency_id, endpoint_id)
            return uow.webhooks.deliveries(endpoint_id, limit, before)

    def redeliver(self, agency_id: str, endpoint_id: UUID, delivery_id: UUID) -> WebhookDelivery:
        """Send a message again, under the same id; or raise ``WebhookNotFound``."""

        def work(uow: UnitOfWork) -> WebhookDelivery:
            _mine(uow, agency_id, endpoint_id)
            message = uow.webhooks.delivery(delivery_id)
            if message.endpoint_id != endpoint_id:
                raise WebhookNotFound(delivery_id)
            message.again(self.clock.now())
            uow.webhooks.save_delivery(message)
            return message

        return in_transaction(self.store, work)

    def drop_old(self, before: datetime) -> int:
        """Remove messages that were queued before then; return how many."""
        return in_transaction(self.store, lambda uow: uow.webhooks.drop_deliveries(before))


def message_body(notice: Notice, at: datetime, data: dict[str, Any]) -> str:
    """Return what is sent: ``{type, timestamp, data}``."""
    content = {"type": notice.value, "timestamp": at.isoformat(), "data": data}
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def _mine(uow: UnitOfWork, agency_id: str, endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = uow.webhooks.endpoint(endpoint_id)
    if endpoint.agency_id != agency_id:
        raise WebhookNotFound(endpoint_id)
    return endpoint
