"""Tables of the webhooks: where operators want to be told, and what they are told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.adapters.tables import FEED_SCOPED, Base

PENDING = text("delivered_at IS NULL AND given_up_at IS NULL")


class WebhookEndpointRow(Base):
    """An address of an operator. The secret is kept as it is: every message is signed with it."""

    __tablename__ = "webhook_endpoint"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency_id: Mapped[str] = mapped_column(FEED_SCOPED, index=True)
    url: Mapped[str] = mapped_column(String(2000))
    secret: Mapped[str] = mapped_column(String(120))
    events: Mapped[list[str]] = mapped_column(JSON)
    """Types it wants, like ``order.confirmed`` or ``leg.*``."""
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    note: Mapped[str | None]
    """Why it is told nothing any more."""


class WebhookDeliveryRow(Base):
    """One message for one endpoint, and how often it was tried."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        # A fact is told to an endpoint once, however often the outbox is read.
        Index("uq_webhook_delivery_endpoint_id_event_id", "endpoint_id", "event_id", unique=True),
        Index(
            "ix_webhook_delivery_order",
            "endpoint_id",
            "key",
            "event_id",
            sqlite_where=PENDING,
            postgresql_where=PENDING,
        ),
        Index("ix_webhook_delivery_due", "next_at", sqlite_where=PENDING, postgresql_where=PENDING),
        Index("ix_webhook_delivery_queued_at", "queued_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    event_id: Mapped[int | None]
    """Of the outbox; NULL for a test."""
    key: Mapped[str | None] = mapped_column(String(80))
    """Messages with the same key reach an endpoint in the order of their events."""
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[str]
    """Exactly what is sent and signed."""
    queued_at: Mapped[datetime]
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    owner: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[datetime | None]
