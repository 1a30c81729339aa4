"""What went wrong on the way, what was granted for it, and what riders complain of."""

import sqlalchemy as sa
from alembic import op

from booking.adapters import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_index("ix_orders_arrives_at", "orders", ["arrives_at"])
    op.create_table(
        "incident",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("leg", WHOLE, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("late_s", WHOLE, nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_incident_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_incident")),
    )
    op.create_table(
        "redress_claim",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("leg", WHOLE, nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_minor", WHOLE, nullable=False),
        sa.Column("granted_minor", WHOLE, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("receipt", sa.String(length=200), nullable=True),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "granted_minor >= 0", name=op.f("ck_redress_claim_granted_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_redress_claim_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_redress_claim")),
    )
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("leg", WHOLE, nullable=False),
        sa.Column("agency_id", sa.String(length=200), nullable=False),
        sa.Column("line", sa.String(length=200), nullable=False),
        sa.Column("departure", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("answered_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_complaint_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index("ix_complaint_order_id", "complaint", ["order_id"])
    op.create_index("ix_complaint_agency_id_id", "complaint", ["agency_id", "id"])


def downgrade() -> None:
    op.drop_table("complaint")
    op.drop_table("redress_claim")
    op.drop_table("incident")
    op.drop_index("ix_orders_arrives_at", "orders")
