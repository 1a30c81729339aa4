"""Delivery of the outbox, webhooks of operators, and until when doors are kept precisely."""

import sqlalchemy as sa
from alembic import op

from booking.adapters import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = types.UtcDateTime(timezone=True)
UNDELIVERED = sa.text("delivered_at IS NULL")
PRECISE = sa.text("precise_until IS NOT NULL")
PENDING = sa.text("delivered_at IS NULL AND given_up_at IS NULL")


def upgrade() -> None:
    op.add_column("outbox", sa.Column("key", sa.String(length=80), nullable=True))
    op.execute("UPDATE outbox SET key = coalesce(body ->> 'order_id', body ->> 'rental_id')")
    op.create_index(
        "ix_outbox_undelivered",
        "outbox",
        ["key", "id"],
        sqlite_where=UNDELIVERED,
        postgresql_where=UNDELIVERED,
    )
    op.create_index("ix_outbox_delivered_at", "outbox", ["delivered_at"])
    op.add_column("orders", sa.Column("precise_until", MOMENT, nullable=True))
    op.execute("UPDATE orders SET precise_until = arrives_at")
    op.create_index(
        "ix_orders_precise_until",
        "orders",
        ["precise_until"],
        sqlite_where=PRECISE,
        postgresql_where=PRECISE,
    )
    op.add_column("staff", sa.Column("agency_id", sa.String(length=200), nullable=True))
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("secret", sa.String(length=120), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_index("ix_webhook_endpoint_agency_id", "webhook_endpoint", ["agency_id"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", WHOLE, nullable=True),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("given_up_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("owner", sa.String(length=36), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoint.id"],
            name=op.f("fk_webhook_delivery_endpoint_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index(
        "uq_webhook_delivery_endpoint_id_event_id",
        "webhook_delivery",
        ["endpoint_id", "event_id"],
        unique=True,
    )
    op.create_index(
        "ix_webhook_delivery_order",
        "webhook_delivery",
        ["endpoint_id", "key", "event_id"],
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.create_index(
        "ix_webhook_delivery_due",
        "webhook_delivery",
        ["next_at"],
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.create_index("ix_webhook_delivery_queued_at", "webhook_delivery", ["queued_at"])


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("webhook_endpoint")
    op.drop_column("staff", "agency_id")
    op.drop_index("ix_orders_precise_until", "orders")
    op.drop_column("orders", "precise_until")
    op.drop_index("ix_outbox_delivered_at", "outbox")
    op.drop_index("ix_outbox_undelivered", "outbox")
    op.drop_column("outbox", "key")
