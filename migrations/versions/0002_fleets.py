"""Own fleets, their rentals and the journals of these."""

import sqlalchemy as sa
from alembic import op

from booking.adapters import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fleet",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("operator", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("url", sa.String(length=400), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("end_allowed", sa.Boolean(), nullable=False),
        sa.Column(
            "days_ahead", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "min_rental_s", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "max_rental_s", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "turnaround_s", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reserve_ahead", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fleet")),
    )
    op.create_table(
        "rental",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("fleet_id", sa.String(length=64), nullable=False),
        sa.Column("vehicle_id", sa.String(length=64), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=True),
        sa.Column("starts_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("held_until", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("opened_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("actions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=True),
        sa.Column("began_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(length=36), nullable=True),
        sa.Column("lease_until", types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_rental_price_not_negative")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_rental_starts_before_it_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rental")),
    )
    op.create_index(
        "ix_rental_live",
        "rental",
        ["fleet_id", "vehicle_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('held', 'reserved', 'active', 'paused')"),
        postgresql_where=sa.text("state IN ('held', 'reserved', 'active', 'paused')"),
    )
    op.create_index("ix_rental_rider_id_id", "rental", ["rider_id", "id"], unique=False)
    op.create_index(
        "ix_rental_under_way",
        "rental",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("action IS NOT NULL"),
        postgresql_where=sa.text("action IS NOT NULL"),
    )

    op.create_table(
        "fleet_closure",
        sa.Column("fleet_id", sa.String(length=64), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("yearly", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["fleet_id"], ["fleet.id"], name=op.f("fk_fleet_closure_fleet_id")),
        sa.PrimaryKeyConstraint("fleet_id", "first", "last", name=op.f("pk_fleet_closure")),
    )
    op.create_table(
        "fleet_hours",
        sa.Column("fleet_id", sa.String(length=64), nullable=False),
        sa.Column(
            "weekday",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "opens_min",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "closes_min", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "opens_min < closes_min", name=op.f("ck_fleet_hours_opens_before_it_closes")
        ),
        sa.ForeignKeyConstraint(["fleet_id"], ["fleet.id"], name=op.f("fk_fleet_hours_fleet_id")),
        sa.PrimaryKeyConstraint("fleet_id", "weekday", "opens_min", name=op.f("pk_fleet_hours")),
    )
    op.create_table(
        "fleet_pricing_plan",
        sa.Column("fleet_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fleet_id"], ["fleet.id"], name=op.f("fk_fleet_pricing_plan_fleet_id")
        ),
        sa.PrimaryKeyConstraint("fleet_id", "id", name=op.f("pk_fleet_pricing_plan")),
    )
    op.create_table(
        "fleet_station",
        sa.Column("fleet_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("capacity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_fleet_station_capacity_not_negative")),
        sa.ForeignKeyConstraint(["fleet_id"], ["fleet.id"], name=op.f("fk_fleet_station_fleet_id")),
        sa.PrimaryKeyConstraint("fleet_id", "id", name=op.f("pk_fleet_station")),
    )
    op.create_table(
        "fleet_vehicle",
        sa.Column("fleet_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("type_id", sa.String(length=64), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=True),
        sa.Column("home_id", sa.String(length=64), nullable=True),
        sa.Column("slot", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column(
            "battery_percent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("rentals", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reported_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "battery_percent IS NULL OR battery_percent BETWEEN 0 AND 100",
            name=op.f("ck_fleet_vehicle_battery"),
        ),
        sa.ForeignKeyConstraint(["fleet_id"], ["fleet.id"], name=op.f("fk_fleet_vehicle_fleet_id")),
        sa.PrimaryKeyConstraint("fleet_id", "id", name=op.f("pk_fleet_vehicle")),
    )
    op.create_table(
        "fleet_vehicle_type",
        sa.Column("fleet_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("form_factor", sa.String(length=64), nullable=False),
        sa.Column("propulsion", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("return_constraint", sa.String(length=64), nullable=False),
        sa.Column(
            "max_range_m", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("plan", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["fleet_id"], ["fleet.id"], name=op.f("fk_fleet_vehicle_type_fleet_id")
        ),
        sa.PrimaryKeyConstraint("fleet_id", "id", name=op.f("pk_fleet_vehicle_type")),
    )
    op.create_table(
        "fleet_zone",
        sa.Column("fleet_id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["fleet_id"], ["fleet.id"], name=op.f("fk_fleet_zone_fleet_id")),
        sa.PrimaryKeyConstraint("fleet_id", "place", name=op.f("pk_fleet_zone")),
    )
    op.create_table(
        "rental_journal",
        sa.Column("rental_id", sa.Uuid(), nullable=False),
        sa.Column(
            "place",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rental_id"], ["rental.id"], name=op.f("fk_rental_journal_rental_id")
        ),
        sa.PrimaryKeyConstraint("rental_id", "place", name=op.f("pk_rental_journal")),
    )


def downgrade() -> None:
    op.drop_table("rental_journal")
    op.drop_table("fleet_zone")
    op.drop_table("fleet_vehicle_type")
    op.drop_table("fleet_vehicle")
    op.drop_table("fleet_station")
    op.drop_table("fleet_pricing_plan")
    op.drop_table("fleet_hours")
    op.drop_table("fleet_closure")
    op.drop_index(
        "ix_rental_under_way",
        table_name="rental",
        sqlite_where=sa.text("action IS NOT NULL"),
        postgresql_where=sa.text("action IS NOT NULL"),
    )
    op.drop_index("ix_rental_rider_id_id", table_name="rental")
    op.drop_index(
        "ix_rental_live",
        table_name="rental",
        sqlite_where=sa.text("state IN ('held', 'reserved', 'active', 'paused')"),
        postgresql_where=sa.text("state IN ('held', 'reserved', 'active', 'paused')"),
    )

    op.drop_table("rental")
    op.drop_table("fleet")
