"""What becomes of tickets after they were issued: revoked, bound to phones, inspected."""

import sqlalchemy as sa
from alembic import op

from booking.adapters import types

revision = "0006"
down_revision = "0003"
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
    _add_columns()


def downgrade() -> None:
    op.drop_table("inspection")
    op.drop_table("ticket_revocation")
    with op.batch_alter_table("rental") as batch:
        batch.drop_index("ix_rental_order_id")
        batch.drop_constraint("fk_rental_order_id", type_="foreignkey")
        batch.drop_column("leg")
        batch.drop_column("order_id")
    with op.batch_alter_table("orders") as batch:
        batch.drop_column("device_key")
        batch.drop_column("ticket_version")


def _add_columns() -> None:
    """To go once the lead's migration 0004 has them."""
    with op.batch_alter_table("orders") as batch:
        batch.add_column(sa.Column("ticket_version", WHOLE, nullable=False, server_default="1"))
        batch.add_column(sa.Column("device_key", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("rental") as batch:
        batch.add_column(sa.Column("order_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("leg", WHOLE, nullable=True))
        batch.create_foreign_key("fk_rental_order_id", "orders", ["order_id"], ["id"])
        batch.create_index("ix_rental_order_id", ["order_id"])
