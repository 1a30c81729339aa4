"""Travel that is paid after it: spending, trips, statements, subscriptions."""

import sqlalchemy as sa
from alembic import op

from booking.adapters import types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "billed_rider",
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("rider_id", name=op.f("pk_billed_rider")),
    )
    op.create_table(
        "cico_trip",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("passengers", sa.JSON(), nullable=False),
        sa.Column("began_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("begin", sa.JSON(), nullable=False),
        sa.Column("received_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("end", sa.JSON(), nullable=True),
        sa.Column("chain", sa.JSON(), nullable=True),
        sa.Column("price", sa.JSON(), nullable=True),
        sa.Column(
            "price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("means", sa.String(length=64), nullable=True),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("billed_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("dispute", sa.String(length=1000), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cico_trip")),
    )
    with op.batch_alter_table("cico_trip", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cico_trip_open",
            ["rider_id"],
            unique=True,
            sqlite_where=sa.text("state = 'checked_in'"),
            postgresql_where=sa.text("state = 'checked_in'"),
        )
        batch_op.create_index(
            "ix_cico_trip_rider_id_began_at", ["rider_id", "began_at"], unique=False
        )
        batch_op.create_index(
            "ix_cico_trip_to_bill",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state IN ('checked_out', 'abandoned')"),
            postgresql_where=sa.text("state IN ('checked_out', 'abandoned')"),
        )

    op.create_table(
        "spent",
        sa.Column("source", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.String(length=96), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("tariff", sa.String(length=200), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "full_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("agency_id", sa.String(length=200), nullable=True),
        sa.Column("leg", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("day_closed", sa.Boolean(), nullable=False),
        sa.Column("month_closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", "entry", name=op.f("pk_spent")),
    )
    with op.batch_alter_table("spent", schema=None) as batch_op:
        batch_op.create_index(
            "ix_spent_day_open",
            ["at"],
            unique=False,
            sqlite_where=sa.text("NOT day_closed"),
            postgresql_where=sa.text("NOT day_closed"),
        )
        batch_op.create_index(
            "ix_spent_month_open",
            ["at"],
            unique=False,
            sqlite_where=sa.text("NOT month_closed"),
            postgresql_where=sa.text("NOT month_closed"),
        )
        batch_op.create_index("ix_spent_rider_id_at", ["rider_id", "at"], unique=False)

    op.create_table(
        "statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("tariff", sa.String(length=200), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("begins", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "full_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "paid_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "due_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("product", sa.String(length=200), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(
            "uq_statement_period",
            ["rider_id", "tariff", "period", "begins", "revision"],
            unique=True,
        )

    op.create_table(
        "subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_from", sa.Date(), nullable=True),
        sa.Column("means", sa.String(length=64), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(
            "ix_subscription_renewing",
            ["valid_until"],
            unique=False,
            sqlite_where=sa.text("source = 'sold' AND state <> 'withdrawn'"),
            postgresql_where=sa.text("source = 'sold' AND state <> 'withdrawn'"),
        )
        batch_op.create_index(batch_op.f("ix_subscription_rider_id"), ["rider_id"], unique=False)

    op.create_table(
        "cico_sighting",
        sa.Column("trip_id", sa.Uuid(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("stop_id", sa.String(length=200), nullable=True),
        sa.Column("vehicle", sa.String(length=200), nullable=True),
        sa.Column("received_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["trip_id"], ["cico_trip.id"], name=op.f("fk_cico_sighting_trip_id")
        ),
        sa.PrimaryKeyConstraint("trip_id", "at", name=op.f("pk_cico_sighting")),
    )
    with op.batch_alter_table("cico_sighting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cico_sighting_received_at"), ["received_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("cico_sighting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cico_sighting_received_at"))

    op.drop_table("cico_sighting")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscription_rider_id"))
        batch_op.drop_index(
            "ix_subscription_renewing",
            sqlite_where=sa.text("source = 'sold' AND state <> 'withdrawn'"),
            postgresql_where=sa.text("source = 'sold' AND state <> 'withdrawn'"),
        )

    op.drop_table("subscription")
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index("uq_statement_period")

    op.drop_table("statement")
    with op.batch_alter_table("spent", schema=None) as batch_op:
        batch_op.drop_index("ix_spent_rider_id_at")
        batch_op.drop_index(
            "ix_spent_month_open",
            sqlite_where=sa.text("NOT month_closed"),
            postgresql_where=sa.text("NOT month_closed"),
        )
        batch_op.drop_index(
            "ix_spent_day_open",
            sqlite_where=sa.text("NOT day_closed"),
            postgresql_where=sa.text("NOT day_closed"),
        )

    op.drop_table("spent")
    with op.batch_alter_table("cico_trip", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_cico_trip_to_bill",
            sqlite_where=sa.text("state IN ('checked_out', 'abandoned')"),
            postgresql_where=sa.text("state IN ('checked_out', 'abandoned')"),
        )
        batch_op.drop_index("ix_cico_trip_rider_id_began_at")
        batch_op.drop_index(
            "ix_cico_trip_open",
            sqlite_where=sa.text("state = 'checked_in'"),
            postgresql_where=sa.text("state = 'checked_in'"),
        )

    op.drop_table("cico_trip")
    op.drop_table("billed_rider")
