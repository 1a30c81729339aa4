"""Rides on demand, plans of own vehicles, and staff."""

import sqlalchemy as sa
from alembic import op

from booking.adapters import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shuttle_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ride_id", sa.Uuid(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shuttle_event")),
    )
    with op.batch_alter_table("shuttle_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_shuttle_event_service_id"), ["service_id"], unique=False
        )

    op.create_table(
        "shuttle_service",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shuttle_service")),
    )
    op.create_table(
        "shuttle_vehicle",
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("bearing", sa.Double(), nullable=True),
        sa.Column("speed_mps", sa.Double(), nullable=True),
        sa.Column("position_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("delay_s", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "vehicle_id", name=op.f("pk_shuttle_vehicle")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=True),
        sa.Column("secret_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_name")),
    )
    op.create_table(
        "guest",
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_guest_agent_id")),
        sa.ForeignKeyConstraint(["rider_id"], ["rider.id"], name=op.f("fk_guest_rider_id")),
        sa.PrimaryKeyConstraint("rider_id", name=op.f("pk_guest")),
    )
    with op.batch_alter_table("guest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guest_agent_id"), ["agent_id"], unique=False)

    op.create_table(
        "shuttle_duty",
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("is_empty", sa.Boolean(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("stop", sa.String(length=200), nullable=True),
        sa.Column("ready_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"], ["shuttle_service.id"], name=op.f("fk_shuttle_duty_service_id")
        ),
        sa.PrimaryKeyConstraint("service_id", "id", name=op.f("pk_shuttle_duty")),
    )
    op.create_table(
        "shuttle_rating",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "leg",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("stars", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_shuttle_rating_stars")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_shuttle_rating_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "leg", name=op.f("pk_shuttle_rating")),
    )
    op.create_table(
        "shuttle_ride",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("leg", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pickup", sa.JSON(), nullable=False),
        sa.Column("drop_off", sa.JSON(), nullable=False),
        sa.Column("pickup_from", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("pickup_until", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("drop_off_until", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("party", sa.JSON(), nullable=False),
        sa.Column("pin", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("held_until", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("duty_id", sa.String(length=200), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("boarded_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("pickup_from <= pickup_until", name=op.f("ck_shuttle_ride_window")),
        sa.CheckConstraint(
            "pickup_until < drop_off_until",
            name=op.f("ck_shuttle_ride_picked_up_before_dropped_off"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["shuttle_service.id"], name=op.f("fk_shuttle_ride_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shuttle_ride")),
    )
    with op.batch_alter_table("shuttle_ride", schema=None) as batch_op:
        batch_op.create_index(
            "ix_shuttle_ride_open",
            ["rider_id"],
            unique=False,
            sqlite_where=sa.text("state IN ('held', 'booked', 'on_board')"),
            postgresql_where=sa.text("state IN ('held', 'booked', 'on_board')"),
        )
        batch_op.create_index("ix_shuttle_ride_order_id_leg", ["order_id", "leg"], unique=False)
        batch_op.create_index(
            "ix_shuttle_ride_service_id_duty_id", ["service_id", "duty_id"], unique=False
        )

    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )


def downgrade() -> None:
    op.drop_table("staff_session")
    with op.batch_alter_table("shuttle_ride", schema=None) as batch_op:
        batch_op.drop_index("ix_shuttle_ride_service_id_duty_id")
        batch_op.drop_index("ix_shuttle_ride_order_id_leg")
        batch_op.drop_index(
            "ix_shuttle_ride_open",
            sqlite_where=sa.text("state IN ('held', 'booked', 'on_board')"),
            postgresql_where=sa.text("state IN ('held', 'booked', 'on_board')"),
        )

    op.drop_table("shuttle_ride")
    op.drop_table("shuttle_rating")
    op.drop_table("shuttle_duty")
    with op.batch_alter_table("guest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guest_agent_id"))

    op.drop_table("guest")
    op.drop_table("staff")
    op.drop_table("shuttle_vehicle")
    op.drop_table("shuttle_service")
    with op.batch_alter_table("shuttle_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shuttle_event_service_id"))

    op.drop_table("shuttle_event")
