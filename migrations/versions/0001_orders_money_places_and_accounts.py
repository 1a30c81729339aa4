"""The first tables: orders, money, places and accounts."""

import sqlalchemy as sa
from alembic import op

from booking.adapters import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "balance_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "balance_minor IS NULL OR balance_minor >= 0", name=op.f("ck_account_floor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(
        "uq_account_kind_owner_currency", "account", ["kind", "owner", "currency"], unique=True
    )
    op.create_table(
        "answer",
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("claim", sa.String(length=36), nullable=False),
        sa.Column("until", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_until"), "answer", ["until"], unique=False)
    op.create_table(
        "dated_trip",
        sa.Column("trip_id", sa.String(length=200), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("trip_id", "service_day", name=op.f("pk_dated_trip")),
    )
    op.create_table(
        "entry",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_entry_key")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("image_id", sa.String(length=100), nullable=False),
        sa.Column("offer", sa.JSON(), nullable=False),
        sa.Column(
            "price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("payment_means", sa.String(length=32), nullable=True),
        sa.Column("payment_state", sa.String(length=16), nullable=True),
        sa.Column("payment_note", sa.String(), nullable=True),
        sa.Column("ticket", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_orders_price_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    op.create_index(
        "ix_orders_live_offer",
        "orders",
        ["offer_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('held', 'authorised', 'confirmed')"),
        postgresql_where=sa.text("state IN ('held', 'authorised', 'confirmed')"),
    )
    op.create_index(
        "ix_orders_overdue",
        "orders",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "ix_orders_rider_id_created_at", "orders", ["rider_id", "created_at"], unique=False
    )
    op.create_table(
        "outbox",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", types.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "quota",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("trip_id", sa.String(length=200), nullable=True),
        sa.Column("route_id", sa.String(length=200), nullable=True),
        sa.Column("places", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(trip_id IS NULL) <> (route_id IS NULL)", name=op.f("ck_quota_trip_or_route")
        ),
        sa.CheckConstraint("places >= 0", name=op.f("ck_quota_places_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota")),
        sa.UniqueConstraint("route_id", name=op.f("uq_quota_route_id")),
        sa.UniqueConstraint("trip_id", name=op.f("uq_quota_trip_id")),
    )
    op.create_table(
        "rider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rider")),
        sa.UniqueConstraint("email", name=op.f("uq_rider_email")),
    )
    op.create_table(
        "wallet_payment",
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_wallet_payment")),
    )
    op.create_table(
        "place_hold",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("trip_id", sa.String(length=200), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("board", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alight", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("places", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("board < alight", name=op.f("ck_place_hold_board_before_alight")),
        sa.CheckConstraint("places > 0", name=op.f("ck_place_hold_places_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_place_hold_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_hold")),
    )
    op.create_index(op.f("ix_place_hold_order_id"), "place_hold", ["order_id"], unique=False)
    op.create_index(
        "ix_place_hold_trip_id_service_day", "place_hold", ["trip_id", "service_day"], unique=False
    )
    op.create_table(
        "posting",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_posting_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_posting_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "account_id", name=op.f("pk_posting")),
    )
    op.create_index(op.f("ix_posting_account_id"), "posting", ["account_id"], unique=False)
    op.create_table(
        "saga",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("under_way", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=36), nullable=True),
        sa.Column("lease_until", types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_saga_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_saga")),
    )
    op.create_index(
        "ix_saga_under_way",
        "saga",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("under_way"),
        postgresql_where=sa.text("under_way"),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("rider_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rider_id"], ["rider.id"], name=op.f("fk_session_rider_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_expires_at"), "session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_session_rider_id"), "session", ["rider_id"], unique=False)
    op.create_table(
        "journal",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("at", types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["saga.order_id"], name=op.f("fk_journal_order_id")),
        sa.PrimaryKeyConstraint("order_id", "mark", name=op.f("pk_journal")),
    )


def downgrade() -> None:
    op.drop_table("journal")
    op.drop_index(op.f("ix_session_rider_id"), table_name="session")
    op.drop_index(op.f("ix_session_expires_at"), table_name="session")
    op.drop_table("session")
    op.drop_index(
        "ix_saga_under_way",
        table_name="saga",
        sqlite_where=sa.text("under_way"),
        postgresql_where=sa.text("under_way"),
    )
    op.drop_table("saga")
    op.drop_index(op.f("ix_posting_account_id"), table_name="posting")
    op.drop_table("posting")
    op.drop_index("ix_place_hold_trip_id_service_day", table_name="place_hold")
    op.drop_index(op.f("ix_place_hold_order_id"), table_name="place_hold")
    op.drop_table("place_hold")
    op.drop_table("wallet_payment")
    op.drop_table("rider")
    op.drop_table("quota")
    op.drop_table("outbox")
    op.drop_index("ix_orders_rider_id_created_at", table_name="orders")
    op.drop_index(
        "ix_orders_overdue",
        table_name="orders",
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.drop_index(
        "ix_orders_live_offer",
        table_name="orders",
        sqlite_where=sa.text("state IN ('held', 'authorised', 'confirmed')"),
        postgresql_where=sa.text("state IN ('held', 'authorised', 'confirmed')"),
    )
    op.drop_table("orders")
    op.drop_table("entry")
    op.drop_table("dated_trip")
    op.drop_index(op.f("ix_answer_until"), table_name="answer")
    op.drop_table("answer")
    op.drop_index("uq_account_kind_owner_currency", table_name="account")
    op.drop_table("account")
