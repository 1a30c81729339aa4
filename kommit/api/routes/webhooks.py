"""Webhooks: where an operator wants to be told of its sales, signed as Standard Webhooks are."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from booking.domain import outside_errors
from booking.domain.webhooks import WebhookDelivery, WebhookEndpoint
from booking.service.webhooks import LISTED
from kommit.api.auth import OperatorOf
from kommit.api.network import Network
from kommit.api.problems import documented
from kommit.api.routes.driver import STAFF
from kommit.api.schemas.webhooks import (
    Deliveries,
    Delivery,
    NewWebhook,
    Webhook,
    WebhookRequest,
    Webhooks,
)
from kommit.api.services import NetworkOf, ServicesOf

router = APIRouter(tags=["operators"])
MINE = (*STAFF, outside_errors.WebhookNotFound)


@router.get("/v1/operator/webhooks", responses=documented(*STAFF))
def list_webhooks(agency: OperatorOf, services: ServicesOf, network: NetworkOf) -> Webhooks:
    """Return where the operator is told."""
    found = services.webhooks.list_all(agency)
    return Webhooks(webhooks=[_webhook(endpoint, network) for endpoint in found])


@router.post(
    "/v1/operator/webhooks",
    status_code=201,
    responses=documented(*STAFF, outside_errors.BadWebhook),
)
def create_webhook(
    asked: WebhookRequest, agency: OperatorOf, services: ServicesOf, network: NetworkOf
) -> NewWebhook:
    """Let an address be told. The secret is shown this once."""
    endpoint = services.webhooks.register(agency, asked.url, asked.events)
    return NewWebhook(**_webhook(endpoint, network).model_dump(), secret=endpoint.secret)


@router.delete("/v1/operator/webhooks/{webhook_id}", status_code=204, responses=documented(*MINE))
def delete_webhook(webhook_id: UUID, agency: OperatorOf, services: ServicesOf) -> None:
    """Tell an address no more, and forget its messages."""
    services.webhooks.remove(agency, webhook_id)


@router.post("/v1/operator/webhooks/{webhook_id}/enable", responses=documented(*MINE))
def enable_webhook(
    webhook_id: UUID, agency: OperatorOf, services: ServicesOf, network: NetworkOf
) -> Webhook:
    """Tell an address again that was disabled, first of what waits for it."""
    return _webhook(services.webhooks.enable(agency, webhook_id), network)


@router.post(
    "/v1/operator/webhooks/{webhook_id}/test",
    status_code=202,
    responses=documented(*MINE, outside_errors.BadWebhook),
)
def test_webhook(
    webhook_id: UUID, agency: OperatorOf, services: ServicesOf, network: NetworkOf
) -> Delivery:
    """Send a message `webhook.test` to an address within a few seconds."""
    return _delivery(services.webhooks.test(agency, webhook_id), network)


@router.get("/v1/operator/webhooks/{webhook_id}/deliveries", responses=documented(*MINE))
def list_deliveries(
    webhook_id: UUID,
    agency: OperatorOf,
    services: ServicesOf,
    network: NetworkOf,
    limit: Annotated[int, Query(ge=1, le=200, description="As many at most.")] = LISTED,
    before: Annotated[
        UUID | None, Query(description="Only messages older than this one: the last of a page.")
    ] = None,
) -> Deliveries:
    """Return what an address was told within a month, newest first, and what became of it."""
    found = services.webhooks.deliveries(agency, webhook_id, limit, before)
    return Deliveries(deliveries=[_delivery(message, network) for message in found])


@router.post(
    "/v1/operator/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    status_code=202,
    responses=documented(*MINE),
)
def redeliver(
    webhook_id: UUID,
    delivery_id: UUID,
    agency: OperatorOf,
    services: ServicesOf,
    network: NetworkOf,
) -> Delivery:
    """Send a message again, under the same `webhook-id`."""
    return _delivery(services.webhooks.redeliver(agency, webhook_id, delivery_id), network)


def _webhook(endpoint: WebhookEndpoint, network: Network) -> Webhook:
    return Webhook(
        id=endpoint.id,
        url=endpoint.url,
        events=list(endpoint.events),
        created_at=network.local(endpoint.created_at),
        disabled_at=endpoint.disabled_at and network.local(endpoint.disabled_at),
        note=endpoint.note,
    )


def _delivery(message: WebhookDelivery, network: Network) -> Delivery:
    return Delivery(
        id=message.id,
        webhook_id=message.message_id,
        type=message.kind,
        content=json.loads(message.body),
        queued_at=network.local(message.queued_at),
        attempts=message.attempts,
        next_at=network.local(message.next_at) if message.is_pending else None,
        delivered_at=message.delivered_at and network.local(message.delivered_at),
        given_up_at=message.given_up_at and network.local(message.given_up_at),
        last_error=message.last_error,
    )
