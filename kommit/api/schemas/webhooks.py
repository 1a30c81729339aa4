"""Webhooks of operators in JSON."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from booking.domain.webhooks import URL_MAX
from kommit.api.schemas.common import Request, Shape


class WebhookRequest(Request):
    """Where an operator wants to be told, and of what."""

    url: Annotated[
        str, Field(min_length=8, max_length=URL_MAX, examples=["https://operator.example/kommit"])
    ]
    events: Annotated[
        list[Annotated[str, Field(max_length=40)]],
        Field(min_length=1, max_length=40, examples=[["order.*", "clearing.closed"], ["*"]]),
    ]


class Webhook(Shape):
    """An endpoint of an operator."""

    id: UUID
    url: str
    events: list[str]
    created_at: AwareDatetime
    disabled_at: AwareDatetime | None
    note: str | None
    """Why it is told nothing any more."""


class NewWebhook(Webhook):
    """An endpoint as its maker sees it, once."""

    secret: str
    """What messages are signed with, as the Standard Webhooks specification has it."""


class Webhooks(Shape):
    """All endpoints of an operator."""

    webhooks: list[Webhook]


class Delivery(Shape):
    """A message, and what became of it."""

    id: UUID
    webhook_id: str
    """The header of the same name: the same on every attempt."""
    type: str
    content: dict[str, Any]
    """What is sent."""
    queued_at: AwareDatetime
    attempts: int
    next_at: AwareDatetime | None
    """When it is tried next, while it is not delivered and not given up."""
    delivered_at: AwareDatetime | None
    given_up_at: AwareDatetime | None
    last_error: str | None


class Deliveries(Shape):
    """Messages of an endpoint, newest first."""

    deliveries: list[Delivery]
