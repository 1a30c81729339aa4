"""What becomes of tickets after they were issued: revoked, bound to phones, inspected."""

import sqlalchemy as sa
from alembic import op

from booking.adapters import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = types.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ticket_revocation",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("version", WHOLE, autoincrement=False, nullable=False),
        sa.Column("valid_until", MOMENT, nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("order_id", "version", name=op.f("pk_ticket_revocation")),
    )
    op.create_index("ix_ticket_revocation_valid_until", "ticket_revocation", ["valid_until"])
    op.create_table(
        "inspection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inspector_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("ticket_version", WHOLE, nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "(lat IS NULL) = (lon IS NULL)", name=op.f("ck_inspection_both_or_none")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index("ix_inspection_at", "inspection", ["at"])
    op.create_index("ix_inspection_order_id_at", "inspection", ["order_id", "at"])


def downgrade() -> None:
    op.drop_table("inspection")
    op.drop_table("ticket_revocation")
